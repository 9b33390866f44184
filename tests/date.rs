//! `assize date` over sockets: each edition, one requirement of a later edition kept already,
//! one of an earlier edition kept still, and what it refuses.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use assize::engine::editions;
use assize::reference::{Edition, Fault, Settings, router};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use http::StatusCode;
use serde_json::Value;
use tokio::runtime::Runtime;

/// What becomes of an answer on its way out.
type Change = fn(path: &str, status: StatusCode, body: &[u8]) -> Option<StatusCode>;

/// A server that keeps an edition, but for some answers.
struct Server {
    url: String,
    requests: Arc<AtomicU64>,
    _runtime: Runtime,
}

impl Server {
    fn start(edition: Edition, fault: Option<Fault>, change: Change) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let requests = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&requests);
        let router = router(Settings {
            edition,
            faults: fault.into_iter().collect(),
            ..Settings::default()
        })
        .layer(from_fn(move |request: Request, next: Next| {
            counter.fetch_add(1, Ordering::Relaxed);
            changed(request, next, change)
        }));
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0)))
            .expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self {
            url,
            requests,
            _runtime: runtime,
        }
    }
}

async fn changed(request: Request, next: Next, change: Change) -> Response {
    let path = request.uri().path().to_owned();
    let (mut parts, body) = next.run(request).await.into_parts();
    let body: Bytes = to_bytes(body, usize::MAX)
        .await
        .expect("the server's own body");
    if let Some(status) = change(&path, parts.status, &body) {
        parts.status = status;
    }
    Response::from_parts(parts, Body::from(body))
}

fn as_it_is(_: &str, _: StatusCode, _: &[u8]) -> Option<StatusCode> {
    None
}

fn is_limit(body: &[u8]) -> bool {
    String::from_utf8_lossy(body).contains("limit_reached")
}

fn messages_403(path: &str, _: StatusCode, body: &[u8]) -> Option<StatusCode> {
    let messages = path.ends_with("/messages") || path.ends_with("/events");
    (messages && is_limit(body)).then_some(StatusCode::FORBIDDEN)
}

fn chats_403(path: &str, _: StatusCode, body: &[u8]) -> Option<StatusCode> {
    (path.ends_with("/chats") && is_limit(body)).then_some(StatusCode::FORBIDDEN)
}

fn messages_422(path: &str, status: StatusCode, body: &[u8]) -> Option<StatusCode> {
    messages_403(path, status, body).map(|_| StatusCode::UNPROCESSABLE_ENTITY)
}

fn date(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_assize"))
        .arg("date")
        .args(arguments)
        .current_dir(folder)
        .env_remove("ASSIZE_URL")
        .output()
        .expect("the binary runs")
}

/// The exit code and everything that is told.
fn told(server: &Server) -> (i32, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    let output = date(folder.path(), &["--url", &server.url, "--format", "json"]);
    let told = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
    });
    (output.status.code().unwrap_or(-1), told)
}

fn kept(told: &Value) -> Vec<&str> {
    let editions = told["answer"]["editions"].as_array().expect("editions");
    editions.iter().filter_map(Value::as_str).collect()
}

fn deviations(told: &Value) -> Vec<(&str, &str, &str)> {
    let all = told["answer"]["deviations"].as_array().expect("deviations");
    all.iter()
        .map(|one| {
            let text = |name: &str| one[name].as_str().expect("a text");
            (text("how"), text("requirement"), text("of"))
        })
        .collect()
}

