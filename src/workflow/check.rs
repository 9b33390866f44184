//! What can be said of a document before anything is sent.

use std::collections::BTreeSet;

use super::document::{Action, Calls, Document, Does, Label, Step, Who, Workflow};
use super::expression::{Access, Expression, Root};
use super::problem::{Problem, instead};
use super::template::Template;
use crate::api::{Api, ParameterLocation};
use crate::pointer::Pointer;
use crate::provision::{Identities, Recipes};

/// When an expression is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// Before the request of the step at this index.
    Before(usize),
    /// After its answer.
    After(usize),
    /// At the end of the workflow.
    End,
}

/// Names that lead nowhere within the document, and circles.
pub(super) fn document(document: &Document) -> Result<(), Problem> {
    for (index, workflow) in document.workflows.iter().enumerate() {
        for (id, at) in &workflow.depends_on {
            known_workflow(document, id, at)?;
        }
        for (index, step) in workflow.steps.iter().enumerate() {
            self::step(document, workflow, index, step)?;
        }
        for output in &workflow.outputs {
            template(document, workflow, Moment::End, &output.value, &output.at)?;
        }
        circle(document, index)?;
    }
    Ok(())
}

fn known_workflow(document: &Document, id: &str, at: &Pointer) -> Result<(), Problem> {
    match document.find(id) {
        Some(_) => Ok(()),
        None => Err(Problem::new(
            at,
            format!(
                "there is no workflow {id}{}",
                instead(id, document.workflows.iter().map(|one| one.id.as_str()))
            ),
        )),
    }
}

fn known_step(workflow: &Workflow, id: &str, at: &Pointer) -> Result<usize, Problem> {
    workflow
        .steps
        .iter()
        .position(|one| one.id == id)
        .ok_or_else(|| {
            Problem::new(
                at,
                format!(
                    "the workflow {} has no step {id}{}",
                    workflow.id,
                    instead(id, workflow.steps.iter().map(|one| one.id.as_str()))
                ),
            )
        })
}

fn step(
    document: &Document,
    workflow: &Workflow,
    index: usize,
    step: &Step,
) -> Result<(), Problem> {
    for (id, at) in &step.depends_on {
        if known_step(workflow, id, at)? >= index {
            return Err(Problem::new(
                at,
                format!(
                    "the step {id} does not stand before this one, and steps run in their order"
                ),
            ));
        }
    }
    if let Calls::Workflow(id) = &step.calls {
        known_workflow(document, id, &step.at.child("workflowId"))?;
        inputs(document, id, &step.parameters)?;
    }
    let before = Moment::Before(index);
    let after = Moment::After(index);
    for parameter in &step.parameters {
        template(document, workflow, before, &parameter.value, &parameter.at)?;
    }
    if let Some(body) = &step.body {
        template(document, workflow, before, &body.payload, &body.at)?;
        for (_, value) in &body.replacements {
            template(document, workflow, before, value, &body.at)?;
        }
    }
    if let Some(Who::Issued(_, secret)) = &step.identity {
        template(
            document,
            workflow,
            before,
            secret,
            &step.at.child("x-identity"),
        )?;
    }
    for criterion in &step.criteria {
        let mut problems = Vec::new();
        criterion.expressions(&mut |one| {
            problems.extend(expression(document, workflow, after, one, &criterion.at).err());
        });
        problems.pop().map_or(Ok(()), Err)?;
    }
    for output in &step.outputs {
        template(document, workflow, after, &output.value, &output.at)?;
    }
    for action in step.on_success.iter().chain(&step.on_failure) {
        self::action(document, workflow, after, action)?;
    }
    Ok(())
}

fn action(
    document: &Document,
    workflow: &Workflow,
    moment: Moment,
    action: &Action,
) -> Result<(), Problem> {
    for criterion in &action.criteria {
        let mut problems = Vec::new();
        criterion.expressions(&mut |one| {
            problems.extend(expression(document, workflow, moment, one, &criterion.at).err());
        });
        problems.pop().map_or(Ok(()), Err)?;
    }
    match label(action) {
        Some(Label::Step(id)) => {
            known_step(workflow, id, &action.at.child("stepId"))?;
        }
        Some(Label::Workflow(id, parameters)) => {
            known_workflow(document, id, &action.at.child("workflowId"))?;
            inputs(document, id, parameters)?;
            for parameter in parameters {
                template(document, workflow, moment, &parameter.value, &parameter.at)?;
            }
        }
        None => {}
    }
    Ok(())
}

fn label(action: &Action) -> Option<&Label> {
    match &action.does {
        Does::End => None,
        Does::Goto(label) => Some(label),
        Does::Retry { first, .. } => first.as_ref(),
    }
}

/// Whether the inputs that parameters name are declared.
fn inputs(
    document: &Document,
    id: &str,
    parameters: &[super::document::Parameter],
) -> Result<(), Problem> {
    let Some(target) = document.find(id).map(|index| &document.workflows[index]) else {
        return Ok(());
    };
    for parameter in parameters {
        if target.properties().next().is_some() && !target.takes(&parameter.name) {
            return Err(Problem::new(
                &parameter.at,
                format!(
                    "the workflow {id} has no input {}{}",
                    parameter.name,
                    instead(
                        &parameter.name,
                        target.properties().map(|(name, _)| name.as_str())
                    )
                ),
            ));
        }
    }
    Ok(())
}

