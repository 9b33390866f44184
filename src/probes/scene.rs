//! What a probe works with, and what all of them say.

use std::sync::Arc;

use serde_json::Value;

use super::Notes;
use crate::procedure::{Answer, Purpose};
use crate::provision::{Call, OperationPlan, Provisioner};

/// What a probe works with.
pub struct Scene {
    /// Makes resources and sends requests.
    pub kitchen: Provisioner,
    /// What was seen.
    pub notes: Notes,
    /// What each operation needs.
    pub plans: Arc<Vec<OperationPlan>>,
    /// How many requests one search for an undeclared limit may take.
    pub budget: u64,
}

impl Scene {
    /// Sends a request of the probe that has no body.
    ///
    /// # Errors
    /// Why it could not be sent.
    pub async fn ask(&mut self, operation: &str, who: &str, with: Value) -> Result<Answer, String> {
        let call = call(operation, who, &with, None);
        self.kitchen.call(&call, None, Purpose::Probe).await
    }

    /// What an operation needs, by index.
    pub fn plan(&self, operation: usize) -> OperationPlan {
        self.plans.get(operation).cloned().unwrap_or_default()
    }
}

/// A call by an identity, its parameters given as the members of an object.
pub(super) fn call(operation: &str, who: &str, with: &Value, body: Option<Value>) -> Call {
    Call {
        operation: operation.to_owned(),
        identity: Some(who.to_owned()),
        arguments: with.as_object().cloned().unwrap_or_default(),
        body,
        ..Call::default()
    }
}

/// Whether a list holds the object with this id. The text of an answer does not tell: a
/// server may repeat what it was asked for.
pub(super) fn contains(answer: &Answer, id: &Value) -> bool {
    answer
        .at("/data")
        .and_then(Value::as_array)
        .is_some_and(|list| list.iter().any(|object| object.get("id") == Some(id)))
}

/// A value on several lines, for a finding.
pub(super) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
}
