//! What bindings promise.

use serde_json::json;

use super::{body, case, check, ids, pets, plan, with_body};
use crate::api::ParameterLocation;
use crate::case::{Binding, Bound, Part, Payload, Reference};
use crate::generate::describe;
use crate::pointer::Pointer;

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
        &json!({"type": "object", "required": ["mentions"], "properties": {
            "mentions": {"type": "array", "minItems": 1, "maxItems": 5, "items": {
                "type": "object", "required": ["id"],
                "properties": {"id": {"type": "string", "format": "uuid"}, "name": {"type": "string"}},
            }},
        }}),
        &json!({}),
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
fn conforming_cases_never_lose_a_bound_part() {
    let api = with_body(
        &json!({"type": "object", "required": ["mentions"], "properties": {
            "text": {"type": "string"},
            "mentions": {"type": "array", "minItems": 1, "maxItems": 5, "items": {
                "oneOf": [
                    {"type": "object", "required": ["id"], "additionalProperties": false,
                     "properties": {"id": {"type": "string", "format": "uuid"}, "name": {"type": "string"}}},
                    {"type": "object", "required": ["id", "role"], "additionalProperties": false,
                     "properties": {"id": {"type": "string", "format": "uuid"}, "role": {"type": "string"}}},
                ],
            }},
        }}),
        &json!({}),
    );
    let bindings = [Binding {
        part: Part::Body(Pointer::new("/mentions/0/id")),
        bound: Bound::Reference(Reference {
            resource: "agent".to_owned(),
            output: "id".to_owned(),
        }),
    }];
    let generated = plan(&api, "op", &bindings, 0);
    check(&api, &generated);
    case(&generated, "op/boundary/body/mentions/0/oneOf/2");
    for case in generated.cases.iter().filter(|case| case.is_conforming()) {
        let sent = case.input.body.as_ref().expect("has one");
        assert_eq!(sent.references.len(), 1, "{}", case.id);
        assert_eq!(
            body(case)["mentions"].as_array().map(Vec::len),
            Some(1),
            "{}",
            case.id
        );
    }
}
