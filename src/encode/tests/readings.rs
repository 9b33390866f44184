//! What a server may read in a text.

use serde_json::{Value, json};

use super::{operation, parameter, place};
use crate::api::{Api, ParameterLocation, SchemaId, Style};
use crate::document::{Document, Format, Source};
use crate::encode::{body_still_violates, still_violates};
use crate::pointer::Pointer;
use crate::schema::Schemas;

fn violates(location: ParameterLocation, schema: Value, value: &Value) -> bool {
    let style = if location == ParameterLocation::Query {
        Style::Form
    } else {
        Style::Simple
    };
    let mut one = parameter(location, "p", style, style == Style::Form);
    one.schema = Some(SchemaId(0));
    let api = api_of(schema);
    let operation = operation("/", vec![one.clone()]);
    still_violates(&Schemas::new(&api), &operation, &one, value)
}

/// An API of nothing but this schema.
fn api_of(schema: Value) -> Api {
    Api {
        document: Document {
            sources: vec![Source {
                uri: "file:///a.json".to_owned(),
                name: "a.json".into(),
                text: "".into(),
                format: Format::Json,
                value: schema.into(),
            }],
            ..Document::default()
        },
        schemas: vec![place()],
        ..Api::default()
    }
}

#[test]
fn a_violation_counts_only_if_it_is_one_after_serialization() {
    use ParameterLocation::{Header, Path, Query};
    for (location, schema, value, expected) in [
        (Query, json!({"type": "string"}), json!(123), false),
        (Query, json!({"type": "string"}), json!(true), false),
        (Query, json!({"type": "string"}), json!(null), false),
        (Query, json!({"type": "string"}), json!([]), false),
        (Query, json!({"type": "string"}), json!(["a"]), false),
        (Query, json!({"type": "integer"}), json!("12"), false),
        (Query, json!({"type": "integer"}), json!("twelve"), true),
        (Query, json!({"type": "integer"}), json!(1.5), true),
        (Query, json!({"type": "integer"}), json!(""), false),
        (Query, json!({"type": "boolean"}), json!(1), false),
        (Query, json!({"type": "boolean"}), json!("maybe"), true),
        (
            Query,
            json!({"type": ["integer", "null"]}),
            json!("null"),
            false,
        ),
        (
            Query,
            json!({"maximum": 5, "type": "integer"}),
            json!(6),
            true,
        ),
        (
            Query,
            json!({"maxLength": 2, "type": "string"}),
            json!("abc"),
            true,
        ),
        (
            Query,
            json!({"type": "array", "items": {"type": "string"}}),
            json!("a"),
            false,
        ),
        (
            Query,
            json!({"type": "array", "items": {"type": "integer"}}),
            json!("a"),
            true,
        ),
        (
            Query,
            json!({"type": "array", "items": {"type": "integer"}}),
            json!(["1"]),
            false,
        ),
        (
            Query,
            json!({"type": "object", "required": ["a"]}),
            json!({"b": 1}),
            true,
        ),
        (
            Query,
            json!({"properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "type": "object"}),
            json!({"a": 7, "b": 5}),
            false,
        ),
        (
            Path,
            json!({"format": "uuid", "type": "string"}),
            json!("x"),
            true,
        ),
        (
            Path,
            json!({"minLength": 1, "type": "string"}),
            json!(""),
            false,
        ),
        (Header, json!({"enum": ["a", "b"]}), json!("c"), true),
        (Header, json!({"enum": ["a", "b"]}), json!("c\n"), false),
    ] {
        assert_eq!(
            violates(location, schema.clone(), &value),
            expected,
            "{location} {schema} {value}"
        );
    }
}

#[test]
fn in_forms_and_texts_types_are_lost() {
    let schema = json!({"type": "object", "required": ["list"], "properties": {
        "name": {"type": "string", "maxLength": 3},
        "age": {"type": "integer"},
        "list": {"type": "array", "items": {"type": "integer"}, "minItems": 1},
        "deep": {"type": "object", "properties": {"x": {"type": "string"}}},
    }});
    let counts = |media_type: &str, changed: &str, schema: &Value, value: Value| {
        let api = api_of(schema.clone());
        body_still_violates(
            &Schemas::new(&api),
            SchemaId(0),
            media_type,
            &Pointer::new(changed),
            &value,
        )
    };
    let form = "application/x-www-form-urlencoded";
    for (changed, value, expected) in [
        ("/name", json!({"name": 12, "list": [1]}), false),
        ("/name", json!({"name": 1234, "list": [1]}), true),
        ("/age", json!({"age": "12", "list": [1]}), false),
        ("/age", json!({"age": "twelve", "list": [1]}), true),
        ("/list", json!({"list": "1"}), false),
        ("/list", json!({"list": []}), true),
        ("/list/0", json!({"list": ["x"]}), true),
        ("/list", json!({"age": 1}), true),
        ("/deep/x", json!({"list": [1], "deep": {"x": 1}}), false),
    ] {
        assert_eq!(
            counts(form, changed, &schema, value.clone()),
            expected,
            "{value}"
        );
        assert!(counts("application/json", changed, &schema, value));
    }
    let text = json!({"type": "string"});
    assert!(!counts("text/plain", "", &text, json!(12)));
    assert!(counts(
        "text/plain",
        "",
        &json!({"type": "integer"}),
        json!("x")
    ));
}
