//! Examples of parameters and media types.

use serde_json::Value;

use super::Builder;
use super::view::Node;
use crate::api::{Api, Example, SchemaId};

impl<'d> Builder<'d> {
    /// `example` and `examples` of a parameter or media type. Examples that are kept
    /// elsewhere (`externalValue`) are left out.
    pub(super) fn examples(&mut self, node: &Node<'d>) -> Vec<Example> {
        let mut examples = Vec::new();
        if let Some(value) = node.1.get("example") {
            examples.push(Example {
                name: "example".to_owned(),
                value: value.clone(),
            });
        }
        let Some((place, named)) = self.member(&node.0, "examples") else {
            return examples;
        };
        for name in named.keys() {
            let lost = format!("example `{name}`");
            let Some((place, example)) = self.follow(&place.child(name), "an example", &lost)
            else {
                continue;
            };
            // `dataValue` is the form of 3.2.
            let value = example.get("value").or_else(|| example.get("dataValue"));
            match value {
                Some(value) => examples.push(Example {
                    name: name.clone(),
                    value: value.clone(),
                }),
                None if example.contains_key("externalValue")
                    || example.contains_key("serializedValue") => {}
                None => {
                    self.flaws
                        .add(&place, format!("the example `{name}` has no `value`"))
                        .help("put the value under `value`")
                        .lost(lost);
                }
            }
        }
        examples
    }
}

/// Gives parameters and media types without examples those of their schema.
pub(super) fn fall_back(api: &mut Api) {
    let Api {
        operations,
        document,
        schemas,
        ..
    } = api;
    let of = |id: SchemaId| {
        let place = schemas.get(id.0 as usize)?;
        document.get(place).map(of_schema)
    };
    let complete = |examples: &mut Vec<Example>, schema: Option<SchemaId>| {
        if examples.is_empty() {
            *examples = schema.and_then(of).unwrap_or_default();
        }
    };
    for operation in operations {
        for parameter in &mut operation.parameters {
            complete(&mut parameter.examples, parameter.schema);
        }
        let bodies = operation
            .body
            .iter_mut()
            .flat_map(|body| &mut body.contents);
        let answers = operation
            .responses
            .iter_mut()
            .flat_map(|response| &mut response.contents);
        for media_type in bodies.chain(answers) {
            complete(&mut media_type.examples, media_type.schema);
        }
    }
}

/// The examples that a schema itself gives.
fn of_schema(schema: &Value) -> Vec<Example> {
    let single = schema.get("example").into_iter();
    let several = schema
        .get("examples")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    single
        .chain(several)
        .enumerate()
        .map(|(index, value)| Example {
            name: match index {
                0 => "schema example".to_owned(),
                _ => format!("schema example {}", index + 1),
            },
            value: value.clone(),
        })
        .collect()
}
