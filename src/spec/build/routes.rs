//! Which operations there are: methods on paths, and the ids they go by.

use std::collections::{HashMap, HashSet};

use http::Method;
use serde_json::Value;

use super::Builder;
use super::view::Node;
use crate::document::Place;
use crate::spec::dialect::Dialect;

/// An operation before it is looked into.
pub(super) struct Route<'d> {
    pub(super) id: String,
    pub(super) method: Method,
    pub(super) path: String,
    /// The path item as written, then those that its `$ref`s lead to.
    pub(super) items: Vec<Node<'d>>,
    pub(super) node: Node<'d>,
}

/// All operations, and how links find them.
pub(super) struct Routes<'d> {
    pub(super) list: Vec<Route<'d>>,
    by_operation_id: HashMap<&'d str, usize>,
    by_place: HashMap<Place, usize>,
}

impl Routes<'_> {
    /// The id of the operation whose `operationId` is `wanted`.
    pub(super) fn by_operation_id(&self, wanted: &str) -> Option<&str> {
        let at = *self.by_operation_id.get(wanted)?;
        Some(&self.list[at].id)
    }

    /// The id of the operation that stands at `place`.
    pub(super) fn by_place(&self, place: &Place) -> Option<&str> {
        let at = *self.by_place.get(place)?;
        Some(&self.list[at].id)
    }

    /// All values of `operationId`.
    pub(super) fn operation_ids(&self) -> impl Iterator<Item = &str> {
        self.by_operation_id.keys().copied()
    }
}

