//! Where an answer, or a body, carries the id of what was made.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::infer::Hints;
use super::path::resource_name;
use super::producer::is_free_text;
use crate::api::{Api, Operation};
use crate::document::Place;
use crate::pointer::Pointer;

/// An operation with a link to `operation` that fills `parameter` from its answer.
pub(super) fn linked(api: &Api, operation: &Operation, parameter: &str) -> Option<(usize, String)> {
    api.operations
        .iter()
        .enumerate()
        .find_map(|(index, source)| {
            source
                .responses
                .iter()
                .filter(|response| response.status.is_success())
                .flat_map(|response| &response.links)
                .filter(|link| link.operation == operation.id && !source.is_safe())
                .flat_map(|link| &link.parameters)
                .find_map(|(name, expression)| {
                    let name = name.strip_prefix("path.").unwrap_or(name);
                    let pointer = expression.as_str()?.strip_prefix("$response.body#")?;
                    (name == parameter).then(|| (index, pointer.to_owned()))
                })
        })
}

/// Where the first successful answer of an operation carries the id that `parameter` wants:
/// a pointer, through at most one wrapper and one list.
pub(super) fn id_in(
    api: &Api,
    operation: usize,
    parameter: &str,
    collection: &str,
) -> Option<String> {
    let response = api.operations[operation]
        .responses
        .iter()
        .find(|one| one.status.is_success())?;
    let schema = response.contents.iter().find_map(|media| media.schema)?;
    let singular = resource_name(collection)
        .rsplit('-')
        .next()
        .map(|name| name.strip_suffix('s').unwrap_or(name).to_owned())
        .unwrap_or_default();
    let names = [
        parameter.to_owned(),
        "id".to_owned(),
        format!("{singular}_id"),
        format!("{singular}Id"),
        "uuid".to_owned(),
        "_id".to_owned(),
        "name".to_owned(),
        "slug".to_owned(),
    ];
    let root = api.schema_place(schema).clone();
    find_id(api, &root, &names, 0)
}

/// Where the body of a creating operation carries the name that `parameter` wants, as a user
/// is made with the `username` of its path: a text of the same name.
pub(super) fn named_in_body(
    api: &Api,
    operation: usize,
    parameter: &str,
    hints: &Hints<'_>,
) -> Option<Pointer> {
    let content = api.operations[operation].body.as_ref()?.contents.first()?;
    let root = api.schema_place(content.schema?).clone();
    let place = properties(api, &root, 0).remove(parameter)?;
    let free = is_free_text(api, &place);
    let pointer = Pointer::root().child(parameter);
    let sent = (hints.sample)(operation)
        .iter()
        .filter_map(|(_, body)| body.as_ref())
        .any(|body| pointer.get(body).is_some());
    (free && sent).then_some(pointer)
}

/// Where the answer of a creating operation most likely carries the id when its schema names
/// no property that could be it: in the customary wrapper or in the whole, if that is an
/// object that may hold more than the schema names.
pub(super) fn guessed_id(api: &Api, operation: usize) -> Option<String> {
    let response = api.operations[operation]
        .responses
        .iter()
        .find(|one| one.status.is_success())?;
    let content = response
        .contents
        .iter()
        .find(|one| crate::http::is_json(&one.name))?;
    let Some(schema) = content.schema else {
        return Some("/id".to_owned());
    };
    let root = api.schema_place(schema).clone();
    let open = |place: &Place| {
        api.document.follow(place).is_some_and(|(_, value)| {
            let is_object = match value.get("type") {
                Some(kind) => kind == "object",
                None => value == &json!({}) || value.get("properties").is_some(),
            };
            is_object && value.get("additionalProperties") != Some(&Value::Bool(false))
        })
    };
    let members = properties(api, &root, 0);
    if let Some(wrapper) = ["data", "result", "item"]
        .into_iter()
        .find(|name| members.get(*name).is_some_and(open))
    {
        return Some(format!("/{wrapper}/id"));
    }
    open(&root).then(|| "/id".to_owned())
}

pub(super) fn find_id(api: &Api, place: &Place, names: &[String], depth: u8) -> Option<String> {
    if depth > 3 {
        return None;
    }
    let properties = properties(api, place, 0);
    for name in names {
        if properties.contains_key(name) {
            return Some(format!("/{name}"));
        }
    }
    let (place, value) = api.document.follow(place)?;
    if value.get("items").is_some() {
        return find_id(api, &place.child("items"), names, depth + 1)
            .map(|rest| format!("/0{rest}"));
    }
    // A customary wrapper, or one that is called like the resource; any other object is
    // something else, whose id would name a thing that the run did not make.
    ["data", "result", "results", "item", "items"]
        .into_iter()
        .chain(names.iter().filter_map(|name| name.strip_suffix("_id")))
        .find_map(|wrapper| {
            let inner = properties.get(wrapper)?;
            find_id(api, inner, names, depth + 1).map(|rest| format!("/{wrapper}{rest}"))
        })
}

/// The properties of an object schema, those of its `allOf` included.
pub(super) fn properties(api: &Api, place: &Place, depth: u8) -> BTreeMap<String, Place> {
    let mut found = BTreeMap::new();
    let Some((place, value)) = api.document.follow(place) else {
        return found;
    };
    if let Some(Value::Object(members)) = value.get("properties") {
        for name in members.keys() {
            found.insert(name.clone(), place.child("properties").child(name));
        }
    }
    if let (Some(Value::Array(parts)), true) = (value.get("allOf"), depth < 4) {
        for index in 0..parts.len() {
            found.extend(properties(
                api,
                &place.child("allOf").index(index),
                depth + 1,
            ));
        }
    }
    found
}
