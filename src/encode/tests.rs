//! The style tables of OpenAPI 3.1 (Parameter Object, Style Examples), bodies and readings.

use serde_json::{Value, json};

use super::parameter::Writing;
use super::*;
use crate::api::{MediaType, RequestBody, ResponsePromise, SchemaId, StatusPattern, Style};
use crate::case::{CaseBody, Payload};
use crate::document::{Document, Format, Place, Source};
use crate::pointer::Pointer;
use crate::schema::Schemas;

fn writing(style: Style, explode: bool) -> Writing<'static> {
    Writing {
        name: "color",
        style,
        explode,
        allow_reserved: false,
        content: None,
    }
}

fn values() -> [Value; 4] {
    [
        json!(""),
        json!("blue"),
        json!(["blue", "black", "brown"]),
        json!({"R": 100, "G": 200, "B": 150}),
    ]
}

#[test]
fn path_styles() {
    let table = [
        (
            Style::Matrix,
            false,
            [
                ";color",
                ";color=blue",
                ";color=blue,black,brown",
                ";color=R,100,G,200,B,150",
            ],
        ),
        (
            Style::Matrix,
            true,
            [
                ";color",
                ";color=blue",
                ";color=blue;color=black;color=brown",
                ";R=100;G=200;B=150",
            ],
        ),
        (
            Style::Label,
            false,
            [".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"],
        ),
        (
            Style::Label,
            true,
            [".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"],
        ),
        (
            Style::Simple,
            false,
            [
                "the path would lose the segment",
                "blue",
                "blue,black,brown",
                "R,100,G,200,B,150",
            ],
        ),
        (
            Style::Simple,
            true,
            [
                "the path would lose the segment",
                "blue",
                "blue,black,brown",
                "R=100,G=200,B=150",
            ],
        ),
    ];
    for (style, explode, expected) in table {
        for (value, expected) in values().iter().zip(expected) {
            let written = writing(style, explode).path(value);
            let written = written.unwrap_or_else(|reason| reason);
            assert_eq!(written, expected, "{style:?} {explode} {value}");
        }
    }
}

#[test]
fn query_styles() {
    let table = [
        (
            Style::Form,
            false,
            [
                "color=",
                "color=blue",
                "color=blue,black,brown",
                "color=R,100,G,200,B,150",
            ],
        ),
        (
            Style::Form,
            true,
            [
                "color=",
                "color=blue",
                "color=blue&color=black&color=brown",
                "R=100&G=200&B=150",
            ],
        ),
        (
            Style::SpaceDelimited,
            false,
            [
                "color=",
                "color=blue",
                "color=blue%20black%20brown",
                "color=R%20100%20G%20200%20B%20150",
            ],
        ),
        (
            Style::PipeDelimited,
            false,
            [
                "color=",
                "color=blue",
                "color=blue%7Cblack%7Cbrown",
                "color=R%7C100%7CG%7C200%7CB%7C150",
            ],
        ),
        (
            Style::Tabs,
            false,
            [
                "color=",
                "color=blue",
                "color=blue%09black%09brown",
                "color=R%09100%09G%09200%09B%09150",
            ],
        ),
        (
            Style::DeepObject,
            true,
            [
                "color=",
                "color=blue",
                "OpenAPI does not define deepObject for arrays",
                "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
            ],
        ),
    ];
    for (style, explode, expected) in table {
        for (value, expected) in values().iter().zip(expected) {
            let written = writing(style, explode).query(value);
            let written = written.map_or_else(|reason| reason, |pairs| pairs.join("&"));
            assert_eq!(written, expected, "{style:?} {explode} {value}");
        }
    }
}

#[test]
fn headers_and_cookies() {
    let simple = |explode, value: &Value| writing(Style::Simple, explode).header(value);
    let [empty, one, list, record] = values();
    assert_eq!(simple(false, &empty), Ok(Some(String::new())));
    assert_eq!(simple(false, &one), Ok(Some("blue".to_owned())));
    assert_eq!(simple(true, &list), Ok(Some("blue,black,brown".to_owned())));
    assert_eq!(
        simple(false, &record),
        Ok(Some("R,100,G,200,B,150".to_owned()))
    );
    assert_eq!(
        simple(true, &record),
        Ok(Some("R=100,G=200,B=150".to_owned()))
    );
    assert_eq!(simple(true, &json!([])), Ok(None));
    for bad in [
        json!("a\nb"),
        json!(" a"),
        json!("é"),
        json!(null),
        json!(["a,b"]),
        json!([[1]]),
        json!({"a": {"b": 1}}),
    ] {
        assert!(simple(true, &bad).is_err(), "{bad}");
    }
    let cookie = |explode, value: &Value| writing(Style::Form, explode).cookie(value);
    assert_eq!(
        cookie(true, &json!("a b;")),
        Ok(Some("color=a%20b%3B".to_owned()))
    );
    assert_eq!(
        cookie(false, &list),
        Ok(Some("color=blue,black,brown".to_owned()))
    );
    assert!(cookie(true, &list).is_err());
}

