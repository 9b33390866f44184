//! A client that talks to a router in process.

use std::collections::BTreeSet;
use std::sync::Mutex;

use assize::reference::{Clock, Edition, Fault, FaultSet, Settings, identities, router};
use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::described::{Description, api_of};

/// A server and the clock it runs by.
pub(crate) struct Server {
    pub(crate) router: Router,
    pub(crate) clock: Clock,
    pub(crate) edition: Edition,
    /// The description of its edition, which every answer has to fit.
    pub(crate) description: &'static Description,
    faults: FaultSet,
    /// The operations that have succeeded.
    succeeded: Mutex<BTreeSet<&'static str>>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Reply {
    /// `error.code`.
    pub(crate) fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    /// `data.id`, as text.
    pub(crate) fn id(&self) -> String {
        self.at("/data/id")
    }

    /// The text at a pointer.
    pub(crate) fn at(&self, pointer: &str) -> String {
        let text = self.body.pointer(pointer).and_then(Value::as_str);
        text.unwrap_or_else(|| panic!("no text at {pointer} in {}", self.body))
            .to_owned()
    }

    /// The ids of the items of a list.
    pub(crate) fn ids(&self) -> Vec<String> {
        let items = self.body["data"].as_array().expect("a list");
        let id = |item: &Value| item["id"].as_str().expect("an id").to_owned();
        items.iter().map(id).collect()
    }

    /// Asserts the status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// Asserts status and code of an error and the form of its envelope.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.body);
        let error = &self.body["error"];
        assert!(error["message"].is_string() && error["request_id"].is_string());
        if matches!(status, 400 | 422) || code == "limit_reached" {
            assert!(error["details"].is_object(), "{}", self.body);
        }
        self
    }

    /// The pointers of the details.
    pub(crate) fn pointers(&self) -> Vec<&str> {
        let details = self.body["error"]["details"].as_object().expect("details");
        details.keys().map(String::as_str).collect()
    }
}

impl Server {
    pub(crate) fn new() -> Self {
        Self::start(Edition::default(), &[])
    }

    pub(crate) fn at(edition: Edition) -> Self {
        Self::start(edition, &[])
    }

    pub(crate) fn start(edition: Edition, faults: &[Fault]) -> Self {
        let start: Timestamp = "2026-03-03T12:00:00Z".parse().expect("a time");
        let clock = Clock::manual(start);
        let faults = faults.iter().copied().collect::<FaultSet>();
        let settings = Settings {
            clock: clock.clone(),
            seed: 7,
            faults,
            edition,
            ..Settings::default()
        };
        Self {
            router: router(settings),
            clock,
            edition,
            description: api_of(edition),
            faults,
            succeeded: Mutex::default(),
        }
    }

    /// The same server, anew.
    pub(crate) fn again(&self) -> Self {
        Self::start(self.edition, &self.faults.iter().collect::<Vec<_>>())
    }

    /// The operations that have succeeded since this was asked last.
    pub(crate) fn succeeded(&self) -> BTreeSet<&'static str> {
        std::mem::take(&mut self.succeeded.lock().expect("no test panics in here"))
    }

    /// Sends any request.
    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = self.router.clone().oneshot(request).await;
        let (parts, body) = response.expect("routers do not fail").into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        let body = if bytes.is_empty() {
            Value::Null
        } else if self.faults.is_empty() {
            assert_eq!(parts.headers["content-type"], "application/json");
            serde_json::from_slice(&bytes).expect("JSON")
        } else {
            serde_json::from_slice(&bytes).unwrap_or_default()
        };
        let reply = Reply {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body,
        };
        if let Some(operation) = self.description.find(method.as_str(), &path) {
            if self.faults.is_empty() {
                self.description.fits(operation, &reply);
            }
            if parts.status.is_success() {
                let mut succeeded = self.succeeded.lock().expect("no test panics in here");
                succeeded.insert(&operation.id);
            }
        }
        reply
    }

    /// Sends a request of somebody, with a JSON body unless it is null.
    pub(crate) async fn call(&self, who: &str, line: &str, body: Value) -> Reply {
        let (method, path) = line.split_once(' ').expect("method and path");
        let mut request = Request::builder().method(method);
        request = if path.starts_with("/version") {
            request.uri(path)
        } else {
            request.uri(format!("/api/v1{path}"))
        };
        if !who.is_empty() {
            request = request.header("x-api-key", key(who));
        }
        let body = if body.is_null() {
            Body::empty()
        } else {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        };
        self.send(request.body(body).expect("a request")).await
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Reply {
        self.call(who, &format!("GET {path}"), Value::Null).await
    }

    pub(crate) async fn post(&self, who: &str, path: &str, body: Value) -> Reply {
        self.call(who, &format!("POST {path}"), body).await
    }

    pub(crate) async fn delete(&self, who: &str, path: &str) -> Reply {
        self.call(who, &format!("DELETE {path}"), Value::Null).await
    }

    /// A new room of somebody.
    pub(crate) async fn room(&self, who: &str) -> String {
        let path = format!("{}/chats", api(who));
        let reply = self.post(who, &path, json!({ "chat": {} })).await;
        assert!((200..300).contains(&reply.status), "{}", reply.body);
        reply.id()
    }

    /// Adds somebody to a room.
    pub(crate) async fn add(&self, who: &str, room: &str, other: &str, role: &str) -> Reply {
        let path = format!("{}/chats/{room}/participants", api(who));
        let body = json!({ "participant": { "participant_id": id(other), "role": role } });
        self.post(who, &path, body).await
    }

    /// Sends a text that mentions somebody.
    pub(crate) async fn say(&self, who: &str, room: &str, to: &str, content: &str) -> Reply {
        let path = format!("{}/chats/{room}/messages", api(who));
        let body = json!({ "message": { "content": content, "mentions": [{ "id": id(to) }] } });
        self.post(who, &path, body).await
    }

    /// Stores a memory of an agent about somebody, or about its organization.
    pub(crate) async fn remember(&self, who: &str, about: Option<&str>, content: &str) -> Reply {
        let mut memory = json!({
            "content": content,
            "thought": "It may matter.",
            "system": "long_term",
            "type": "semantic",
            "segment": "user",
        });
        match about {
            Some(subject) => memory["subject_id"] = id(subject).into(),
            None => memory["scope"] = "organization".into(),
        }
        self.post(who, "/agent/memories", json!({ "memory": memory }))
            .await
    }
}

/// A key of the demo data, or the key itself.
pub(crate) fn key(who: &str) -> String {
    let identity = identities().iter().find(|one| one.name == who);
    identity.map_or(who, |one| one.key).to_owned()
}

/// An id of the demo data, or the id itself.
pub(crate) fn id(who: &str) -> String {
    let identity = identities().iter().find(|one| one.name == who);
    identity.map_or_else(|| who.to_owned(), |one| one.id.to_string())
}

/// The API of somebody.
pub(crate) fn api(who: &str) -> &'static str {
    let agent = key(who).starts_with("thnv_a_");
    if agent { "/agent" } else { "/me" }
}

/// The number of a status, for tables.
pub(crate) const OK: u16 = StatusCode::OK.as_u16();
