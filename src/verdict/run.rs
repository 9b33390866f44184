//! The fold of all events: what every report is a function of.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::{
    Basis, Decision, Ending, Event, ExchangeEvent, ExchangeRecord, ExchangeRef, Finding, Matrix,
    Promise, Requirement, RunStarted, Verdict,
};

/// How many exchanges a row of the ledger names as evidence.
const EVIDENCE_KEPT: usize = 3;
/// The check that is undecided where no answer came.
const SERVER_ERROR: &str = "server-error";
/// How many cases a group of findings names.
const CASES_KEPT: usize = 5;

/// Findings with one cause.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouped {
    /// The first of them.
    pub finding: Finding,
    /// How many exchanges show it.
    pub count: u64,
    /// Some of the cases, in the order of their ids.
    pub cases: Vec<String>,
    /// The exchange of the first.
    pub record: Option<ExchangeRecord>,
    /// Findings of checks with the same cause, attached as evidence: title and count.
    pub attached: Vec<(String, u64)>,
}

/// What happened on an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationTally {
    /// Exchanges by status; 0 for none.
    pub statuses: BTreeMap<u16, u64>,
    /// How many of them were cases.
    pub cases: u64,
}

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
struct RowTally {
    passed: u64,
    evidence: Vec<ExchangeRef>,
    undecided: Option<String>,
}

