//! From the runs to the proof.

use std::collections::{BTreeMap, BTreeSet};

use super::Job;
use crate::engine::{Sitting, editions};
use crate::reference::{self, Edition, Fault};
use crate::verdict::{
    Ending, FaultRow, Promise, Proof, Run, Seen, Silence, Trial, Unexercised, Unproven, Verdict,
};
use crate::{checks, probes};

/// What is kept of a run.
#[derive(Clone, Debug)]
pub(super) struct Told {
    seen: Vec<Seen>,
    exchanges: u64,
    cut: Option<String>,
    /// Every requirement: `None` when it passed on an exchange, else what its row says.
    requirements: BTreeMap<String, Option<String>>,
}

/// What is kept of a run: all findings, and rows that say that assize itself is wrong.
pub(super) fn told(run: &Run) -> Told {
    let mut seen: Vec<Seen> = run
        .findings()
        .into_iter()
        .map(|group| Seen {
            promise: name(&group.finding.promise),
            operation: group.finding.operation,
            title: group.finding.title,
        })
        .collect();
    let mut requirements = BTreeMap::new();
    for row in run.ledger() {
        if let Verdict::Error(reason) = &row.verdict {
            seen.push(Seen {
                promise: name(&row.promise),
                operation: None,
                title: reason.clone(),
            });
        }
        if let Promise::Requirement { id } = &row.promise {
            let passed = row.verdict == Verdict::Pass && row.exchanges > 0;
            let instead = match row.verdict.reason() {
                Some(reason) => format!("{}: {reason}", row.verdict.word()),
                None => row.verdict.word().to_owned(),
            };
            requirements.insert(id.to_string(), (!passed).then_some(instead));
        }
    }
    seen.sort();
    seen.dedup();
    let cut = match &run.ending {
        Some(Ending::Complete) => None,
        Some(Ending::Budget(why) | Ending::Unreachable(why)) => Some(why.clone()),
        Some(Ending::Interrupted) | None => Some("interrupted".to_owned()),
    };
    Told {
        seen,
        exchanges: run.exchanges,
        cut,
        requirements,
    }
}

/// The requirement or check, whatever the operation.
pub(super) fn name(promise: &Promise) -> String {
    match promise {
        Promise::Requirement { id } => id.to_string(),
        Promise::Check { check, .. } => check.to_string(),
        Promise::Part { part } => part.to_string(),
    }
}

/// The proof that the runs give.
pub(super) fn proof(sittings: &[Sitting], done: impl Iterator<Item = (Job, Told)>) -> Proof {
    let mut rows: BTreeMap<&str, FaultRow> = BTreeMap::new();
    let mut silence = Vec::new();
    // Whether a requirement ever passed, and what its row said last.
    let mut exercised: BTreeMap<String, Option<String>> = BTreeMap::new();
    for (job, told) in done {
        match job.fault {
            None => {
                silence.push(silent(job.edition, &told));
                for (id, instead) in told.requirements {
                    let known = exercised.entry(id).or_insert_with(|| instead.clone());
                    if known.is_some() {
                        *known = instead;
                    }
                }
            }
            Some(fault) => rows
                .entry(fault.id())
                .or_insert_with(|| described(fault))
                .trials
                .push(tried(job.edition, fault, told, sittings)),
        }
    }
    let mut proof = Proof {
        contract: "thenvoi".to_owned(),
        editions: sittings.iter().map(|one| one.edition.date()).collect(),
        faults: rows.into_values().collect(),
        silence,
        never_exercised: exercised
            .iter()
            .filter_map(|(id, instead)| {
                Some(Unexercised {
                    requirement: id.clone(),
                    instead: instead.clone()?,
                })
            })
            .collect(),
        unproven: None,
        elapsed_ms: 0,
    };
    let whole =
        proof.silence.len() == editions().len() && proof.faults.len() == reference::ALL.len();
    if whole {
        proof.unproven = Some(unproven(&proof, sittings));
    }
    proof
}

fn described(fault: Fault) -> FaultRow {
    FaultRow {
        id: fault.id().to_owned(),
        class: fault.class().id().to_owned(),
        doc: fault
            .doc()
            .lines()
            .map(str::trim)
            .collect::<Vec<_>>()
            .join(" "),
        rewrites: fault.rewrites(),
        caught_by: fault.caught_by().iter().map(|&id| id.to_owned()).collect(),
        trials: Vec::new(),
    }
}

fn silent(edition: Edition, told: &Told) -> Silence {
    let mut alarms = told.seen.clone();
    alarms.extend(told.cut.iter().map(|why| Seen {
        promise: "the run".to_owned(),
        operation: None,
        title: format!("ended early: {why}"),
    }));
    Silence {
        edition: edition.date(),
        alarms,
        exchanges: told.exchanges,
        passed: (
            told.requirements
                .values()
                .filter(|one| one.is_none())
                .count(),
            told.requirements.len(),
        ),
    }
}

fn tried(edition: Edition, fault: Fault, told: Told, sittings: &[Sitting]) -> Trial {
    let found: BTreeSet<&str> = told.seen.iter().map(|one| one.promise.as_str()).collect();
    // A requirement that does not belong to the edition cannot have missed anything.
    let in_force = |id: &str| {
        checks::find(id).is_some()
            || sittings
                .iter()
                .filter(|one| one.edition == edition)
                .any(|one| one.plan.requirements.iter().any(|known| known.id == id))
    };
    let named = fault.caught_by();
    let own = |ids: Vec<&str>| ids.into_iter().map(ToOwned::to_owned).collect();
    Trial {
        edition: edition.date(),
        by: own(named
            .iter()
            .copied()
            .filter(|id| found.contains(id))
            .collect()),
        missed: own(named
            .iter()
            .copied()
            .filter(|id| !found.contains(id) && in_force(id))
            .collect()),
        also: own(found.into_iter().filter(|id| !named.contains(id)).collect()),
        exchanges: told.exchanges,
        cut: told.cut,
        seen: told.seen,
    }
}

/// What no fault shows able to fail.
fn unproven(proof: &Proof, sittings: &[Sitting]) -> Vec<Unproven> {
    let kills = proof.kills();
    let mut requirements: BTreeMap<&str, Option<(&str, &str)>> = BTreeMap::new();
    for requirement in sittings.iter().flat_map(|one| &one.plan.requirements) {
        let aspect = requirement
            .probe()
            .map(|rule| (rule.name.as_str(), rule.aspect.as_str()));
        requirements.insert(&requirement.id, aspect);
    }
    let mut open = Vec::new();
    let mut add = |kind: &str, id: String| {
        open.push(Unproven {
            kind: kind.to_owned(),
            id,
        });
    };
    for check in checks::ALL.iter().filter(|one| !kills.contains_key(one.id)) {
        add("check", check.id.to_owned());
    }
    for id in requirements.keys().filter(|id| !kills.contains_key(**id)) {
        add("requirement", (*id).to_owned());
    }
    for probe in probes::ALL {
        for aspect in probe.aspects {
            let proven = requirements
                .iter()
                .any(|(id, of)| *of == Some((probe.id, aspect.name)) && kills.contains_key(id));
            if !proven {
                add("aspect", format!("{}/{}", probe.id, aspect.name));
            }
        }
    }
    open
}
