//! What every plan keeps, on small documents and on schemas that are hard to generate from.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::testing::api;
use super::*;
use crate::api::{Direction, ParameterLocation};
use crate::case::{Bound, Case, Origin, Part, Payload, Reference, ViolationKind};
use crate::pointer::Pointer;

fn pets() -> Api {
    let text = include_str!("../../fixtures/generate/pets.json");
    api(serde_json::from_str(text).expect("a fixture is JSON"))
}

fn plan(api: &Api, id: &str, bindings: &[Binding], seed: u64) -> Generated {
    let options = Options {
        seed,
        random_per_operation: 2,
        ..Options::default()
    };
    let index = api.find(id).expect("the operation is there");
    cases(api, &Schemas::new(api), index, bindings, &options)
}

fn case<'g>(generated: &'g Generated, id: &str) -> &'g Case {
    generated
        .cases
        .iter()
        .find(|case| &*case.id == id)
        .unwrap_or_else(|| {
            panic!(
                "{id} is not among {:#?}\n{:#?}",
                ids(generated),
                generated.not_generated
            )
        })
}

fn ids(generated: &Generated) -> Vec<&str> {
    generated.cases.iter().map(|case| &*case.id).collect()
}

fn body(case: &Case) -> &Value {
    match &case.input.body.as_ref().expect("has a body").payload {
        Payload::Value(value) => value,
        Payload::Raw(_) => panic!("{} is raw", case.id),
    }
}

/// An API with one operation that takes a body of this schema.
fn with_body(schema: Value, components: Value) -> Api {
    api(json!({
        "paths": {"/x": {"post": {
            "operationId": "op",
            "requestBody": {"required": true, "content": {"application/json": {"schema": schema}}},
        }}},
        "components": {"schemas": components},
    }))
}

/// What holds for every plan.
fn check(api: &Api, generated: &Generated) {
    let schemas = Schemas::new(api);
    let mut known = BTreeSet::new();
    let mut violating = false;
    for case in &generated.cases {
        assert!(known.insert(&case.id), "{} is there twice", case.id);
        if let Some(base) = &case.base {
            assert!(known.contains(base), "{} comes before its base", case.id);
        }
        violating |= !case.is_conforming();
        assert_eq!(violating, !case.is_conforming(), "{} comes late", case.id);
        let operation = &api.operations[case.operation];
        let contents = operation
            .body
            .as_ref()
            .map_or(&[][..], |body| &body.contents);
        if let Some(sent) = &case.input.body
            && let Payload::Value(value) = &sent.payload
            && let Some(content) = contents.iter().find(|one| one.name == sent.media_type)
            && let Some(id) = content.schema
        {
            let valid = schemas
                .is_valid(id, Direction::Request, value)
                .expect("compiles");
            let wrong = case
                .violation()
                .is_some_and(|one| matches!(one.part, Part::Body(_)));
            assert_eq!(valid, !wrong, "{}: {value}", case.id);
        }
        for argument in &case.input.arguments {
            let parameter = operation
                .parameters
                .iter()
                .find(|one| one.name == argument.name)
                .expect("is described");
            let valid = schemas
                .is_valid(
                    parameter.schema.expect("has one"),
                    Direction::Request,
                    &argument.value,
                )
                .expect("compiles");
            let part = Part::Parameter(parameter.location, parameter.name.clone());
            let wrong = case.violation().is_some_and(|one| one.part == part);
            assert_eq!(valid, !wrong, "{}: {}", case.id, argument.value);
        }
        assert!(!describe(api, case).contains('\n'));
    }
}

#[test]
fn the_plan_of_a_small_api() {
    let api = pets();
    let mut lines = Vec::new();
    for index in 0..api.operations.len() {
        let generated = cases(&api, &Schemas::new(&api), index, &[], &Options::default());
        check(&api, &generated);
        for case in &generated.cases {
            lines.push(format!("{}: {}", case.id, describe(&api, case)));
        }
        for (what, why) in &generated.not_generated {
            lines.push(format!("not {}/{what}: {why}", api.operations[index].id));
        }
    }
    insta::with_settings!({snapshot_path => "../../fixtures/generate", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("pets", lines.join("\n"));
    });
}

