//! Why no answer arrived, in few words and without secrets.

use std::error::Error;
use std::time::Duration;

use crate::http::{TransportError, TransportErrorKind};

/// Longer messages are cut: a server may put anything into what a parser repeats.
const LONGEST: usize = 240;

/// What layers of clients say without telling anything.
const EMPTY_WORDS: [&str; 8] = [
    "error sending request",
    "client error (Connect)",
    "client error (SendRequest)",
    "error decoding response body",
    "error reading a body from connection",
    "request or response body error",
    "connection error",
    "http2 error",
];

pub(super) fn failure(kind: TransportErrorKind, message: impl Into<String>) -> TransportError {
    let mut message = message.into();
    if let Some((cut, _)) = message.char_indices().nth(LONGEST) {
        message.truncate(cut);
        message.push('…');
    }
    TransportError { kind, message }
}

pub(super) fn unsendable(message: impl Into<String>) -> TransportError {
    failure(TransportErrorKind::Unsendable, message)
}

pub(super) fn protocol(message: impl Into<String>) -> TransportError {
    failure(TransportErrorKind::Protocol, message)
}

pub(super) fn broken_body(why: &str) -> TransportError {
    failure(
        TransportErrorKind::Body,
        format!("the body broke off or does not decode: {why}"),
    )
}

pub(super) fn too_many_headers(limit: usize) -> TransportError {
    failure(
        TransportErrorKind::Limit,
        format!("the answer has more than {limit} headers, or a head that is too large"),
    )
}

pub(super) fn late(limit: Duration) -> TransportError {
    failure(
        TransportErrorKind::Timeout,
        format!("no complete answer within {}", seconds(limit)),
    )
}

pub(super) fn unconnected(authority: &str, why: &str) -> TransportError {
    failure(
        TransportErrorKind::Connect,
        format!("cannot connect to {authority}: {why}"),
    )
}

/// A time as a person writes it.
pub(super) fn seconds(time: Duration) -> String {
    if time.as_millis().is_multiple_of(1000) {
        format!("{} s", time.as_secs())
    } else {
        format!("{} ms", time.as_millis())
    }
}

/// The causes of an error, from the outside in, without repetitions and empty words.
pub(super) fn causes(error: &dyn Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = Some(error);
    // Chains are short; the bound is for those that refer to themselves.
    for _ in 0..16 {
        let Some(cause) = next else { break };
        let text = cause.to_string();
        if !EMPTY_WORDS.contains(&text.as_str()) && !parts.iter().any(|part| part.contains(&text)) {
            parts.retain(|part| !text.contains(part.as_str()));
            parts.push(text);
        }
        next = cause.source();
    }
    if parts.is_empty() {
        error.to_string()
    } else {
        parts.join(": ")
    }
}
