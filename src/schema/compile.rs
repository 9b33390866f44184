//! From a place of the description to a validator.

use std::sync::Arc;

use jsonschema::{Draft, PatternOptions, Registry, Retrieve, Uri, ValidationOptions, Validator};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Value, json};

use super::{MAX_DEPTH, SchemaProblem, format};
use crate::document::Place;
use crate::pointer::Pointer;

/// Steps that a backtracking pattern may take before it is given up.
const BACKTRACK_LIMIT: usize = 200_000;

/// What may stand unescaped in the fragment of a reference.
const FRAGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'~')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_');

/// A registry over all sources, as one direction sees them.
#[derive(Debug)]
pub(super) struct View(Result<Registry<'static>, String>);

/// Nothing is ever fetched: what the description needs was loaded with it.
struct Offline;

impl Retrieve for Offline {
    fn retrieve(
        &self,
        uri: &Uri<String>,
    ) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        Err(format!("{uri} is not part of the description").into())
    }
}

impl View {
    pub(super) fn new(uris: &[String], sources: &[Arc<Value>]) -> Self {
        let builder = Registry::new()
            .draft(Draft::Draft202012)
            .retriever(Offline)
            .retrieve_known_draft_meta_schemas(false)
            .extend(uris.iter().zip(sources.iter().map(Arc::clone)));
        Self(
            builder
                .and_then(jsonschema::RegistryBuilder::prepare)
                .map_err(|error| error.to_string()),
        )
    }

    pub(super) fn compile(
        &self,
        uris: &[String],
        place: &Place,
    ) -> Result<Compiled, SchemaProblem> {
        let registry = self.0.as_ref().map_err(|message| SchemaProblem {
            place: None,
            message: message.clone(),
        })?;
        let fragment = utf8_percent_encode(place.pointer.as_str(), FRAGMENT);
        let schema = json!({ "$ref": format!("{}#{fragment}", uris[place.source]) });
        options()
            .with_registry(registry)
            .build(&schema)
            .map(Compiled)
            .map_err(|error| SchemaProblem {
                place: error
                    .absolute_keyword_location()
                    .and_then(|uri| place_of(uris, uri.as_str()))
                    .or_else(|| Some(place.clone())),
                message: error.to_string(),
            })
    }
}

/// How every schema is compiled.
pub(super) fn options<'i>() -> ValidationOptions<'i> {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .with_retriever(Offline)
        .should_validate_formats(true)
        .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(BACKTRACK_LIMIT))
        .with_keyword("format", format::keyword)
}

/// The place that an absolute keyword location means.
pub(super) fn place_of(uris: &[String], location: &str) -> Option<Place> {
    let (uri, fragment) = location.split_once('#').unwrap_or((location, ""));
    let source = uris.iter().position(|known| known == uri)?;
    let fragment = percent_decode_str(fragment).decode_utf8().ok()?;
    Some(Place::new(source, Pointer::new(fragment.into_owned())))
}

/// A schema ready for use.
#[derive(Debug)]
pub(super) struct Compiled(pub(super) Validator);

impl Compiled {
    pub(super) fn is_valid(&self, value: &Value) -> bool {
        is_deep(value, MAX_DEPTH) || self.0.is_valid(value) || self.only_gave_up(value)
    }

    /// Whether nothing but an exhausted pattern engine speaks against the value: then the
    /// description does not decide, and nobody is accused.
    fn only_gave_up(&self, value: &Value) -> bool {
        self.0.iter_errors(value).all(|error| gave_up(&error))
    }
}

/// Whether the error says that a pattern could not be decided.
pub(super) fn gave_up(error: &jsonschema::ValidationError<'_>) -> bool {
    use jsonschema::error::ValidationErrorKind as Kind;
    matches!(
        error.kind(),
        Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. }
    )
}

/// Whether the value is nested deeper than `limit`.
pub(super) fn is_deep(value: &Value, limit: usize) -> bool {
    match value {
        Value::Array(_) | Value::Object(_) if limit == 0 => true,
        Value::Array(elements) => elements.iter().any(|one| is_deep(one, limit - 1)),
        Value::Object(members) => members.values().any(|one| is_deep(one, limit - 1)),
        _ => false,
    }
}
