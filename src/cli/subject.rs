//! What is tested: a contract that is compiled in, a contract folder, or a description.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use super::CliError;
use crate::api::Api;
use crate::contract::{self, Contract, EditionError, InForce};
use crate::engine::{self, LoadError};
use crate::spec::{self, Fetch, Input, SpecError};

/// What the user names.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wanted<'w> {
    /// A contract, possibly with `@DATE`, or a description; without one, the Thenvoi contract.
    pub(super) contract: Option<&'w str>,
    /// `--edition`.
    pub(super) edition: Option<&'w str>,
    /// `--overlay`.
    pub(super) overlays: &'w [String],
}

/// A contract with its description, loaded.
pub(super) struct Loaded {
    /// As the user named it, without the edition.
    pub(super) name: String,
    /// The contract; the default for a bare description.
    pub(super) contract: Contract,
    /// The description.
    pub(super) api: Arc<Api>,
    /// The edition of a dated contract.
    pub(super) edition: Option<InForce>,
    /// The overlays of the user.
    pub(super) overlays: Vec<String>,
    /// Whether it is a contract that the embedded server keeps.
    pub(super) embedded: bool,
}

/// A contract or a description that was found, not loaded yet.
pub(super) struct Subject {
    /// As the user named it, without the edition.
    pub(super) name: String,
    /// The day after the `@`.
    pub(super) edition: Option<String>,
    /// The contract; the default for a bare description.
    pub(super) contract: Contract,
    /// Where its description is.
    pub(super) input: Input,
    /// Whether it is compiled in.
    pub(super) embedded: bool,
}

impl Subject {
    /// The day that the user named, after the contract or by `--edition`.
    pub(super) fn edition<'w>(
        &'w self,
        option: Option<&'w str>,
    ) -> Result<Option<&'w str>, CliError> {
        match (self.edition.as_deref(), option) {
            (Some(named), Some(other)) if named != other => Err(CliError::Input(format!(
                "{}@{named} and --edition {other}: which edition? Name one of them",
                self.name
            ))),
            (named, other) => Ok(named.or(other)),
        }
    }
}

/// Loads what the user names.
pub(super) fn load(wanted: Wanted<'_>, fetch: &dyn Fetch) -> Result<Loaded, CliError> {
    let subject = find(wanted.contract.unwrap_or("thenvoi"))?;
    let edition = subject.edition(wanted.edition)?;
    let mut overlays = Vec::new();
    for overlay in wanted.overlays {
        overlays.push(spec::read_source(&Input::from_argument(overlay), fetch)?);
    }
    let Subject {
        name,
        contract,
        input,
        embedded,
        ..
    } = &subject;
    let loading = engine::Wanted {
        name,
        input,
        edition,
        overlays: &overlays,
    };
    let loaded = engine::load(contract.clone(), loading, fetch).map_err(|error| match error {
        // A single word may be meant as the name of a contract.
        LoadError::Spec(SpecError::Missing { .. }) if !name.contains(['/', '.', '\\']) => {
            let known: Vec<&str> = contract::EMBEDDED.iter().map(|one| one.name).collect();
            CliError::Input(format!(
                "{name}: there is no such file, and no such contract is compiled in; compiled in: {}",
                known.join(", ")
            ))
        }
        other => other.into(),
    })?;
    Ok(Loaded {
        name: name.clone(),
        contract: loaded.contract,
        api: Arc::new(loaded.api),
        edition: loaded.date,
        overlays: wanted.overlays.to_vec(),
        embedded: *embedded,
    })
}

/// Finds what `argument` names.
pub(super) fn find(argument: &str) -> Result<Subject, CliError> {
    if let Some(subject) = contract_at(argument, None)? {
        return Ok(subject);
    }
    // A name that is there as it is needs no other reading.
    if let Some((name, edition)) = argument.rsplit_once('@')
        && !Path::new(argument).exists()
    {
        if let Some(subject) = contract_at(name, Some(edition))? {
            return Ok(subject);
        }
        if Path::new(name).is_file() {
            let contract = name.to_owned();
            return Err(contract::ContractError::from(EditionError::Undated { contract }).into());
        }
    }
    let input = if argument == "-" {
        let mut text = Vec::new();
        std::io::stdin()
            .lock()
            .take(64 << 20)
            .read_to_end(&mut text)
            .map_err(|error| CliError::Input(format!("standard input cannot be read: {error}")))?;
        Input::Stdin(text)
    } else {
        Input::from_argument(argument)
    };
    Ok(Subject {
        name: argument.to_owned(),
        edition: None,
        contract: Contract::default(),
        input,
        embedded: false,
    })
}

/// The contract of this name, compiled in or in a folder.
fn contract_at(name: &str, edition: Option<&str>) -> Result<Option<Subject>, CliError> {
    let yaml =
        |name: &str, text: &str| spec::parse_yaml(name, text).map_err(|error| error.to_string());
    let (contract, embedded) = match contract::embedded(name, &yaml) {
        Some(contract) => (contract?, true),
        None if contract::is_contract(Path::new(name)) => {
            (contract::read(Path::new(name), &yaml)?, false)
        }
        None => return Ok(None),
    };
    Ok(Some(Subject {
        name: name.to_owned(),
        edition: edition.map(ToOwned::to_owned),
        input: engine::description_of(&contract),
        contract,
        embedded,
    }))
}
