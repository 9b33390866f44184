//! Findings by cause, and which of them accuse.

use std::collections::BTreeMap;

use super::Run;
use crate::verdict::{Basis, ExchangeRecord, Finding, Promise, Requirement, RunStarted};

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

impl Run {
    pub(super) fn group(&mut self, finding: &Finding, record: Option<&ExchangeRecord>) {
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
    pub(super) fn accuses(started: &RunStarted, requirement: &Requirement) -> bool {
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
    pub(super) fn explained_by<'r>(
        &self,
        started: &'r RunStarted,
        finding: &Finding,
    ) -> Option<&'r Requirement> {
        let Promise::Check { check, operation } = &finding.promise else {
            return None;
        };
        let mut requirements = started.requirements.iter().enumerate();
        let explaining = requirements.find(|(index, requirement)| {
            self.fails(*index, requirement)
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
        });
        explaining.map(|(_, requirement)| requirement)
    }

    /// How many causes there are, accusing or not. Cheap, to see whether one was added.
    pub fn causes(&self) -> usize {
        self.findings.len()
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
}
