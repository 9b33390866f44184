//! An operation: what may be sent to it and what it may answer.

use std::collections::BTreeMap;
use std::fmt;

use http::Method;
use serde_json::{Map, Value};

use super::{SchemaId, SecurityRequirement};
use crate::document::Place;

/// One method on one path.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Unique in the description: the `operationId`, or `METHOD /path` without one or when
    /// it is taken.
    pub id: String,
    /// The method.
    pub method: Method,
    /// The path template, e.g. `/pets/{petId}`, relative to a server's URL.
    pub path: String,
    /// `summary`.
    pub summary: Option<String>,
    /// `tags`.
    pub tags: Vec<String>,
    /// `deprecated`.
    pub deprecated: bool,
    /// Parameters of the path item and the operation, the latter winning.
    pub parameters: Vec<Parameter>,
    /// What may be sent as the body.
    pub body: Option<RequestBody>,
    /// What may be answered, most specific status first, `default` last.
    pub responses: Vec<ResponsePromise>,
    /// Alternatives, each of which suffices; empty when no credentials are needed.
    /// An alternative without schemes makes credentials optional.
    pub security: Vec<SecurityRequirement>,
    /// The `x-…` members.
    pub extensions: Map<String, Value>,
    /// Where it stands.
    pub place: Place,
}

impl Operation {
    /// The promise for a status: the exact one, else the range, else `default`.
    pub fn response_for(&self, status: u16) -> Option<&ResponsePromise> {
        self.responses
            .iter()
            .find(|response| response.status.matches(status))
    }

    /// Whether a pattern of a contract means it: its id, or the beginning of its path and `*`.
    pub fn is_meant_by(&self, pattern: &str) -> bool {
        match pattern.strip_suffix('*') {
            Some(prefix) => self.path.starts_with(prefix),
            None => pattern == self.id,
        }
    }

    /// Whether the method is safe (RFC 9110, section 9.2.1).
    pub fn is_safe(&self) -> bool {
        self.method.is_safe()
    }

    /// `METHOD /path`, as reports show it.
    pub fn signature(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether credentials are needed: there is an alternative, and each names a scheme.
    pub fn needs_credentials(&self) -> bool {
        !self.security.is_empty() && self.security.iter().all(|one| !one.schemes.is_empty())
    }
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ParameterLocation {
    /// In the path template.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
    /// In a cookie.
    Cookie,
}

impl fmt::Display for ParameterLocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        })
    }
}

/// How arrays and objects are written in a parameter (OpenAPI, Parameter Object, `style`).
/// The collection formats of 2.0 are mapped to these; `Tabs` has no counterpart in 3.x.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of OpenAPI")]
pub enum Style {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    Tabs,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it travels.
    pub location: ParameterLocation,
    /// Whether it must be sent.
    pub required: bool,
    /// `deprecated`.
    pub deprecated: bool,
    /// How it is written.
    pub style: Style,
    /// `explode`, with the default of the style filled in.
    pub explode: bool,
    /// `allowReserved`.
    pub allow_reserved: bool,
    /// `allowEmptyValue`.
    pub allow_empty: bool,
    /// The schema; `None` with `content`, or when it is quarantined or absent.
    pub schema: Option<SchemaId>,
    /// A parameter with `content`: its one media type.
    pub content: Option<MediaType>,
    /// `example`, `examples`, and the schema's.
    pub examples: Vec<Example>,
    /// Where it stands.
    pub place: Place,
}

/// A named example value.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Its key in `examples`, or `example`.
    pub name: String,
    /// The value.
    pub value: Value,
}

/// What may be sent as the body.
#[derive(Clone, Debug)]
pub struct RequestBody {
    /// Whether there must be one.
    pub required: bool,
    /// The media types, in the order of the description.
    pub contents: Vec<MediaType>,
    /// Where it stands.
    pub place: Place,
}

/// A media type with its schema.
#[derive(Clone, Debug)]
pub struct MediaType {
    /// The name or range as written, e.g. `application/json`, `text/*`.
    pub name: String,
    /// The schema of the whole body.
    pub schema: Option<SchemaId>,
    /// The schema of each item of a sequential media type (OpenAPI 3.2, `itemSchema`).
    pub item_schema: Option<SchemaId>,
    /// Examples with inline values.
    pub examples: Vec<Example>,
    /// How properties of forms are written, by property.
    pub encoding: BTreeMap<String, Encoding>,
    /// Where it stands.
    pub place: Place,
}

/// How one property of a form is written (OpenAPI, Encoding Object).
#[derive(Clone, Debug, Default)]
pub struct Encoding {
    /// `contentType`.
    pub content_type: Option<String>,
    /// `style`.
    pub style: Option<Style>,
    /// `explode`.
    pub explode: Option<bool>,
}

/// A status, a range of them, or all that are not named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusPattern {
    /// One status.
    Exact(u16),
    /// `1XX` to `5XX`, by the first digit.
    Range(u8),
    /// `default`.
    Default,
}

impl StatusPattern {
    /// Reads `404`, `4XX` or `default` as descriptions write them.
    pub fn parse(text: &str) -> Option<Self> {
        match text.as_bytes() {
            [first @ b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => Some(Self::Range(first - b'0')),
            [b'1'..=b'5', b'0'..=b'9', b'0'..=b'9'] => text.parse().ok().map(Self::Exact),
            b"default" => Some(Self::Default),
            _ => None,
        }
    }

    /// Whether the status falls under it.
    pub fn matches(self, status: u16) -> bool {
        match self {
            Self::Exact(exact) => exact == status,
            Self::Range(first) => u16::from(first) == status / 100,
            Self::Default => true,
        }
    }

    /// Whether it can mean success (2xx).
    pub fn is_success(self) -> bool {
        matches!(self, Self::Exact(200..=299) | Self::Range(2))
    }
}

impl fmt::Display for StatusPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(status) => write!(formatter, "{status}"),
            Self::Range(first) => write!(formatter, "{first}XX"),
            Self::Default => formatter.write_str("default"),
        }
    }
}

/// What an answer with a status looks like.
#[derive(Clone, Debug)]
pub struct ResponsePromise {
    /// For which status.
    pub status: StatusPattern,
    /// The media types; empty when the description says nothing of a body.
    pub contents: Vec<MediaType>,
    /// The headers, without `Content-Type`.
    pub headers: Vec<HeaderPromise>,
    /// Where parts of the answer are used next.
    pub links: Vec<Link>,
    /// Where it stands.
    pub place: Place,
}

/// A header of an answer.
#[derive(Clone, Debug)]
pub struct HeaderPromise {
    /// Its name.
    pub name: String,
    /// Whether it must be there.
    pub required: bool,
    /// `explode`, for arrays and objects in `simple` style.
    pub explode: bool,
    /// Its schema.
    pub schema: Option<SchemaId>,
    /// Where it stands.
    pub place: Place,
}

/// A link (OpenAPI, Link Object), its target resolved.
#[derive(Clone, Debug)]
pub struct Link {
    /// Its name.
    pub name: String,
    /// The id of the target operation.
    pub operation: String,
    /// Parameter name (possibly `path.id`) → runtime expression or constant.
    pub parameters: Vec<(String, Value)>,
    /// Where it stands.
    pub place: Place,
}
