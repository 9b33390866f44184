//! A value to a [`Document`]: the structure, and the expressions in it.

mod action;
mod step;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::document::{Document, Minor, Output, Parameter, Who, Workflow};
use super::expression;
use super::node::{Members, Node};
use super::problem::{Problem, instead};
use super::template::Template;
use crate::api::ParameterLocation;
use crate::pointer::Pointer;

/// Workflows of one document.
const MOST_WORKFLOWS: usize = 500;

/// What all parts of a document may refer to.
pub(super) struct Reader<'v> {
    minor: Minor,
    sources: Vec<(String, String)>,
    parameters: BTreeMap<String, Parameter>,
    components: Option<Members<'v>>,
}

/// Reads a document.
///
/// # Errors
/// The first mistake in it.
pub fn read(name: &str, value: &Value) -> Result<Document, Problem> {
    let root = Node {
        value,
        at: Pointer::root(),
    };
    let minor = version(&root)?;
    let mut known = vec![
        "arazzo",
        "info",
        "sourceDescriptions",
        "workflows",
        "components",
    ];
    if minor == Minor::One {
        known.push("$self");
    }
    let members = root.members("an Arazzo document", &known)?;
    let info = members.required("info")?;
    let info = info.members("info", &["title", "summary", "description", "version"])?;
    info.required("title")?.text()?;
    info.required("version")?;
    let components = components(&members)?;
    let mut reader = Reader {
        minor,
        sources: sources(&members)?,
        parameters: BTreeMap::new(),
        components,
    };
    if let Some(components) = reader.components.clone() {
        for (name, node) in components.map("parameters")? {
            let parameter = reader.parameter(&node)?;
            reader.parameters.insert(name.to_owned(), parameter);
        }
        // Those that nothing refers to are checked as well.
        for (_, node) in components.map("successActions")? {
            reader.success_action(&node)?;
        }
        for (_, node) in components.map("failureActions")? {
            reader.failure_action(&node)?;
        }
    }
    let workflows = members.required("workflows")?;
    let list = workflows.elements()?;
    if list.is_empty() || list.len() > MOST_WORKFLOWS {
        return Err(workflows.problem(format!(
            "a document has 1 to {MOST_WORKFLOWS} workflows, this one has {}",
            list.len()
        )));
    }
    let mut read: Vec<Workflow> = Vec::new();
    for node in list {
        let workflow = reader.workflow(&node)?;
        if read.iter().any(|other| other.id == workflow.id) {
            return Err(Problem::new(
                &node.at.child("workflowId"),
                format!("the workflowId {} is used twice", workflow.id),
            ));
        }
        read.push(workflow);
    }
    let document = Document {
        name: Arc::from(name),
        own: members.text("$self")?.map(ToOwned::to_owned),
        sources: reader.sources,
        workflows: read,
        parameters: reader.parameters,
    };
    super::check::document(&document)?;
    Ok(document)
}

fn version(root: &Node<'_>) -> Result<Minor, Problem> {
    let members = root.any_members("an Arazzo document")?;
    let Some(node) = members.get("arazzo") else {
        return Err(root.problem(
            "this is no Arazzo document: it lacks `arazzo`, the version, e.g. `arazzo: 1.0.1`",
        ));
    };
    let text = node.value.as_str().unwrap_or_default();
    match text.split('.').collect::<Vec<_>>().as_slice() {
        ["1", "0", _] => Ok(Minor::Zero),
        ["1", "1", _] => Ok(Minor::One),
        _ => Err(node.problem(format!(
            "`{}` is no version of Arazzo that is supported; supported are 1.0.0, 1.0.1 and 1.1.0, as a string",
            super::template::plain(node.value)
        ))),
    }
}

fn components<'v>(members: &Members<'v>) -> Result<Option<Members<'v>>, Problem> {
    members
        .get("components")
        .map(|node| {
            node.members(
                "components",
                &["inputs", "parameters", "successActions", "failureActions"],
            )
        })
        .transpose()
}

fn sources(members: &Members<'_>) -> Result<Vec<(String, String)>, Problem> {
    let node = members.required("sourceDescriptions")?;
    let mut found: Vec<(String, String)> = Vec::new();
    for source in node.elements()? {
        let members = source.members("a source description", &["name", "url", "type"])?;
        let name = members.required("name")?.text()?.to_owned();
        let url = members.required("url")?.text()?.to_owned();
        if let Some(kind) = members.get("type") {
            match kind.text()? {
                "openapi" => {}
                "asyncapi" => {
                    return Err(kind.problem(
                        "AsyncAPI is not supported: assize sends HTTP requests and waits for their answers",
                    ));
                }
                "arazzo" => {
                    return Err(kind.problem(
                        "workflows of other documents are not supported; put them into this one",
                    ));
                }
                other => {
                    return Err(kind.problem(format!(
                        "there is no type `{other}` of a source description{}",
                        instead(other, ["openapi"])
                    )));
                }
            }
        }
        found.push((name, url));
    }
    match found.len() {
        1 => Ok(found),
        0 => Err(node.problem("there must be one source description: the API under test")),
        _ => Err(Problem::new(
            &node.at.index(1),
            "only one description is tested at a time: the operations of the others could not be sent",
        )),
    }
}

