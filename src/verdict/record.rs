//! An exchange as it is written down: text, and no secrets.

use std::borrow::Cow;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::HeaderMap;
use serde::{Deserialize, Serialize};

use crate::http::{Exchange, Secret, TransportError};

/// So much of a body is written down, in bytes; the rest is only counted. A run keeps many
/// exchanges, and its log must stay readable.
const KEPT: usize = 64 << 10;
/// No secret is longer.
const MARGIN: usize = 4 << 10;

/// What stands in the place of a secret.
pub const REDACTED: &str = "‹redacted›";

/// Headers whose values are secrets.
const SECRET_HEADERS: [&str; 6] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "set-cookie",
    "x-api-key",
    "x-auth-token",
];

/// Members of JSON bodies whose string values are secrets.
const SECRET_MEMBERS: [&str; 9] = [
    "access_token",
    "api_key",
    "apikey",
    "client_secret",
    "id_token",
    "password",
    "refresh_token",
    "secret",
    "token",
];

/// Whether a member of a JSON body with this name holds a secret.
pub fn is_secret_member(name: &str) -> bool {
    let plain = |name: &'_ str| {
        name.bytes()
            .filter(|byte| !matches!(byte, b'_' | b'-'))
            .map(|byte| byte.to_ascii_lowercase())
            .collect::<Vec<_>>()
    };
    // Most names differ in length already.
    name.len() <= 24 && {
        let name = plain(name);
        SECRET_MEMBERS.iter().any(|member| plain(member) == name)
    }
}

/// Whether a header with this name, in lower case, holds a secret.
pub fn is_secret_header(name: &str) -> bool {
    SECRET_HEADERS.contains(&name)
}

/// An exchange as it is written down.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExchangeRecord {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Whose credentials were used, by label.
    pub credentials: String,
    /// Headers of the request, without credentials.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub request_headers: Vec<(String, String)>,
    /// Body of the request.
    #[serde(default, skip_serializing_if = "Body::is_empty")]
    pub request_body: Body,
    /// The status; `None` without an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Headers of the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub response_headers: Vec<(String, String)>,
    /// Body of the answer.
    #[serde(default, skip_serializing_if = "Body::is_empty")]
    pub response_body: Body,
    /// Whether the body was longer than what was read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
    /// Why there is no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<TransportError>,
    /// Microseconds from the first byte sent to the last received.
    pub elapsed_us: u64,
}

impl ExchangeRecord {
    /// Replaces its texts by what `change` makes of them, and the time by 0.
    pub(super) fn map_texts(&mut self, change: &dyn Fn(&str) -> String) {
        let apply = |text: &mut String| *text = change(text);
        apply(&mut self.target);
        apply(&mut self.credentials);
        for (_, value) in self
            .request_headers
            .iter_mut()
            .chain(&mut self.response_headers)
        {
            apply(value);
        }
        for body in [&mut self.request_body, &mut self.response_body] {
            if let Body::Text(text) = body {
                apply(text);
            }
        }
        if let Some(error) = &mut self.error {
            apply(&mut error.message);
        }
        self.elapsed_us = 0;
    }
}

/// A body as text, or in base64 when it is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// UTF-8 text.
    Text(String),
    /// Anything else.
    Base64(String),
}

impl Body {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::Empty
    }

    /// The body for a person.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Base64(text) => Cow::Owned(format!("‹binary, {} bytes›", text.len() / 4 * 3)),
        }
    }
}

/// Writes exchanges down and knows the secrets that must not be in them.
#[derive(Debug, Default)]
pub struct Recorder {
    secrets: Vec<Secret>,
}

impl Recorder {
    /// A recorder that replaces these wherever they appear.
    pub fn new(secrets: Vec<Secret>) -> Self {
        // Replacing very short secrets would destroy unrelated text.
        Self {
            secrets: secrets
                .into_iter()
                .filter(|secret| secret.expose().len() >= 4)
                .collect(),
        }
    }

    /// The exchange as text without secrets.
    pub fn record(&self, exchange: &Exchange) -> ExchangeRecord {
        let request = &exchange.request;
        let mut record = ExchangeRecord {
            method: request.method.to_string(),
            target: self.redact(&request.target).into_owned(),
            credentials: request.credentials.label(),
            request_headers: self.headers(&request.headers),
            request_body: self.body(&request.body),
            elapsed_us: u64::try_from(exchange.elapsed.as_micros()).unwrap_or(u64::MAX),
            ..ExchangeRecord::default()
        };
        match &exchange.outcome {
            Ok(response) => {
                record.status = Some(response.status.as_u16());
                record.response_headers = self.headers(&response.headers);
                record.response_body = self.body(&response.body);
                record.truncated = response.truncated;
            }
            Err(error) => {
                record.error = Some(TransportError {
                    kind: error.kind.clone(),
                    message: self.redact(&error.message).into_owned(),
                });
            }
        }
        record
    }

