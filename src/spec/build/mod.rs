//! `Document` → `Api`: the parts of OpenAPI in the words of the vocabulary.

mod example;
mod link;
mod media;
mod operation;
mod parameter;
mod quarantine;
mod response;
mod routes;
mod security;
mod server;
mod view;

use std::collections::HashMap;

use serde_json::Value;
pub(super) use view::dangling;

use super::dialect::Dialect;
use super::flaws::Flaws;
use super::{SpecError, schema, swagger};
use crate::api::{Api, SchemaId};
use crate::document::{Document, Place};
use crate::pointer::Pointer;

/// What a description promises. Its schemas are brought to JSON Schema 2020-12 in place.
///
/// # Errors
/// When the root is no OpenAPI description, e.g. after an overlay removed its version.
pub fn api(mut document: Document) -> Result<Api, SpecError> {
    let dialect = Dialect::of(&document)?;
    if dialect == Dialect::V2 {
        swagger::raise(&mut document);
    }
    let mut flaws = Flaws::default();
    let mut builder = Builder {
        document: &document,
        dialect,
        flaws,
        schemas: Vec::new(),
        ids: HashMap::new(),
    };
    let mut api = builder.api();
    (api.schemas, flaws) = (builder.schemas, builder.flaws);
    operation::provide_plain_string(&mut document, &api.schemas);
    let broken = schema::normalize(&mut document, dialect, &api.schemas, &mut flaws);
    api.document = document;
    quarantine::quarantine(&mut api, &broken, &mut flaws);
    example::fall_back(&mut api);
    api.flaws = flaws.finish();
    Ok(api)
}

/// The state of building: what is read, and what is collected besides the operations.
struct Builder<'d> {
    document: &'d Document,
    dialect: Dialect,
    flaws: Flaws,
    schemas: Vec<Place>,
    ids: HashMap<Place, SchemaId>,
}

impl Builder<'_> {
    fn api(&mut self) -> Api {
        let root = Place::new(0, Pointer::root());
        self.duplicates();
        let (title, version) = self.info(&root);
        let security_schemes = self.security_schemes(&root);
        let mut api = Api {
            title,
            version,
            dialect: self.dialect_in_words(&root),
            servers: self.servers(&root),
            security_schemes,
            ..Api::default()
        };
        let routes = self.routes(&root);
        api.operations = routes
            .list
            .iter()
            .map(|route| self.operation(route, &routes, &mut api.security_schemes))
            .collect();
        api
    }

    fn duplicates(&mut self) {
        for place in &self.document.duplicates {
            let key = place.pointer.last().unwrap_or_default();
            self.flaws
                .add(
                    place,
                    format!("the key `{key}` stands more than once in this object"),
                )
                .help("the last one counts; remove or rename the others");
        }
    }

    fn dialect_in_words(&mut self, root: &Place) -> String {
        let (key, product) = match self.dialect {
            Dialect::V2 => ("swagger", "Swagger"),
            _ => ("openapi", "OpenAPI"),
        };
        if let Some(Value::String(version)) = self.document.get(&root.child(key)) {
            return format!("{product} {version}");
        }
        self.flaws
            .add(&root.child(key), format!("`{key}` must be a string"))
            .help("put the version in quotation marks");
        self.dialect.name().to_owned()
    }

    fn info(&mut self, root: &Place) -> (String, String) {
        let Some((place, info)) = self.member(root, "info") else {
            if self.document.get(&root.child("info")).is_none() {
                self.flaws
                    .add(root, "`info` is missing")
                    .help("add `info` with `title` and `version`");
            }
            return (String::new(), String::new());
        };
        let mut read = |key: &str| match info.get(key) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => {
                self.flaws
                    .add(&place.child(key), format!("`{key}` must be a string"))
                    .help("put it in quotation marks");
                number.to_string()
            }
            Some(_) => {
                self.flaws
                    .add(&place.child(key), format!("`{key}` must be a string"));
                String::new()
            }
            None => {
                self.flaws.add(&place, format!("`info` has no `{key}`"));
                String::new()
            }
        };
        (read("title"), read("version"))
    }

    /// The id of the schema at `place`, or of the one that it merely refers to, so that a
    /// shared schema has one id.
    fn schema(&mut self, place: &Place) -> SchemaId {
        let mut place = place.clone();
        for _ in 0..64 {
            let Some(Value::Object(members)) = self.document.get(&place) else {
                break;
            };
            let Some(reference) = members.get("$ref").and_then(|one| one.as_str()) else {
                break;
            };
            // Up to 3.0 everything beside `$ref` is ignored.
            if members.len() > 1 && !self.dialect.is_old() {
                break;
            }
            match self.document.resolve(place.source, reference) {
                Some(target) => place = target,
                None => break,
            }
        }
        if let Some(id) = self.ids.get(&place) {
            return *id;
        }
        let id = SchemaId(
            u32::try_from(self.schemas.len()).expect("bounded by the size of the sources"),
        );
        self.schemas.push(place.clone());
        self.ids.insert(place, id);
        id
    }
}
