//! The notes service of `specs/notes`: it keeps either edition, with one fault to switch on.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Map, Value, json};

/// What the service keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Behaviour {
    /// Whether it keeps the edition of 2026-04-01 rather than that of 2026-01-15.
    pub(crate) archive: bool,
    /// The fault: reading a note by its id forgets to ask whose it is.
    pub(crate) forgets_owner: bool,
}

struct Note {
    id: String,
    owner: &'static str,
    title: String,
    text: String,
    created_at: String,
    archived: bool,
}

struct World {
    behaviour: Behaviour,
    notes: Mutex<Vec<Note>>,
}

/// An answer in place of what was asked for.
type Refused = Box<Response>;

type Shared = State<Arc<World>>;

/// The keys of the two users.
const USERS: [(&str, &str); 2] = [("ann-key", "ann"), ("ben-key", "ben")];
/// The key of the admin.
const ADMIN: &str = "admin-key";

pub(crate) fn router(behaviour: Behaviour) -> Router {
    let world = Arc::new(World {
        behaviour,
        notes: Mutex::default(),
    });
    let router = Router::new()
        .route("/notes", get(list).post(create))
        .route("/notes/{id}", get(read).delete(remove))
        .route("/admin/notes", get(list_all));
    let router = if behaviour.archive {
        router.route("/notes/{id}/restore", post(restore))
    } else {
        router
    };
    router
        .fallback(move || async move { not_found(behaviour) })
        .with_state(world)
}

fn refuse(status: StatusCode, code: &str, message: &str) -> Response {
    let body = json!({"error": {"code": code, "message": message}});
    (status, axum::Json(body)).into_response()
}

fn not_found(behaviour: Behaviour) -> Response {
    // The release notes promise no codes: those of 2026-01-15 are others.
    let code = if behaviour.archive {
        "not_found"
    } else {
        "missing"
    };
    refuse(StatusCode::NOT_FOUND, code, "there is no such note")
}

fn invalid(message: &str) -> Response {
    refuse(StatusCode::UNPROCESSABLE_ENTITY, "invalid", message)
}

fn key(headers: &HeaderMap) -> Option<&str> {
    headers.get("x-api-key")?.to_str().ok()
}

fn unauthorized() -> Response {
    refuse(StatusCode::UNAUTHORIZED, "unauthorized", "a key is needed")
}

fn user(headers: &HeaderMap) -> Result<&'static str, Refused> {
    match key(headers) {
        Some(ADMIN) => Err(Box::new(refuse(
            StatusCode::FORBIDDEN,
            "forbidden",
            "this is for users",
        ))),
        Some(key) => USERS
            .iter()
            .find(|(one, _)| *one == key)
            .map(|(_, name)| *name)
            .ok_or_else(|| Box::new(unauthorized())),
        None => Err(Box::new(unauthorized())),
    }
}

/// The `limit` of a query.
fn limit(query: Option<&str>) -> Result<usize, Refused> {
    for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        if name == "limit" {
            return match value.parse() {
                Ok(limit @ 1..=100) => Ok(limit),
                _ => Err(Box::new(invalid("limit is a number from 1 to 100"))),
            };
        }
    }
    Ok(20)
}

impl World {
    fn shown(&self, note: &Note) -> Value {
        let mut value = json!({
            "id": note.id,
            "title": note.title,
            "text": note.text,
            "created_at": note.created_at,
        });
        if self.behaviour.archive {
            value["state"] = if note.archived { "archived" } else { "active" }.into();
        }
        value
    }

    /// Lets `then` do something with the notes and the place of the caller's one.
    fn with_note(
        &self,
        id: &str,
        owner: Option<&str>,
        then: impl FnOnce(&mut Vec<Note>, usize) -> Response,
    ) -> Response {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |note: &Note| note.id == id && owner.is_none_or(|owner| note.owner == owner);
        match notes.iter().position(is_it) {
            Some(at) => then(&mut notes, at),
            None => not_found(self.behaviour),
        }
    }

