//! What an answer tells, less what differs from one answer to the next.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::probes::scene::pretty;
use crate::procedure::Answer;

/// Status and body of an answer, with the ids that were asked for masked.
#[derive(Clone, Debug)]
pub(super) struct Outline {
    pub(super) status: u16,
    body: Value,
}

/// How much of an outline is shown, in characters.
const SHOWN: usize = 600;

impl Outline {
    pub(super) fn of(answer: &Answer, ids: &HashSet<String>) -> Self {
        let body = answer.json().cloned().unwrap_or(Value::Null);
        Self {
            status: answer.status(),
            body: masked(body, ids),
        }
    }

    /// The outline for a finding: without what differs from one answer to the next.
    pub(super) fn text(&self) -> String {
        let body = steady(&self.body);
        pretty(&json!({"status": self.status, "body": body}))
            .chars()
            .take(SHOWN)
            .collect()
    }
}

fn masked(value: Value, ids: &HashSet<String>) -> Value {
    match value {
        Value::String(mut text) => {
            for id in ids {
                if text.contains(id.as_str()) {
                    text = text.replace(id.as_str(), "‹id›");
                }
            }
            Value::String(text)
        }
        Value::Array(elements) => elements.into_iter().map(|one| masked(one, ids)).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, member)| (name, masked(member, ids)))
            .collect(),
        other => other,
    }
}

/// Whether a text is made anew for each answer: the id of a request, a time.
fn is_opaque(text: &str) -> bool {
    text.len() >= 8
        && !text.contains(char::is_whitespace)
        && text.contains(|one: char| one.is_ascii_digit())
}

fn steady(value: &Value) -> Value {
    match value {
        Value::String(text) if is_opaque(text) => json!("‹opaque›"),
        Value::Array(elements) => elements.iter().map(steady).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), steady(member)))
            .collect(),
        other => other.clone(),
    }
}

/// Whether two answers tell the same.
pub(super) fn same(one: &Outline, other: &Outline) -> bool {
    one.status == other.status && steady(&one.body) == steady(&other.body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(status: u16, body: Value, id: &str) -> Outline {
        let ids = HashSet::from([id.to_owned()]);
        Outline {
            status,
            body: masked(body, &ids),
        }
    }

    #[test]
    fn ids_and_what_is_new_each_time_do_not_tell() {
        let body = |id: &str, request: &str, code: &str| json!({"error": {"code": code, "message": format!("no room {id}"), "request_id": request}});
        let one = outline(404, body("abcd", "req-00000001", "not_found"), "abcd");
        let two = outline(404, body("efgh", "req-00000002", "not_found"), "efgh");
        assert!(same(&one, &two));
        let other = outline(403, body("efgh", "req-00000002", "not_found"), "efgh");
        assert!(!same(&one, &other));
        let other = outline(404, body("efgh", "req-00000002", "forbidden"), "efgh");
        assert!(!same(&one, &other));
    }
}
