//! What a description promises, free of its dialect.
//!
//! [`Api`] is the same for OpenAPI 2.0, 3.0, 3.1 and 3.2: only `spec`, which makes it,
//! knows the versions.

mod operation;
mod security;

use std::collections::BTreeMap;

pub use operation::{
    Encoding, Example, HeaderPromise, Link, MediaType, Operation, Parameter, ParameterLocation,
    RequestBody, ResponsePromise, StatusPattern, Style,
};
pub use security::{SecurityRequirement, SecurityScheme, SecuritySchemeKind};
use serde_json::Value;

use crate::document::{Document, Place};

/// A schema of the description: index into [`Api::schemas`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaId(pub u32);

/// Which way a value travels. `readOnly` and `writeOnly` depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// From the client to the server.
    Request,
    /// From the server to the client.
    Response,
}

/// Something wrong with the description itself. The part is set aside (*quarantined*) and
/// the rest goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Where the mistake stands.
    pub place: Place,
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// What is not checked because of it, e.g. `response 200 of listPets`; `None` when
    /// nothing was lost.
    pub quarantined: Option<String>,
}

/// What a description promises.
#[derive(Clone, Debug, Default)]
pub struct Api {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// The dialect in words, e.g. `OpenAPI 3.1.0`; for people only.
    pub dialect: String,
    /// The description itself, its schemas brought to JSON Schema 2020-12.
    pub document: Document,
    /// All operations in the order of the description.
    pub operations: Vec<Operation>,
    /// The base URLs, variables replaced by their defaults; may be relative or empty.
    pub servers: Vec<String>,
    /// The security schemes by name.
    pub security_schemes: BTreeMap<String, SecurityScheme>,
    /// Where each schema that an operation uses stands.
    pub schemas: Vec<Place>,
    /// What is wrong with the description.
    pub flaws: Vec<Flaw>,
}

impl Api {
    /// The value of a schema.
    pub fn schema(&self, id: SchemaId) -> Option<&Value> {
        self.document.get(self.schemas.get(id.0 as usize)?)
    }

    /// Where a schema stands.
    pub fn schema_place(&self, id: SchemaId) -> &Place {
        &self.schemas[id.0 as usize]
    }

    /// The index of the operation with this id.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.operations
            .iter()
            .position(|operation| operation.id == id)
    }
}
