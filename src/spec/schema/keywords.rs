//! Each keyword of a schema against what the dialect says of it.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::keyword::{Effect, Issue, wrong};
use super::pattern::Patterns;
use super::{types, vocabulary};
use crate::spec::dialect::Dialect;

/// Adds what is wrong with the keywords of one schema.
pub(super) fn check(
    dialect: Dialect,
    members: &Map<String, Value>,
    patterns: &mut Patterns,
    issues: &mut Vec<Issue>,
) {
    for (keyword, value) in members {
        if dialect.is_old() && vocabulary::NEW.contains(&keyword.as_str()) {
            issues.push(
                Issue::new(
                    keyword,
                    Effect::Keep,
                    format!("{} has no keyword `{keyword}`", dialect.name()),
                )
                .help("it is taken as in OpenAPI 3.1"),
            );
        }
        if let Some(issue) = one(dialect, keyword, value, members, patterns) {
            issues.push(issue);
        }
    }
    if dialect.is_old()
        && members.get("type").is_some_and(|stated| stated == "array")
        && !members.contains_key("items")
    {
        issues.push(
            Issue::new(
                "type",
                Effect::Keep,
                format!("an array needs `items` in {}", dialect.name()),
            )
            .help("add `items`; any elements are taken as valid"),
        );
    }
}

fn one(
    dialect: Dialect,
    keyword: &str,
    value: &Value,
    members: &Map<String, Value>,
    patterns: &mut Patterns,
) -> Option<Issue> {
    match keyword {
        "type" => types::types(dialect, value),
        "title" | "description" | "format" | "$comment" | "contentEncoding"
        | "contentMediaType" => {
            (!value.is_string()).then(|| wrong(keyword, Effect::Drop, "a string", value))
        }
        "readOnly" | "writeOnly" | "deprecated" => {
            (!value.is_boolean()).then(|| wrong(keyword, Effect::Drop, "true or false", value))
        }
        "nullable" => nullable(dialect, value, members),
        "uniqueItems" => {
            (!value.is_boolean()).then(|| wrong(keyword, Effect::Break, "true or false", value))
        }
        "minimum" | "maximum" => {
            (!value.is_number()).then(|| wrong(keyword, Effect::Break, "a number", value))
        }
        "exclusiveMinimum" | "exclusiveMaximum" => exclusive(dialect, keyword, value, members),
        "multipleOf" => match value.as_f64() {
            Some(step) if step > 0.0 => None,
            Some(_) => Some(Issue::new(
                keyword,
                Effect::Break,
                "`multipleOf` must be greater than 0",
            )),
            None => Some(wrong(keyword, Effect::Break, "a number", value)),
        },
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties"
        | "minContains" | "maxContains" => (!is_count(value))
            .then(|| wrong(keyword, Effect::Break, "a whole number, 0 or more", value)),
        "pattern" => match value {
            Value::String(pattern) => pattern_issue(keyword, pattern, patterns),
            other => Some(wrong(keyword, Effect::Break, "a string", other)),
        },
        "patternProperties" => match value {
            Value::Object(schemas) => schemas
                .keys()
                .find_map(|pattern| pattern_issue(keyword, pattern, patterns)),
            other => Some(wrong(keyword, Effect::Break, "an object", other)),
        },
        "required" => required(value),
        "enum" => match value {
            Value::Array(values) if values.is_empty() => Some(Issue::new(
                keyword,
                Effect::Break,
                "`enum` is empty, so that no value is valid",
            )),
            Value::Array(_) => None,
            other => Some(wrong(keyword, Effect::Break, "a list", other)),
        },
        "examples" => (!value.is_array()).then(|| {
            wrong(keyword, Effect::Drop, "a list", value)
                .help("names are possible in parameters and media types, not in schemas")
        }),
        "properties" | "dependentSchemas" | "$defs" => {
            (!value.is_object()).then(|| wrong(keyword, Effect::Break, "an object", value))
        }
        "items" => value.is_array().then(|| {
            Issue::new(
                keyword,
                Effect::Break,
                "`items` must be one schema, and is a list",
            )
            .help("use `prefixItems` (OpenAPI 3.1), or `items` with `oneOf`")
        }),
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => match value {
            Value::Array(schemas) if schemas.is_empty() => Some(
                Issue::new(keyword, Effect::Drop, format!("`{keyword}` is empty"))
                    .help("leave it out; it is taken as absent"),
            ),
            Value::Array(_) => None,
            other => Some(wrong(keyword, Effect::Break, "a list", other)),
        },
        "dependentRequired" => {
            let fits = value.as_object().is_some_and(|properties| {
                properties.values().all(|names| {
                    names
                        .as_array()
                        .is_some_and(|names| names.iter().all(Value::is_string))
                })
            });
            (!fits).then(|| wrong(keyword, Effect::Break, "an object of lists of names", value))
        }
        "discriminator" => discriminator(dialect, value),
        _ => None,
    }
}

