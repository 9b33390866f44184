//! Which operations two editions do not share, and which differ, by parts.
//!
//! This tells what an edition is about; what a difference means for clients and servers is
//! not decided here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::api::{Api, Operation};
use crate::document::{Document, Place};
use crate::pointer::Pointer;

/// The differences between the operations of two descriptions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Operations that only the new one has: id and signature, in its order.
    pub added: Vec<(String, String)>,
    /// Operations that only the old one has, in its order.
    pub removed: Vec<(String, String)>,
    /// Operations that differ: id and what of them, e.g. `body`, `403`.
    pub differ: Vec<(String, Vec<String>)>,
}

/// Compares two descriptions, operation by operation. Words for readers (`description`,
/// `summary`, examples, extensions) make no difference.
pub fn changed(old: &Api, new: &Api) -> Changed {
    let mut changed = Changed::default();
    let named = |one: &Operation| (one.id.clone(), one.signature());
    let before: BTreeMap<&str, &Operation> = old
        .operations
        .iter()
        .map(|one| (one.id.as_str(), one))
        .collect();
    for operation in &new.operations {
        let Some(before) = before.get(operation.id.as_str()) else {
            changed.added.push(named(operation));
            continue;
        };
        let differing = differing(
            &parts(&old.document, before),
            &parts(&new.document, operation),
        );
        if !differing.is_empty() {
            changed.differ.push((operation.id.clone(), differing));
        }
    }
    changed.removed = old
        .operations
        .iter()
        .filter(|one| new.find(&one.id).is_none())
        .map(named)
        .collect();
    changed
}

/// The parts of an operation by name, each with the values it consists of by where these
/// stand, so that a change behind a `$ref` counts for whoever refers to it.
type Parts = BTreeMap<String, BTreeMap<Pointer, Value>>;

fn parts(document: &Document, operation: &Operation) -> Parts {
    let mut parts = Parts::new();
    let Some(Value::Object(members)) = document.get(&operation.place) else {
        return parts;
    };
    for key in members.keys() {
        let place = operation.place.child(key);
        match key.as_str() {
            "requestBody" => {
                parts.insert("body".to_owned(), reached(document, &place));
            }
            "responses" => {
                for status in document
                    .get(&place)
                    .and_then(Value::as_object)
                    .into_iter()
                    .flatten()
                {
                    parts.insert(status.0.clone(), reached(document, &place.child(status.0)));
                }
            }
            "parameters" | "security" | "servers" | "deprecated" => {
                parts.insert(key.clone(), reached(document, &place));
            }
            _ => {}
        }
    }
    parts
}

/// The value at `place` and all values that it refers to, without words for readers. What is
/// at `place` itself is filed under the root, so that it may stand elsewhere in the other.
fn reached(document: &Document, place: &Place) -> BTreeMap<Pointer, Value> {
    let mut found = BTreeMap::new();
    let mut seen = BTreeSet::from([place.clone()]);
    let mut open = vec![(Pointer::root(), place.clone())];
    while let Some((name, place)) = open.pop() {
        let Some(value) = document.get(&place) else {
            continue;
        };
        let mut inside = vec![value];
        while let Some(value) = inside.pop() {
            match value {
                Value::Array(elements) => inside.extend(elements),
                Value::Object(members) => {
                    if let Some(Value::String(reference)) = members.get("$ref")
                        && let Some(target) = document.resolve(place.source, reference)
                        && seen.insert(target.clone())
                    {
                        open.push((target.pointer.clone(), target));
                    }
                    inside.extend(members.values());
                }
                _ => {}
            }
        }
        found.insert(name, plain(value));
    }
    found
}

/// The value without words for readers. A property may be called `description`; then it is no
/// text. Recursion is bounded by the depth of descriptions.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(key, value)| {
                let words = matches!(key.as_str(), "description" | "summary" | "title");
                let examples = matches!(key.as_str(), "example" | "examples" | "links");
                !(words && value.is_string() || examples || key.starts_with("x-"))
            })
            .map(|(key, value)| (key.clone(), plain(value)))
            .collect(),
        Value::Array(elements) => elements.iter().map(plain).collect(),
        other => other.clone(),
    }
}

fn differing(old: &Parts, new: &Parts) -> Vec<String> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    names
        .into_iter()
        .filter_map(|name| match (old.get(name), new.get(name)) {
            (Some(old), Some(new)) if old == new => None,
            (None, Some(_)) => Some(format!("{name} added")),
            (Some(_), None) => Some(format!("{name} removed")),
            _ => Some(name.clone()),
        })
        .collect()
}
