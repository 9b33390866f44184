//! A finding: a broken promise. It is data, never an `Err`.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{ExchangeRef, Promise};
use crate::pointer::Location;

/// A broken promise, and what shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The promise.
    pub promise: Promise,
    /// The operation, by id.
    pub operation: Option<String>,
    /// One sentence without a full stop: what is wrong.
    pub title: String,
    /// What tells this cause from another under the same promise and operation: stable over
    /// runs, seeds and wording, e.g. `200 /data/*/sender_name required`.
    pub cause: String,
    /// What the contract says; several lines are allowed.
    pub expected: String,
    /// What was observed, in the same shape, so that a line diff of both reads well.
    pub actual: String,
    /// Where the description says so.
    pub location: Option<Location>,
    /// The exchange that shows it.
    pub exchange: Option<ExchangeRef>,
    /// The case, when it was one.
    pub case: Option<String>,
}

impl Finding {
    /// Twelve hexadecimal digits that stay the same as long as the cause does: a digest of
    /// promise, operation and cause.
    pub fn fingerprint(&self) -> String {
        let mut digest = Sha256::new();
        digest.update(self.promise.to_string());
        digest.update([0]);
        digest.update(self.operation.as_deref().unwrap_or_default());
        digest.update([0]);
        digest.update(&self.cause);
        hex(&digest.finalize()[..6])
    }
}

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}
