//! Laws over schemas that nobody wrote: whatever is generated is what it says it is.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

use super::testing::api;
use super::tests::check;
use super::{Options, cases};
use crate::schema::Schemas;

fn leaf() -> impl Strategy<Value = Value> {
    let string = (
        prop::option::of(0..6_u32),
        prop::option::of(4..12_u32),
        prop::option::of(select(vec!["^[a-z]+$", "\\d", "^x-", "^[A-Z]{2}\\d{1,3}$"])),
        prop::option::of(select(vec!["uuid", "date", "email", "ipv4", "nonsense"])),
    )
        .prop_map(|(min, max, pattern, format)| {
            let mut schema = json!({"type": "string"});
            let mut put = |name: &str, value: Option<Value>| {
                if let Some(value) = value {
                    schema[name] = value;
                }
            };
            put("minLength", min.map(Into::into));
            put("maxLength", max.map(Into::into));
            put("pattern", pattern.map(Into::into));
            put("format", format.map(Into::into));
            schema
        });
    let number = (
        select(vec!["integer", "number"]),
        prop::option::of(-20..20_i64),
        prop::option::of(0..60_i64),
        prop::option::of(select(vec![json!(2), json!(0.5), json!(7)])),
        any::<bool>(),
    )
        .prop_map(|(kind, low, high, multiple, exclusive)| {
            let mut schema = json!({ "type": kind });
            if let Some(low) = low {
                schema[if exclusive {
                    "exclusiveMinimum"
                } else {
                    "minimum"
                }] = low.into();
            }
            if let Some(high) = high {
                schema[if exclusive {
                    "exclusiveMaximum"
                } else {
                    "maximum"
                }] = high.into();
            }
            if let Some(multiple) = multiple {
                schema["multipleOf"] = multiple;
            }
            schema
        });
    prop_oneof![
        4 => string,
        3 => number,
        1 => Just(json!({"type": "boolean"})),
        1 => Just(json!({"enum": ["a", 1, null, true]})),
        1 => Just(json!({"const": "fixed"})),
        1 => Just(json!({"type": ["string", "null"]})),
        1 => Just(json!({"not": {"type": "string"}})),
        1 => Just(json!(true)),
        1 => Just(json!(false)),
        1 => Just(json!({"$ref": "#/components/schemas/Tree"})),
    ]
}

fn schema() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 24, 4, |inner| {
        let names = vec!["a", "b", "c", "d"];
        let object = (
            prop::collection::vec(inner.clone(), 4),
            subsequence(names.clone(), 0..4),
            subsequence(names, 0..3),
            prop::option::of(inner.clone()),
            any::<bool>(),
        )
            .prop_map(|(schemas, present, required, more, closed)| {
                let properties: Map<_, _> = present
                    .into_iter()
                    .map(str::to_owned)
                    .zip(schemas)
                    .collect();
                let mut schema = json!({
                    "type": "object", "properties": properties, "required": required,
                });
                if closed {
                    schema["additionalProperties"] = false.into();
                } else if let Some(more) = more {
                    schema["additionalProperties"] = more;
                }
                schema
            });
        let array = (
            inner.clone(),
            0..4_u32,
            prop::option::of(0..5_u32),
            any::<bool>(),
        )
            .prop_map(|(items, min, max, unique)| {
                let mut schema = json!({
                    "type": "array", "items": items, "minItems": min, "uniqueItems": unique,
                });
                if let Some(max) = max {
                    schema["maxItems"] = max.into();
                }
                schema
            });
        let union = (
            select(vec!["anyOf", "oneOf", "allOf"]),
            prop::collection::vec(inner.clone(), 1..4),
        )
            .prop_map(|(keyword, branches)| json!({ keyword: branches }));
        let conditional = (inner.clone(), inner.clone(), inner)
            .prop_map(|(test, then, other)| json!({"if": test, "then": then, "else": other}));
        prop_oneof![4 => object, 2 => array, 2 => union, 1 => conditional]
    })
}

fn document(body: &Value, parameter: &Value, media_type: &str) -> Value {
    json!({
        "paths": {"/x/{id}": {"post": {
            "operationId": "op",
            "parameters": [
                {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                {"name": "q", "in": "query", "schema": parameter},
                {"name": "h", "in": "header", "schema": parameter},
            ],
            "requestBody": {"required": true, "content": {media_type: {"schema": body}}},
        }}},
        "components": {"schemas": {"Tree": {
            "type": "object",
            "required": ["children"],
            "properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
        }}},
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn cases_are_what_they_say(
        body in schema(),
        parameter in leaf(),
        media_type in select(vec!["application/json", "application/x-www-form-urlencoded"]),
        seed in 0..1000_u64,
    ) {
        let api = api(document(&body, &parameter, media_type));
        let options = Options { seed, random_per_operation: 2, ..Options::default() };
        let generated = cases(&api, &Schemas::new(&api), 0, &[], &options);
        check(&api, &generated);
        prop_assert_eq!(
            &generated,
            &cases(&api, &Schemas::new(&api), 0, &[], &options)
        );
        prop_assert!(
            !generated.cases.is_empty() || !generated.not_generated.is_empty()
        );
    }
}