fn template(
    document: &Document,
    workflow: &Workflow,
    moment: Moment,
    template: &Template,
    at: &Pointer,
) -> Result<(), Problem> {
    let mut problems = Vec::new();
    template.expressions(&mut |one| {
        problems.extend(expression(document, workflow, moment, one, at).err());
    });
    problems.pop().map_or(Ok(()), Err)
}

fn expression(
    document: &Document,
    workflow: &Workflow,
    moment: Moment,
    expression: &Expression,
    at: &Pointer,
) -> Result<(), Problem> {
    let wrong = |why: String| Err(Problem::new(at, format!("`{}`: {why}", expression.text)));
    match &expression.root {
        Root::Url | Root::Method | Root::StatusCode | Root::Request(_) | Root::Response(_) => {
            match moment {
                Moment::After(_) => Ok(()),
                Moment::Before(_) => wrong(
                    "there is no exchange before the request of this step; use the outputs of another".to_owned(),
                ),
                Moment::End => wrong("a workflow has no exchange of its own; use $steps".to_owned()),
            }
        }
        Root::Step(id) => {
            let found = known_step(workflow, id, at)
                .map_err(|problem| Problem::new(at, format!("`{}`: {problem}", expression.text)))?;
            let late = match moment {
                Moment::Before(index) => found >= index,
                Moment::After(index) => found > index,
                Moment::End => false,
            };
            if late && !jumps(workflow) {
                return wrong(format!("the step {id} does not run before"));
            }
            let step = &workflow.steps[found];
            let outputs: Vec<&str> = step.outputs.iter().map(|one| one.name.as_str()).collect();
            if matches!(step.calls, Calls::Operation(_)) && !begins(&expression.path, &outputs) {
                let wanted = match expression.path.first() {
                    Some(Access::Name(name)) => name.as_str(),
                    _ => "",
                };
                return wrong(format!(
                    "the step {id} has no output {wanted}{}",
                    instead(wanted, outputs)
                ));
            }
            Ok(())
        }
        Root::Inputs => {
            let names: Vec<&str> = workflow.properties().map(|(name, _)| name.as_str()).collect();
            match expression.path.first() {
                Some(Access::Name(wanted)) if !names.is_empty() && !begins(&expression.path, &names) => {
                    wrong(format!(
                        "the workflow {} has no input {wanted}{}",
                        workflow.id,
                        instead(wanted, names)
                    ))
                }
                _ => Ok(()),
            }
        }
        Root::Workflow(id, _) => known_workflow(document, id, at)
            .map_err(|problem| Problem::new(at, format!("`{}`: {problem}", expression.text))),
        Root::Source(name, _) if !document.sources.iter().any(|(known, _)| known == name) => {
            wrong(format!("there is no source description {name}"))
        }
        Root::Component(name) if !document.parameters.contains_key(name) => wrong(format!(
            "components.parameters has no {name}{}",
            instead(name, document.parameters.keys().map(String::as_str))
        )),
        _ => Ok(()),
    }
}

/// Whether the path begins with one of these names, which may have dots in them.
fn begins(path: &[Access], names: &[&str]) -> bool {
    let mut said = String::new();
    for access in path {
        let Access::Name(name) = access else { break };
        if !said.is_empty() {
            said.push('.');
        }
        said.push_str(name);
        if names.contains(&said.as_str()) {
            return true;
        }
    }
    false
}

/// Whether steps may run in another order than they stand in.
fn jumps(workflow: &Workflow) -> bool {
    workflow
        .steps
        .iter()
        .flat_map(|step| step.on_success.iter().chain(&step.on_failure))
        .any(|action| matches!(label(action), Some(Label::Step(_))))
}

/// The workflows that a workflow calls or depends on.
fn called(workflow: &Workflow) -> impl Iterator<Item = &str> {
    let depends = workflow.depends_on.iter().map(|(id, _)| id.as_str());
    let calls = workflow.steps.iter().filter_map(|step| match &step.calls {
        Calls::Workflow(id) => Some(id.as_str()),
        Calls::Operation(_) => None,
    });
    depends.chain(calls)
}

fn circle(document: &Document, start: usize) -> Result<(), Problem> {
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<&str> = called(&document.workflows[start]).collect();
    while let Some(id) = waiting.pop() {
        let Some(index) = document.find(id) else {
            continue;
        };
        if index == start {
            let workflow = &document.workflows[start];
            return Err(Problem::new(
                &workflow.at,
                format!(
                    "the workflow {} calls itself or depends on itself",
                    workflow.id
                ),
            ));
        }
        if seen.insert(index) {
            waiting.extend(called(&document.workflows[index]));
        }
    }
    Ok(())
}

