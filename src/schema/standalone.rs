//! A schema that stands alone, outside of any description.

use std::fmt;

use jsonschema::Validator;
use serde_json::Value;

use super::compile;

/// A JSON Schema 2020-12 of a document of ours or of a user, compiled. References lead only
/// into the schema itself.
pub struct Standalone(Validator);

impl Standalone {
    /// Compiles a schema.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(schema: &Value) -> Result<Self, String> {
        compile::options()
            .build(schema)
            .map(Self)
            .map_err(|error| error.to_string())
    }

    /// The first reason why `value` is not valid, with its place.
    pub fn first_error(&self, value: &Value) -> Option<String> {
        let error = self.0.iter_errors(value).next()?;
        let at = error.instance_path().to_string();
        Some(if at.is_empty() {
            error.to_string()
        } else {
            format!("{at}: {error}")
        })
    }
}

impl fmt::Debug for Standalone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Standalone")
    }
}
