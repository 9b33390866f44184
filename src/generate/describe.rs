//! One line for each case, as `assize plan` prints it.

use serde_json::Value;

use crate::api::{Api, Operation, ParameterLocation};
use crate::case::{Case, CaseCredentials, Input, Intent, Part, Payload};
use crate::encode;
use crate::http::Credentials;
use crate::pointer::Pointer;
use crate::schema::excerpt;

/// The longest excerpt of a body, in characters.
const EXCERPT: usize = 100;

/// The case on one line: method, path with references, headers, body, and what it is about.
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
    let mut line = request_line(api, operation, &input);
    for (mark, reference) in marks {
        line = line.replace(&mark, &reference);
    }
    match case.input.credentials {
        CaseCredentials::Regular => {}
        CaseCredentials::Missing => line.push_str(" without credentials"),
        CaseCredentials::Invalid => line.push_str(" with invalid credentials"),
    }
    match &case.intent {
        Intent::Violating(violation) => {
            let shown = match &violation.part {
                Part::Body(pointer) => changed(&input, pointer),
                _ => String::new(),
            };
            line + &format!(" ✗ {}{shown}: {}", violation.part, violation.detail)
        }
        Intent::Conforming => line + &edge(&case.id, &input),
    }
}

fn request_line(api: &Api, operation: &Operation, input: &Input) -> String {
    let method = input.method.as_ref().unwrap_or(&operation.method);
    let request = match encode::request(api, operation, input, Credentials::None) {
        Ok(request) => request,
        Err(error) => return format!("{method} {} ({error})", operation.path),
    };
    let mut words = vec![format!("{method} {}", request.target)];
    for argument in &input.arguments {
        if argument.location == ParameterLocation::Header
            && let Some(value) = request.headers.get(argument.name.as_str())
        {
            let value = String::from_utf8_lossy(value.as_bytes());
            words.push(format!("{}: {value}", argument.name));
        }
    }
    if let Some(cookie) = request.headers.get(http::header::COOKIE) {
        let value = String::from_utf8_lossy(cookie.as_bytes());
        words.push(format!("cookie: {value}"));
    }
    if let Some(body) = &input.body {
        let text = String::from_utf8_lossy(&request.body);
        words.push(format!("{} {}", body.media_type, cut(&text)));
    }
    words.join(" ")
}

/// The value that an edge is about, which the excerpt of the body may not reach. The id
/// tells where it is: the longest part of it that leads somewhere.
fn edge(id: &str, input: &Input) -> String {
    let Some((_, place)) = id.split_once("/boundary/body/") else {
        return String::new();
    };
    let Some(Payload::Value(value)) = input.body.as_ref().map(|body| &body.payload) else {
        return String::new();
    };
    let mut pointer = Pointer::new(place);
    while !pointer.is_root() {
        if pointer.get(value).is_some() {
            return format!(" · body{pointer}{}", changed(input, &pointer));
        }
        pointer = pointer.parent().unwrap_or_default();
    }
    String::new()
}

fn changed(input: &Input, pointer: &Pointer) -> String {
    match input.body.as_ref().map(|body| &body.payload) {
        Some(Payload::Value(value)) if !pointer.is_root() => pointer
            .get(value)
            .map_or_else(String::new, |value| format!(" = {}", excerpt(value))),
        _ => String::new(),
    }
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
