//! Which requirements tell editions apart, and with which description each is looked at.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::Value;

use crate::api::Api;
use crate::engine::{Bench, Plan, PlanOptions, plan};
use crate::probes;
use crate::sequence::Sequence;
use crate::verdict::{ProbeRule, Requirement, Verify};

/// How many requests a search for an undeclared limit may take.
const BUDGET: u64 = 60;

/// Requirements that are looked at with the description of one edition.
#[derive(Clone, Debug)]
pub struct Leg {
    /// The edition of the description.
    pub edition: Date,
    /// The requirements; they need not belong to the edition.
    pub requirements: Vec<Requirement>,
}

/// The requirements that belong to some of the editions and not to others.
pub fn dated<'r>(
    editions: &[Date],
    requirements: impl IntoIterator<Item = &'r Requirement>,
) -> Vec<Requirement> {
    let mut found: BTreeMap<&str, &Requirement> = BTreeMap::new();
    for requirement in requirements {
        let held = editions
            .iter()
            .filter(|date| requirement.holds_at(**date))
            .count();
        if 0 < held && held < editions.len() {
            found.insert(&requirement.id, requirement);
        }
    }
    found.into_values().cloned().collect()
}

/// The legs: each requirement is looked at with the first description that it belongs to, so
/// that nothing is asked for that only later editions have. What exhausts a quota or a rate
/// does so once, and is judged for all editions.
pub fn legs(editions: &[Date], dated: &[Requirement]) -> Vec<Leg> {
    let first = |requirement: &Requirement| {
        editions
            .iter()
            .position(|date| requirement.holds_at(*date))
            .unwrap_or(0)
    };
    let exhausting = |requirement: &Requirement| {
        let name = &requirement.probe()?.name;
        probes::find(name).filter(|probe| probe.sharing == probes::Sharing::Tenant)
    };
    let mut legs: BTreeMap<usize, Vec<Requirement>> = BTreeMap::new();
    for requirement in dated {
        let at = match exhausting(requirement) {
            None => first(requirement),
            Some(probe) => dated
                .iter()
                .filter(|other| exhausting(other).is_some_and(|one| one.id == probe.id))
                .map(first)
                .min()
                .unwrap_or(0),
        };
        legs.entry(at).or_default().push(requirement.clone());
    }
    legs.into_iter()
        .map(|(at, requirements)| Leg {
            edition: editions[at],
            requirements,
        })
        .collect()
}

/// The number of each requirement's family: requirements that replaced one another, one
/// ending on the day on which the other begins, have the same.
pub fn families(dated: &[Requirement]) -> Vec<usize> {
    let mut families: Vec<usize> = (0..dated.len()).collect();
    for (index, new) in dated.iter().enumerate() {
        for (other, old) in dated.iter().enumerate() {
            if old.until.is_some() && old.until == new.since && same_subject(old, new) {
                let (from, to) = (families[index], families[other]);
                for family in &mut families {
                    if *family == from {
                        *family = to;
                    }
                }
            }
        }
    }
    families
}

/// Whether two requirements speak of the same thing.
fn same_subject(a: &Requirement, b: &Requirement) -> bool {
    match (&a.verify, &b.verify) {
        (Verify::Probe(a), Verify::Probe(b)) => {
            // What changes from one to the other is a number, such as a status.
            a.name == b.name && a.aspect == b.aspect && without_numbers(a) == without_numbers(b)
        }
        (Verify::Schema(a), Verify::Schema(b)) => {
            a.operations == b.operations && a.statuses == b.statuses && a.at == b.at
        }
        (Verify::Expression(a), Verify::Expression(b)) => a.operations == b.operations,
        (Verify::Workflow(a), Verify::Workflow(b)) => a.id == b.id,
        _ => false,
    }
}

fn without_numbers(rule: &ProbeRule) -> BTreeMap<&String, &Value> {
    let others = rule.with.iter().filter(|(_, value)| !value.is_number());
    others.collect()
}

/// The plan of a leg: the probes and workflows of its requirements, and of the operations
/// that its other requirements look at, the first conforming case; where an expression tells
/// kinds of cases apart, the first of each kind too.
pub fn plan_leg(bench: &mut Bench, leg: &Leg, loopback: bool) -> Plan {
    bench.requirements.clone_from(&leg.requirements);
    let needed = needed(&bench.api, &leg.requirements);
    let ids = leg.requirements.iter().map(|one| one.id.clone());
    let operations = needed
        .keys()
        .map(|index| bench.api.operations[*index].id.clone());
    let options = PlanOptions {
        seed: 0,
        random: 0,
        only: ids.chain(operations).collect(),
        budget: BUDGET,
        loopback,
        probes: true,
    };
    let mut plan = plan(bench, &options);
    plan.sequences
        .retain(|sequence| needed.contains_key(&sequence.operation));
    for sequence in &mut plan.sequences {
        shorten(sequence, needed[&sequence.operation]);
    }
    plan.rows.clear();
    plan
}

