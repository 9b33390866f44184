//! The procedure that runs a workflow and decides its requirement.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::document::Document;
use super::walk::{Broken, End, Walk};
use crate::api::Api;
use crate::procedure::{Outcome, Scripted};
use crate::provision::{Identities, OperationPlan, Provisioner, Recipes};
use crate::verdict::{Decision, ExchangeRef, Finding, Promise, Requirement, Verdict};

/// One workflow to run, for one requirement.
#[derive(Clone, Debug)]
pub struct Task {
    /// What it decides.
    pub requirement: Requirement,
    /// The document.
    pub document: Arc<Document>,
    /// The workflow: index into [`Document::workflows`].
    pub workflow: usize,
    /// Its inputs, with all defaults.
    pub inputs: Map<String, Value>,
}

/// What all workflows of a run share.
#[derive(Clone)]
pub struct Setting {
    /// What is tested.
    pub api: Arc<Api>,
    /// How resources are made.
    pub recipes: Arc<Recipes>,
    /// Who may be used.
    pub identities: Arc<Identities>,
    /// What each operation needs, in the order of the description.
    pub plans: Arc<Vec<OperationPlan>>,
    /// Makes the names of this run unique.
    pub token: Arc<str>,
}

/// The id of the sequence of a requirement's workflow.
pub fn sequence_id(requirement: &str) -> String {
    format!("workflow/{requirement}")
}

/// The procedure that runs a workflow and decides its requirement. What its steps create is
/// removed at the end, as far as the plans of their operations tell how.
pub fn procedure(task: Task, setting: Setting) -> Scripted {
    let id = sequence_id(&task.requirement.id);
    Scripted::new(id.clone(), move |script| async move {
        let kitchen = Provisioner::new(
            setting.api,
            setting.recipes,
            setting.identities,
            script,
            &setting.token,
            &id,
        );
        let mut walk = Walk::new(kitchen, setting.plans, Arc::clone(&task.document));
        let end = walk.workflow(task.workflow, task.inputs, false, 0).await;
        let left = walk.kitchen.clean_up().await;
        Outcome {
            matrix: None,
            decisions: vec![decision(&task.requirement, &id, &walk, end)],
            left,
            unsent: Vec::new(),
        }
    })
}

fn decision(requirement: &Requirement, sequence: &str, walk: &Walk, end: End) -> Decision {
    let mut evidence = walk.evidence.clone();
    let mut findings = Vec::new();
    let verdict = match end {
        End::Success(_) if evidence.is_empty() => Verdict::Inconclusive(
            "no step decided anything: each of them was left out or is marked x-setup".to_owned(),
        ),
        End::Success(_) => Verdict::Pass,
        End::Undecided(why) => Verdict::Inconclusive(why),
        End::Failed(broken) => {
            evidence.extend(broken.exchange);
            findings.push(finding(requirement, sequence, walk, *broken));
            Verdict::Fail
        }
    };
    Decision {
        requirement: requirement.id.as_str().into(),
        verdict,
        evidence,
        findings,
    }
}

fn finding(requirement: &Requirement, sequence: &str, walk: &Walk, broken: Broken) -> Finding {
    Finding {
        promise: Promise::requirement(&requirement.id),
        operation: broken
            .operation
            .map(|index| walk.kitchen.api().operations[index].id.clone()),
        title: broken.title,
        cause: broken.cause,
        expected: broken.expected,
        actual: broken.actual,
        location: None,
        exchange: broken.exchange.map(|ordinal| ExchangeRef {
            sequence: sequence.into(),
            ordinal,
        }),
        case: None,
    }
}
