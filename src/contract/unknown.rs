//! Identities, resources and security schemes that `contract.toml` names and that are not there.

use serde_json::Value;

use super::{ContractFile, meant};
use crate::pointer::Pointer;
use crate::provision::{Call, references};

impl ContractFile {
    /// Identities and resources that calls name and that are not there. What stands in
    /// `[access]` is looked at when it is expanded.
    pub(super) fn unknown_in_calls(&self) -> Vec<(Pointer, String)> {
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
