//! `strict-bodies`: unknown properties are refused with 400 and change nothing.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Scene;
use super::declare::declare_probe;
use super::notes::Breach;
use crate::api::Operation;
use crate::case::{Bound, Part};
use crate::pointer::Pointer;
use crate::procedure::{Answer, Purpose};
use crate::provision::{Call, OperationPlan};
use crate::schema::closed_objects;
use crate::verdict::hex;

declare_probe! {
    /// Adds an unknown property to a good body of every operation that has one.
    ///
    /// ## What
    /// For every closed object in the body, at every depth, a request with one property
    /// more is sent, and then the same without it. If that succeeds, the first must have been
    /// answered with 400, and a listing afterwards must not show
    /// the marker that the request carried in its known properties.
    ///
    /// ## Why it matters
    /// A misspelt property that is ignored is a setting that silently does not take effect;
    /// one that is refused but stored leaves what the client believes does not exist.
    ///
    /// ## Basis
    /// Changelog 2026-01-14.
    "strict-bodies",
    aspects: ["status", "unchanged"],
    identities: ["user", "colleague", "agent", "other_agent", "stranger"],
    exhausts: false, run
}

/// How one sees whether a request took effect.
struct Watch {
    operation: &'static str,
    /// A part of the body that carries a marker or names what is added or taken away.
    mark: &'static str,
    /// Lists what would show it.
    list: &'static str,
    /// Whether the marked must be in the list afterwards: nothing was taken away.
    stays: bool,
}

const fn gone(operation: &'static str, mark: &'static str, list: &'static str) -> Watch {
    Watch {
        operation,
        mark,
        list,
        stays: false,
    }
}

const fn stays(operation: &'static str, mark: &'static str, list: &'static str) -> Watch {
    Watch {
        operation,
        mark,
        list,
        stays: true,
    }
}

/// One for each operation with a body; `resolveHandle` only reads.
const WATCHES: &[Watch] = &[
    gone(
        "addAgentChatParticipant",
        "/participant/participant_id",
        "listAgentChatParticipants",
    ),
    gone("addAgentContact", "/message", "listAgentContactRequests"),
    gone(
        "addMyChatParticipant",
        "/participant/participant_id",
        "listMyChatParticipants",
    ),
    gone("createAgentChat", "/chat/task_id", "listAgentChats"),
    gone(
        "createAgentChatEvent",
        "/event/content",
        "getAgentChatContext",
    ),
    gone(
        "createAgentChatMessage",
        "/message/content",
        "getAgentChatContext",
    ),
    gone(
        "createAgentContactRequest",
        "/contact_request/message",
        "listAgentSentContactRequests",
    ),
    gone("createAgentMemory", "/memory/content", "listAgentMemories"),
    gone(
        "createContactRequest",
        "/contact_request/message",
        "listSentContactRequests",
    ),
    gone("createMyAgent", "/agent/name", "listMyAgents"),
    gone("createMyChatRoom", "/chat/task_id", "listMyChats"),
    gone("markAgentMessageFailed", "/error", "listAgentMessages"),
    gone("registerMyAgent", "/agent/name", "listMyAgents"),
    stays("removeAgentContact", "/contact_id", "listAgentContacts"),
    stays(
        "respondToAgentContactRequest",
        "/request_id",
        "listAgentReceivedContactRequests",
    ),
    gone(
        "sendMyChatMessage",
        "/message/content",
        "listMyChatMessages",
    ),
    gone("updateMyProfile", "/user/first_name", "getMyProfile"),
];

/// The property that no API has.
const UNEXPECTED: &str = "assizeUnexpected";

/// Operations with a body that change nothing.
const ONLY_READ: &[&str] = &["resolveHandle"];

async fn run(scene: &mut Scene) -> Result<(), String> {
    let api = scene.kitchen.api();
    for (index, operation) in api.operations.iter().enumerate() {
        let Some(media) = operation
            .body
            .as_ref()
            .and_then(|body| body.contents.first())
        else {
            continue;
        };
        let Some(schema) = media.schema else { continue };
        let plan = scene.plan(index);
        let Some(example) = media.examples.first() else {
            scene
                .notes
                .undecided("status", format!("{} has no example body", operation.id));
            continue;
        };
        // With every property set that could be marked, all closed objects are reached.
        for (round, at) in closed_objects(&api, schema, &example.value)
            .into_iter()
            .enumerate()
        {
            scene.kitchen.spend();
            if let Err(why) = one(scene, operation, &plan, &example.value, &at, round).await {
                scene
                    .notes
                    .undecided("status", format!("{}: {why}", operation.id));
            }
        }
    }
    Ok(())
}

