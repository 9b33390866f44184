//! Runs a workflow: step after step, with its actions.

mod flow;
mod judge;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use flow::Flow;
use http::Method;
use serde_json::Value;

use super::document::{Calls, Document, Parameter, Step, Workflow};
use super::expression::Root;
use super::request::{filled, request};
use super::scope::{Scope, Values};
use crate::case::{Argument, Reference};
use crate::procedure::{Answer, Outgoing, Purpose};
use crate::provision::{OperationPlan, Provisioner, references};

/// Steps of one run, those of called workflows and repeated ones included.
const MOST_STEPS: u32 = 500;
/// How deep workflows may call each other.
const DEEPEST: u8 = 8;

/// A workflow under way.
pub(super) struct Walk {
    pub(super) kitchen: Provisioner,
    pub(super) plans: Arc<Vec<OperationPlan>>,
    pub(super) document: Arc<Document>,
    /// Numbers of the exchanges that show that the workflow does what it should.
    pub(super) evidence: Vec<u32>,
    /// Inputs and outputs by workflow that has run.
    done: BTreeMap<String, (Values, Values)>,
    steps: u32,
    waited: Duration,
    /// The last exchange, to show when something without one of its own fails.
    last: Option<(u32, usize)>,
}

/// How a workflow ends.
#[derive(Debug)]
pub(super) enum End {
    /// With these outputs.
    Success(Values),
    /// A step that decides has failed.
    Failed(Box<Broken>),
    /// It could not be decided, and why.
    Undecided(String),
}

/// How a step has failed.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) title: String,
    pub(super) cause: String,
    pub(super) expected: String,
    pub(super) actual: String,
    /// The exchange that shows it.
    pub(super) exchange: Option<u32>,
    /// Its operation, by index.
    pub(super) operation: Option<usize>,
}

/// What is known while one workflow runs.
struct Frame<'d> {
    workflow: &'d Workflow,
    inputs: Values,
    steps: BTreeMap<String, Values>,
    /// Retries by step and action.
    retries: HashMap<(usize, usize), u32>,
    depth: u8,
    unique: String,
}

/// What a step has shown.
#[derive(Default)]
struct Seen {
    answer: Option<(Answer, Vec<Argument>)>,
    /// The outputs of the workflow that it called.
    outputs: Values,
}

enum Done {
    Passed,
    /// Its criteria do not hold, or what it called has failed.
    Failed(End),
    /// It could not be tried.
    Stuck(String),
}

impl Walk {
    pub(super) fn new(
        kitchen: Provisioner,
        plans: Arc<Vec<OperationPlan>>,
        document: Arc<Document>,
    ) -> Self {
        Self {
            kitchen,
            plans,
            document,
            evidence: Vec::new(),
            done: BTreeMap::new(),
            steps: 0,
            waited: Duration::ZERO,
            last: None,
        }
    }

    /// Runs a workflow, and first those that it depends on.
    pub(super) async fn workflow(
        &mut self,
        index: usize,
        inputs: Values,
        setup: bool,
        depth: u8,
    ) -> End {
        if depth > DEEPEST {
            return End::Undecided(format!(
                "workflows call each other more than {DEEPEST} levels deep"
            ));
        }
        let document = Arc::clone(&self.document);
        let workflow = &document.workflows[index];
        for (id, _) in &workflow.depends_on {
            if let Err(why) = self.depend(&document, workflow, id, depth).await {
                return End::Undecided(why);
            }
        }
        let mut frame = Frame {
            workflow,
            inputs,
            steps: BTreeMap::new(),
            retries: HashMap::new(),
            depth,
            unique: String::new(),
        };
        let mut at = 0;
        while let Some(step) = workflow.steps.get(at) {
            let (done, seen) = Box::pin(self.step(&mut frame, step, setup)).await;
            let flow = match done {
                Done::Passed => self.success(&mut frame, at, &seen),
                Done::Failed(end) => Box::pin(self.failure(&mut frame, at, &seen, end)).await,
                Done::Stuck(why) => Flow::Stop(End::Undecided(why)),
            };
            match flow {
                Flow::Next => at += 1,
                Flow::To(step) => at = step,
                Flow::End => break,
                Flow::Leave(other, inputs) => {
                    return Box::pin(self.workflow(other, inputs, setup, depth + 1)).await;
                }
                Flow::Stop(end) => return end,
            }
        }
        let outputs = {
            let nothing = Values::new();
            let known = |name: &str, output: &str| self.resource(&frame.unique, name, output);
            let scope = Scope {
                document: &document,
                inputs: &frame.inputs,
                steps: &frame.steps,
                workflows: &self.done,
                outputs: &nothing,
                exchange: None,
                resource: &known,
            };
            // What nothing is known of is no output: a step may have been left out.
            workflow
                .outputs
                .iter()
                .filter_map(|one| Some((one.name.clone(), filled(&one.value, &scope).ok()?)))
                .collect::<Values>()
        };
        self.done
            .insert(workflow.id.clone(), (frame.inputs, outputs.clone()));
        End::Success(outputs)
    }

