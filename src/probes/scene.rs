//! What a probe works with, and what all of them say.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Notes, Setting};
use crate::procedure::{Answer, Purpose};
use crate::provision::{Call, OperationPlan, Provisioner, select};

/// What a probe works with.
pub struct Scene {
    /// Makes resources and sends requests.
    pub kitchen: Provisioner,
    /// What was seen.
    pub notes: Notes,
    /// What all probes of the run share.
    pub setting: Setting,
    /// The id of the sequence.
    pub sequence: Arc<str>,
}

impl Scene {
    /// What an operation needs, by index.
    pub fn plan(&self, operation: usize) -> OperationPlan {
        self.setting
            .plans
            .get(operation)
            .cloned()
            .unwrap_or_default()
    }

    /// Makes what a call refers to and sends it, as `identity` unless it names somebody, and
    /// as the operation's usual identity when neither does.
    ///
    /// # Errors
    /// Why it could not be sent.
    pub async fn call(
        &mut self,
        call: &Call,
        identity: Option<&str>,
        purpose: Purpose,
    ) -> Result<Answer, String> {
        let usual = match identity {
            None => self.usual(call),
            Some(_) => None,
        };
        self.kitchen
            .provide_and_call(call, identity.or(usual.as_deref()), purpose)
            .await
    }

    /// Who sends a call that names nobody.
    pub fn usual(&self, call: &Call) -> Option<String> {
        self.plan(self.setting.api.find(&call.operation)?).identity
    }
}

/// The list in a body: at the pointer, or the body itself, or the first array among its
/// members.
pub(super) fn items<'a>(answer: &'a Answer, at: Option<&str>) -> Option<&'a Vec<Value>> {
    let body = answer.json()?;
    match (at, body) {
        (Some(at), _) => select(body, at)?.as_array(),
        (None, Value::Array(items)) => Some(items),
        (None, Value::Object(members)) => members.values().find_map(Value::as_array),
        _ => None,
    }
}

/// Whether a list holds the object with this id; where objects have no `id`, one of whose
/// members it is. The text of an answer does not tell: a server may repeat what it was asked
/// for.
pub(super) fn shows(items: &[Value], id: &Value) -> bool {
    items.iter().any(|item| match item {
        Value::Object(members) => match members.get("id") {
            Some(known) => known == id,
            None => members.values().any(|member| member == id),
        },
        other => other == id,
    })
}

/// The outputs of a call, selected in a value; what is not there is left out.
pub(super) fn outputs(call: &Call, value: &Value) -> Map<String, Value> {
    let selected = call
        .output
        .iter()
        .filter_map(|(name, path)| Some((name.clone(), select(value, path)?.clone())));
    selected.collect()
}

/// A value on several lines, for a finding.
pub(super) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
}
