//! Parameters.

use super::Builder;
use super::routes::Route;
use super::view::Node;
use crate::api::{Parameter, ParameterLocation, Style};
use crate::document::Place;
use crate::near::near;
use crate::spec::dialect::Dialect;

impl<'d> Builder<'d> {
    /// The parameters of the path items and of the operation; the latter win.
    pub(super) fn parameters(&mut self, route: &Route<'d>) -> Vec<Parameter> {
        let mut merged: Vec<Parameter> = Vec::new();
        for (place, _) in route.items.iter().chain([&route.node]) {
            let mut own: Vec<Parameter> = Vec::new();
            for node in self.parameter_nodes(place, &route.id) {
                let Some(parameter) = self.parameter(&node, &route.id) else {
                    continue;
                };
                if own.iter().any(|other| is_same(other, &parameter)) {
                    self.flaws
                        .add(
                            &parameter.place,
                            format!(
                                "the {} parameter `{}` is declared twice",
                                parameter.location, parameter.name
                            ),
                        )
                        .help("the first one counts; remove the other");
                    continue;
                }
                own.push(parameter);
            }
            for parameter in own {
                match merged.iter_mut().find(|other| is_same(other, &parameter)) {
                    Some(other) => *other = parameter,
                    None => merged.push(parameter),
                }
            }
        }
        merged
    }

