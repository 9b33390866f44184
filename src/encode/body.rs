//! How a body is written: by its media type.

use bytes::Bytes;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::parameter::{Writing, scalar};
use crate::api::{Api, Encoding, MediaType, Operation, Style};
use crate::case::{CaseBody, Part, Payload};
use crate::http::{HeaderValue, is_json};
use crate::pointer::Pointer;

type Refusal = (Part, String);

/// The media type to send where the description gives a range: `text/*` → `text/plain`,
/// `*/*` and `application/*` → `application/json`. `None` when there is no obvious one.
pub fn concrete_media_type(name: &str) -> Option<String> {
    let essence = name.split(';').next().unwrap_or_default().trim();
    match essence.to_ascii_lowercase().as_str() {
        "*/*" | "application/*" | "*" => Some("application/json".to_owned()),
        "text/*" => Some("text/plain".to_owned()),
        "image/*" => Some("image/png".to_owned()),
        other if other.contains('*') || !other.contains('/') => None,
        _ => Some(name.trim().to_owned()),
    }
}

/// The `Content-Type` and the bytes.
pub(super) fn write(
    api: &Api,
    operation: &Operation,
    body: &CaseBody,
) -> Result<(HeaderValue, Bytes), Refusal> {
    let content_type = HeaderValue::from_str(&body.media_type)
        .map_err(|_| (Part::ContentType, "it is no header value".to_owned()))?;
    let value = match &body.payload {
        Payload::Raw(bytes) => return Ok((content_type, bytes.clone())),
        Payload::Value(value) => value,
    };
    let essence = essence(&body.media_type);
    let described = operation
        .body
        .as_ref()
        .and_then(|body_of| find(&body_of.contents, &body.media_type));
    // A media type that is not offered is a false name for what is: the bytes stay the same.
    let offered = operation
        .body
        .as_ref()
        .filter(|_| described.is_none())
        .and_then(|body| {
            let json = body.contents.iter().find(|one| is_json(&one.name));
            json.or(body.contents.first())
        });
    let essence = offered
        .and_then(|one| concrete_media_type(&one.name))
        .map_or(essence, |name| self::essence(&name));
    let described = described.or(offered);
    let encoding = |name: &str| described.and_then(|one| one.encoding.get(name));
    let bytes = match essence.as_str() {
        _ if essence.contains('*') => {
            return Err((Part::ContentType, "it is a range".to_owned()));
        }
        "application/x-ndjson"
        | "application/ndjson"
        | "application/jsonl"
        | "application/json-seq" => lines(&essence, value)?,
        _ if is_json(&essence) => value.to_string().into_bytes(),
        "application/x-www-form-urlencoded" => form(members(value)?, encoding)?.into_bytes(),
        "multipart/form-data" => {
            let is_file = |name: &str| described.is_some_and(|one| is_file(api, one, name));
            let (boundary, bytes) = multipart(members(value)?, encoding, is_file)?;
            let name = self::essence(&body.media_type);
            let content_type = HeaderValue::from_str(&format!("{name}; boundary={boundary}"))
                .map_err(|_| (Part::ContentType, "it is no header value".to_owned()))?;
            return Ok((content_type, bytes.into()));
        }
        _ if essence.starts_with("text/") => scalar(value)
            .ok_or_else(|| refusal(format!("{essence} is written for scalars alone")))?
            .into_bytes(),
        _ => match value {
            Value::String(text) => text.clone().into_bytes(),
            _ => {
                return Err(refusal(format!(
                    "{essence} is written for strings alone, this is structured"
                )));
            }
        },
    };
    Ok((content_type, bytes.into()))
}

fn refusal(reason: String) -> Refusal {
    (Part::Body(Pointer::root()), reason)
}

fn essence(media_type: &str) -> String {
    media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// The described content that a body is of: exactly, or by range.
fn find<'a>(contents: &'a [MediaType], media_type: &str) -> Option<&'a MediaType> {
    let wanted = essence(media_type);
    contents
        .iter()
        .find(|content| essence(&content.name) == wanted)
        .or_else(|| {
            contents.iter().find(|content| {
                concrete_media_type(&content.name).is_some_and(|name| essence(&name) == wanted)
            })
        })
}

fn members(value: &Value) -> Result<&Map<String, Value>, Refusal> {
    value
        .as_object()
        .ok_or_else(|| refusal("a form is written for objects alone".to_owned()))
}

/// One JSON text for each element; `json-seq` puts a record separator before it (RFC 7464).
fn lines(essence: &str, value: &Value) -> Result<Vec<u8>, Refusal> {
    let elements = value
        .as_array()
        .ok_or_else(|| refusal(format!("{essence} is written for arrays alone")))?;
    let before = if essence == "application/json-seq" {
        "\u{1e}"
    } else {
        ""
    };
    Ok(elements
        .iter()
        .flat_map(|element| format!("{before}{element}\n").into_bytes())
        .collect())
}

