//! Swagger 2.0, raised in place to where OpenAPI 3 keeps things.
//!
//! Parameters and headers get a `schema` of what they say about their values, and operations
//! with form fields a `requestBody` with the schema of the whole form. All else stays, so that
//! places remain those of the text.

use std::collections::HashSet;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::document::{Document, Place};
use crate::pointer::Pointer;

/// The keywords of a parameter or header that describe its value.
const VALUE_KEYWORDS: [&str; 18] = [
    "type",
    "format",
    "items",
    "default",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "enum",
    "multipleOf",
    "x-nullable",
    "x-example",
];

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// Raises a 2.0 description.
pub(super) fn raise(document: &mut Document) {
    let found = find(document);
    for place in &found.holders {
        if let Some(Value::Object(holder)) = place
            .pointer
            .get_mut(&mut document.sources[place.source].value)
        {
            move_keywords(holder);
        }
    }
    for (operation, fields) in &found.forms {
        let form = form(document, operation, fields);
        if let Some(Value::Object(members)) = operation
            .pointer
            .get_mut(&mut document.sources[operation.source].value)
        {
            members.insert("requestBody".to_owned(), json!({ "schema": form }));
        }
    }
}

#[derive(Default)]
struct Found {
    seen: HashSet<Place>,
    /// Parameters and headers.
    holders: Vec<Place>,
    /// Operations with their form fields.
    forms: Vec<(Place, Vec<Place>)>,
}

impl Found {
    /// Notes what a place, or the one that it refers to, holds.
    fn holder(&mut self, document: &Document, place: &Place) -> Option<Place> {
        let (place, _) = document.follow(place)?;
        if self.seen.insert(place.clone()) {
            self.holders.push(place.clone());
        }
        Some(place)
    }
}

fn find(document: &Document) -> Found {
    let mut found = Found::default();
    let root = Place::new(0, Pointer::root());
    for place in children(document, &root.child("parameters")) {
        found.holder(document, &place);
    }
    for place in children(document, &root.child("responses")) {
        headers(document, &place, &mut found);
    }
    for place in children(document, &root.child("paths")) {
        let Some((item, _)) = document.follow(&place) else {
            continue;
        };
        let common = parameters(document, &item, &mut found);
        for method in METHODS {
            let operation = item.child(method);
            if document.get(&operation).is_none() {
                continue;
            }
            let mut fields: Vec<Place> = Vec::new();
            let own = parameters(document, &operation, &mut found);
            for parameter in common.iter().chain(&own) {
                let is_field = text(document, parameter, "in") == Some("formData");
                if let (true, Some(name)) = (is_field, text(document, parameter, "name")) {
                    fields.retain(|other| text(document, other, "name") != Some(name));
                    fields.push(parameter.clone());
                }
            }
            if !fields.is_empty() && !found.forms.iter().any(|(other, _)| *other == operation) {
                found.forms.push((operation.clone(), fields));
            }
            for response in children(document, &operation.child("responses")) {
                headers(document, &response, &mut found);
            }
        }
    }
    found
}

fn parameters(document: &Document, holder: &Place, found: &mut Found) -> Vec<Place> {
    children(document, &holder.child("parameters"))
        .iter()
        .filter_map(|place| found.holder(document, place))
        .collect()
}

fn headers(document: &Document, response: &Place, found: &mut Found) {
    if let Some((response, _)) = document.follow(response) {
        for place in children(document, &response.child("headers")) {
            found.holder(document, &place);
        }
    }
}

/// The places of the members or elements of a value.
fn children(document: &Document, place: &Place) -> Vec<Place> {
    match document.get(place) {
        Some(Value::Object(members)) => members.keys().map(|key| place.child(key)).collect(),
        Some(Value::Array(elements)) => (0..elements.len()).map(|at| place.index(at)).collect(),
        _ => Vec::new(),
    }
}

fn text<'d>(document: &'d Document, place: &Place, key: &str) -> Option<&'d str> {
    document.get(place)?.get(key)?.as_str()
}

fn move_keywords(holder: &mut Map<String, Value>) {
    if holder.contains_key("schema") {
        return;
    }
    let mut schema = Map::new();
    for keyword in VALUE_KEYWORDS {
        if let Some(value) = holder.shift_remove(keyword) {
            schema.insert(keyword.to_owned(), value);
        }
    }
    if !schema.is_empty() {
        holder.insert("schema".to_owned(), Value::Object(schema));
    }
}

/// The schema of a form: an object whose properties are the fields.
fn form(document: &Document, operation: &Place, fields: &[Place]) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in fields {
        let Some(name) = text(document, field, "name") else {
            continue;
        };
        let schema = field.child("schema");
        let property = match document.get(&schema) {
            Some(_) => json!({ "$ref": reference(document, operation.source, &schema) }),
            None => json!({}),
        };
        properties.insert(name.to_owned(), property);
        if document.get(&field.child("required")) == Some(&Value::Bool(true)) {
            required.push(Value::String(name.to_owned()));
        }
    }
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        schema.insert("required".to_owned(), Value::Array(required));
    }
    Value::Object(schema)
}

/// What RFC 3986 does not allow in a fragment.
const FRAGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A `$ref` from the source `from` to a place.
fn reference(document: &Document, from: usize, to: &Place) -> String {
    let uri = if from == to.source {
        ""
    } else {
        &document.sources[to.source].uri
    };
    let fragment = utf8_percent_encode(to.pointer.as_str(), FRAGMENT);
    format!("{uri}#{fragment}")
}
