//! Creating what a quota counts, counting it, and taking note of what was made.

use serde_json::Value;

use super::{Creation, Quota};
use crate::probes::Scene;
use crate::probes::scene::{items, outputs};
use crate::procedure::{Answer, Outgoing, Purpose};
use crate::provision::{Call, select};

/// How many there are, from the total or the length of the list, and the answer.
pub(super) async fn count(
    scene: &mut Scene,
    quota: &Quota,
    list: &Call,
) -> Result<(u64, Answer), String> {
    let answer = scene.call(list, Some(quota.who()), Purpose::Probe).await?;
    let total = list.output.get("total").and_then(|path| {
        let body = answer.json()?;
        select(body, path)?.as_u64()
    });
    let length = || {
        let at = list.output.get("items").map(String::as_str);
        items(&answer, at).map(|items| items.len() as u64)
    };
    match total.or_else(length) {
        Some(count) if answer.is_success() => Ok((count, answer)),
        _ => Err(format!(
            "{} answered {} without a list",
            list.operation,
            answer.status()
        )),
    }
}

/// Sends a creation with a name of its own, and takes note of what it made.
pub(super) async fn create(
    scene: &mut Scene,
    quota: &Quota,
    creation: &Creation,
) -> Result<Answer, String> {
    scene.kitchen.renew();
    let answer = scene
        .call(&creation.create, Some(quota.who()), Purpose::Probe)
        .await?;
    note(scene, quota, creation, &answer);
    Ok(answer)
}

/// Sends several creations at the same time, as many as there are candidates for while one
/// is kept for later; takes note of what they made.
pub(super) async fn create_at_once(
    scene: &mut Scene,
    quota: &Quota,
    creation: &Creation,
    times: usize,
    mut candidates: Option<&mut Candidates>,
) -> Result<Vec<Answer>, String> {
    let call = &creation.create;
    let mut requests = Vec::new();
    for sent in 0..times {
        if sent > 0
            && let Some(candidates) = candidates.as_deref_mut()
            && (candidates.left() < 2 || !candidates.next(scene))
        {
            break;
        }
        scene.kitchen.renew();
        scene.kitchen.provide_call(call, Some(quota.who())).await?;
        let (operation, request) = scene.kitchen.request(call, Some(quota.who()))?;
        requests.push(Outgoing {
            request,
            operation: Some(operation),
            purpose: Purpose::Probe,
        });
    }
    let answers = scene.kitchen.script().send_all(requests).await;
    for answer in &answers {
        note(scene, quota, creation, answer);
    }
    Ok(answers)
}

/// Takes note of what a creation made.
fn note(scene: &mut Scene, quota: &Quota, creation: &Creation, answer: &Answer) {
    let operation = scene.setting.api.find(&creation.create.operation);
    let kept = operation.and_then(|index| scene.plan(index).kept);
    let stays = quota.kept.is_some() || (creation.delete.is_none() && kept.is_some());
    if answer.is_success() && !stays {
        let what = format!("what {} created", creation.create.operation);
        let delete = creation.delete.clone().map(|mut call| {
            let made = answer.json().map(|body| outputs(&call, body));
            scene.kitchen.hold("created", made.unwrap_or_default());
            call.identity
                .get_or_insert_with(|| quota.identity.0.clone());
            call
        });
        scene.kitchen.remove_later(&what, delete);
    }
}

/// What the creations use up one after the other.
pub(super) struct Candidates {
    call: Call,
    left: std::vec::IntoIter<Value>,
}

impl Candidates {
    pub(super) async fn of(scene: &mut Scene, quota: &Quota) -> Result<Option<Self>, String> {
        let Some(call) = quota.candidates.clone() else {
            return Ok(None);
        };
        let answer = scene.call(&call, Some(quota.who()), Purpose::Setup).await?;
        let all = items(&answer, None).cloned().ok_or_else(|| {
            format!(
                "{} answered {} without a list",
                call.operation,
                answer.status()
            )
        })?;
        Ok(Some(Self {
            call,
            left: all.into_iter(),
        }))
    }

    pub(super) fn left(&self) -> usize {
        self.left.len()
    }

    /// Puts the next one in place; false when there is none.
    pub(super) fn next(&mut self, scene: &mut Scene) -> bool {
        let Some(item) = self.left.next() else {
            return false;
        };
        let known = outputs(&self.call, &item);
        scene.kitchen.hold("candidate", known);
        true
    }
}
