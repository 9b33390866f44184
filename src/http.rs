//! Requests, responses and exchanges, free of any client.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::Value;

/// A secret: it is sent, and never shown.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Keeps `text` as a secret.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the transport and for redaction alone.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("‹secret›")
    }
}

/// Whose credentials a request carries. The transport adds them when it sends, so that
/// no recorded request ever holds a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Credentials {
    /// None at all.
    #[default]
    None,
    /// Those of a named identity.
    Identity(Arc<str>),
    /// Those of a named identity, spoiled so that no server can know them.
    Invalid(Arc<str>),
    /// A key that the server itself issued during the run, as `header: prefix + secret`.
    Issued {
        /// What to call its holder in reports, e.g. `agent of registerMyAgent`.
        label: Arc<str>,
        /// The header that carries it.
        header: HeaderName,
        /// What stands before the secret, e.g. `Bearer `.
        prefix: Arc<str>,
        /// The secret.
        secret: Secret,
    },
}

impl Credentials {
    /// How reports call them.
    pub fn label(&self) -> String {
        match self {
            Self::None => "nobody".to_owned(),
            Self::Identity(name) => name.to_string(),
            Self::Invalid(name) => format!("{name} with a wrong secret"),
            Self::Issued { label, .. } => label.to_string(),
        }
    }
}

/// A request, ready but for credentials and the host.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The method; any token is allowed.
    pub method: Method,
    /// Path and query, relative to the base URL of the target, beginning with `/`.
    pub target: String,
    /// Headers without credentials.
    pub headers: HeaderMap,
    /// The body; empty for none.
    pub body: Bytes,
    /// Whose credentials the transport adds.
    pub credentials: Credentials,
}

/// An answer, its body decoded from any content coding and bounded in size.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body up to the limit of the transport.
    pub body: Bytes,
    /// Whether the body was longer than the limit.
    pub truncated: bool,
}

impl Response {
    /// The media type of the body without parameters, in lower case; `None` when the
    /// header is missing or no text.
    pub fn media_type(&self) -> Option<String> {
        let header = self
            .headers
            .get(http::header::CONTENT_TYPE)?
            .to_str()
            .ok()?;
        let essence = header.split(';').next().unwrap_or_default().trim();
        (!essence.is_empty()).then(|| essence.to_ascii_lowercase())
    }
}

/// Why no answer arrived.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransportErrorKind {
    /// The name did not resolve or the connection was refused.
    Connect,
    /// No answer within the time allowed.
    Timeout,
    /// The connection broke, or what came is not HTTP.
    Protocol,
    /// The body broke off or does not decode.
    Body,
    /// A limit of ours was exceeded, e.g. too many headers.
    Limit,
    /// A redirect to a host that the user did not name.
    ForeignHost,
    /// The request could not be built, e.g. a header value that HTTP forbids.
    Unsendable,
}

/// No answer, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[error("{message}")]
pub struct TransportError {
    /// The class of the failure.
    pub kind: TransportErrorKind,
    /// What happened, in words, without secrets.
    pub message: String,
}

/// A request with its answer, or with the reason for none.
#[derive(Debug)]
pub struct Exchange {
    /// What was sent.
    pub request: Request,
    /// What came back.
    pub outcome: Result<Response, TransportError>,
    /// From the first byte sent to the last byte received.
    pub elapsed: Duration,
    json: OnceLock<Option<Value>>,
}

impl Exchange {
    /// Puts a request and its outcome together.
    pub fn new(
        request: Request,
        outcome: Result<Response, TransportError>,
        elapsed: Duration,
    ) -> Self {
        Self {
            request,
            outcome,
            elapsed,
            json: OnceLock::new(),
        }
    }

    /// The answer, if one arrived.
    pub fn response(&self) -> Option<&Response> {
        self.outcome.as_ref().ok()
    }

    /// The status, if an answer arrived; 0 otherwise.
    pub fn status(&self) -> u16 {
        self.response()
            .map_or(0, |response| response.status.as_u16())
    }

    /// Whether the answer is a 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status())
    }

    /// The body as JSON, parsed once; `None` when it is none.
    pub fn json(&self) -> Option<&Value> {
        self.json
            .get_or_init(|| {
                let response = self.outcome.as_ref().ok()?;
                if response.body.is_empty() || response.truncated {
                    return None;
                }
                serde_json::from_slice(&response.body).ok()
            })
            .as_ref()
    }

    /// The part of the JSON body at `pointer` (RFC 6901).
    pub fn at(&self, pointer: &str) -> Option<&Value> {
        self.json()?.pointer(pointer)
    }
}

/// Whether the media type is JSON: `application/json`, `text/json`, or any `+json` (RFC 6839).
pub fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
        || essence.eq_ignore_ascii_case("text/json")
        || essence.len() > 5 && essence[essence.len() - 5..].eq_ignore_ascii_case("+json")
}
