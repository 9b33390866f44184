//! Reading of a request's body, up to its JSON.

use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::BodyExt;
use serde_json::Value;

use crate::reference::domain::{Details, Reason, Refusal};
use crate::reference::faults::{Fault, FaultSet};

/// The largest body, in bytes.
const LIMIT: usize = 1024 * 1024;

/// How much of a refused body is read all the same: a client that is still writing
/// would otherwise find the connection closed, and never see the answer.
const PATIENCE: usize = 16 * LIMIT;

/// Reads a JSON body: media type, then size, then syntax.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    faults: FaultSet,
) -> Result<Value, Refusal> {
    if !is_json(headers) && !faults.has(Fault::CONTENT_TYPE_IGNORED) {
        discard(body).await;
        let message = "The body must be application/json.";
        return Err(Refusal::new(Reason::UnsupportedMediaType, message));
    }
    let bytes = collect(headers, body).await?;
    serde_json::from_slice(&bytes).map_err(|error| {
        if faults.has(Fault::MALFORMED_JSON_CRASHES) {
            return Refusal::new(Reason::Broken, "Internal server error.");
        }
        let (line, column) = (error.line(), error.column());
        let place = format!("Malformed JSON at line {line}, column {column}.");
        Refusal {
            details: Details::Fields(vec![(String::new(), place)]),
            ..Refusal::new(Reason::BadRequest, "Malformed JSON.")
        }
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

async fn collect(headers: &HeaderMap, mut body: Body) -> Result<Vec<u8>, Refusal> {
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    let announced = announced.and_then(|length| length.parse::<usize>().ok());
    let mut bytes = Vec::with_capacity(announced.unwrap_or_default().min(LIMIT));
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return Err(Refusal::at(Reason::BadRequest, "", "The body ended early."));
        };
        let Some(data) = frame.data_ref() else {
            continue;
        };
        if bytes.len() + data.len() > LIMIT {
            discard(body).await;
            let message = "The body is larger than 1 MiB.";
            return Err(Refusal::new(Reason::PayloadTooLarge, message));
        }
        bytes.extend_from_slice(data);
    }
    Ok(bytes)
}

/// Reads a body to its end, within reason.
pub(crate) async fn discard(mut body: Body) {
    let mut read = 0;
    while let Some(Ok(frame)) = body.frame().await {
        read += frame.data_ref().map_or(0, Bytes::len);
        if read > PATIENCE {
            break;
        }
    }
}
