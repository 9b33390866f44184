//! The access matrix of a run: each identity × operation × owner's resource, what the
//! contract says of it and what was observed.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an operation does with a resource.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum AccessClass {
    /// Shows it by its id.
    Read,
    /// Shows it among others.
    List,
    /// Finds it by its content.
    Search,
    /// Counts it among others.
    Count,
    /// Changes it or adds to it.
    Write,
    /// Removes it.
    Delete,
}

impl AccessClass {
    /// Every class.
    pub const ALL: [Self; 6] = [
        Self::Read,
        Self::List,
        Self::Search,
        Self::Count,
        Self::Write,
        Self::Delete,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::List => "list",
            Self::Search => "search",
            Self::Count => "count",
            Self::Write => "write",
            Self::Delete => "delete",
        }
    }

    /// Whether it changes something.
    pub fn changes(self) -> bool {
        matches!(self, Self::Write | Self::Delete)
    }

    /// Whether what it shows is found in a list.
    pub fn is_listing(self) -> bool {
        matches!(self, Self::List | Self::Search | Self::Count)
    }
}

impl fmt::Display for AccessClass {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.word())
    }
}

/// What the contract says of a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "expected")]
pub enum Expectation {
    /// It succeeds; a list shows the resource.
    Allowed,
    /// It is refused with one of these; a list does not show the resource.
    Denied {
        /// The statuses.
        statuses: Vec<u16>,
    },
}

impl Expectation {
    /// Whether denial must not tell that the resource exists.
    pub fn hides(&self) -> bool {
        matches!(self, Self::Denied { statuses } if statuses == &[404])
    }
}

/// What was observed in a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "observed")]
pub enum Observed {
    /// It succeeded, or the list showed the resource.
    Allowed {
        /// The status.
        status: u16,
    },
    /// It was refused, or the list did not show the resource.
    Denied {
        /// The status.
        status: u16,
    },
    /// The answer does not tell, and why.
    Undecided {
        /// Why.
        why: String,
    },
    /// Not tried since another cell shows the same.
    Omitted {
        /// Which one.
        why: String,
    },
    /// Not tried since something is missing.
    Missing {
        /// What.
        why: String,
    },
}

/// Whether something that must stay the same did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "same")]
pub enum Sameness {
    /// It did.
    Yes,
    /// It did not.
    No {
        /// What it must be.
        expected: String,
        /// What it is.
        actual: String,
    },
    /// Nobody can tell, and why.
    Unknown {
        /// Why.
        why: String,
    },
}

/// One identity in one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// What the identity is to the resource.
    pub relation: Arc<str>,
    /// What the contract says.
    #[serde(flatten)]
    pub expected: Expectation,
    /// What was observed.
    #[serde(flatten)]
    pub observed: Observed,
    /// The exchange that shows it, by its number in the sequence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<u32>,
    /// Where existence is hidden: whether the answer is that for an id that nobody has, and
    /// the exchange with that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existence: Option<(Sameness, u32)>,
    /// After a denied change: whether the owner found the resource as it was, and the
    /// exchange that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untouched: Option<(Sameness, u32)>,
    /// The requirements that judge it; none when it is only observed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub judged_by: Vec<Arc<str>>,
}

impl Cell {
    /// Whether what was observed is what the contract says; `None` where it is not known.
    pub fn as_expected(&self) -> Option<bool> {
        match (&self.expected, &self.observed) {
            (Expectation::Allowed, Observed::Allowed { .. })
            | (Expectation::Denied { .. }, Observed::Denied { .. }) => Some(true),
            (Expectation::Allowed, Observed::Denied { .. })
            | (Expectation::Denied { .. }, Observed::Allowed { .. }) => Some(false),
            _ => None,
        }
    }
}

/// One operation on one owner's resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatrixRow {
    /// The kind of resource.
    pub resource: Arc<str>,
    /// Whose it is.
    pub owner: Arc<str>,
    /// The operation, by id.
    pub operation: Arc<str>,
    /// What it does.
    pub class: AccessClass,
    /// In the order of [`Matrix::identities`].
    pub cells: Vec<Cell>,
}

/// The matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matrix {
    /// The sequence that observed it.
    pub sequence: Arc<str>,
    /// The columns.
    pub identities: Vec<Arc<str>>,
    /// The rows, those of one resource side by side.
    pub rows: Vec<MatrixRow>,
}

impl Matrix {
    /// All cells with their rows and identities.
    pub fn cells(&self) -> impl Iterator<Item = (&MatrixRow, &Arc<str>, &Cell)> {
        self.rows.iter().flat_map(|row| {
            self.identities
                .iter()
                .zip(&row.cells)
                .map(move |(identity, cell)| (row, identity, cell))
        })
    }

    /// Replaces the texts that a server had a part in.
    pub(crate) fn map_texts(&mut self, change: &dyn Fn(&str) -> String) {
        for cell in self.rows.iter_mut().flat_map(|row| &mut row.cells) {
            if let Observed::Undecided { why }
            | Observed::Omitted { why }
            | Observed::Missing { why } = &mut cell.observed
            {
                *why = change(why);
            }
            for (same, _) in [&mut cell.existence, &mut cell.untouched]
                .into_iter()
                .flatten()
            {
                match same {
                    Sameness::Yes => {}
                    Sameness::No { expected, actual } => {
                        *expected = change(expected);
                        *actual = change(actual);
                    }
                    Sameness::Unknown { why } => *why = change(why),
                }
            }
        }
    }
}
