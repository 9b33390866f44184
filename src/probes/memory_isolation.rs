//! `memory-isolation`: nothing of a memory crosses the border of its organization.

use serde_json::{Value, json};

use super::Scene;
use super::declare::declare_probe;
use super::notes::Breach;
use super::scene::{call, contains};
use crate::procedure::{Answer, Purpose};

declare_probe! {
    /// Stores memories in two organizations, and tries from each to get at the other's.
    ///
    /// ## What
    /// In both directions, for a memory about a subject and an organization-wide one, an
    /// agent and a person of the other organization read it by id, list with every filter,
    /// search for its unique content, look at the counts, and try to supersede, archive and
    /// delete it. Each list is first shown to contain the memory for its own side, so that
    /// an empty list proves something; after each attempt to change it the owner reads it
    /// again.
    ///
    /// ## Why it matters
    /// A leak between organizations is the worst thing that such an API can do.
    ///
    /// ## Basis
    /// Changelog 2026-02-03.
    "memory-isolation",
    aspects: ["read", "list", "search-and-count", "delete"],
    identities: ["user", "agent", "stranger", "stranger_agent"],
    exhausts: false, run
}

/// One side of the border.
#[derive(Clone, Copy)]
struct Side {
    agent: &'static str,
    user: &'static str,
}

const HOME: Side = Side {
    agent: "agent",
    user: "user",
};
const ABROAD: Side = Side {
    agent: "stranger_agent",
    user: "stranger",
};

/// A stored memory.
struct Stored {
    id: Value,
    marker: String,
    subject: Option<Value>,
    owner: Side,
}

impl Stored {
    fn scope(&self) -> &'static str {
        if self.subject.is_some() {
            "subject"
        } else {
            "organization"
        }
    }
}

async fn run(scene: &mut Scene) -> Result<(), String> {
    for (owner, other) in [(HOME, ABROAD), (ABROAD, HOME)] {
        let me = scene.ask("getMyProfile", owner.user, json!({})).await?;
        let me = me
            .at("/data/id")
            .cloned()
            .ok_or("getMyProfile tells no id")?;
        for subject in [Some(me), None] {
            let stored = store(scene, owner, subject).await?;
            read(scene, &stored, other).await?;
            list(scene, &stored, other).await?;
            search(scene, &stored, other).await?;
            change(scene, &stored, other).await?;
            let gone = call(
                "deleteAgentMemory",
                owner.agent,
                &json!({"id": stored.id}),
                None,
            );
            scene.kitchen.call(&gone, None, Purpose::Cleanup).await?;
        }
    }
    Ok(())
}

async fn store(scene: &mut Scene, owner: Side, subject: Option<Value>) -> Result<Stored, String> {
    let scope = if subject.is_some() {
        "subject"
    } else {
        "organization"
    };
    let marker = format!("border {} {} {scope}", scene.kitchen.unique(), owner.agent);
    let mut memory = json!({
        "content": marker, "system": "long_term", "type": "semantic", "segment": "user",
        "thought": "Stored by a conformance run.", "scope": scope,
    });
    if let Some(subject) = &subject {
        memory["subject_id"] = subject.clone();
    }
    let create = call(
        "createAgentMemory",
        owner.agent,
        &json!({}),
        Some(json!({"memory": memory})),
    );
    let answer = scene.kitchen.call(&create, None, Purpose::Probe).await?;
    let id = answer.at("/data/id").cloned().ok_or_else(|| {
        format!(
            "{} could not store a memory: createAgentMemory answered {}; is its organization in the closed preview?",
            owner.agent,
            answer.status()
        )
    })?;
    Ok(Stored {
        id,
        marker,
        subject,
        owner,
    })
}

