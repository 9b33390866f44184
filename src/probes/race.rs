//! `race`: what must happen once happens once, though it is asked for several times at once.

use serde_json::{Map, Value};

use super::Scene;
use super::declare::declare_probe;
use super::notes::Breach;
use super::parameter::read;
use crate::procedure::{Answer, Outgoing, Purpose};
use crate::provision::Call;

declare_probe! {
    /// Sends the same request several times at once, and counts how many were accepted.
    ///
    /// ## What
    /// `call` goes out `times` times at the same time; at most `most` of the answers are a
    /// success. Where none is, or one has no answer, nothing is decided.
    ///
    /// ## Why it matters
    /// A server that checks and acts in two steps is right in every test that waits for the
    /// answer, and wrong as soon as a client retries or a user clicks twice.
    ///
    /// ## Basis
    /// The contract's own words on what may not be there twice.
    "race", sharing: Parameters,
    aspects: {
        /// At most so many are accepted.
        "most",
    },
    parameters: Race {
        /// What is sent.
        call: Call,
        /// How often, at once.
        times: u64 = 4,
        /// How many of them may succeed.
        most: u64 = 1,
    },
    run: Each(run)
}

/// More requests at once than this show nothing new.
const AT_ONCE: u64 = 32;

async fn run(scene: &mut Scene, with: &Map<String, Value>) -> Result<(), String> {
    let rule: Race = read(with)?;
    let operation = rule.call.operation.clone();
    let who = scene.usual(&rule.call);
    scene
        .kitchen
        .provide_call(&rule.call, who.as_deref())
        .await?;
    let (index, request) = scene.kitchen.request(&rule.call, who.as_deref())?;
    let times = rule.times.min(AT_ONCE);
    let requests = (0..times).map(|_| Outgoing {
        request: request.clone(),
        operation: Some(index),
        purpose: Purpose::Probe,
    });
    let answers = scene.kitchen.script().send_all(requests.collect()).await;
    let plan = scene.plan(index);
    let accepted: Vec<Answer> = answers
        .iter()
        .filter(|answer| answer.is_success())
        .cloned()
        .collect();
    for answer in &accepted {
        scene.kitchen.created_by(&plan, &operation, answer);
    }
    match accepted.get(usize::try_from(rule.most).unwrap_or(usize::MAX)) {
        Some(answer) => scene.notes.broken(
            "most",
            answer,
            Breach {
                operation: &operation,
                title: format!(
                    "of {times} {operation} at once {} were accepted",
                    accepted.len()
                ),
                cause: "at once",
                expected: format!("{} of {times} accepted", rule.most),
                actual: format!("{} of {times} accepted", accepted.len()),
            },
        ),
        None => match accepted.last() {
            None => scene
                .notes
                .undecided("most", format!("none of {times} {operation} was accepted")),
            Some(_) if answers.iter().any(|answer| answer.response().is_none()) => scene
                .notes
                .undecided("most", "some of the requests had no answer"),
            Some(answer) => scene.notes.kept("most", answer),
        },
    }
    Ok(())
}
