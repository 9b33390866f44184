//! The keyword `type`.

use std::collections::HashSet;

use serde_json::Value;

use super::keyword::{Effect, Issue, wrong};
use crate::near::near;
use crate::spec::dialect::Dialect;

const TYPES: [&str; 7] = [
    "string", "number", "integer", "boolean", "array", "object", "null",
];

/// What is wrong with the value of `type`.
pub(super) fn types(dialect: Dialect, value: &Value) -> Option<Issue> {
    let keyword = "type";
    let unknown = |stated: &str| {
        let known = TYPES.contains(&stated) || stated == "file" && dialect == Dialect::V2;
        (!known).then(|| {
            let issue = Issue::new(
                keyword,
                Effect::Break,
                format!("there is no type `{stated}`"),
            );
            let meant = match stated.to_ascii_lowercase().as_str() {
                "int" | "int32" | "int64" | "long" => Some("integer"),
                "float" | "double" | "decimal" => Some("number"),
                "bool" => Some("boolean"),
                "str" | "text" | "uuid" | "date" | "datetime" | "date-time" | "file" | "binary" => {
                    Some("string")
                }
                "list" => Some("array"),
                "map" | "dict" => Some("object"),
                "any" => return issue.help("leave `type` out to allow any value"),
                _ => near(stated, TYPES).first().copied(),
            };
            match meant {
                Some(meant) => issue.help(format!("did you mean `{meant}`?")),
                None => issue.help(format!("use one of {}", TYPES.join(", "))),
            }
        })
    };
    match value {
        Value::String(stated) => {
            if let Some(issue) = unknown(stated) {
                return Some(issue);
            }
            (stated == "null" && dialect.is_old()).then(|| {
                Issue::new(
                    keyword,
                    Effect::Keep,
                    format!("{} has no type `null`", dialect.name()),
                )
                .help("use `nullable: true`; it is taken as in OpenAPI 3.1")
            })
        }
        Value::Array(list) => {
            let mut names = Vec::new();
            for one in list {
                let Some(stated) = one.as_str() else {
                    return Some(wrong(keyword, Effect::Break, "a list of strings", one));
                };
                if let Some(issue) = unknown(stated) {
                    return Some(issue);
                }
                names.push(stated);
            }
            if names.is_empty() {
                return Some(Issue::new(
                    keyword,
                    Effect::Break,
                    "`type` is an empty list, so that no value is valid",
                ));
            }
            let unique: HashSet<&str> = names.iter().copied().collect();
            if unique.len() < names.len() {
                let mut seen = HashSet::new();
                names.retain(|name| seen.insert(*name));
                return Some(Issue::new(
                    keyword,
                    Effect::Replace(names.into()),
                    "`type` names a type twice",
                ));
            }
            dialect.is_old().then(|| {
                Issue::new(
                    keyword,
                    Effect::Keep,
                    format!("{} has no lists of types", dialect.name()),
                )
                .help("use `nullable` or `oneOf`; it is taken as in OpenAPI 3.1")
            })
        }
        other => Some(wrong(keyword, Effect::Break, "a string", other)),
    }
}
