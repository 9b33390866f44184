//! The operations that `contract.toml` names, and those that a description has ever had.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{ContractFile, meant};
use crate::access::Access;
use crate::pointer::Pointer;
use crate::provision::Call;

impl ContractFile {
    /// Every operation that it names, by id or by a path with `*`, with where.
    pub fn operations_named(&self) -> Vec<(Pointer, &str)> {
        let mut named = Vec::new();
        let root = Pointer::root();
        for (resource, recipe) in &self.resources {
            let at = root.child("resources").child(resource);
            in_calls(&at.child("steps"), &recipe.steps, &mut named);
            in_call(&at.child("delete"), recipe.delete.as_ref(), &mut named);
        }
        for (index, one) in self.operations.iter().enumerate() {
            let at = root.child("operations").index(index);
            for (index, name) in one.matches.iter().enumerate() {
                named.push((at.child("match").index(index), name.as_str()));
            }
            in_call(&at.child("delete"), one.delete.as_ref(), &mut named);
            if let Some(effect) = &one.effect {
                named.push((at.child("effect").child("list"), effect.list.as_str()));
            }
        }
        if let Some(access) = &self.access {
            in_access(&root.child("access"), access, &mut named);
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
        unknown.extend(self.unknown_in_calls());
        unknown
    }
}

/// Operations with where they are named.
type Named<'n> = Vec<(Pointer, &'n str)>;

fn in_call<'n>(at: &Pointer, call: Option<&'n Call>, named: &mut Named<'n>) {
    named.extend(call.map(|call| (at.child("operation"), call.operation.as_str())));
}

fn in_calls<'n>(at: &Pointer, calls: &'n [Call], named: &mut Named<'n>) {
    for (index, call) in calls.iter().enumerate() {
        in_call(&at.index(index), Some(call), named);
    }
}

fn in_access<'n>(at: &Pointer, access: &'n Access, named: &mut Named<'n>) {
    for (kind, resource) in &access.resources {
        let at = at.child("resources").child(kind);
        in_calls(&at.child("steps"), &resource.steps, named);
        in_call(&at.child("delete"), resource.delete.as_ref(), named);
        in_calls(&at.child("look"), &resource.look, named);
    }
    for (index, rule) in access.rules.iter().enumerate() {
        let at = at.child("rules").index(index);
        for (index, name) in rule.operations.iter().enumerate() {
            named.push((at.child("operations").index(index), name.as_str()));
        }
        in_calls(&at.child("first"), &rule.first, named);
    }
    for name in access.exempt.keys() {
        named.push((at.child("exempt").child(name), name.as_str()));
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
