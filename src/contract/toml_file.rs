//! `contract.toml`: read, and every mistake in its form found.

use serde_json::Value;

use super::mistake::{ContractText, Mistake};
use super::{ContractError, ContractFile, form, places};

/// Reads the text of `contract.toml`.
pub(super) fn read(file: &ContractText) -> Result<ContractFile, ContractError> {
    let invalid = |error: &toml::de::Error| {
        let place = error.span().map(|span| places::at_offset(file, span.start));
        ContractError::Invalid {
            file: place.map_or_else(|| file.name.to_string(), |place| place.to_string()),
            message: error.message().to_owned(),
        }
    };
    // Its form first: the mistakes are told all at once, with near names.
    let table: toml::Table = toml::from_str(&file.text).map_err(|error| invalid(&error))?;
    let value = serde_json::to_value(table).unwrap_or(Value::Null);
    let mistakes: Vec<Mistake> = form::CONTRACT
        .mistakes(&value)
        .into_iter()
        .map(|(pointer, message)| Mistake {
            file: file.clone(),
            pointer,
            message,
        })
        .collect();
    if !mistakes.is_empty() {
        return Err(ContractError::Mistakes(mistakes));
    }
    toml::from_str(&file.text).map_err(|error| invalid(&error))
}
