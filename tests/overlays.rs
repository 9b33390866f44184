//! Laws of overlays, what they may not do, and overlays of users.

use std::time::{Duration, Instant};

use assize::contract::overlay::{self, Mistake, OverlayLimits};
use assize::document::{Document, Place};
use assize::pointer::Pointer;
use assize::spec::{self, Input, NoFetch};
use proptest::prelude::*;
use serde_json::{Value, json};

fn source(name: &str, value: &Value) -> assize::document::Source {
    let input = Input::Embedded {
        name: name.to_owned(),
        text: value.to_string(),
    };
    spec::read_source(&input, &NoFetch).expect("JSON")
}

fn document(value: &Value) -> Document {
    Document {
        sources: vec![source("description.json", value)],
        ..Document::default()
    }
}

fn overlay(actions: impl Into<Value>) -> Value {
    let actions = actions.into();
    json!({"overlay": "1.1.0", "info": {"title": "T", "version": "1"}, "actions": actions})
}

fn apply(document: &mut Document, actions: Value) -> Result<Value, Mistake> {
    overlay::apply(document, source("overlay.json", &overlay(actions)))?;
    Ok((*document.sources[0].value).clone())
}

/// Values with few names, so that they meet.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..4).prop_map(Value::from),
        "[a-c~/é' .]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            object(inner),
        ]
    })
}

fn object(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::vec(("[a-c~/é' .]{0,3}", inner), 0..4)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
}

fn targets() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "$.*",
        "$..*",
        "$.a",
        "$..a",
        "$..b",
        "$.a.b",
        "$[0]",
        "$..[0]",
        "$..[-1]",
        "$..[1:]",
        "$..[?@.a]",
        "$.*.*",
        "$..['a','b']",
        "$..[?@ == 1]",
        "$",
    ])
}

/// Every part of a value.
fn parts(value: &Value) -> Vec<Pointer> {
    let mut found = vec![Pointer::root()];
    let mut at = 0;
    while at < found.len() {
        let here = found[at].clone();
        match here.get(value) {
            Some(Value::Object(members)) => found.extend(members.keys().map(|key| here.child(key))),
            Some(Value::Array(elements)) => {
                found.extend((0..elements.len()).map(|index| here.index(index)));
            }
            _ => {}
        }
        at += 1;
    }
    found
}

proptest! {
    #[test]
    fn an_update_with_nothing_changes_nothing(value in object(value())) {
        let mut changed = document(&value);
        let result = apply(&mut changed, json!([{"target": "$", "update": {}}]));
        prop_assert_eq!(result.expect("it fits"), value);
        prop_assert_eq!(changed.origins, assize::document::Origins::default());
    }

    #[test]
    fn what_was_removed_is_not_there(value in value(), target in targets()) {
        let mut changed = document(&value);
        let remove = json!([{"target": target, "remove": true}]);
        // An element that follows a removed one takes its index.
        if apply(&mut changed, remove.clone()).is_ok() && !target.contains("[0]") && !target.contains("[-1]") && !target.contains("[1:]") {
            let again = apply(&mut changed, remove).expect_err("nothing is left");
            prop_assert!(again.message.contains("matches nothing"), "{}", again.message);
        }
    }

    #[test]
    fn replacing_twice_is_replacing_once(value in value(), target in targets(), new in 0..9) {
        let action = json!([{"target": target, "update": new}]);
        let mut once = document(&value);
        let Ok(first) = apply(&mut once, action.clone()) else { return Ok(()) };
        let primitive = |value: &Value| !value.is_array() && !value.is_object();
        // Appending to arrays is no replacement, and a filter may select by the value.
        prop_assume!(parts(&value).iter().all(|part| {
            let part = part.get(&value).expect("it is there");
            !part.is_array() || primitive(part)
        }) && !target.contains('?'));
        prop_assert_eq!(apply(&mut once, action).expect("it fitted before"), first);
    }

    /// The one law of positions: what stands in the result stands where its origin says.
    #[test]
    fn every_part_is_where_its_origin_says(
        value in value(),
        changes in prop::collection::vec((targets(), prop::option::of(value()), targets()), 1..5),
    ) {
        let mut changed = document(&value);
        for (target, update, from) in changes {
            let action = match update {
                Some(Value::Null) => json!({"target": target, "copy": from}),
                Some(update) => json!({"target": target, "update": update}),
                None => json!({"target": target, "remove": true}),
            };
            let mut next = changed.clone();
            if apply(&mut next, json!([action])).is_ok() {
                changed = next;
            }
        }
        let result = (*changed.sources[0].value).clone();
        let original = document(&value);
        for part in parts(&result) {
            let here = part.get(&result).expect("it is there");
            let (text, pointer) = changed.written(&Place::new(0, part.clone())).expect("written");
            let written = if &*text.name == "description.json" {
                pointer.get(&original.sources[0].value)
            } else {
                pointer.get(&text.value)
            };
            let written = written.expect("the text has the part");
            // Objects and arrays may have got more since.
            match (here, written) {
                (Value::Object(_), Value::Object(_)) | (Value::Array(_), Value::Array(_)) => {}
                _ => prop_assert_eq!(here, written, "{}", part),
            }
        }
    }

    #[test]
    fn nothing_panics(value in value(), text in "[$.\\[\\]?@a-b'\"()*,:!&|=<0-9 -]{0,30}") {
        let _ = apply(&mut document(&value), json!([{"target": text, "remove": true}]));
        let _ = overlay::apply(&mut document(&value), source("overlay.json", &value));
    }
}

