//! What validation promises, on small documents.

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::document::{Document, Format, Source};
use crate::pointer::Pointer;

/// Schemas of a document; `SchemaId`s number the pointers.
fn schemas(value: Value, pointers: &[&str]) -> Schemas {
    schemas_of(vec![("file:///api.json", value)], pointers)
}

fn schemas_of(values: Vec<(&str, Value)>, pointers: &[&str]) -> Schemas {
    let sources = values
        .into_iter()
        .map(|(uri, value)| Source {
            uri: uri.to_owned(),
            name: "api.json".into(),
            text: Arc::from(""),
            format: Format::Json,
            value,
        })
        .collect();
    Schemas::new(&Api {
        document: Document {
            sources,
            ..Document::default()
        },
        schemas: pointers
            .iter()
            .map(|pointer| Place::new(0, Pointer::new(*pointer)))
            .collect(),
        ..Api::default()
    })
}

fn valid(schema: &Value, value: &Value) -> bool {
    schemas(json!({ "s": schema }), &["/s"])
        .is_valid(SchemaId(0), Direction::Request, value)
        .expect("compiles")
}

fn errors(schema: &Value, value: &Value) -> Vec<Mismatch> {
    schemas(json!({ "s": schema }), &["/s"])
        .errors(SchemaId(0), Direction::Response, value, 10)
        .expect("compiles")
}

#[test]
fn places_of_keywords_are_found_behind_references_and_odd_names() {
    let document = json!({
        "paths": {"/pets/{id} ~%": {"schema": {"$ref": "#/components/schemas/Pet"}}},
        "components": {"schemas": {"Pet": {
            "type": "object",
            "properties": {"name": {"type": "string", "maxLength": 3}},
        }}},
    });
    let pointer = Pointer::root()
        .child("paths")
        .child("/pets/{id} ~%")
        .child("schema");
    let schemas = schemas(document, &[pointer.as_str()]);
    let found = schemas
        .errors(
            SchemaId(0),
            Direction::Response,
            &json!({"name": "abcd"}),
            10,
        )
        .expect("compiles");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].instance.as_str(), "/name");
    assert_eq!(found[0].keyword, "maxLength");
    assert_eq!(
        found[0].schema.pointer.as_str(),
        "/components/schemas/Pet/properties/name/maxLength"
    );
    assert_eq!(found[0].expected, "at most 3 characters");
    assert_eq!(found[0].actual, "4 characters: \"abcd\"");
}

#[test]
fn references_lead_into_other_sources() {
    let schemas = schemas_of(
        vec![
            (
                "file:///a/api.json",
                json!({"s": {"$ref": "b.json#/defs/N"}}),
            ),
            (
                "file:///a/b.json",
                json!({"defs": {"N": {"type": "integer"}}}),
            ),
        ],
        &["/s"],
    );
    let found = schemas
        .errors(SchemaId(0), Direction::Request, &json!("x"), 10)
        .expect("compiles");
    assert_eq!(found[0].schema, Place::new(1, Pointer::new("/defs/N/type")));
    assert_eq!(found[0].expected, "integer");
}

#[test]
fn a_broken_schema_harms_only_itself_and_nothing_is_fetched() {
    let schemas = schemas(
        json!({
            "bad": {"$ref": "#/nowhere"},
            "foreign": {"$ref": "http://127.0.0.1:9/none.json"},
            "wrong": {"properties": {"a": {"type": "strin"}}},
            "pattern": {"properties": {"a": {"pattern": "("}}},
            "good": {"type": "string"},
        }),
        &["/bad", "/foreign", "/wrong", "/pattern", "/good"],
    );
    for id in 0..4 {
        let problem = schemas
            .is_valid(SchemaId(id), Direction::Request, &json!("x"))
            .expect_err("cannot be used");
        assert!(problem.place.is_some(), "{problem:?}");
        assert!(!problem.message.is_empty());
    }
    assert_eq!(
        schemas.is_valid(SchemaId(4), Direction::Request, &json!("x")),
        Ok(true)
    );
}

#[test]
fn formats_are_asserted_those_of_openapi_too() {
    for (format, good, bad) in [
        (
            "date-time",
            json!("2026-02-03T04:05:06Z"),
            json!("2026-02-03"),
        ),
        ("date", json!("2026-02-03"), json!("2026-02-30")),
        (
            "uuid",
            json!("2eb8aa08-aa98-11ea-b4aa-73b441d16380"),
            json!("2eb8"),
        ),
        ("email", json!("a@example.com"), json!("a")),
        ("uri", json!("https://example.com/x"), json!("not a uri")),
        ("ipv4", json!("127.0.0.1"), json!("256.0.0.1")),
        ("ipv6", json!("::1"), json!("12345::")),
        ("hostname", json!("example.com"), json!("-a-.")),
        ("time", json!("04:05:06Z"), json!("25:00")),
        ("int32", json!(2_147_483_647), json!(2_147_483_648_u64)),
        ("int64", json!(i64::MIN), json!(1e19)),
        ("byte", json!("QUI="), json!("?")),
    ] {
        let schema = json!({ "format": format });
        assert!(valid(&schema, &good), "{format} {good}");
        assert!(!valid(&schema, &bad), "{format} {bad}");
        assert_eq!(errors(&schema, &bad)[0].keyword, "format");
        assert_eq!(
            errors(&schema, &bad)[0].expected,
            format!("format {format}")
        );
    }
    assert!(valid(&json!({"format": "password"}), &json!("x")));
    assert!(valid(&json!({"format": "uuid"}), &json!(1)));
}