/// Whether a name is one of `[A-Za-z0-9_-]+`, so that expressions can refer to it.
fn is_identifier(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|one| one.is_ascii_alphanumeric() || matches!(one, b'-' | b'_'))
}

fn identifier<'v>(members: &Members<'v>, name: &str) -> Result<&'v str, Problem> {
    let node = members.required(name)?;
    let text = node.text()?;
    if !is_identifier(text) || text.len() > 200 {
        return Err(node.problem(format!(
            "`{text}` is no {name} that expressions can name: write letters, digits, - and _"
        )));
    }
    Ok(text)
}

impl<'v> Reader<'v> {
    fn workflow(&self, node: &Node<'v>) -> Result<Workflow, Problem> {
        let members = node.members(
            "a workflow",
            &[
                "workflowId",
                "summary",
                "description",
                "inputs",
                "dependsOn",
                "steps",
                "successActions",
                "failureActions",
                "outputs",
                "parameters",
            ],
        )?;
        let id = identifier(&members, "workflowId")?.to_owned();
        let common = step::Common {
            parameters: self.parameters(&members, "parameters")?,
            on_success: self.success_actions(&members, "successActions")?,
            on_failure: self.failure_actions(&members, "failureActions")?,
            identity: who(&members)?,
        };
        let steps = self.steps(&members.required("steps")?, &common)?;
        let mut depends_on = Vec::new();
        for one in members.list("dependsOn")? {
            depends_on.push((workflow_id(&one)?, one.at));
        }
        let first_line = |text: &str| text.lines().next().map(ToOwned::to_owned);
        Ok(Workflow {
            summary: match (members.text("summary")?, members.text("description")?) {
                (Some(text), _) | (None, Some(text)) => first_line(text),
                _ => None,
            },
            inputs: members
                .get("inputs")
                .map(|node| self.inputs(&node))
                .transpose()?,
            outputs: self.outputs(&members)?,
            at: node.at.clone(),
            id,
            depends_on,
            steps,
        })
    }

    /// The schema of the inputs, beside the components that it may refer to.
    fn inputs(&self, node: &Node<'v>) -> Result<Value, Problem> {
        let mut schema: Map<String, Value> = node
            .value
            .as_object()
            .cloned()
            .ok_or_else(|| node.problem("this must be a JSON Schema"))?;
        let shared = self
            .components
            .as_ref()
            .and_then(|components| components.get("inputs"));
        if let Some(shared) = shared {
            schema
                .entry("components")
                .or_insert_with(|| json!({"inputs": shared.value}));
        }
        let schema = Value::Object(schema);
        crate::schema::Standalone::new(&schema)
            .map_err(|why| node.problem(format!("this is no JSON Schema (2020-12): {why}")))?;
        Ok(schema)
    }

    fn outputs(&self, members: &Members<'v>) -> Result<Vec<Output>, Problem> {
        let mut outputs = Vec::new();
        for (name, node) in members.map("outputs")? {
            let allowed = |one: u8| one.is_ascii_alphanumeric() || b".-_".contains(&one);
            if name.is_empty() || !name.bytes().all(allowed) {
                return Err(node.problem(format!(
                    "`{name}` is no name of an output: write letters, digits, dots, - and _"
                )));
            }
            let value = Template::read(&node, self.minor)?;
            if matches!(value, Template::Literal(_)) {
                return Err(
                    node.problem("an output is a runtime expression, e.g. $response.body#/data/id")
                );
            }
            outputs.push(Output {
                name: name.to_owned(),
                value,
                at: node.at,
            });
        }
        Ok(outputs)
    }