    /// The parameter objects in the list `parameters` of the object at `place`.
    pub(super) fn parameter_nodes(&mut self, place: &Place, id: &str) -> Vec<Node<'d>> {
        let count = self.list(place, "parameters").map_or(0, Vec::len);
        let home = place.child("parameters");
        (0..count)
            .filter_map(|index| {
                let lost = format!("parameter {index} of {id}");
                self.follow(&home.index(index), "a parameter", &lost)
            })
            .collect()
    }

    fn parameter(&mut self, node: &Node<'d>, id: &str) -> Option<Parameter> {
        let place = &node.0;
        let (title, within) = (self.text(node, "name"), self.text(node, "in"));
        let (Some(name), Some(within)) = (title, within) else {
            let missing = if title.is_none() { "name" } else { "in" };
            self.flaws
                .add(place, format!("a parameter needs `{missing}`"))
                .lost(format!("parameter `{}` of {id}", title.unwrap_or("?")));
            return None;
        };
        let label = format!("{within} parameter `{name}` of {id}");
        let location = match within {
            "path" => ParameterLocation::Path,
            "query" => ParameterLocation::Query,
            "header" => ParameterLocation::Header,
            "cookie" if self.dialect > Dialect::V2 => ParameterLocation::Cookie,
            // These make the body.
            "body" | "formData" if self.dialect == Dialect::V2 => return None,
            _ => {
                let known: &[&str] = match self.dialect {
                    Dialect::V2 => &["path", "query", "header", "formData", "body"],
                    _ => &["path", "query", "header", "cookie"],
                };
                let help = match near(within, known.iter().copied()).first() {
                    Some(similar) => format!("did you mean `{similar}`?"),
                    None => format!("use one of {}", known.join(", ")),
                };
                self.flaws
                    .add(
                        &place.child("in"),
                        format!("`in: {within}` is not supported"),
                    )
                    .help(help)
                    .lost(label);
                return None;
            }
        };
        // The description has other places for what these say.
        let elsewhere = ["accept", "content-type", "authorization"];
        if location == ParameterLocation::Header
            && self.dialect > Dialect::V2
            && elsewhere.contains(&name.to_ascii_lowercase().as_str())
        {
            return None;
        }
        let mut required = self.boolean(node, "required").unwrap_or(false);
        if location == ParameterLocation::Path && !required {
            self.flaws
                .add(
                    place,
                    format!("the path parameter `{name}` must have `required: true`"),
                )
                .help("it is taken as required");
            required = true;
        }
        let (style, explode) = match self.dialect {
            Dialect::V2 => self.collection_format(node, location),
            _ => self.style(node, location),
        };
        let mut parameter = Parameter {
            name: name.to_owned(),
            location,
            required,
            deprecated: self.boolean(node, "deprecated").unwrap_or(false),
            style,
            explode,
            allow_reserved: self.boolean(node, "allowReserved").unwrap_or(false),
            allow_empty: self.boolean(node, "allowEmptyValue").unwrap_or(false),
            schema: None,
            content: None,
            examples: self.examples(node),
            place: place.clone(),
        };
        match (
            node.1.contains_key("schema"),
            node.1.contains_key("content"),
        ) {
            (true, both) => {
                if both {
                    self.flaws
                        .add(
                            place,
                            format!("the parameter `{name}` has both `schema` and `content`"),
                        )
                        .help("`schema` counts; remove one of them");
                }
                parameter.schema = Some(self.schema(&place.child("schema")));
            }
            (false, true) => {
                let mut contents = self.contents(node, &label);
                if contents.len() != 1 {
                    self.flaws.add(
                        &place.child("content"),
                        "`content` of a parameter must have exactly one media type",
                    );
                }
                if !contents.is_empty() {
                    parameter.content = Some(contents.swap_remove(0));
                }
            }
            (false, false) => {
                let (message, help) = match self.dialect {
                    Dialect::V2 => ("no `type`", "add a `type`"),
                    _ => ("neither `schema` nor `content`", "add a `schema`"),
                };
                self.flaws
                    .add(place, format!("the parameter `{name}` has {message}"))
                    .help(help)
                    .lost(format!("schema of {label}"));
            }
        }
        Some(parameter)
    }

    /// `style` and `explode` (OpenAPI 3, Parameter Object) with their defaults.
    fn style(&mut self, node: &Node<'d>, location: ParameterLocation) -> (Style, bool) {
        let default = match location {
            ParameterLocation::Path | ParameterLocation::Header => Style::Simple,
            ParameterLocation::Query | ParameterLocation::Cookie => Style::Form,
        };
        let style = self.text(node, "style").and_then(|text| {
            let style = style_named(text);
            let fits = style.is_some_and(|style| is_allowed(style, location))
                // 3.2 writes cookies without the separators of forms.
                || text == "cookie" && location == ParameterLocation::Cookie;
            if !fits {
                self.flaws
                    .add(
                        &node.0.child("style"),
                        format!("a {location} parameter cannot have the style `{text}`"),
                    )
                    .help("the default of the location is used");
            }
            style.filter(|_| fits)
        });
        let style = style.unwrap_or(default);
        let explode = self.boolean(node, "explode");
        (style, explode.unwrap_or(style == Style::Form))
    }

    /// `collectionFormat` (OpenAPI 2.0, Parameter Object) as style and explode.
    pub(super) fn collection_format(
        &mut self,
        node: &Node<'d>,
        location: ParameterLocation,
    ) -> (Style, bool) {
        let plain = match location {
            ParameterLocation::Path | ParameterLocation::Header => Style::Simple,
            ParameterLocation::Query | ParameterLocation::Cookie => Style::Form,
        };
        match self.text(node, "collectionFormat") {
            None | Some("csv") => (plain, false),
            Some("ssv") => (Style::SpaceDelimited, false),
            Some("tsv") => (Style::Tabs, false),
            Some("pipes") => (Style::PipeDelimited, false),
            Some("multi") if location == ParameterLocation::Query => (Style::Form, true),
            Some(other) => {
                self.flaws
                    .add(
                        &node.0.child("collectionFormat"),
                        format!(
                            "a {location} parameter cannot have the collectionFormat `{other}`"
                        ),
                    )
                    .help("`csv` is used");
                (plain, false)
            }
        }
    }
}

fn is_same(one: &Parameter, other: &Parameter) -> bool {
    one.location == other.location
        && if one.location == ParameterLocation::Header {
            one.name.eq_ignore_ascii_case(&other.name)
        } else {
            one.name == other.name
        }
}

pub(super) fn style_named(text: &str) -> Option<Style> {
    Some(match text {
        "simple" => Style::Simple,
        "label" => Style::Label,
        "matrix" => Style::Matrix,
        "form" => Style::Form,
        "spaceDelimited" => Style::SpaceDelimited,
        "pipeDelimited" => Style::PipeDelimited,
        "deepObject" => Style::DeepObject,
        _ => return None,
    })
}

fn is_allowed(style: Style, location: ParameterLocation) -> bool {
    match location {
        ParameterLocation::Path => matches!(style, Style::Simple | Style::Label | Style::Matrix),
        ParameterLocation::Query => matches!(
            style,
            Style::Form | Style::SpaceDelimited | Style::PipeDelimited | Style::DeepObject
        ),
        ParameterLocation::Header => style == Style::Simple,
        ParameterLocation::Cookie => style == Style::Form,
    }
}
