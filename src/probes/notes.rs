//! What a probe has seen of each aspect, and the verdicts that follow.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::procedure::Answer;
use crate::verdict::{Decision, ExchangeRef, Finding, Promise, Requirement, Verdict};

#[derive(Debug, Default)]
struct Aspect {
    evidence: Vec<u32>,
    broken: Vec<Broken>,
    undecided: Option<String>,
}

#[derive(Debug)]
struct Broken {
    operation: String,
    title: String,
    cause: String,
    expected: String,
    actual: String,
    ordinal: u32,
}

/// What a probe has seen.
#[derive(Debug)]
pub struct Notes {
    sequence: Arc<str>,
    aspects: BTreeMap<&'static str, Aspect>,
}

/// How a promise was broken.
pub struct Breach<'t> {
    /// The operation, by id.
    pub operation: &'t str,
    /// One sentence.
    pub title: String,
    /// What tells this cause from others: stable over runs.
    pub cause: &'t str,
    /// What the contract says.
    pub expected: String,
    /// What was observed.
    pub actual: String,
}

impl Notes {
    /// Nothing seen yet.
    pub fn new(sequence: &str) -> Self {
        Self {
            sequence: sequence.into(),
            aspects: BTreeMap::new(),
        }
    }

    /// The aspect was kept, as this answer shows.
    pub fn kept(&mut self, aspect: &'static str, answer: &Answer) {
        self.aspects
            .entry(aspect)
            .or_default()
            .evidence
            .push(answer.ordinal);
    }

    /// The aspect was broken, as this answer shows.
    pub fn broken(&mut self, aspect: &'static str, answer: &Answer, breach: Breach<'_>) {
        let noted = self.aspects.entry(aspect).or_default();
        noted.evidence.push(answer.ordinal);
        noted.broken.push(Broken {
            operation: breach.operation.to_owned(),
            title: breach.title,
            cause: breach.cause.to_owned(),
            expected: breach.expected,
            actual: breach.actual,
            ordinal: answer.ordinal,
        });
    }

    /// The aspect could not be decided in full: a pass is no longer possible.
    pub fn undecided(&mut self, aspect: &'static str, reason: impl Into<String>) {
        self.aspects
            .entry(aspect)
            .or_default()
            .undecided
            .get_or_insert(reason.into());
    }

    /// Whether the aspect was broken already.
    pub fn is_broken(&self, aspect: &str) -> bool {
        self.aspects
            .get(aspect)
            .is_some_and(|noted| !noted.broken.is_empty())
    }

    /// The verdicts. `stopped` is why the probe could not go on to its end.
    pub fn decisions(&self, requirements: &[Requirement], stopped: Option<&str>) -> Vec<Decision> {
        requirements
            .iter()
            .map(|requirement| self.decide(requirement, stopped))
            .collect()
    }

    fn decide(&self, requirement: &Requirement, stopped: Option<&str>) -> Decision {
        let nothing = Aspect::default();
        let aspect = self
            .aspects
            .get(requirement.probe().map_or("", |rule| rule.aspect.as_str()))
            .unwrap_or(&nothing);
        let verdict = if !aspect.broken.is_empty() {
            Verdict::Fail
        } else if let Some(reason) = aspect.undecided.as_deref().or(stopped) {
            Verdict::Inconclusive(reason.to_owned())
        } else if aspect.evidence.is_empty() {
            Verdict::Inconclusive("no exchange shows it".to_owned())
        } else {
            Verdict::Pass
        };
        let findings = aspect
            .broken
            .iter()
            .map(|broken| Finding {
                promise: Promise::requirement(&requirement.id),
                operation: Some(broken.operation.clone()),
                title: broken.title.clone(),
                cause: broken.cause.clone(),
                expected: broken.expected.clone(),
                actual: broken.actual.clone(),
                location: None,
                exchange: Some(ExchangeRef {
                    sequence: Arc::clone(&self.sequence),
                    ordinal: broken.ordinal,
                }),
                case: None,
            })
            .collect();
        Decision {
            requirement: requirement.id.as_str().into(),
            verdict,
            evidence: aspect.evidence.clone(),
            findings,
        }
    }
}