#[test]
fn nested_parentheses_neither_overflow_nor_take_forever() {
    for (open, close) in [("(", ")"), ("[?", "]"), ("!(", ")"), ("length(", ")")] {
        for depth in [10, 30, 100, 600] {
            let target = format!("$[?{}@.a{}]", open.repeat(depth), close.repeat(depth));
            let started = Instant::now();
            let _ = apply(
                &mut document(&json!({})),
                json!([{"target": target, "remove": true}]),
            );
            assert!(
                started.elapsed() < Duration::from_secs(2),
                "{open} {depth} times"
            );
        }
    }
}

#[test]
fn an_overlay_cannot_grow_beyond_measure() {
    let limits = OverlayLimits {
        added: 10_000,
        ..OverlayLimits::default()
    };
    for (value, action) in [
        (
            json!({"a": [1, 2, 3]}),
            json!({"target": "$.a", "copy": "$.a"}),
        ),
        (
            json!({"a": [1, 2, 3], "b": []}),
            json!({"target": "$.b", "update": {"x": [1, 2, 3]}}),
        ),
        (json!({"a": {}}), json!({"target": "$..a", "copy": "$"})),
    ] {
        let mut changed = document(&value);
        let source = source("overlay.json", &overlay(json!(vec![action; 9_000])));
        let error = overlay::apply_within(&mut changed, source, &limits).expect_err("too much");
        let told = error.message.contains("adds more than 10000 values")
            || error.message.contains("more than 128 levels deep");
        assert!(told, "{}", error.message);
    }
}

#[test]
fn limits_are_told() {
    let limits = OverlayLimits {
        actions: 1,
        matches: 2,
        target: 20,
        ..OverlayLimits::default()
    };
    let of = |actions: Value| {
        let mut changed = document(&json!({"a": [1, 2, 3]}));
        let overlay = source("overlay.json", &overlay(actions));
        overlay::apply_within(&mut changed, overlay, &limits)
            .expect_err("too much")
            .message
    };
    let remove = json!({"target": "$.a[*]", "remove": true});
    assert_eq!(of(json!([remove])), "`$.a[*]` matches more than 2 parts");
    assert_eq!(of(json!([remove, remove])), "there are more than 1 actions");
    let long = json!({"target": "$.aaaaaaaaaaaaaaaaaaaaaaaa", "remove": true});
    assert_eq!(of(json!([long])), "a target of more than 20 characters");
}

#[test]
fn a_large_description_is_not_copied() {
    let mut changed = document(&json!({"openapi": "3.1.0", "paths": {}}));
    let before = std::sync::Arc::as_ptr(&changed.sources[0].value);
    apply(
        &mut changed,
        json!([{"target": "$.paths", "update": {"/a": {}}}]),
    )
    .expect("it fits");
    assert_eq!(before, std::sync::Arc::as_ptr(&changed.sources[0].value));
}

#[test]
fn duplicate_keys_of_the_description_stay_where_they_are() {
    let text = r#"{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {},
 "tags": [{"name": "a"}, {"name": "b"}, {"name": "c", "name": "d"}], "x-a": {"b": 1, "b": 2}}"#;
    let input = Input::Embedded {
        name: "d.json".to_owned(),
        text: text.to_owned(),
    };
    let mut changed = spec::read(&input, &NoFetch).expect("a description");
    apply(
        &mut changed,
        json!([
            {"target": "$.tags[0]", "remove": true},
            {"target": "$['x-a']", "remove": true},
        ]),
    )
    .expect("it fits");
    let api = spec::understand(changed).expect("a description");
    let flaws: Vec<String> = spec::snippets(&api.document, &api.flaws, false);
    assert_eq!(flaws.len(), 1, "{flaws:?}");
    assert!(
        flaws[0].contains("`name` stands more than once"),
        "{}",
        flaws[0]
    );
    assert!(flaws[0].contains("d.json:2:55"), "{}", flaws[0]);
}

#[test]
fn what_an_overlay_refers_to_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    let root = file(
        "openapi.yaml",
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n",
    );
    file(
        "pets.yaml",
        "get: {operationId: listPets, responses: {'200': {description: All}}}\n",
    );
    let mut changed = spec::read(&Input::Path(root), &NoFetch).expect("a description");
    apply(
        &mut changed,
        json!([{"target": "$.paths", "update": {
            "/pets": {"$ref": "./pets.yaml"}, "/none": {"$ref": "./none.yaml"},
        }}]),
    )
    .expect("it fits");
    spec::read_new_references(&mut changed, &NoFetch);
    assert_eq!(changed.sources.len(), 2);
    assert_eq!(changed.unread.len(), 1);
    let api = spec::understand(changed).expect("a description");
    assert_eq!(api.find("listPets"), Some(0));
    let shown = spec::snippets(&api.document, &api.flaws, false).concat();
    assert!(shown.contains("overlay.json:1:"), "{shown}");
}
