//! Who produces what others need: recipes and plans, from names, schemas and links.
//!
//! The resource behind a path parameter is named by the collection before it: `{petId}` in
//! `/pets/{petId}` is a `pets`. It is made by a link's source, a POST on the collection or
//! a PUT on the item, and for operations that only read it may be found in the list. What
//! the run did not make itself is never written to.

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Map, Value, json};

use crate::api::{Api, Operation, ParameterLocation};
use crate::case::{Binding, Bound, Part, Reference};
use crate::document::Place;
use crate::pointer::Pointer;
use crate::provision::{Call, OperationOverride, OperationPlan, Recipe, Recipes, references};

/// Arguments and body of a request to a producer, for the operation at this index.
pub type Sample<'a> = &'a dyn Fn(usize) -> Vec<(Map<String, Value>, Option<Value>)>;

/// What the inference may use besides the description.
pub struct Hints<'a> {
    /// What the contract says of operations.
    pub overrides: &'a [OperationOverride],
    /// The recipes of the contract.
    pub recipes: &'a Recipes,
    /// The identity for an operation without an override.
    pub identity: &'a dyn Fn(&Operation) -> Option<String>,
    /// Conforming requests to producers, the most promising first.
    pub sample: Sample<'a>,
}

/// Recipes, and the plan of each operation in the order of the description.
pub fn infer(api: &Api, hints: &Hints<'_>) -> (Recipes, Vec<OperationPlan>) {
    let producers = producers(api, hints);
    let mut recipes = hints.recipes.clone();
    for (resource, producer) in &producers {
        if !recipes.contains_key(resource) {
            recipes.insert(
                resource.clone(),
                recipe(api, resource, producer, &producers, hints),
            );
        }
    }
    let plans = (0..api.operations.len())
        .map(|index| plan(api, index, &producers, hints))
        .collect();
    (recipes, plans)
}

/// The operation that makes a resource, and where its answer says which.
#[derive(Clone, Debug)]
struct Producer {
    operation: usize,
    /// Where the answer carries the id.
    id: String,
    /// It only finds what exists.
    found: bool,
    /// The client chooses the id: a PUT on the item.
    chosen: bool,
    /// The client chooses the id: where it stands in the body of a POST.
    in_body: Option<Pointer>,
    /// DELETE on the item.
    delete: Option<usize>,
}

/// The collection before each path parameter: parameter name → collection path.
fn collections(path: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut prefix = String::new();
    for segment in path.split('/').skip(1) {
        if let Some(name) = segment
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
        {
            found.push((name.to_owned(), prefix.clone()));
        }
        prefix.push('/');
        prefix.push_str(segment);
    }
    found
}

/// A name for the resource of a collection: its fixed segments.
fn resource_name(collection: &str) -> String {
    let name: Vec<String> = collection
        .split('/')
        .filter(|segment| !segment.is_empty() && !segment.starts_with('{'))
        .map(|segment| {
            segment
                .chars()
                .map(|one| {
                    if one.is_ascii_alphanumeric() || one == '_' {
                        one
                    } else {
                        '-'
                    }
                })
                .collect()
        })
        .collect();
    if name.is_empty() {
        "root".to_owned()
    } else {
        name.join("-")
    }
}