async fn one(
    scene: &mut Scene,
    operation: &Operation,
    plan: &OperationPlan,
    example: &Value,
    at: &Pointer,
    round: usize,
) -> Result<(), String> {
    let mut call = conforming(operation, plan, example);
    let watch = WATCHES.iter().find(|watch| watch.operation == operation.id);
    if let Some(watch) = watch.filter(|watch| !watch.stays) {
        mark(
            &mut call,
            watch.mark,
            &format!("{}-{}-{round}", scene.kitchen.unique(), operation.id),
        );
    }
    scene.kitchen.provide(plan.needs.clone()).await?;
    let body = call.body.as_mut().ok_or("there is no body")?;
    at.child(UNEXPECTED).set(body, json!("unexpected"));
    let answer = scene
        .kitchen
        .provide_and_call(&call, plan.identity.as_deref(), Purpose::Probe)
        .await?;
    if answer.is_success() {
        status_broken(scene, operation, at, &answer);
        return Ok(());
    }
    if matches!(answer.status(), 0 | 401 | 429 | 500..) {
        return Err(format!(
            "a request with an unknown property was answered {}",
            answer.status()
        ));
    }
    // Only a refused request must change nothing.
    if !ONLY_READ.contains(&operation.id.as_str()) {
        match watch {
            Some(watch) => unchanged(scene, operation, plan, &call, watch, &answer).await?,
            None => scene.notes.undecided(
                "unchanged",
                format!("no listing shows the effect of {}", operation.id),
            ),
        }
    }
    // The same request without the property must succeed; else it was refused for
    // something else, and nothing is known.
    if let Some(body) = &mut call.body {
        at.child(UNEXPECTED).remove(body);
    }
    let control = scene
        .kitchen
        .provide_and_call(&call, plan.identity.as_deref(), Purpose::Probe)
        .await?;
    if !control.is_success() {
        return Err(format!(
            "the request without the unknown property was answered {} too",
            control.status()
        ));
    }
    scene
        .kitchen
        .remove_created(plan, &operation.id, &control)
        .await;
    if answer.status() == 400 {
        scene.notes.kept("status", &answer);
    } else {
        status_broken(scene, operation, at, &answer);
    }
    Ok(())
}

fn status_broken(scene: &mut Scene, operation: &Operation, at: &Pointer, answer: &Answer) {
    let place = if at.is_root() {
        "the body".to_owned()
    } else {
        format!("{at} of the body")
    };
    let status = answer.status();
    scene.notes.broken(
        "status",
        answer,
        Breach {
            operation: &operation.id,
            title: format!("an unknown property in {place} was answered {status} instead of 400"),
            cause: if answer.is_success() {
                "accepted"
            } else {
                "status"
            },
            expected: "400".to_owned(),
            actual: status.to_string(),
        },
    );
}

/// The example with everything live that the plan binds.
fn conforming(operation: &Operation, plan: &OperationPlan, example: &Value) -> Call {
    let mut call = Call {
        operation: operation.id.clone(),
        body: Some(example.clone()),
        ..Call::default()
    };
    for binding in &plan.bindings {
        let value = match &binding.bound {
            Bound::Reference(reference) => json!(reference.to_string()),
            Bound::Value(value) => value.clone(),
        };
        match (&binding.part, &mut call.body) {
            (Part::Parameter(_, name), _) => {
                call.arguments.insert(name.clone(), value);
            }
            // What the example leaves out, it need not have.
            (Part::Body(pointer), Some(body)) if pointer.get(body).is_some() => {
                pointer.set(body, value);
            }
            _ => {}
        }
    }
    call
}

/// Puts a text that nothing else has into the marked part, unless that is bound.
fn mark(call: &mut Call, pointer: &str, unique: &str) {
    let Some(body) = &mut call.body else { return };
    let pointer = Pointer::new(pointer);
    if pointer
        .get(body)
        .and_then(Value::as_str)
        .is_some_and(|text| text.starts_with('{'))
    {
        return;
    }
    let marker = if pointer.as_str().ends_with("_id") {
        let digest = Sha256::digest(unique.as_bytes());
        let hex = hex(&digest[..16]);
        format!(
            "{}-{}-4{}-8{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[13..16],
            &hex[17..20],
            &hex[20..]
        )
    } else {
        format!("mark {unique}")
    };
    pointer.set(body, json!(marker));
}

async fn unchanged(
    scene: &mut Scene,
    operation: &Operation,
    plan: &OperationPlan,
    call: &Call,
    watch: &Watch,
    refused: &Answer,
) -> Result<(), String> {
    let api = scene.kitchen.api();
    let index = api
        .find(watch.list)
        .ok_or_else(|| format!("there is no {}", watch.list))?;
    let listing = &api.operations[index];
    let mut list = Call {
        operation: watch.list.to_owned(),
        ..Call::default()
    };
    for parameter in &listing.parameters {
        // The same room, the largest page, every status.
        if let Some(same) = call.arguments.get(&parameter.name) {
            list.arguments.insert(parameter.name.clone(), same.clone());
        } else if parameter.name == "status" && watch.list == "listAgentMessages" {
            list.arguments.insert("status".to_owned(), json!("all"));
        } else if parameter.name == "page_size" {
            let most = parameter
                .schema
                .and_then(|schema| api.schema(schema)?.get("maximum"))
                .and_then(Value::as_u64)
                .unwrap_or(50);
            list.arguments.insert("page_size".to_owned(), json!(most));
        }
    }
    let place = Pointer::new(watch.mark);
    let body = call
        .body
        .as_ref()
        .map(|body| scene.kitchen.fill(body))
        .transpose()?;
    let Some(Value::String(marker)) = body.as_ref().and_then(|body| place.get(body)).cloned()
    else {
        return Err(format!(
            "the example of {} has no text at {}",
            operation.id, watch.mark
        ));
    };
    let shown = scene
        .kitchen
        .call(&list, plan.identity.as_deref(), Purpose::Probe)
        .await?;
    if !shown.is_success() {
        return Err(format!("{} answered {}", watch.list, shown.status()));
    }
    let found = shown
        .response()
        .is_some_and(|response| String::from_utf8_lossy(&response.body).contains(&marker));
    if found == watch.stays {
        scene.notes.kept("unchanged", &shown);
    } else {
        scene.notes.broken(
            "unchanged",
            &shown,
            Breach {
                operation: &operation.id,
                title: format!(
                    "{} refused an unknown property with {} and took effect all the same",
                    operation.id,
                    refused.status()
                ),
                cause: "took effect",
                expected: format!("{} shows no effect", watch.list),
                actual: if watch.stays {
                    format!("{} no longer shows {marker}", watch.list)
                } else {
                    format!("{} shows {marker}", watch.list)
                },
            },
        );
    }
    Ok(())
}
