//! Workflows: Arazzo 1.0 and 1.1 documents as procedures.
//!
//! ```text
//! value ─read→ Document ─find→ Task (requirement, workflow, inputs) ─procedure→ decision
//! ```
//!
//! A document is read once, with all its expressions and conditions; what is wrong is a
//! [`Problem`] with its pointer. A [`Task`] runs one workflow for one requirement:
//! each step is a request over a provisioner, its criteria decide.

mod check;
mod condition;
mod criterion;
mod document;
mod expression;
mod jsonpath;
mod node;
mod problem;
mod procedure;
mod read;
mod request;
mod scope;
mod template;
mod walk;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

pub use check::Surroundings;
pub use document::{Document, Workflow};
pub use problem::Problem;
pub use procedure::{Setting, Task, procedure, sequence_id};
pub use read::read;

use crate::verdict::{Basis, Level, Requirement, Verify, WorkflowRule};

/// The longest that a retry may wait, whoever asks for it.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The documents of a run. A `workflowId` stands only once in all of them.
#[derive(Clone, Debug, Default)]
pub struct Library {
    documents: Vec<Arc<Document>>,
    /// Those that the user named on the command line: their workflows are promises of their
    /// own.
    own: Vec<Arc<Document>>,
}

impl Library {
    /// Adds a document of the contract.
    ///
    /// # Errors
    /// That another document has a workflow of the same id.
    pub fn add(&mut self, document: Document) -> Result<(), String> {
        let document = self.distinct(document)?;
        self.documents.push(document);
        Ok(())
    }

    /// Adds a document of the user.
    ///
    /// # Errors
    /// That another document has a workflow of the same id.
    pub fn add_own(&mut self, document: Document) -> Result<(), String> {
        let document = self.distinct(document)?;
        self.own.push(document);
        Ok(())
    }

    fn distinct(&self, document: Document) -> Result<Arc<Document>, String> {
        for workflow in &document.workflows {
            if let Some((other, _)) = self.find(&workflow.id) {
                return Err(format!(
                    "{}: the workflow {} is in {} already",
                    document.name, workflow.id, other.name
                ));
            }
        }
        Ok(Arc::new(document))
    }

    /// The document that has a workflow of this id, and the index of the workflow in it.
    pub fn find(&self, id: &str) -> Option<(&Arc<Document>, usize)> {
        self.documents
            .iter()
            .chain(&self.own)
            .find_map(|document| Some((document, document.find(id)?)))
    }

    /// Whether a workflow is the user's.
    pub fn is_own(&self, id: &str) -> bool {
        self.own.iter().any(|document| document.find(id).is_some())
    }

    /// The documents of the user.
    pub fn own(&self) -> &[Arc<Document>] {
        &self.own
    }

    /// The ids of all workflows.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.documents
            .iter()
            .chain(&self.own)
            .flat_map(|document| document.workflows.iter().map(|one| one.id.as_str()))
    }

    /// A promise for each workflow of the user: that it succeeds. `given` are inputs, for
    /// those that take them.
    pub fn promises(&self, given: &Map<String, Value>) -> Vec<Requirement> {
        let workflows = self.own.iter().flat_map(|document| {
            document
                .workflows
                .iter()
                .map(|workflow| (&document.name, workflow))
        });
        workflows
            .map(|(file, workflow)| Requirement {
                id: workflow.id.clone(),
                level: Level::Must,
                text: workflow
                    .summary
                    .clone()
                    .unwrap_or_else(|| format!("The workflow {} succeeds.", workflow.id)),
                source: file.to_string(),
                basis: Basis::Stated,
                assumptions: Vec::new(),
                since: None,
                until: None,
                verify: Verify::Workflow(WorkflowRule {
                    id: workflow.id.clone(),
                    inputs: given
                        .iter()
                        .filter(|(name, _)| workflow.takes(name))
                        .map(|(name, value)| (name.clone(), value.clone()))
                        .collect(),
                }),
                covers: Vec::new(),
            })
            .collect()
    }
}
