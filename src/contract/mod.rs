//! A contract: an API description with its editions, the identities it needs, the recipes of
//! its resources and its requirements.

mod changed;
mod edition;
mod embedded;
mod file;
mod names;
pub mod overlay;

use std::path::{Path, PathBuf};

pub use changed::{Changed, changed};
pub use edition::{DatedOverlay, EditionError, InForce};
pub use embedded::{EMBEDDED, Embedded};
pub use file::{ContractFile, IdentityNeed, Kind};
pub use names::operations_in;

use crate::verdict::Requirement;

/// A contract, read and checked.
#[derive(Clone, Debug, Default)]
pub struct Contract {
    /// What `contract.toml` says.
    pub file: ContractFile,
    /// The text of the description.
    pub description: String,
    /// The path or name of the description, for messages.
    pub description_name: String,
    /// The folder, unless it is compiled in.
    pub folder: Option<PathBuf>,
    /// The overlays of its editions, the earliest first.
    pub overlays: Vec<DatedOverlay>,
    /// The requirements, by id.
    pub requirements: Vec<Requirement>,
}

/// Why a contract cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    /// A file of it cannot be read.
    #[error("cannot read {}: {error}; a contract is a folder with contract.toml and an API description", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A file of it says something wrong.
    #[error("{file}: {message}")]
    Invalid {
        /// The file.
        file: String,
        /// What is wrong, with line and column where known.
        message: String,
    },
    /// There is no such edition.
    #[error(transparent)]
    Edition(#[from] EditionError),
}

/// Reads YAML text to a JSON value, given the name of its file; the error names file, line
/// and column.
pub type ReadYaml<'a> = &'a dyn Fn(&str, &str) -> Result<serde_json::Value, String>;

/// The contract that is compiled in under this name.
///
/// # Errors
/// What is wrong with it; a test keeps it right.
pub fn embedded(name: &str, yaml: ReadYaml<'_>) -> Option<Result<Contract, ContractError>> {
    let embedded = EMBEDDED.iter().find(|one| one.name == name)?;
    let owned = |(file, text): &(&str, &str)| ((*file).to_owned(), (*text).to_owned());
    let overlays = embedded.overlays.iter().map(|(file, text)| {
        let shown = format!("specs/{name}/editions/{file}");
        edition::dated(&shown, || Ok((*text).to_owned()))
    });
    Some(
        overlays
            .collect::<Result<Vec<_>, _>>()
            .and_then(|overlays| {
                let contract = build(
                    &format!("{name}/contract.toml"),
                    embedded.contract,
                    overlays.into_iter().flatten().collect(),
                    embedded.requirements.iter().map(owned),
                    yaml,
                )?;
                Ok(Contract {
                    description: embedded.description.to_owned(),
                    description_name: embedded.description_name.to_owned(),
                    ..contract
                })
            }),
    )
}

/// Whether this folder is a contract.
pub fn is_contract(folder: &Path) -> bool {
    folder.join("contract.toml").is_file()
}

/// The contract in a folder.
///
/// # Errors
/// Which file cannot be read, or what is wrong in it.
pub fn read(folder: &Path, yaml: ReadYaml<'_>) -> Result<Contract, ContractError> {
    let text = |path: &Path| {
        std::fs::read_to_string(path).map_err(|error| ContractError::Unreadable {
            path: path.to_owned(),
            error,
        })
    };
    let path = folder.join("contract.toml");
    let mut requirements = Vec::new();
    for file in files(&folder.join("requirements"))? {
        if file
            .extension()
            .is_some_and(|one| one == "yaml" || one == "yml")
        {
            requirements.push((file.display().to_string(), text(&file)?));
        }
    }
    let mut overlays = Vec::new();
    for file in files(&folder.join("editions"))? {
        overlays.extend(edition::dated(&file.display().to_string(), || text(&file))?);
    }
    let contract = build(
        &path.display().to_string(),
        &text(&path)?,
        overlays,
        requirements.into_iter(),
        yaml,
    )?;
    let description = folder.join(&contract.file.description);
    Ok(Contract {
        description: text(&description)?,
        description_name: description.display().to_string(),
        folder: Some(folder.to_owned()),
        ..contract
    })
}

/// The files in a folder, by name; none if there is no such folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>, ContractError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let unreadable = |error| ContractError::Unreadable {
        path: folder.to_owned(),
        error,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        files.push(entry.map_err(unreadable)?.path());
    }
    files.retain(|file| file.is_file());
    files.sort();
    Ok(files)
}

fn build(
    name: &str,
    toml: &str,
    mut overlays: Vec<DatedOverlay>,
    requirements: impl Iterator<Item = (String, String)>,
    yaml: ReadYaml<'_>,
) -> Result<Contract, ContractError> {
    let invalid = |file: &str, message: String| ContractError::Invalid {
        file: file.to_owned(),
        message,
    };
    let file: ContractFile =
        toml::from_str(toml).map_err(|error| invalid(name, error.to_string()))?;
    let mut all: Vec<Requirement> = Vec::new();
    for (file, text) in requirements {
        let value = yaml(&file, &text).map_err(|message| invalid(&file, message))?;
        let serde_json::Value::Array(entries) = value else {
            return Err(invalid(
                &file,
                "this is not a list of requirements".to_owned(),
            ));
        };
        for (index, entry) in entries.into_iter().enumerate() {
            let id = entry
                .get("id")
                .and_then(|id| id.as_str())
                .map_or_else(|| format!("requirement {}", index + 1), ToOwned::to_owned);
            let requirement: Requirement = serde_json::from_value(entry)
                .map_err(|error| invalid(&file, format!("{id}: {error}")))?;
            if all.iter().any(|other| other.id == requirement.id) {
                return Err(invalid(&file, format!("the id {id} is used twice")));
            }
            all.push(requirement);
        }
    }
    all.sort_by(|a, b| a.id.cmp(&b.id));
    overlays.sort_by(|a, b| (a.date, &a.file).cmp(&(b.date, &b.file)));
    let contract = Contract {
        file,
        overlays,
        requirements: all,
        ..Contract::default()
    };
    contract.check_dates(name)?;
    Ok(contract)
}
