//! Whether a schema has a closed object anywhere.

use std::collections::HashSet;

use serde_json::Value;

use super::family::{elements, family, undeclared};
use crate::document::{Document, Place};

/// Schemas that are looked at; a closed object behind more than these is not found.
const MAX_SCHEMAS: usize = 4000;

/// Whether the schema at `root`, or one of its parts, forbids unknown properties.
pub(super) fn has_closed_object(document: &Document, root: &Place) -> bool {
    let mut seen = HashSet::new();
    let mut open = vec![root.clone()];
    while let Some(place) = open.pop() {
        if seen.len() >= MAX_SCHEMAS {
            return false;
        }
        if seen.contains(&place) {
            continue;
        }
        let family = family(document, vec![place]);
        if family.iter().any(|(_, schema)| is_closed(schema)) {
            return true;
        }
        for (place, schema) in &family {
            if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
                let here = place.child("properties");
                open.extend(properties.keys().map(|name| here.child(name)));
            }
        }
        open.extend(elements(&family));
        open.extend(undeclared(&family));
        seen.extend(family.into_iter().map(|(place, _)| place));
    }
    false
}

fn is_closed(schema: &Value) -> bool {
    ["additionalProperties", "unevaluatedProperties"]
        .iter()
        .any(|keyword| schema.get(keyword) == Some(&Value::Bool(false)))
}
