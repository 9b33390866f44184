//! Laws over arbitrary values: nothing panics, and what is written can be read.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

use super::{argument, operation, parameter};
use crate::api::{Api, ParameterLocation, Style};
use crate::case::{CaseBody, Input, Payload};
use crate::encode::request;
use crate::http::Credentials;

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,6}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_is_a_request(
        value in value(),
        location in select(vec![
            ParameterLocation::Path,
            ParameterLocation::Query,
            ParameterLocation::Header,
            ParameterLocation::Cookie,
        ]),
        style in select(vec![
            Style::Simple,
            Style::Label,
            Style::Matrix,
            Style::Form,
            Style::SpaceDelimited,
            Style::PipeDelimited,
            Style::DeepObject,
            Style::Tabs,
        ]),
        explode in any::<bool>(),
        allow_reserved in any::<bool>(),
        media_type in select(vec![
            "application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "text/plain",
            "application/x-ndjson",
        ]),
    ) {
        let mut one = parameter(location, "p", style, explode);
        one.allow_reserved = allow_reserved;
        let path = if location == ParameterLocation::Path { "/a/{p}/b" } else { "/a" };
        let operation = operation(path, vec![one]);
        let input = Input {
            arguments: vec![argument(location, "p", value.clone())],
            body: Some(CaseBody {
                media_type: media_type.to_owned(),
                payload: Payload::Value(value.clone()),
                references: Vec::new(),
            }),
            ..Input::default()
        };
        let Ok(request) = request(&Api::default(), &operation, &input, Credentials::None) else {
            return Ok(());
        };
        prop_assert!(request.target.parse::<http::Uri>().is_ok(), "{}", request.target);
        let segments = request.target.split('?').next().unwrap_or_default().split('/').count();
        prop_assert_eq!(segments, if path == "/a" { 2 } else { 4 });
        if let (ParameterLocation::Query, Value::String(text)) = (location, &value) {
            let (_, query) = request.target.split_once('?').expect("has a query");
            let read: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
            prop_assert_eq!(read, vec![("p".into(), text.as_str().into())]);
        }
        if media_type == "application/json" {
            let read: Value = serde_json::from_slice(&request.body).expect("is JSON");
            prop_assert_eq!(read, value);
        }
    }
}
