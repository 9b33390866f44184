//! `members`: what the objects in answers carry, on every operation that returns them.

use serde_json::{Map, Value, json};

use super::Scene;
use super::declare::declare_probe;
use super::notes::Breach;
use super::parameter::{Expected, Place, RecipeName, read};
use super::scene::pretty;
use crate::pointer::Pointer;
use crate::procedure::{Answer, Purpose};
use crate::provision::{Call, select};

declare_probe! {
    /// Looks for a member in the objects of every operation that returns them.
    ///
    /// ## What
    /// First `needs` and `calls` see to it that there is something to read. Each object that
    /// the calls of `read` return, as far as it has what `when` says, must have a text that
    /// is not empty at `member`.
    ///
    /// ## Why it matters
    /// One operation builds its objects by other code than the next; clients read all of them
    /// by the same.
    ///
    /// ## Basis
    /// The contract's own words on what its objects carry.
    "members", sharing: Parameters,
    aspects: {
        /// Each object has the member, a text that is not empty.
        "present",
    },
    parameters: Members {
        /// Resources that are made first.
        needs: Vec<RecipeName> = [],
        /// Calls that are made then.
        calls: Vec<Call> = [],
        /// Calls that return the objects. The output `objects` selects a list of them or a
        /// single one.
        read: Vec<Call>,
        /// Where the member is within an object.
        member: Place,
        /// Only objects that have these values are looked at.
        when: Expected = {},
    },
    run: Each(run)
}

async fn run(scene: &mut Scene, with: &Map<String, Value>) -> Result<(), String> {
    let members: Members = read(with)?;
    let needs: Vec<String> = members.needs.iter().map(|name| name.0.clone()).collect();
    scene.kitchen.provide(needs).await?;
    for call in &members.calls {
        let answer = scene.call(call, None, Purpose::Probe).await?;
        if !answer.is_success() {
            scene.notes.undecided(
                "present",
                format!(
                    "{} answered {}, so that what it makes cannot be read",
                    call.operation,
                    answer.status()
                ),
            );
        }
    }
    for call in &members.read {
        let answer = scene.call(call, None, Purpose::Probe).await?;
        let path = call.output.get("objects").map_or("", String::as_str);
        let objects = match answer.json().and_then(|body| select(body, path)) {
            Some(Value::Array(objects)) => objects.clone(),
            Some(object @ Value::Object(_)) => vec![object.clone()],
            _ => Vec::new(),
        };
        let looked_at: Vec<&Value> = objects
            .iter()
            .filter(|object| members.when.holds(object))
            .collect();
        if objects.is_empty() {
            let why = format!(
                "{} answered {} without objects",
                call.operation,
                answer.status()
            );
            scene.notes.undecided("present", why);
        }
        for object in looked_at {
            judge(scene, &call.operation, &members.member.0, object, &answer);
        }
    }
    Ok(())
}

fn judge(scene: &mut Scene, operation: &str, member: &str, object: &Value, answer: &Answer) {
    let found = object.pointer(member);
    if found
        .and_then(Value::as_str)
        .is_some_and(|text| !text.is_empty())
    {
        scene.notes.kept("present", answer);
        return;
    }
    let name = member.trim_start_matches('/').replace('/', ".");
    scene.notes.broken(
        "present",
        answer,
        Breach {
            operation,
            title: match found {
                None => format!("an object of {operation} has no {name}"),
                Some(other) => format!("an object of {operation} has the {name} {other}"),
            },
            cause: &name,
            expected: pretty(&with_text(object, member)),
            actual: pretty(object),
        },
    );
}

/// The object with a text at the member.
fn with_text(object: &Value, member: &str) -> Value {
    let mut expected = object.clone();
    let text = json!("a text");
    let pointer = Pointer::new(member);
    let top = member.strip_prefix('/').filter(|name| !name.contains('/'));
    match (&mut expected, top) {
        // At the front, so that no other line differs by a comma.
        (Value::Object(members), Some(name)) if !members.contains_key(name) => {
            let with_it = [(name.to_owned(), text)];
            *members = with_it.into_iter().chain(std::mem::take(members)).collect();
        }
        (expected, _) => {
            if let Some(parent) = pointer.parent()
                && !parent.get(expected).is_some_and(Value::is_object)
            {
                parent.set(expected, json!({}));
            }
            pointer.set(expected, text);
        }
    }
    expected
}
