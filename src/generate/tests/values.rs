//! Values from schemas that are hard to generate from.

use serde_json::json;

use super::{body, case, check, ids, plan, with_body};

#[test]
fn hard_schemas_give_values() {
    let components = json!({
        "Tree": {"type": "object", "required": ["children"], "additionalProperties": false, "properties": {
            "value": {"type": "integer"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        }},
        "List": {"type": "object", "required": ["next"], "properties": {
            "next": {"anyOf": [{"$ref": "#/components/schemas/List"}, {"type": "null"}]},
        }},
        "Base": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
        "Cat": {"type": "object", "required": ["kind", "lives"], "properties": {"kind": {"type": "string"}, "lives": {"type": "integer", "maximum": 9}}},
        "Dog": {"type": "object", "required": ["kind", "bark"], "properties": {"kind": {"type": "string"}, "bark": {"type": "boolean"}}},
        "Animal": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}},
            "discriminator": {"propertyName": "kind", "mapping": {"b": "#/components/schemas/Bird"}}},
        "Bird": {"allOf": [{"$ref": "#/components/schemas/Animal"}, {"properties": {"kind": {"enum": ["b", "c"]}, "wings": {"type": "integer"}}}]},
    });
    let schemas = [
        json!({"$ref": "#/components/schemas/Tree"}),
        json!({"$ref": "#/components/schemas/List"}),
        json!({"$ref": "#/components/schemas/Bird"}),
        json!({"type": "string", "pattern": "^(?=.*\\d)(?!0)[a-z0-9]{4,12}$"}),
        json!({"type": "string", "pattern": "^\\+[1-9]\\d{7,14}$", "maxLength": 10}),
        json!({"allOf": [{"$ref": "#/components/schemas/Base"}, {"required": ["b"], "properties": {"b": {"type": "integer", "minimum": 3}}}, {"properties": {"b": {"maximum": 4}}}]}),
        json!({"allOf": [{"$ref": "#/components/schemas/Base"}], "unevaluatedProperties": false, "properties": {"c": {"type": "boolean"}}}),
        json!({"allOf": [{"$ref": "#/components/schemas/Base"}, {"additionalProperties": false, "properties": {"a": {}}}]}),
        json!({"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}], "discriminator": {"propertyName": "kind"}}),
        json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}),
        json!({"type": "object", "required": ["t"], "properties": {"t": {"enum": ["x", "y"]}, "n": {"type": "integer"}},
            "if": {"properties": {"t": {"const": "x"}}}, "then": {"required": ["n"]}, "else": {"properties": {"n": false}}}),
        json!({"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 2, "propertyNames": {"pattern": "^[a-z]{3,}$"}}),
        json!({"type": "object", "patternProperties": {"^x-[a-z]+$": {"type": "string"}}, "additionalProperties": false, "minProperties": 1}),
        json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "dependentRequired": {"a": ["b"]}, "maxProperties": 2}),
        json!({"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": false, "minItems": 2}),
        json!({"type": "array", "contains": {"const": 5}, "items": {"type": "integer"}, "minItems": 3}),
        json!({"type": "array", "items": {"enum": ["a", "b", "c"]}, "uniqueItems": true, "minItems": 3}),
        json!({"type": "integer", "minimum": 0, "not": {"const": 0}}),
        json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001}),
        json!({"type": "integer", "multipleOf": 7, "minimum": 10, "maximum": 20}),
        json!({"type": "string", "format": "email", "maxLength": 8}),
        json!({"type": "string", "format": "uri", "minLength": 100}),
        json!({"type": ["null", "integer"], "minimum": 5}),
        json!({"const": {"deep": [1]}}),
        json!({}),
        json!(true),
        json!({"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/components/schemas/Base"}}, "additionalProperties": false}),
    ];
    for schema in schemas {
        let api = with_body(&schema, &components);
        let generated = plan(&api, "op", &[], 0);
        assert!(
            generated.cases.iter().any(|case| &*case.id == "op/full"),
            "{schema}: {:?}",
            generated.not_generated
        );
        check(&api, &generated);
    }
}

