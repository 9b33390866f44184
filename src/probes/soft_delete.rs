//! `soft-delete`: what is removed is in no list any more, and still there for audit.

use serde_json::{Map, Value, json};

use super::Scene;
use super::declare::declare_probe;
use super::notes::Breach;
use super::parameter::{Expected, RecipeName, read};
use super::scene::{items, pretty, shows};
use crate::case::Reference;
use crate::procedure::Purpose;
use crate::provision::Call;

declare_probe! {
    /// Makes a resource, removes it, and looks for it in lists and by its id.
    ///
    /// ## What
    /// Each resource is first shown to be in the lists, so that its absence proves something.
    /// After `remove` no list shows it any more, and `read` still does, as `becomes` says.
    ///
    /// ## Why it matters
    /// A removal that only some lists know of brings back what its owner gave up; one that
    /// keeps nothing leaves no trace for an audit.
    ///
    /// ## Basis
    /// The contract's own words on soft deletion.
    "soft-delete", sharing: Parameters,
    aspects: {
        /// No list shows it after its removal.
        "unlisted",
        /// It can still be read, and says that it was removed.
        "kept",
    },
    parameters: SoftDelete {
        /// What is made and removed, one after the other; `{it.NAME}` in the calls is an
        /// output of the current one.
        resources: Vec<RecipeName>,
        /// Removes it.
        remove: Call,
        /// Lists that show it before. The output `items` selects the list; without it, it is
        /// the first array of the body. An item shows it by its id.
        lists: Vec<Call>,
        /// Reads it.
        read: Call,
        /// What the answer of `read` has after the removal.
        becomes: Expected = {},
    },
    run: Each(run)
}

async fn run(scene: &mut Scene, with: &Map<String, Value>) -> Result<(), String> {
    let rule: SoftDelete = read(with)?;
    for name in &rule.resources {
        scene.kitchen.provide([name.0.clone()]).await?;
        let id = scene.kitchen.output(&Reference {
            resource: name.0.clone(),
            output: "id".to_owned(),
        })?;
        let known = Map::from_iter([("id".to_owned(), id.clone())]);
        scene.kitchen.hold("it", known);
        one(scene, &rule, &id).await?;
    }
    Ok(())
}

async fn one(scene: &mut Scene, rule: &SoftDelete, id: &Value) -> Result<(), String> {
    let mut shown = Vec::new();
    for list in &rule.lists {
        let answer = scene.call(list, None, Purpose::Probe).await?;
        let at = list.output.get("items").map(String::as_str);
        shown.push(items(&answer, at).is_some_and(|items| shows(items, id)));
    }
    let removed = scene.call(&rule.remove, None, Purpose::Probe).await?;
    if !removed.is_success() {
        let why = format!(
            "it could not be removed: {} answered {}",
            rule.remove.operation,
            removed.status()
        );
        scene.notes.undecided("unlisted", why.clone());
        scene.notes.undecided("kept", why);
        return Ok(());
    }
    for (list, shown) in rule.lists.iter().zip(shown) {
        unlisted(scene, list, shown, id).await?;
    }
    let read = scene.call(&rule.read, None, Purpose::Probe).await?;
    let body = read.json().cloned().unwrap_or(Value::Null);
    if read.is_success() && rule.becomes.holds(&body) {
        scene.notes.kept("kept", &read);
        return Ok(());
    }
    let places = rule.becomes.0.keys();
    let seen: Map<String, Value> = places
        .map(|at| (at.clone(), body.pointer(at).cloned().unwrap_or(Value::Null)))
        .collect();
    scene.notes.broken(
        "kept",
        &read,
        Breach {
            operation: &rule.read.operation,
            title: format!(
                "{} does not show what {} removed",
                rule.read.operation, rule.remove.operation
            ),
            cause: "not kept",
            expected: pretty(&json!({"status": 200, "body": rule.becomes.0})),
            actual: pretty(&json!({"status": read.status(), "body": seen})),
        },
    );
    Ok(())
}

async fn unlisted(scene: &mut Scene, list: &Call, shown: bool, id: &Value) -> Result<(), String> {
    let operation = &list.operation;
    if !shown {
        scene.notes.undecided(
            "unlisted",
            format!("{operation} did not show it before, so that its absence proves nothing"),
        );
        return Ok(());
    }
    let answer = scene.call(list, None, Purpose::Probe).await?;
    let at = list.output.get("items").map(String::as_str);
    match items(&answer, at) {
        Some(items) if answer.is_success() && shows(items, id) => scene.notes.broken(
            "unlisted",
            &answer,
            Breach {
                operation,
                title: format!("{operation} still lists what was removed"),
                cause: "listed",
                expected: format!("no item with the id {id}"),
                actual: format!("an item with the id {id}"),
            },
        ),
        Some(_) if answer.is_success() => scene.notes.kept("unlisted", &answer),
        _ => scene.notes.undecided(
            "unlisted",
            format!("{operation} answered {} without a list", answer.status()),
        ),
    }
    Ok(())
}