    fn parameters(&self, members: &Members<'v>, name: &str) -> Result<Vec<Parameter>, Problem> {
        let mut found: Vec<Parameter> = Vec::new();
        for node in members.list(name)? {
            let parameter = match self.referenced(&node, "parameters")? {
                None => self.parameter(&node)?,
                Some((name, _)) => {
                    let mut parameter = self
                        .parameters
                        .get(name)
                        .cloned()
                        .ok_or_else(|| node.problem(format!("there is no parameter {name}")))?;
                    let value = node.value.get("value");
                    if let Some(value) = value {
                        let at = node.at.child("value");
                        parameter.value = Template::read(&Node { value, at }, self.minor)?;
                    }
                    parameter.at = node.at.clone();
                    parameter
                }
            };
            if found
                .iter()
                .any(|other| other.name == parameter.name && other.location == parameter.location)
            {
                return Err(
                    node.problem(format!("the parameter {} is given twice", parameter.name))
                );
            }
            found.push(parameter);
        }
        Ok(found)
    }

    fn parameter(&self, node: &Node<'v>) -> Result<Parameter, Problem> {
        let members = node.members("a parameter", &["name", "in", "value"])?;
        let location = members
            .get("in")
            .map(|node| match node.text()? {
                "path" => Ok(ParameterLocation::Path),
                "query" => Ok(ParameterLocation::Query),
                "header" => Ok(ParameterLocation::Header),
                "cookie" => Ok(ParameterLocation::Cookie),
                "querystring" => Err(node.problem(
                    "`in: querystring` is not supported; give each parameter with `in: query`",
                )),
                other => Err(node.problem(format!(
                    "a parameter is not in `{other}`{}",
                    instead(other, ["path", "query", "header", "cookie"])
                ))),
            })
            .transpose()?;
        Ok(Parameter {
            name: members.required("name")?.text()?.to_owned(),
            location,
            value: Template::read(&members.required("value")?, self.minor)?,
            at: node.at.clone(),
        })
    }

    /// The component that a Reusable Object refers to, by name and node.
    fn referenced(
        &self,
        node: &Node<'v>,
        kind: &str,
    ) -> Result<Option<(&'v str, Node<'v>)>, Problem> {
        let Some(reference) = node.value.get("reference") else {
            return Ok(None);
        };
        let at = node.at.child("reference");
        let text = reference.as_str().unwrap_or_default();
        let name = text
            .strip_prefix("$components.")
            .and_then(|rest| rest.strip_prefix(kind))
            .and_then(|rest| rest.strip_prefix('.'))
            .ok_or_else(|| {
                Problem::new(
                    &at,
                    format!("`{text}` refers to nothing that can stand here; write $components.{kind}.NAME"),
                )
            })?;
        let known = match &self.components {
            Some(components) => components.map(kind)?,
            None => Vec::new(),
        };
        let names = known.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        known
            .into_iter()
            .find(|(known, _)| *known == name)
            .map(Some)
            .ok_or_else(|| {
                Problem::new(
                    &at,
                    format!("components.{kind} has no `{name}`{}", instead(name, names)),
                )
            })
    }

    /// Checks that a source description of this name is declared.
    fn source(&self, node: &Node<'v>, name: &str) -> Result<(), Problem> {
        if self.sources.iter().any(|(known, _)| known == name) {
            return Ok(());
        }
        let known = self.sources.iter().map(|(known, _)| known.as_str());
        Err(node.problem(format!(
            "there is no source description {name}{}",
            instead(name, known)
        )))
    }
}

/// `x-identity`: a name, `nobody`, or `kind {$expression}`.
fn who(members: &Members<'_>) -> Result<Option<Who>, Problem> {
    let Some(node) = members.get("x-identity") else {
        return Ok(None);
    };
    let text = node.text()?.trim();
    Ok(Some(match text.split_once(' ') {
        None if text == "nobody" => Who::Nobody,
        None if text.is_empty() => return Err(node.problem("the name of an identity is missing")),
        None => Who::Known(text.to_owned()),
        Some((kind, rest)) => {
            let template = Template::of_text(rest.trim()).map_err(|why| node.problem(why))?;
            if matches!(template, Template::Literal(_)) {
                return Err(node.problem(format!(
                    "`{text}` is no identity: write a name, `nobody`, or a kind and the key that the server issued, e.g. `agent {{$steps.register.outputs.api_key}}`"
                )));
            }
            Who::Issued(kind.to_owned(), template)
        }
    }))
}

/// Takes `$sourceDescriptions.NAME.REST` apart.
fn in_source(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix("$sourceDescriptions.")?.split_once('.')
}

/// Decodes the JSON Pointer in the fragment of a reference.
fn fragment(text: &str) -> Result<Pointer, String> {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    expression::pointer(&decoded)
}

/// The id of a workflow of this document.
pub(super) fn workflow_id(node: &Node<'_>) -> Result<String, Problem> {
    let text = node.text()?;
    if text.starts_with('$') {
        return Err(node.problem(
            "workflows of other documents are not supported; name one of this document by its workflowId",
        ));
    }
    Ok(text.to_owned())
}
