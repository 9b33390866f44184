//! The form of a contract's files: JSON Schemas for editors, and mistakes in words.

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use super::ContractFile;
use crate::api::{Api, Direction, SchemaId};
use crate::document::{Document, Format, Place, Source};
use crate::near::near;
use crate::pointer::Pointer;
use crate::schema::{Mismatch, Schemas};
use crate::verdict::written_requirements;

/// Mistakes that are looked for in one file.
const MOST: usize = 100;
/// The ways in which a requirement may be verified.
const WAYS: [&str; 4] = ["schema", "expression", "workflow", "probe"];

/// The form of one kind of file.
pub struct Form {
    /// Its name, e.g. `contract`.
    pub name: &'static str,
    /// Which file it is for.
    pub about: &'static str,
    schema: fn() -> schemars::Schema,
}

/// All forms, by name.
pub const FORMS: [Form; 2] = [
    Form {
        name: "contract",
        about: "contract.toml of a contract",
        schema: || schemars::schema_for!(ContractFile),
    },
    Form {
        name: "requirements",
        about: "requirements/*.yaml of a contract",
        schema: written_requirements,
    },
];

impl Form {
    /// The JSON Schema (2020-12), as it is shipped.
    pub fn schema(&self) -> Value {
        let mut schema = (self.schema)().to_value();
        if let Some(members) = schema.as_object_mut() {
            members.insert("title".to_owned(), json!(self.about));
        }
        schema
    }
}

/// A form that is ready to find mistakes.
pub(super) struct Reader {
    schema: Arc<Value>,
    schemas: Schemas,
}

pub(super) static CONTRACT: LazyLock<Reader> = LazyLock::new(|| Reader::new(&FORMS[0]));
pub(super) static REQUIREMENTS: LazyLock<Reader> = LazyLock::new(|| Reader::new(&FORMS[1]));

impl Reader {
    fn new(form: &Form) -> Self {
        let schema = Arc::new(form.schema());
        let api = Api {
            document: Document {
                sources: vec![Source {
                    uri: format!("assize://form/{}", form.name),
                    name: form.name.into(),
                    text: "".into(),
                    format: Format::Json,
                    value: Arc::clone(&schema),
                }],
                ..Document::default()
            },
            schemas: vec![Place::new(0, Pointer::root())],
            ..Api::default()
        };
        Self {
            schema,
            schemas: Schemas::new(&api),
        }
    }

    /// What is wrong with the form of a file: the part, and a sentence.
    pub(super) fn mistakes(&self, value: &Value) -> Vec<(Pointer, String)> {
        let found = self
            .schemas
            .errors(SchemaId(0), Direction::Request, value, MOST)
            .expect("a test compiles the schemas of the forms");
        let mut mistakes = Vec::new();
        for mismatch in found {
            self.tell(&mismatch, value, &mut mistakes);
        }
        mistakes.dedup();
        mistakes
    }

    fn tell(&self, mismatch: &Mismatch, value: &Value, mistakes: &mut Vec<(Pointer, String)>) {
        let at = &mismatch.instance;
        let instance = at.get(value).unwrap_or(&Value::Null);
        let keyword = mismatch.schema.pointer.get(&self.schema);
        match mismatch.keyword.as_str() {
            "additionalProperties" => {
                let properties =
                    mismatch.schema.pointer.parent().and_then(|parent| {
                        parent.get(&self.schema)?.get("properties")?.as_object()
                    });
                let known = || properties.into_iter().flat_map(|all| all.keys());
                for name in instance.as_object().into_iter().flat_map(|all| all.keys()) {
                    if !known().any(|one| one == name) {
                        let near = meant(name, known().map(String::as_str));
                        let message = format!("there is no member {name}{near}");
                        mistakes.push((at.child(name), message));
                    }
                }
            }
            "required" => {
                let names = keyword.and_then(Value::as_array).into_iter().flatten();
                for name in names.filter_map(Value::as_str) {
                    if instance.get(name).is_none() {
                        let message = format!("the member {name} is missing");
                        mistakes.push((at.clone(), message));
                    }
                }
            }
            "format" => mistakes.push((
                at.clone(),
                format!(
                    "{} is no date; write it as 2026-02-10",
                    crate::schema::excerpt(instance)
                ),
            )),
            // The ways to verify a requirement are looked at apart.
            "oneOf" if instance.is_object() => mistakes.extend(ways(at, instance)),
            "oneOf" | "enum" | "const" => {
                let known = words(keyword);
                let name = instance.as_str().unwrap_or_default();
                mistakes.push((
                    at.clone(),
                    format!(
                        "{} is none of {}{}",
                        crate::schema::excerpt(instance),
                        known.join(", "),
                        meant(name, known.iter().copied())
                    ),
                ));
            }
            _ => mistakes.push((at.clone(), mismatch.message.clone())),
        }
    }
}

/// A requirement that is not verified in exactly one way.
fn ways(at: &Pointer, requirement: &Value) -> Option<(Pointer, String)> {
    let used: Vec<&str> = WAYS
        .into_iter()
        .filter(|way| requirement.get(way).is_some_and(|one| !one.is_null()))
        .collect();
    match used.as_slice() {
        [] => Some((
            at.clone(),
            format!("nothing verifies it: add one of {}", WAYS.join(", ")),
        )),
        [_] => None,
        [.., last] => Some((
            at.child(last),
            format!(
                "it is verified by {}; a requirement is verified in exactly one way",
                used.join(" and by ")
            ),
        )),
    }
}

/// The words that a schema allows, by `enum`, `const` or `oneOf` of these.
fn words(keyword: Option<&Value>) -> Vec<&str> {
    match keyword {
        Some(Value::String(word)) => vec![word],
        Some(Value::Array(all)) => all.iter().flat_map(|one| words(Some(one))).collect(),
        Some(Value::Object(schema)) => words(schema.get("const").or_else(|| schema.get("enum"))),
        _ => Vec::new(),
    }
}

/// `; did you mean source?`, or nothing.
pub fn meant<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    let near = near(name, names);
    if near.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", near.join(" or "))
    }
}
