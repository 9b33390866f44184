//! What a refusal is in HTTP: status, code and envelope.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::{Builder, Uuid};

use super::answer::JSON;
use crate::reference::domain::{Details, Reason, Refusal, Resource};
use crate::reference::edition::Edition;
use crate::reference::faults::{Fault, FaultSet};

/// Writes refusals.
pub(super) struct Refusals {
    faults: FaultSet,
    edition: Edition,
    seed: u64,
    count: AtomicU64,
}

#[derive(Serialize)]
struct Envelope<'a> {
    error: Error<'a>,
}

#[derive(Serialize)]
struct Error<'a> {
    code: &'static str,
    message: &'a str,
    request_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Value>,
}

impl Refusals {
    pub(super) fn new(faults: FaultSet, edition: Edition, seed: u64) -> Self {
        Self {
            faults,
            edition,
            seed,
            count: AtomicU64::new(0),
        }
    }

    /// Errors have ids of their own stream, so that they do not shift those of the world.
    fn request_id(&self) -> Uuid {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let mixed = u128::from(mix(self.seed ^ count)) << 64 | u128::from(mix(!count));
        Builder::from_random_bytes(mixed.to_be_bytes()).into_uuid()
    }

    /// The answer to a refused request.
    pub(super) fn answer(&self, refusal: &Refusal) -> Response {
        let (status, code) = self.status(refusal.reason);
        let error = Error {
            code,
            message: &refusal.message,
            request_id: self.request_id(),
            details: self.details(&refusal.details),
        };
        let mut response = self.write(status, error);
        let headers = response.headers_mut();
        if let Reason::RateLimited { retry_after } = refusal.reason
            && !self.faults.has(Fault::RATE_LIMIT_WITHOUT_RETRY_AFTER)
        {
            headers.insert(RETRY_AFTER, HeaderValue::from(retry_after));
        }
        if matches!(refusal.reason, Reason::LimitReached(_))
            && status == StatusCode::TOO_MANY_REQUESTS
            && self.faults.has(Fault::QUOTA_TELLS_TO_RETRY_AT_ONCE)
        {
            headers.insert(RETRY_AFTER, HeaderValue::from(0));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }

    fn details(&self, details: &Details) -> Option<Value> {
        match details {
            Details::Limit {
                resource,
                limit,
                current,
            } if self.faults.has(Fault::QUOTA_DETAILS_AS_TEXT) => {
                let (limit, current) = (limit.to_string(), current.to_string());
                Some(json!({ "resource": resource, "limit": limit, "current": current }))
            }
            details => plain(details),
        }
    }

    fn write(&self, status: StatusCode, error: Error<'_>) -> Response {
        let limited = status == StatusCode::TOO_MANY_REQUESTS && error.code == "rate_limited";
        if limited && self.faults.has(Fault::RATE_LIMIT_IN_PLAIN_TEXT) {
            return (status, "Too Many Requests").into_response();
        }
        let html =
            status == StatusCode::UNAUTHORIZED && self.faults.has(Fault::UNAUTHORIZED_AS_HTML);
        let body = if html {
            b"<html><body>401 Authorization Required</body></html>".to_vec()
        } else {
            serde_json::to_vec(&Envelope { error }).expect("the envelope has string keys")
        };
        let media = if self.faults.has(Fault::ERRORS_AS_PROBLEMS) {
            HeaderValue::from_static("application/problem+json")
        } else {
            JSON
        };
        (status, [(CONTENT_TYPE, media)], body).into_response()
    }

    /// The status of a reached quota.
    fn quota_status(&self, resource: Resource) -> StatusCode {
        let has = |fault| self.faults.has(fault);
        match resource {
            _ if has(Fault::QUOTA_ANSWERS_429) => StatusCode::TOO_MANY_REQUESTS,
            Resource::Agents if has(Fault::QUOTA_OF_AGENTS_ANSWERS_422) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Resource::Messages if has(Fault::QUOTA_OF_MESSAGES_ANSWERS_422) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Resource::Messages if has(Fault::QUOTA_OF_MESSAGES_ANSWERS_429_EARLY) => {
                StatusCode::TOO_MANY_REQUESTS
            }
            _ => self.edition.quota_status(resource),
        }
    }

    fn rate_code(&self) -> &'static str {
        if self.faults.has(Fault::RATE_LIMIT_REPORTS_QUOTA) {
            "limit_reached"
        } else if self.faults.has(Fault::RATE_LIMIT_CODE_DRIFTED) {
            "too_many_requests"
        } else {
            "rate_limited"
        }
    }

    fn status(&self, reason: Reason) -> (StatusCode, &'static str) {
        match reason {
            Reason::BadRequest => (StatusCode::BAD_REQUEST, "bad_request"),
            Reason::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized"),
            Reason::RateLimited { .. } if self.faults.has(Fault::RATE_LIMIT_ANSWERS_403) => {
                (StatusCode::FORBIDDEN, self.rate_code())
            }
            Reason::RateLimited { .. } => (StatusCode::TOO_MANY_REQUESTS, self.rate_code()),
            Reason::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
            Reason::SoleOwner => (StatusCode::FORBIDDEN, "cannot_remove_sole_owner"),
            Reason::LimitReached(resource) => {
                let drifted = self.faults.has(Fault::QUOTA_CODE_DRIFTED);
                let code = if drifted {
                    "quota_exceeded"
                } else {
                    "limit_reached"
                };
                (self.quota_status(resource), code)
            }
            Reason::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Reason::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Reason::Conflict => (StatusCode::CONFLICT, "conflict"),
            Reason::PayloadTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large"),
            Reason::UnsupportedMediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type")
            }
            Reason::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, "validation_error"),
            Reason::HistoryExists => (StatusCode::UNPROCESSABLE_ENTITY, "execution_history_exists"),
            Reason::MentionsSelf => (StatusCode::UNPROCESSABLE_ENTITY, "cannot_mention_self"),
            Reason::DuplicateMentions => (StatusCode::UNPROCESSABLE_ENTITY, "duplicate_mentions"),
            Reason::MentionedAbsent => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "mentioned_participant_not_in_room",
            ),
            Reason::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "internal_server_error"),
        }
    }
}

fn plain(details: &Details) -> Option<Value> {
    match details {
        Details::None => None,
        Details::Limit {
            resource,
            limit,
            current,
        } => Some(json!({ "resource": resource, "limit": limit, "current": current })),
        Details::Fields(fields) => {
            let mut by_pointer = Map::new();
            for (pointer, message) in fields {
                let messages = by_pointer
                    .entry(pointer.clone())
                    .or_insert_with(|| json!([]));
                if let Value::Array(messages) = messages {
                    messages.push(Value::from(message.as_str()));
                }
            }
            Some(Value::Object(by_pointer))
        }
    }
}

/// The finalizer of `SplitMix64`, after the usual step.
fn mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
