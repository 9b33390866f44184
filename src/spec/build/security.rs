//! Security schemes, and which operation needs which.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Builder;
use super::view::Node;
use crate::api::{ParameterLocation, SecurityRequirement, SecurityScheme, SecuritySchemeKind};
use crate::document::Place;
use crate::near::near;
use crate::pointer::Pointer;
use crate::spec::dialect::{Dialect, kind};

impl<'d> Builder<'d> {
    /// All schemes that the description defines.
    pub(super) fn security_schemes(&mut self, root: &Place) -> BTreeMap<String, SecurityScheme> {
        let defined = if self.dialect == Dialect::V2 {
            self.member(root, "securityDefinitions")
        } else {
            self.member(root, "components")
                .and_then(|(place, _)| self.member(&place, "securitySchemes"))
        };
        let Some((place, schemes)) = defined else {
            return BTreeMap::new();
        };
        schemes
            .keys()
            .filter(|name| !name.starts_with("x-"))
            .filter_map(|name| {
                let lost = format!("security scheme {name}");
                let node = self.follow(&place.child(name), "a security scheme", &lost)?;
                let scheme = SecurityScheme {
                    name: name.clone(),
                    kind: self.scheme(&node, &lost),
                    place: node.0,
                };
                Some((name.clone(), scheme))
            })
            .collect()
    }

    fn scheme(&mut self, node: &Node<'d>, lost: &str) -> SecuritySchemeKind {
        let stated = self.text(node, "type");
        match (stated, self.dialect) {
            (Some("apiKey"), _) => self.api_key(node, lost),
            (Some("oauth2"), _) => SecuritySchemeKind::Bearer,
            (Some("basic"), Dialect::V2) => SecuritySchemeKind::Basic,
            (Some("http"), dialect) if dialect > Dialect::V2 => {
                let scheme = self.text(node, "scheme").unwrap_or_default();
                match scheme.to_ascii_lowercase().as_str() {
                    "basic" => SecuritySchemeKind::Basic,
                    "bearer" => SecuritySchemeKind::Bearer,
                    "" => {
                        self.flaws
                            .add(&node.0, "a security scheme of type `http` needs `scheme`")
                            .help("write e.g. `scheme: bearer`")
                            .lost(lost);
                        SecuritySchemeKind::Other("http".to_owned())
                    }
                    other => SecuritySchemeKind::Other(format!("http {other}")),
                }
            }
            (Some("openIdConnect"), dialect) if dialect > Dialect::V2 => SecuritySchemeKind::Bearer,
            (Some("mutualTLS"), dialect) if dialect > Dialect::V30 => {
                SecuritySchemeKind::Other("mutualTLS".to_owned())
            }
            (stated, dialect) => {
                let types: &[&str] = match dialect {
                    Dialect::V2 => &["basic", "apiKey", "oauth2"],
                    Dialect::V30 => &["apiKey", "http", "oauth2", "openIdConnect"],
                    _ => &["apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"],
                };
                let stated = stated.unwrap_or("none");
                let draft = self.flaws.add(
                    &node.0.child("type"),
                    format!(
                        "`{stated}` is no type of security scheme in {}",
                        dialect.name()
                    ),
                );
                draft
                    .help(match near(stated, types.iter().copied()).first() {
                        Some(similar) => format!("did you mean `{similar}`?"),
                        None => format!("use one of {}", types.join(", ")),
                    })
                    .lost(lost);
                SecuritySchemeKind::Other(stated.to_owned())
            }
        }
    }

    fn api_key(&mut self, node: &Node<'d>, lost: &str) -> SecuritySchemeKind {
        let location = match self.text(node, "in") {
            Some("header") => Some(ParameterLocation::Header),
            Some("query") => Some(ParameterLocation::Query),
            Some("cookie") if self.dialect > Dialect::V2 => Some(ParameterLocation::Cookie),
            _ => None,
        };
        if let (Some(location), Some(name)) = (location, self.text(node, "name")) {
            return SecuritySchemeKind::ApiKey {
                location,
                name: name.to_owned(),
            };
        }
        self.flaws
            .add(
                &node.0,
                "an API key needs `name`, and `in` of header, query or cookie",
            )
            .lost(lost);
        SecuritySchemeKind::Other("apiKey".to_owned())
    }

    /// What an operation needs: its own `security`, else that of the whole description.
    /// A name without a scheme stays, as one that cannot be sent.
    pub(super) fn security(
        &mut self,
        operation: &Node<'d>,
        schemes: &mut BTreeMap<String, SecurityScheme>,
    ) -> Vec<SecurityRequirement> {
        let holder = if operation.1.contains_key("security") {
            operation.0.clone()
        } else {
            Place::new(0, Pointer::root())
        };
        let Some(alternatives) = self.list(&holder, "security") else {
            return Vec::new();
        };
        let list = holder.child("security");
        let mut requirements = Vec::new();
        for (index, alternative) in alternatives.iter().enumerate() {
            let place = list.index(index);
            let Value::Object(members) = alternative else {
                self.flaws.add(
                    &place,
                    format!(
                        "a security requirement must be an object, and is {}",
                        kind(alternative)
                    ),
                );
                continue;
            };
            let mut requirement = SecurityRequirement::default();
            for (name, scopes) in members {
                if !schemes.contains_key(name) {
                    let place = place.child(name);
                    self.undefined_scheme(&place, name, schemes);
                    let scheme = SecurityScheme {
                        name: name.clone(),
                        kind: SecuritySchemeKind::Other("undefined".to_owned()),
                        place,
                    };
                    schemes.insert(name.clone(), scheme);
                }
                let scopes = scopes
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|scope| scope.as_str().map(ToOwned::to_owned))
                    .collect();
                requirement.schemes.insert(name.clone(), scopes);
            }
            requirements.push(requirement);
        }
        requirements
    }

    fn undefined_scheme(
        &mut self,
        place: &Place,
        name: &str,
        schemes: &BTreeMap<String, SecurityScheme>,
    ) {
        let home = match self.dialect {
            Dialect::V2 => "securityDefinitions",
            _ => "components/securitySchemes",
        };
        let help = match near(name, schemes.keys().map(String::as_str)).first() {
            Some(similar) => format!("did you mean `{similar}`?"),
            None => format!("define it under `{home}`"),
        };
        self.flaws
            .add(place, format!("there is no security scheme `{name}`"))
            .help(help)
            .lost(format!("security scheme {name}"));
    }
}
