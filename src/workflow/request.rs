//! From a step and what is known to its request.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};
use serde_json::Value;

use super::document::{Body, Parameter, Step, Who};
use super::expression::{Expression, Root};
use super::scope::Scope;
use super::template::{Template, plain};
use crate::api::{Api, Operation, ParameterLocation, SecuritySchemeKind};
use crate::case::{Argument, CaseBody, Input, Payload};
use crate::encode::{self, concrete_media_type};
use crate::http::{Credentials, Request, Secret, is_json};
use crate::provision::{OperationPlan, Provisioner};

/// The request of a step, with its arguments.
///
/// # Errors
/// What is not known, or cannot be written.
pub(super) fn request(
    step: &Step,
    index: usize,
    plan: &OperationPlan,
    kitchen: &Provisioner,
    scope: &Scope<'_>,
) -> Result<(Request, Vec<Argument>), String> {
    let api = kitchen.api();
    let operation = &api.operations[index];
    let mut credentials = credentials(step, plan, kitchen, scope)?;
    let mut arguments = Vec::new();
    let mut headers = Vec::new();
    for parameter in &step.parameters {
        let Some(location) = parameter.location else {
            return Err(format!("the parameter {} lacks `in`", parameter.name));
        };
        let value = filled(&parameter.value, scope)?;
        if location == ParameterLocation::Header {
            let name = header_name(parameter)?;
            if proves(&api, &name) {
                credentials = issued(step, name, &plain(&value));
                continue;
            }
            if !encode::is_sent(location, &parameter.name) {
                headers.push((name, plain(&value)));
                continue;
            }
        }
        let of_path = location == ParameterLocation::Path;
        if of_path && !operation.path.contains(&format!("{{{}}}", parameter.name)) {
            // Given to all steps of the workflow, and of no use here.
            continue;
        }
        arguments.push(Argument {
            location,
            name: parameter.name.clone(),
            value,
            reference: None,
        });
    }
    let input = Input {
        arguments,
        body: step
            .body
            .as_ref()
            .map(|body| self::body(body, operation, scope))
            .transpose()?,
        ..Input::default()
    };
    let mut request = encode::request(&api, operation, &input, credentials)
        .map_err(|error| format!("{}: {error}", operation.id))?;
    for (name, text) in headers {
        let value = HeaderValue::from_str(&text)
            .map_err(|_| format!("the value of the header {name} is none that HTTP allows"))?;
        request.headers.insert(name, value);
    }
    Ok((request, input.arguments))
}

/// The value of a template.
///
/// # Errors
/// Which expression nothing is known of.
pub(super) fn filled(template: &Template, scope: &Scope<'_>) -> Result<Value, String> {
    template
        .fill(&|expression| scope.value(expression))
        .map_err(|missing| format!("nothing is known of {}", missing.text))
}

fn header_name(parameter: &Parameter) -> Result<HeaderName, String> {
    HeaderName::from_bytes(parameter.name.as_bytes())
        .map_err(|_| format!("{} is no name of a header", parameter.name))
}

/// Whether a header carries credentials: these are added by the transport and never written
/// down.
fn proves(api: &Api, name: &HeaderName) -> bool {
    *name == header::AUTHORIZATION
        || api.security_schemes.values().any(|scheme| {
            matches!(
                &scheme.kind,
                SecuritySchemeKind::ApiKey { location: ParameterLocation::Header, name: key }
                    if key.eq_ignore_ascii_case(name.as_str())
            )
        })
}

fn issued(step: &Step, header: HeaderName, value: &str) -> Credentials {
    // `Bearer abc`: the scheme is no secret.
    let (prefix, secret) = match value.split_once(' ') {
        Some((scheme, rest)) if header == header::AUTHORIZATION => (format!("{scheme} "), rest),
        _ => (String::new(), value),
    };
    Credentials::Issued {
        label: format!("{header} of the step {}", step.id).into(),
        header,
        prefix: prefix.into(),
        secret: Secret::new(secret),
    }
}

fn credentials(
    step: &Step,
    plan: &OperationPlan,
    kitchen: &Provisioner,
    scope: &Scope<'_>,
) -> Result<Credentials, String> {
    match &step.identity {
        None => kitchen.credentials(plan.identity.as_deref().filter(|one| *one != "nobody")),
        Some(Who::Nobody) => Ok(Credentials::None),
        Some(Who::Known(name)) => kitchen.credentials(Some(name)),
        Some(Who::Issued(kind, template)) => {
            let (header, prefix) = kitchen
                .identities()
                .issued
                .get(kind)
                .ok_or_else(|| format!("no security scheme sends a key of the kind {kind}"))?;
            let secret = filled(template, scope)?;
            Ok(Credentials::Issued {
                label: format!("{kind} of {}", origin(template)).into(),
                header: header.clone(),
                prefix: Arc::clone(prefix),
                secret: Secret::new(plain(&secret)),
            })
        }
    }
}

/// Where a key comes from, in a word.
fn origin(template: &Template) -> String {
    let mut word = None;
    template.expressions(&mut |expression: &Expression| {
        word.get_or_insert_with(|| match &expression.root {
            Root::Step(id) | Root::Workflow(id, _) | Root::Resource(id, _) => id.clone(),
            _ => expression.text.clone(),
        });
    });
    word.unwrap_or_default()
}

fn body(body: &Body, operation: &Operation, scope: &Scope<'_>) -> Result<CaseBody, String> {
    let media_type = body.content_type.clone().unwrap_or_else(|| {
        let contents = operation.body.as_ref().map_or(&[][..], |one| &one.contents);
        contents
            .iter()
            .find(|one| is_json(&one.name))
            .or(contents.first())
            .and_then(|one| concrete_media_type(&one.name))
            .unwrap_or_else(|| "application/json".to_owned())
    });
    let mut value = filled(&body.payload, scope)?;
    let json = is_json(&media_type);
    if let (true, Value::String(text)) = (json && body.payload.is_text(), &value) {
        // A text is the body as it is, where it is JSON; else it is a string.
        if let Ok(parsed) = serde_json::from_str(text) {
            if body.replacements.is_empty() {
                return Ok(raw(media_type, text));
            }
            value = parsed;
        }
    }
    for (selector, replacement) in &body.replacements {
        let new = filled(replacement, scope)?;
        let places = selector.places(&value);
        if places.is_empty() {
            return Err("the target of a replacement is not in the payload".to_owned());
        }
        for place in places {
            if !place.set(&mut value, new.clone()) {
                return Err(format!(
                    "the payload has no place for a replacement at {place}"
                ));
            }
        }
    }
    if let (false, Value::String(text)) = (json, &value) {
        return Ok(raw(media_type, text));
    }
    Ok(CaseBody {
        media_type,
        payload: Payload::Value(value),
        references: Vec::new(),
    })
}

fn raw(media_type: String, text: &str) -> CaseBody {
    CaseBody {
        media_type,
        payload: Payload::Raw(Bytes::copy_from_slice(text.as_bytes())),
        references: Vec::new(),
    }
}
