//! Why the world refuses something.

use std::borrow::Cow;

use super::quotas::Resource;

/// The kind of a refusal. What it means in HTTP is the routes' business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The request cannot be read.
    BadRequest,
    /// No or no valid credentials.
    Unauthorized,
    /// Too many requests in the window; whole seconds until the next one begins.
    RateLimited { retry_after: u64 },
    /// The caller may not.
    Forbidden,
    /// A room would be left without an owner.
    SoleOwner,
    /// The plan has no room for more.
    LimitReached(Resource),
    /// Nothing the caller can see.
    NotFound,
    /// The state does not allow it.
    Conflict,
    /// The input does not hold.
    Invalid,
    /// An agent with a history is deleted without force.
    HistoryExists,
    /// A sender mentions itself.
    MentionsSelf,
    /// A mention is there twice.
    DuplicateMentions,
    /// A mentioned party is not in the room.
    MentionedAbsent,
    /// A body of a media type that is not accepted.
    UnsupportedMediaType,
    /// A body that is too large.
    PayloadTooLarge,
    /// A method the path does not know.
    MethodNotAllowed,
    /// The server is broken.
    Broken,
}

/// What a refusal says beyond its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Details {
    /// Nothing.
    None,
    /// Complaints by JSON Pointer.
    Fields(Vec<(String, String)>),
    /// The quota that was reached.
    Limit {
        resource: Resource,
        limit: u64,
        current: u64,
    },
}

/// A refused operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) reason: Reason,
    pub(crate) message: Cow<'static, str>,
    pub(crate) details: Details,
}

impl Refusal {
    /// A refusal without details.
    pub(crate) fn new(reason: Reason, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            reason,
            message: message.into(),
            details: Details::None,
        }
    }

    /// A refusal that points at one place of the input.
    pub(crate) fn at(reason: Reason, pointer: &str, message: &'static str) -> Self {
        Self {
            details: Details::Fields(vec![(pointer.to_owned(), message.to_owned())]),
            ..Self::new(reason, message)
        }
    }

    pub(crate) fn not_found() -> Self {
        Self::new(Reason::NotFound, "Not found.")
    }

    pub(crate) fn forbidden(message: &'static str) -> Self {
        Self::new(Reason::Forbidden, message)
    }

    pub(crate) fn conflict(message: &'static str) -> Self {
        Self::new(Reason::Conflict, message)
    }

    /// The caller's credentials are missing or wrong, or its agent is gone by now.
    pub(crate) fn unauthorized() -> Self {
        Self::new(Reason::Unauthorized, "Missing or invalid credentials.")
    }
}
