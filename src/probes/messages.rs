//! `messages`: what message objects carry, on every operation that returns them.

use serde_json::{Value, json};

use super::Scene;
use super::declare::declare_probe;
use super::notes::Breach;
use super::scene::pretty;
use crate::procedure::{Answer, Purpose};
use crate::provision::Call;

declare_probe! {
    /// Has a person and an agent write into a room, and reads it through every operation
    /// that returns messages.
    ///
    /// ## What
    /// Each message object must have a `sender_name` that is a text and not empty; each text
    /// message that a person sent must have `metadata.status`. The send operations return no
    /// message object, so that both can only be seen by reading.
    ///
    /// ## Why it matters
    /// Clients dropped their own lookups when these fields were promised.
    ///
    /// ## Basis
    /// Changelog 2026-02-03 and 2026-02-10.
    "messages",
    aspects: ["sender-name", "status"],
    identities: ["user", "agent"],
    exhausts: false, run
}

/// Operations that return messages, with who reads and where they are in the answer.
const READERS: &[(&str, &str, bool)] = &[
    ("listMyChatMessages", "user", true),
    ("listAgentMessages", "agent", true),
    ("getAgentChatContext", "agent", true),
    ("getAgentNextMessage", "agent", false),
];

async fn run(scene: &mut Scene) -> Result<(), String> {
    scene
        .kitchen
        .provide(["message", "agent_self", "me", "shared_room"].map(str::to_owned))
        .await?;
    let room = json!({"chat_id": "{shared_room.id}"});
    let write = |operation: &str, who: &str, body: Value| Call {
        operation: operation.to_owned(),
        identity: Some(who.to_owned()),
        arguments: room.as_object().cloned().unwrap_or_default(),
        body: Some(body),
        ..Call::default()
    };
    for call in [
        write(
            "createAgentChatMessage",
            "agent",
            json!({"message": {"content": "I am here.", "mentions": [{"id": "{me.id}"}]}}),
        ),
        write(
            "createAgentChatEvent",
            "agent",
            json!({"event": {"content": "Thinking.", "message_type": "thought"}}),
        ),
    ] {
        let answer = scene.kitchen.call(&call, None, Purpose::Probe).await?;
        if !answer.is_success() {
            scene.notes.undecided(
                "sender-name",
                format!(
                    "{} answered {}, so that its message cannot be read",
                    call.operation,
                    answer.status()
                ),
            );
        }
    }
    for (operation, who, list) in READERS {
        let call = Call {
            operation: (*operation).to_owned(),
            identity: Some((*who).to_owned()),
            arguments: room.as_object().cloned().unwrap_or_default(),
            ..Call::default()
        };
        let answer = scene.kitchen.call(&call, None, Purpose::Probe).await?;
        let data = answer.at("/data").cloned().unwrap_or(Value::Null);
        let messages = match data {
            Value::Array(messages) if *list => messages,
            Value::Object(_) if !*list => vec![data],
            _ => Vec::new(),
        };
        if messages.is_empty() {
            let why = format!("{operation} answered {} without messages", answer.status());
            scene.notes.undecided("sender-name", why.clone());
            scene.notes.undecided("status", why);
        }
        for message in &messages {
            sender_name(scene, operation, message, &answer);
            status(scene, operation, message, &answer);
        }
    }
    Ok(())
}

fn sender_name(scene: &mut Scene, operation: &str, message: &Value, answer: &Answer) {
    let name = message.get("sender_name");
    if name
        .and_then(Value::as_str)
        .is_some_and(|name| !name.is_empty())
    {
        scene.notes.kept("sender-name", answer);
        return;
    }
    let mut expected = message.clone();
    match (&mut expected, name) {
        // At the front, so that no other line differs by a comma.
        (Value::Object(members), None) => {
            let with_name = [("sender_name".to_owned(), json!("a text"))];
            *members = with_name
                .into_iter()
                .chain(std::mem::take(members))
                .collect();
        }
        (expected, _) => expected["sender_name"] = json!("a text"),
    }
    scene.notes.broken(
        "sender-name",
        answer,
        Breach {
            operation,
            title: match name {
                None => format!("a message of {operation} has no sender_name"),
                Some(other) => format!("a message of {operation} has the sender_name {other}"),
            },
            cause: "sender_name",
            expected: pretty(&expected),
            actual: pretty(message),
        },
    );
}

fn status(scene: &mut Scene, operation: &str, message: &Value, answer: &Answer) {
    let by_person = message.get("sender_type") == Some(&json!("User"));
    if !by_person || message.get("message_type") != Some(&json!("text")) {
        return;
    }
    let status = message.pointer("/metadata/status");
    if status
        .and_then(Value::as_str)
        .is_some_and(|status| !status.is_empty())
    {
        scene.notes.kept("status", answer);
        return;
    }
    let mut expected = message.clone();
    if !expected["metadata"].is_object() {
        expected["metadata"] = json!({});
    }
    expected["metadata"]["status"] = json!("a text");
    scene.notes.broken(
        "status",
        answer,
        Breach {
            operation,
            title: format!("a person's text message in {operation} has no metadata.status"),
            cause: "metadata.status",
            expected: pretty(&expected),
            actual: pretty(message),
        },
    );
}