impl<'d> Builder<'d> {
    /// All operations under `paths`, in the order of the description.
    pub(super) fn routes(&mut self, root: &Place) -> Routes<'d> {
        let mut routes = Routes {
            list: Vec::new(),
            by_operation_id: HashMap::new(),
            by_place: HashMap::new(),
        };
        let mut taken = HashSet::new();
        let Some((paths_place, paths)) = self.member(root, "paths") else {
            let others = ["components", "webhooks"];
            let may_lack = self.dialect >= Dialect::V31
                && others
                    .iter()
                    .any(|key| self.document.get(&root.child(key)).is_some());
            if !may_lack && self.document.get(&root.child("paths")).is_none() {
                self.flaws
                    .add(root, "`paths` is missing")
                    .help("add `paths`; without it there is nothing to test");
            }
            return routes;
        };
        let mut templates: HashMap<String, &str> = HashMap::new();
        for path in paths.keys() {
            if path.starts_with("x-") {
                continue;
            }
            let place = paths_place.child(path);
            if !path.starts_with('/') {
                self.flaws
                    .add(&place, format!("the path `{path}` does not begin with `/`"))
                    .help(format!("write `/{path}`"))
                    .lost(format!("path {path}"));
                continue;
            }
            self.same_template(path, &place, &mut templates);
            let items = self.path_items(&place, path);
            for (item_place, members) in &items {
                for (key, _) in *members {
                    self.path_item_member(path, &items, item_place, key, &mut |builder, route| {
                        builder.enlist(route, &mut routes, &mut taken);
                    });
                }
            }
        }
        routes
    }

    /// Two templates that differ in names alone are the same path (OpenAPI, Paths Object).
    fn same_template(
        &mut self,
        path: &'d str,
        place: &Place,
        templates: &mut HashMap<String, &'d str>,
    ) {
        let mut shape = String::with_capacity(path.len());
        let mut inside = false;
        for character in path.chars() {
            match character {
                '{' => {
                    inside = true;
                    shape.push('{');
                }
                '}' => inside = false,
                other if !inside => shape.push(other),
                _ => {}
            }
        }
        if let Some(first) = templates.get(&shape) {
            self.flaws
                .add(
                    place,
                    format!("`{path}` and `{first}` are the same path with other parameter names"),
                )
                .help("put the operations of both under one path");
        } else {
            templates.insert(shape, path);
        }
    }

    /// A path item and those that its `$ref`s lead to.
    fn path_items(&mut self, place: &Place, path: &str) -> Vec<Node<'d>> {
        let lost = format!("path {path}");
        let mut items: Vec<Node<'d>> = Vec::new();
        let mut place = place.clone();
        while let Some(members) = self.object(&place, "a path item") {
            items.push((place.clone(), members));
            let Some(reference) = members.get("$ref").and_then(Value::as_str) else {
                break;
            };
            match self.document.resolve(place.source, reference) {
                Some(target) if items.len() < 64 => place = target,
                _ => {
                    // Says which of the references is the wrong one.
                    self.follow(&place, "a path item", &lost);
                    break;
                }
            }
        }
        items
    }

    fn path_item_member(
        &mut self,
        path: &str,
        items: &[Node<'d>],
        item: &Place,
        key: &str,
        found: &mut dyn FnMut(&mut Self, Route<'d>),
    ) {
        let place = item.child(key);
        match key {
            "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace"
            | "query" => {
                let method = Method::from_bytes(key.to_uppercase().as_bytes())
                    .expect("a list of valid methods");
                let since = match key {
                    "trace" => Dialect::V30,
                    "query" => Dialect::V32,
                    _ => Dialect::V2,
                };
                if self.dialect < since {
                    self.flaws
                        .add(
                            &place,
                            format!("{} has no operation `{key}`", self.dialect.name()),
                        )
                        .lost(format!("{method} {path}"));
                    return;
                }
                self.candidate(path, items, &place, method, found);
            }
            "additionalOperations" if self.dialect >= Dialect::V32 => {
                let Some((place, operations)) = self.member(item, key) else {
                    return;
                };
                for name in operations.keys() {
                    let place = place.child(name);
                    match Method::from_bytes(name.as_bytes()) {
                        Ok(method) => self.candidate(path, items, &place, method, found),
                        Err(_) => {
                            self.flaws
                                .add(&place, format!("`{name}` is no method of HTTP"))
                                .lost(format!("{name} {path}"));
                        }
                    }
                }
            }
            "$ref" | "summary" | "description" | "servers" | "parameters" => {}
            key if key.starts_with("x-") => {}
            key if Method::from_bytes(key.to_uppercase().as_bytes()).is_ok_and(|method| {
                [
                    "GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE",
                ]
                .contains(&method.as_str())
            }) =>
            {
                self.flaws
                    .add(&place, format!("the method `{key}` must be in lower case"))
                    .help(format!("write `{}`", key.to_lowercase()))
                    .lost(format!("{} {path}", key.to_uppercase()));
            }
            key => {
                self.flaws
                    .add(&place, format!("a path item has no member `{key}`"));
            }
        }
    }

    fn candidate(
        &mut self,
        path: &str,
        items: &[Node<'d>],
        place: &Place,
        method: Method,
        found: &mut dyn FnMut(&mut Self, Route<'d>),
    ) {
        let Some(members) = self.object(place, "an operation") else {
            return;
        };
        let route = Route {
            id: format!("{method} {path}"),
            method,
            path: path.to_owned(),
            items: items.to_vec(),
            node: (place.clone(), members),
        };
        found(self, route);
    }

    /// Gives the operation its id and puts it on the list.
    fn enlist(
        &mut self,
        mut route: Route<'d>,
        routes: &mut Routes<'d>,
        taken: &mut HashSet<String>,
    ) {
        let signature = route.id.clone();
        if !taken.insert(signature.clone()) {
            // A path item and the one it refers to have the same method.
            self.flaws
                .add(
                    &route.node.0,
                    format!("`{signature}` is there already, beside the `$ref` of its path item"),
                )
                .lost(signature);
            return;
        }
        let id = self
            .text(&route.node, "operationId")
            .filter(|id| !id.is_empty());
        if let Some(id) = id {
            if let Some(first) = routes.by_operation_id.get(id) {
                let first = &routes.list[*first];
                let first = format!("{} {}", first.method, first.path);
                self.flaws
                    .add(
                        &route.node.0.child("operationId"),
                        format!("the operationId `{id}` belongs to `{first}` already"),
                    )
                    .help(format!(
                        "give each its own; this one is called `{signature}` here"
                    ));
            } else {
                routes.by_operation_id.insert(id, routes.list.len());
                if taken.insert(id.to_owned()) {
                    id.clone_into(&mut route.id);
                }
            }
        }
        routes
            .by_place
            .entry(route.node.0.clone())
            .or_insert(routes.list.len());
        routes.list.push(route);
    }
}
