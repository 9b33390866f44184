//! `rate-limit`: what happens when requests come too fast.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::Scene;
use super::declare::declare_probe;
use super::notes::Breach;
use super::parameter::{Identity, read};
use crate::api::ParameterLocation;
use crate::procedure::{Answer, Outgoing, Purpose};
use crate::provision::Call;

declare_probe! {
    /// Sends faster than an organization of its own may, and looks at the refusals.
    ///
    /// ## What
    /// Requests go out in bursts until one is refused: the refusals must have the status.
    /// While the limit holds, one request to each operation follows, so that its refusal can
    /// be judged too; these have ids that nobody has and empty bodies, so that they change
    /// nothing where the limit does not hold. None may report a reached quota, and after the
    /// time that `Retry-After` tells the first request must succeed again.
    ///
    /// ## Why it matters
    /// A client must know whether waiting helps.
    ///
    /// ## Basis
    /// RFC 6585, section 4 (429); RFC 9110, section 10.2.3 (`Retry-After`); the contract's own
    /// words on its rate limit.
    "rate-limit", sharing: Tenant,
    aspects: {
        /// A request that comes too fast is refused with the status.
        "status",
        /// `Retry-After` tells the seconds to wait, and then the request succeeds.
        "retry-after",
        /// The refusal does not report a reached quota.
        "reserved",
    },
    parameters: RateLimit {
        /// Who sends: the first sends the burst, and of all of them the first whose
        /// credentials an operation takes sends one request to it. They must own their
        /// organization.
        identities: Vec<Identity>,
        /// What the burst sends.
        call: Call,
        /// The status of a refusal.
        status: u16 = 429,
        /// The code of a reached quota, which a refusal of the rate must not have.
        quota_code: String = "limit_reached",
    },
    run: Each(run)
}

/// How many requests of a burst are in flight at once.
const BURST: usize = 16;
/// The longest `Retry-After` that the probe waits for.
const LONGEST_WAIT: u64 = 30;

async fn run(scene: &mut Scene, with: &Map<String, Value>) -> Result<(), String> {
    let rule: RateLimit = read(with)?;
    let sender = rule
        .identities
        .first()
        .map(|one| one.0.clone())
        .ok_or("it names no identity")?;
    let name = rule.call.operation.as_str();
    let (operation, built) = scene.kitchen.request(&rule.call, Some(&sender))?;
    let one = || Outgoing {
        request: built.clone(),
        operation: Some(operation),
        purpose: Purpose::Probe,
    };
    // Alone, the request must succeed; else a refusal in the burst proves nothing.
    let alone = scene.kitchen.script().send(one()).await;
    if !alone.is_success() {
        return Err(format!("a single {name} was answered {}", alone.status()));
    }
    let declared = scene
        .kitchen
        .identities()
        .known
        .get(&sender)
        .and_then(|facts| facts.limits.get("requests").copied());
    // A window may turn while the burst runs, so that twice the limit can be needed.
    let most = declared.map_or(scene.setting.budget, |limit| 2 * limit + BURST as u64);
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
        status(scene, &rule, answer);
    }
    let mut limited: Vec<Answer> = refused
        .iter()
        .filter(|answer| answer.status() == rule.status)
        .cloned()
        .collect();
    if limited.is_empty() {
        // Nothing holds the other operations back.
        return Ok(());
    }
    limited.extend(
        sweep(scene, &rule)
            .await
            .into_iter()
            .filter(|answer| answer.status() == rule.status),
    );
    reserved(scene, &rule, &limited);
    recover(scene, &rule, &limited, one()).await;
    Ok(())
}

fn status(scene: &mut Scene, rule: &RateLimit, answer: &Answer) {
    let status = answer.status();
    if status == rule.status {
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
                operation: &rule.call.operation,
                title: format!(
                    "a request that came too fast was answered {status} instead of {}",
                    rule.status
                ),
                cause: "status",
                expected: rule.status.to_string(),
                actual: status.to_string(),
            },
        );
    }
}

/// One request to each operation that needs credentials, while the limit holds.
async fn sweep(scene: &mut Scene, rule: &RateLimit) -> Vec<Answer> {
    let api = scene.kitchen.api();
    let identities: Vec<String> = rule.identities.iter().map(|one| one.0.clone()).collect();
    let mut requests = Vec::new();
    for (index, operation) in api.operations.iter().enumerate() {
        if !operation.needs_credentials() {
            continue;
        }
        let Some(who) = scene.setting.holder(index, &identities) else {
            continue;
        };
        let arguments = operation
            .parameters
            .iter()
            .filter(|parameter| parameter.location == ParameterLocation::Path)
            .map(|parameter| {
                let schema = parameter.schema.and_then(|schema| api.schema(schema));
                let kind = schema.and_then(|schema| schema.get("type"));
                let nobody_has = match kind.and_then(Value::as_str) {
                    Some("integer" | "number") => json!(2_147_483_647),
                    _ => json!("00000000-0000-4000-8000-000000000000"),
                };
                (parameter.name.clone(), nobody_has)
            })
            .collect();
        let call = Call {
            operation: operation.id.clone(),
            identity: Some(who.clone()),
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

fn reserved(scene: &mut Scene, rule: &RateLimit, limited: &[Answer]) {
    for answer in limited {
        let code = answer.at("/error/code").or_else(|| answer.at("/code"));
        if code == Some(&json!(rule.quota_code)) {
            scene.notes.broken(
                "reserved",
                answer,
                Breach {
                    operation: &rule.call.operation,
                    title: format!(
                        "a {} for the rate limit reports a reached quota",
                        rule.status
                    ),
                    cause: "code",
                    expected: "a code of its own".to_owned(),
                    actual: rule.quota_code.clone(),
                },
            );
        } else {
            scene.notes.kept("reserved", answer);
        }
    }
}

/// Waits as long as the last refusal says; then the request must succeed. Not the first: the
/// window may have turned in between, and the next one be exhausted too.
async fn recover(scene: &mut Scene, rule: &RateLimit, limited: &[Answer], again: Outgoing) {
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
                operation: &rule.call.operation,
                title: format!(
                    "a {} does not tell in Retry-After how many seconds to wait",
                    rule.status
                ),
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
                operation: &rule.call.operation,
                title: format!("after the {seconds} s of Retry-After the request is still refused"),
                cause: "wait",
                expected: Value::from("2xx").to_string(),
                actual: later.status().to_string(),
            },
        );
    }
}
