//! Requests put together, and what the tests share.

mod bodies;
mod laws;
mod readings;
mod styles;

use serde_json::{Value, json};

use super::*;
use crate::api::{MediaType, ResponsePromise, StatusPattern, Style};
use crate::case::{CaseBody, Payload};
use crate::document::Place;
use crate::pointer::Pointer;

fn parameter(location: ParameterLocation, name: &str, style: Style, explode: bool) -> Parameter {
    Parameter {
        name: name.to_owned(),
        location,
        required: location == ParameterLocation::Path,
        deprecated: false,
        style,
        explode,
        allow_reserved: false,
        allow_empty: false,
        schema: None,
        content: None,
        examples: Vec::new(),
        place: place(),
    }
}

fn place() -> Place {
    Place::new(0, Pointer::root())
}

fn content(name: &str) -> MediaType {
    MediaType {
        name: name.to_owned(),
        schema: None,
        item_schema: None,
        examples: Vec::new(),
        encoding: std::collections::BTreeMap::new(),
        place: place(),
    }
}

fn operation(path: &str, parameters: Vec<Parameter>) -> Operation {
    Operation {
        id: "op".to_owned(),
        method: http::Method::POST,
        path: path.to_owned(),
        summary: None,
        tags: Vec::new(),
        deprecated: false,
        parameters,
        body: None,
        responses: vec![ResponsePromise {
            status: StatusPattern::Default,
            contents: vec![content("text/csv"), content("application/problem+json")],
            headers: Vec::new(),
            links: Vec::new(),
            place: place(),
        }],
        security: Vec::new(),
        extensions: serde_json::Map::new(),
        place: place(),
    }
}

fn argument(location: ParameterLocation, name: &str, value: Value) -> Argument {
    Argument {
        location,
        name: name.to_owned(),
        value,
        reference: None,
    }
}

#[test]
fn a_request_is_put_together() {
    use ParameterLocation::{Cookie, Header, Path, Query};
    let mut q = parameter(Query, "q", Style::Form, true);
    q.allow_reserved = true;
    let operation = operation(
        "/a b/{id}/x?fixed=1",
        vec![
            parameter(Path, "id", Style::Simple, false),
            q,
            parameter(Header, "X-Tag", Style::Simple, false),
            parameter(Cookie, "c", Style::Form, true),
        ],
    );
    let input = Input {
        arguments: vec![
            argument(Path, "id", json!("a/b?c#d é")),
            argument(Query, "q", json!("http://x/?a=b&c#d")),
            argument(Header, "x-tag", json!(7)),
            argument(Header, "Authorization", json!("no")),
            argument(Cookie, "c", json!(true)),
            argument(Cookie, "d", json!("e")),
        ],
        body: Some(CaseBody {
            media_type: "application/json".to_owned(),
            payload: Payload::Value(json!({"a": 1})),
            references: Vec::new(),
        }),
        ..Input::default()
    };
    let request = request(
        &Api::default(),
        &operation,
        &input,
        Credentials::Identity("alice".into()),
    )
    .expect("can be written");
    assert_eq!(
        request.target,
        "/a%20b/a%2Fb%3Fc%23d%20%C3%A9/x?fixed=1&q=http://x/?a=b%26c%23d"
    );
    let header = |name: &str| request.headers.get(name).and_then(|one| one.to_str().ok());
    assert_eq!(header("x-tag"), Some("7"));
    assert_eq!(header("authorization"), None);
    assert_eq!(header("cookie"), Some("c=true; d=e"));
    assert_eq!(header("accept"), Some("application/problem+json, text/csv"));
    assert_eq!(header("content-type"), Some("application/json"));
    assert_eq!(&request.body[..], br#"{"a":1}"#);
    assert_eq!(request.credentials, Credentials::Identity("alice".into()));
}

#[test]
fn paths_keep_their_segments() {
    use ParameterLocation::Path;
    let operation = operation(
        "/a/{id}/b",
        vec![parameter(Path, "id", Style::Simple, false)],
    );
    let target = |value: Value| {
        let input = Input {
            arguments: vec![argument(Path, "id", value)],
            ..Input::default()
        };
        request(&Api::default(), &operation, &input, Credentials::None).map(|one| one.target)
    };
    assert_eq!(target(json!("..")).as_deref(), Ok("/a/%2E%2E/b"));
    assert_eq!(target(json!(".")).as_deref(), Ok("/a/%2E/b"));
    assert_eq!(target(json!("...")).as_deref(), Ok("/a/.../b"));
    for bad in [json!(""), json!([]), json!(null)] {
        assert!(matches!(
            target(bad),
            Err(EncodeError::NotExpressible { .. })
        ));
    }
    assert_eq!(
        request(
            &Api::default(),
            &operation,
            &Input::default(),
            Credentials::None
        )
        .err(),
        Some(EncodeError::MissingPathParameter {
            name: "id".to_owned()
        })
    );
}
