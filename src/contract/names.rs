//! The operations that `contract.toml` names, and those that a description has ever had.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{ContractFile, meant};
use crate::pointer::Pointer;

impl ContractFile {
    /// Every operation that it names, by id or by a path with `*`, with where.
    pub fn operations_named(&self) -> Vec<(Pointer, &str)> {
        let mut named = Vec::new();
        let root = Pointer::root();
        for (resource, recipe) in &self.resources {
            let recipe_at = root.child("resources").child(resource);
            for (index, call) in recipe.steps.iter().enumerate() {
                let at = recipe_at.child("steps").index(index);
                named.push((at.child("operation"), call.operation.as_str()));
            }
            if let Some(call) = &recipe.delete {
                let at = recipe_at.child("delete").child("operation");
                named.push((at, call.operation.as_str()));
            }
        }
        for (index, one) in self.operations.iter().enumerate() {
            let at = root.child("operations").index(index);
            for (index, name) in one.matches.iter().enumerate() {
                named.push((at.child("match").index(index), name.as_str()));
            }
            if let Some(call) = &one.delete {
                let at = at.child("delete").child("operation");
                named.push((at, call.operation.as_str()));
            }
        }
        named
    }

    /// Kinds and resources that it names and does not have: where, and a sentence.
    pub fn unknown_names(&self) -> Vec<(Pointer, String)> {
        let mut unknown = Vec::new();
        for (name, identity) in &self.identities {
            if !self.kinds.contains_key(&identity.kind) {
                let kinds = self.kinds.keys().map(String::as_str);
                let at = Pointer::root()
                    .child("identities")
                    .child(name)
                    .child("kind");
                let kind = &identity.kind;
                unknown.push((at, format!("there is no kind {kind}{}", meant(kind, kinds))));
            }
        }
        for (index, operation) in self.operations.iter().enumerate() {
            let at = Pointer::root().child("operations").index(index);
            for (index, name) in operation.needs.iter().enumerate() {
                if !self.resources.contains_key(name) {
                    let resources = self.resources.keys().map(String::as_str);
                    let message = format!("there is no resource {name}{}", meant(name, resources));
                    unknown.push((at.child("needs").index(index), message));
                }
            }
        }
        unknown
    }
}

/// What operations can be called after what stands in a description or an overlay: each
/// `operationId`, and `METHOD /path` for each path. Nothing is resolved, so that this is
/// true for all editions at once and costs one reading.
pub fn operations_in(value: &Value, found: &mut BTreeSet<String>) {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(elements) => open.extend(elements),
            Value::Object(members) => {
                if let Some(Value::String(id)) = members.get("operationId") {
                    found.insert(id.clone());
                }
                for (key, value) in members {
                    if let (true, Value::Object(item)) = (key.starts_with('/'), value) {
                        found.extend(
                            item.keys()
                                .filter(|method| method.len() <= 20)
                                .map(|method| format!("{} {key}", method.to_ascii_uppercase())),
                        );
                    }
                    open.push(value);
                }
            }
            _ => {}
        }
    }
}
