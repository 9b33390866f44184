//! Validation: the one home of `jsonschema` and `referencing`.
//!
//! ```text
//! Document ─Registry (one per direction, made once)→ Compiled (one per schema, made when
//! first needed) ─is_valid→ yes or no ─errors→ [Mismatch]
//! ```
//!
//! The values of a document already are JSON Schema 2020-12. A schema is compiled through a
//! reference into the shared registry, so that large documents cost only what is used.

mod closed;
mod compile;
mod direction;
mod format;
mod meta;
mod mismatch;
mod pattern;
mod standalone;
mod words;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

pub use closed::closed_objects;
use compile::{Compiled, View};
pub use direction::is_read_only;
pub use format::is_asserted as is_asserted_format;
pub use meta::schema_mistake;
pub use mismatch::Mismatch;
pub use pattern::Pattern;
use serde_json::Value;
pub use standalone::Standalone;
pub use words::excerpt;

use crate::api::{Api, Direction, SchemaId};
use crate::document::Place;

/// Values nested deeper than this are not validated: they count as valid, because no
/// promise is about them and recursion has to end.
pub const MAX_DEPTH: usize = 256;

/// A schema that cannot be used for validation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SchemaProblem {
    /// The part of the description that is wrong, if it is known.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: String,
}

/// All schemas of a description, compiled when first needed. Safe to share between threads.
#[derive(Debug)]
pub struct Schemas {
    /// The addresses of the sources, to find the place of a keyword again.
    uris: Vec<String>,
    sources: Vec<Arc<Value>>,
    places: Vec<Place>,
    edits: direction::Edits,
    plain: Side,
    request: OnceLock<Side>,
    response: OnceLock<Side>,
}

/// What is compiled for one direction, or for both where they do not differ.
#[derive(Debug)]
struct Side {
    view: View,
    by_id: Vec<OnceLock<Result<Compiled, SchemaProblem>>>,
    by_place: RwLock<HashMap<Place, Arc<Result<Compiled, SchemaProblem>>>>,
}

impl Side {
    fn new(view: View, schemas: usize) -> Self {
        Self {
            view,
            by_id: std::iter::repeat_with(OnceLock::new)
                .take(schemas)
                .collect(),
            by_place: RwLock::default(),
        }
    }
}

impl Schemas {
    /// Prepares the schemas of `api`. Nothing is compiled yet.
    pub fn new(api: &Api) -> Self {
        let sources: Vec<_> = api
            .document
            .sources
            .iter()
            .map(|source| Arc::clone(&source.value))
            .collect();
        let uris: Vec<_> = api
            .document
            .sources
            .iter()
            .map(|source| source.uri.clone())
            .collect();
        let edits = direction::edits(&api.document, &api.schemas);
        let plain = Side::new(View::new(&uris, &sources), api.schemas.len());
        Self {
            uris,
            sources,
            places: api.schemas.clone(),
            edits,
            plain,
            request: OnceLock::new(),
            response: OnceLock::new(),
        }
    }

    fn side(&self, direction: Direction) -> &Side {
        let (cell, edits) = match direction {
            Direction::Request => (&self.request, &self.edits.request),
            Direction::Response => (&self.response, &self.edits.response),
        };
        if edits.is_empty() {
            return &self.plain;
        }
        cell.get_or_init(|| {
            let sources = direction::edited(&self.sources, edits);
            Side::new(View::new(&self.uris, &sources), self.places.len())
        })
    }

    fn compiled(&self, id: SchemaId, direction: Direction) -> Result<&Compiled, &SchemaProblem> {
        let side = self.side(direction);
        let index = id.0 as usize;
        side.by_id[index]
            .get_or_init(|| side.view.compile(&self.uris, &self.places[index]))
            .as_ref()
    }

    fn compiled_at(
        &self,
        place: &Place,
        direction: Direction,
    ) -> Arc<Result<Compiled, SchemaProblem>> {
        let side = self.side(direction);
        let known = side
            .by_place
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(place)
            .cloned();
        known.unwrap_or_else(|| {
            let made = Arc::new(side.view.compile(&self.uris, place));
            let mut cache = side
                .by_place
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            Arc::clone(cache.entry(place.clone()).or_insert(made))
        })
    }

    /// Whether the schema can be used at all.
    ///
    /// # Errors
    /// What is wrong with the schema.
    pub fn check(&self, id: SchemaId, direction: Direction) -> Result<(), &SchemaProblem> {
        self.compiled(id, direction).map(|_| ())
    }

    /// Whether `value` is valid. The fast path: ask this first, [`Self::errors`] on failure.
    ///
    /// # Errors
    /// What is wrong with the schema.
    pub fn is_valid(
        &self,
        id: SchemaId,
        direction: Direction,
        value: &Value,
    ) -> Result<bool, &SchemaProblem> {
        Ok(self.compiled(id, direction)?.is_valid(value))
    }

    /// Why `value` is not valid: at most `limit` mismatches in the order of the schema, those
    /// of `anyOf` and `oneOf` reduced to the nearest branch.
    ///
    /// # Errors
    /// What is wrong with the schema.
    pub fn errors(
        &self,
        id: SchemaId,
        direction: Direction,
        value: &Value,
        limit: usize,
    ) -> Result<Vec<Mismatch>, &SchemaProblem> {
        let compiled = self.compiled(id, direction)?;
        let index = id.0 as usize;
        Ok(mismatch::collect(
            self,
            compiled,
            &self.places[index],
            value,
            limit,
        ))
    }

    /// Like [`Self::is_valid`], for any schema inside the description.
    ///
    /// # Errors
    /// What is wrong with the schema.
    pub fn is_valid_at(
        &self,
        place: &Place,
        direction: Direction,
        value: &Value,
    ) -> Result<bool, SchemaProblem> {
        match &*self.compiled_at(place, direction) {
            Ok(compiled) => Ok(compiled.is_valid(value)),
            Err(problem) => Err(problem.clone()),
        }
    }

    /// Like [`Self::errors`], for any schema inside the description.
    ///
    /// # Errors
    /// What is wrong with the schema.
    pub fn errors_at(
        &self,
        place: &Place,
        direction: Direction,
        value: &Value,
        limit: usize,
    ) -> Result<Vec<Mismatch>, SchemaProblem> {
        match &*self.compiled_at(place, direction) {
            Ok(compiled) => Ok(mismatch::collect(self, compiled, place, value, limit)),
            Err(problem) => Err(problem.clone()),
        }
    }

    /// The value at a place, as the description has it.
    fn get(&self, place: &Place) -> Option<&Value> {
        place.pointer.get(self.sources.get(place.source)?)
    }
}

#[cfg(test)]
mod tests;
