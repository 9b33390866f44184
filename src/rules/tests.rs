//! Bounds of expressions, and laws over exchanges that are made up.

use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::api::Operation;
use crate::document::Place;
use crate::http::{Exchange, Request, Response};
use crate::procedure::Purpose;
use crate::schema::Schemas;

fn api() -> Api {
    Api {
        operations: vec![Operation {
            id: "a".to_owned(),
            method: http::Method::GET,
            path: "/a".to_owned(),
            summary: None,
            tags: Vec::new(),
            deprecated: false,
            parameters: Vec::new(),
            body: None,
            responses: Vec::new(),
            security: Vec::new(),
            extensions: serde_json::Map::new(),
            place: Place::new(0, Pointer::root()),
        }],
        ..Api::default()
    }
}

fn requirement(verify: &Value) -> Requirement {
    let mut whole = json!({
        "id": "R", "level": "MUST", "text": "t", "source": "s", "basis": "stated",
    });
    let members = whole.as_object_mut().expect("an object");
    members.extend(verify.as_object().expect("an object").clone());
    serde_json::from_value(whole).expect("a requirement")
}

fn judge(verify: &Value, body: Vec<u8>) -> Option<Judged> {
    let api = api();
    let schemas = Schemas::new(&api);
    let response = Response {
        body: body.into(),
        ..Response::default()
    };
    let exchange = Exchange::new(Request::default(), Ok(response), Duration::ZERO);
    let observed = Observed {
        api: &api,
        schemas: &schemas,
        operation: 0,
        purpose: &Purpose::Probe,
        exchange: &exchange,
    };
    let rules = Rules::compile(&api, &[requirement(verify)]);
    rules.judge(&observed).pop().map(|(_, judged)| judged)
}

fn that(text: &str, body: &Value) -> Option<Judged> {
    let body = serde_json::to_vec(body).expect("JSON");
    judge(
        &json!({"expression": {"operations": ["a"], "that": text}}),
        body,
    )
}

fn problem(text: &str) -> String {
    Expression::compile(text)
        .expect_err("it cannot be used")
        .to_string()
}

#[test]
fn loops_within_loops_end_at_the_budget() {
    let numbers: Vec<u32> = (0..3000).collect();
    let text = "response.body.all(a, response.body.all(b, response.body.all(c, a + b + c >= 0)))";
    let begin = Instant::now();
    let Some(Judged::Error(why)) = that(text, &json!(numbers)) else {
        panic!("it is given up")
    };
    assert!(why.contains("it costs more than is allowed"), "{why}");
    assert!(
        begin.elapsed() < Duration::from_secs(20),
        "{:?}",
        begin.elapsed()
    );
    // What absorbs errors does not hide it.
    let absorbed = format!("({text}) || true");
    assert!(matches!(
        that(&absorbed, &json!(numbers)),
        Some(Judged::Error(_))
    ));
}

#[test]
fn values_do_not_grow_beyond_the_budget() {
    let doubled = "[response.body]".to_owned() + &".map(x, x + x)".repeat(12) + ".size() == 1";
    let long = "x".repeat(100_000);
    assert!(matches!(
        that(&doubled, &json!(long)),
        Some(Judged::Error(_))
    ));
    let nested = "[response.body].map(x, [x,x,x,x,x,x,x,x]).map(x, [x,x,x,x,x,x,x,x]).map(x, [x,x,x,x,x,x,x,x]).map(x, [x,x,x,x,x,x,x,x]).size() == 1";
    assert!(matches!(that(nested, &json!(long)), Some(Judged::Error(_))));
    assert_eq!(
        that("response.body.map(x, x + x) == [2, 4]", &json!([1, 2])),
        Some(Judged::Kept)
    );
    assert_eq!(
        that(
            "response.body.exists_one(x, x > 1) && response.body.filter(x, x > 0).size() == 2",
            &json!([1, 2])
        ),
        Some(Judged::Kept)
    );
}

#[test]
fn long_deep_and_wrong_texts_are_refused() {
    assert!(problem(&"a".repeat(5000)).contains("longer than"));
    let chain = format!("response.body{}", ".a".repeat(2000));
    assert!(problem(&chain).contains("nested deeper"));
    for (open, close) in [("(", ")"), ("[", "]"), ("!", ""), ("-", "")] {
        let deep = format!("{}1{}", open.repeat(1800), close.repeat(1800));
        let _ = Expression::compile(&deep);
    }
    assert!(problem("response.status ==").contains("column"));
    assert_eq!(
        problem("respons.status == 200"),
        "there is no variable respons; did you mean response? at its column 8"
    );
    assert_eq!(
        problem("true\n && sizes(response.body) == 1"),
        "there is no function sizes; did you mean size? at its line 2, column 10"
    );
    assert_eq!(
        problem("request.body.exists(m, n.age > 1)")
            .split(';')
            .next(),
        Some("there is no variable n")
    );
}