fn is_count(value: &Value) -> bool {
    value.is_u64()
        || value
            .as_f64()
            .is_some_and(|number| number >= 0.0 && number.fract() == 0.0)
}

fn nullable(dialect: Dialect, value: &Value, members: &Map<String, Value>) -> Option<Issue> {
    let keyword = "nullable";
    let Value::Bool(is_nullable) = value else {
        return Some(wrong(keyword, Effect::Drop, "true or false", value));
    };
    match dialect {
        Dialect::V30 => {
            let is_idle = *is_nullable && !members.contains_key("type");
            is_idle.then(|| {
                Issue::new(
                    keyword,
                    Effect::Keep,
                    "`nullable` without `type` in the same schema: readers disagree whether null is allowed",
                )
                .help("add the `type` (OpenAPI 3.0.3, Schema Object)")
            })
        }
        Dialect::V2 => Some(
            Issue::new(
                keyword,
                Effect::Drop,
                "Swagger 2.0 has no keyword `nullable`",
            )
            .help("it is ignored"),
        ),
        Dialect::V31 | Dialect::V32 => Some(
            Issue::new(
                keyword,
                Effect::Keep,
                format!("{} has no keyword `nullable`", dialect.name()),
            )
            .help("add `null` to `type`; it is taken as in OpenAPI 3.0"),
        ),
    }
}

fn exclusive(
    dialect: Dialect,
    keyword: &str,
    value: &Value,
    members: &Map<String, Value>,
) -> Option<Issue> {
    let bound = match keyword {
        "exclusiveMinimum" => "minimum",
        _ => "maximum",
    };
    match value {
        Value::Bool(is_exclusive) if dialect.is_old() => {
            let is_idle = *is_exclusive && !members.contains_key(bound);
            is_idle.then(|| {
                Issue::new(
                    keyword,
                    Effect::Keep,
                    format!("`{keyword}` has no effect without `{bound}`"),
                )
            })
        }
        Value::Bool(_) => Some(
            Issue::new(
                keyword,
                Effect::Keep,
                format!("`{keyword}` must be a number in {}", dialect.name()),
            )
            .help(format!(
                "write the bound itself instead of `{bound}`; it is taken as in OpenAPI 3.0"
            )),
        ),
        Value::Number(_) if dialect.is_old() => Some(
            Issue::new(
                keyword,
                Effect::Keep,
                format!("`{keyword}` must be true or false in {}", dialect.name()),
            )
            .help("it is taken as in OpenAPI 3.1"),
        ),
        Value::Number(_) => None,
        other => Some(wrong(keyword, Effect::Break, "a number", other)),
    }
}

fn required(value: &Value) -> Option<Issue> {
    let keyword = "required";
    let Value::Array(names) = value else {
        let issue = wrong(keyword, Effect::Break, "a list of property names", value);
        return Some(match value {
            Value::Bool(_) => issue.help("list the name under `required` of the enclosing object"),
            _ => issue,
        });
    };
    let mut seen = HashSet::new();
    let mut unique = Vec::new();
    for name in names {
        let Some(text) = name.as_str() else {
            return Some(wrong(keyword, Effect::Break, "a list of strings", name));
        };
        if seen.insert(text) {
            unique.push(name.clone());
        }
    }
    (unique.len() < names.len()).then(|| {
        Issue::new(
            keyword,
            Effect::Replace(Value::Array(unique)),
            "`required` lists a name twice",
        )
    })
}

/// A regular expression of ECMA 262 with the flag `u`, as JSON Schema wants it, or one that
/// can be written so.
fn pattern_issue(keyword: &str, pattern: &str, patterns: &mut Patterns) -> Option<Issue> {
    let error = patterns.unicode(pattern).err()?;
    Some(
        Issue::new(
            keyword,
            Effect::Break,
            format!("`{pattern}` is no regular expression: {error}"),
        )
        .help("patterns are written as in JavaScript (ECMA 262, with the flag `u`)"),
    )
}

fn discriminator(dialect: Dialect, value: &Value) -> Option<Issue> {
    let keyword = "discriminator";
    let fits = match dialect {
        Dialect::V2 => value.is_string(),
        _ => value.get("propertyName").is_some_and(Value::is_string),
    };
    let wanted = match dialect {
        Dialect::V2 => "the name of a property",
        _ => "an object with `propertyName`",
    };
    (!fits).then(|| wrong(keyword, Effect::Keep, wanted, value))
}
