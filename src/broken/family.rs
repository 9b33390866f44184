//! Which schemas speak about one value, and which about its parts.

use serde_json::Value;

use crate::document::{Document, Place};

/// Schemas of one family that are looked at; the rest of a larger one is ignored.
const MAX_FAMILY: usize = 128;

/// All schemas that speak about the value that the one at `place` speaks about: itself and
/// what it refers to, includes or offers as an alternative.
pub(crate) fn family(document: &Document, places: Vec<Place>) -> Vec<(Place, &Value)> {
    let mut open = places;
    let mut found: Vec<(Place, &Value)> = Vec::new();
    while let Some(place) = open.pop() {
        if found.len() >= MAX_FAMILY || found.iter().any(|(known, _)| *known == place) {
            continue;
        }
        let Some(schema) = document.get(&place) else {
            continue;
        };
        if let Some(target) = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| document.resolve(place.source, reference))
        {
            open.push(target);
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            let length = schema
                .get(keyword)
                .and_then(Value::as_array)
                .map_or(0, Vec::len);
            let here = place.child(keyword);
            open.extend((0..length).map(|index| here.index(index)));
        }
        for keyword in ["if", "then", "else"] {
            if schema.get(keyword).is_some() {
                open.push(place.child(keyword));
            }
        }
        if let Some(names) = schema.get("dependentSchemas").and_then(Value::as_object) {
            let here = place.child("dependentSchemas");
            open.extend(names.keys().map(|name| here.child(name)));
        }
        found.push((place, schema));
    }
    found
}

/// The schemas of a family for the property `name`: those that declare it by name; empty
/// when none does.
pub(crate) fn declared(family: &[(Place, &Value)], name: &str) -> Vec<Place> {
    family
        .iter()
        .filter(|(_, schema)| {
            schema
                .get("properties")
                .is_some_and(|properties| properties.get(name).is_some())
        })
        .map(|(place, _)| place.child("properties").child(name))
        .collect()
}

/// The schemas of a family for properties that are not declared by name.
pub(crate) fn undeclared(family: &[(Place, &Value)]) -> Vec<Place> {
    let mut parts = Vec::new();
    for (place, schema) in family {
        for keyword in ["additionalProperties", "unevaluatedProperties"] {
            if schema.get(keyword).is_some_and(Value::is_object) {
                parts.push(place.child(keyword));
            }
        }
        if let Some(patterns) = schema.get("patternProperties").and_then(Value::as_object) {
            let here = place.child("patternProperties");
            parts.extend(patterns.keys().map(|pattern| here.child(pattern)));
        }
    }
    parts
}

/// The schemas of a family for the elements of an array.
pub(crate) fn elements(family: &[(Place, &Value)]) -> Vec<Place> {
    let mut parts = Vec::new();
    for (place, schema) in family {
        for keyword in ["items", "contains", "unevaluatedItems"] {
            if schema.get(keyword).is_some_and(Value::is_object) {
                parts.push(place.child(keyword));
            }
        }
        let length = schema
            .get("prefixItems")
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        let here = place.child("prefixItems");
        parts.extend((0..length).map(|index| here.index(index)));
    }
    parts
}

/// The types that a family names, without repetition.
pub(crate) fn types<'d>(family: &[(Place, &'d Value)]) -> Vec<&'d str> {
    let mut types = Vec::new();
    for (_, schema) in family {
        let named = match schema.get("type") {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        for one in named {
            if !types.contains(&one) {
                types.push(one);
            }
        }
    }
    types
}
