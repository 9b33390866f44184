//! Actions: what follows a success or a failure.

use std::time::Duration;

use super::Reader;
use super::workflow_id;
use crate::workflow::LONGEST_WAIT;
use crate::workflow::document::{Action, Does, Label, Minor};
use crate::workflow::node::{Members, Node};
use crate::workflow::problem::{Problem, instead};

/// Retries of one step.
const MOST_RETRIES: u64 = 100;

impl<'v> Reader<'v> {
    pub(super) fn success_actions(
        &self,
        members: &Members<'v>,
        name: &str,
    ) -> Result<Vec<Action>, Problem> {
        self.actions(members, name, "successActions", Self::success_action)
    }

    pub(super) fn failure_actions(
        &self,
        members: &Members<'v>,
        name: &str,
    ) -> Result<Vec<Action>, Problem> {
        self.actions(members, name, "failureActions", Self::failure_action)
    }

    fn actions(
        &self,
        members: &Members<'v>,
        name: &str,
        kind: &str,
        read: fn(&Self, &Node<'v>) -> Result<Action, Problem>,
    ) -> Result<Vec<Action>, Problem> {
        let mut found: Vec<Action> = Vec::new();
        for node in members.list(name)? {
            let action = match self.referenced(&node, kind)? {
                None => read(self, &node)?,
                Some((_, component)) => read(self, &component)?,
            };
            if found.iter().any(|other| other.name == action.name) {
                return Err(node.problem(format!("the action {} stands here twice", action.name)));
            }
            found.push(action);
        }
        Ok(found)
    }

    pub(super) fn success_action(&self, node: &Node<'v>) -> Result<Action, Problem> {
        let members = node.members("a success action", &self.known(&[]))?;
        self.action(&members, &["end", "goto"])
    }

    pub(super) fn failure_action(&self, node: &Node<'v>) -> Result<Action, Problem> {
        let members = node.members(
            "a failure action",
            &self.known(&["retryAfter", "retryLimit"]),
        )?;
        self.action(&members, &["end", "goto", "retry"])
    }

    fn known(&self, more: &[&'static str]) -> Vec<&'static str> {
        let mut known = vec!["name", "type", "workflowId", "stepId", "criteria"];
        if self.minor == Minor::One {
            known.push("parameters");
        }
        known.extend(more);
        known
    }

    fn action(&self, members: &Members<'v>, types: &[&str]) -> Result<Action, Problem> {
        let kind = members.required("type")?;
        let label = self.label(members)?;
        let does = match (kind.text()?, label) {
            ("end", None) => Does::End,
            ("end", Some(_)) => {
                return Err(kind.problem("an action of the type end goes nowhere"));
            }
            ("goto", Some(label)) => Does::Goto(label),
            ("goto", None) => {
                return Err(
                    kind.problem("an action of the type goto names a stepId or a workflowId")
                );
            }
            ("retry", first) if types.contains(&"retry") => Does::Retry {
                after: after(members)?,
                limit: limit(members)?,
                first,
            },
            (other, _) => {
                return Err(kind.problem(format!(
                    "there is no action of the type `{other}` here{}",
                    instead(other, types.iter().copied())
                )));
            }
        };
        Ok(Action {
            name: members.required("name")?.text()?.to_owned(),
            does,
            criteria: self.criteria(members, "criteria")?,
            at: members.at.clone(),
        })
    }

    fn label(&self, members: &Members<'v>) -> Result<Option<Label>, Problem> {
        match (members.get("stepId"), members.get("workflowId")) {
            (None, None) => Ok(None),
            (Some(step), None) => Ok(Some(Label::Step(step.text()?.to_owned()))),
            (None, Some(workflow)) => Ok(Some(Label::Workflow(
                workflow_id(&workflow)?,
                self.parameters(members, "parameters")?,
            ))),
            (Some(_), Some(workflow)) => {
                Err(workflow.problem("an action names a stepId or a workflowId, and not both"))
            }
        }
    }
}

fn after(members: &Members<'_>) -> Result<Duration, Problem> {
    let Some(node) = members.get("retryAfter") else {
        return Ok(Duration::ZERO);
    };
    node.value
        .as_f64()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|time| *time <= LONGEST_WAIT)
        .ok_or_else(|| {
            node.problem(format!(
                "this must be a number of seconds from 0 to {}",
                LONGEST_WAIT.as_secs()
            ))
        })
}

fn limit(members: &Members<'_>) -> Result<u32, Problem> {
    let Some(node) = members.get("retryLimit") else {
        // "If not specified then a single retry SHALL be attempted."
        return Ok(1);
    };
    node.value
        .as_u64()
        .filter(|limit| *limit <= MOST_RETRIES)
        .and_then(|limit| u32::try_from(limit).ok())
        .ok_or_else(|| {
            node.problem(format!(
                "this must be a whole number from 0 to {MOST_RETRIES}"
            ))
        })
}