#[test]
fn patterns_are_those_of_ecma_262_and_bounded() {
    assert!(valid(&json!({"pattern": "^(?!x)\\d+$"}), &json!("12")));
    assert!(!valid(&json!({"pattern": "^(?!x)\\d+$"}), &json!("x2")));
    let hard = json!({"pattern": "^(?=(a+)+$)(a|aa)+\\1$"});
    // Whether the engine decides or gives up, it comes back.
    let _ = valid(&hard, &json!("a".repeat(200) + "b"));
}

#[test]
fn directions_differ_in_what_they_require() {
    let document = json!({
        "Pet": {
            "type": "object",
            "required": ["id", "name", "secret", "kind"],
            "properties": {
                "id": {"$ref": "#/Id"},
                "name": {"type": "string", "example": {"readOnly": true}},
                "secret": {"type": "string", "writeOnly": true},
                "kind": {"enum": ["a"]},
            },
        },
        "Id": {"type": "string", "readOnly": true},
        "Split": {
            "allOf": [{"required": ["id"]}, {"properties": {"id": {"readOnly": true}}}],
        },
        "Plain": {"required": ["x"], "properties": {"x": {}}},
    });
    let schemas = schemas(document, &["/Pet", "/Split", "/Plain"]);
    let valid = |id, direction, value: Value| {
        schemas
            .is_valid(SchemaId(id), direction, &value)
            .expect("compiles")
    };
    let request = json!({"name": "n", "secret": "s", "kind": "a"});
    let response = json!({"id": "i", "name": "n", "kind": "a"});
    assert!(valid(0, Direction::Request, request.clone()));
    assert!(!valid(0, Direction::Response, request));
    assert!(valid(0, Direction::Response, response.clone()));
    assert!(!valid(0, Direction::Request, response));
    assert!(!valid(2, Direction::Request, json!({})));
    assert!(!valid(1, Direction::Response, json!({})));
}

#[test]
fn alternatives_are_reduced_to_the_nearest() {
    let by_type = errors(
        &json!({"oneOf": [{"type": "string"}, {"type": "null"}]}),
        &json!(3),
    );
    assert_eq!(by_type.len(), 1);
    assert_eq!(by_type[0].keyword, "oneOf");
    assert_eq!(by_type[0].expected, "string or null");

    let nearest = errors(
        &json!({"anyOf": [
            {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
            {"type": "null"},
        ]}),
        &json!({"a": 1}),
    );
    assert_eq!(nearest.len(), 1);
    assert_eq!(nearest[0].instance.as_str(), "/a");
    assert_eq!(
        nearest[0].schema.pointer.as_str(),
        "/s/anyOf/0/properties/a/type"
    );
}

#[test]
fn a_discriminator_chooses_the_branch() {
    let schemas = schemas(
        json!({
            "Pet": {
                "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
                "discriminator": {"propertyName": "kind", "mapping": {"d": "#/components/schemas/Dog"}},
            },
            "components": {"schemas": {
                "Cat": {"type": "object", "required": ["kind", "lives", "claws"]},
                "Dog": {"type": "object", "required": ["kind", "bark"]},
            }},
        }),
        &["/Pet"],
    );
    for (kind, missing) in [("Cat", "claws"), ("d", "bark")] {
        let value = json!({"kind": kind, "lives": 7});
        let found = schemas
            .errors(SchemaId(0), Direction::Response, &value, 10)
            .expect("compiles");
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            found[0].message,
            format!("required \"{missing}\" is absent")
        );
    }
}

#[test]
fn recursion_and_depth_end() {
    let schemas = schemas(
        json!({"Tree": {
            "type": "object",
            "properties": {"children": {"type": "array", "items": {"$ref": "#/Tree"}}},
            "additionalProperties": false,
        }}),
        &["/Tree"],
    );
    let mut value = json!({});
    for _ in 0..100 {
        value = json!({ "children": [value] });
    }
    assert_eq!(
        schemas.is_valid(SchemaId(0), Direction::Request, &value),
        Ok(true)
    );
    for _ in 0..200 {
        value = json!({ "children": [value] });
    }
    assert_eq!(
        schemas.is_valid(SchemaId(0), Direction::Request, &value),
        Ok(true)
    );
    let place = Place::new(0, Pointer::new("/Tree/properties/children"));
    assert_eq!(
        schemas.is_valid_at(&place, Direction::Request, &json!([{"x": 1}])),
        Ok(false)
    );
    let found = schemas
        .errors_at(&place, Direction::Request, &json!([{"x": 1}]), 1)
        .expect("compiles");
    assert_eq!(found[0].message, "unknown property \"x\"");
}

#[test]
fn schemas_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Schemas>();
}
