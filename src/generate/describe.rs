//! One line for each case, as `assize plan` prints it.

use serde_json::Value;

use crate::api::{Api, ParameterLocation};
use crate::case::{Case, CaseCredentials, Intent, Payload};
use crate::encode;
use crate::http::Credentials;

/// The longest excerpt of a body, in characters.
const EXCERPT: usize = 100;

/// The case on one line: method, path with references, headers, body and what is wrong.
pub fn describe(api: &Api, case: &Case) -> String {
    let Some(operation) = api.operations.get(case.operation) else {
        return case.id.to_string();
    };
    let mut input = case.input.clone();
    // References are shown by name. A mark without syntax takes their place until the request
    // is written, since the braces would be escaped.
    let mut marks = Vec::new();
    for argument in &mut input.arguments {
        if let Some(reference) = &argument.reference {
            let mark = format!("assize-reference-{}-", marks.len());
            argument.value = Value::String(mark.clone());
            marks.push((mark, reference.to_string()));
        }
    }
    if let Some(body) = &mut input.body
        && let Payload::Value(value) = &mut body.payload
    {
        for (pointer, reference) in &body.references {
            pointer.set(value, Value::String(reference.to_string()));
        }
    }
    let method = input.method.as_ref().unwrap_or(&operation.method);
    let mut line = match encode::request(api, operation, &input, Credentials::None) {
        Ok(request) => {
            let mut line = format!("{method} {}", request.target);
            for argument in &input.arguments {
                if argument.location == ParameterLocation::Header
                    && let Some(value) = request.headers.get(argument.name.as_str())
                {
                    let value = String::from_utf8_lossy(value.as_bytes());
                    line.push_str(&format!(" {}: {value}", argument.name));
                }
            }
            if let Some(cookie) = request.headers.get(http::header::COOKIE) {
                let value = String::from_utf8_lossy(cookie.as_bytes());
                line.push_str(&format!(" cookie: {value}"));
            }
            if let Some(body) = &input.body {
                let text = String::from_utf8_lossy(&request.body);
                line.push_str(&format!(" {} {}", body.media_type, cut(&text)));
            }
            line
        }
        Err(error) => format!("{method} {} ({error})", operation.path),
    };
    for (mark, reference) in marks {
        line = line.replace(&mark, &reference);
    }
    match case.input.credentials {
        CaseCredentials::Regular => {}
        CaseCredentials::Missing => line.push_str(" without credentials"),
        CaseCredentials::Invalid => line.push_str(" with invalid credentials"),
    }
    if let Intent::Violating(violation) = &case.intent {
        line.push_str(&format!(" ✗ {}: {}", violation.part, violation.detail));
    }
    line
}

/// One line, cut when it is long; control characters are escaped.
fn cut(text: &str) -> String {
    let mut line = String::new();
    for one in text.chars().take(EXCERPT) {
        if one.is_control() {
            line.extend(one.escape_default());
        } else {
            line.push(one);
        }
    }
    if text.chars().nth(EXCERPT).is_some() {
        line.push('…');
    }
    line
}
