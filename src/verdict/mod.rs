//! What a run finds: findings, verdicts, the events that carry them, and their fold.

mod event;
mod finding;
mod matrix;
mod promise;
mod proof;
mod record;
mod requirement;
mod run;

pub use event::{Ending, Event, ExchangeEvent, FORMAT_VERSION, FlawNote, RuleNote, RunStarted};
pub use finding::{Finding, hex};
pub use matrix::{AccessClass, Cell, Expectation, Matrix, MatrixRow, Observed, Sameness};
pub use promise::{Decision, ExchangeRef, Promise, Verdict};
pub use proof::{FaultRow, Proof, Seen, Silence, Trial, Unexercised, Unproven};
pub use record::{
    Body, ExchangeRecord, REDACTED, Recorder, is_secret_header, is_secret_member, redact_members,
};
pub use requirement::{
    Basis, Covers, ExpressionRule, Level, ProbeRule, Requirement, SchemaRule, Verify, WorkflowRule,
    written_requirements,
};
pub use run::{Counts, Grouped, LedgerRow, OperationTally, Run};