    async fn depend(
        &mut self,
        document: &Document,
        workflow: &Workflow,
        id: &str,
        depth: u8,
    ) -> Result<(), String> {
        if self.done.contains_key(id) {
            return Ok(());
        }
        let why = |what: &str| format!("{} depends on the workflow {id}: {what}", workflow.id);
        let index = document.find(id).ok_or_else(|| why("there is none"))?;
        let inputs = document.workflows[index]
            .inputs(&Values::new())
            .map_err(|what| why(&what))?;
        match Box::pin(self.workflow(index, inputs, true, depth + 1)).await {
            End::Success(_) => Ok(()),
            End::Failed(broken) => Err(why(&broken.title)),
            End::Undecided(what) => Err(why(&what)),
        }
    }

    async fn step(&mut self, frame: &mut Frame<'_>, step: &Step, setup: bool) -> (Done, Seen) {
        let mut seen = Seen::default();
        let done = self.run(frame, step, setup || step.setup, &mut seen).await;
        if matches!(done, Done::Passed) {
            // Those of a called workflow are there without being named.
            let mut outputs = seen.outputs.clone();
            let own: Values = {
                let known = |name: &str, output: &str| self.resource(&frame.unique, name, output);
                let scope = self.scope(frame, &seen, &known);
                step.outputs
                    .iter()
                    .filter_map(|one| Some((one.name.clone(), filled(&one.value, &scope).ok()?)))
                    .collect()
            };
            outputs.extend(own);
            frame.steps.insert(step.id.clone(), outputs);
        }
        (done, seen)
    }

