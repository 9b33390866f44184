//! Properties that name another resource: `pet_id`, `petId`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::producer::Producer;
use crate::case::Reference;
use crate::pointer::Pointer;

/// The resource that a property such as `pet_id`, `petId` names, if exactly one does.
pub(super) fn foreign_key<'p>(
    property: &str,
    producers: &'p BTreeMap<String, Producer>,
) -> Option<&'p str> {
    let stem = property
        .strip_suffix("_id")
        .or_else(|| property.strip_suffix("Id"))?;
    let stem = stem.to_ascii_lowercase().replace('_', "");
    let mut matching = producers.keys().filter(|resource| {
        let last = resource
            .rsplit('-')
            .next()
            .unwrap_or(resource)
            .to_ascii_lowercase();
        let last = last.replace('_', "");
        last == stem || last.strip_suffix('s') == Some(&stem) || last == format!("{stem}es")
    });
    let first = matching.next()?;
    matching.next().is_none().then_some(first)
}

/// `body` with references in its foreign keys, those to the resource itself excepted.
pub(super) fn with_foreign_keys(
    mut body: Value,
    resource: &str,
    producers: &BTreeMap<String, Producer>,
) -> Value {
    for (pointer, reference) in foreign_keys(&body, producers) {
        if reference.resource != resource {
            pointer.set(&mut body, json!(reference.to_string()));
        }
    }
    body
}

pub(super) fn foreign_keys(
    body: &Value,
    producers: &BTreeMap<String, Producer>,
) -> Vec<(Pointer, Reference)> {
    fn walk(
        value: &Value,
        at: &Pointer,
        producers: &BTreeMap<String, Producer>,
        found: &mut Vec<(Pointer, Reference)>,
    ) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    let at = at.child(name);
                    match foreign_key(name, producers) {
                        Some(resource) if !member.is_object() && !member.is_array() => {
                            let reference = Reference {
                                resource: resource.to_owned(),
                                output: "id".to_owned(),
                            };
                            found.push((at, reference));
                        }
                        _ => walk(member, &at, producers, found),
                    }
                }
            }
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    walk(element, &at.index(index), producers, found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(body, &Pointer::root(), producers, &mut found);
    found
}