#[test]
fn impossible_schemas_are_said() {
    let components = json!({
        "Endless": {"type": "object", "required": ["me"], "properties": {"me": {"$ref": "#/components/schemas/Endless"}}},
    });
    for schema in [
        json!(false),
        json!({"$ref": "#/components/schemas/Endless"}),
        json!({"type": "integer", "minimum": 5, "maximum": 4}),
        json!({"type": "string", "pattern": "^(a)\\1b(?!b)$", "maxLength": 1}),
        json!({"allOf": [{"type": "string"}, {"type": "integer"}]}),
        json!({"$ref": "#/nowhere"}),
    ] {
        let api = with_body(&schema, &components);
        let generated = plan(&api, "op", &[], 0);
        assert!(
            generated.cases.is_empty(),
            "{schema}: {:?}",
            ids(&generated)
        );
        assert!(!generated.not_generated.is_empty());
    }
}

#[test]
fn parts_that_cannot_be_written_do_not_spoil_the_rest() {
    let api = super::api(json!({"paths": {"/x": {"post": {
        "operationId": "op",
        "parameters": [
            {"name": "deep", "in": "query", "schema": {"type": "object", "required": ["a"], "properties": {"a": {"type": "object", "required": ["b"], "properties": {"b": {"const": 1}}}}}},
            {"name": "q", "in": "query", "schema": {"type": "string"}},
        ],
        "requestBody": {"required": true, "content": {"application/x-www-form-urlencoded": {"schema": {
            "type": "object", "properties": {"a": {"type": "null"}, "b": {"type": "string"}},
        }}}},
    }}}}));
    let generated = plan(&api, "op", &[], 0);
    check(&api, &generated);
    let full = case(&generated, "op/full");
    assert_eq!(full.input.arguments.len(), 1);
    assert!(body(full).get("b").is_some() && body(full).get("a").is_none());
    let notes: Vec<_> = generated
        .not_generated
        .iter()
        .map(|(what, _)| what.as_str())
        .collect();
    assert!(
        notes.contains(&"query.deep") && notes.contains(&"body/a"),
        "{notes:?}"
    );
    assert!(!ids(&generated).iter().any(|id| id.contains("b/wrong-type")));
}

#[test]
fn hostile_schemas_end() {
    // Alternatives within alternatives, none of which gives a value.
    let mut union = json!({"type": "string", "minLength": 5, "maxLength": 4});
    for _ in 0..7 {
        union = json!({"anyOf": vec![union; 4]});
    }
    // A schema whose full value would have 4^8 parts.
    let wide = json!({"Wide": {"type": "object", "properties": {
        "a": {"$ref": "#/components/schemas/Other"}, "b": {"$ref": "#/components/schemas/Other"},
        "c": {"$ref": "#/components/schemas/Other"}, "d": {"$ref": "#/components/schemas/Other"},
    }}, "Other": {"type": "object", "properties": {
        "a": {"$ref": "#/components/schemas/Wide"}, "b": {"$ref": "#/components/schemas/Wide"},
        "c": {"$ref": "#/components/schemas/Wide"}, "d": {"$ref": "#/components/schemas/Wide"},
    }}});
    let long: serde_json::Map<_, _> = (0..30)
        .map(|index| {
            let list = json!({"type": "array", "maxItems": 999, "items": {"type": "string"}});
            (format!("list{index}"), list)
        })
        .collect();
    for (schema, components) in [
        (union, json!({})),
        (json!({"$ref": "#/components/schemas/Wide"}), wide),
        (json!({"type": "object", "properties": long}), json!({})),
        (
            json!({"type": "array", "minItems": 1_000_000_000_u64}),
            json!({}),
        ),
        (json!({"type": "string", "minLength": 1e300}), json!({})),
        (
            json!({"type": "integer", "minimum": 1e300, "multipleOf": 1e200}),
            json!({}),
        ),
        (
            json!({"type": "integer", "minimum": i64::MIN, "maximum": u64::MAX}),
            json!({}),
        ),
        (json!({"type": "number", "multipleOf": 1e-300}), json!({})),
        (
            json!({"type": "object", "minProperties": 100_000}),
            json!({}),
        ),
    ] {
        let api = with_body(&schema, &components);
        let generated = plan(&api, "op", &[], 0);
        check(&api, &generated);
    }
}
