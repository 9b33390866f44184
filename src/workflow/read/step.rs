//! Steps: what they call, with what, and what they expect.

use std::time::Duration;

use http::Method;

use super::workflow_id;
use super::{Reader, fragment, identifier, in_source, who};
use crate::workflow::criterion::Criterion;
use crate::workflow::document::{Action, Body, Calls, Minor, Named, Parameter, Step, Who};
use crate::workflow::node::{Members, Node};
use crate::workflow::problem::Problem;
use crate::workflow::template::{Selector, Template};

/// Steps of one workflow.
const MOST_STEPS: usize = 200;

/// What a workflow says of all its steps.
pub(super) struct Common {
    pub(super) parameters: Vec<Parameter>,
    pub(super) on_success: Vec<Action>,
    pub(super) on_failure: Vec<Action>,
    pub(super) identity: Option<Who>,
}

const MEMBERS: &[&str] = &[
    "stepId",
    "description",
    "operationId",
    "operationPath",
    "workflowId",
    "parameters",
    "requestBody",
    "successCriteria",
    "onSuccess",
    "onFailure",
    "outputs",
];

/// Those that came with 1.1.
const MEMBERS_1_1: &[&str] = &[
    "timeout",
    "dependsOn",
    "channelPath",
    "action",
    "correlationId",
];

impl<'v> Reader<'v> {
    pub(super) fn steps(&self, node: &Node<'v>, common: &Common) -> Result<Vec<Step>, Problem> {
        let list = node.elements()?;
        if list.is_empty() || list.len() > MOST_STEPS {
            return Err(node.problem(format!(
                "a workflow has 1 to {MOST_STEPS} steps, this one has {}",
                list.len()
            )));
        }
        let mut steps: Vec<Step> = Vec::new();
        for node in list {
            let step = self.step(&node, common)?;
            if steps.iter().any(|other| other.id == step.id) {
                let at = node.at.child("stepId");
                return Err(Problem::new(
                    &at,
                    format!("the stepId {} is used twice", step.id),
                ));
            }
            steps.push(step);
        }
        Ok(steps)
    }

    fn step(&self, node: &Node<'v>, common: &Common) -> Result<Step, Problem> {
        let mut known = MEMBERS.to_vec();
        if self.minor == Minor::One {
            known.extend(MEMBERS_1_1);
        } else if let Some(name) = MEMBERS_1_1
            .iter()
            .find(|name| node.value.get(name).is_some())
        {
            return Err(Problem::new(
                &node.at.child(name),
                format!("`{name}` came with Arazzo 1.1; this document says 1.0"),
            ));
        }
        let members = node.members("a step", &known)?;
        for name in ["channelPath", "action", "correlationId"] {
            members.refuse(name, "it is of AsyncAPI, and assize sends HTTP requests")?;
        }
        let calls = self.calls(&members)?;
        let own = self.parameters(&members, "parameters")?;
        let timeout = members
            .get("timeout")
            .map(|node| match node.value.as_u64() {
                Some(_) if matches!(calls, Calls::Workflow(_)) => {
                    Err(node.problem("`timeout` is not supported on a step that runs a workflow"))
                }
                Some(number) if number > 0 => Ok(Duration::from_millis(number)),
                _ => Err(node.problem("this must be a number of milliseconds")),
            })
            .transpose()?;
        let mut depends_on = Vec::new();
        for one in members.list("dependsOn")? {
            let text = one.text()?;
            if text.starts_with('$') {
                return Err(one.problem(
                    "steps of other workflows are not supported here; name a step of this workflow",
                ));
            }
            depends_on.push((text.to_owned(), one.at));
        }
        let criteria = self.criteria(&members, "successCriteria")?;
        if let Some(node) = members.get("successCriteria")
            && criteria.is_empty()
        {
            return Err(node.problem("there is no criterion; leave it out where any 2xx will do"));
        }
        let body = members
            .get("requestBody")
            .map(|node| match calls {
                Calls::Operation(_) => self.body(&node),
                Calls::Workflow(_) => {
                    Err(node.problem("a workflow takes parameters, and no requestBody"))
                }
            })
            .transpose()?;
        Ok(Step {
            id: identifier(&members, "stepId")?.to_owned(),
            at: node.at.clone(),
            parameters: merged(own, &common.parameters),
            body,
            criteria,
            on_success: over(
                self.success_actions(&members, "onSuccess")?,
                &common.on_success,
            ),
            on_failure: over(
                self.failure_actions(&members, "onFailure")?,
                &common.on_failure,
            ),
            outputs: self.outputs(&members)?,
            identity: who(&members)?.or_else(|| common.identity.clone()),
            setup: members.flag("x-setup")?,
            timeout,
            depends_on,
            calls,
        })
    }

