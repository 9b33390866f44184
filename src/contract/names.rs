//! The operations that `contract.toml` names, and those that a description has ever had.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{ContractFile, meant};
use crate::access::Access;
use crate::pointer::Pointer;
use crate::provision::{Call, references};

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
        named.extend(self.access.iter().flat_map(in_access));
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

    /// Identities and resources that calls name and that are not there. What stands in
    /// `[access]` is looked at when it is expanded.
    fn unknown_in_calls(&self) -> Vec<(Pointer, String)> {
        let mut found = Vec::new();
        let root = Pointer::root();
        for (name, recipe) in &self.resources {
            let at = root.child("resources").child(name);
            for (index, call) in recipe.steps.iter().enumerate() {
                self.in_call(call, &at.child("steps").index(index), &mut found);
            }
            if let Some(call) = &recipe.delete {
                self.in_call(call, &at.child("delete"), &mut found);
            }
        }
        for (index, one) in self.operations.iter().enumerate() {
            let at = root.child("operations").index(index);
            self.in_identity(one.identity.as_deref(), &at, &mut found);
            for (part, value) in &one.set {
                self.in_value(value, &at.child("set").child(part), &mut found);
            }
            if let Some(call) = &one.delete {
                self.in_call(call, &at.child("delete"), &mut found);
            }
        }
        found
    }

    fn in_call(&self, call: &Call, at: &Pointer, found: &mut Vec<(Pointer, String)>) {
        self.in_identity(call.identity.as_deref(), at, found);
        for (name, value) in &call.arguments {
            self.in_value(value, &at.child("with").child(name), found);
        }
        let bodies = call.body.iter().chain(&call.alternatives);
        for value in bodies {
            self.in_value(value, &at.child("body"), found);
        }
    }

    fn in_identity(&self, name: Option<&str>, at: &Pointer, found: &mut Vec<(Pointer, String)>) {
        let Some(name) = name else {
            return;
        };
        let at = at.child("as");
        match name.split_once(' ') {
            // A key that a resource yielded, with the kind that it is of.
            Some((kind, key)) => {
                if !self.kinds.contains_key(kind) {
                    let kinds = self.kinds.keys().map(String::as_str);
                    let message = format!("there is no kind {kind}{}", meant(kind, kinds));
                    found.push((at.clone(), message));
                }
                self.in_value(&Value::from(key), &at, found);
            }
            None if name == "nobody" || self.identities.contains_key(name) => {}
            None => {
                let identities = self.identities.keys().map(String::as_str);
                let message = format!("there is no identity {name}{}", meant(name, identities));
                found.push((at, message));
            }
        }
    }

    fn in_value(&self, value: &Value, at: &Pointer, found: &mut Vec<(Pointer, String)>) {
        for reference in references(value) {
            let name = reference.resource.as_str();
            if !OWN.contains(&name) && !self.resources.contains_key(name) {
                let resources = self.resources.keys().map(String::as_str);
                let message = format!("there is no resource {name}{}", meant(name, resources));
                found.push((at.clone(), message));
            }
        }
    }

    /// Security schemes that kinds of identities have and that the description has not: whoever
    /// had none of the others would be taken for somebody of the wrong kind.
    pub fn unknown_schemes(&self, known: &[&str]) -> Vec<(Pointer, String)> {
        let mut unknown = Vec::new();
        for (name, kind) in &self.kinds {
            let at = Pointer::root().child("kinds").child(name).child("schemes");
            for (index, scheme) in kind.schemes.iter().enumerate() {
                if !known.contains(&scheme.as_str()) {
                    let near = meant(scheme, known.iter().copied());
                    let message = format!("the description has no security scheme {scheme}{near}");
                    unknown.push((at.index(index), message));
                }
            }
        }
        unknown
    }
}

/// Resources that are there without a recipe.
const OWN: [&str; 2] = ["run", "created"];

/// The operations that a table of access names.
fn in_access(access: &Access) -> Vec<(Pointer, &str)> {
    let mut named = Vec::new();
    let root = Pointer::root().child("access");
    for (name, resource) in &access.resources {
        let at = root.child("resources").child(name);
        for (part, calls) in [("steps", &resource.steps), ("look", &resource.look)] {
            for (index, call) in calls.iter().enumerate() {
                let at = at.child(part).index(index).child("operation");
                named.push((at, call.operation.as_str()));
            }
        }
        if let Some(call) = &resource.delete {
            let at = at.child("delete").child("operation");
            named.push((at, call.operation.as_str()));
        }
    }
    for (index, rule) in access.rules.iter().enumerate() {
        let at = root.child("rules").index(index);
        for (index, name) in rule.operations.iter().enumerate() {
            named.push((at.child("operations").index(index), name.as_str()));
        }
        for (index, call) in rule.first.iter().enumerate() {
            let at = at.child("first").index(index).child("operation");
            named.push((at, call.operation.as_str()));
        }
    }
    for name in access.exempt.keys() {
        named.push((root.child("exempt").child(name), name.as_str()));
    }
    named
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
