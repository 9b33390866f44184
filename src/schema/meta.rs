//! Whether a value is a JSON Schema at all.

use serde_json::Value;

use super::words;
use crate::pointer::Pointer;

/// What keeps a value from being a JSON Schema (2020-12): the part of it, and a sentence.
pub fn schema_mistake(schema: &Value) -> Option<(Pointer, String)> {
    let error = jsonschema::draft202012::meta::validate(schema).err()?;
    let actual = words::excerpt(error.instance());
    Some((
        Pointer::new(error.instance_path().as_str()),
        format!("{actual} cannot stand here in a JSON Schema (2020-12)"),
    ))
}
