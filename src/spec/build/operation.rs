//! One operation.

use std::collections::BTreeMap;

use serde_json::json;

use super::Builder;
use super::routes::{Route, Routes};
use crate::api::{Operation, Parameter, ParameterLocation, SecurityScheme, Style};
use crate::document::{Document, Place};
use crate::pointer::Pointer;
use crate::spec::dialect::Dialect;

/// The root's member that holds the schema of path parameters that are not declared.
const UNDECLARED: &str = "x-assize-undeclared-path-parameter";

fn plain_string() -> Place {
    Place::new(0, Pointer::root().child(UNDECLARED))
}

/// Puts the schema of undeclared path parameters into the document. Most never need it.
pub(super) fn provide_plain_string(document: &mut Document, schemas: &[Place]) {
    if schemas.contains(&plain_string()) {
        let schema = json!({ "type": "string", "minLength": 1 });
        plain_string()
            .pointer
            .set(&mut document.sources[0].value, schema);
    }
}

impl<'d> Builder<'d> {
    pub(super) fn operation(
        &mut self,
        route: &Route<'d>,
        routes: &Routes<'d>,
        schemes: &mut BTreeMap<String, SecurityScheme>,
    ) -> Operation {
        let node = &route.node;
        let id = &route.id;
        self.own_servers(route);
        let mut parameters = self.parameters(route);
        self.template_parameters(route, &mut parameters);
        let body = match self.dialect {
            Dialect::V2 => self.body_v2(route),
            _ => self.body(node, id),
        };
        Operation {
            id: id.clone(),
            method: route.method.clone(),
            path: route.path.clone(),
            summary: self.text(node, "summary").map(ToOwned::to_owned),
            tags: self.texts(&node.0, "tags").unwrap_or_default(),
            deprecated: self.boolean(node, "deprecated").unwrap_or(false),
            parameters,
            body,
            responses: self.responses(route, routes),
            security: self.security(node, schemes),
            extensions: node
                .1
                .iter()
                .filter(|(key, _)| key.starts_with("x-"))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
            place: node.0.clone(),
        }
    }

    /// Servers of a path or an operation are not used; that must not go unseen.
    fn own_servers(&mut self, route: &Route<'d>) {
        let common = self.document.get(&Place::new(0, Pointer::new("/servers")));
        let holders = route.items.iter().chain([&route.node]);
        for (place, members) in holders {
            if let Some(own) = members.get("servers")
                && Some(own) != common
            {
                self.flaws
                    .add(
                        &place.child("servers"),
                        "these servers differ from those of the whole description, and are not used",
                    )
                    .help("requests go to the base URL that is given, or to the first server of the description");
            }
        }
    }

    /// The names in the path template and the path parameters must be the same.
    fn template_parameters(&mut self, route: &Route<'d>, parameters: &mut Vec<Parameter>) {
        let names = self.template_names(route);
        for name in &names {
            let declared = parameters.iter().any(|parameter| {
                parameter.location == ParameterLocation::Path && parameter.name == *name
            });
            if declared {
                continue;
            }
            self.flaws
                .add(
                    &route.node.0,
                    format!("`{{{name}}}` of the path is declared by no path parameter"),
                )
                .help("declare it with `in: path`; it is taken as a string");
            parameters.push(Parameter {
                name: name.clone(),
                location: ParameterLocation::Path,
                required: true,
                deprecated: false,
                style: Style::Simple,
                explode: false,
                allow_reserved: false,
                allow_empty: false,
                schema: Some(self.schema(&plain_string())),
                content: None,
                examples: Vec::new(),
                place: route.node.0.clone(),
            });
        }
        parameters.retain(|parameter| {
            let stranger =
                parameter.location == ParameterLocation::Path && !names.contains(&parameter.name);
            if stranger {
                self.flaws
                    .add(
                        &parameter.place,
                        format!("the path `{}` has no `{{{}}}`", route.path, parameter.name),
                    )
                    .help("add it to the path, or remove the parameter")
                    .lost(format!(
                        "path parameter `{}` of {}",
                        parameter.name, route.id
                    ));
            }
            !stranger
        });
    }

    /// The names between braces in the path of a route.
    fn template_names(&mut self, route: &Route<'d>) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let mut rest = route.path.as_str();
        while let Some(open) = rest.find('{') {
            let Some(length) = rest[open..].find('}') else {
                self.flaws
                    .add(
                        &route.items[0].0,
                        format!("a brace of the path `{}` is not closed", route.path),
                    )
                    .help("write `{name}`");
                break;
            };
            let name = &rest[open + 1..open + length];
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
            rest = &rest[open + length + 1..];
        }
        names
    }
}
