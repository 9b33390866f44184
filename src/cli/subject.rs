//! What is tested: a contract that is compiled in, a contract folder, or a description.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use super::CliError;
use crate::api::Api;
use crate::contract::{self, Contract};
use crate::spec::{self, Fetch, Input, SpecError};

/// A contract with its description, loaded.
pub(super) struct Loaded {
    /// As the user named it.
    pub(super) name: String,
    /// The contract; the default for a bare description.
    pub(super) contract: Contract,
    /// The description.
    pub(super) api: Arc<Api>,
    /// Whether it is a contract that the embedded server keeps.
    pub(super) embedded: bool,
}

/// Loads what `argument` names; without one, the Thenvoi contract.
pub(super) fn load(argument: Option<&str>, fetch: &dyn Fetch) -> Result<Loaded, CliError> {
    let name = argument.unwrap_or("thenvoi");
    let yaml =
        |name: &str, text: &str| spec::parse_yaml(name, text).map_err(|error| error.to_string());
    if let Some(contract) = contract::embedded(name, &yaml) {
        let contract = contract?;
        let input = Input::Embedded {
            name: contract.description_name.clone(),
            text: contract.description.clone(),
        };
        return loaded(name, contract, &input, fetch, true);
    }
    if let Some((base, edition)) = name.split_once('@')
        && let Some(contract) = contract::embedded(base, &yaml)
    {
        let contract = contract?;
        let known = contract.file.edition.clone().unwrap_or_default();
        if edition != known {
            return Err(CliError::Input(format!(
                "{base} has no edition {edition}; it has: {known}"
            )));
        }
        return load(Some(base), fetch);
    }
    if contract::is_contract(Path::new(name)) {
        let contract = contract::read(Path::new(name), &yaml)?;
        let input = Input::Path(contract.description_name.clone().into());
        return loaded(name, contract, &input, fetch, false);
    }
    let input = if name == "-" {
        let mut text = Vec::new();
        std::io::stdin()
            .lock()
            .take(64 << 20)
            .read_to_end(&mut text)
            .map_err(|error| CliError::Input(format!("standard input cannot be read: {error}")))?;
        Input::Stdin(text)
    } else {
        Input::from_argument(name)
    };
    loaded(name, Contract::default(), &input, fetch, false).map_err(|error| match error {
        // A single word may be meant as the name of a contract.
        CliError::Spec(SpecError::Missing { .. }) if !name.contains(['/', '.', '\\']) => {
            let known: Vec<&str> = contract::EMBEDDED.iter().map(|one| one.name).collect();
            CliError::Input(format!(
                "{name}: there is no such file, and no such contract is compiled in; compiled in: {}",
                known.join(", ")
            ))
        }
        other => other,
    })
}

fn loaded(
    name: &str,
    contract: Contract,
    input: &Input,
    fetch: &dyn Fetch,
    embedded: bool,
) -> Result<Loaded, CliError> {
    let api = spec::load(input, fetch)?;
    Ok(Loaded {
        name: name.to_owned(),
        contract,
        api: Arc::new(api),
        embedded,
    })
}
