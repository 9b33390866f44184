//! `rate-limit`: what happens when requests come too fast.

use std::time::Duration;

use serde_json::{Value, json};

use super::Scene;
use super::declare::declare_probe;
use super::notes::Breach;
use crate::api::ParameterLocation;
use crate::procedure::{Answer, Outgoing, Purpose};
use crate::provision::Call;

declare_probe! {
    /// Sends faster than an organization of its own may, and looks at the refusals.
    ///
    /// ## What
    /// Requests go out in bursts until one is refused: the refusals must be 429. While the
    /// limit holds, one request to each operation follows, so that its 429 can be judged
    /// too; these have ids that nobody has and empty bodies, so that they change nothing
    /// where the limit does not hold. No 429 may report a reached quota, and after the time
    /// that `Retry-After` tells the first request must succeed again.
    ///
    /// ## Why it matters
    /// A client must know whether waiting helps.
    ///
    /// ## Basis
    /// Changelog 2026-02-24; assumption A19 for `Retry-After`.
    "rate-limit",
    aspects: ["status", "retry-after", "reserved"],
    identities: ["burst", "burst_agent"],
    exhausts: true, run
}

/// How many requests of a burst are in flight at once.
const BURST: usize = 16;
/// The longest `Retry-After` that the probe waits for.
const LONGEST_WAIT: u64 = 30;

async fn run(scene: &mut Scene) -> Result<(), String> {
    let request = Call {
        operation: "getMyProfile".to_owned(),
        identity: Some("burst".to_owned()),
        ..Call::default()
    };
    let (operation, built) = scene.kitchen.request(&request, None)?;
    let one = || Outgoing {
        request: built.clone(),
        operation: Some(operation),
        purpose: Purpose::Probe,
    };
    // Alone, the request must succeed; else a refusal in the burst proves nothing.
    let alone = scene.kitchen.script().send(one()).await;
    if !alone.is_success() {
        return Err(format!(
            "a single getMyProfile was answered {}",
            alone.status()
        ));
    }
    let declared = scene
        .kitchen
        .identities()
        .known
        .get("burst")
        .and_then(|facts| facts.limits.get("requests").copied());
    // A window may turn while the burst runs, so that twice the limit can be needed.
    let most = declared.map_or(scene.budget, |limit| 2 * limit + BURST as u64);
    let mut sent = 0;
    let mut refused: Vec<Answer> = Vec::new();
    while sent < most && refused.is_empty() {
        let answers = scene
            .kitchen
            .script()
            .send_all((0..BURST).map(|_| one()).collect())
            .await;
        sent += BURST as u64;
        refused.extend(answers.into_iter().filter(|answer| !answer.is_success()));
    }
    if refused.is_empty() {
        return Err(format!(
            "{sent} requests in bursts of {BURST} were all accepted"
        ));
    }
    for answer in &refused {
        let status = answer.status();
        if status == 429 {
            scene.notes.kept("status", answer);
        } else if !(400..500).contains(&status) || status == 401 {
            // Not a refusal of the rate: no answer, a failure, a credential.
            let why = format!("a request of the burst was answered {status}");
            scene.notes.undecided("status", why);
        } else {
            scene.notes.broken(
                "status",
                answer,
                Breach {
                    operation: "getMyProfile",
                    title: format!(
                        "a request that came too fast was answered {} instead of 429",
                        answer.status()
                    ),
                    cause: "status",
                    expected: "429".to_owned(),
                    actual: answer.status().to_string(),
                },
            );
        }
    }
    let mut limited: Vec<Answer> = refused
        .iter()
        .filter(|answer| answer.status() == 429)
        .cloned()
        .collect();
    if limited.is_empty() {
        // Nothing holds the other operations back.
        return Ok(());
    }
    limited.extend(
        sweep(scene)
            .await
            .into_iter()
            .filter(|answer| answer.status() == 429),
    );
    reserved(scene, &limited);
    recover(scene, &limited, one()).await;
    Ok(())
}

