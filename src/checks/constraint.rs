//! Whether a parameter can be wrong at all.

use serde_json::Value;

use super::family::{family, types};
use crate::api::{Api, SchemaId};

/// Keywords that some text violates.
const KEYWORDS: [&str; 6] = [
    "enum",
    "const",
    "format",
    "maxLength",
    "minLength",
    "pattern",
];

/// Whether there is text that is no value of the schema: every parameter travels as text, so
/// a plain string cannot be wrong.
pub(super) fn excludes_text(api: &Api, schema: SchemaId) -> bool {
    let family = family(&api.document, vec![api.schema_place(schema).clone()]);
    if family.iter().any(|(_, schema)| {
        **schema == Value::Bool(false)
            || schema.get("not").is_some()
            || KEYWORDS.iter().any(|keyword| schema.get(keyword).is_some())
    }) {
        return true;
    }
    let types = types(&family);
    !types.is_empty() && !types.contains(&"string")
}
