//! OpenAPI descriptions: source → [`Document`] → [`Api`].
//!
//! [`read`] reads a description with everything it refers to; overlays may change it then;
//! [`api`] says what it promises. This is the only stage that knows versions of OpenAPI.
//! Little is an error: a description that can be read at all is loaded, every mistake in it
//! becomes a [`Flaw`](crate::api::Flaw) with its place, and only the part that cannot be
//! understood is set aside.

mod build;
mod dialect;
mod error;
mod flaws;
mod input;
mod json;
mod json_scan;
mod locate;
mod parsed;
mod read;
mod schema;
mod snippet;
pub mod strict;
mod swagger;
mod text;
mod trail;
mod yaml;
mod yaml_scalar;

pub use build::api;
pub use error::SpecError;
pub use input::{Fetch, Input, Limits, NoFetch};
pub use locate::{locate, locate_all};
pub use read::{read, read_new_references, read_source, read_source_text, read_within};
pub use snippet::{snippet, snippet_in, snippets};

use crate::api::Api;
use crate::document::Document;

/// [`read`], then [`understand`]: for descriptions that no overlay changes.
///
/// # Errors
/// As [`read`] and [`api`].
pub fn load(input: &Input, fetch: &dyn Fetch) -> Result<Api, SpecError> {
    understand(read(input, fetch)?)
}

/// [`api`] with the [`strict`] second opinion.
///
/// # Errors
/// As [`api`].
pub fn understand(document: Document) -> Result<Api, SpecError> {
    let opinion = strict::opinion(&document);
    let mut api = api(document)?;
    api.flaws.extend(opinion);
    Ok(api)
}

/// The value of a YAML text that is no description, e.g. a file of a contract.
///
/// # Errors
/// Where the text is no YAML, or exceeds the default [`Limits`].
pub fn parse_yaml(name: &str, text: &str) -> Result<serde_json::Value, SpecError> {
    yaml::parse(name, text, &Limits::default()).map(|parsed| parsed.value)
}
