//! Credentials of identities, prepared once for every request that carries them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::target::SetupError;
use crate::http::{HeaderName, HeaderValue, Secret};

/// What stays as it is in a query (RFC 3986, section 2.3: unreserved).
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// One part of an identity's credentials, and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// A header.
    Header {
        /// Its name.
        name: HeaderName,
        /// The whole value, e.g. `Bearer …`.
        value: Secret,
    },
    /// A parameter of the query.
    Query {
        /// Its name, not yet encoded.
        name: String,
        /// Its value, not yet encoded.
        value: Secret,
    },
    /// A cookie.
    Cookie {
        /// Its name.
        name: String,
        /// Its value.
        value: Secret,
    },
}

impl Applied {
    pub(super) fn value(&self) -> &Secret {
        match self {
            Self::Header { value, .. } | Self::Query { value, .. } | Self::Cookie { value, .. } => {
                value
            }
        }
    }

    pub(super) fn with_value(&self, value: Secret) -> Self {
        match self {
            Self::Header { name, .. } => Self::Header {
                name: name.clone(),
                value,
            },
            Self::Query { name, .. } => Self::Query {
                name: name.clone(),
                value,
            },
            Self::Cookie { name, .. } => Self::Cookie {
                name: name.clone(),
                value,
            },
        }
    }
}

/// Credentials as they are put into a request, prepared once.
#[derive(Default)]
pub(super) struct Prepared {
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    /// Encoded pairs, joined by `&`.
    pub(super) query: String,
    /// Pairs joined by `; `.
    pub(super) cookies: String,
}

pub(super) fn prepare(identity: &str, parts: &[Applied]) -> Result<Prepared, SetupError> {
    let mut prepared = Prepared::default();
    for part in parts {
        match part {
            Applied::Header { name, value } => {
                let mut value =
                    HeaderValue::from_bytes(value.expose().as_bytes()).map_err(|_| {
                        SetupError::Credentials {
                            identity: identity.to_owned(),
                            part: format!("the header {name}"),
                        }
                    })?;
                value.set_sensitive(true);
                prepared.headers.push((name.clone(), value));
            }
            Applied::Query { name, value } => {
                if !prepared.query.is_empty() {
                    prepared.query.push('&');
                }
                prepared.query.extend(utf8_percent_encode(name, QUERY));
                prepared.query.push('=');
                prepared
                    .query
                    .extend(utf8_percent_encode(value.expose(), QUERY));
            }
            Applied::Cookie { name, value } => {
                let text = format!("{name}={}", value.expose());
                if text.contains(';') || HeaderValue::from_str(&text).is_err() {
                    return Err(SetupError::Credentials {
                        identity: identity.to_owned(),
                        part: format!("the cookie {name}"),
                    });
                }
                if !prepared.cookies.is_empty() {
                    prepared.cookies.push_str("; ");
                }
                prepared.cookies.push_str(&text);
            }
        }
    }
    Ok(prepared)
}

/// The secret, what follows its scheme, the password in it, and how a query writes it: a
/// server may echo any of these.
pub(super) fn collect_secrets(value: &str, secrets: &mut Vec<Secret>) {
    let mut forms = vec![value.to_owned()];
    if let Some((scheme, rest)) = value.split_once(' ') {
        forms.push(rest.to_owned());
        if scheme.eq_ignore_ascii_case("basic")
            && let Some(pair) = BASE64
                .decode(rest)
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok())
        {
            forms.extend(
                pair.split_once(':')
                    .map(|(_, password)| password.to_owned()),
            );
            forms.push(pair);
        }
    }
    let encoded = utf8_percent_encode(value, QUERY).to_string();
    forms.push(encoded);
    secrets.extend(
        forms
            .into_iter()
            .filter(|form| !form.is_empty())
            .map(Secret::new),
    );
}
