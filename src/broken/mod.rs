//! Broken promises in words: what checks and rules share to tell what is wrong with an answer.

pub(crate) mod family;
pub(crate) mod media_type;
pub(crate) mod mismatch;
pub(crate) mod words;

use crate::document::Place;

/// One way in which a promise was broken; the engine makes a finding of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// What is wrong, as a sentence without a full stop.
    pub title: String,
    /// What tells this cause from others of the same promise and operation; stable over runs.
    pub cause: String,
    /// What the contract says.
    pub expected: String,
    /// What was observed, in the same shape.
    pub actual: String,
    /// Where the description says so.
    pub place: Option<Place>,
}
