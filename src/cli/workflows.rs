//! The workflow documents of a run: those of the contract, and those of `--workflow`.

use serde_json::{Map, Value};

use super::CliError;
use super::selection::Selection;
use crate::contract::{Contract, ContractError};
use crate::document::Source;
use crate::engine::{Bench, Plan};
use crate::near::near;
use crate::pointer::Pointer;
use crate::spec::{self, Fetch, Input};
use crate::verdict::Requirement;
use crate::workflow::{self, Document, Library, Problem, Surroundings};

/// Reads all workflow documents.
pub(super) fn library(
    selection: &Selection,
    contract: &Contract,
    fetch: &dyn Fetch,
) -> Result<Library, CliError> {
    let mut library = Library::default();
    for (name, text) in &contract.workflows {
        let document = document(&spec::read_source_text(name, text)?)?;
        library.add(document).map_err(CliError::Input)?;
    }
    let mut unknown = Vec::new();
    for requirement in &contract.requirements {
        if let Some(rule) = requirement.workflow()
            && library.find(&rule.id).is_none()
        {
            let similar = near(&rule.id, library.ids());
            let help = if similar.is_empty() {
                String::new()
            } else {
                format!("; did you mean {}?", similar.join(" or "))
            };
            let message = format!("the contract has no workflow {}{help}", rule.id);
            let at = Pointer::new("/workflow/id");
            let mistake = contract.written.mistake(&requirement.id, &at, &message);
            unknown.extend(mistake);
        }
    }
    if !unknown.is_empty() {
        return Err(ContractError::Mistakes(unknown).into());
    }
    for file in &selection.workflow {
        let source = spec::read_source(&Input::from_argument(file), fetch)?;
        library
            .add_own(document(&source)?)
            .map_err(CliError::Input)?;
    }
    Ok(library)
}

fn document(source: &Source) -> Result<Document, CliError> {
    workflow::read(&source.name, &source.value).map_err(|problem| told(source, &problem))
}

fn told(source: &Source, problem: &Problem) -> CliError {
    CliError::Input(format!("{}: {problem}", spec::locate(source, &problem.at)))
}

/// A requirement for each workflow of `--workflow`.
pub(super) fn promises(
    selection: &Selection,
    library: &Library,
    others: &[Requirement],
) -> Result<Vec<Requirement>, CliError> {
    let mut given = Map::new();
    for input in &selection.input {
        let (name, text) = input
            .split_once('=')
            .ok_or_else(|| CliError::Input(format!("--input {input}: write it as NAME=VALUE")))?;
        let known = library
            .own()
            .iter()
            .flat_map(|document| &document.workflows);
        if !known.clone().any(|workflow| workflow.takes(name)) {
            return Err(CliError::Input(format!(
                "--input {name}: no workflow has an input of this name"
            )));
        }
        let value = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
        given.insert(name.to_owned(), value);
    }
    let promises = library.promises(&given);
    match promises
        .iter()
        .find(|one| others.iter().any(|other| other.id == one.id))
    {
        Some(one) => Err(CliError::Input(format!(
            "{}: the contract has a requirement of the name {}; choose another workflowId",
            one.source, one.id
        ))),
        None => Ok(promises),
    }
}

/// Whether the planned workflows of `--workflow` can run at all: what the description or the
/// configuration lacks is the user's mistake there.
pub(super) fn check(bench: &Bench, plan: &Plan, fetch: &dyn Fetch) -> Result<(), CliError> {
    let around = Surroundings {
        api: &bench.api,
        recipes: &plan.recipes,
        identities: &bench.identities,
    };
    for document in bench.workflows.own() {
        for (index, workflow) in document.workflows.iter().enumerate() {
            if !plan.requirements.iter().any(|one| one.id == workflow.id) {
                continue;
            }
            if let Some(problem) = document.problems(index, around).first() {
                let source = spec::read_source(&Input::from_argument(&document.name), fetch)?;
                return Err(told(&source, problem));
            }
        }
    }
    Ok(())
}
