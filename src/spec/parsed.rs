//! What reading a text gives, and the choice between JSON and YAML.

use serde_json::Value;

use super::{Limits, SpecError, json, yaml};
use crate::document::Format;
use crate::pointer::Pointer;

/// A value and the keys that stood twice.
pub(super) struct Parsed {
    /// The value.
    pub(super) value: Value,
    /// The members whose key stood before in the same object.
    pub(super) duplicates: Vec<Pointer>,
    /// The text that was read instead of the one given, if that was repaired.
    pub(super) repaired: Option<String>,
}

/// Reads `text` as JSON when it begins like JSON, and as YAML otherwise, or when it is YAML's
/// flow notation that JSON does not allow.
pub(super) fn parse(
    name: &str,
    text: &str,
    limits: &Limits,
) -> Result<(Parsed, Format), SpecError> {
    if !text.trim_start().starts_with(['{', '[']) {
        return yaml::parse(name, text, limits).map(|parsed| (parsed, Format::Yaml));
    }
    let error = match json::parse(name, text, limits) {
        Ok(parsed) => return Ok((parsed, Format::Json)),
        Err(error) => error,
    };
    let says_json = std::path::Path::new(name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    if says_json || matches!(error, SpecError::TooDeep { .. }) {
        return Err(error);
    }
    // Of two refusals, JSON's is the likely one to help.
    yaml::parse(name, text, limits)
        .map(|parsed| (parsed, Format::Yaml))
        .map_err(|_| error)
}
