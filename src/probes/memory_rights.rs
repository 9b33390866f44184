//! `memory-rights`: what agents of one organization may do with each other's memories.

use serde_json::{Value, json};

use super::Scene;
use super::declare::declare_probe;
use super::notes::Breach;
use super::scene::{call, contains};
use crate::procedure::{Answer, Purpose};

declare_probe! {
    /// Stores a memory, lets another agent of the same organization at it, and supersedes it.
    ///
    /// ## What
    /// The other agent must be able to read and list the memory, and must not be able to
    /// supersede or archive it. After the creator supersedes it, no list shows it any more,
    /// and by id it is still there with the status `superseded`. The lists are first shown
    /// to contain it, so that its absence proves something.
    ///
    /// ## Why it matters
    /// Agents build on each other's memories; one must not be able to unmake another's.
    ///
    /// ## Basis
    /// Changelog 2026-02-03; assumption A28 for reading superseded ones.
    "memory-rights",
    aspects: ["shared-within", "creator-only", "superseded-unlisted", "superseded-kept"],
    identities: ["user", "agent", "other_agent"],
    exhausts: false, run
}

async fn run(scene: &mut Scene) -> Result<(), String> {
    let me = scene.ask("getMyProfile", "user", json!({})).await?;
    let me = me
        .at("/data/id")
        .cloned()
        .ok_or("getMyProfile tells no id")?;
    for scope in ["subject", "organization"] {
        let marker = format!("rights {} {scope}", scene.kitchen.unique());
        let mut memory = json!({
            "content": marker, "system": "long_term", "type": "semantic", "segment": "user",
            "thought": "Stored by a conformance run.", "scope": scope,
        });
        if scope == "subject" {
            memory["subject_id"] = me.clone();
        }
        let create = call(
            "createAgentMemory",
            "agent",
            &json!({}),
            Some(json!({"memory": memory})),
        );
        let created = scene.kitchen.call(&create, None, Purpose::Probe).await?;
        let id = created.at("/data/id").cloned().ok_or_else(|| {
            format!(
                "no memory could be stored: createAgentMemory answered {}; is the organization in the closed preview?",
                created.status()
            )
        })?;
        let lists = lists(scope, &me);
        shared(scene, &id, &lists).await?;
        if creator_only(scene, &id).await? {
            superseded(scene, &id, &marker, &lists).await?;
        }
    }
    Ok(())
}

/// The lists without a status filter that show a memory of this scope.
fn lists(scope: &str, me: &Value) -> Vec<(&'static str, &'static str, Value)> {
    if scope == "subject" {
        vec![
            (
                "listAgentMemories",
                "agent",
                json!({"page_size": 50, "subject_id": me}),
            ),
            (
                "listAgentMemories",
                "other_agent",
                json!({"page_size": 50, "subject_id": me}),
            ),
            (
                "listUserMemories",
                "user",
                json!({"page_size": 50, "scope": "about_me"}),
            ),
        ]
    } else {
        vec![
            (
                "listAgentMemories",
                "agent",
                json!({"page_size": 50, "scope": "organization"}),
            ),
            (
                "listAgentMemories",
                "other_agent",
                json!({"page_size": 50, "scope": "organization"}),
            ),
            (
                "listUserMemories",
                "user",
                json!({"page_size": 50, "scope": "organization"}),
            ),
        ]
    }
}

async fn shared(
    scene: &mut Scene,
    id: &Value,
    lists: &[(&'static str, &'static str, Value)],
) -> Result<(), String> {
    let read = scene
        .ask("getAgentMemory", "other_agent", json!({"id": id}))
        .await?;
    judge_shared(scene, "getAgentMemory", &read, read.is_success());
    for (operation, who, with) in lists.iter().filter(|(_, who, _)| *who == "other_agent") {
        let list = scene.ask(operation, who, with.clone()).await?;
        let seen = contains(&list, id);
        judge_shared(scene, operation, &list, seen);
    }
    Ok(())
}

