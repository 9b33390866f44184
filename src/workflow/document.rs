//! A workflow document, typed: what Arazzo 1.0 and 1.1 say of HTTP.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use serde_json::{Map, Value};

use super::criterion::Criterion;
use super::problem::{Problem, instead};
use super::template::{Selector, Template};
use crate::api::{Api, Operation, ParameterLocation};
use crate::pointer::Pointer;
use crate::schema::Standalone;

/// The minor version of Arazzo 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Minor {
    /// 1.0.
    Zero,
    /// 1.1.
    One,
}

/// A workflow document.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file, as messages call it.
    pub name: Arc<str>,
    /// `$self`.
    pub(super) own: Option<String>,
    /// Name and URL of each source description.
    pub(super) sources: Vec<(String, String)>,
    /// The workflows, in the order of the document.
    pub workflows: Vec<Workflow>,
    /// `components.parameters`.
    pub(super) parameters: BTreeMap<String, Parameter>,
}

/// A workflow.
#[derive(Clone, Debug)]
pub struct Workflow {
    /// `workflowId`.
    pub id: String,
    /// `summary`.
    pub summary: Option<String>,
    pub(super) at: Pointer,
    /// The schema of the inputs, with the components that it may refer to.
    pub(super) inputs: Option<Value>,
    pub(super) depends_on: Vec<(String, Pointer)>,
    pub(super) steps: Vec<Step>,
    pub(super) outputs: Vec<Output>,
}

impl Workflow {
    /// The operations that its own steps name by id.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter_map(|step| match &step.calls {
            Calls::Operation(Named::Id(id)) => Some(id.as_str()),
            Calls::Operation(Named::Path { .. }) | Calls::Workflow(_) => None,
        })
    }
}

/// A step. The parameters, actions and the identity of its workflow are in it already.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) id: String,
    pub(super) at: Pointer,
    pub(super) calls: Calls,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<Body>,
    pub(super) criteria: Vec<Criterion>,
    pub(super) on_success: Vec<Action>,
    pub(super) on_failure: Vec<Action>,
    pub(super) outputs: Vec<Output>,
    pub(super) identity: Option<Who>,
    /// `x-setup`: it prepares, and accuses nobody.
    pub(super) setup: bool,
    pub(super) timeout: Option<Duration>,
    pub(super) depends_on: Vec<(String, Pointer)>,
}

#[derive(Clone, Debug)]
pub(super) enum Calls {
    Operation(Named),
    Workflow(String),
}

/// How a step names an operation.
#[derive(Clone, Debug)]
pub(super) enum Named {
    Id(String),
    Path { method: Method, path: String },
}

#[derive(Clone, Debug)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) location: Option<ParameterLocation>,
    pub(super) value: Template,
    pub(super) at: Pointer,
}

#[derive(Clone, Debug)]
pub(super) struct Body {
    pub(super) content_type: Option<String>,
    pub(super) payload: Template,
    pub(super) replacements: Vec<(Selector, Template)>,
    pub(super) at: Pointer,
}

#[derive(Clone, Debug)]
pub(super) struct Output {
    pub(super) name: String,
    pub(super) value: Template,
    pub(super) at: Pointer,
}

/// What follows a step.
#[derive(Clone, Debug)]
pub(super) struct Action {
    pub(super) name: String,
    pub(super) does: Does,
    pub(super) criteria: Vec<Criterion>,
    pub(super) at: Pointer,
}

#[derive(Clone, Debug)]
pub(super) enum Does {
    End,
    Goto(Label),
    Retry {
        after: Duration,
        limit: u32,
        first: Option<Label>,
    },
}

#[derive(Clone, Debug)]
pub(super) enum Label {
    Step(String),
    Workflow(String, Vec<Parameter>),
}

/// Whose credentials a step uses.
#[derive(Clone, Debug)]
pub(super) enum Who {
    Nobody,
    Known(String),
    /// A key of this kind that the server issued.
    Issued(String, Template),
}

impl Named {
    /// The operation, by index.
    pub(super) fn find(&self, api: &Api) -> Option<usize> {
        match self {
            Self::Id(id) => api.find(id),
            Self::Path { method, path } => api
                .operations
                .iter()
                .position(|one| one.method == *method && one.path == *path),
        }
    }

    /// The operation, by index.
    ///
    /// # Errors
    /// That the description has none such, with near names.
    pub(super) fn resolve(&self, api: &Api, at: &Pointer) -> Result<usize, Problem> {
        self.find(api).ok_or_else(|| {
            let (said, known): (String, Vec<String>) = match self {
                Self::Id(id) => (
                    id.clone(),
                    api.operations.iter().map(|one| one.id.clone()).collect(),
                ),
                Self::Path { method, path } => (
                    format!("{method} {path}"),
                    api.operations.iter().map(Operation::signature).collect(),
                ),
            };
            let help = instead(&said, known.iter().map(String::as_str));
            Problem::new(at, format!("the description has no operation {said}{help}"))
        })
    }
}

impl Document {
    /// The index of a workflow.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.workflows.iter().position(|one| one.id == id)
    }
}

impl Workflow {
    /// The inputs with the defaults of their schema, checked against it.
    ///
    /// # Errors
    /// Which input is missing or wrong.
    pub fn inputs(&self, given: &Map<String, Value>) -> Result<Map<String, Value>, String> {
        let mut inputs = given.clone();
        let Some(schema) = &self.inputs else {
            return Ok(inputs);
        };
        for (name, property) in self.properties() {
            if let Some(default) = follow(schema, property).get("default") {
                inputs
                    .entry(name.clone())
                    .or_insert_with(|| default.clone());
            }
        }
        let required = follow(schema, schema).get("required");
        for name in required.and_then(Value::as_array).into_iter().flatten() {
            if let Some(name) = name.as_str()
                && !inputs.contains_key(name)
            {
                return Err(format!(
                    "{} needs the input {name}, which has no default; add --input {name}=VALUE",
                    self.id
                ));
            }
        }
        let validator = Standalone::new(schema)
            .map_err(|why| format!("the schema of the inputs of {}: {why}", self.id))?;
        let inputs = Value::Object(inputs);
        match (validator.first_error(&inputs), inputs) {
            (None, Value::Object(inputs)) => Ok(inputs),
            (Some(why), _) => Err(format!("the inputs of {}: {why}", self.id)),
            _ => Ok(Map::new()),
        }
    }

    /// The properties of the inputs' schema.
    pub(super) fn properties(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.inputs
            .as_ref()
            .and_then(|schema| follow(schema, schema).get("properties"))
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
    }

    /// Whether an input of this name is declared; with no schema, any may be.
    pub fn takes(&self, input: &str) -> bool {
        self.properties().any(|(name, _)| name == input)
    }
}

/// The schema that a `$ref` within `root` leads to, at most a few steps on.
fn follow<'v>(root: &'v Value, schema: &'v Value) -> &'v Value {
    let mut schema = schema;
    for _ in 0..8 {
        let target = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| reference.strip_prefix('#'))
            .and_then(|pointer| root.pointer(pointer));
        match target {
            Some(found) => schema = found,
            None => break,
        }
    }
    schema
}
