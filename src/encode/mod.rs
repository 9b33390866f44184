//! From a case to a request: parameters by style, bodies by media type.
//!
//! What cannot be written is an error with a reason, never a guess: a case that a server
//! could read in two ways proves nothing.

mod body;
mod escape;
mod parameter;
mod reading;

use std::fmt::Write;

pub use body::concrete_media_type;
pub use reading::{body_still_violates, still_violates};

use crate::api::{Api, Operation, Parameter, ParameterLocation};
use crate::case::{Argument, Input, Part};
use crate::http::{Credentials, HeaderMap, HeaderName, HeaderValue, Request, is_json};

/// Why an input is no request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// HTTP or the style of the parameter has no way to write the value.
    #[error("{part} cannot be written: {reason}")]
    NotExpressible {
        /// The part of the request.
        part: Part,
        /// Why, as a sentence without a full stop.
        reason: String,
    },
    /// The path template names a parameter that the input has no value for.
    #[error("there is no value for the path parameter {name}")]
    MissingPathParameter {
        /// Its name.
        name: String,
    },
}

/// Headers that have ways of their own into a request.
const RESERVED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];

/// Whether a parameter is sent at all: `Accept`, `Content-Type` and `Authorization` are not
/// parameters, even where a description lists them (OpenAPI, Parameter Object, `name`).
pub fn is_sent(location: ParameterLocation, name: &str) -> bool {
    location != ParameterLocation::Header
        || !RESERVED_HEADERS
            .iter()
            .any(|reserved| name.eq_ignore_ascii_case(reserved))
}

/// Builds the request for an input.
///
/// `credentials` are carried along, not applied: the transport adds them. An argument that the
/// operation does not know is written by the defaults of its location. A body whose media
/// type is not offered has the bytes that it has under the first one that is, JSON preferred:
/// only its name is false.
///
/// # Errors
/// A part that cannot be written, with the reason.
pub fn request(
    api: &Api,
    operation: &Operation,
    input: &Input,
    credentials: Credentials,
) -> Result<Request, EncodeError> {
    let mut target = fill_path(operation, &input.arguments)?;
    let mut pairs = Vec::new();
    let mut cookies = Vec::new();
    let mut headers = HeaderMap::new();
    for argument in &input.arguments {
        let refuse = |reason| not_expressible(argument, reason);
        let writing = writing_of(operation, argument);
        match argument.location {
            ParameterLocation::Path => {}
            ParameterLocation::Query => {
                pairs.extend(writing.query(&argument.value).map_err(refuse)?);
            }
            ParameterLocation::Cookie => {
                cookies.extend(writing.cookie(&argument.value).map_err(refuse)?);
            }
            ParameterLocation::Header => {
                if !is_sent(argument.location, &argument.name) {
                    continue;
                }
                if let Some(text) = writing.header(&argument.value).map_err(refuse)? {
                    let name = HeaderName::from_bytes(argument.name.as_bytes())
                        .map_err(|_| refuse("the name is no header name".to_owned()))?;
                    let value = HeaderValue::from_str(&text)
                        .map_err(|_| refuse("the value is no header value".to_owned()))?;
                    headers.append(name, value);
                }
            }
        }
    }
    for (index, pair) in pairs.iter().enumerate() {
        let first = index == 0 && !target.contains('?');
        target.push(if first { '?' } else { '&' });
        target.push_str(pair);
    }
    if !cookies.is_empty() {
        let value = HeaderValue::from_str(&cookies.join("; "))
            .expect("cookies are percent-encoded, hence ASCII");
        headers.insert(http::header::COOKIE, value);
    }
    headers.insert(http::header::ACCEPT, accept(operation));
    let bytes = match &input.body {
        Some(body) => {
            let (content_type, bytes) = body::write(api, operation, body)
                .map_err(|(part, reason)| EncodeError::NotExpressible { part, reason })?;
            headers.insert(http::header::CONTENT_TYPE, content_type);
            bytes
        }
        None => bytes::Bytes::new(),
    };
    Ok(Request {
        method: input
            .method
            .clone()
            .unwrap_or_else(|| operation.method.clone()),
        target,
        headers,
        body: bytes,
        credentials,
    })
}

fn not_expressible(argument: &Argument, reason: String) -> EncodeError {
    EncodeError::NotExpressible {
        part: Part::Parameter(argument.location, argument.name.clone()),
        reason,
    }
}

/// How the argument is written: as its parameter says, or by the defaults of the location
/// when the operation does not know it.
fn writing_of<'a>(operation: &'a Operation, argument: &'a Argument) -> parameter::Writing<'a> {
    find(operation, argument).map_or_else(
        || parameter::Writing::default_for(argument.location, &argument.name),
        parameter::Writing::of,
    )
}

fn find<'a>(operation: &'a Operation, argument: &Argument) -> Option<&'a Parameter> {
    operation.parameters.iter().find(|parameter| {
        parameter.location == argument.location
            && if argument.location == ParameterLocation::Header {
                parameter.name.eq_ignore_ascii_case(&argument.name)
            } else {
                parameter.name == argument.name
            }
    })
}

/// The path template with all parameters replaced.
fn fill_path(operation: &Operation, arguments: &[Argument]) -> Result<String, EncodeError> {
    let mut filled = String::with_capacity(operation.path.len() + 16);
    let mut rest = operation.path.as_str();
    while let Some(open) = rest.find('{') {
        let Some(length) = rest[open..].find('}') else {
            break;
        };
        escape::template(&rest[..open], &mut filled);
        let name = &rest[open + 1..open + length];
        let argument = arguments
            .iter()
            .find(|argument| argument.location == ParameterLocation::Path && argument.name == name)
            .ok_or_else(|| EncodeError::MissingPathParameter {
                name: name.to_owned(),
            })?;
        let text = writing_of(operation, argument)
            .path(&argument.value)
            .map_err(|reason| not_expressible(argument, reason))?;
        filled.push_str(&text);
        rest = &rest[open + length + 1..];
    }
    escape::template(rest, &mut filled);
    if !filled.starts_with('/') {
        filled.insert(0, '/');
    }
    Ok(escape::dot_segments(&filled))
}

/// The documented media types of all answers, JSON first, so that a server that offers
/// several answers with the one that is judged best.
fn accept(operation: &Operation) -> HeaderValue {
    let mut names: Vec<&str> = Vec::new();
    for content in operation.responses.iter().flat_map(|one| &one.contents) {
        if !names.contains(&content.name.as_str()) {
            names.push(&content.name);
        }
    }
    // A stable sort keeps the order of the description otherwise.
    names.sort_by_key(|name| !is_json(name));
    let mut list = String::new();
    for name in names {
        let comma = if list.is_empty() { "" } else { ", " };
        write!(list, "{comma}{name}").expect("writing to a string does not fail");
    }
    if list.is_empty() {
        return HeaderValue::from_static("*/*");
    }
    HeaderValue::from_str(&list).unwrap_or(HeaderValue::from_static("*/*"))
}

#[cfg(test)]
mod tests;
