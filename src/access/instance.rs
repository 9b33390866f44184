//! One owner's resource of a kind: the calls of the table with the names filled in.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Access, SharedResource};
use crate::provision::{Call, Recipe, Recipes};

/// One owner's resource of a kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// The kind of resource.
    pub kind: String,
    /// Whose it is.
    pub owner: String,
    /// Role → identity, without the owner.
    pub roles: BTreeMap<String, String>,
    /// The name of its recipe, `KIND--OWNER`.
    pub name: String,
    words: Vec<(String, String)>,
}

impl Instance {
    /// All instances, by kind and in the order of owners.
    pub fn all(access: &Access) -> Vec<Self> {
        let of_kind = |(kind, resource): (&String, &SharedResource)| {
            let owners = resource.owners.iter();
            owners
                .filter_map(|words| Self::new(kind, words))
                .collect::<Vec<_>>()
        };
        access.resources.iter().flat_map(of_kind).collect()
    }

    fn new(kind: &str, written: &BTreeMap<String, String>) -> Option<Self> {
        let owner = written.get("owner")?.clone();
        let name = format!("{kind}--{owner}");
        let mut words: Vec<(String, String)> = written
            .iter()
            .map(|(word, meant)| (format!("{{{word}}}"), meant.clone()))
            .collect();
        words.push(("{it.".to_owned(), format!("{{{name}.")));
        let is_role = |word: &str| word != "owner" && !word.starts_with(char::is_uppercase);
        let roles = written
            .iter()
            .filter(|(word, _)| is_role(word))
            .map(|(word, who)| (word.clone(), who.clone()));
        Some(Self {
            kind: kind.to_owned(),
            roles: roles.collect(),
            owner,
            name,
            words,
        })
    }

    /// The text with the words of this instance filled in.
    pub fn fill(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (word, meant) in &self.words {
            if text.contains(word.as_str()) {
                text = text.replace(word.as_str(), meant);
            }
        }
        text
    }

    fn fill_value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.fill(text)),
            Value::Array(elements) => {
                Value::Array(elements.iter().map(|one| self.fill_value(one)).collect())
            }
            Value::Object(members) => Value::Object(self.fill_members(members)),
            other => other.clone(),
        }
    }

    fn fill_members(&self, members: &Map<String, Value>) -> Map<String, Value> {
        members
            .iter()
            .map(|(name, value)| (name.clone(), self.fill_value(value)))
            .collect()
    }

    /// The call with the words of this instance filled in.
    pub fn fill_call(&self, call: &Call) -> Call {
        Call {
            operation: call.operation.clone(),
            identity: call.identity.as_deref().map(|text| self.fill(text)),
            arguments: self.fill_members(&call.arguments),
            body: call.body.as_ref().map(|body| self.fill_value(body)),
            alternatives: call
                .alternatives
                .iter()
                .map(|body| self.fill_value(body))
                .collect(),
            output: call
                .output
                .iter()
                .map(|(name, path)| (name.clone(), self.fill(path)))
                .collect(),
        }
    }
}

impl Access {
    /// The recipes of all instances.
    pub fn recipes(&self) -> Recipes {
        Instance::all(self)
            .into_iter()
            .filter_map(|instance| {
                let resource = self.resources.get(&instance.kind)?;
                let recipe = Recipe {
                    steps: resource
                        .steps
                        .iter()
                        .map(|call| instance.fill_call(call))
                        .collect(),
                    shared: false,
                    delete: resource
                        .delete
                        .as_ref()
                        .map(|call| instance.fill_call(call)),
                    kept: resource.kept.clone(),
                };
                Some((instance.name, recipe))
            })
            .collect()
    }
}
