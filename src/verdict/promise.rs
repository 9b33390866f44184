//! Promises and the verdicts on them.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Finding;

/// Something the contract promises: a row of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Promise {
    /// A requirement, by id.
    Requirement {
        /// The id, e.g. `THV-QUO-001`.
        id: Arc<str>,
    },
    /// A check on an operation.
    Check {
        /// The id of the check, e.g. `server-error`.
        check: Arc<str>,
        /// The id of the operation.
        operation: Arc<str>,
    },
    /// A part of the description that a flaw keeps from being judged.
    Part {
        /// The part in words, e.g. `response 200 of getPet`.
        part: Arc<str>,
    },
}

impl Promise {
    /// The promise of a requirement.
    pub fn requirement(id: &str) -> Self {
        Self::Requirement { id: id.into() }
    }

    /// The promise that `check` judges on `operation`.
    pub fn check(check: &str, operation: &str) -> Self {
        Self::Check {
            check: check.into(),
            operation: operation.into(),
        }
    }
}

impl fmt::Display for Promise {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requirement { id } => formatter.write_str(id),
            Self::Check { check, operation } => write!(formatter, "{check} × {operation}"),
            Self::Part { part } => formatter.write_str(part),
        }
    }
}

/// What is known about a promise at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "verdict", content = "reason")]
pub enum Verdict {
    /// Kept, on at least one exchange.
    Pass,
    /// Broken; the findings tell how.
    Fail,
    /// Not tried, and why.
    Skipped(String),
    /// Tried without an answer that decides, and why.
    Inconclusive(String),
    /// The server or the contract does not offer it, and why.
    NotApplicable(String),
    /// It could not be tried because of the environment, and why.
    Error(String),
}

impl Verdict {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Skipped(_) => "skipped",
            Self::Inconclusive(_) => "inconclusive",
            Self::NotApplicable(_) => "not applicable",
            Self::Error(_) => "error",
        }
    }

    /// The reason, where there is one.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Pass | Self::Fail => None,
            Self::Skipped(reason)
            | Self::Inconclusive(reason)
            | Self::NotApplicable(reason)
            | Self::Error(reason) => Some(reason),
        }
    }

    pub(super) fn reason_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Pass | Self::Fail => None,
            Self::Skipped(reason)
            | Self::Inconclusive(reason)
            | Self::NotApplicable(reason)
            | Self::Error(reason) => Some(reason),
        }
    }
}

/// An exchange of the run: the sequence and the number in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExchangeRef {
    /// The id of the sequence.
    pub sequence: Arc<str>,
    /// The number of the exchange in it, from 0.
    pub ordinal: u32,
}

impl fmt::Display for ExchangeRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}#{}", self.sequence, self.ordinal)
    }
}

/// The verdict of a procedure on a requirement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// The id of the requirement.
    pub requirement: Arc<str>,
    /// The verdict.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Numbers of the exchanges that show it; a pass or fail has at least one.
    pub evidence: Vec<u32>,
    /// With [`Verdict::Fail`]: how it was broken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}
