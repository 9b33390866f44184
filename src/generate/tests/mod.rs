//! What every plan keeps, on small documents.

mod bindings;
mod values;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::testing::api;
use super::*;
use crate::api::Direction;
use crate::case::{Case, Origin, Part, Payload, ViolationKind};

fn pets() -> Api {
    let text = include_str!("../../../fixtures/generate/pets.json");
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
fn with_body(schema: &Value, components: &Value) -> Api {
    api(json!({
        "paths": {"/x": {"post": {
            "operationId": "op",
            "requestBody": {"required": true, "content": {"application/json": {"schema": schema}}},
        }}},
        "components": {"schemas": components},
    }))
}

/// What holds for every plan.
pub(super) fn check(api: &Api, generated: &Generated) {
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
                .find(|one| one.name == argument.name && one.location == argument.location)
                .expect("is described");
            let Some(schema) = parameter.schema else {
                continue;
            };
            let valid = schemas
                .is_valid(schema, Direction::Request, &argument.value)
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
    insta::with_settings!({snapshot_path => "../../../fixtures/generate", prepend_module_to_snapshot => false}, {
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
