//! Requirements that every exchange is judged by, against a small server through the binary.

use std::io::BufReader;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use assize::report::read_log;
use assize::verdict::{Run, Verdict};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

const DESCRIPTION: &str = "openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /items:
    get:
      operationId: listItems
      responses:
        '200':
          description: all items
          content: {application/json: {schema: {type: object, properties: {data: {type: array, items: {type: object, required: [name]}}}}}}
    post:
      operationId: addItem
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string, minLength: 1}}}}}
      responses:
        '201': {description: made}
        '400': {description: refused}
";

const REQUIREMENTS: &str = r#"
- id: SHOP-1
  level: MUST
  text: Every item MUST have a name.
  source: the page
  basis: stated
  schema: { operations: [listItems], at: "$.data[*]", schema: { type: object, required: [name] } }
  covers: [{ check: response-schema, cause: name }]
- id: SHOP-2
  level: MUST
  text: A refusal MUST have a code.
  source: the page
  basis: stated
  expression:
    operations: ["/items*"]
    when: response.status == 400
    that: has(response.body.code) && response.body.code == "refused"
- id: SHOP-3
  level: SHOULD
  text: What is made SHOULD tell its number.
  source: clients
  basis: clients
  expression: { operations: [addItem], when: response.status == 201, that: has(response.body.number) }
- id: SHOP-4
  level: MUST
  text: Nobody MUST be asked to wait.
  source: the page
  basis: stated
  expression: { operations: [addItem], when: response.status == 429, that: "true" }
"#;

struct Shop {
    right: bool,
    made: AtomicU64,
}

async fn list(State(shop): State<Arc<Shop>>) -> Json<Value> {
    let item = if shop.right {
        json!({"name": "x"})
    } else {
        json!({"nam": "x"})
    };
    Json(json!({"data": [item]}))
}

async fn add(State(shop): State<Arc<Shop>>, body: String) -> (StatusCode, Json<Value>) {
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    if body["name"].as_str().is_some_and(|name| !name.is_empty()) {
        shop.made.fetch_add(1, Ordering::Relaxed);
        (StatusCode::CREATED, Json(json!({})))
    } else {
        let code = if shop.right { "refused" } else { "bad" };
        (StatusCode::BAD_REQUEST, Json(json!({"code": code})))
    }
}

/// Serves until the process ends.
fn serve(right: bool) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    listener.set_nonblocking(true).expect("set");
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let shop = Arc::new(Shop {
            right,
            made: AtomicU64::new(0),
        });
        let router = Router::new()
            .route("/items", get(list).post(add))
            .with_state(shop);
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            axum::serve(listener, router).await.expect("served");
        });
    });
    format!("http://{address}")
}

fn contract(folder: &Path) {
    let shop = folder.join("shop");
    std::fs::create_dir_all(shop.join("requirements")).expect("made");
    let write = |name: &str, text: &str| std::fs::write(shop.join(name), text).expect("written");
    write(
        "contract.toml",
        "name = \"shop\"\ndescription = \"openapi.yaml\"\n",
    );
    write("openapi.yaml", DESCRIPTION);
    write("requirements/shop.yaml", REQUIREMENTS);
}

struct Checked {
    code: Option<i32>,
    text: String,
    run: Run,
}

fn check(url: &str, more: &[&str]) -> Checked {
    let folder = tempfile::tempdir().expect("a folder");
    contract(folder.path());
    let output = Command::new(env!("CARGO_BIN_EXE_assize"))
        .args(["check", "shop", "--url", url, "--out", "run"])
        .args(more)
        .current_dir(folder.path())
        .env_remove("ASSIZE_URL")
        .output()
        .expect("the binary runs");
    let log = std::fs::File::open(folder.path().join("run/events.ndjson")).expect("a log");
    Checked {
        code: output.status.code(),
        text: String::from_utf8_lossy(&output.stdout).into_owned(),
        run: Run::of(read_log(BufReader::new(log)).map(|event| event.expect("an event"))),
    }
}

fn verdicts(run: &Run) -> Vec<(String, Verdict)> {
    run.ledger()
        .into_iter()
        .filter(|row| row.text.is_some())
        .map(|row| (row.promise.to_string(), row.verdict))
        .collect()
}

fn never() -> Verdict {
    Verdict::Inconclusive("no exchange showed it: `when` selects none of addItem".to_owned())
}

fn clients() -> Verdict {
    let why = "broken, but it rests on the published clients alone; accept with --assume";
    Verdict::Inconclusive(why.to_owned())
}

fn named(all: [Verdict; 4]) -> Vec<(String, Verdict)> {
    (1..)
        .zip(all)
        .map(|(at, one)| (format!("SHOP-{at}"), one))
        .collect()
}

#[test]
fn a_right_server_keeps_them_and_strict_asks_for_all() {
    let url = serve(true);
    let checked = check(&url, &[]);
    assert_eq!(checked.code, Some(0), "{}", checked.text);
    let expected = named([Verdict::Pass, Verdict::Pass, clients(), never()]);
    assert_eq!(verdicts(&checked.run), expected);
    // How many exchanges, and which, is told; so is every reason.
    let line = "Every item MUST have a name. (";
    let found = checked
        .text
        .lines()
        .find(|one| one.contains(line))
        .expect("a line");
    assert!(found.contains("listItems#"), "{found}");
    assert!(
        checked.text.contains("`when` selects none of addItem"),
        "{}",
        checked.text
    );
    for row in checked
        .run
        .ledger()
        .iter()
        .filter(|row| row.verdict == Verdict::Pass)
    {
        assert!(
            row.exchanges > 0 && !row.evidence.is_empty(),
            "{}",
            row.promise
        );
    }
    assert_eq!(check(&url, &["--strict"]).code, Some(1));
}

#[test]
fn a_wrong_server_breaks_them_once_for_each_cause() {
    let url = serve(false);
    let checked = check(&url, &[]);
    assert_eq!(checked.code, Some(1), "{}", checked.text);
    let expected = named([Verdict::Fail, Verdict::Fail, clients(), never()]);
    assert_eq!(verdicts(&checked.run), expected);
    let findings: Vec<(String, String, usize)> = checked
        .run
        .findings()
        .into_iter()
        .map(|group| {
            let promise = group.finding.promise.to_string();
            (promise, group.finding.cause, group.attached.len())
        })
        .collect();
    // What the check of the schema sees is the same cause.
    let expected = [
        ("SHOP-1", "200 /data/* required name", 1),
        ("SHOP-2", "400 response.body.code == \"refused\"", 0),
    ];
    let expected = expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c));
    assert_eq!(findings, expected);
    // A finding on an operation says where the description has it.
    for group in checked.run.findings() {
        assert!(group.finding.location.is_some() && group.record.is_some());
    }
    let accepted = check(&url, &["--assume", "all"]);
    assert_eq!(
        verdicts(&accepted.run)[2].1,
        clients(),
        "there is no assumption to accept"
    );
}

#[test]
fn how_many_work_side_by_side_does_not_show() {
    let url = serve(false);
    let [one, eight] = ["1", "8"].map(|workers| {
        let run = check(&url, &["--workers", workers]).run;
        let rows: Vec<_> = run
            .ledger()
            .into_iter()
            .map(|row| (row.promise, row.verdict, row.exchanges, row.evidence))
            .collect();
        let findings: Vec<_> = run
            .findings()
            .into_iter()
            .map(|group| {
                (
                    group.finding.fingerprint(),
                    group.finding.exchange,
                    group.count,
                )
            })
            .collect();
        (rows, findings)
    });
    assert_eq!(one, eight);
}
