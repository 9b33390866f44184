//! Bodies: media types, their schemas, examples and encodings.

use std::collections::BTreeMap;

use super::Builder;
use super::parameter::style_named;
use super::routes::Route;
use super::view::Node;
use crate::api::{Encoding, MediaType, ParameterLocation, RequestBody};
use crate::document::Place;
use crate::pointer::Pointer;

impl<'d> Builder<'d> {
    /// `requestBody`.
    pub(super) fn body(&mut self, operation: &Node<'d>, id: &str) -> Option<RequestBody> {
        let place = operation.0.child("requestBody");
        self.document.get(&place)?;
        let label = format!("request body of {id}");
        let node = self.follow(&place, "a request body", &label)?;
        if !node.1.contains_key("content") {
            self.flaws
                .add(&node.0, "a request body needs `content`")
                .lost(label.clone());
        }
        Some(RequestBody {
            required: self.boolean(&node, "required").unwrap_or(false),
            contents: self.contents(&node, &label),
            place: node.0,
        })
    }

    /// The media types under `content`.
    pub(super) fn contents(&mut self, holder: &Node<'d>, label: &str) -> Vec<MediaType> {
        let Some((place, contents)) = self.part(holder, "content", label) else {
            return Vec::new();
        };
        contents
            .keys()
            .filter(|name| !name.starts_with("x-") || name.contains('/'))
            .filter_map(|name| {
                let place = place.child(name);
                let lost = format!("{name} of {label}");
                if !is_media_type(name) {
                    self.flaws
                        .add(&place, format!("`{name}` is no media type"))
                        .help("write e.g. `application/json`")
                        .lost(lost);
                    return None;
                }
                let node = self.follow(&place, "a media type", &lost)?;
                Some(self.media_type(name, &node))
            })
            .collect()
    }

    fn media_type(&mut self, name: &str, node: &Node<'d>) -> MediaType {
        let mut schema_at = |key: &str| {
            node.1
                .contains_key(key)
                .then(|| self.schema(&node.0.child(key)))
        };
        let (schema, item_schema) = (schema_at("schema"), schema_at("itemSchema"));
        MediaType {
            name: name.to_owned(),
            schema,
            item_schema,
            examples: self.examples(node),
            encoding: self.encoding(node),
            place: node.0.clone(),
        }
    }

    fn encoding(&mut self, node: &Node<'d>) -> BTreeMap<String, Encoding> {
        let Some((place, properties)) = self.member(&node.0, "encoding") else {
            return BTreeMap::new();
        };
        properties
            .keys()
            .filter_map(|property| {
                let place = place.child(property);
                let members = self.object(&place, "an encoding")?;
                let node = (place, members);
                let style = self.text(&node, "style").and_then(|text| {
                    let style = style_named(text);
                    if style.is_none() {
                        self.flaws.add(
                            &node.0.child("style"),
                            format!("there is no style `{text}`"),
                        );
                    }
                    style
                });
                let encoding = Encoding {
                    content_type: self.text(&node, "contentType").map(ToOwned::to_owned),
                    style,
                    explode: self.boolean(&node, "explode"),
                };
                Some((property.clone(), encoding))
            })
            .collect()
    }

    /// The body of 2.0: the parameter `in: body`, or those `in: formData` together.
    pub(super) fn body_v2(&mut self, route: &Route<'d>) -> Option<RequestBody> {
        let mut body: Option<Node<'d>> = None;
        let mut fields: Vec<Node<'d>> = Vec::new();
        for (place, _) in route.items.iter().chain([&route.node]) {
            for node in self.parameter_nodes(place, &route.id) {
                match node.1.get("in").and_then(|within| within.as_str()) {
                    Some("body") => body = Some(node),
                    Some("formData") => {
                        let name = node.1.get("name");
                        fields.retain(|(_, other)| other.get("name") != name);
                        fields.push(node);
                    }
                    _ => {}
                }
            }
        }
        let consumes = self.media_types_v2(&route.node.0, "consumes");
        if let Some(node) = body {
            if !fields.is_empty() {
                self.flaws
                    .add(&node.0, "an operation has either a body or form fields")
                    .help("the body counts")
                    .lost(format!("form fields of {}", route.id));
            }
            let schema = node
                .1
                .contains_key("schema")
                .then(|| self.schema(&node.0.child("schema")));
            if schema.is_none() {
                self.flaws
                    .add(&node.0, "a body parameter needs `schema`")
                    .lost(format!("schema of the request body of {}", route.id));
            }
            let examples = self.examples(&node);
            let names = match consumes {
                names if names.is_empty() => vec!["application/json".to_owned()],
                names => names,
            };
            return Some(RequestBody {
                required: self.boolean(&node, "required").unwrap_or(false),
                contents: names
                    .into_iter()
                    .map(|name| MediaType {
                        name,
                        schema,
                        item_schema: None,
                        examples: examples.clone(),
                        encoding: BTreeMap::new(),
                        place: node.0.clone(),
                    })
                    .collect(),
                place: node.0,
            });
        }
        (!fields.is_empty()).then(|| self.form_v2(route, &fields, consumes))
    }

    fn form_v2(
        &mut self,
        route: &Route<'d>,
        fields: &[Node<'d>],
        consumes: Vec<String>,
    ) -> RequestBody {
        let has_file = fields
            .iter()
            .filter_map(|(_, field)| field.get("schema")?.get("type"))
            .any(|stated| stated == "file");
        let mut names: Vec<String> = consumes.into_iter().filter(|name| is_form(name)).collect();
        if names.is_empty() {
            names.push(
                if has_file {
                    "multipart/form-data"
                } else {
                    "application/x-www-form-urlencoded"
                }
                .to_owned(),
            );
        }
        let encoding: BTreeMap<String, Encoding> = fields
            .iter()
            .filter_map(|field| {
                field.1.get("collectionFormat")?;
                let name = field.1.get("name")?.as_str()?;
                let (style, explode) = self.collection_format(field, ParameterLocation::Query);
                let encoding = Encoding {
                    content_type: None,
                    style: Some(style),
                    explode: Some(explode),
                };
                Some((name.to_owned(), encoding))
            })
            .collect();
        // Made when the description was raised.
        let place = route.node.0.child("requestBody");
        let schema_place = place.child("schema");
        let schema = self
            .document
            .get(&schema_place)
            .is_some()
            .then(|| self.schema(&schema_place));
        RequestBody {
            required: fields
                .iter()
                .any(|(_, field)| field.get("required").is_some_and(|one| one == true)),
            contents: names
                .into_iter()
                .map(|name| MediaType {
                    name,
                    schema,
                    item_schema: None,
                    examples: Vec::new(),
                    encoding: encoding.clone(),
                    place: place.clone(),
                })
                .collect(),
            place,
        }
    }

    /// `consumes` or `produces` of an operation of 2.0, or of the whole description.
    pub(super) fn media_types_v2(&mut self, operation: &Place, key: &str) -> Vec<String> {
        self.texts(operation, key)
            .or_else(|| self.texts(&Place::new(0, Pointer::root()), key))
            .unwrap_or_default()
    }
}

fn is_media_type(name: &str) -> bool {
    let essence = name.split(';').next().unwrap_or_default().trim();
    essence.split_once('/').is_some_and(|(kind, subtype)| {
        !kind.is_empty() && !subtype.is_empty() && !essence.contains(char::is_whitespace)
    })
}

fn is_form(name: &str) -> bool {
    let essence = name.split(';').next().unwrap_or_default().trim();
    ["multipart/form-data", "application/x-www-form-urlencoded"]
        .iter()
        .any(|form| essence.eq_ignore_ascii_case(form))
}
