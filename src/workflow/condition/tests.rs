//! What conditions mean, as a table; and laws of the parser.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn holds(text: &str) -> bool {
    let body = json!({
        "n": 3, "zero": 0, "text": "Active", "yes": true, "no": false, "nil": null,
        "numeric": "200", "list": [{"id": "x"}, {"id": "y"}], "empty": "", "a-b": {"c d": 1},
    });
    let lookup = |expression: &Expression| {
        use crate::workflow::expression::{Part, Root};
        match &expression.root {
            Root::StatusCode => Some(json!(200)),
            Root::Response(Part::Body) => {
                crate::workflow::template::walk(&body, &expression.path).cloned()
            }
            Root::Response(Part::Header(name)) => Some(json!(format!("{name}!"))),
            _ => None,
        }
    };
    Condition::parse(text)
        .unwrap_or_else(|why| panic!("{why}"))
        .holds(&lookup)
}

#[test]
fn conditions_mean_what_arazzo_says() {
    for (text, expected) in [
        ("$statusCode == 200", true),
        ("$statusCode==200&&$statusCode!=201", true),
        ("$statusCode != 200", false),
        ("$statusCode >= 200 && $statusCode < 300", true),
        ("200 == $statusCode", true),
        ("$statusCode == '200'", true),
        ("$statusCode == 200.0", true),
        ("$statusCode == 2e2", true),
        ("$response.body#/numeric == 200", true),
        ("$response.body#/numeric > 199", true),
        ("$response.body.n < 20", true),
        ("'3' < '20'", true),
        ("'b' > 'A'", true),
        // Strings are equal whatever their case.
        ("$response.body#/text == 'ACTIVE'", true),
        ("$response.body#/text != 'active'", false),
        ("$response.body#/text == 'act'", false),
        ("'it''s' == 'IT''S'", true),
        // Null equals itself alone, and what is not there is null.
        ("$response.body#/nil == null", true),
        ("$response.body#/none == null", true),
        ("$response.body#/n != null", true),
        ("$response.body#/zero == null", false),
        ("null < 1", false),
        ("null >= null", false),
        ("false == null", false),
        ("$inputs.unknown != null", false),
        // Alone.
        ("$response.body#/yes", true),
        ("$response.body#/no", false),
        ("$response.body#/nil", false),
        ("$response.body.list", true),
        ("$response.body.zero", false),
        ("$response.body.empty", false),
        ("!$response.body#/no", true),
        ("!!$response.body#/yes", true),
        ("!($statusCode == 200)", false),
        ("true", true),
        ("false || true && false", false),
        ("(true || true) && false", false),
        ("true || true && false", true),
        // Indices and properties.
        ("$response.body.list[1].id == 'y'", true),
        ("$response.body#/list[0].id == 'x'", true),
        ("$response.body#/list/1/id == 'y'", true),
        ("$response.body.list[2].id == null", true),
        ("$response.body['a-b']['c d'] == 1", true),
        ("$response.body.a-b['c d'] == 1", true),
        ("$response.header.X-Kind == 'x-kind!'", true),
        // No other types are mixed.
        ("$response.body#/yes == 'true'", false),
        ("$response.body#/yes == 1", false),
        ("$response.body.list == $response.body.list", true),
    ] {
        assert_eq!(holds(text), expected, "{text}");
    }
}

#[test]
fn mistakes_are_told_with_their_place() {
    for (text, says) in [
        ("", "it ends"),
        ("$statusCode = 200", "equality is written =="),
        ("$statusCode == \"200\"", "single quotes"),
        ("$statusCode == ok", "at character 16"),
        ("$statusCode == 200 &&", "it ends"),
        ("($statusCode == 200", "closing parenthesis"),
        ("$statusCode == 'x", "has no end"),
        ("$statusCode == 200 201", "the end, or an operator"),
        ("1 == 1 == 1", "the end, or an operator"),
        ("$.data[*]", "no runtime expression"),
        ("$status == 200", "there is url, method, statusCode"),
        ("$response.body[", "closing bracket"),
        ("$response.body[x] == 1", "no index"),
        ("01 == 1", "a number such as"),
        ("trueish", "a runtime expression"),
    ] {
        let why = Condition::parse(text).expect_err(text);
        assert!(why.contains(says), "{text}: {why}");
    }
    assert!(Condition::parse(&"!".repeat(100)).is_err());
    assert!(Condition::parse(&"(".repeat(5000)).is_err());
}

fn literal() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|number| Value::from(f64::from(number) / 4.0)),
        ".*".prop_map(Value::from),
    ]
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in ".*") {
        let _ = Condition::parse(&text);
    }

    #[test]
    fn no_likely_text_makes_the_parser_panic(
        text in "([$](statusCode|response|inputs)|[.]body|#/a|[.][a-z]|[0-9]| |==|!=|<|>|&&|[|]|[(]|[)]|\\[|\\]|'|!|ü|~){0,24}"
    ) {
        if let Ok(condition) = Condition::parse(&text) {
            condition.holds(&|_| None);
        }
    }

    #[test]
    fn literals_are_read_as_they_are_written(value in literal()) {
        let literal = Condition::Literal(value);
        let text = literal.to_string();
        prop_assume!(text.len() <= 4096);
        prop_assert_eq!(Condition::parse(&text), Ok(literal));
    }

    #[test]
    fn trees_are_read_as_they_are_written(left in literal(), right in literal(), equal: bool) {
        let sign = if equal { Comparison::Equal } else { Comparison::Less };
        let literal = |value: &Value| Box::new(Condition::Literal(value.clone()));
        let tree = Condition::Or(vec![
            Condition::Not(literal(&left)),
            Condition::And(vec![
                Condition::Compare(sign, literal(&left), literal(&right)),
                *literal(&right),
            ]),
        ]);
        let text = tree.to_string();
        prop_assume!(text.len() <= 4096);
        prop_assert_eq!(Condition::parse(&text), Ok(tree));
    }
}
