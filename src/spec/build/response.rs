//! Responses and their headers.

use std::collections::BTreeMap;

use super::Builder;
use super::routes::{Route, Routes};
use super::view::Node;
use crate::api::{Example, HeaderPromise, MediaType, ResponsePromise, StatusPattern};
use crate::document::Place;
use crate::spec::dialect::Dialect;

impl<'d> Builder<'d> {
    /// The responses of an operation, the most specific status first.
    pub(super) fn responses(
        &mut self,
        route: &Route<'d>,
        routes: &Routes<'d>,
    ) -> Vec<ResponsePromise> {
        let operation = &route.node.0;
        let lost = format!("responses of {}", route.id);
        let Some((place, responses)) = self.part(&route.node, "responses", &lost) else {
            if self.dialect < Dialect::V31 && !route.node.1.contains_key("responses") {
                self.flaws
                    .add(operation, "`responses` is missing")
                    .help("say what the operation answers")
                    .lost(lost);
            }
            return Vec::new();
        };
        let mut promises: Vec<ResponsePromise> = Vec::new();
        for key in responses.keys().filter(|key| !key.starts_with("x-")) {
            let place = place.child(key);
            let label = format!("response {key} of {}", route.id);
            let Some(status) = self.status(key, &place) else {
                self.flaws
                    .add(&place, format!("`{key}` is no status"))
                    .help("write a status such as `200`, a range such as `2XX`, or `default`")
                    .lost(label);
                continue;
            };
            if promises.iter().any(|other| other.status == status) {
                self.flaws
                    .add(&place, format!("the status {status} is there already"))
                    .lost(label);
                continue;
            }
            if let Some(node) = self.follow(&place, "a response", &label) {
                let promise = self.response(&node, status, &label, route, routes);
                promises.push(promise);
            } else {
                // What this status answers is unknown, not undocumented.
                promises.push(ResponsePromise {
                    status,
                    contents: Vec::new(),
                    headers: Vec::new(),
                    links: Vec::new(),
                    place,
                });
            }
        }
        promises.sort_by_key(|promise| promise.status);
        promises
    }

    fn status(&mut self, key: &str, place: &Place) -> Option<StatusPattern> {
        if key == "default" {
            return Some(StatusPattern::Default);
        }
        let bytes = key.as_bytes();
        if let [first @ b'1'..=b'5', b'X' | b'x', b'X' | b'x'] = bytes {
            if self.dialect == Dialect::V2 {
                self.flaws
                    .add(place, "Swagger 2.0 has no ranges of statuses")
                    .help("it is taken as in OpenAPI 3");
            } else if key.contains('x') {
                self.flaws
                    .add(place, format!("the range `{key}` must be in upper case"))
                    .help(format!("write `{}`", key.to_uppercase()));
            }
            return Some(StatusPattern::Range(first - b'0'));
        }
        let status: u16 = key.parse().ok()?;
        (key.len() == 3 && (100..600).contains(&status)).then_some(StatusPattern::Exact(status))
    }

    fn response(
        &mut self,
        node: &Node<'d>,
        status: StatusPattern,
        label: &str,
        route: &Route<'d>,
        routes: &Routes<'d>,
    ) -> ResponsePromise {
        if self.dialect < Dialect::V32 && !node.1.contains_key("description") {
            self.flaws
                .add(&node.0, "a response needs a `description`")
                .help("add one, however short");
        }
        ResponsePromise {
            status,
            contents: match self.dialect {
                Dialect::V2 => self.contents_v2(node, route),
                _ => self.contents(node, label),
            },
            headers: self.headers(node, label),
            links: self.links(node, label, routes),
            place: node.0.clone(),
        }
    }

    /// The schema of a response of 2.0 holds for all that the operation produces.
    fn contents_v2(&mut self, node: &Node<'d>, route: &Route<'d>) -> Vec<MediaType> {
        if !node.1.contains_key("schema") {
            return Vec::new();
        }
        let schema = Some(self.schema(&node.0.child("schema")));
        let mut names = self.media_types_v2(&route.node.0, "produces");
        if names.is_empty() {
            names.push("*/*".to_owned());
        }
        let examples = self.member(&node.0, "examples");
        names
            .into_iter()
            .map(|name| MediaType {
                examples: examples
                    .as_ref()
                    .and_then(|(_, examples)| examples.get(&name))
                    .map(|value| Example {
                        name: "example".to_owned(),
                        value: value.clone(),
                    })
                    .into_iter()
                    .collect(),
                name,
                schema,
                item_schema: None,
                encoding: BTreeMap::new(),
                place: node.0.clone(),
            })
            .collect()
    }

    fn headers(&mut self, response: &Node<'d>, label: &str) -> Vec<HeaderPromise> {
        let lost = format!("headers of {label}");
        let Some((place, headers)) = self.part(response, "headers", &lost) else {
            return Vec::new();
        };
        headers
            .keys()
            // The media types say this one.
            .filter(|name| !name.eq_ignore_ascii_case("content-type"))
            .filter_map(|name| {
                let lost = format!("header {name} of {label}");
                let node = self.follow(&place.child(name), "a header", &lost)?;
                let schema = node
                    .1
                    .contains_key("schema")
                    .then(|| self.schema(&node.0.child("schema")));
                Some(HeaderPromise {
                    name: name.clone(),
                    required: self.boolean(&node, "required").unwrap_or(false),
                    explode: self.boolean(&node, "explode").unwrap_or(false),
                    schema,
                    place: node.0,
                })
            })
            .collect()
    }
}
