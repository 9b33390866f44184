//! Where a value is held by closed objects.

use serde_json::Value;

use crate::api::{Api, SchemaId};
use crate::document::Place;
use crate::pointer::Pointer;

/// How deep schemas are followed.
const DEPTH: u8 = 32;

/// Pointers to the objects in `value` whose schema closes them: `additionalProperties` or
/// `unevaluatedProperties` is `false`. Alternatives (`oneOf`, `anyOf`) are not entered,
/// since which of them holds is not decided here.
pub fn closed_objects(api: &Api, schema: SchemaId, value: &Value) -> Vec<Pointer> {
    let mut found = Vec::new();
    let root = api.schema_place(schema).clone();
    walk(api, &root, value, &Pointer::root(), DEPTH, &mut found);
    found.sort();
    found.dedup();
    found
}

fn walk(
    api: &Api,
    place: &Place,
    value: &Value,
    at: &Pointer,
    depth: u8,
    found: &mut Vec<Pointer>,
) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    let Some((place, schema)) = api.document.follow(place) else {
        return;
    };
    if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
        for index in 0..parts.len() {
            walk(
                api,
                &place.child("allOf").index(index),
                value,
                at,
                depth,
                found,
            );
        }
    }
    match value {
        Value::Object(members) => {
            let closes = |keyword: &str| schema.get(keyword) == Some(&Value::Bool(false));
            if closes("additionalProperties") || closes("unevaluatedProperties") {
                found.push(at.clone());
            }
            let properties = schema.get("properties").and_then(Value::as_object);
            for (name, member) in members {
                if properties.is_some_and(|properties| properties.contains_key(name)) {
                    let inner = place.child("properties").child(name);
                    walk(api, &inner, member, &at.child(name), depth, found);
                }
            }
        }
        Value::Array(elements) if schema.get("items").is_some() => {
            if let Some(first) = elements.first() {
                walk(
                    api,
                    &place.child("items"),
                    first,
                    &at.index(0),
                    depth,
                    found,
                );
            }
        }
        _ => {}
    }
}