async fn read(scene: &mut Scene, stored: &Stored, other: Side) -> Result<(), String> {
    for (operation, own, foreign) in [
        ("getAgentMemory", stored.owner.agent, other.agent),
        ("getUserMemory", stored.owner.user, other.user),
    ] {
        let control = scene.ask(operation, own, json!({"id": stored.id})).await?;
        if !control.is_success() {
            scene.notes.undecided(
                "read",
                format!(
                    "{own} cannot read its own memory: {operation} answered {}",
                    control.status()
                ),
            );
            continue;
        }
        let answer = scene
            .ask(operation, foreign, json!({"id": stored.id}))
            .await?;
        refused(scene, "read", operation, foreign, stored, &answer);
    }
    Ok(())
}

/// Judges that an attempt from the other side was refused. Whether with 403 or 404 the
/// contract leaves open.
fn refused(
    scene: &mut Scene,
    aspect: &'static str,
    operation: &str,
    who: &str,
    stored: &Stored,
    answer: &Answer,
) -> bool {
    match answer.status() {
        200..=299 => {
            scene.notes.broken(
                aspect,
                answer,
                Breach {
                    operation,
                    title: format!(
                        "{operation} by {who} on a {}-scoped memory of another organization succeeded",
                        stored.scope()
                    ),
                    cause: stored.scope(),
                    expected: "404".to_owned(),
                    actual: answer.status().to_string(),
                },
            );
            false
        }
        403 | 404 => {
            scene.notes.kept(aspect, answer);
            true
        }
        status => {
            scene
                .notes
                .undecided(aspect, format!("{operation} by {who} answered {status}"));
            true
        }
    }
}

/// The lists that could show a memory: operation, parameters.
fn lists(stored: &Stored) -> Vec<(&'static str, Value)> {
    let mut lists = vec![
        ("listAgentMemories", json!({"page_size": 50})),
        (
            "listAgentMemories",
            json!({"page_size": 50, "scope": "all", "status": "all"}),
        ),
        ("listUserMemories", json!({"page_size": 50})),
        (
            "listUserMemories",
            json!({"page_size": 50, "scope": "all", "status": "all"}),
        ),
    ];
    match &stored.subject {
        Some(subject) => lists.extend([
            (
                "listAgentMemories",
                json!({"page_size": 50, "subject_id": subject}),
            ),
            (
                "listUserMemories",
                json!({"page_size": 50, "scope": "about_me"}),
            ),
        ]),
        None => lists.extend([
            (
                "listAgentMemories",
                json!({"page_size": 50, "scope": "organization"}),
            ),
            (
                "listUserMemories",
                json!({"page_size": 50, "scope": "organization"}),
            ),
        ]),
    }
    lists
}

async fn list(scene: &mut Scene, stored: &Stored, other: Side) -> Result<(), String> {
    for (operation, with) in lists(stored) {
        let by_agent = operation == "listAgentMemories";
        let (own, foreign) = if by_agent {
            (stored.owner.agent, other.agent)
        } else {
            (stored.owner.user, other.user)
        };
        let control = scene.ask(operation, own, with.clone()).await?;
        if !contains(&control, &stored.id) {
            scene.notes.undecided(
                "list",
                format!("{operation} does not show the memory to {own}, so that its absence proves nothing"),
            );
        }
        let answer = scene.ask(operation, foreign, with.clone()).await?;
        if contains(&answer, &stored.id) {
            scene.notes.broken(
                "list",
                &answer,
                Breach {
                    operation,
                    title: format!(
                        "{operation} by {foreign} lists a {}-scoped memory of another organization",
                        stored.scope()
                    ),
                    cause: stored.scope(),
                    expected: format!("no memory with the content {:?}", stored.marker),
                    actual: format!("a memory with the content {:?}", stored.marker),
                },
            );
        } else if answer.is_success() {
            scene.notes.kept("list", &answer);
        } else if by_agent && with.get("subject_id").is_some() && answer.status() == 404 {
            // The subject is unknown on the other side, which says as little.
            scene.notes.kept("list", &answer);
        } else {
            scene.notes.undecided(
                "list",
                format!("{operation} by {foreign} answered {}", answer.status()),
            );
        }
    }
    Ok(())
}