/// One request to each operation that needs credentials, while the limit holds.
async fn sweep(scene: &mut Scene) -> Vec<Answer> {
    let api = scene.kitchen.api();
    let mut requests = Vec::new();
    for operation in api.operations.iter().filter(|one| one.needs_credentials()) {
        let kind = if operation
            .security
            .iter()
            .any(|one| one.schemes.contains_key("userKey"))
        {
            "burst"
        } else {
            "burst_agent"
        };
        let arguments = operation
            .parameters
            .iter()
            .filter(|parameter| parameter.location == ParameterLocation::Path)
            .map(|parameter| {
                (
                    parameter.name.clone(),
                    json!("00000000-0000-4000-8000-000000000000"),
                )
            })
            .collect();
        let call = Call {
            operation: operation.id.clone(),
            identity: Some(kind.to_owned()),
            arguments,
            body: operation.body.as_ref().map(|_| json!({})),
            ..Call::default()
        };
        if let Ok((index, request)) = scene.kitchen.request(&call, None) {
            requests.push(Outgoing {
                request,
                operation: Some(index),
                purpose: Purpose::Probe,
            });
        }
    }
    let mut answers = Vec::new();
    while !requests.is_empty() {
        let batch = requests.drain(..requests.len().min(BURST)).collect();
        answers.extend(scene.kitchen.script().send_all(batch).await);
    }
    answers
}

fn reserved(scene: &mut Scene, limited: &[Answer]) {
    for answer in limited {
        if answer.at("/error/code") == Some(&json!("limit_reached")) {
            scene.notes.broken(
                "reserved",
                answer,
                Breach {
                    operation: "getMyProfile",
                    title: "a 429 for the rate limit reports a reached quota".to_owned(),
                    cause: "code",
                    expected: "a code of its own".to_owned(),
                    actual: "limit_reached".to_owned(),
                },
            );
        } else {
            scene.notes.kept("reserved", answer);
        }
    }
}

/// Waits as long as the last 429 says; then the request must succeed. Not the first: the
/// window may have turned in between, and the next one be exhausted too.
async fn recover(scene: &mut Scene, limited: &[Answer], again: Outgoing) {
    let Some(answer) = limited.last() else {
        return;
    };
    let header = answer
        .response()
        .and_then(|response| response.headers.get(http::header::RETRY_AFTER))
        .and_then(|value| value.to_str().ok())
        .map(ToOwned::to_owned);
    let seconds = header
        .as_deref()
        .and_then(|text| text.trim().parse::<u64>().ok());
    let Some(seconds) = seconds else {
        scene.notes.broken(
            "retry-after",
            answer,
            Breach {
                operation: "getMyProfile",
                title: "a 429 does not tell in Retry-After how many seconds to wait".to_owned(),
                cause: "header",
                expected: "Retry-After: whole seconds".to_owned(),
                actual: header.map_or("no Retry-After".to_owned(), |text| {
                    format!("Retry-After: {text}")
                }),
            },
        );
        return;
    };
    if seconds > LONGEST_WAIT {
        scene.notes.undecided(
            "retry-after",
            format!("Retry-After is {seconds} s; the probe waits {LONGEST_WAIT} s at most"),
        );
        return;
    }
    scene
        .kitchen
        .script()
        .wait(Duration::from_millis(seconds * 1000 + 50))
        .await;
    let later = scene.kitchen.script().send(again).await;
    if later.is_success() {
        scene.notes.kept("retry-after", &later);
    } else {
        scene.notes.broken(
            "retry-after",
            &later,
            Breach {
                operation: "getMyProfile",
                title: format!("after the {seconds} s of Retry-After the request is still refused"),
                cause: "wait",
                expected: Value::from("2xx").to_string(),
                actual: later.status().to_string(),
            },
        );
    }
}