/// The operations that requirements look at in all exchanges, by index, and whether cases
/// that violate something are wanted too.
fn needed(api: &Api, requirements: &[Requirement]) -> BTreeMap<usize, bool> {
    let mut needed = BTreeMap::new();
    for requirement in requirements {
        for (index, kinds) in operations_of(api, requirement) {
            *needed.entry(index).or_default() |= kinds;
        }
    }
    needed
}

/// The operations that one requirement looks at in all exchanges.
pub(super) fn operations_of(api: &Api, requirement: &Requirement) -> BTreeMap<usize, bool> {
    let (operations, kinds) = match &requirement.verify {
        Verify::Schema(rule) => (&rule.operations, false),
        Verify::Expression(rule) => (
            &rule.operations,
            rule.when
                .iter()
                .chain([&rule.that])
                .any(|one| one.contains("case.")),
        ),
        Verify::Workflow(_) | Verify::Probe(_) => return BTreeMap::new(),
    };
    api.operations
        .iter()
        .enumerate()
        .filter(|(_, one)| operations.iter().any(|pattern| one.is_meant_by(pattern)))
        .map(|(index, _)| (index, kinds))
        .collect()
}

fn shorten(sequence: &mut Sequence, kinds: bool) {
    let Some(base) = sequence.cases.iter().find(|case| case.is_conforming()) else {
        return;
    };
    let base = base.id.clone();
    let mut seen = BTreeSet::new();
    sequence.cases.retain(|case| match case.violation() {
        None => case.id == base,
        Some(violation) => {
            kinds
                && case.base.as_ref().is_none_or(|of| *of == base)
                && seen.insert(format!("{:?}", violation.kind))
        }
    });
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn requirement(text: &str) -> Requirement {
        let mut value: Value = serde_json::from_str(text).expect("JSON");
        let object = value.as_object_mut().expect("an object");
        for (name, known) in [
            ("level", "MUST"),
            ("text", "t"),
            ("source", "s"),
            ("basis", "stated"),
        ] {
            object.insert(name.to_owned(), known.into());
        }
        serde_json::from_value(value).expect("a requirement")
    }

    fn requirements() -> Vec<Requirement> {
        [
            r#"{"id":"A-403","since":"2026-02-24","probe":{"name":"quotas","aspect":"status","with":{"of":"agents"}}}"#,
            r#"{"id":"A-429","since":"2026-02-10","until":"2026-02-24","probe":{"name":"quotas","aspect":"status","with":{"of":"agents","status":429}}}"#,
            r#"{"id":"M-422","until":"2026-02-10","probe":{"name":"quotas","aspect":"status","with":{"of":"messages","status":422}}}"#,
            r#"{"id":"NAME","since":"2026-02-10","schema":{"operations":["listMyChatMessages"]}}"#,
            r#"{"id":"TIMELESS","schema":{"operations":["getMyProfile"]}}"#,
            r#"{"id":"LATER","since":"2027-01-01","schema":{"operations":["getMyProfile"]}}"#,
        ]
        .map(requirement)
        .to_vec()
    }

    const EDITIONS: [Date; 3] = [date(2026, 2, 3), date(2026, 2, 10), date(2026, 2, 24)];

    #[test]
    fn only_what_differs_between_editions_is_looked_at() {
        let all = requirements();
        let ids: Vec<String> = dated(&EDITIONS, &all)
            .into_iter()
            .map(|one| one.id)
            .collect();
        assert_eq!(ids, ["A-403", "A-429", "M-422", "NAME"]);
    }

    #[test]
    fn a_quota_is_exhausted_once() {
        let all = requirements();
        let legs = legs(&EDITIONS, &dated(&EDITIONS, &all));
        let told: Vec<(Date, Vec<&str>)> = legs
            .iter()
            .map(|leg| {
                let ids = leg.requirements.iter().map(|one| one.id.as_str());
                (leg.edition, ids.collect())
            })
            .collect();
        assert_eq!(
            told,
            [
                (EDITIONS[0], vec!["A-403", "A-429", "M-422"]),
                (EDITIONS[1], vec!["NAME"]),
            ]
        );
    }

    #[test]
    fn what_replaced_one_another_is_a_family() {
        let families = families(&dated(&EDITIONS, &requirements()));
        assert_eq!(families[0], families[1]);
        assert_eq!(families.iter().collect::<BTreeSet<_>>().len(), 3);
    }
}
