//! The versions of OpenAPI, told apart by the root of the description.

use serde_json::Value;

use super::SpecError;
use super::locate::locate;
use crate::document::{Document, Place};
use crate::near::near;
use crate::pointer::Pointer;

/// A version of OpenAPI, as far as it makes a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dialect {
    /// Swagger 2.0.
    V2,
    /// OpenAPI 3.0: schemas are an extended subset of an early draft of JSON Schema.
    V30,
    /// OpenAPI 3.1: schemas are JSON Schema 2020-12.
    V31,
    /// OpenAPI 3.2.
    V32,
}

impl Dialect {
    /// The dialect of a document's root, or why it is no OpenAPI description.
    pub(super) fn of(document: &Document) -> Result<Self, SpecError> {
        let Some(root) = document.sources.first() else {
            return Err(SpecError::Empty {
                name: "the description".to_owned(),
            });
        };
        let not_openapi = |found: String, advice: &str| SpecError::NotOpenApi {
            name: root.name.to_string(),
            found,
            advice: advice.to_owned(),
        };
        let Value::Object(members) = &*root.value else {
            return Err(not_openapi(
                format!("the whole is {}", kind(&root.value)),
                "a description is an object with the key `openapi`",
            ));
        };
        let (key, version) = match (members.get("openapi"), members.get("swagger")) {
            (Some(version), _) => ("openapi", version),
            (None, Some(version)) => ("swagger", version),
            (None, None) => {
                let (found, advice) = without_version(&root.value);
                return Err(not_openapi(found, &advice));
            }
        };
        // YAML reads an unquoted `3.0` as a number.
        let text = match version {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            other => other.to_string(),
        };
        let starts = |start: &str| {
            text.strip_prefix(start)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
        };
        match key {
            "swagger" if text == "2" || starts("2.0") => Ok(Self::V2),
            "openapi" if text == "3" || starts("3.0") => Ok(Self::V30),
            "openapi" if starts("3.1") => Ok(Self::V31),
            "openapi" if starts("3.2") => Ok(Self::V32),
            _ => {
                let place = Place::new(0, Pointer::root().child(key));
                let (source, pointer) = document.written(&place).expect("the root is there");
                Err(SpecError::UnknownVersion {
                    location: locate(source, &pointer),
                    key,
                    version: text,
                })
            }
        }
    }

    /// Whether schemas are not JSON Schema 2020-12 yet.
    pub(super) fn is_old(self) -> bool {
        self <= Self::V30
    }

    /// The version in words.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::V2 => "Swagger 2.0",
            Self::V30 => "OpenAPI 3.0",
            Self::V31 => "OpenAPI 3.1",
            Self::V32 => "OpenAPI 3.2",
        }
    }
}

/// What an object without a version is, and what to do about it.
fn without_version(root: &Value) -> (String, String) {
    let has = |key: &str| root.get(key).is_some();
    let known = [
        (
            "swaggerVersion",
            "Swagger 1.x",
            "convert it to OpenAPI 3 first",
        ),
        (
            "asyncapi",
            "an AsyncAPI document",
            "name an OpenAPI description",
        ),
        (
            "arazzo",
            "an Arazzo document",
            "name the OpenAPI description that it scripts",
        ),
        (
            "overlay",
            "an Overlay document",
            "name the OpenAPI description that it changes",
        ),
        (
            "$schema",
            "a JSON Schema",
            "name the OpenAPI description that uses it",
        ),
    ];
    for (key, what, advice) in known {
        if has(key) {
            return (format!("this is {what}"), advice.to_owned());
        }
    }
    if has("item") && root.pointer("/info/_postman_id").is_some() {
        return (
            "this is a Postman collection".to_owned(),
            "export it as OpenAPI".to_owned(),
        );
    }
    let keys: Vec<&str> = root
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, _)| key.as_str())
        .collect();
    let mut similar = near("openapi", keys.iter().copied());
    similar.extend(near("swagger", keys.iter().copied()));
    let found = "there is no key `openapi` (or `swagger`) at the top level".to_owned();
    match similar.first() {
        Some(similar) => (found, format!("did you mean `{similar}` to be `openapi`?")),
        None if has("paths") || has("info") => {
            (found, "add the version, e.g. `openapi: 3.1.0`".to_owned())
        }
        None => {
            let mut shown: Vec<String> = keys
                .iter()
                .take(5)
                .map(|key| format!("`{}`", key.chars().take(40).collect::<String>()))
                .collect();
            if keys.len() > 5 {
                shown.push("…".to_owned());
            }
            let found = if shown.is_empty() {
                "it is an empty object".to_owned()
            } else {
                format!("{found}, but {}", shown.join(", "))
            };
            (found, "name another file".to_owned())
        }
    }
}

/// What a value is, in words.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
