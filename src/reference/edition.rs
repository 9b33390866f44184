//! The editions of the Thenvoi API that the server can keep.

use jiff::civil::{Date, date};

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
}
