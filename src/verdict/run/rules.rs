//! Requirements that every exchange is judged by: from what exchanges say to a verdict.

use super::Run;
use super::tally::RowTally;
use crate::verdict::{ExchangeEvent, ExchangeRef, Promise, Requirement, RuleNote, Verdict, Verify};

/// How many operations a reason names.
const NAMED: usize = 4;

/// What exchanges say of one requirement.
#[derive(Clone, Debug, Default)]
pub(super) struct RuleTally {
    kept: RowTally,
    broken: RowTally,
    /// Why some exchanges do not decide.
    open: Option<String>,
    /// What is wrong with the rule, by the first exchange that shows it.
    error: Option<(ExchangeRef, String)>,
}

impl RuleTally {
    pub(super) fn reasons_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let error = self.error.as_mut().map(|(_, reason)| reason);
        self.open.as_mut().into_iter().chain(error)
    }
}

impl Run {
    /// Takes in what an exchange says of requirements. The smallest ids count as the first, so
    /// that the order of arrival does not show.
    pub(super) fn judge(&mut self, event: &ExchangeEvent) {
        for requirement in &event.kept {
            let tally = self.judged.entry(*requirement).or_default();
            tally.kept.pass(&event.id);
        }
        for (requirement, reason) in &event.open {
            let tally = self.judged.entry(*requirement).or_default();
            if tally.open.as_ref().is_none_or(|old| reason < old) {
                tally.open = Some(reason.clone());
            }
        }
        for (requirement, reason) in &event.errors {
            let tally = self.judged.entry(*requirement).or_default();
            if tally.error.as_ref().is_none_or(|(old, _)| event.id < *old) {
                tally.error = Some((event.id.clone(), reason.clone()));
            }
        }
        let mut broken: Vec<usize> = event
            .findings
            .iter()
            .filter_map(|finding| match &finding.promise {
                Promise::Requirement { id } => {
                    let requirements = &self.started.as_ref()?.requirements;
                    requirements.iter().position(|one| *one.id == **id)
                }
                _ => None,
            })
            .collect();
        broken.dedup();
        for requirement in broken {
            let tally = self.judged.entry(requirement).or_default();
            tally.broken.pass(&event.id);
        }
    }

    /// Whether a requirement is known to be broken.
    pub(super) fn fails(&self, index: usize, requirement: &Requirement) -> bool {
        let judged = self.judged.get(&index);
        judged.is_some_and(|tally| tally.broken.passed > 0)
            || self
                .decisions
                .get(requirement.id.as_str())
                .is_some_and(|(_, decision)| decision.verdict == Verdict::Fail)
    }

    /// The verdict, how many exchanges decide it, and some of them: those that break it, if
    /// there are any.
    pub(super) fn by_rule(
        &self,
        rule: &RuleNote,
        requirement: &Requirement,
    ) -> (Verdict, u64, Vec<ExchangeRef>) {
        let nothing = RuleTally::default();
        let tally = self.judged.get(&rule.requirement).unwrap_or(&nothing);
        let decided = tally.kept.passed + tally.broken.passed;
        let evidence = if tally.broken.passed > 0 {
            &tally.broken.evidence
        } else {
            &tally.kept.evidence
        };
        let verdict = if let Some(problem) = &rule.problem {
            Verdict::Error(problem.clone())
        } else if tally.broken.passed > 0 {
            Verdict::Fail
        } else if let Some((exchange, reason)) = &tally.error {
            Verdict::Error(format!("{reason}, on {exchange}"))
        } else if tally.kept.passed > 0 {
            Verdict::Pass
        } else if let Some(reason) = &tally.open {
            Verdict::Inconclusive(reason.clone())
        } else {
            self.unseen(rule, requirement)
        };
        (verdict, decided, evidence.clone())
    }

    /// The verdict on a requirement that no exchange shows.
    fn unseen(&self, rule: &RuleNote, requirement: &Requirement) -> Verdict {
        if rule.operations.is_empty() {
            return Verdict::Skipped("the description has none of its operations".to_owned());
        }
        let names: Vec<&str> = rule
            .operations
            .iter()
            .take(NAMED)
            .map(|one| &**one)
            .collect();
        let mut names = names.join(", ");
        if rule.operations.len() > NAMED {
            names = format!("{names} and {} more", rule.operations.len() - NAMED);
        }
        let tallies = || {
            rule.operations
                .iter()
                .filter_map(|one| self.operations.get(one))
        };
        let answered = tallies().any(|tally| tally.statuses.keys().any(|status| *status != 0));
        Verdict::Inconclusive(match &requirement.verify {
            _ if tallies().next().is_none() => {
                format!("no exchange showed it: no request of {names} was sent")
            }
            _ if !answered => format!("no exchange showed it: none of {names} was answered"),
            Verify::Schema(schema) => {
                let statuses = match schema.statuses.as_slice() {
                    [] => "2XX".to_owned(),
                    statuses => statuses.join(" or "),
                };
                format!("no exchange showed it: none of {names} answered {statuses}")
            }
            _ => format!("no exchange showed it: `when` selects none of {names}"),
        })
    }
}
