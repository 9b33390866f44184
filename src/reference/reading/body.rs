//! Reading of a request's body, up to its JSON.

use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::Value;

use crate::reference::domain::{Reason, Refusal};

/// The largest body, in bytes.
const LIMIT: usize = 1024 * 1024;

/// Reads a JSON body: media type, then size, then syntax.
pub(crate) async fn read(headers: &HeaderMap, body: Body) -> Result<Value, Refusal> {
    if !is_json(headers) {
        let message = "The body must be application/json.";
        return Err(Refusal::new(Reason::UnsupportedMediaType, message));
    }
    let bytes = collect(headers, body).await?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let mut refusal = Refusal::at(Reason::BadRequest, "", "Malformed JSON.");
        if let crate::reference::domain::Details::Fields(fields) = &mut refusal.details {
            let (line, column) = (error.line(), error.column());
            fields[0].1 = format!("Malformed JSON at line {line}, column {column}.");
        }
        refusal
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let sent = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    sent.is_some_and(|sent| {
        let essence = sent.split(';').next().unwrap_or(sent);
        essence.trim().eq_ignore_ascii_case("application/json")
    })
}

async fn collect(headers: &HeaderMap, body: Body) -> Result<Bytes, Refusal> {
    let too_large = || Refusal::new(Reason::PayloadTooLarge, "The body is larger than 1 MiB.");
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    let announced = announced.and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > LIMIT) {
        return Err(too_large());
    }
    match Limited::new(body, LIMIT).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(_) => {
            let message = "The body ended early.";
            Err(Refusal::at(Reason::BadRequest, "", message))
        }
    }
}