/// `application/x-www-form-urlencoded`: scalars and arrays of scalars as they are, anything
/// deeper as JSON, unless the description names a style (OpenAPI, Encoding Object).
fn form<'e>(
    members: &Map<String, Value>,
    encoding: impl Fn(&str) -> Option<&'e Encoding>,
) -> Result<String, Refusal> {
    let mut pairs = Vec::new();
    for (name, value) in members {
        let described = encoding(name);
        let style = described.and_then(|one| one.style);
        let explode = described.and_then(|one| one.explode);
        let styled = style.is_some() || explode.is_some();
        let deep = match value {
            Value::Object(_) => true,
            Value::Array(elements) => elements.iter().any(|one| scalar(one).is_none()),
            _ => false,
        };
        let as_json = described
            .and_then(|one| one.content_type.as_deref())
            .map_or(deep, is_json);
        let style = style.unwrap_or(Style::Form);
        let writing = Writing {
            name,
            style,
            explode: explode.unwrap_or(style == Style::Form),
            allow_reserved: false,
            content: (!styled && as_json).then_some("application/json"),
        };
        let written = writing
            .query(value)
            .map_err(|reason| (Part::Body(Pointer::root().child(name)), reason))?;
        pairs.extend(written);
    }
    Ok(pairs.join("&"))
}

/// Whether the schema says that the property is a file: a string of format `binary`, or one
/// with a `contentMediaType` and no encoding.
fn is_file(api: &Api, content: &MediaType, name: &str) -> bool {
    let property = content.schema.and_then(|id| {
        let (root, _) = api.document.follow(api.schema_place(id))?;
        let (place, _) = api.document.follow(&root.child("properties").child(name))?;
        let (place, schema) = match api.document.get(&place)?.get("items") {
            Some(_) => api.document.follow(&place.child("items"))?,
            None => (place.clone(), api.document.get(&place)?),
        };
        let _ = place;
        Some(schema)
    });
    property.is_some_and(|schema| {
        schema.get("format").and_then(Value::as_str) == Some("binary")
            || schema.get("contentMediaType").is_some() && schema.get("contentEncoding").is_none()
    })
}

/// `multipart/form-data` (RFC 7578): one part for each property, one for each element of an
/// array. The boundary is a digest of the parts: it stays the same and does not occur.
fn multipart<'e>(
    members: &Map<String, Value>,
    encoding: impl Fn(&str) -> Option<&'e Encoding>,
    is_file: impl Fn(&str) -> bool,
) -> Result<(String, Vec<u8>), Refusal> {
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for (name, value) in members {
        let refuse = |reason: &str| (Part::Body(Pointer::root().child(name)), reason.to_owned());
        let single = std::slice::from_ref(value);
        let elements = value.as_array().map_or(single, Vec::as_slice);
        for element in elements {
            let file = is_file(name) && element.is_string();
            let content_type = encoding(name)
                .and_then(|one| one.content_type.as_deref())
                // A list of types leaves the choice to the client.
                .map(|types| types.split(',').next().unwrap_or(types).trim())
                .filter(|one| !one.contains('*') && HeaderValue::from_str(one).is_ok());
            let (default, bytes) = match element {
                Value::Null => return Err(refuse("null has no text")),
                Value::Object(_) | Value::Array(_) => {
                    ("application/json", element.to_string().into_bytes())
                }
                other if content_type.is_some_and(is_json) => {
                    ("application/json", other.to_string().into_bytes())
                }
                other => (
                    if file {
                        "application/octet-stream"
                    } else {
                        "text/plain; charset=utf-8"
                    },
                    scalar(other).expect("it is a scalar").into_bytes(),
                ),
            };
            // Escapes of HTML's multipart/form-data encoding algorithm.
            let quoted = name
                .replace('"', "%22")
                .replace('\r', "%0D")
                .replace('\n', "%0A");
            let file_name = if file {
                format!("; filename=\"{quoted}\"")
            } else {
                String::new()
            };
            let head = format!(
                "Content-Disposition: form-data; name=\"{quoted}\"{file_name}\r\nContent-Type: {}\r\n\r\n",
                content_type.unwrap_or(default)
            );
            parts.push((head, bytes));
        }
    }
    let mut digest = Sha256::new();
    for (head, bytes) in &parts {
        digest.update(head);
        digest.update(bytes);
    }
    let boundary = digest.finalize()[..12]
        .iter()
        .fold("assize-".to_owned(), |text, byte| {
            format!("{text}{byte:02x}")
        });
    let mut body = Vec::new();
    for (head, bytes) in parts {
        body.extend_from_slice(format!("--{boundary}\r\n{head}").as_bytes());
        body.extend_from_slice(&bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok((boundary, body))
}
