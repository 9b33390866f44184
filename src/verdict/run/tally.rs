//! Counts: what happened on an operation, and how often a promise was kept.

use std::collections::BTreeMap;

use super::ledger::LedgerRow;
use crate::verdict::{ExchangeRef, Verdict};

/// How many exchanges a row of the ledger names as evidence.
pub(super) const EVIDENCE_KEPT: usize = 3;

/// What happened on an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationTally {
    /// Exchanges by status; 0 for none.
    pub statuses: BTreeMap<u16, u64>,
    /// How many of them were cases.
    pub cases: u64,
}

/// How many rows have which verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the verdicts")]
pub struct Counts {
    pub pass: usize,
    pub fail: usize,
    pub skipped: usize,
    pub inconclusive: usize,
    pub not_applicable: usize,
    pub error: usize,
}

impl Counts {
    /// Counts the rows.
    pub fn of(rows: &[LedgerRow]) -> Self {
        let mut counts = Self::default();
        for row in rows {
            *match row.verdict {
                Verdict::Pass => &mut counts.pass,
                Verdict::Fail => &mut counts.fail,
                Verdict::Skipped(_) => &mut counts.skipped,
                Verdict::Inconclusive(_) => &mut counts.inconclusive,
                Verdict::NotApplicable(_) => &mut counts.not_applicable,
                Verdict::Error(_) => &mut counts.error,
            } += 1;
        }
        counts
    }

    /// All rows.
    pub fn total(&self) -> usize {
        self.pass + self.fail + self.skipped + self.inconclusive + self.not_applicable + self.error
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct RowTally {
    pub(super) passed: u64,
    pub(super) evidence: Vec<ExchangeRef>,
    pub(super) undecided: Option<String>,
}

impl RowTally {
    pub(super) fn pass(&mut self, exchange: &ExchangeRef) {
        self.passed += 1;
        // The smallest ids in their order, so that the order of arrival does not show.
        let at = self.evidence.partition_point(|kept| kept < exchange);
        if at < EVIDENCE_KEPT {
            self.evidence.truncate(EVIDENCE_KEPT - 1);
            self.evidence.insert(at, exchange.clone());
        }
    }
}