#[test]
fn content_parameters_are_json() {
    let writing = Writing {
        content: Some("application/json"),
        ..writing(Style::Form, true)
    };
    assert_eq!(
        writing.query(&json!({"a": [1, null]})),
        Ok(vec!["color=%7B%22a%22%3A%5B1%2Cnull%5D%7D".to_owned()])
    );
    assert_eq!(
        writing.header(&json!("é")),
        Ok(Some("\"\\u00e9\"".to_owned()))
    );
}

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

fn body(media_type: &str, value: Value) -> Result<(String, String), EncodeError> {
    let mut operation = operation("/", Vec::new());
    let mut form = content(media_type);
    form.encoding.insert(
        "json".to_owned(),
        crate::api::Encoding {
            content_type: Some("application/json".to_owned()),
            ..crate::api::Encoding::default()
        },
    );
    operation.body = Some(RequestBody {
        required: true,
        contents: vec![form],
        place: place(),
    });
    let input = Input {
        body: Some(CaseBody {
            media_type: media_type.to_owned(),
            payload: Payload::Value(value),
            references: Vec::new(),
        }),
        ..Input::default()
    };
    let request = request(&Api::default(), &operation, &input, Credentials::None)?;
    Ok((
        request.headers[http::header::CONTENT_TYPE]
            .to_str()
            .expect("ASCII")
            .to_owned(),
        String::from_utf8(request.body.to_vec()).expect("text"),
    ))
}

#[test]
fn bodies_by_media_type() {
    for (media_type, value, expected) in [
        ("application/json", json!("é"), "\"é\""),
        ("application/vnd.api+json", json!([1]), "[1]"),
        (
            "application/x-ndjson",
            json!([{"a": 1}, 2]),
            "{\"a\":1}\n2\n",
        ),
        ("text/plain; charset=utf-8", json!(1.5), "1.5"),
        ("application/octet-stream", json!("QQ=="), "QQ=="),
        ("application/xml", json!("<a/>"), "<a/>"),
        (
            "application/x-www-form-urlencoded",
            json!({"a b": "c&d", "list": [1, 2], "o": {"x": 1}, "json": "s"}),
            "a%20b=c%26d&list=1&list=2&o=%7B%22x%22%3A1%7D&json=%22s%22",
        ),
    ] {
        let (content_type, bytes) = body(media_type, value).expect("can be written");
        assert_eq!(content_type, media_type);
        assert_eq!(bytes, expected, "{media_type}");
    }
    for (media_type, value) in [
        ("text/plain", json!({})),
        ("application/octet-stream", json!(1)),
        ("application/xml", json!({"a": 1})),
        ("application/x-www-form-urlencoded", json!([1])),
        ("application/x-www-form-urlencoded", json!({"a": null})),
        ("text/*", json!("x")),
        ("a\nb", json!("x")),
    ] {
        assert!(
            body(media_type, value.clone()).is_err(),
            "{media_type} {value}"
        );
    }
}

#[test]
fn multipart_is_the_same_every_time() {
    let value = json!({"name": "a", "tags": ["x", "y"], "o": {"k": 1}});
    let (content_type, first) = body("multipart/form-data", value.clone()).expect("can be written");
    let (again, second) = body("multipart/form-data", value).expect("can be written");
    assert_eq!((content_type.clone(), &first), (again, &second));
    let boundary = content_type
        .strip_prefix("multipart/form-data; boundary=")
        .expect("has one");
    assert_eq!(first.matches(&format!("--{boundary}\r\n")).count(), 4);
    assert!(first.ends_with(&format!("--{boundary}--\r\n")));
    assert!(
        first.contains("name=\"tags\"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\ny\r\n")
    );
    assert!(first.contains("Content-Type: application/json\r\n\r\n{\"k\":1}\r\n"));
}

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
                value: schema,
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
