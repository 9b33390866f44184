//! What an operation declares.

use axum::routing::MethodFilter;
use serde_json::Value;
use uuid::Uuid;

use super::Answer;
use crate::reference::domain::{Caller, Refusal, Seen, World};
use crate::reference::reading::{Document, Param, Query, Shape};

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody.
    Open,
    /// Everybody with a key.
    AnyKey,
    /// People, by key or bearer token.
    Human,
    /// Agents, by key.
    Agent,
}

/// One operation of the API.
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: MethodFilter,
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    /// Whether it belongs to the closed preview.
    pub(crate) preview: bool,
    pub(crate) body: Option<&'static Shape>,
    pub(crate) query: &'static [Param],
    pub(crate) run: Run,
}

/// The function of an operation.
pub(crate) type Run = fn(&mut World, &Call) -> Result<Answer, Refusal>;

/// A request that passed the shared checks.
pub(crate) struct Call {
    pub(crate) who: Option<Caller>,
    pub(crate) places: Places,
    pub(crate) query: Query,
    pub(crate) body: Value,
    /// What a racing server saw before.
    pub(crate) seen: Seen,
}

/// The ids of a path: of the room and of the thing. A malformed id is one nobody has.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Places {
    pub(crate) chat_id: Option<Uuid>,
    pub(crate) id: Option<Uuid>,
    /// Whether one of them is malformed.
    pub(crate) malformed: bool,
}

impl Call {
    /// Who calls.
    pub(crate) fn who(&self) -> Caller {
        self.who
            .expect("only operations without access rules have no caller")
    }

    /// The `id` of the path.
    pub(crate) fn id(&self) -> Result<Uuid, Refusal> {
        self.places.id.ok_or_else(Refusal::not_found)
    }

    /// The `chat_id` of the path.
    pub(crate) fn chat_id(&self) -> Result<Uuid, Refusal> {
        self.places.chat_id.ok_or_else(Refusal::not_found)
    }

    /// The body.
    pub(crate) fn document(&self) -> Document<'_> {
        Document::new(&self.body)
    }
}

impl Operation {
    const fn new(
        id: &'static str,
        method: MethodFilter,
        path: &'static str,
        access: Access,
        run: Run,
    ) -> Self {
        Self {
            id,
            method,
            path,
            access,
            preview: false,
            body: None,
            query: &[],
            run,
        }
    }

    /// An operation by `GET`.
    pub(crate) const fn get(id: &'static str, path: &'static str, run: Run) -> Self {
        Self::new(id, MethodFilter::GET, path, Access::of(path), run)
    }

    /// An operation by `POST`.
    pub(crate) const fn post(id: &'static str, path: &'static str, run: Run) -> Self {
        Self::new(id, MethodFilter::POST, path, Access::of(path), run)
    }

    /// An operation by `PUT`.
    pub(crate) const fn put(id: &'static str, path: &'static str, run: Run) -> Self {
        Self::new(id, MethodFilter::PUT, path, Access::of(path), run)
    }

    /// An operation by `PATCH`.
    pub(crate) const fn patch(id: &'static str, path: &'static str, run: Run) -> Self {
        Self::new(id, MethodFilter::PATCH, path, Access::of(path), run)
    }

    /// An operation by `DELETE`.
    pub(crate) const fn delete(id: &'static str, path: &'static str, run: Run) -> Self {
        Self::new(id, MethodFilter::DELETE, path, Access::of(path), run)
    }

    /// With a body.
    pub(crate) const fn body(self, shape: &'static Shape) -> Self {
        Self {
            body: Some(shape),
            ..self
        }
    }

    /// With query parameters.
    pub(crate) const fn query(self, params: &'static [Param]) -> Self {
        Self {
            query: params,
            ..self
        }
    }

    /// In the closed preview.
    pub(crate) const fn preview(self) -> Self {
        Self {
            preview: true,
            ..self
        }
    }

    /// With access of its own.
    pub(crate) const fn access(self, access: Access) -> Self {
        Self { access, ..self }
    }
}

impl Access {
    /// The two APIs are told apart by the first letter after `/api/v1/`.
    const fn of(path: &str) -> Self {
        match path.as_bytes() {
            [b'/', b'a', b'p', b'i', b'/', b'v', b'1', b'/', b'm', ..] => Self::Human,
            [b'/', b'a', b'p', b'i', b'/', b'v', b'1', b'/', b'a', ..] => Self::Agent,
            _ => Self::Open,
        }
    }
}
