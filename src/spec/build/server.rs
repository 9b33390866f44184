//! The base URLs.

use serde_json::Value;
use url::Url;

use super::Builder;
use crate::document::Place;
use crate::spec::dialect::Dialect;

impl Builder<'_> {
    /// The base URLs with the defaults of their variables, relative ones resolved against the
    /// URL of the description if it came from one.
    pub(super) fn servers(&mut self, root: &Place) -> Vec<String> {
        let written = match self.dialect {
            Dialect::V2 => self.servers_v2(root),
            _ => self.servers_v3(root),
        };
        let base = Url::parse(&self.document.sources[0].uri)
            .ok()
            .filter(|base| matches!(base.scheme(), "http" | "https"));
        written
            .into_iter()
            .map(|written| match &base {
                Some(base) => base.join(&written).map_or(written, |url| url.to_string()),
                None => written,
            })
            .collect()
    }

    fn servers_v3(&mut self, root: &Place) -> Vec<String> {
        let count = self.list(root, "servers").map_or(0, Vec::len);
        let list = root.child("servers");
        (0..count)
            .filter_map(|index| {
                let place = list.index(index);
                let members = self.object(&place, "a server")?;
                let node = (place, members);
                let Some(url) = self.text(&node, "url") else {
                    self.flaws.add(&node.0, "a server needs `url`");
                    return None;
                };
                Some(self.fill(&node.0, url))
            })
            .collect()
    }

    /// Replaces `{variables}` by their defaults.
    fn fill(&mut self, server: &Place, url: &str) -> String {
        let mut filled = String::with_capacity(url.len());
        let mut rest = url;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else {
                break;
            };
            filled.push_str(before);
            let variable = server.child("variables").child(name);
            match self.document.get(&variable.child("default")) {
                Some(Value::String(default)) => filled.push_str(default),
                Some(other @ (Value::Number(_) | Value::Bool(_))) => {
                    self.flaws
                        .add(
                            &variable.child("default"),
                            format!("the default of the server variable `{name}` must be a string"),
                        )
                        .help("put it in quotation marks");
                    filled.push_str(&other.to_string());
                }
                _ => {
                    self.flaws
                        .add(
                            &server.child("url"),
                            format!("the server variable `{name}` has no default"),
                        )
                        .help("define it under `variables`, or name the base URL yourself");
                    filled.extend(["{", name, "}"]);
                }
            }
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    /// `schemes`, `host` and `basePath` of 2.0.
    fn servers_v2(&mut self, root: &Place) -> Vec<String> {
        let Some(members) = self.object(root, "the description") else {
            return Vec::new();
        };
        let node = (root.clone(), members);
        let mut path = self.text(&node, "basePath").unwrap_or_default().to_owned();
        if !path.is_empty() && !path.starts_with('/') {
            self.flaws
                .add(&root.child("basePath"), "`basePath` must begin with `/`")
                .help(format!("write `/{path}`"));
            path.insert(0, '/');
        }
        let Some(host) = self.text(&node, "host").filter(|host| !host.is_empty()) else {
            return if path.is_empty() {
                Vec::new()
            } else {
                vec![path]
            };
        };
        // A mistake seen in the wild: the scheme belongs to `schemes`.
        let host = match host.split_once("://") {
            Some((_, host)) => {
                self.flaws
                    .add(&root.child("host"), "`host` must not have a scheme")
                    .help("move it to `schemes`");
                host.trim_end_matches('/')
            }
            None => host,
        };
        let mut schemes = self.texts(root, "schemes").unwrap_or_default();
        schemes.retain(|scheme| matches!(scheme.as_str(), "http" | "https"));
        if schemes.is_empty() {
            schemes.push("https".to_owned());
        }
        schemes
            .into_iter()
            .map(|scheme| format!("{scheme}://{host}{path}"))
            .collect()
    }
}
