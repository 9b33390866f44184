//! A contract: an API description with its editions, the identities it needs, the recipes of
//! its resources and its requirements.

mod changed;
mod edition;
mod embedded;
mod file;
mod form;
mod mistake;
mod names;
pub mod overlay;
mod places;
mod requirements;
mod toml_file;
mod unknown;

use std::path::{Path, PathBuf};

pub use changed::{Changed, changed};
pub use edition::{DatedOverlay, EditionError, InForce};
pub use embedded::{EMBEDDED, Embedded};
pub use file::{ContractFile, IdentityNeed, Kind};
pub use form::{FORMS, Form, meant};
pub use mistake::{ContractText, Mistake};
pub use names::operations_in;
pub use places::locate_in_toml;
pub use requirements::Written;

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
    /// File name and text of each workflow document.
    pub workflows: Vec<(String, String)>,
    /// Where the requirements stand.
    pub written: Written,
    /// The text of `contract.toml`; `None` for a bare description.
    pub toml: Option<ContractText>,
    /// What `ASSUMPTIONS.md` numbers, e.g. `A17`; `None` without such a file.
    pub assumptions: Option<Vec<String>>,
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
    /// Files of it have mistakes; who knows how to read YAML can locate them.
    #[error("{}", mistake::lines(.0))]
    Mistakes(Vec<Mistake>),
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
    let owned = |(file, text): &(&str, &str)| {
        let shown = format!("specs/{name}/requirements/{file}");
        (shown, (*text).to_owned())
    };
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
                    workflows: embedded.workflows.iter().map(owned).collect(),
                    assumptions: embedded.assumptions.map(assumptions_in),
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
    let all = |name: &str, kinds: &[&str]| -> Result<Vec<(String, String)>, ContractError> {
        files(&folder.join(name))?
            .iter()
            .filter(|file| {
                file.extension()
                    .is_some_and(|one| kinds.iter().any(|kind| one == *kind))
            })
            .map(|file| Ok((file.display().to_string(), text(file)?)))
            .collect()
    };
    let requirements = all("requirements", &["yaml", "yml"])?;
    let workflows = all("workflows", &["yaml", "yml", "json"])?;
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
    let assumptions = folder.join("ASSUMPTIONS.md");
    let assumptions = if assumptions.is_file() {
        Some(assumptions_in(&text(&assumptions)?))
    } else {
        None
    };
    Ok(Contract {
        assumptions,
        description: text(&description)?,
        description_name: description.display().to_string(),
        folder: Some(folder.to_owned()),
        workflows,
        ..contract
    })
}

/// The numbers of assumptions, each of which begins an entry: `- **A1. Title.**`, `## A1`.
fn assumptions_in(text: &str) -> Vec<String> {
    let mut found: Vec<String> = text
        .lines()
        .filter_map(|line| {
            let entry = line.trim_start_matches([' ', '-', '*', '#', '|']);
            let digits = entry.strip_prefix('A')?;
            let length = digits.bytes().take_while(u8::is_ascii_digit).count();
            (length > 0).then(|| entry[..=length].to_owned())
        })
        .collect();
    found.dedup();
    found
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
    let toml = ContractText {
        name: name.into(),
        text: toml.into(),
    };
    let file = toml_file::read(&toml)?;
    let (all, written) = requirements::read(requirements, yaml)?;
    overlays.sort_by(|a, b| (a.date, &a.file).cmp(&(b.date, &b.file)));
    let contract = Contract {
        file,
        overlays,
        requirements: all,
        written,
        toml: Some(toml),
        ..Contract::default()
    };
    contract.check_dates(name)?;
    Ok(contract)
}
