//! Who makes a resource, how, and how it is removed again.

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Value, json};

use super::foreign_key::{foreign_keys, with_foreign_keys};
use super::identifier::{guessed_id, id_in, linked, named_in_body, properties};
use super::infer::Hints;
use super::path::{collections, item_parameter, resource_name, shape};
use crate::api::{Api, Operation, ParameterLocation};
use crate::case::Reference;
use crate::document::Place;
use crate::pointer::Pointer;
use crate::provision::{Call, Recipe, references};

/// The operation that makes a resource, and where its answer says which.
#[derive(Clone, Debug)]
pub(super) struct Producer {
    pub(super) operation: usize,
    /// Where the answer carries the id.
    pub(super) id: String,
    /// It only finds what exists.
    pub(super) found: bool,
    /// The client chooses the id: a PUT on the item.
    pub(super) chosen: bool,
    /// The client chooses the id: where it stands in the body of a POST.
    pub(super) in_body: Option<Pointer>,
    /// DELETE on the item.
    pub(super) delete: Option<usize>,
}

pub(super) fn producers(api: &Api, hints: &Hints<'_>) -> BTreeMap<String, Producer> {
    let mut found = BTreeMap::new();
    let at = |method: &Method, path: &str| {
        api.operations
            .iter()
            .position(|one| one.method == *method && shape(&one.path) == shape(path))
    };
    for operation in &api.operations {
        for (parameter, collection) in collections(&operation.path) {
            let resource = resource_name(&collection);
            if found.contains_key(&resource) {
                continue;
            }
            let item = format!("{collection}/{{{parameter}}}");
            let delete = at(&Method::DELETE, &item);
            let producer = |operation, id, found, chosen| Producer {
                operation,
                id,
                found,
                chosen,
                in_body: None,
                delete,
            };
            let linked = linked(api, operation, &parameter);
            let posted = at(&Method::POST, &collection)
                .and_then(|post| Some((post, id_in(api, post, &parameter, &collection)?)));
            let guessed = || {
                let post = at(&Method::POST, &collection)?;
                Some((post, guessed_id(api, post)?))
            };
            let named = || {
                let post = at(&Method::POST, &collection)?;
                Some((post, named_in_body(api, post, &parameter, hints)?))
            };
            let put = at(&Method::PUT, &item).filter(|put| {
                api.operations[*put]
                    .responses
                    .iter()
                    .any(|one| one.status.matches(201))
            });
            let listed = at(&Method::GET, &collection)
                .and_then(|list| Some((list, id_in(api, list, &parameter, &collection)?)));
            let chosen = if let Some((post, id)) = posted.or(linked) {
                Some(producer(post, id, false, false))
            } else if let Some(put) = put {
                Some(producer(put, String::new(), false, true))
            } else if let Some((post, pointer)) = named() {
                Some(Producer {
                    in_body: Some(pointer),
                    ..producer(post, String::new(), false, false)
                })
            } else if let Some((post, id)) = guessed() {
                Some(producer(post, id, false, false))
            } else {
                listed.map(|(list, id)| producer(list, id, true, false))
            };
            if let Some(chosen) = chosen {
                found.insert(resource, chosen);
            }
        }
    }
    found
}

/// The path parameters of an operation that a producer fills.
pub(super) fn bound_path(
    operation: &Operation,
    producers: &BTreeMap<String, Producer>,
) -> Vec<(String, Option<Reference>)> {
    collections(&operation.path)
        .into_iter()
        .map(|(parameter, collection)| {
            let resource = resource_name(&collection);
            let usable = producers
                .get(&resource)
                .filter(|one| !one.found || operation.is_safe());
            let reference = usable.map(|_| Reference {
                resource,
                output: "id".to_owned(),
            });
            (parameter, reference)
        })
        .collect()
}

pub(super) fn recipe(
    api: &Api,
    resource: &str,
    producer: &Producer,
    producers: &BTreeMap<String, Producer>,
    hints: &Hints<'_>,
) -> Recipe {
    let operation = &api.operations[producer.operation];
    let identity = (hints.identity)(operation);
    let mut samples = (hints.sample)(producer.operation);
    // What needs the least of others first: optional references may even form a circle.
    samples.sort_by_key(|(_, body)| {
        body.as_ref()
            .map_or(0, |one| foreign_keys(one, producers).len())
    });
    let mut samples = samples.into_iter();
    let (mut arguments, body) = samples.next().unwrap_or_default();
    // What may be left out can only do harm here.
    arguments.retain(|name, _| {
        operation
            .parameters
            .iter()
            .any(|one| one.name == *name && one.required)
    });
    let own = item_parameter(operation);
    for (parameter, reference) in bound_path(operation, producers) {
        if producer.chosen && own.as_ref() == Some(&parameter) {
            arguments.insert(parameter, json!("{run.unique}"));
        } else if let Some(reference) = reference {
            arguments.insert(parameter, json!(reference.to_string()));
        }
    }
    let id = if producer.chosen || producer.in_body.is_some() {
        "{run.unique}".to_owned()
    } else {
        producer.id.clone()
    };
    let output = BTreeMap::from([("id".to_owned(), id)]);
    let filled = |mut body: Value| {
        for pointer in unique_names(api, operation, &body) {
            pointer.set(&mut body, json!("{run.unique}"));
        }
        if let Some(pointer) = &producer.in_body {
            pointer.set(&mut body, json!("{run.unique}"));
        }
        with_foreign_keys(body, resource, producers)
    };
    let body = body.map(filled);
    // An alternative is sent after the first was refused; nothing further is made for it.
    let known: Vec<Reference> = body.iter().flat_map(references).collect();
    let alternatives = samples
        .filter_map(|(_, body)| body)
        .map(filled)
        .filter(|other| {
            references(other)
                .iter()
                .all(|one| known.contains(one) || one.resource == "run")
        })
        .collect();
    let steps = vec![Call {
        operation: operation.id.clone(),
        identity: identity.clone(),
        arguments: arguments.clone(),
        body,
        alternatives,
        output,
    }];
    let this = format!("{{{resource}.id}}");
    let delete = producer
        .delete
        .map(|at| deletion(api, at, &this, producers, hints));
    Recipe {
        steps,
        shared: producer.found,
        delete,
        kept: None,
    }
}

