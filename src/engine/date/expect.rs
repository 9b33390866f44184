//! What a server of each edition does about each requirement.
//!
//! Inside its dates, a requirement is kept; outside, the changelog is often silent. Where
//! there is a reference server for each edition, it shows whether a requirement is kept there
//! all the same, and then it does not tell. So does a requirement that it cannot show kept
//! inside its dates with the requests that are sent.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::answer::{Expected, Seen};
use super::legs::{Leg, operations_of, plan_leg};
use crate::api::Api;
use crate::engine::{OwnServer, Sitting};
use crate::reference::{Edition, FaultSet};
use crate::verdict::{Event, Promise, Requirement, Run, Verdict, Verify};
use crate::workflow::Library;

/// What was seen of each requirement in a run.
pub(super) fn seen(run: &Run, into: &mut BTreeMap<String, Seen>) {
    let mut titles: BTreeMap<String, String> = BTreeMap::new();
    for group in run.findings() {
        if let Promise::Requirement { id } = &group.finding.promise {
            titles.entry(id.to_string()).or_insert(group.finding.title);
        }
    }
    for row in run.ledger() {
        let Promise::Requirement { id } = &row.promise else {
            continue;
        };
        let id = id.to_string();
        let seen = match &row.verdict {
            Verdict::Pass => Seen::Kept,
            Verdict::Fail => Seen::Broken(titles.remove(&id).unwrap_or_default()),
            other => Seen::Unknown(format!(
                "{}: {}",
                other.word(),
                other.reason().unwrap_or_default()
            )),
        };
        into.insert(id, seen);
    }
}

/// What the reference server of each edition shows.
#[derive(Clone, Debug, Default)]
pub struct Calibration {
    /// By requirement: what the server of each edition does.
    pub expected: BTreeMap<String, Vec<Expected>>,
    /// By requirement: the sequences that look at it, as leg and id.
    pub sequences: BTreeMap<String, BTreeSet<(usize, String)>>,
    /// By sequence: how many requests it took at most.
    pub requests: BTreeMap<(usize, String), u64>,
    /// By sequence: the operations that it used.
    pub operations: BTreeMap<(usize, String), BTreeSet<String>>,
    /// The operations that the first edition has already.
    pub from_the_first: BTreeSet<String>,
    /// Requirements that take more requests alone than are allowed.
    pub too_dear: BTreeSet<String>,
}

impl Calibration {
    /// Whether a requirement looks at operations that were there from the first edition on:
    /// it tells a change of behaviour, where others only tell that something was added.
    pub fn tells_a_change(&self, requirement: &str) -> bool {
        let mut sequences = self.sequences.get(requirement).into_iter().flatten();
        sequences.all(|sequence| {
            self.operations
                .get(sequence)
                .is_some_and(|used| used.is_subset(&self.from_the_first))
        })
    }
}

/// What one reference server shows.
#[derive(Default)]
struct Tried {
    shown: BTreeMap<String, Seen>,
    sequences: BTreeMap<String, BTreeSet<(usize, String)>>,
    requests: BTreeMap<(usize, String), u64>,
    operations: BTreeMap<(usize, String), BTreeSet<String>>,
}

