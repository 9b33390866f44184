//! Where requests go, whose credentials they may carry, and within which limits.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::credentials::{Applied, Prepared, collect_secrets, prepare};
use super::failure::unsendable;
use super::spoil::spoiled;
use crate::http::{Credentials, HeaderMap, HeaderValue, Request, Secret, TransportError};

/// Who we are.
pub(super) const USER_AGENT: &str = concat!("assize/", env!("CARGO_PKG_VERSION"));

/// Bounds in time and size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For a connection to stand.
    pub connect: Duration,
    /// From the first byte sent to the last byte received.
    pub total: Duration,
    /// Bytes of a body that are kept, after decoding; what follows is not read.
    pub body: usize,
    /// Headers of an answer.
    pub headers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(10),
            body: 8 << 20,
            headers: 256,
        }
    }
}

/// How the server is authenticated, and we to it, with TLS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// A PEM file with further certificate authorities.
    pub authorities: Option<PathBuf>,
    /// A PEM file with our certificate and its key.
    pub client: Option<PathBuf>,
    /// Accept any certificate.
    pub accept_invalid: bool,
}

/// What a target is made of.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The base URL: `http` or `https`, without credentials, query and fragment.
    pub base: String,
    /// Identities by name.
    pub identities: BTreeMap<String, Vec<Applied>>,
    /// Headers of every request that does not set them itself.
    pub headers: HeaderMap,
    /// Bounds.
    pub limits: Limits,
    /// TLS.
    pub tls: Tls,
    /// Connections that are kept open; as many as requests are in flight. 0 leaves it open.
    pub connections: usize,
}

/// Why no target can be made of the settings. An error of the user.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The base URL is none.
    #[error("the base URL is not usable: {0}; give it like http://localhost:8080/api")]
    Base(String),
    /// A secret that cannot travel where it should.
    #[error(
        "the credentials of {identity} cannot be sent in {part}: the value has characters that are not allowed there"
    )]
    Credentials {
        /// The identity.
        identity: String,
        /// Where they should go.
        part: String,
    },
    /// A file that TLS needs.
    #[error("cannot use {path} for TLS: {why}")]
    Tls {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The client could not be set up.
    #[error("the HTTP client could not be set up: {0}")]
    Client(String),
}

struct Inner {
    /// Scheme, host and port.
    origin: String,
    /// The path of the base URL without a slash at the end.
    path: String,
    host: String,
    port: u16,
    authority: String,
    secure: bool,
    loopback: bool,
    regular: BTreeMap<String, Prepared>,
    invalid: BTreeMap<String, Prepared>,
    secrets: Vec<Secret>,
    settings: Settings,
}

/// A server and how to speak to it. Cheap to clone.
#[derive(Clone)]
pub struct Target(Arc<Inner>);

impl fmt::Debug for Target {
    /// The base URL alone: the rest holds secrets.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Target").field(&self.base()).finish()
    }
}

/// A request with credentials: what goes over the wire but for the body.
pub(super) struct Addressed<'r> {
    /// Path and query, the path of the base URL in front.
    pub(super) target: Cow<'r, str>,
    pub(super) headers: HeaderMap,
}

impl Target {
    /// Prepares credentials and the base URL.
    ///
    /// # Errors
    /// When the base URL is none that requests could be sent to, or a secret cannot be sent
    /// where it should go.
    pub fn new(settings: Settings) -> Result<Self, SetupError> {
        let url = base(&settings.base)?;
        let host = match url.host() {
            Some(url::Host::Domain(name)) => name.to_owned(),
            Some(url::Host::Ipv4(address)) => address.to_string(),
            Some(url::Host::Ipv6(address)) => address.to_string(),
            None => return Err(SetupError::Base("it names no host".to_owned())),
        };
        let loopback = match url.host() {
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            _ => host == "localhost" || host.ends_with(".localhost"),
        };
        let known: Vec<&str> = settings
            .identities
            .values()
            .flatten()
            .map(|applied| applied.value().expose())
            .collect();
        let mut regular = BTreeMap::new();
        let mut invalid = BTreeMap::new();
        let mut secrets = Vec::new();
        for (name, parts) in &settings.identities {
            let wrong: Vec<Applied> = parts
                .iter()
                .map(|part| part.with_value(Secret::new(spoiled(part.value().expose(), &known))))
                .collect();
            for part in parts.iter().chain(&wrong) {
                collect_secrets(part.value().expose(), &mut secrets);
            }
            regular.insert(name.clone(), prepare(name, parts)?);
            invalid.insert(name.clone(), prepare(name, &wrong)?);
        }
        for (name, value) in &settings.headers {
            if (value.is_sensitive() || *name == ::http::header::AUTHORIZATION)
                && let Ok(text) = value.to_str()
            {
                collect_secrets(text, &mut secrets);
            }
        }
        // The longest first, so that redaction of a part does not keep the whole from being found.
        secrets.sort_by(|a: &Secret, b| {
            (b.expose().len(), b.expose()).cmp(&(a.expose().len(), a.expose()))
        });
        secrets.dedup();
        Ok(Self(Arc::new(Inner {
            origin: url[..url::Position::BeforePath].to_owned(),
            path: url.path().trim_end_matches('/').to_owned(),
            port: url.port_or_known_default().unwrap_or(80),
            authority: url[url::Position::BeforeHost..url::Position::AfterPort].to_owned(),
            secure: url.scheme() == "https",
            host,
            loopback,
            regular,
            invalid,
            secrets,
            settings,
        })))
    }