/// The members of a body that often must be unlike those of all others, as far as they are
/// free text: a second resource with the same name may be refused.
pub(super) fn unique_names(api: &Api, operation: &Operation, body: &Value) -> Vec<Pointer> {
    const NAMES: [&str; 8] = [
        "name", "slug", "key", "title", "username", "login", "handle", "label",
    ];
    let schema = operation
        .body
        .as_ref()
        .and_then(|one| one.contents.first()?.schema);
    let Some(schema) = schema else {
        return Vec::new();
    };
    let root = api.schema_place(schema).clone();
    let places = properties(api, &root, 0);
    NAMES
        .into_iter()
        .filter(|name| body.get(*name).is_some_and(Value::is_string))
        .filter(|name| {
            places
                .get(*name)
                .is_some_and(|place| is_free_text(api, place))
        })
        .map(|name| Pointer::root().child(name))
        .collect()
}

/// Whether a schema allows any text, and shows none.
pub(super) fn is_free_text(api: &Api, place: &Place) -> bool {
    api.document.follow(place).is_some_and(|(_, schema)| {
        let bound = [
            "enum", "const", "format", "pattern", "example", "examples", "default",
        ];
        schema.get("type") == Some(&json!("string"))
            && bound.iter().all(|keyword| schema.get(keyword).is_none())
            && schema
                .get("maxLength")
                .and_then(Value::as_u64)
                .is_none_or(|longest| longest >= 40)
    })
}

/// Whether the values of a path parameter are listed: they name no resource.
pub(super) fn is_listed(api: &Api, operation: &Operation, name: &str) -> bool {
    operation
        .parameters
        .iter()
        .find(|one| one.location == ParameterLocation::Path && one.name == name)
        .and_then(|one| api.document.follow(api.schema_place(one.schema?)))
        .is_some_and(|(_, schema)| schema.get("enum").is_some() || schema.get("const").is_some())
}

/// The call that deletes the item `this`, inside what else its path names.
pub(super) fn deletion(
    api: &Api,
    at: usize,
    this: &str,
    producers: &BTreeMap<String, Producer>,
    hints: &Hints<'_>,
) -> Call {
    let deleting = &api.operations[at];
    let own = item_parameter(deleting);
    let arguments = bound_path(deleting, producers)
        .into_iter()
        .map(|(parameter, reference)| {
            let value = if own.as_ref() == Some(&parameter) {
                this.to_owned()
            } else {
                reference.map(|one| one.to_string()).unwrap_or_default()
            };
            (parameter, json!(value))
        })
        .collect();
    Call {
        operation: deleting.id.clone(),
        identity: (hints.identity)(deleting),
        arguments,
        ..Call::default()
    }
}

/// How what a successful POST made is removed: the DELETE on the items of the collection,
/// for the id in the answer. The outer `None`: it makes nothing that is known to last.
#[expect(
    clippy::option_option,
    reason = "made and not removable is different from not made"
)]
pub(super) fn removal(
    api: &Api,
    index: usize,
    producers: &BTreeMap<String, Producer>,
    hints: &Hints<'_>,
) -> Option<Option<Call>> {
    let operation = &api.operations[index];
    let producer = producers
        .values()
        .find(|one| one.operation == index && !one.found);
    if producer.is_some_and(|one| one.chosen) {
        // The item in the path is the run's own, and goes with its recipe.
        return None;
    }
    let item = (operation.method == Method::POST)
        .then(|| {
            api.operations.iter().find_map(|other| {
                let parameter = item_parameter(other)?;
                let collection = other.path.strip_suffix(&format!("/{{{parameter}}}"))?;
                (shape(collection) == shape(&operation.path)).then_some((parameter, other))
            })
        })
        .flatten();
    let (id, delete) = match (producer, item) {
        (Some(producer), _) => {
            let id = match &producer.in_body {
                Some(pointer) => format!("request{}", pointer.as_str()),
                None => producer.id.clone(),
            };
            (Some(id), producer.delete)
        }
        (None, Some((parameter, item))) => {
            let delete = api.operations.iter().position(|one| {
                one.method == Method::DELETE && shape(&one.path) == shape(&item.path)
            });
            let id =
                id_in(api, index, &parameter, &operation.path).or_else(|| guessed_id(api, index));
            (id, delete)
        }
        (None, None) => return None,
    };
    Some(delete.zip(id).map(|(at, id)| Call {
        output: BTreeMap::from([("id".to_owned(), id)]),
        ..deletion(api, at, "{created.id}", producers, hints)
    }))
}
