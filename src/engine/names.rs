//! What the files of a contract name must exist: operations, though not in every edition;
//! checks, probes and their aspects, assumptions; and what verifies requirements must be
//! usable.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::load::{LoadError, source};
use crate::api::Api;
use crate::contract::{Contract, ContractError, DatedOverlay, Mistake, meant, operations_in};
use crate::document::{Document, Source};
use crate::pointer::Pointer;
use crate::spec::Fetch;
use crate::verdict::{Requirement, Verify};
use crate::{access, checks, probes, rules};

/// The operations that a description has in the editions that were read, by id and by
/// `METHOD /path`; `None` when nothing names any.
pub(super) struct Names(Option<BTreeSet<String>>);

impl Names {
    pub(super) fn of(contract: &Contract, document: &Document) -> Self {
        let named = contract.file.operations_named().len() + contract.requirements.len();
        if named == 0 {
            return Self(None);
        }
        let mut known = BTreeSet::new();
        for source in &document.sources {
            operations_in(&source.value, &mut known);
        }
        Self(Some(known))
    }

    pub(super) fn add(&mut self, source: &Source) {
        if let Some(known) = &mut self.0 {
            operations_in(&source.value, known);
        }
    }

    /// Only if something is missing, later editions are read.
    pub(super) fn check(
        &mut self,
        contract: &Contract,
        later: &[DatedOverlay],
        fetch: &dyn Fetch,
    ) -> Result<(), LoadError> {
        for dated in later {
            if self.missing(contract).is_empty() {
                break;
            }
            self.add(&source(dated, fetch)?);
        }
        let mut mistakes = self.missing(contract);
        let unknown = contract.file.unknown_names();
        mistakes.extend(
            unknown
                .into_iter()
                .filter_map(|(pointer, message)| in_toml(contract, pointer, message)),
        );
        for requirement in &contract.requirements {
            for (pointer, message) in in_requirement(contract, requirement) {
                mistakes.extend(
                    contract
                        .written
                        .mistake(&requirement.id, &pointer, &message),
                );
            }
        }
        refuse(mistakes)
    }

    /// What is wrong with the table of access and with the parameters of probes.
    /// `latest` tells whether no later edition may bring security schemes.
    pub(super) fn check_probes(
        &self,
        contract: &Contract,
        api: &Api,
        latest: bool,
    ) -> Result<(), LoadError> {
        let file = &contract.file;
        let mut mistakes = Vec::new();
        if latest {
            let schemes: Vec<&str> = api.security_schemes.keys().map(String::as_str).collect();
            let unknown = file.unknown_schemes(&schemes).into_iter();
            mistakes.extend(unknown.filter_map(|(at, message)| in_toml(contract, at, message)));
        }
        let mut recipes = file.resources.clone();
        if let Some(access) = &file.access {
            let at = Pointer::root().child("access");
            let found = access::mistakes(access, api, &file.cast(), false).into_iter();
            mistakes.extend(found.filter_map(|message| in_toml(contract, at.clone(), message)));
            recipes.extend(access.recipes());
        }
        let operations = self.0.iter().flatten().map(String::as_str);
        let known = probes::Known {
            api,
            operations: operations.collect(),
            identities: file.identities.keys().map(String::as_str).collect(),
            kinds: file.kinds.keys().map(String::as_str).collect(),
            recipes: &recipes,
            access: file.access.as_ref(),
        };
        let probe = Pointer::root().child("probe");
        for requirement in &contract.requirements {
            let rule = requirement.probe().into_iter();
            for mistake in rule.flat_map(|rule| probes::mistakes(rule, &known)) {
                let at = probe.join(&mistake.at);
                let written = &contract.written;
                mistakes.extend(written.mistake(&requirement.id, &at, &mistake.message));
            }
        }
        refuse(mistakes)
    }