    async fn run(
        &mut self,
        frame: &mut Frame<'_>,
        step: &Step,
        setup: bool,
        seen: &mut Seen,
    ) -> Done {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Done::Stuck(format!("it takes more than {MOST_STEPS} steps"));
        }
        frame.unique = format!("{}-s{}", self.kitchen.unique(), self.steps);
        let name = format!("the step {} of {}", step.id, frame.workflow.id);
        if let Some((id, _)) = step
            .depends_on
            .iter()
            .find(|(id, _)| !frame.steps.contains_key(id))
        {
            return Done::Stuck(format!(
                "{name} needs the step {id}, which has not succeeded"
            ));
        }
        match &step.calls {
            Calls::Workflow(id) => {
                let end = Box::pin(self.call(frame, step, id, setup, seen)).await;
                if let End::Success(outputs) = end {
                    seen.outputs = outputs;
                } else if let End::Failed(broken) = &end
                    && setup
                {
                    return Done::Failed(End::Undecided(broken.title.clone()));
                } else {
                    return Done::Failed(end);
                }
            }
            Calls::Operation(named) => {
                let Some(index) = named.find(&self.kitchen.api()) else {
                    return Done::Stuck(format!("{name} names an operation that there is not"));
                };
                match self.send(frame, step, index, setup).await {
                    Ok(answered) => seen.answer = Some(answered),
                    Err(why) => return Done::Stuck(format!("{name} cannot be sent: {why}")),
                }
            }
        }
        self.judge(frame, step, setup, seen)
    }

    /// Calls the workflow of a step with the parameters as inputs.
    async fn call(
        &mut self,
        frame: &Frame<'_>,
        step: &Step,
        id: &str,
        setup: bool,
        seen: &Seen,
    ) -> End {
        match self.inputs_for(frame, seen, id, &step.parameters) {
            Ok((index, inputs)) => self.workflow(index, inputs, setup, frame.depth + 1).await,
            Err(why) => End::Undecided(why),
        }
    }

    fn inputs_for(
        &self,
        frame: &Frame<'_>,
        seen: &Seen,
        id: &str,
        parameters: &[Parameter],
    ) -> Result<(usize, Values), String> {
        let index = self
            .document
            .find(id)
            .ok_or_else(|| format!("there is no workflow {id}"))?;
        let known = |name: &str, output: &str| self.resource(&frame.unique, name, output);
        let scope = self.scope(frame, seen, &known);
        let mut given = Values::new();
        for parameter in parameters {
            given.insert(parameter.name.clone(), filled(&parameter.value, &scope)?);
        }
        let inputs = self.document.workflows[index].inputs(&given)?;
        Ok((index, inputs))
    }

    async fn send(
        &mut self,
        frame: &Frame<'_>,
        step: &Step,
        index: usize,
        setup: bool,
    ) -> Result<(Answer, Vec<Argument>), String> {
        let plan = self.plans.get(index).cloned().unwrap_or_default();
        self.provide(step, &plan).await?;
        let (request, arguments) = {
            let known = |name: &str, output: &str| self.resource(&frame.unique, name, output);
            let nothing = Seen::default();
            let scope = self.scope(frame, &nothing, &known);
            request(step, index, &plan, &self.kitchen, &scope)?
        };
        let outgoing = Outgoing {
            request,
            operation: Some(index),
            purpose: if setup {
                Purpose::Setup
            } else {
                Purpose::Workflow
            },
        };
        let answer = self.kitchen.script().clone().send(outgoing).await;
        self.last = Some((answer.ordinal, index));
        if answer.is_success() {
            let id = self.kitchen.api().operations[index].id.clone();
            if answer.exchange.request.method == Method::DELETE {
                self.kitchen.removed(&answer.exchange.request);
            }
            self.kitchen.created_by(&plan, &id, &answer);
        }
        Ok((answer, arguments))
    }

    /// Makes the resources that a step names.
    async fn provide(&mut self, step: &Step, plan: &OperationPlan) -> Result<(), String> {
        let mut names: Vec<String> = Vec::new();
        step.expressions(&mut |expression| {
            if let Root::Resource(name, _) = &expression.root {
                names.push(name.clone());
            }
        });
        if let (None, Some(identity)) = (&step.identity, &plan.identity) {
            let identity = Value::String(identity.clone());
            names.extend(references(&identity).into_iter().map(|one| one.resource));
        }
        self.kitchen.provide(names).await
    }

    fn resource(&self, unique: &str, name: &str, output: &str) -> Option<Value> {
        if (name, output) == ("run", "unique") {
            return Some(unique.into());
        }
        let reference = Reference {
            resource: name.to_owned(),
            output: output.to_owned(),
        };
        self.kitchen.output(&reference).ok()
    }

    fn scope<'s>(
        &'s self,
        frame: &'s Frame<'_>,
        seen: &'s Seen,
        resource: &'s dyn Fn(&str, &str) -> Option<Value>,
    ) -> Scope<'s> {
        Scope {
            document: &self.document,
            inputs: &frame.inputs,
            steps: &frame.steps,
            workflows: &self.done,
            outputs: &seen.outputs,
            exchange: seen
                .answer
                .as_ref()
                .map(|(answer, arguments)| (&**answer, arguments.as_slice())),
            resource,
        }
    }
}
