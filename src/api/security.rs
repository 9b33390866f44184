//! How requests prove who sends them.

use std::collections::BTreeMap;

use super::ParameterLocation;
use crate::document::Place;

/// One alternative: all of its schemes together. No scheme means no credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecurityRequirement {
    /// Scheme name → scopes.
    pub schemes: BTreeMap<String, Vec<String>>,
}

/// A named way to prove identity.
#[derive(Clone, Debug)]
pub struct SecurityScheme {
    /// Its name in the description.
    pub name: String,
    /// How it is sent.
    pub kind: SecuritySchemeKind,
    /// Where it stands.
    pub place: Place,
}

/// How a scheme is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecuritySchemeKind {
    /// A key in a header, the query or a cookie.
    ApiKey {
        /// Where.
        location: ParameterLocation,
        /// Under which name.
        name: String,
    },
    /// HTTP Basic (RFC 7617).
    Basic,
    /// A bearer token (RFC 6750); `oauth2` and `openIdConnect` are sent like this too.
    Bearer,
    /// What cannot be sent, by name, e.g. `mutualTLS`, `http digest`.
    Other(String),
}
