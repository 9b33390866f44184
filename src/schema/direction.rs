//! `readOnly` and `writeOnly`: which properties a direction does not require.
//!
//! A read-only property is not sent, so a request need not have it, and a write-only one is
//! not answered (OpenAPI 3.0, Schema Object; 3.1 keeps the meaning by custom). Only `required`
//! arrays are rewritten, at schema positions alone: an example may hold the same words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use crate::document::{Document, Place};

/// `$ref`s and `allOf`s that are followed to find out whether a property is read-only.
const MAX_STEPS: usize = 16;

/// `required` arrays to replace, by place, for each direction.
#[derive(Debug, Default)]
pub(super) struct Edits {
    /// Without the read-only properties.
    pub(super) request: BTreeMap<Place, Value>,
    /// Without the write-only properties.
    pub(super) response: BTreeMap<Place, Value>,
}

/// The sources with `edits` applied; those without edits are shared.
pub(super) fn edited(sources: &[Arc<Value>], edits: &BTreeMap<Place, Value>) -> Vec<Arc<Value>> {
    let mut sources = sources.to_vec();
    for (place, required) in edits {
        place
            .pointer
            .set(Arc::make_mut(&mut sources[place.source]), required.clone());
    }
    sources
}

/// Finds the `required` arrays that name a read-only or write-only property, in all schemas
/// that can be reached from `roots`.
pub(super) fn edits(document: &Document, roots: &[Place]) -> Edits {
    let mut edits = Edits::default();
    if !document
        .sources
        .iter()
        .any(|source| mentions(&source.value))
    {
        return edits;
    }
    let mut seen = BTreeSet::new();
    let mut open: Vec<(Place, Vec<Place>)> = roots
        .iter()
        .map(|place| (place.clone(), Vec::new()))
        .collect();
    // The family of a schema are those of which it is an inline part and which describe the
    // same value: their properties count as its own.
    while let Some((place, family)) = open.pop() {
        let Some(schema) = document.get(&place) else {
            continue;
        };
        if !schema.is_object() || !seen.insert(place.clone()) {
            continue;
        }
        let mut family = family;
        family.push(place.clone());
        require_less(document, &place, schema, &family, &mut edits);
        for (part, same_value) in subschemas(document, &place, schema) {
            let family = if same_value {
                family.clone()
            } else {
                Vec::new()
            };
            open.push((part, family));
        }
    }
    edits
}

fn mentions(value: &Value) -> bool {
    // An explicit stack: the depth of a document is not ours to choose.
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                if members.contains_key("readOnly") || members.contains_key("writeOnly") {
                    return true;
                }
                open.extend(members.values());
            }
            Value::Array(elements) => open.extend(elements),
            _ => {}
        }
    }
    false
}

fn require_less(
    document: &Document,
    place: &Place,
    schema: &Value,
    family: &[Place],
    edits: &mut Edits,
) {
    let Some(required) = schema.get("required").and_then(Value::as_array) else {
        return;
    };
    for (marker, edits) in [
        ("readOnly", &mut edits.request),
        ("writeOnly", &mut edits.response),
    ] {
        let kept: Vec<_> = required
            .iter()
            .filter(|name| {
                !name.as_str().is_some_and(|name| {
                    family.iter().any(|member| {
                        let mut steps = MAX_STEPS;
                        property_is(document, member, name, marker, &mut steps)
                    })
                })
            })
            .cloned()
            .collect();
        if kept.len() < required.len() {
            edits.insert(place.child("required"), Value::Array(kept));
        }
    }
}

/// Whether the schema at `place`, or one that it includes by `$ref` or `allOf`, marks the
/// property.
fn property_is(
    document: &Document,
    place: &Place,
    name: &str,
    marker: &str,
    steps: &mut usize,
) -> bool {
    let mut open = vec![place.clone()];
    while let Some(place) = open.pop() {
        if *steps == 0 {
            return false;
        }
        *steps -= 1;
        let Some(schema) = document.get(&place) else {
            continue;
        };
        if schema
            .get("properties")
            .is_some_and(|all| all.get(name).is_some())
        {
            let property = place.child("properties").child(name);
            if is_marked(document, &property, marker) {
                return true;
            }
        }
        open.extend(included(document, &place, schema));
    }
    false
}

/// Whether a schema is marked itself or through `$ref` and `allOf`.
fn is_marked(document: &Document, place: &Place, marker: &str) -> bool {
    let mut open = vec![place.clone()];
    for _ in 0..MAX_STEPS {
        let Some(place) = open.pop() else {
            return false;
        };
        let Some(schema) = document.get(&place) else {
            continue;
        };
        if schema.get(marker) == Some(&Value::Bool(true)) {
            return true;
        }
        open.extend(included(document, &place, schema));
    }
    false
}

/// The schemas that hold for the same value without condition: `$ref` and `allOf`.
fn included(document: &Document, place: &Place, schema: &Value) -> Vec<Place> {
    let mut parts = Vec::new();
    if let Some(target) = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| document.resolve(place.source, reference))
    {
        parts.push(target);
    }
    if let Some(all) = schema.get("allOf").and_then(Value::as_array) {
        let place = place.child("allOf");
        parts.extend((0..all.len()).map(|index| place.index(index)));
    }
    parts
}

/// The schemas inside a schema, and whether each is an inline part that describes the same
/// value.
fn subschemas(document: &Document, place: &Place, schema: &Value) -> Vec<(Place, bool)> {
    let mut parts = Vec::new();
    let Some(members) = schema.as_object() else {
        return parts;
    };
    for (keyword, value) in members {
        let here = place.child(keyword);
        match keyword.as_str() {
            "$ref" => {
                let target = value
                    .as_str()
                    .and_then(|reference| document.resolve(place.source, reference));
                parts.extend(target.map(|target| (target, false)));
            }
            "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                let names = value
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(name, _)| name);
                let same = keyword == "dependentSchemas";
                parts.extend(names.map(|name| (here.child(name), same)));
            }
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => {
                let length = value.as_array().map_or(0, Vec::len);
                let same = keyword != "prefixItems";
                parts.extend((0..length).map(|index| (here.index(index), same)));
            }
            "not" | "if" | "then" | "else" => parts.push((here, true)),
            "items"
            | "contains"
            | "additionalProperties"
            | "propertyNames"
            | "unevaluatedItems"
            | "unevaluatedProperties" => parts.push((here, false)),
            _ => {}
        }
    }
    parts
}

/// Whether the schema at `place` is marked `readOnly`, so that requests leave it out.
pub fn is_read_only(document: &Document, place: &Place) -> bool {
    is_marked(document, place, "readOnly")
}