    /// The operations that are named and not there.
    fn missing(&self, contract: &Contract) -> Vec<Mistake> {
        let Some(known) = &self.0 else {
            return Vec::new();
        };
        let edition = if contract.editions().is_empty() {
            ""
        } else {
            " in any edition"
        };
        let unknown = |name: &str| {
            (!is_known(known, name)).then(|| {
                let near = meant(name, known.iter().map(String::as_str));
                format!("the description has no operation {name}{edition}{near}")
            })
        };
        let mut missing = Vec::new();
        for (pointer, name) in contract.file.operations_named() {
            missing.extend(unknown(name).and_then(|message| in_toml(contract, pointer, message)));
        }
        for requirement in &contract.requirements {
            for (pointer, name) in operations_of(requirement) {
                missing.extend(unknown(name).and_then(|message| {
                    contract
                        .written
                        .mistake(&requirement.id, &pointer, &message)
                }));
            }
        }
        missing
    }
}

fn refuse(mistakes: Vec<Mistake>) -> Result<(), LoadError> {
    if mistakes.is_empty() {
        Ok(())
    } else {
        Err(LoadError::Contract(ContractError::Mistakes(mistakes)))
    }
}

/// Whether an operation has this id, or the path of one begins like this.
fn is_known(known: &BTreeSet<String>, name: &str) -> bool {
    match name.strip_suffix('*') {
        None => known.contains(name),
        Some(prefix) => known.iter().any(|one| {
            one.split_once(' ')
                .is_some_and(|(_, path)| path.starts_with(prefix))
        }),
    }
}

fn in_toml(contract: &Contract, pointer: Pointer, message: String) -> Option<Mistake> {
    Some(Mistake {
        file: contract.toml.clone()?,
        pointer,
        message,
    })
}

/// The operations that a requirement names, with where.
fn operations_of(requirement: &Requirement) -> Vec<(Pointer, &str)> {
    let way = |name: &str| Pointer::root().child(name).child("operations");
    let (at, names) = match &requirement.verify {
        Verify::Schema(rule) => (way("schema"), rule.operations.as_slice()),
        Verify::Expression(rule) => (way("expression"), rule.operations.as_slice()),
        Verify::Workflow(_) => (Pointer::root(), &[][..]),
        Verify::Probe(rule) => {
            let mut found = Vec::new();
            let with = Pointer::root().child("probe").child("with");
            called(&rule.with, &with, &mut found);
            return found;
        }
    };
    names
        .iter()
        .enumerate()
        .map(|(index, name)| (at.index(index), name.as_str()))
        .collect()
}

/// The operations that the calls in the parameters of a probe name, with where.
fn called<'w>(with: &'w Map<String, Value>, at: &Pointer, found: &mut Vec<(Pointer, &'w str)>) {
    let mut open: Vec<(Pointer, &Map<String, Value>)> = vec![(at.clone(), with)];
    while let Some((at, members)) = open.pop() {
        for (name, value) in members {
            let at = at.child(name);
            match value {
                Value::String(operation) if name == "operation" => found.push((at, operation)),
                Value::Object(inner) => open.push((at, inner)),
                Value::Array(elements) => {
                    for (index, element) in elements.iter().enumerate() {
                        open.extend(element.as_object().map(|inner| (at.index(index), inner)));
                    }
                }
                _ => {}
            }
        }
    }
}

/// Everything else that is wrong with a requirement: where, and a sentence.
fn in_requirement(contract: &Contract, requirement: &Requirement) -> Vec<(Pointer, String)> {
    let mut found = Vec::new();
    for (index, covers) in requirement.covers.iter().enumerate() {
        if checks::find(&covers.check).is_none() {
            let at = Pointer::root().child("covers").index(index).child("check");
            let near = meant(&covers.check, checks::ALL.iter().map(|one| one.id));
            found.push((at, format!("there is no check {}{near}", covers.check)));
        }
    }
    if let Some(known) = &contract.assumptions {
        for (index, name) in requirement.assumptions.iter().enumerate() {
            if !known.contains(name) {
                let at = Pointer::root().child("assumptions").index(index);
                let message = format!("ASSUMPTIONS.md has no assumption {name}");
                found.push((at, message));
            }
        }
    }
    match &requirement.verify {
        // Its parameters are checked against the description as it was understood.
        Verify::Probe(_) => {}
        _ => found.extend(
            rules::mistakes(requirement)
                .into_iter()
                .map(|mistake| (mistake.pointer, mistake.message)),
        ),
    }
    found
}