    /// `text` without secrets.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        for secret in &self.secrets {
            if text.contains(secret.expose()) {
                text = Cow::Owned(text.replace(secret.expose(), REDACTED));
            }
        }
        text
    }

    fn headers(&self, headers: &HeaderMap) -> Vec<(String, String)> {
        headers
            .iter()
            .map(|(name, value)| {
                let value = if is_secret_header(name.as_str()) {
                    REDACTED.to_owned()
                } else {
                    self.redact(&String::from_utf8_lossy(value.as_bytes()))
                        .into_owned()
                };
                (name.as_str().to_owned(), value)
            })
            .collect()
    }

    fn body(&self, body: &Bytes) -> Body {
        if body.is_empty() {
            return Body::Empty;
        }
        match std::str::from_utf8(body) {
            Ok(text) => {
                // More than is kept, so that no half of a secret stands at the end.
                let text = self.redact(&text[..boundary(text, KEPT + MARGIN)]);
                let mut text = redact_members(&text).unwrap_or_else(|| text.into_owned());
                if body.len() > KEPT {
                    text.truncate(boundary(&text, KEPT));
                    let _ = write!(text, "… ‹{} bytes in all›", body.len());
                }
                Body::Text(text)
            }
            Err(_) => Body::Base64(BASE64.encode(&body[..body.len().min(KEPT)])),
        }
    }
}

/// Replaces the string values of members that are named like secrets; `None` when there is
/// nothing to replace, which is the common case and costs one scan.
pub fn redact_members(text: &str) -> Option<String> {
    let mut result = None;
    // Up to here, the text is in the result, if there is one.
    let mut kept = 0;
    let mut name_from = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find(':') {
        let colon = at + found;
        at = colon + 1;
        let Some(before) = text[name_from..colon].strip_suffix('"') else {
            continue;
        };
        let name = &before[before.rfind('"').map_or(0, |quote| quote + 1)..];
        name_from = at;
        if !is_secret_member(name) {
            continue;
        }
        let value = text[at..].trim_start();
        if value.starts_with('"') {
            let begin = text.len() - value.len();
            let result = result.get_or_insert_with(|| String::with_capacity(text.len()));
            result.push_str(&text[kept..begin]);
            result.push('"');
            result.push_str(REDACTED);
            result.push('"');
            at = begin + string_length(value);
            (kept, name_from) = (at, at);
        }
    }
    let mut result: String = result?;
    result.push_str(&text[kept..]);
    Some(result)
}

/// The length in bytes of the JSON string that `text` begins with, quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The end of the last whole character at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Request, Response};
    use std::time::Duration;

    #[test]
    fn secrets_do_not_appear_anywhere() {
        let recorder = Recorder::new(vec![Secret::new("thnv_u_1_alice")]);
        let mut response = Response {
            body: Bytes::from_static(
                br#"{"echo":"thnv_u_1_alice","credentials":{"api_key": "new\"one"},"token_count":3}"#,
            ),
            ..Response::default()
        };
        response
            .headers
            .insert("set-cookie", "session=1".parse().expect("a header"));
        let request = Request {
            target: "/x?key=thnv_u_1_alice".to_owned(),
            ..Request::default()
        };
        let record = recorder.record(&Exchange::new(request, Ok(response), Duration::ZERO));
        let text = serde_json::to_string(&record).expect("records serialize");
        assert!(
            !text.contains("alice") && !text.contains("one") && !text.contains("session=1"),
            "{text}"
        );
        assert!(record.response_body.text().contains("\"token_count\":3"));
    }

    #[test]
    fn bodies_without_secrets_stay_as_they_are() {
        assert_eq!(redact_members(r#"{"a":"b","c":{"name":"x"}}"#), None);
        assert_eq!(redact_members(r#"{"token":5,"at":"10:00:00"}"#), None);
    }

    #[test]
    fn each_secret_member_is_replaced() {
        let text =
            r#"{"é":"a:b","token": "x\":y","list":[{"secret":"1"},{"password":""}],"z":"2"}"#;
        let expected = format!(
            r#"{{"é":"a:b","token": "{REDACTED}","list":[{{"secret":"{REDACTED}"}},{{"password":"{REDACTED}"}}],"z":"2"}}"#
        );
        assert_eq!(redact_members(text), Some(expected));
    }
}
