//! What an exhausted quota must answer.

use serde_json::{Value, json};

use super::{Creation, Quota};
use crate::probes::Scene;
use crate::probes::notes::Breach;
use crate::probes::scene::pretty;
use crate::procedure::Answer;

/// An answer to a request that the exhausted quota must refuse.
pub(super) struct Refused<'a> {
    pub(super) answer: &'a Answer,
    pub(super) limit: Option<u64>,
    /// How many there were before it.
    pub(super) used: u64,
}

impl Refused<'_> {
    /// The error, wherever in the body its code is: the object with the code, or the body.
    fn error(&self) -> Value {
        let body = self.answer.json();
        let inner = body.and_then(|body| body.get("error"));
        inner.or(body).cloned().unwrap_or(Value::Null)
    }

    /// Whether its code is that of the quota.
    pub(super) fn is_by(&self, quota: &Quota) -> bool {
        self.error().get("code").and_then(Value::as_str) == Some(&quota.code)
    }

    /// Whether something else than the quota may have refused it: below the limit or without
    /// one, and where a 429 asks to wait.
    fn may_have_another_cause(&self, quota: &Quota) -> bool {
        let below = self.limit.is_none_or(|limit| self.used < limit);
        let waiting = self.answer.status() == 429
            && self
                .answer
                .response()
                .is_some_and(|response| response.headers.contains_key(http::header::RETRY_AFTER));
        (below || waiting) && !self.is_by(quota) && !self.answer.is_success()
    }
}

/// Judges status and error of the answer.
pub(super) fn judge(scene: &mut Scene, quota: &Quota, creation: &Creation, refused: &Refused<'_>) {
    let operation = &creation.create.operation;
    let answer = refused.answer;
    let status = answer.status();
    let known = refused
        .limit
        .map_or_else(String::new, |limit| format!(" of {limit}"));
    let why = if status == 0 || status >= 500 {
        Some(format!("{operation} answered {status} at the limit"))
    } else if refused.may_have_another_cause(quota) {
        let code = refused.error().get("code").cloned().unwrap_or(Value::Null);
        Some(format!(
            "{operation} answered {status} with the code {code} after {}{known}, which may have another cause",
            refused.used
        ))
    } else {
        None
    };
    if let Some(why) = why {
        scene.notes.undecided("status", why.clone());
        scene.notes.undecided("envelope", why);
        return;
    }
    if status == quota.status {
        scene.notes.kept("status", answer);
    } else {
        scene.notes.broken(
            "status",
            answer,
            Breach {
                operation,
                title: format!(
                    "with {}{known} {} used, {operation} answered {status} instead of {}",
                    refused.used, quota.resource, quota.status
                ),
                cause: "status",
                expected: quota.status.to_string(),
                actual: status.to_string(),
            },
        );
    }
    if !answer.is_success() {
        envelope(scene, quota, operation, refused);
    }
}

/// Judges code, message and details.
fn envelope(scene: &mut Scene, quota: &Quota, operation: &str, refused: &Refused<'_>) {
    let error = refused.error();
    let seen = |name: &str, right: bool, word: Value| {
        if right {
            word
        } else {
            error.get(name).cloned().unwrap_or(Value::Null)
        }
    };
    let message = error
        .get("message")
        .and_then(Value::as_str)
        .is_some_and(|text| !text.is_empty());
    let details = error.get("details").and_then(Value::as_object);
    let details = details.is_some_and(|object| {
        !object.is_empty() && quota.details.iter().all(|name| object.contains_key(name))
    });
    let wanted = if quota.details.is_empty() {
        json!("object")
    } else {
        json!(quota.details)
    };
    let expected = json!({"code": quota.code, "message": "text", "details": wanted.clone()});
    let actual = json!({
        "code": error.get("code").cloned().unwrap_or(Value::Null),
        "message": seen("message", message, json!("text")),
        "details": seen("details", details, wanted),
    });
    if actual == expected {
        scene.notes.kept("envelope", refused.answer);
        return;
    }
    let status = refused.answer.status();
    let title = if refused.is_by(quota) {
        format!(
            "at the limit of {}, the {status} of {operation} lacks its message or details",
            quota.resource
        )
    } else {
        format!(
            "at the limit of {}, {operation} answered {status} with the code {}",
            quota.resource, actual["code"]
        )
    };
    scene.notes.broken(
        "envelope",
        refused.answer,
        Breach {
            operation,
            title,
            cause: "error",
            expected: pretty(&expected),
            actual: pretty(&actual),
        },
    );
}

/// Judges that a refused request created nothing.
pub(super) fn unchanged(
    scene: &mut Scene,
    creation: &Creation,
    refused: &Answer,
    before: u64,
    after: &(u64, Answer),
) {
    if refused.is_success() {
        // It was not refused; that is the other aspect's finding.
        return;
    }
    if after.0 == before {
        scene.notes.kept("nothing-created", &after.1);
        return;
    }
    let operation = &creation.create.operation;
    scene.notes.broken(
        "nothing-created",
        &after.1,
        Breach {
            operation,
            title: format!(
                "{operation} answered {} and created something all the same",
                refused.status()
            ),
            cause: "created although refused",
            expected: format!("{before} before and after"),
            actual: format!("{before} before, {} after", after.0),
        },
    );
}
