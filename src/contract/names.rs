//! The operations that `contract.toml` names, and those that a description has ever had.

use std::collections::BTreeSet;

use serde_json::Value;

use super::ContractFile;

impl ContractFile {
    /// Every operation that it names by its id, with where.
    pub fn operations_named(&self) -> Vec<(String, &str)> {
        let mut named = Vec::new();
        for (resource, recipe) in &self.resources {
            for call in recipe.steps.iter().chain(&recipe.delete) {
                named.push((format!("resources.{resource}"), call.operation.as_str()));
            }
        }
        for one in &self.operations {
            for name in one.matches.iter().filter(|name| !name.ends_with('*')) {
                named.push(("operations.match".to_owned(), name));
            }
            if let Some(call) = &one.delete {
                let place = format!("operations.delete of {}", one.matches.join(", "));
                named.push((place, call.operation.as_str()));
            }
        }
        named
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