    fn list(&self, query: Option<&str>, owner: Option<&str>) -> Response {
        let limit = match limit(query) {
            Ok(limit) => limit,
            Err(refusal) => return *refusal,
        };
        let notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        let is_in = |note: &&Note| !note.archived && owner.is_none_or(|owner| note.owner == owner);
        let all: Vec<Value> = notes
            .iter()
            .rev()
            .filter(is_in)
            .map(|note| self.shown(note))
            .collect();
        let total = all.len();
        let notes: Vec<Value> = all.into_iter().take(limit).collect();
        axum::Json(json!({"notes": notes, "total": total})).into_response()
    }
}

async fn list(State(world): Shared, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    match user(&headers) {
        Ok(owner) => world.list(query.as_deref(), Some(owner)),
        Err(refusal) => *refusal,
    }
}

async fn list_all(State(world): Shared, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    match (key(&headers), user(&headers)) {
        (Some(ADMIN), _) => world.list(query.as_deref(), None),
        (_, Ok(_)) => refuse(StatusCode::FORBIDDEN, "forbidden", "this is for admins"),
        (_, Err(refusal)) => *refusal,
    }
}

/// The members of the body, when it is a JSON object.
fn members(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Refused> {
    let media = headers
        .get("content-type")
        .and_then(|value| value.to_str().ok());
    let essence = media.and_then(|media| media.split(';').next());
    if essence.is_none_or(|essence| !essence.trim().eq_ignore_ascii_case("application/json")) {
        return Err(Box::new(refuse(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media_type",
            "send application/json",
        )));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Box::new(invalid("the body is no object"))),
        Err(_) => Err(Box::new(refuse(
            StatusCode::BAD_REQUEST,
            "no_json",
            "the body is no JSON",
        ))),
    }
}

async fn create(State(world): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let (owner, members) =
        match user(&headers).and_then(|owner| Ok((owner, members(&headers, &body)?))) {
            Ok(found) => found,
            Err(refusal) => return *refusal,
        };
    let known = ["title", "text"];
    if world.behaviour.archive && members.keys().any(|name| !known.contains(&name.as_str())) {
        return invalid("a property is not known");
    }
    let title = match members.get("title").and_then(Value::as_str) {
        Some(title) if (1..=100).contains(&title.chars().count()) => title,
        _ => return invalid("title has 1 to 100 characters"),
    };
    let text = match members.get("text") {
        None => "",
        Some(Value::String(text)) if text.chars().count() <= 2000 => text,
        Some(_) => return invalid("text has at most 2000 characters"),
    };
    let note = Note {
        id: uuid::Uuid::new_v4().to_string(),
        owner,
        title: title.to_owned(),
        text: text.to_owned(),
        created_at: jiff::Timestamp::now().to_string(),
        archived: false,
    };
    let shown = world.shown(&note);
    let mut notes = world.notes.lock().unwrap_or_else(PoisonError::into_inner);
    notes.push(note);
    (StatusCode::CREATED, axum::Json(shown)).into_response()
}

async fn read(State(world): Shared, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let owner = match user(&headers) {
        Ok(owner) => owner,
        Err(refusal) => return *refusal,
    };
    let owner = (!world.behaviour.forgets_owner).then_some(owner);
    world.with_note(&id, owner, |notes, at| {
        axum::Json(world.shown(&notes[at])).into_response()
    })
}

async fn remove(State(world): Shared, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let owner = match user(&headers) {
        Ok(owner) => owner,
        Err(refusal) => return *refusal,
    };
    world.with_note(&id, Some(owner), |notes, at| {
        if !world.behaviour.archive {
            notes.remove(at);
            return StatusCode::NO_CONTENT.into_response();
        }
        notes[at].archived = true;
        axum::Json(world.shown(&notes[at])).into_response()
    })
}

async fn restore(State(world): Shared, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let owner = match user(&headers) {
        Ok(owner) => owner,
        Err(refusal) => return *refusal,
    };
    world.with_note(&id, Some(owner), |notes, at| {
        notes[at].archived = false;
        axum::Json(world.shown(&notes[at])).into_response()
    })
}
