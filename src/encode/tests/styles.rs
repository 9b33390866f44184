//! The style tables of OpenAPI 3.1 (Parameter Object, Style Examples).

use serde_json::{Value, json};

use crate::api::Style;
use crate::encode::parameter::Writing;

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
