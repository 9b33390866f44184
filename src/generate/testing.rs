//! An `Api` from a small OpenAPI 3.1 document in JSON, for tests of this stage alone.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::api::{
    Api, Example, MediaType, Operation, Parameter, ParameterLocation, RequestBody, ResponsePromise,
    SchemaId, SecurityRequirement, StatusPattern, Style,
};
use crate::document::{Document, Format, Place, Source};
use crate::pointer::Pointer;

/// Reads what the tests use: operations, parameters, bodies, examples, security.
pub(crate) fn api(value: Value) -> Api {
    let document = Document {
        sources: vec![Source {
            uri: "file:///api.json".to_owned(),
            name: "api.json".into(),
            text: "".into(),
            format: Format::Json,
            value: value.into(),
        }],
        ..Document::default()
    };
    let mut reader = Reader {
        document: &document,
        schemas: Vec::new(),
    };
    let root = Place::new(0, Pointer::root());
    let mut operations = Vec::new();
    for path in reader.names(&root.child("paths")) {
        let item = root.child("paths").child(&path);
        for method in reader.names(&item) {
            if method == "parameters" {
                continue;
            }
            let place = item.child(&method);
            let mut parameters = reader.parameters(&item);
            parameters.extend(reader.parameters(&place));
            let method = method.to_uppercase();
            let operation = Operation {
                id: reader
                    .text(&place, "operationId")
                    .unwrap_or_else(|| format!("{method} {path}")),
                method: method.parse().expect("a method"),
                path: path.clone(),
                summary: None,
                tags: Vec::new(),
                deprecated: false,
                parameters,
                body: reader.body(&place.child("requestBody")),
                responses: vec![ResponsePromise {
                    status: StatusPattern::Default,
                    contents: Vec::new(),
                    headers: Vec::new(),
                    links: Vec::new(),
                    place: place.child("responses"),
                }],
                security: reader
                    .names(&place.child("security").index(0))
                    .into_iter()
                    .map(|name| SecurityRequirement {
                        schemes: BTreeMap::from([(name, Vec::new())]),
                    })
                    .collect(),
                extensions: Map::new(),
                place,
            };
            operations.push(operation);
        }
    }
    let schemas = reader.schemas;
    Api {
        document,
        operations,
        schemas,
        ..Api::default()
    }
}

struct Reader<'d> {
    document: &'d Document,
    schemas: Vec<Place>,
}

impl Reader<'_> {
    fn names(&self, place: &Place) -> Vec<String> {
        let members = self.document.get(place).and_then(Value::as_object);
        members.map_or_else(Vec::new, |all| all.keys().cloned().collect())
    }

    fn text(&self, place: &Place, name: &str) -> Option<String> {
        let value = self.document.get(&place.child(name))?;
        value.as_str().map(str::to_owned)
    }

    fn is(&self, place: &Place, name: &str) -> bool {
        self.document.get(&place.child(name)) == Some(&Value::Bool(true))
    }

    fn schema(&mut self, place: &Place) -> Option<SchemaId> {
        self.document.get(place)?;
        self.schemas.push(place.clone());
        Some(SchemaId(self.schemas.len() as u32 - 1))
    }

    fn examples(&self, place: &Place) -> Vec<Example> {
        let one = self
            .document
            .get(&place.child("example"))
            .map(|value| Example {
                name: "example".to_owned(),
                value: value.clone(),
            });
        let many = place.child("examples");
        let named = self.names(&many).into_iter().filter_map(|name| {
            let value = self.document.get(&many.child(&name).child("value"))?;
            Some(Example {
                value: value.clone(),
                name,
            })
        });
        one.into_iter().chain(named).collect()
    }

    fn parameters(&mut self, item: &Place) -> Vec<Parameter> {
        let list = item.child("parameters");
        let count = self
            .document
            .get(&list)
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        (0..count)
            .map(|index| {
                let place = list.index(index);
                let location = match self.text(&place, "in").as_deref() {
                    Some("path") => ParameterLocation::Path,
                    Some("header") => ParameterLocation::Header,
                    Some("cookie") => ParameterLocation::Cookie,
                    _ => ParameterLocation::Query,
                };
                let form = matches!(
                    location,
                    ParameterLocation::Query | ParameterLocation::Cookie
                );
                Parameter {
                    name: self.text(&place, "name").expect("a name"),
                    location,
                    required: self.is(&place, "required"),
                    deprecated: false,
                    style: if form { Style::Form } else { Style::Simple },
                    explode: form,
                    allow_reserved: false,
                    allow_empty: false,
                    schema: self.schema(&place.child("schema")),
                    content: None,
                    examples: self.examples(&place),
                    place,
                }
            })
            .collect()
    }

    fn body(&mut self, place: &Place) -> Option<RequestBody> {
        self.document.get(place)?;
        let content = place.child("content");
        let contents = self
            .names(&content)
            .into_iter()
            .map(|name| {
                let place = content.child(&name);
                MediaType {
                    schema: self.schema(&place.child("schema")),
                    item_schema: None,
                    examples: self.examples(&place),
                    encoding: BTreeMap::new(),
                    name,
                    place,
                }
            })
            .collect();
        Some(RequestBody {
            required: self.is(place, "required"),
            contents,
            place: place.clone(),
        })
    }
}
