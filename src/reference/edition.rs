//! The editions of the Thenvoi API that the server can keep, and every rule that differs.
//!
//! Which operations an edition brought is in the table of the routes.

use http::StatusCode;
use jiff::civil::{Date, date};

use super::domain::Resource;

/// An edition: the API as of a date of its changelog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Edition {
    /// 2025-12-28: the Human and the Agent API.
    Split,
    /// 2026-01-14: unknown properties are refused.
    StrictBodies,
    /// 2026-02-03: memories, and the status of messages.
    Memories,
    /// 2026-02-10: contacts, `sender_name`, and 429 at the limit of agents.
    Contacts,
    /// 2026-02-17: 429 at the limit of messages.
    MessageLimit,
    /// 2026-02-24: 403 at all quotas.
    Quotas,
    /// 2026-03-03: security.
    #[default]
    Security,
}

impl Edition {
    /// All editions, the first one first.
    pub const ALL: [Self; 7] = [
        Self::Split,
        Self::StrictBodies,
        Self::Memories,
        Self::Contacts,
        Self::MessageLimit,
        Self::Quotas,
        Self::Security,
    ];

    /// Its date.
    pub const fn date(self) -> Date {
        match self {
            Self::Split => date(2025, 12, 28),
            Self::StrictBodies => date(2026, 1, 14),
            Self::Memories => date(2026, 2, 3),
            Self::Contacts => date(2026, 2, 10),
            Self::MessageLimit => date(2026, 2, 17),
            Self::Quotas => date(2026, 2, 24),
            Self::Security => date(2026, 3, 3),
        }
    }

    /// The edition that was in force on a day; `None` before the first one.
    pub fn at(day: Date) -> Option<Self> {
        Self::ALL
            .into_iter()
            .rev()
            .find(|edition| edition.date() <= day)
    }

    /// Whether bodies with unknown properties are refused.
    ///
    /// 2026-01-14, "Stricter Request Validation"; before, such properties were ignored.
    pub(crate) fn refuses_unknown_properties(self) -> bool {
        self >= Self::StrictBodies
    }

    /// Whether texts of people have `metadata.status`.
    ///
    /// 2026-02-03, "Chat Messages Now Include Status Metadata"; before, it "could be missing".
    pub(crate) fn tells_message_status(self) -> bool {
        self >= Self::Memories
    }

    /// Whether messages have `sender_name`.
    ///
    /// 2026-02-10, "Message Responses Now Include `sender_name`".
    pub(crate) fn names_senders(self) -> bool {
        self >= Self::Contacts
    }

    /// The status of a reached quota.
    ///
    /// 2026-02-10, agents 429 (before: A42); 2026-02-17, messages 429 instead of 422;
    /// 2026-02-24, all of them 403 instead of 429.
    pub(crate) fn quota_status(self, resource: Resource) -> StatusCode {
        match resource {
            _ if self >= Self::Quotas => StatusCode::FORBIDDEN,
            Resource::Agents if self < Self::Contacts => StatusCode::UNPROCESSABLE_ENTITY,
            Resource::Messages if self < Self::MessageLimit => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// Whether what belongs to others answers like what nobody has.
    ///
    /// 2026-03-03, "Security Fixes"; what it changed is an assumption (A43).
    pub(crate) fn hides_existence(self) -> bool {
        self >= Self::Security
    }
}