/// Runs the legs, one sitting each, against the reference server of each edition. `first` is
/// the description of the first one. What takes more than `limit` requests alone is tried at
/// the last edition only, to know that.
pub fn calibrate(
    sittings: &mut [Sitting],
    legs: &[Leg],
    editions: &[Edition],
    requirements: &[Requirement],
    first: &Api,
    limit: u64,
) -> Calibration {
    let ids = first.operations.iter().map(|one| one.id.clone());
    let mut calibration = Calibration {
        from_the_first: ids.collect(),
        ..Calibration::default()
    };
    let Some((&last, earlier)) = editions.split_last() else {
        return calibration;
    };
    let newest = tried(sittings, last);
    for (id, sequences) in &newest.sequences {
        let cost = |one| newest.requests.get(one).copied().unwrap_or(0);
        if sequences.iter().map(cost).sum::<u64>() > limit {
            calibration.too_dear.insert(id.clone());
        }
    }
    for (sitting, leg) in sittings.iter_mut().zip(legs) {
        let mut leg = leg.clone();
        leg.requirements
            .retain(|one| !calibration.too_dear.contains(&one.id));
        sitting.plan = plan_leg(&mut sitting.bench, &leg, true);
    }
    let sittings = &*sittings;
    let mut shown: Vec<BTreeMap<String, Seen>> = std::thread::scope(|scope| {
        let running: Vec<_> = earlier
            .iter()
            .map(|&edition| scope.spawn(move || tried(sittings, edition)))
            .collect();
        let done = running.into_iter().map(|one| {
            one.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        done.map(|tried| calibration.take(tried)).collect()
    });
    shown.push(calibration.take(newest));
    for requirement in requirements {
        if calibration.too_dear.contains(&requirement.id) {
            continue;
        }
        let expected = editions.iter().zip(&shown).map(|(edition, shown)| {
            let shown = shown.get(&requirement.id);
            match (requirement.holds_at(edition.date()), shown) {
                (true, Some(Seen::Kept)) => Expected::Kept,
                (true, _) | (false, Some(Seen::Kept)) => Expected::Open,
                (false, _) => Expected::NotKept,
            }
        });
        calibration
            .expected
            .insert(requirement.id.clone(), expected.collect());
    }
    calibration
}

impl Calibration {
    /// Takes in what a server has shown, but for the verdicts.
    fn take(&mut self, tried: Tried) -> BTreeMap<String, Seen> {
        for (id, sequences) in tried.sequences {
            self.sequences.entry(id).or_default().extend(sequences);
        }
        for (sequence, count) in tried.requests {
            let most = self.requests.entry(sequence).or_default();
            *most = count.max(*most);
        }
        for (sequence, used) in tried.operations {
            self.operations.entry(sequence).or_default().extend(used);
        }
        tried.shown
    }
}

/// Runs the legs against a new reference server.
fn tried(sittings: &[Sitting], edition: Edition) -> Tried {
    let server = OwnServer::new(edition, FaultSet::none());
    let mut tried = Tried::default();
    for (leg, sitting) in sittings.iter().enumerate() {
        let run = sitting.judge(&server, &format!("leg{leg}"), |event| match event {
            Event::Exchange(exchange) => {
                let sequence = (leg, exchange.id.sequence.to_string());
                let used = tried.operations.entry(sequence.clone()).or_default();
                used.extend(exchange.operation.iter().map(ToString::to_string));
                *tried.requests.entry(sequence).or_default() += 1;
            }
            Event::SequenceFinished {
                sequence,
                decisions,
                ..
            } => {
                for decision in decisions {
                    let own = tried.sequences.entry(decision.requirement.to_string());
                    own.or_default().insert((leg, sequence.to_string()));
                }
            }
            Event::RunStarted(_) | Event::Matrix(_) | Event::RunFinished { .. } => {}
        });
        let api = &sitting.bench.api;
        for requirement in &sitting.plan.requirements {
            let operations = operations_of(api, requirement);
            if !operations.is_empty() {
                let ids = operations
                    .keys()
                    .map(|index| (leg, api.operations[*index].id.clone()));
                let own = tried.sequences.entry(requirement.id.clone());
                own.or_default().extend(ids);
            }
        }
        seen(&run, &mut tried.shown);
    }
    tried
}

/// What follows from the contract alone: outside its dates, a requirement is not kept where
/// another one stands in its place, or where none of its operations exists, or one that its
/// workflow calls does not; everywhere else nothing tells.
pub fn supposed(
    editions: &[(Date, &Api)],
    requirements: &[Requirement],
    families: &[usize],
    workflows: &Library,
) -> BTreeMap<String, Vec<Expected>> {
    let lacks = |api: &Api, requirement: &Requirement| {
        let Verify::Workflow(rule) = &requirement.verify else {
            return false;
        };
        workflows.find(&rule.id).is_some_and(|(document, index)| {
            let mut operations = document.workflows[index].operations();
            operations.any(|id| api.find(id).is_none())
        })
    };
    let place = |index: usize, date: Date| {
        requirements.iter().enumerate().any(|(other, one)| {
            other != index && families[other] == families[index] && one.holds_at(date)
        })
    };
    requirements
        .iter()
        .enumerate()
        .map(|(index, requirement)| {
            let known = editions
                .iter()
                .any(|(_, api)| !operations_of(api, requirement).is_empty());
            let expected = editions
                .iter()
                .map(|(date, api)| {
                    if requirement.holds_at(*date) {
                        Expected::Kept
                    } else if place(index, *date)
                        || known && operations_of(api, requirement).is_empty()
                        || lacks(api, requirement)
                    {
                        Expected::NotKept
                    } else {
                        Expected::Open
                    }
                })
                .collect();
            (requirement.id.clone(), expected)
        })
        .collect()
}