    pub(super) fn criteria(
        &self,
        members: &Members<'v>,
        name: &str,
    ) -> Result<Vec<Criterion>, Problem> {
        members
            .list(name)?
            .iter()
            .map(|node| Criterion::read(node, self.minor))
            .collect()
    }

    fn calls(&self, members: &Members<'v>) -> Result<Calls, Problem> {
        let given: Vec<_> = ["operationId", "operationPath", "workflowId"]
            .into_iter()
            .filter_map(|name| members.get(name).map(|node| (name, node)))
            .collect();
        let [(name, node)] = given.as_slice() else {
            return Err(Problem::new(
                &members.at,
                "a step has exactly one of operationId, operationPath and workflowId",
            ));
        };
        let text = node.text()?;
        match *name {
            "workflowId" => workflow_id(node).map(Calls::Workflow),
            "operationId" => {
                let id = if text.starts_with('$') {
                    let (source, id) = in_source(text).ok_or_else(|| {
                        node.problem(
                            "write an operationId, or $sourceDescriptions.NAME.operationId",
                        )
                    })?;
                    self.source(node, source)?;
                    id
                } else {
                    text
                };
                Ok(Calls::Operation(Named::Id(id.to_owned())))
            }
            _ => self.operation_path(node, text),
        }
    }

    fn operation_path(&self, node: &Node<'v>, text: &str) -> Result<Calls, Problem> {
        let wrong = || {
            node.problem(
                "write {$sourceDescriptions.NAME.url}#/paths/~1the~1path/get: the source, and a JSON Pointer to the operation",
            )
        };
        let (source, pointer) = text.split_once('#').ok_or_else(wrong)?;
        let expression = source.trim().trim_start_matches('{').trim_end_matches('}');
        match in_source(expression) {
            Some((name, "url")) => self.source(node, name)?,
            _ => return Err(wrong()),
        }
        let pointer = fragment(pointer).map_err(|why| node.problem(why))?;
        let tokens: Vec<_> = pointer.tokens().collect();
        match tokens.as_slice() {
            [paths, path, method] if paths == "paths" => Ok(Calls::Operation(Named::Path {
                method: Method::from_bytes(method.to_ascii_uppercase().as_bytes())
                    .map_err(|_| wrong())?,
                path: path.to_string(),
            })),
            _ => Err(wrong()),
        }
    }

    fn body(&self, node: &Node<'v>) -> Result<Body, Problem> {
        let members = node.members("a requestBody", &["contentType", "payload", "replacements"])?;
        let content_type = members.text("contentType")?.map(ToOwned::to_owned);
        let mut replacements = Vec::new();
        for node in members.list("replacements")? {
            let mut known = vec!["target", "value"];
            if self.minor == Minor::One {
                known.push("targetSelectorType");
            }
            let one = node.members("a replacement", &known)?;
            let target = one.required("target")?;
            let selector = match one.get("targetSelectorType") {
                Some(kind) => Selector::read(&target, &kind)?,
                None if content_type
                    .as_deref()
                    .is_some_and(|one| one.contains("xml")) =>
                {
                    return Err(target
                        .problem("XPath is not supported: write XML as a text with {$…} in it"));
                }
                None => crate::workflow::expression::pointer(target.text()?)
                    .map(Selector::Pointer)
                    .map_err(|why| target.problem(why))?,
            };
            let value = Template::read(&one.required("value")?, self.minor)?;
            replacements.push((selector, value));
        }
        Ok(Body {
            payload: Template::read(&members.required("payload")?, self.minor)?,
            content_type,
            replacements,
            at: node.at.clone(),
        })
    }
}

/// The own parameters, and those of the workflow that they do not override.
fn merged(own: Vec<Parameter>, common: &[Parameter]) -> Vec<Parameter> {
    let inherited: Vec<Parameter> = common
        .iter()
        .filter(|one| {
            !own.iter()
                .any(|other| other.name == one.name && other.location == one.location)
        })
        .cloned()
        .collect();
    inherited.into_iter().chain(own).collect()
}

/// The own actions, then those of the workflow that they do not override.
fn over(own: Vec<Action>, common: &[Action]) -> Vec<Action> {
    let inherited: Vec<Action> = common
        .iter()
        .filter(|one| !own.iter().any(|other| other.name == one.name))
        .cloned()
        .collect();
    own.into_iter().chain(inherited).collect()
}
