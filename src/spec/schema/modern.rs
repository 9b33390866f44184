//! One schema of an older dialect, written as JSON Schema 2020-12.

use serde_json::{Map, Value, json};

use super::pattern::Patterns;
use crate::spec::dialect::Dialect;

/// Whether a URI names JSON Schema 2020-12.
pub(super) fn is_current(uri: &str) -> bool {
    uri.trim_end_matches('#') == "https://json-schema.org/draft/2020-12/schema"
}

/// Whether a URI names the dialect of OpenAPI 3.1 or 3.2: 2020-12 with annotations.
pub(super) fn is_openapi_base(uri: &str) -> bool {
    uri.starts_with("https://spec.openapis.org/oas/3.") && uri.contains("/dialect/")
}

/// Whether a URI names another draft of JSON Schema.
pub(super) fn is_other_draft(uri: &str) -> bool {
    let uri = uri.trim_end_matches('#');
    [
        "http://json-schema.org/draft-04/schema",
        "http://json-schema.org/draft-06/schema",
        "http://json-schema.org/draft-07/schema",
        "https://json-schema.org/draft/2019-09/schema",
    ]
    .contains(&uri)
}

/// Rewrites the keywords of one schema; schemas inside are left for the walk. What a later
/// dialect took away is read charitably in that dialect, too.
pub(super) fn modernize(
    dialect: Dialect,
    members: &mut Map<String, Value>,
    patterns: &mut Patterns,
) {
    if let Some(Value::String(pattern)) = members.get_mut("pattern")
        && let Ok(Some(instead)) = patterns.unicode(pattern)
    {
        instead.clone_into(pattern);
    }
    exclusive(members, "minimum", "exclusiveMinimum");
    exclusive(members, "maximum", "exclusiveMaximum");
    if members.get("type").is_some_and(|stated| stated == "file") && dialect == Dialect::V2 {
        members.insert("type".to_owned(), json!("string"));
        members.insert("format".to_owned(), json!("binary"));
    }
    let keyword = match dialect {
        Dialect::V2 => "x-nullable",
        _ => "nullable",
    };
    if members.get(keyword) == Some(&Value::Bool(true)) {
        allow_null(members);
    }
    members.shift_remove("nullable");
}

/// `minimum: 5, exclusiveMinimum: true` is `exclusiveMinimum: 5`.
fn exclusive(members: &mut Map<String, Value>, bound: &str, exclusive: &str) {
    let Some(Value::Bool(is_exclusive)) = members.get(exclusive) else {
        return;
    };
    let is_exclusive = *is_exclusive;
    members.shift_remove(exclusive);
    if is_exclusive && let Some(limit) = members.shift_remove(bound) {
        members.insert(exclusive.to_owned(), limit);
    }
}

/// Adds null to the types, the enumerated values and the alternatives. Since 3.0.3
/// `nullable` has no effect without `type` (Schema Object); before, the text could be read
/// either way, and descriptions that write it mean it. Nobody is accused of a null then.
fn allow_null(members: &mut Map<String, Value>) {
    match members.get_mut("type") {
        Some(Value::String(stated)) if stated != "null" => {
            let types = json!([stated.as_str(), "null"]);
            members.insert("type".to_owned(), types);
        }
        Some(Value::Array(types)) if !types.iter().any(|one| one == "null") => {
            types.push(json!("null"));
        }
        _ => {}
    }
    for keyword in ["anyOf", "oneOf"] {
        if let Some(Value::Array(branches)) = members.get_mut(keyword) {
            branches.push(json!({"enum": [null]}));
        }
    }
    if let Some(Value::Array(values)) = members.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
}

/// Whether null is to be allowed beside an `allOf`, which only [`beside_all_of`] can do.
pub(super) fn is_nullable_all_of(dialect: Dialect, members: &Map<String, Value>) -> bool {
    dialect == Dialect::V30
        && members.get("nullable") == Some(&Value::Bool(true))
        && members.contains_key("allOf")
        && !["type", "anyOf", "oneOf"]
            .iter()
            .any(|keyword| members.contains_key(*keyword))
}

/// Makes `allOf: […]` an `anyOf` of that and null. It moves the parts, so that it comes after
/// everything that looks at their places.
pub(super) fn beside_all_of(members: &mut Map<String, Value>) {
    if let Some(parts) = members.shift_remove("allOf") {
        members.insert(
            "anyOf".to_owned(),
            json!([{"allOf": parts}, {"enum": [null]}]),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modern(dialect: Dialect, mut schema: Value) -> Value {
        if let Value::Object(members) = &mut schema {
            modernize(dialect, members, &mut Patterns::default());
        }
        schema
    }

    #[test]
    fn nullable_extends_the_types_and_the_values() {
        assert_eq!(
            modern(
                Dialect::V30,
                json!({"type": "string", "nullable": true, "enum": ["a"]})
            ),
            json!({"type": ["string", "null"], "enum": ["a", null]})
        );
        assert_eq!(
            modern(Dialect::V30, json!({"nullable": true, "enum": ["a"]})),
            json!({"enum": ["a", null]})
        );
        assert_eq!(
            modern(
                Dialect::V30,
                json!({"nullable": true, "anyOf": [{"type": "string"}]})
            ),
            json!({"anyOf": [{"type": "string"}, {"enum": [null]}]})
        );
        assert_eq!(
            modern(Dialect::V30, json!({"type": "string", "nullable": false})),
            json!({"type": "string"})
        );
    }

    #[test]
    fn exclusive_bounds_become_numbers() {
        assert_eq!(
            modern(
                Dialect::V30,
                json!({"minimum": 1, "exclusiveMinimum": true, "maximum": 9, "exclusiveMaximum": false})
            ),
            json!({"exclusiveMinimum": 1, "maximum": 9})
        );
    }

    #[test]
    fn files_of_2_0_are_binary_strings() {
        assert_eq!(
            modern(Dialect::V2, json!({"type": "file", "x-nullable": true})),
            json!({"type": ["string", "null"], "x-nullable": true, "format": "binary"})
        );
    }
}