fn judge_shared(scene: &mut Scene, operation: &str, answer: &Answer, seen: bool) {
    if seen {
        scene.notes.kept("shared-within", answer);
    } else if matches!(answer.status(), 200..=299 | 403 | 404) {
        scene.notes.broken(
            "shared-within",
            answer,
            Breach {
                operation,
                title: format!("{operation} does not show an agent what another agent of its organization stored"),
                cause: "hidden",
                expected: "200 with the memory".to_owned(),
                actual: format!("{} without it", answer.status()),
            },
        );
    } else {
        scene.notes.undecided(
            "shared-within",
            format!("{operation} answered {}", answer.status()),
        );
    }
}

/// Whether the memory is still as it was.
async fn creator_only(scene: &mut Scene, id: &Value) -> Result<bool, String> {
    for operation in [
        "deleteAgentMemory",
        "supersedeAgentMemory",
        "archiveAgentMemory",
    ] {
        if scene.kitchen.api().find(operation).is_none() {
            continue;
        }
        let answer = scene
            .ask(operation, "other_agent", json!({"id": id}))
            .await?;
        let after = scene
            .ask("getAgentMemory", "agent", json!({"id": id}))
            .await?;
        let untouched = after.is_success()
            && after
                .at("/data/status")
                .is_none_or(|status| *status == json!("active"));
        match answer.status() {
            403 | 404 if untouched => scene.notes.kept("creator-only", &answer),
            403 | 404 | 200..=299 => {
                scene.notes.broken(
                    "creator-only",
                    if answer.is_success() { &answer } else { &after },
                    Breach {
                        operation,
                        title: format!("{operation} by an agent that did not create the memory took effect or was accepted"),
                        cause: if answer.is_success() { "accepted" } else { "took effect" },
                        expected: "403, and the memory stays active".to_owned(),
                        actual: format!(
                            "{}, and the memory is then {}",
                            answer.status(),
                            after.at("/data/status").unwrap_or(&Value::Null)
                        ),
                    },
                );
                return Ok(false);
            }
            status => scene
                .notes
                .undecided("creator-only", format!("{operation} answered {status}")),
        }
    }
    Ok(true)
}

async fn superseded(
    scene: &mut Scene,
    id: &Value,
    marker: &str,
    lists: &[(&'static str, &'static str, Value)],
) -> Result<(), String> {
    let mut shown = Vec::new();
    for (operation, who, with) in lists {
        let list = scene.ask(operation, who, with.clone()).await?;
        shown.push(contains(&list, id));
    }
    let answer = scene
        .ask("deleteAgentMemory", "agent", json!({"id": id}))
        .await?;
    if !answer.is_success() {
        let why = format!(
            "the creator could not supersede: deleteAgentMemory answered {}",
            answer.status()
        );
        scene.notes.undecided("superseded-unlisted", why.clone());
        scene.notes.undecided("superseded-kept", why);
        return Ok(());
    }
    for ((operation, who, with), shown) in lists.iter().zip(shown) {
        if !shown {
            scene.notes.undecided(
                "superseded-unlisted",
                format!("{operation} did not show the memory to {who} before, so that its absence proves nothing"),
            );
            continue;
        }
        let list = scene.ask(operation, who, with.clone()).await?;
        if !list.is_success() {
            scene.notes.undecided(
                "superseded-unlisted",
                format!("{operation} answered {}", list.status()),
            );
        } else if contains(&list, id) {
            scene.notes.broken(
                "superseded-unlisted",
                &list,
                Breach {
                    operation,
                    title: format!("{operation} still lists a memory after it was superseded"),
                    cause: "listed",
                    expected: format!("no memory with the content {marker:?}"),
                    actual: format!("a memory with the content {marker:?}"),
                },
            );
        } else {
            scene.notes.kept("superseded-unlisted", &list);
        }
    }
    let read = scene
        .ask("getAgentMemory", "agent", json!({"id": id}))
        .await?;
    if read.is_success() && read.at("/data/status") == Some(&json!("superseded")) {
        scene.notes.kept("superseded-kept", &read);
    } else {
        scene.notes.broken(
            "superseded-kept",
            &read,
            Breach {
                operation: "getAgentMemory",
                title: "a superseded memory is not kept for audit".to_owned(),
                cause: "not kept",
                expected: "200 with status superseded".to_owned(),
                actual: format!(
                    "{} with status {}",
                    read.status(),
                    read.at("/data/status").unwrap_or(&Value::Null)
                ),
            },
        );
    }
    Ok(())
}
