//! The fold of all events: what every report is a function of.

mod groups;
mod ledger;
mod rules;
mod tally;
mod texts;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

pub use groups::Grouped;
pub use ledger::LedgerRow;
use rules::RuleTally;
use tally::RowTally;
pub use tally::{Counts, OperationTally};

use super::{
    Decision, Ending, Event, ExchangeEvent, ExchangeRecord, ExchangeRef, Matrix, RunStarted,
};

/// The fold of all events of one execution. It is bounded: it keeps counts, verdicts, and
/// one exchange for each cause; all others stay in the log.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// What was to be judged; `None` before the first event.
    pub started: Option<Arc<RunStarted>>,
    /// How it ended; `None` when the log breaks off.
    pub ending: Option<Ending>,
    /// Milliseconds it took.
    pub elapsed_ms: u64,
    /// All exchanges.
    pub exchanges: u64,
    /// Those that set up or clean up.
    pub set_up: u64,
    /// Those without an answer.
    pub unanswered: u64,
    /// By operation id.
    pub operations: BTreeMap<Arc<str>, OperationTally>,
    /// What was created and could not be removed, with the reason → how often.
    pub left: BTreeMap<String, u64>,
    /// Cases not sent, with the reason.
    pub unsent: Vec<(Arc<str>, String)>,
    /// Sequences cut short, with the reason.
    pub cut: Vec<(Arc<str>, String)>,
    /// Who may do what with whose resource, by the sequence that observed it.
    pub matrices: BTreeMap<Arc<str>, Matrix>,
    decisions: BTreeMap<Arc<str>, (Arc<str>, Decision)>,
    /// By operation id, then by check.
    rows: HashMap<Arc<str>, BTreeMap<usize, RowTally>>,
    /// What exchanges say of requirements that are judged on them, by index into
    /// [`RunStarted::requirements`].
    judged: BTreeMap<usize, RuleTally>,
    findings: BTreeMap<String, Grouped>,
    records: HashMap<ExchangeRef, ExchangeRecord>,
}

impl Run {
    /// Folds a whole log.
    pub fn of(events: impl IntoIterator<Item = Event>) -> Self {
        let mut run = Self::default();
        for event in events {
            run.apply(&event);
        }
        run
    }

    /// Takes the next event in. The result does not depend on how the events of different
    /// sequences are interleaved.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::RunStarted(started) => self.started = Some(Arc::new((**started).clone())),
            Event::Exchange(exchange) => self.exchange(exchange),
            Event::Matrix(matrix) => {
                self.matrices
                    .insert(Arc::clone(&matrix.sequence), (**matrix).clone());
            }
            Event::SequenceFinished {
                sequence,
                decisions,
                left,
                unsent,
                cut,
            } => {
                for (what, count) in left {
                    *self.left.entry(what.clone()).or_default() += count;
                }
                self.unsent.extend_from_slice(unsent);
                self.cut
                    .extend(cut.iter().map(|why| (Arc::clone(sequence), why.clone())));
                for decision in decisions {
                    self.decide(sequence, decision);
                }
                self.records.retain(|id, _| id.sequence != *sequence);
            }
            Event::RunFinished { ending, elapsed_ms } => {
                self.ending = Some(ending.clone());
                self.elapsed_ms = *elapsed_ms;
            }
        }
    }

    fn exchange(&mut self, event: &ExchangeEvent) {
        self.exchanges += 1;
        if matches!(&*event.purpose, "setup" | "cleanup") {
            self.set_up += 1;
        }
        if event.record.status.is_none() {
            self.unanswered += 1;
        }
        if let Some(operation) = &event.operation {
            if !self.operations.contains_key(operation) {
                self.operations
                    .insert(Arc::clone(operation), OperationTally::default());
            }
            if let Some(tally) = self.operations.get_mut(operation) {
                *tally
                    .statuses
                    .entry(event.record.status.unwrap_or(0))
                    .or_default() += 1;
                tally.cases += u64::from(event.case.is_some());
            }
            if !self.rows.contains_key(operation) {
                self.rows.insert(Arc::clone(operation), BTreeMap::new());
            }
            let rows = self.rows.get_mut(operation).expect("it was put there");
            for check in &event.passed {
                rows.entry(*check).or_default().pass(&event.id);
            }
            for (check, reason) in &event.undecided {
                let row = rows.entry(*check).or_default();
                if row.undecided.as_ref().is_none_or(|old| reason < old) {
                    row.undecided = Some(reason.clone());
                }
            }
        }
        self.judge(event);
        for finding in &event.findings {
            self.group(finding, Some(&event.record));
        }
        // The findings of a probe or a workflow come with its end and name earlier exchanges.
        if matches!(&*event.purpose, "probe" | "workflow") {
            self.records.insert(event.id.clone(), event.record.clone());
        }
    }

    fn decide(&mut self, sequence: &Arc<str>, decision: &Decision) {
        for finding in &decision.findings {
            let record = finding
                .exchange
                .as_ref()
                .and_then(|id| self.records.get(id))
                .cloned();
            self.group(finding, record.as_ref());
        }
        self.decisions.insert(
            Arc::clone(&decision.requirement),
            (Arc::clone(sequence), decision.clone()),
        );
    }

    /// Operations that never answered a 2xx.
    pub fn never_succeeded(&self) -> Vec<Arc<str>> {
        let Some(started) = &self.started else {
            return Vec::new();
        };
        // With `--only`, others were not to be tried.
        let planned: HashSet<&Arc<str>> = started
            .rows
            .iter()
            .map(|(_, operation)| operation)
            .collect();
        started
            .operations
            .iter()
            .map(|(id, _)| id)
            .filter(|id| planned.contains(*id))
            .filter(|id| {
                !self.operations.get(*id).is_some_and(|tally| {
                    tally
                        .statuses
                        .keys()
                        .any(|status| (200..300).contains(status))
                })
            })
            .cloned()
            .collect()
    }
}