#[test]
fn the_deepest_expression_needs_little_stack() {
    let negated = |levels: usize| format!("{}true{}", "!(".repeat(levels), ")".repeat(levels));
    let levels = bounds::DEEPEST - 1;
    assert!(problem(&negated(levels + 1)).contains("nested deeper"));
    let text = negated(levels);
    let loops = (0..3).fold("true".to_owned(), |inner, _| {
        format!("[1].all(x, [2].exists(y, {inner}))")
    });
    // Compiled elsewhere, since reading needs more.
    let expressions = [text, loops].map(|text| Expression::compile(&text).expect("CEL"));
    let run = move || {
        let api = api();
        let schemas = Schemas::new(&api);
        let exchange = Exchange::new(Request::default(), Ok(Response::default()), Duration::ZERO);
        let observed = Observed {
            api: &api,
            schemas: &schemas,
            operation: 0,
            purpose: &Purpose::Probe,
            exchange: &exchange,
        };
        let facts = Facts::of(&observed, true, true).expect("small");
        expressions.map(|one| judged::by_expression(&observed, &facts, None, &one))
    };
    // Less than the threads of the runtime have.
    let thread = std::thread::Builder::new()
        .stack_size(3 << 19)
        .spawn(run)
        .expect("a thread");
    let [first, second] = thread.join().expect("no overflow");
    assert!(matches!(first, Some(Judged::Broken(_))), "{first:?}");
    assert_eq!(second, Some(Judged::Kept));
}

#[test]
fn large_bodies_are_undecided() {
    let many = json!(vec![0; values::MOST_PARTS]);
    assert!(matches!(
        that("response.body.size() > 0", &many),
        Some(Judged::Undecided(_))
    ));
    // An expression that does not look at the body is judged all the same.
    assert_eq!(that("response.status == 200", &many), Some(Judged::Kept));
}

#[test]
fn mistakes_in_schemas_point_at_them() {
    let found = |schema: Value| {
        let all = mistakes(&requirement(&json!({ "schema": schema })));
        let first = all.into_iter().next().expect("a mistake");
        (first.pointer.as_str().to_owned(), first.message)
    };
    let (at, why) = found(json!({"operations": ["a"], "statuses": ["200", "2xy"], "schema": {}}));
    assert_eq!(
        (at.as_str(), why.as_str()),
        (
            "/schema/statuses/1",
            "2xy is no status; write 201, 2XX or default"
        )
    );
    let (at, why) = found(json!({"operations": ["a"], "at": "$.data[", "schema": {}}));
    assert!(
        at == "/schema/at" && why.starts_with("this is no JSONPath"),
        "{at} {why}"
    );
    let (at, _) = found(json!({"operations": ["a"], "at": "$.data"}));
    assert_eq!(at, "/schema/at");
    let (at, why) =
        found(json!({"operations": ["a"], "schema": {"properties": {"x": {"type": "strin"}}}}));
    assert!(
        at.starts_with("/schema/schema/properties/x")
            && why == "\"strin\" cannot stand here in a JSON Schema (2020-12)",
        "{at} {why}"
    );
}

#[test]
fn an_exchange_that_nothing_selects_is_not_looked_at() {
    assert_eq!(
        judge(
            &json!({"expression": {"operations": ["b"], "that": "false"}}),
            Vec::new()
        ),
        None
    );
    assert_eq!(
        judge(
            &json!({"expression": {"operations": ["/b*"], "that": "false"}}),
            Vec::new()
        ),
        None
    );
    let arc: Arc<Rules> = Arc::new(Rules::default());
    assert!(arc.by_operation.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_and_no_body_makes_it_panic(
        words in proptest::collection::vec(
            prop_oneof![
                Just("response"), Just(".body"), Just("[0]"), Just(".a"), Just("["), Just("]"),
                Just("("), Just(")"), Just("&&"), Just("||"), Just("!"), Just("=="), Just("1"),
                Just("'é'"), Just(".all(x, "), Just("has("), Just("x"), Just("?"), Just(":"),
                Just("size("), Just("{"), Just("}"), Just("+"), Just("1.5"), Just("\""),
                Just("request"), Just("0u"), Just(" in "), Just(".matches('(')"), Just("\n"),
            ],
            0..14,
        ),
        body in proptest::collection::vec(any::<u8>(), 0..40),
        good in any::<bool>(),
    ) {
        let body = if good { br#"{"a":[{"a":1},null,"x"],"b":1.5}"#.to_vec() } else { body };
        let text = words.concat();
        let _ = judge(&json!({"expression": {"operations": ["a"], "when": text, "that": text}}), body.clone());
        let _ = judge(&json!({"schema": {"operations": ["a"], "at": text, "schema": {}}}), body);
    }
}