#[test]
fn the_same_seed_gives_the_same_cases_and_another_seed_other_values() {
    let api = pets();
    let first = plan(&api, "createPet", &[], 1);
    assert_eq!(first, plan(&api, "createPet", &[], 1));
    let other = plan(&api, "createPet", &[], 2);
    assert_ne!(first, other);
    assert_ne!(
        body(case(&first, "createPet/full")),
        body(case(&other, "createPet/full"))
    );
    assert_eq!(
        ids(&first)
            .into_iter()
            .filter(|id| !id.contains("random"))
            .collect::<Vec<_>>(),
        ids(&other)
            .into_iter()
            .filter(|id| !id.contains("random"))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn strings_are_new_in_each_case() {
    let api = pets();
    let generated = plan(&api, "createPet", &[], 0);
    let names: Vec<_> = generated
        .cases
        .iter()
        .filter(|case| {
            case.is_conforming() && matches!(case.origin, Origin::Boundary(_) | Origin::Full)
        })
        .filter_map(|case| body(case).get("name").and_then(Value::as_str))
        .collect();
    let different: BTreeSet<_> = names.iter().collect();
    assert_eq!(names.len(), different.len(), "{names:?}");
}

#[test]
fn bindings_are_kept_where_the_case_is_about_something_else() {
    let api = pets();
    let owner = Reference {
        resource: "person".to_owned(),
        output: "id".to_owned(),
    };
    let at = |pointer: &str| Part::Body(Pointer::new(pointer));
    let bindings = [
        Binding {
            part: at("/owner/id"),
            bound: Bound::Reference(owner.clone()),
        },
        Binding {
            part: at("/kind"),
            bound: Bound::Value(json!("dog")),
        },
        Binding {
            part: at("/nonsense"),
            bound: Bound::Value(json!(1)),
        },
    ];
    let generated = plan(&api, "createPet", &bindings, 0);
    check(&api, &generated);
    for case in &generated.cases {
        let Some(sent) = &case.input.body else {
            continue;
        };
        let about = match case.violation().map(|one| &one.part) {
            Some(Part::Body(pointer)) => pointer.as_str().starts_with("/owner"),
            _ => case.id.contains("/owner/"),
        };
        let whole = matches!(sent.payload, Payload::Raw(_))
            || case.id.ends_with("body/wrong-type")
            || sent.media_type.contains("form");
        if !about && !whole {
            assert_eq!(
                sent.references,
                [(Pointer::new("/owner/id"), owner.clone())],
                "{}",
                case.id
            );
            if !case.id.contains("body/kind") {
                assert_eq!(body(case)["kind"], "dog", "{}", case.id);
            }
        }
    }
    assert!(
        !ids(&generated)
            .iter()
            .any(|id| id.contains("boundary/body/kind"))
    );
    assert!(
        !ids(&generated)
            .iter()
            .any(|id| id.contains("boundary/body/owner/id"))
    );
    case(&generated, "createPet/violating/body/owner/id/bad-format");
    assert!(
        generated
            .not_generated
            .iter()
            .any(|(what, _)| what == "binding body/nonsense"),
    );

    let bindings = [Binding {
        part: Part::Parameter(ParameterLocation::Path, "petId".to_owned()),
        bound: Bound::Value(json!("{pet.id}")),
    }];
    let generated = plan(&api, "getPet", &bindings, 0);
    let full = case(&generated, "getPet/full");
    assert!(full.input.arguments[0].reference.is_some());
    assert!(describe(&api, full).starts_with("GET /pets/{pet.id}"));
    let wrong = case(&generated, "getPet/violating/path/petId/bad-format");
    assert!(wrong.input.arguments[0].reference.is_none());
}

#[test]
fn references_within_bound_values_are_recorded() {
    let api = with_body(
        json!({"type": "object", "required": ["mentions"], "properties": {
            "mentions": {"type": "array", "minItems": 1, "maxItems": 5, "items": {
                "type": "object", "required": ["id"],
                "properties": {"id": {"type": "string", "format": "uuid"}, "name": {"type": "string"}},
            }},
        }}),
        json!({}),
    );
    let bindings = [Binding {
        part: Part::Body(Pointer::new("/mentions")),
        bound: Bound::Value(json!([{"id": "{agent.id}"}])),
    }];
    let generated = plan(&api, "op", &bindings, 0);
    check(&api, &generated);
    let full = case(&generated, "op/full");
    let references = &full.input.body.as_ref().expect("has one").references;
    assert_eq!(references.len(), 1);
    assert_eq!(references[0].0.as_str(), "/mentions/0/id");
    assert_eq!(references[0].1.to_string(), "{agent.id}");
}

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
        let api = with_body(schema.clone(), components.clone());
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
        let api = with_body(schema.clone(), components.clone());
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
fn each_violation_breaks_what_it_says() {
    let api = pets();
    let generated = plan(&api, "createPet", &[], 0);
    for (id, kind, keyword) in [
        ("body/name/wrong-type", ViolationKind::WrongType, "type"),
        (
            "body/name/missing-required",
            ViolationKind::MissingRequired,
            "required",
        ),
        (
            "body/name/bad-length/maxLength",
            ViolationKind::BadLength,
            "maxLength",
        ),
        (
            "body/name/bad-length/minLength",
            ViolationKind::BadLength,
            "minLength",
        ),
        ("body/kind/bad-enum", ViolationKind::BadEnum, "enum"),
        (
            "body/tags/0/bad-pattern",
            ViolationKind::BadPattern,
            "pattern",
        ),
        (
            "body/tags/not-unique",
            ViolationKind::NotUnique,
            "uniqueItems",
        ),
        (
            "body/tags/bad-length/maxItems",
            ViolationKind::BadLength,
            "maxItems",
        ),
        (
            "body/weight/out-of-bounds/multipleOf",
            ViolationKind::OutOfBounds,
            "multipleOf",
        ),
        (
            "body/weight/out-of-bounds/exclusiveMinimum",
            ViolationKind::OutOfBounds,
            "exclusiveMinimum",
        ),
        ("body/age/bad-format", ViolationKind::BadFormat, "format"),
        (
            "body/unknown-property",
            ViolationKind::UnknownProperty,
            "additionalProperties",
        ),
        (
            "body/owner/unknown-property",
            ViolationKind::UnknownProperty,
            "additionalProperties",
        ),
        (
            "body/owner/id/missing-required",
            ViolationKind::MissingRequired,
            "required",
        ),
    ] {
        let case = case(&generated, &format!("createPet/violating/{id}"));
        let violation = case.violation().expect("violates");
        assert_eq!(violation.kind, kind, "{id}");
        let place = violation.place.as_ref().expect("has a place");
        assert_eq!(place.pointer.last().as_deref(), Some(keyword), "{id}");
    }
}

#[test]
fn free_text_that_is_refused_hides_nothing_and_accuses_nobody() {
    let api = api(json!({"paths": {"/x": {"get": {
        "operationId": "op",
        "parameters": [
            {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 0}},
            {"name": "size", "in": "query", "schema": {"type": "integer"}},
            {"name": "token", "in": "query", "schema": {"type": "string"}},
            {"name": "kernel", "in": "query", "schema": {"type": "string", "format": "uuid"}},
            {"name": "If-Match", "in": "header", "schema": {"type": "string"}},
        ],
    }}}}));
    let generated = plan(&api, "op", &[], 0);
    let plain = case(&generated, "op/boundary/free-text/omitted");
    let names: Vec<&str> = plain
        .input
        .arguments
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["limit", "size"]);
    let wrong = case(&generated, "op/violating/query/limit/wrong-type");
    assert_eq!(wrong.base.as_deref(), Some("op/boundary/free-text/omitted"));
    let origin = |id: &str| case(&generated, id).origin.clone();
    assert!(matches!(
        origin("op/boundary/query/token/alone"),
        Origin::Variant(_)
    ));
    assert!(matches!(
        origin("op/boundary/query/limit/minimum"),
        Origin::Boundary(_)
    ));
    let full = case(&generated, "op/full");
    assert!(
        full.input
            .arguments
            .iter()
            .all(|one| one.name != "If-Match")
    );
    // `kernel=12345` breaks the format, but text it is.
    assert!(!ids(&generated).contains(&"op/violating/query/kernel/wrong-type"));
}