impl RowTally {
    fn pass(&mut self, exchange: &ExchangeRef) {
        self.passed += 1;
        // The smallest ids in their order, so that the order of arrival does not show.
        let at = self.evidence.partition_point(|kept| kept < exchange);
        if at < EVIDENCE_KEPT {
            self.evidence.truncate(EVIDENCE_KEPT - 1);
            self.evidence.insert(at, exchange.clone());
        }
    }
}

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
        for finding in &event.findings {
            self.group(finding, Some(&event.record));
        }
        // The findings of a probe come with its end and name exchanges that were before.
        if &*event.purpose == "probe" {
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

    fn group(&mut self, finding: &Finding, record: Option<&ExchangeRecord>) {
        let group = self
            .findings
            .entry(finding.fingerprint())
            .or_insert_with(|| Grouped {
                finding: finding.clone(),
                count: 0,
                cases: Vec::new(),
                record: record.cloned(),
                attached: Vec::new(),
            });
        group.count += 1;
        if finding.exchange < group.finding.exchange {
            group.finding = finding.clone();
            group.record = record.cloned();
        }
        if let Some(case) = &finding.case
            && let Err(at) = group.cases.binary_search(case)
        {
            group.cases.insert(at, case.clone());
            group.cases.truncate(CASES_KEPT);
        }
    }

    /// Whether a requirement may accuse here: *stated* always, others on our own server or
    /// when their assumptions are accepted.
    fn accuses(started: &RunStarted, requirement: &Requirement) -> bool {
        started.own_server
            || requirement.basis == Basis::Stated
            || !requirement.assumptions.is_empty()
                && requirement.assumptions.iter().all(|one| {
                    started
                        .assumed
                        .iter()
                        .any(|accepted| accepted == one || accepted == "all")
                })
    }

    /// The requirement that explains a finding of a check, if it failed.
    fn explained_by<'r>(
        &self,
        started: &'r RunStarted,
        finding: &Finding,
    ) -> Option<&'r Requirement> {
        let Promise::Check { check, operation } = &finding.promise else {
            return None;
        };
        started.requirements.iter().find(|requirement| {
            self.decisions
                .get(requirement.id.as_str())
                .is_some_and(|(_, decision)| decision.verdict == Verdict::Fail)
                // One that may not accuse here must not keep a check from it either.
                && Self::accuses(started, requirement)
                && requirement.covers.iter().any(|covers| {
                    *covers.check == **check
                        && (covers.operations.is_empty()
                            || covers.operations.iter().any(|one| **one == **operation))
                        && covers
                            .cause
                            .as_ref()
                            .is_none_or(|text| finding.cause.contains(text))
                })
        })
    }

    /// How many causes there are, accusing or not. Cheap, to see whether one was added.
    pub fn causes(&self) -> usize {
        self.findings.len()
    }

    /// The same run with every text that a server or the clock had a part in replaced by
    /// what `change` makes of it, and without times. Promises, causes and fingerprints stay.
    #[must_use]
    pub fn map_texts(&self, change: &dyn Fn(&str) -> String) -> Self {
        let mut run = self.clone();
        let apply = |text: &mut String| *text = change(text);
        run.elapsed_ms = 0;
        if let Some(started) = run.started.as_mut().map(Arc::make_mut) {
            apply(&mut started.target);
            apply(&mut started.started);
            started.notes.iter_mut().for_each(apply);
        }
        if let Some(Ending::Budget(why) | Ending::Unreachable(why)) = &mut run.ending {
            apply(why);
        }
        run.left = run
            .left
            .iter()
            .map(|(what, count)| (change(what), *count))
            .collect();
        run.matrices
            .values_mut()
            .for_each(|matrix| matrix.map_texts(change));
        run.unsent.iter_mut().for_each(|(_, why)| apply(why));
        run.cut.iter_mut().for_each(|(_, why)| apply(why));
        for row in run.rows.values_mut().flat_map(BTreeMap::values_mut) {
            row.undecided.iter_mut().for_each(apply);
        }
        for (_, decision) in run.decisions.values_mut() {
            decision.verdict.reason_mut().into_iter().for_each(apply);
        }
        for group in run.findings.values_mut() {
            apply(&mut group.finding.title);
            apply(&mut group.finding.expected);
            apply(&mut group.finding.actual);
            if let Some(record) = &mut group.record {
                record.map_texts(change);
            }
        }
        run
    }

    /// The findings that accuse, one for each cause, requirements first; findings of checks
    /// that a failed requirement explains are attached to it.
    pub fn findings(&self) -> Vec<Grouped> {
        let Some(started) = &self.started else {
            return Vec::new();
        };
        let mut accusing = Vec::new();
        let mut attached: BTreeMap<&str, Vec<(String, u64)>> = BTreeMap::new();
        for group in self.findings.values() {
            match &group.finding.promise {
                Promise::Requirement { id } => {
                    let accuses = started
                        .requirements
                        .iter()
                        .find(|requirement| *requirement.id == **id)
                        .is_none_or(|requirement| Self::accuses(started, requirement));
                    if accuses {
                        accusing.push(group.clone());
                    }
                }
                Promise::Check { check, .. } => match self.explained_by(started, &group.finding) {
                    Some(requirement) => attached
                        .entry(&requirement.id)
                        .or_default()
                        .push((format!("{check}: {}", group.finding.title), group.count)),
                    None => accusing.push(group.clone()),
                },
                // Nobody judges what is set aside.
                Promise::Part { .. } => {}
            }
        }
        accusing.sort_by(|a, b| {
            (&a.finding.promise, &a.finding.operation, &a.finding.cause).cmp(&(
                &b.finding.promise,
                &b.finding.operation,
                &b.finding.cause,
            ))
        });
        for group in &mut accusing {
            if let Promise::Requirement { id } = &group.finding.promise
                && let Some(more) = attached.remove(&**id)
            {
                group.attached = more;
            }
        }
        accusing
    }

    /// The complete table of verdicts: requirements, checks by operation, and the parts of the
    /// description that flaws keep from being judged.
    pub fn ledger(&self) -> Vec<LedgerRow> {
        let Some(started) = &self.started else {
            return Vec::new();
        };
        let mut rows: Vec<LedgerRow> = started
            .requirements
            .iter()
            .map(|requirement| self.requirement_row(started, requirement))
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

    fn requirement_row(&self, started: &RunStarted, requirement: &Requirement) -> LedgerRow {
        let mut row = LedgerRow {
            promise: Promise::requirement(&requirement.id),
            text: Some(requirement.text.clone()),
            verdict: Verdict::Skipped(format!("its {} did not finish", requirement.verify)),
            exchanges: 0,
            evidence: Vec::new(),
        };
        if let Some((sequence, decision)) = self.decisions.get(requirement.id.as_str()) {
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
            row.verdict = match &decision.verdict {
                Verdict::Pass if decision.evidence.is_empty() => {
                    Verdict::Error("a bug of assize: a pass without an exchange".to_owned())
                }
                Verdict::Fail if !Self::accuses(started, requirement) => {
                    Verdict::Inconclusive(format!(
                        "broken, but it rests on {}; accept with --assume",
                        if requirement.assumptions.is_empty() {
                            "the published clients alone".to_owned()
                        } else {
                            format!("assumption {}", requirement.assumptions.join(", "))
                        }
                    ))
                }
                verdict => verdict.clone(),
            };
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