async fn search(scene: &mut Scene, stored: &Stored, other: Side) -> Result<(), String> {
    if scene.notes.is_broken("list") {
        // A list that leaks leaks when it is searched, too.
        scene.notes.undecided(
            "search-and-count",
            "lists show memories of other organizations already",
        );
        return Ok(());
    }
    for (operation, own, foreign) in [
        ("listAgentMemories", stored.owner.agent, other.agent),
        ("listUserMemories", stored.owner.user, other.user),
    ] {
        let with = json!({"content_query": stored.marker, "scope": "all"});
        let control = scene.ask(operation, own, with.clone()).await?;
        if !contains(&control, &stored.id) {
            scene.notes.undecided(
                "search-and-count",
                format!("{operation} does not find the memory for {own}, so that finding nothing proves nothing"),
            );
            continue;
        }
        let answer = scene.ask(operation, foreign, with).await?;
        let items = answer.at("/data").and_then(Value::as_array).map(Vec::len);
        let total = ["/meta/total_count", "/metadata/total_count"]
            .iter()
            .find_map(|pointer| answer.at(pointer)?.as_u64());
        if contains(&answer, &stored.id) {
            scene.notes.broken(
                "search-and-count",
                &answer,
                Breach {
                    operation,
                    title: format!("a search by {foreign} finds a memory of another organization"),
                    cause: "found",
                    expected: "nothing found".to_owned(),
                    actual: format!("{} found", items.unwrap_or(1)),
                },
            );
        } else if items == Some(0) && total.is_some_and(|total| total > 0) {
            scene.notes.broken(
                "search-and-count",
                &answer,
                Breach {
                    operation,
                    title: format!("the count of a search by {foreign} includes memories of another organization"),
                    cause: "counted",
                    expected: "total_count: 0".to_owned(),
                    actual: format!("total_count: {}", total.unwrap_or_default()),
                },
            );
        } else if items == Some(0) {
            scene.notes.kept("search-and-count", &answer);
        } else {
            scene.notes.undecided(
                "search-and-count",
                format!(
                    "{operation} by {foreign} answered {} with other memories, whose count tells nothing",
                    answer.status()
                ),
            );
        }
    }
    Ok(())
}

async fn change(scene: &mut Scene, stored: &Stored, other: Side) -> Result<(), String> {
    for (operation, who) in [
        ("deleteAgentMemory", other.agent),
        ("supersedeAgentMemory", other.agent),
        ("archiveAgentMemory", other.agent),
        ("archiveUserMemory", other.user),
        ("supersedeUserMemory", other.user),
        ("deleteUserMemory", other.user),
    ] {
        if scene.kitchen.api().find(operation).is_none() {
            continue;
        }
        let answer = scene.ask(operation, who, json!({"id": stored.id})).await?;
        if !refused(scene, "delete", operation, who, stored, &answer) {
            // It succeeded: what follows would judge the consequences.
            return Ok(());
        }
        let owner = stored.owner.agent;
        let after = scene
            .ask("getAgentMemory", owner, json!({"id": stored.id}))
            .await?;
        if after
            .at("/data/status")
            .is_none_or(|status| *status == json!("active"))
            && after.is_success()
        {
            scene.notes.kept("delete", &after);
        } else {
            scene.notes.broken(
                "delete",
                &after,
                Breach {
                    operation,
                    title: format!("{operation} by {who} was refused and changed a memory of another organization all the same"),
                    cause: "changed although refused",
                    expected: "200 with status active".to_owned(),
                    actual: format!(
                        "{} with status {}",
                        after.status(),
                        after.at("/data/status").unwrap_or(&Value::Null)
                    ),
                },
            );
            return Ok(());
        }
    }
    Ok(())
}