/// What a workflow may meet: who may call, and what there is to call.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'s> {
    /// The description under test.
    pub api: &'s Api,
    /// How resources are made.
    pub recipes: &'s Recipes,
    /// Who may be used.
    pub identities: &'s Identities,
}

impl Document {
    /// The workflows that run when this one does, itself first.
    fn reachable(&self, start: usize) -> Vec<usize> {
        let mut found = vec![start];
        let mut at = 0;
        while at < found.len() {
            let workflow = &self.workflows[found[at]];
            at += 1;
            let jumps = workflow
                .steps
                .iter()
                .flat_map(|step| step.on_success.iter().chain(&step.on_failure))
                .filter_map(|action| match label(action) {
                    Some(Label::Workflow(id, _)) => Some(id.as_str()),
                    _ => None,
                });
            for id in called(workflow).chain(jumps) {
                if let Some(index) = self.find(id)
                    && !found.contains(&index)
                {
                    found.push(index);
                }
            }
        }
        found
    }

    /// The identities that a workflow names.
    pub fn identities(&self, workflow: usize) -> Vec<&str> {
        let mut names = Vec::new();
        for index in self.reachable(workflow) {
            for step in &self.workflows[index].steps {
                if let Some(Who::Known(name)) = &step.identity
                    && !names.contains(&name.as_str())
                {
                    names.push(name);
                }
            }
        }
        names
    }

    /// What a workflow needs and these surroundings do not have: operations, parameters,
    /// identities, recipes.
    pub fn problems(&self, workflow: usize, around: Surroundings<'_>) -> Vec<Problem> {
        let mut problems = Vec::new();
        for index in self.reachable(workflow) {
            for step in &self.workflows[index].steps {
                around.step(step, &mut problems);
            }
        }
        problems
    }
}

impl Surroundings<'_> {
    fn step(self, step: &Step, problems: &mut Vec<Problem>) {
        match &step.identity {
            Some(Who::Known(name)) if !self.identities.known.contains_key(name) => {
                let names = self.identities.known.keys().map(String::as_str);
                problems.push(Problem::new(
                    &step.at,
                    format!(
                        "the identity {name} is not configured{}",
                        instead(name, names)
                    ),
                ));
            }
            Some(Who::Issued(kind, _)) if !self.identities.issued.contains_key(kind) => {
                problems.push(Problem::new(
                    &step.at,
                    format!(
                        "there is no kind {kind} of identities whose keys could be sent{}",
                        instead(kind, self.identities.issued.keys().map(String::as_str))
                    ),
                ));
            }
            _ => {}
        }
        self.resources(step, problems);
        let Calls::Operation(named) = &step.calls else {
            return;
        };
        let index = match named.resolve(self.api, &step.at) {
            Ok(index) => index,
            Err(problem) => {
                problems.push(problem);
                return;
            }
        };
        let operation = &self.api.operations[index];
        for parameter in &step.parameters {
            let Some(location) = parameter.location else {
                problems.push(Problem::new(
                    &parameter.at,
                    format!(
                        "the parameter {} lacks `in`: path, query, header or cookie",
                        parameter.name
                    ),
                ));
                continue;
            };
            // Those of the workflow need not be of every operation; any header may be sent.
            let own = parameter
                .at
                .as_str()
                .strip_prefix(step.at.as_str())
                .is_some_and(|rest| rest.starts_with('/'));
            let known: Vec<&str> = operation
                .parameters
                .iter()
                .filter(|one| one.location == location)
                .map(|one| one.name.as_str())
                .collect();
            if own
                && location != ParameterLocation::Header
                && !known.contains(&parameter.name.as_str())
            {
                let name = &parameter.name;
                problems.push(Problem::new(
                    &parameter.at,
                    format!(
                        "{} has no {location} parameter {name}{}",
                        operation.id,
                        instead(name, known)
                    ),
                ));
            }
        }
    }

    fn resources(self, step: &Step, problems: &mut Vec<Problem>) {
        step.expressions(&mut |expression| {
            if let Root::Resource(name, output) = &expression.root
                && !self.recipes.contains_key(name)
                && (name.as_str(), output.as_str()) != ("run", "unique")
            {
                problems.push(Problem::new(
                    &step.at,
                    format!(
                        "`{}`: no recipe makes the resource {name}{}",
                        expression.text,
                        instead(name, self.recipes.keys().map(String::as_str))
                    ),
                ));
            }
        });
    }
}

impl Step {
    /// Calls `found` with every expression in the step.
    pub(super) fn expressions<'t>(&'t self, found: &mut dyn FnMut(&'t Expression)) {
        for parameter in &self.parameters {
            parameter.value.expressions(found);
        }
        if let Some(body) = &self.body {
            body.payload.expressions(found);
            for (_, value) in &body.replacements {
                value.expressions(found);
            }
        }
        if let Some(Who::Issued(_, secret)) = &self.identity {
            secret.expressions(found);
        }
        for criterion in &self.criteria {
            criterion.expressions(found);
        }
        for output in &self.outputs {
            output.value.expressions(found);
        }
    }
}