#[test]
fn each_edition_is_told() {
    for &edition in editions() {
        let server = Server::start(edition, None, as_it_is);
        let (code, told) = told(&server);
        let own = edition.date().to_string();
        assert_eq!(kept(&told), [own.as_str()], "{}", told["sentence"]);
        assert_eq!(
            (code, deviations(&told)),
            (0, Vec::new()),
            "{}",
            told["sentence"]
        );
        let later: BTreeSet<String> = told["answer"]["later"]
            .as_array()
            .expect("later editions")
            .iter()
            .filter_map(|one| one["edition"].as_str().map(ToOwned::to_owned))
            .collect();
        let expected: BTreeSet<String> = editions()
            .iter()
            .filter(|other| **other > edition)
            .map(|other| other.date().to_string())
            .collect();
        assert_eq!(later, expected);
        let sent = server.requests.load(Ordering::Relaxed);
        assert!((1..=300).contains(&sent), "{sent} requests");
        assert_eq!(told["requests"], sent);
    }
}

#[test]
fn one_requirement_of_a_later_edition_is_told() {
    // 02-10 and 02-17 differ in the limit of messages alone, so that one that is neither's
    // says nothing there.
    let cases: [(Edition, Change, &str); 5] = [
        (Edition::Memories, chats_403, "THV-QUO-002"),
        (Edition::Contacts, chats_403, "THV-QUO-002"),
        (Edition::MessageLimit, chats_403, "THV-QUO-002"),
        (Edition::Memories, messages_403, "THV-QUO-004"),
        (Edition::MessageLimit, messages_403, "THV-QUO-004"),
    ];
    for (edition, change, requirement) in cases {
        let server = Server::start(edition, None, change);
        let (code, told) = told(&server);
        let own = edition.date().to_string();
        assert_eq!(kept(&told), [own.as_str()], "{}", told["sentence"]);
        assert_eq!(
            (code, deviations(&told)),
            (1, vec![("already", requirement, "2026-02-24")]),
            "{}",
            told["sentence"]
        );
    }
}

#[test]
fn one_requirement_of_an_earlier_edition_is_told() {
    let server = Server::start(Edition::Security, None, messages_422);
    let (code, told) = told(&server);
    assert_eq!(kept(&told), ["2026-03-03"], "{}", told["sentence"]);
    assert_eq!(
        (code, deviations(&told)),
        (1, vec![("still", "THV-QUO-007", "2026-02-10")]),
        "{}",
        told["sentence"]
    );
}

#[test]
fn what_never_came_is_told() {
    let server = Server::start(
        Edition::Quotas,
        Fault::from_id("sender-name-null"),
        as_it_is,
    );
    let (code, told) = told(&server);
    assert_eq!(kept(&told), ["2026-02-24"], "{}", told["sentence"]);
    let deviations = deviations(&told);
    assert!(deviations.contains(&("not", "THV-MSG-001", "2026-02-10")));
    for (how, requirement, of) in deviations {
        assert_eq!((how, of), ("not", "2026-02-10"), "{requirement}");
        assert!(requirement.starts_with("THV-MSG-"), "{requirement}");
    }
    assert_eq!(code, 1);
}

#[test]
fn so_many_requests_and_no_more() {
    let server = Server::start(Edition::Security, None, as_it_is);
    let folder = tempfile::tempdir().expect("a folder");
    let output = date(
        folder.path(),
        &["--url", &server.url, "--max-requests", "60"],
    );
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(err.contains("at most 60"), "{err}");
    assert!(out.contains("not looked at within 60 requests"), "{out}");
    assert!(server.requests.load(Ordering::Relaxed) <= 60);
}

#[test]
fn mistakes_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let description = "openapi: 3.1.0\ninfo: {title: x, version: '1'}\npaths: {}\n";
    std::fs::write(folder.path().join("x.yaml"), description).expect("written");
    let cases: [(&[&str], i32, &str); 4] = [
        (&[], 2, "which server?"),
        (
            &["x.yaml", "--url", "http://127.0.0.1:9"],
            2,
            "there is nothing to t",
        ),
        (&["--url", "http://127.0.0.1:1"], 3, "127.0.0.1:1"),
        (&["thenvoy", "--url", "http://127.0.0.1:9"], 2, "thenvoi"),
    ];
    for (arguments, code, message) in cases {
        let output = date(folder.path(), arguments);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
        assert!(text.contains(message), "{arguments:?}: {text}");
    }
}
