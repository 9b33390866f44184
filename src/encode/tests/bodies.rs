//! Bodies by media type.

use serde_json::{Value, json};

use super::{content, operation, place};
use crate::api::{Api, Encoding, RequestBody};
use crate::case::{CaseBody, Input, Payload};
use crate::encode::{EncodeError, request};
use crate::http::Credentials;

fn body(media_type: &str, value: Value) -> Result<(String, String), EncodeError> {
    let mut operation = operation("/", Vec::new());
    let mut form = content(media_type);
    form.encoding.insert(
        "json".to_owned(),
        Encoding {
            content_type: Some("application/json".to_owned()),
            ..Encoding::default()
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