    /// The base URL, without a slash at the end.
    pub fn base(&self) -> String {
        format!("{}{}", self.0.origin, self.0.path)
    }

    /// The bounds.
    pub fn limits(&self) -> Limits {
        self.0.settings.limits
    }

    /// Every secret that requests may carry, in every form in which it may come back, for
    /// redaction.
    pub fn secrets(&self) -> Vec<Secret> {
        self.0.secrets.clone()
    }

    /// The names of the identities.
    pub fn identities(&self) -> impl Iterator<Item = &str> {
        self.0.regular.keys().map(String::as_str)
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(super) fn origin(&self) -> &str {
        &self.0.origin
    }

    /// Host and, unless it is the default, port.
    pub(super) fn authority(&self) -> &str {
        &self.0.authority
    }

    /// Host and port to connect to.
    pub(super) fn address(&self) -> (&str, u16) {
        (&self.0.host, self.0.port)
    }

    /// Whether TLS is spoken.
    pub(super) fn secure(&self) -> bool {
        self.0.secure
    }

    /// Whether the server is on this machine.
    pub(super) fn loopback(&self) -> bool {
        self.0.loopback
    }

    /// Adds the base path, the headers of every request and the credentials.
    pub(super) fn address_request<'r>(
        &self,
        request: &'r Request,
    ) -> Result<Addressed<'r>, TransportError> {
        if request
            .target
            .bytes()
            .any(|byte| matches!(byte, b'\r' | b'\n' | 0))
        {
            return Err(unsendable(
                "the request target has a line break or a NUL in it",
            ));
        }
        // Anything else in front could change the host, e.g. `@other`.
        if !request.target.starts_with('/') && request.target != "*" {
            return Err(unsendable("the request target does not begin with a slash"));
        }
        let mut target = if self.0.path.is_empty() || request.target == "*" {
            Cow::Borrowed(request.target.as_str())
        } else {
            Cow::Owned(format!("{}{}", self.0.path, request.target))
        };
        let mut headers = request.headers.clone();
        for (name, value) in &self.0.settings.headers {
            if !request.headers.contains_key(name) {
                headers.append(name, value.clone());
            }
        }
        let prepared = match &request.credentials {
            Credentials::None => return Ok(Addressed { target, headers }),
            Credentials::Identity(name) => self.0.regular.get(&**name).ok_or(name),
            Credentials::Invalid(name) => self.0.invalid.get(&**name).ok_or(name),
            Credentials::Issued {
                header,
                prefix,
                secret,
                ..
            } => {
                let value = HeaderValue::from_str(&format!("{prefix}{}", secret.expose()));
                let mut value =
                    value.map_err(|_| unsendable("the issued key is no value of a header"))?;
                value.set_sensitive(true);
                headers.insert(header.clone(), value);
                return Ok(Addressed { target, headers });
            }
        };
        let prepared =
            prepared.map_err(|name| unsendable(format!("there is no identity {name}")))?;
        for (name, value) in &prepared.headers {
            headers.insert(name.clone(), value.clone());
        }
        if !prepared.query.is_empty() {
            let text = target.to_mut();
            text.push(if text.contains('?') { '&' } else { '?' });
            text.push_str(&prepared.query);
        }
        if !prepared.cookies.is_empty() {
            let mut cookies = Vec::new();
            if let Some(own) = headers.get(::http::header::COOKIE) {
                cookies.extend_from_slice(own.as_bytes());
                cookies.extend_from_slice(b"; ");
            }
            cookies.extend_from_slice(prepared.cookies.as_bytes());
            let mut value = HeaderValue::from_bytes(&cookies)
                .map_err(|_| unsendable("the cookies are no value of a header"))?;
            value.set_sensitive(true);
            headers.insert(::http::header::COOKIE, value);
        }
        Ok(Addressed { target, headers })
    }
}

fn base(text: &str) -> Result<Url, SetupError> {
    let refuse = |why: &str| Err(SetupError::Base(why.to_owned()));
    let url = Url::parse(text).map_err(|error| SetupError::Base(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return refuse("only http and https are spoken");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("credentials belong to an identity");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("it must not have a query or a fragment");
    }
    Ok(url)
}
