//! A strict second opinion on 3.0 descriptions: would typed tools accept them?

use openapiv3::{
    Callback, Example, Header, Link, OpenAPI, Operation, Parameter, PathItem, ReferenceOr,
    RequestBody, Response, Schema, SecurityScheme,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::dialect::Dialect;
use crate::api::Flaw;
use crate::document::{Document, Place};
use crate::pointer::Pointer;

/// What `openapiv3`, a typed model of OpenAPI 3.0, refuses in the description as it was read;
/// `None` for other versions. Nothing is set aside because of it.
pub fn opinion(document: &Document) -> Option<Flaw> {
    let root = document.sources.first()?;
    if Dialect::of(document).ok()? != Dialect::V30 {
        return None;
    }
    let whole = refusal::<OpenAPI>(&root.value)?;
    let (pointer, message) =
        innermost(&root.value).unwrap_or_else(|| (Pointer::root(), whole.clone()));
    Some(Flaw {
        place: Place::new(0, pointer),
        message: format!("a strict reader of OpenAPI 3.0 refuses this: {message}"),
        help: Some("typed tools may refuse the whole description".to_owned()),
        quarantined: None,
    })
}

fn refusal<T: DeserializeOwned>(value: &Value) -> Option<String> {
    T::deserialize(value).err().map(|error| error.to_string())
}

/// The smallest part that is refused on its own; the crate itself says no place.
fn innermost(root: &Value) -> Option<(Pointer, String)> {
    let start = Pointer::root();
    for (name, place, item) in members(root, &start, "paths") {
        if name.starts_with('/')
            && let Some(message) = refusal::<ReferenceOr<PathItem>>(item)
        {
            return Some(in_path_item(item, &place).unwrap_or((place, message)));
        }
    }
    let components = root.get("components")?;
    let place = start.child("components");
    in_kind::<Schema>(components, &place, "schemas")
        .or_else(|| in_kind::<Response>(components, &place, "responses"))
        .or_else(|| in_kind::<Parameter>(components, &place, "parameters"))
        .or_else(|| in_kind::<Example>(components, &place, "examples"))
        .or_else(|| in_kind::<RequestBody>(components, &place, "requestBodies"))
        .or_else(|| in_kind::<Header>(components, &place, "headers"))
        .or_else(|| in_kind::<SecurityScheme>(components, &place, "securitySchemes"))
        .or_else(|| in_kind::<Link>(components, &place, "links"))
        .or_else(|| in_kind::<Callback>(components, &place, "callbacks"))
}

fn in_path_item(item: &Value, place: &Pointer) -> Option<(Pointer, String)> {
    let methods = [
        "get", "put", "post", "delete", "options", "head", "patch", "trace",
    ];
    in_list::<Parameter>(item, place, "parameters").or_else(|| {
        methods.iter().find_map(|method| {
            let operation = item.get(method)?;
            let message = refusal::<Operation>(operation)?;
            let place = place.child(method);
            Some(in_operation(operation, &place).unwrap_or((place, message)))
        })
    })
}

fn in_operation(operation: &Value, place: &Pointer) -> Option<(Pointer, String)> {
    in_list::<Parameter>(operation, place, "parameters")
        .or_else(|| {
            let body = operation.get("requestBody")?;
            let place = place.child("requestBody");
            let message = part::<RequestBody>(body)?;
            Some(in_content(body, &place).unwrap_or((place, message)))
        })
        .or_else(|| {
            members(operation, place, "responses").find_map(|(_, place, response)| {
                let message = part::<Response>(response)?;
                Some(in_content(response, &place).unwrap_or((place, message)))
            })
        })
}

fn in_content(holder: &Value, place: &Pointer) -> Option<(Pointer, String)> {
    members(holder, place, "content").find_map(|(_, place, media_type)| {
        let schema = media_type.get("schema")?;
        in_schema(schema, &place.child("schema"))
    })
}

fn in_list<T: DeserializeOwned>(
    holder: &Value,
    place: &Pointer,
    key: &str,
) -> Option<(Pointer, String)> {
    let list = holder.get(key)?.as_array()?;
    let place = place.child(key);
    list.iter().enumerate().find_map(|(index, element)| {
        let message = part::<T>(element)?;
        let place = place.index(index);
        let inner = element
            .get("schema")
            .and_then(|schema| in_schema(schema, &place.child("schema")));
        Some(inner.unwrap_or((place, message)))
    })
}

fn in_kind<T: DeserializeOwned>(
    components: &Value,
    place: &Pointer,
    key: &str,
) -> Option<(Pointer, String)> {
    members(components, place, key).find_map(|(_, place, element)| {
        let message = part::<T>(element)?;
        let inner = match key {
            "schemas" => in_schema(element, &place),
            _ => in_content(element, &place),
        };
        Some(inner.unwrap_or((place, message)))
    })
}

/// The innermost schema that is refused. The depth is bounded by that of the source.
fn in_schema(schema: &Value, place: &Pointer) -> Option<(Pointer, String)> {
    let message = part::<Schema>(schema)?;
    let one = ["items", "not", "additionalProperties"];
    let inner = one
        .iter()
        .filter(|key| schema.get(key).is_some_and(Value::is_object))
        .find_map(|key| in_schema(&schema[key], &place.child(key)))
        .or_else(|| {
            members(schema, place, "properties")
                .find_map(|(_, place, property)| in_schema(property, &place))
        })
        .or_else(|| {
            ["allOf", "anyOf", "oneOf"].iter().find_map(|key| {
                let place = place.child(key);
                schema
                    .get(key)?
                    .as_array()?
                    .iter()
                    .enumerate()
                    .find_map(|(index, element)| in_schema(element, &place.index(index)))
            })
        });
    Some(inner.unwrap_or((place.clone(), message)))
}

/// Why a part that may be a reference is refused. The reference itself never is: asking for
/// the part alone gives the better message.
fn part<T: DeserializeOwned>(value: &Value) -> Option<String> {
    if value.get("$ref").is_some() {
        return None;
    }
    refusal::<T>(value)
}

fn members<'v>(
    holder: &'v Value,
    place: &Pointer,
    key: &str,
) -> impl Iterator<Item = (&'v str, Pointer, &'v Value)> {
    let place = place.child(key);
    holder
        .get(key)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(move |(name, value)| (name.as_str(), place.child(name), value))
}