/// Paths are compared without the names of their parameters, and without a slash at the end:
/// `/pets/` is the collection of `/pets/{petId}` as well.
fn shape(path: &str) -> String {
    path.trim_end_matches('/')
        .split('/')
        .map(|segment| {
            if segment.starts_with('{') {
                "{}"
            } else {
                segment
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

fn producers(api: &Api, hints: &Hints<'_>) -> BTreeMap<String, Producer> {
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

/// An operation with a link to `operation` that fills `parameter` from its answer.
fn linked(api: &Api, operation: &Operation, parameter: &str) -> Option<(usize, String)> {
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
fn id_in(api: &Api, operation: usize, parameter: &str, collection: &str) -> Option<String> {
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
fn named_in_body(
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
fn guessed_id(api: &Api, operation: usize) -> Option<String> {
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

fn find_id(api: &Api, place: &Place, names: &[String], depth: u8) -> Option<String> {
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
    // A wrapper: prefer the customary names, then anything that is one.
    let mut wrappers: Vec<&String> = properties.keys().collect();
    wrappers.sort_by_key(|name| {
        ["data", "result", "results", "items"]
            .iter()
            .position(|one| one == name)
            .unwrap_or(9)
    });
    wrappers.into_iter().find_map(|name| {
        let inner = &properties[name];
        find_id(api, inner, names, depth + 1).map(|rest| format!("/{name}{rest}"))
    })
}

/// The properties of an object schema, those of its `allOf` included.
fn properties(api: &Api, place: &Place, depth: u8) -> BTreeMap<String, Place> {
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

/// The path parameters of an operation that a producer fills.
fn bound_path(
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

fn recipe(
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
fn unique_names(api: &Api, operation: &Operation, body: &Value) -> Vec<Pointer> {
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
fn is_free_text(api: &Api, place: &Place) -> bool {
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
fn is_listed(api: &Api, operation: &Operation, name: &str) -> bool {
    operation
        .parameters
        .iter()
        .find(|one| one.location == ParameterLocation::Path && one.name == name)
        .and_then(|one| api.document.follow(api.schema_place(one.schema?)))
        .is_some_and(|(_, schema)| schema.get("enum").is_some() || schema.get("const").is_some())
}

/// Whether an operation takes away what is there, and names no item: a DELETE on a whole, or
/// another method on a path that ends in a word for it, e.g. `POST /flows/bulk_delete`.
fn removes(operation: &Operation) -> bool {
    const WORDS: [&str; 12] = [
        "clear", "delete", "destroy", "drop", "erase", "flush", "purge", "remove", "reset",
        "shutdown", "truncate", "wipe",
    ];
    let last = operation.path.trim_end_matches('/').rsplit('/').next();
    let named = last
        .into_iter()
        .flat_map(|segment| segment.split(|one: char| !one.is_ascii_alphabetic()))
        .any(|word| WORDS.contains(&word.to_ascii_lowercase().as_str()));
    item_parameter(operation).is_none()
        && (operation.method == Method::DELETE || (named && !operation.is_safe()))
}

/// The path parameter that names an item: the last segment.
fn item_parameter(operation: &Operation) -> Option<String> {
    let name = operation.path.rsplit('/').next()?;
    let name = name.strip_prefix('{')?.strip_suffix('}')?;
    Some(name.to_owned())
}

/// The call that deletes the item `this`, inside what else its path names.
fn deletion(
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
    reason = "unremovable is different from nothing made"
)]
fn removal(
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

/// The resource that a property such as `pet_id`, `petId` names, if exactly one does.
fn foreign_key<'p>(property: &str, producers: &'p BTreeMap<String, Producer>) -> Option<&'p str> {
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
fn with_foreign_keys(
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

fn foreign_keys(body: &Value, producers: &BTreeMap<String, Producer>) -> Vec<(Pointer, Reference)> {
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

fn plan(
    api: &Api,
    index: usize,
    producers: &BTreeMap<String, Producer>,
    hints: &Hints<'_>,
) -> OperationPlan {
    let operation = &api.operations[index];
    let mut plan = OperationPlan {
        identity: (hints.identity)(operation),
        ..OperationPlan::default()
    };
    let overrides: Vec<&OperationOverride> = hints
        .overrides
        .iter()
        .filter(|one| one.applies(operation))
        .collect();
    let mut bindings: BTreeMap<Part, Bound> = BTreeMap::new();
    let mut unbound = Vec::new();
    for (parameter, reference) in bound_path(operation, producers) {
        let part = Part::Parameter(ParameterLocation::Path, parameter.clone());
        match reference {
            Some(reference) => {
                bindings.insert(part, Bound::Reference(reference));
            }
            None if is_listed(api, operation, &parameter) => {}
            None => unbound.push(parameter),
        }
    }
    for (_, body) in (hints.sample)(index).into_iter().take(1) {
        for (pointer, reference) in body.iter().flat_map(|one| foreign_keys(one, producers)) {
            bindings.insert(Part::Body(pointer), Bound::Reference(reference));
        }
    }
    if let Some(delete) = removal(api, index, producers, hints) {
        plan.creates = true;
        plan.delete = delete;
    }
    for one in overrides {
        if let Some(identity) = &one.identity {
            plan.identity = (identity != "nobody").then(|| identity.clone());
        }
        for (part, value) in &one.set {
            let part = part_named(part);
            unbound.retain(|name| part != Part::Parameter(ParameterLocation::Path, name.clone()));
            bindings.insert(part, bound(value));
        }
        plan.needs.extend(one.needs.iter().cloned());
        plan.rules.extend(one.rules.iter().cloned());
        if one.kept.is_some() {
            plan.delete = None;
        }
        plan.delete = one.delete.clone().or(plan.delete);
        plan.kept = one.kept.clone().or(plan.kept);
        plan.skip = one.skip.clone().or(plan.skip);
        plan.creates |= one.delete.is_some() || one.kept.is_some();
    }
    // An override of a whole takes the place of what was inferred within it.
    let set: Vec<String> = hints
        .overrides
        .iter()
        .filter(|one| one.applies(operation))
        .flat_map(|one| one.set.keys().cloned())
        .collect();
    bindings.retain(|part, _| {
        let Part::Body(pointer) = part else {
            return true;
        };
        !set.iter().any(|one| {
            one.strip_prefix("body").is_some_and(|outer| {
                pointer
                    .as_str()
                    .strip_prefix(outer)
                    .is_some_and(|rest| rest.starts_with('/'))
            })
        })
    });
    if let (false, Some(parameter)) = (operation.is_safe(), unbound.first()) {
        plan.skip.get_or_insert_with(|| {
            format!(
                "nothing that this run makes can stand for {{{parameter}}}, and it writes to nothing else"
            )
        });
    }
    // What the contract says of an operation is what it removes.
    let aimed = !plan.needs.is_empty()
        || !set.is_empty()
        || bindings
            .keys()
            .any(|part| matches!(part, Part::Parameter(ParameterLocation::Path, _)));
    if removes(operation) && !aimed {
        plan.skip
            .get_or_insert_with(|| "it would delete what this run did not make".to_owned());
    }
    plan.bindings = bindings
        .into_iter()
        .map(|(part, bound)| Binding { part, bound })
        .collect();
    plan
}

fn bound(value: &Value) -> Bound {
    if let Value::String(text) = value
        && let [reference] = references(value).as_slice()
        && *text == reference.to_string()
    {
        return Bound::Reference(reference.clone());
    }
    Bound::Value(value.clone())
}

/// The part that `path.id`, `query.page`, `header.X`, `cookie.c` or `body/a/b` names.
fn part_named(text: &str) -> Part {
    let (head, rest) = text.split_once('.').unwrap_or((text, ""));
    let location = match head {
        "path" => ParameterLocation::Path,
        "query" => ParameterLocation::Query,
        "header" => ParameterLocation::Header,
        "cookie" => ParameterLocation::Cookie,
        _ => return Part::Body(Pointer::new(text.strip_prefix("body").unwrap_or(text))),
    };
    Part::Parameter(location, rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collections_name_resources() {
        let found = collections("/api/v1/chats/{chat_id}/messages/{id}");
        assert_eq!(found[0], ("chat_id".to_owned(), "/api/v1/chats".to_owned()));
        assert_eq!(resource_name(&found[1].1), "api-v1-chats-messages");
        assert_eq!(shape("/a/{b}/c"), shape("/a/{x}/c"));
    }

    #[test]
    fn parts_are_named() {
        assert_eq!(
            part_named("path.chat_id"),
            Part::Parameter(ParameterLocation::Path, "chat_id".to_owned())
        );
        assert_eq!(part_named("body/a/0"), Part::Body(Pointer::new("/a/0")));
    }
}
