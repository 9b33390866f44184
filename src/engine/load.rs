//! A contract as of an edition: its description with all overlays, and its requirements.

use super::names::Names;
use crate::api::Api;
use crate::contract::overlay::{self, Overlay};
use crate::contract::{Contract, ContractError, DatedOverlay, InForce};
use crate::document::{Document, Source};
use crate::spec::{self, Fetch, Input, SpecError};

/// A contract at an edition.
#[derive(Debug)]
pub struct Edition {
    /// The contract, with the requirements of this edition only.
    pub contract: Contract,
    /// What its description promises.
    pub api: Api,
    /// The edition; `None` for a contract without dates, or a bare description.
    pub date: Option<InForce>,
    /// What the overlays that were applied say, in order: those of the edition with their
    /// dates, then those of the user.
    pub overlays: Vec<(Option<jiff::civil::Date>, Overlay)>,
}

/// What is loaded.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'w> {
    /// How the user calls the contract.
    pub name: &'w str,
    /// Where its description is.
    pub input: &'w Input,
    /// The day whose edition is wanted; the latest one without a day.
    pub edition: Option<&'w str>,
    /// Overlays of the user, applied after those of the edition.
    pub overlays: &'w [Source],
}

/// Why a contract or description cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The description.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// The contract.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// An overlay; the message shows its lines.
    #[error("{0}")]
    Overlay(String),
}

/// Where the description of a contract is.
pub fn description_of(contract: &Contract) -> Input {
    let name = contract.description_name.clone();
    match contract.folder {
        Some(_) => Input::Path(name.into()),
        None => Input::Embedded {
            name,
            text: contract.description.clone(),
        },
    }
}

/// Loads a contract as of an edition.
///
/// # Errors
/// What is wrong with the description, the contract or an overlay.
pub fn load(
    contract: Contract,
    wanted: Wanted<'_>,
    fetch: &dyn Fetch,
) -> Result<Edition, LoadError> {
    let date = contract
        .in_force(wanted.name, wanted.edition)
        .map_err(ContractError::from)?;
    let mut document = spec::read(wanted.input, fetch)?;
    let mut names = Names::of(&contract, &document);
    let mut later = contract.overlays.clone();
    let contract = match date {
        Some(date) => contract.at(date.date),
        None => contract,
    };
    later.drain(..contract.overlays.len());
    let mut overlays = Vec::new();
    for dated in &contract.overlays {
        let source = source(dated, fetch)?;
        names.add(&source);
        overlays.push((Some(dated.date), apply(&mut document, &source)?));
    }
    names.check(&contract, &later, fetch)?;
    for source in wanted.overlays {
        overlays.push((None, apply(&mut document, source)?));
    }
    if !overlays.is_empty() {
        spec::read_new_references(&mut document, fetch);
    }
    let api = spec::understand(document)?;
    names.check_probes(&contract, &api, later.is_empty())?;
    Ok(Edition {
        contract,
        api,
        date,
        overlays,
    })
}

pub(super) fn source(dated: &DatedOverlay, fetch: &dyn Fetch) -> Result<Source, SpecError> {
    let input = Input::Embedded {
        name: dated.file.clone(),
        text: dated.text.clone(),
    };
    spec::read_source(&input, fetch)
}

fn apply(document: &mut Document, source: &Source) -> Result<Overlay, LoadError> {
    overlay::apply(document, source.clone()).map_err(|mistake| {
        let shown = spec::snippet_in(
            source,
            &mistake.place,
            &mistake.message,
            mistake.help.as_deref(),
            false,
        );
        LoadError::Overlay(shown.strip_prefix("error: ").unwrap_or(&shown).to_owned())
    })
}
