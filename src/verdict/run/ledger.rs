//! The ledger: a verdict for every promise, with its evidence or its reason.

use std::collections::HashMap;
use std::sync::Arc;

use super::Run;
use super::tally::{EVIDENCE_KEPT, RowTally};
use crate::verdict::{ExchangeRef, Promise, Requirement, RunStarted, Verdict};

/// The check that is undecided where no answer came.
const SERVER_ERROR: &str = "server-error";

/// One promise with its verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct LedgerRow {
    /// The promise.
    pub promise: Promise,
    /// The sentence of a requirement.
    pub text: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// How many exchanges decide it.
    pub exchanges: u64,
    /// Some of them.
    pub evidence: Vec<ExchangeRef>,
}

impl Run {
    /// The complete table of verdicts: requirements, checks by operation, and the parts of the
    /// description that flaws keep from being judged.
    pub fn ledger(&self) -> Vec<LedgerRow> {
        let Some(started) = &self.started else {
            return Vec::new();
        };
        let mut rows: Vec<LedgerRow> = started
            .requirements
            .iter()
            .enumerate()
            .map(|(index, requirement)| self.requirement_row(started, index, requirement))
            .collect();
        let mut failing: HashMap<&Promise, u64> = HashMap::new();
        let mut explained: HashMap<&Promise, &str> = HashMap::new();
        for group in self.findings.values() {
            match self.explained_by(started, &group.finding) {
                Some(requirement) => {
                    explained.insert(&group.finding.promise, &requirement.id);
                }
                None => *failing.entry(&group.finding.promise).or_default() += group.count,
            }
        }
        let nothing = RowTally::default();
        for (check, operation) in &started.rows {
            let promise = Promise::check(&started.checks[*check], operation);
            let tally = self
                .rows
                .get(operation)
                .and_then(|rows| rows.get(check))
                .unwrap_or(&nothing);
            let mut exchanges = tally.passed;
            let verdict = if let Some(count) = failing.get(&promise) {
                exchanges += count;
                Verdict::Fail
            } else if let (SERVER_ERROR, Some(reason)) =
                (&*started.checks[*check], &tally.undecided)
            {
                // A request without an answer may well be a failure: no pass hides it.
                Verdict::Inconclusive(reason.clone())
            } else if tally.passed > 0 {
                Verdict::Pass
            } else if let Some(requirement) = explained.get(&promise) {
                Verdict::Inconclusive(format!("all of it is evidence of {requirement}"))
            } else if let Some(reason) = &tally.undecided {
                Verdict::Inconclusive(reason.clone())
            } else {
                Verdict::Skipped(self.why_nothing(operation))
            };
            rows.push(LedgerRow {
                promise,
                text: None,
                verdict,
                exchanges,
                evidence: tally.evidence.clone(),
            });
        }
        rows.extend(started.flaws.iter().filter_map(|flaw| {
            Some(LedgerRow {
                promise: Promise::Part {
                    part: flaw.quarantined.as_deref()?.into(),
                },
                text: None,
                verdict: Verdict::Skipped(format!(
                    "set aside for a flaw at {}: {}",
                    flaw.location, flaw.message
                )),
                exchanges: 0,
                evidence: Vec::new(),
            })
        }));
        rows
    }

    fn requirement_row(
        &self,
        started: &RunStarted,
        index: usize,
        requirement: &Requirement,
    ) -> LedgerRow {
        let mut row = LedgerRow {
            promise: Promise::requirement(&requirement.id),
            text: Some(requirement.text.clone()),
            verdict: Verdict::Skipped(format!("its {} did not finish", requirement.verify)),
            exchanges: 0,
            evidence: Vec::new(),
        };
        if let Some(rule) = started.rules.iter().find(|rule| rule.requirement == index) {
            (row.verdict, row.exchanges, row.evidence) = self.by_rule(rule, requirement);
        } else if let Some((sequence, decision)) = self.decisions.get(requirement.id.as_str()) {
            row.exchanges = decision.evidence.len() as u64;
            row.evidence = decision
                .evidence
                .iter()
                .take(EVIDENCE_KEPT)
                .map(|ordinal| ExchangeRef {
                    sequence: Arc::clone(sequence),
                    ordinal: *ordinal,
                })
                .collect();
            row.verdict = decision.verdict.clone();
        }
        if row.verdict == Verdict::Pass && row.evidence.is_empty() {
            row.verdict = Verdict::Error("a bug of assize: a pass without an exchange".to_owned());
        }
        if row.verdict == Verdict::Fail && !Self::accuses(started, requirement) {
            row.verdict = Verdict::Inconclusive(format!(
                "broken, but it rests on {}; accept with --assume",
                if requirement.assumptions.is_empty() {
                    "the published clients alone".to_owned()
                } else {
                    format!("assumption {}", requirement.assumptions.join(", "))
                }
            ));
        }
        row
    }

    fn why_nothing(&self, operation: &Arc<str>) -> String {
        match self.operations.get(operation) {
            None => match self.unsent.iter().find(|(case, _)| {
                case.strip_prefix(&**operation)
                    .is_some_and(|rest| rest.starts_with('/'))
            }) {
                Some((_, reason)) => format!("no request was sent: {reason}"),
                None => "no request was sent".to_owned(),
            },
            Some(_) => "no answer was of the kind that it judges".to_owned(),
        }
    }
}
