//! What is wrong with a table: above all an operation that takes an id and has no row.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::{Access, Cast, Instance, Relation};
use crate::api::{Api, Operation, ParameterLocation};
use crate::document::Place;
use crate::near::near;

/// How deep the schemas of bodies are searched for ids.
const DEPTH: u8 = 8;

/// Everything that is wrong with the table, in words; each is an error of the contract.
/// `all_operations` tells whether the description has every operation that the table may
/// name: one of an earlier edition has not.
pub fn mistakes(access: &Access, api: &Api, cast: &Cast, all_operations: bool) -> Vec<String> {
    let mut found = names(access, api, cast, all_operations);
    found.extend(open(access, api, cast));
    found.extend(without_row(access, api));
    found
}

/// Operations that take an id and have no row.
fn without_row(access: &Access, api: &Api) -> Vec<String> {
    api.operations
        .iter()
        .filter(|operation| {
            !access.exempt.contains_key(&operation.id)
                && !access.rules.iter().any(|rule| rule.applies(operation))
        })
        .filter_map(|operation| {
            let id = id_of(access, api, operation)?;
            Some(format!(
                "operation {} takes an id ({id}) and has no row in [access]; say in [[access.rules]] who may call it, or in [access.exempt] why nobody owns what it names",
                operation.id
            ))
        })
        .collect()
}

/// The first part of a request to the operation that holds an id.
fn id_of(access: &Access, api: &Api, operation: &Operation) -> Option<String> {
    let named = |name: &str| access.ids.iter().any(|id| id == name);
    let parameter = operation
        .parameters
        .iter()
        .find(|parameter| parameter.location == ParameterLocation::Path || named(&parameter.name));
    if let Some(parameter) = parameter {
        return Some(format!("{} {}", parameter.location, parameter.name));
    }
    let schema = operation
        .body
        .iter()
        .flat_map(|body| &body.contents)
        .find_map(|media| media.schema)?;
    let mut members = BTreeSet::new();
    collect(api, api.schema_place(schema), DEPTH, &mut members);
    let member = members.into_iter().find(|name| named(name))?;
    Some(format!("body {member}"))
}

/// The names of the members that a schema declares.
fn collect(api: &Api, place: &Place, depth: u8, members: &mut BTreeSet<String>) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    let Some((place, schema)) = api.document.follow(place) else {
        return;
    };
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        for name in properties.keys() {
            members.insert(name.clone());
            collect(api, &place.child("properties").child(name), depth, members);
        }
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let parts = schema.get(keyword).and_then(Value::as_array);
        for index in 0..parts.map_or(0, Vec::len) {
            collect(api, &place.child(keyword).index(index), depth, members);
        }
    }
    if schema.get("items").is_some() {
        collect(api, &place.child("items"), depth, members);
    }
}

/// Relations that occur and that nothing is said of, and rows that two rules make.
fn open(access: &Access, api: &Api, cast: &Cast) -> Vec<String> {
    let mut found = Vec::new();
    // One example of each is enough.
    let mut told = HashSet::new();
    for instance in &Instance::all(access) {
        let mut seen = HashSet::new();
        for rule in &access.rules {
            if !rule.resources.contains(&instance.kind) {
                continue;
            }
            for operation in api.operations.iter().filter(|one| rule.applies(one)) {
                let (id, kind) = (&operation.id, &instance.kind);
                let row = format!("{id} × {} of {kind}", rule.class);
                if !seen.insert((id, rule.class)) && told.insert(row.clone()) {
                    found.push(format!("two rules of [access] make the row {row}"));
                }
                for name in &access.identities {
                    let relation = Relation::of(name, instance, operation, cast);
                    if rule.expects(access, &relation).is_none()
                        && told.insert(format!("{relation} {row}"))
                    {
                        found.push(format!(
                            "[access] does not say whether {relation} may {id} {kind}: {name} is that to the one of {}",
                            instance.owner
                        ));
                    }
                }
            }
        }
    }
    found
}

/// Names that nothing has.
fn names(access: &Access, api: &Api, cast: &Cast, all_operations: bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut unknown = |what: &str, name: &str, known: &[&str]| {
        if known.contains(&name) {
            return;
        }
        let near = near(name, known.iter().copied());
        let meant = if near.is_empty() {
            String::new()
        } else {
            format!("; is {} meant?", near.join(" or "))
        };
        found.push(format!("[access]: there is no {what} {name}{meant}"));
    };
    let identities: Vec<&str> = cast.keys().map(String::as_str).collect();
    for name in access.identities.iter().filter(|name| *name != "nobody") {
        unknown("identity", name, &identities);
    }
    let kinds: Vec<&str> = access.resources.keys().map(String::as_str).collect();
    let mut relations = Relation::WORDS.to_vec();
    let instances = Instance::all(access);
    for instance in &instances {
        unknown("identity", &instance.owner, &identities);
        for (role, who) in &instance.roles {
            unknown("identity", who, &identities);
            relations.push(role);
        }
    }
    let operations: Vec<&str> = api.operations.iter().map(|one| one.id.as_str()).collect();
    let rules = access.rules.iter();
    for name in rules.clone().flat_map(|rule| &rule.resources) {
        unknown("resource", name, &kinds);
    }
    let denied = access.denied.keys();
    for word in rules
        .clone()
        .flat_map(|rule| rule.allowed.iter().chain(rule.denied.keys()))
        .chain(denied)
    {
        unknown("relation", word, &relations);
    }
    if all_operations {
        let plain = rules.flat_map(|rule| &rule.operations);
        for name in plain.chain(access.exempt.keys()) {
            if !name.ends_with('*') {
                unknown("operation", name, &operations);
            }
        }
    }
    for (kind, resource) in &access.resources {
        for words in &resource.owners {
            if !words.contains_key("owner") {
                found.push(format!(
                    "[access.resources.{kind}]: an entry of owners names no owner"
                ));
            }
            for word in words.keys() {
                if word != "owner" && Relation::WORDS.contains(&word.as_str()) {
                    found.push(format!(
                        "[access.resources.{kind}]: {word} is a relation already and cannot be a role"
                    ));
                }
            }
        }
    }
    found
}
