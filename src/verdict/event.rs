//! What the engine tells: the only way out of it, and the lines of the event log.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Decision, ExchangeRecord, ExchangeRef, Finding, Matrix, Requirement};
use crate::pointer::Location;

/// The version of the event log's format, in its first line.
pub const FORMAT_VERSION: u32 = 1;

/// One event of a run. A log is one JSON object per line (NDJSON).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The first event: what will be judged.
    RunStarted(Box<RunStarted>),
    /// One exchange and what the checks say of it.
    Exchange(Box<ExchangeEvent>),
    /// Who may do what with whose resource, as one sequence observed it.
    Matrix(Box<Matrix>),
    /// A sequence is over.
    SequenceFinished {
        /// Its id.
        sequence: Arc<str>,
        /// Verdicts on requirements.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        decisions: Vec<Decision>,
        /// What was created and could not be removed, with the reason → how often.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        left: BTreeMap<String, u64>,
        /// Cases that were not sent: id and reason.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unsent: Vec<(Arc<str>, String)>,
        /// When it was cut short: why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cut: Option<String>,
    },
    /// The last event.
    RunFinished {
        /// How it ended.
        ending: Ending,
        /// Milliseconds since the beginning.
        elapsed_ms: u64,
    },
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "how", content = "why")]
pub enum Ending {
    /// All sequences ran.
    Complete,
    /// The user interrupted it.
    Interrupted,
    /// A budget was spent.
    Budget(String),
    /// The target cannot be tested.
    Unreachable(String),
}

/// What will be judged, and how.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    /// [`FORMAT_VERSION`] of the writer.
    pub format: u32,
    /// Version of assize.
    pub version: String,
    /// The contract or description as the user named it.
    pub contract: String,
    /// The edition, for a dated contract.
    pub edition: Option<String>,
    /// Title of the description.
    pub title: String,
    /// SHA-256 over the description's sources.
    pub digest: String,
    /// The seed.
    pub seed: u64,
    /// The base URL of the target, without credentials.
    pub target: String,
    /// When it began (RFC 3339).
    pub started: String,
    /// Operations: id and signature.
    pub operations: Vec<(Arc<str>, String)>,
    /// Checks in use, sorted by id; exchange events refer to them by index.
    pub checks: Vec<Arc<str>>,
    /// Requirements in use.
    pub requirements: Vec<Requirement>,
    /// Which of the requirements each exchange is judged by, and what they select.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleNote>,
    /// The rows of the ledger besides requirements: index into `checks`, operation.
    pub rows: Vec<(usize, Arc<str>)>,
    /// What is wrong with the description.
    pub flaws: Vec<FlawNote>,
    /// Things the user should know, e.g. which identities are used.
    pub notes: Vec<String>,
    /// Accepted assumptions (`--assume`): with these, requirements with basis *assumed* accuse.
    pub assumed: Vec<String>,
    /// Whether requirements that are not *stated* may accuse: true for our own server.
    pub own_server: bool,
}

/// A requirement that is verified by an expression or a schema: each exchange of its
/// operations is judged by it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleNote {
    /// Index into [`RunStarted::requirements`].
    pub requirement: usize,
    /// The operations that it selects, by id.
    pub operations: Vec<Arc<str>>,
    /// Why it cannot judge at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// A flaw of the description, located.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlawNote {
    /// Where.
    pub location: Location,
    /// What.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// What is not checked because of it.
    pub quarantined: Option<String>,
    /// The lines of the description around it with message and help; for the first flaws.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snippet: Option<String>,
}

/// One exchange and what the checks say of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExchangeEvent {
    /// Which exchange.
    #[serde(flatten)]
    pub id: ExchangeRef,
    /// `case`, `setup`, `cleanup`, `probe` or `workflow`.
    pub purpose: Arc<str>,
    /// The operation, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<Arc<str>>,
    /// The case, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<Arc<str>>,
    /// Request and response, secrets redacted.
    #[serde(flatten)]
    pub record: ExchangeRecord,
    /// The checks that found it right: indices into [`RunStarted::checks`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed: Vec<usize>,
    /// The checks that could not decide, with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<(usize, String)>,
    /// The requirements that it shows to be kept: indices into [`RunStarted::requirements`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<usize>,
    /// The requirements that it leaves undecided, with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<(usize, String)>,
    /// The requirements whose rule is wrong for it, with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<(usize, String)>,
    /// What is wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}
