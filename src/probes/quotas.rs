//! `quotas`: what happens when a plan's quota is exhausted.

use serde_json::{Value, json};

use super::Scene;
use super::declare::declare_probe;
use super::notes::Breach;
use super::scene::{call, pretty};
use crate::procedure::{Answer, Purpose};
use crate::provision::Call;

declare_probe! {
    /// Exhausts each quota in an organization of its own, and looks at the refusal.
    ///
    /// ## What
    /// Agents, chat rooms, participants of a room and messages of a room are created until
    /// the plan's limit. The next request must be refused with 403, `limit_reached`, a
    /// message and details, and what is counted must not have grown. Where a limit is not
    /// declared for the identity, it is searched for within the budget; beyond that the
    /// verdict is inconclusive.
    ///
    /// ## Why it matters
    /// A client that takes a quota for a rate limit waits and tries again forever.
    ///
    /// ## Basis
    /// Changelog 2026-02-24.
    "quotas",
    aspects: ["agents", "chats", "participants", "messages", "nothing-created"],
    identities: [
        "quota_agents", "quota_chats", "quota_chats_agent", "quota_participants",
        "quota_messages", "quota_messages_agent",
    ],
    exhausts: true, run
}

/// One quota: how to use it up, and how to count what is used.
struct Quota {
    aspect: &'static str,
    identity: &'static str,
    /// Creates one more. `{run.unique}` in it differs each time.
    create: Call,
    /// Further requests that the exhausted quota must refuse too, each with the list that
    /// would show what it created.
    also: Vec<(Call, Call)>,
    /// Lists what is counted.
    count: Call,
    /// What becomes of what is made.
    made: Made,
}

/// What becomes of what a quota's requests make.
enum Made {
    /// It is removed by the call that the answer of the creation gives.
    Removed(fn(&Answer) -> Option<Call>),
    /// Nothing removes it.
    Stays,
    /// It is part of a room.
    InRoom,
}

impl Made {
    /// Notes what `answer` made.
    fn note(&self, scene: &mut Scene, operation: &str, answer: &Answer) {
        let what = format!("what {operation} created");
        match self {
            Self::Removed(remove) => scene.kitchen.remove_later(&what, remove(answer)),
            Self::Stays => scene.kitchen.remove_later(&what, None),
            Self::InRoom => {}
        }
    }
}

async fn run(scene: &mut Scene) -> Result<(), String> {
    agents(scene).await?;
    chats(scene).await?;
    participants(scene).await?;
    messages(scene).await
}

async fn agents(scene: &mut Scene) -> Result<(), String> {
    let who = "quota_agents";
    let agent =
        |name: &str| json!({"agent": {"name": name, "description": "Made by a conformance run."}});
    let list = call("listMyAgents", who, &json!({"page_size": 100}), None);
    let quota = Quota {
        aspect: "agents",
        identity: who,
        create: call(
            "registerMyAgent",
            who,
            &json!({}),
            Some(agent("quota {run.unique}")),
        ),
        also: vec![(
            call(
                "createMyAgent",
                who,
                &json!({}),
                Some(json!({"agent": {"name": "platform {run.unique}"}})),
            ),
            list.clone(),
        )],
        count: list,
        made: Made::Removed(|created| {
            let id = created
                .at("/data/agent/id")
                .or_else(|| created.at("/data/id"))?
                .clone();
            Some(call(
                "deleteMyAgent",
                "quota_agents",
                &json!({"id": id, "force": true}),
                None,
            ))
        }),
    };
    exhaust(scene, quota).await
}

async fn chats(scene: &mut Scene) -> Result<(), String> {
    let (who, agent) = ("quota_chats", "quota_chats_agent");
    let page = json!({"page_size": 100});
    let room = || Some(json!({"chat": {}}));
    let quota = Quota {
        aspect: "chats",
        identity: who,
        create: call("createMyChatRoom", who, &json!({}), room()),
        // A person's list does not show the rooms of an agent.
        also: vec![(
            call("createAgentChat", agent, &json!({}), room()),
            call("listAgentChats", agent, &page, None),
        )],
        count: call("listMyChats", who, &page, None),
        made: Made::Stays,
    };
    exhaust(scene, quota).await
}

async fn participants(scene: &mut Scene) -> Result<(), String> {
    let who = "quota_participants";
    let room = make_room(scene, who).await?;
    let peers = scene
        .kitchen
        .call(
            &call("listMyPeers", who, &json!({"page_size": 100}), None),
            None,
            Purpose::Setup,
        )
        .await?;
    let candidates: Vec<Value> = peers
        .at("/data")
        .and_then(Value::as_array)
        .map(|peers| {
            peers
                .iter()
                .filter_map(|peer| peer.get("id").cloned())
                .collect()
        })
        .unwrap_or_default();
    let limit = declared(scene, who, "participants");
    // The creator is a participant too; one candidate more is needed to be refused.
    let needed = limit.unwrap_or(2);
    if (candidates.len() as u64) < needed {
        scene.notes.undecided(
            "participants",
            format!(
                "{who} has {} peers; {needed} are needed to fill a room",
                candidates.len()
            ),
        );
        return Ok(());
    }
    let mut refused = None;
    for candidate in candidates {
        let add = call(
            "addMyChatParticipant",
            who,
            &json!({"chat_id": room}),
            Some(json!({"participant": {"participant_id": candidate}})),
        );
        let before = count(scene, &list_participants(who, &room)).await?;
        let answer = scene.kitchen.call(&add, None, Purpose::Probe).await?;
        if answer.is_success() && limit.is_some_and(|limit| before.0 >= limit) {
            refused = Some((add.operation.clone(), answer, before));
            break;
        }
        if !answer.is_success() {
            refused = Some((add.operation.clone(), answer, before));
            break;
        }
    }
    let Some((operation, answer, before)) = refused else {
        scene.notes.undecided(
            "participants",
            "every peer found room: the limit was not reached",
        );
        return Ok(());
    };
    judge(scene, "participants", &operation, &answer, limit, before.0);
    let after = count(scene, &list_participants(who, &room)).await?;
    unchanged(scene, "addMyChatParticipant", &answer, before.0, &after);
    Ok(())
}

fn list_participants(who: &str, room: &Value) -> Call {
    call(
        "listMyChatParticipants",
        who,
        &json!({"chat_id": room}),
        None,
    )
}

async fn messages(scene: &mut Scene) -> Result<(), String> {
    let who = "quota_messages";
    let agent = scene
        .kitchen
        .call(
            &call("getAgentMe", "quota_messages_agent", &json!({}), None),
            None,
            Purpose::Setup,
        )
        .await?;
    let agent = agent
        .at("/data/id")
        .cloned()
        .ok_or("getAgentMe tells no id")?;
    let me = scene
        .kitchen
        .call(
            &call("getMyProfile", who, &json!({}), None),
            None,
            Purpose::Setup,
        )
        .await?;
    let me = me
        .at("/data/id")
        .cloned()
        .ok_or("getMyProfile tells no id")?;
    let room = make_room(scene, who).await?;
    let add = call(
        "addMyChatParticipant",
        who,
        &json!({"chat_id": room}),
        Some(json!({"participant": {"participant_id": agent}})),
    );
    let added = scene.kitchen.call(&add, None, Purpose::Setup).await?;
    if !added.is_success() {
        return Err(format!(
            "an agent could not be added to a room: {}",
            added.status()
        ));
    }
    let text = |to: &Value| json!({"message": {"content": "One more.", "mentions": [{"id": to}]}});
    let list = call(
        "listMyChatMessages",
        who,
        &json!({"chat_id": room, "page_size": 100}),
        None,
    );
    let agent_says = |operation: &str, body: Value| {
        call(
            operation,
            "quota_messages_agent",
            &json!({"chat_id": room}),
            Some(body),
        )
    };
    let quota = Quota {
        aspect: "messages",
        identity: who,
        create: call(
            "sendMyChatMessage",
            who,
            &json!({"chat_id": room}),
            Some(text(&agent)),
        ),
        also: vec![
            (
                agent_says("createAgentChatMessage", text(&me)),
                list.clone(),
            ),
            (
                agent_says(
                    "createAgentChatEvent",
                    json!({"event": {"content": "Thinking.", "message_type": "thought"}}),
                ),
                list.clone(),
            ),
        ],
        count: list,
        made: Made::InRoom,
    };
    exhaust(scene, quota).await
}

async fn make_room(scene: &mut Scene, who: &str) -> Result<Value, String> {
    let create = call(
        "createMyChatRoom",
        who,
        &json!({}),
        Some(json!({"chat": {}})),
    );
    let answer = scene.kitchen.call(&create, None, Purpose::Setup).await?;
    if answer.is_success() {
        scene.kitchen.remove_later("room of a quota", None);
    }
    answer.at("/data/id").cloned().ok_or_else(|| {
        format!(
            "{who} could not create a room: createMyChatRoom answered {}",
            answer.status()
        )
    })
}

fn declared(scene: &Scene, identity: &str, resource: &str) -> Option<u64> {
    scene
        .kitchen
        .identities()
        .known
        .get(identity)?
        .limits
        .get(resource)
        .copied()
}

/// How many there are, from the total or the length of the list, and the answer.
async fn count(scene: &mut Scene, list: &Call) -> Result<(u64, Answer), String> {
    let answer = scene.kitchen.call(list, None, Purpose::Probe).await?;
    let total = answer.at("/metadata/total_count").and_then(Value::as_u64);
    let length = answer
        .at("/data")
        .and_then(Value::as_array)
        .map(|list| list.len() as u64);
    match total.or(length) {
        Some(count) => Ok((count, answer)),
        None => Err(format!(
            "{} answered {} without a list",
            list.operation,
            answer.status()
        )),
    }
}

async fn exhaust(scene: &mut Scene, quota: Quota) -> Result<(), String> {
    let limit = declared(scene, quota.identity, quota.aspect);
    let most = limit.map_or(scene.budget, |limit| limit + 1);
    let mut last = None;
    for attempt in 0..most {
        let before = count(scene, &quota.count).await?.0;
        let answer = send(scene, &quota.create, attempt).await?;
        let over = limit.is_some_and(|limit| before >= limit);
        if answer.is_success() {
            quota.made.note(scene, &quota.create.operation, &answer);
        }
        if !answer.is_success() || over {
            last = Some((answer, before));
            break;
        }
    }
    match &last {
        None => scene.notes.undecided(
            quota.aspect,
            format!(
                "{most} requests did not reach the limit; declare it for {}",
                quota.identity
            ),
        ),
        Some((answer, before)) => {
            judge(
                scene,
                quota.aspect,
                &quota.create.operation,
                answer,
                limit,
                *before,
            );
            let after = count(scene, &quota.count).await?;
            unchanged(scene, &quota.create.operation, answer, *before, &after);
            for (index, (more, list)) in quota.also.iter().enumerate() {
                let earlier = count(scene, list).await?.0;
                let answer = send(scene, more, most + index as u64).await?;
                if answer.is_success() {
                    quota.made.note(scene, &more.operation, &answer);
                }
                judge(
                    scene,
                    quota.aspect,
                    &more.operation,
                    &answer,
                    limit,
                    *before,
                );
                let now = count(scene, list).await?;
                unchanged(scene, &more.operation, &answer, earlier, &now);
            }
        }
    }
    Ok(())
}

/// Sends a creation with a name of its own.
async fn send(scene: &mut Scene, create: &Call, attempt: u64) -> Result<Answer, String> {
    let mut create = create.clone();
    if let Some(body) = &mut create.body {
        let unique = format!("{}-{attempt}", scene.kitchen.unique());
        *body = serde_json::from_str(&body.to_string().replace("{run.unique}", &unique))
            .map_err(|error| error.to_string())?;
    }
    scene.kitchen.call(&create, None, Purpose::Probe).await
}

/// Judges an answer to a request that the exhausted quota must refuse.
fn judge(
    scene: &mut Scene,
    aspect: &'static str,
    operation: &str,
    answer: &Answer,
    limit: Option<u64>,
    used: u64,
) {
    let known = limit.map_or_else(String::new, |limit| format!(" of {limit}"));
    let status = answer.status();
    if status == 0 || status >= 500 {
        scene.notes.undecided(
            aspect,
            format!("{operation} answered {status} at the limit"),
        );
        return;
    }
    let error = answer.at("/error").cloned().unwrap_or(Value::Null);
    let code = error.get("code").cloned().unwrap_or(Value::Null);
    // Below a declared limit, and without one, a refusal may have another cause; so may a
    // 429 that asks to wait.
    let below = limit.is_none_or(|limit| used < limit);
    let waiting = status == 429
        && answer
            .response()
            .is_some_and(|response| response.headers.contains_key(http::header::RETRY_AFTER));
    if (below || waiting) && code != json!("limit_reached") && !answer.is_success() {
        scene.notes.undecided(
            aspect,
            format!(
                "{operation} answered {status} with the code {code} after {used}{known}, which may have another cause"
            ),
        );
        return;
    }
    let expected = json!({
        "status": 403,
        "error": {"code": "limit_reached", "message": "text", "details": "object"},
    });
    let seen = |name: &str, right: bool, word: &str| {
        if right {
            json!(word)
        } else {
            error.get(name).cloned().unwrap_or(Value::Null)
        }
    };
    let message = error
        .get("message")
        .and_then(Value::as_str)
        .is_some_and(|text| !text.is_empty());
    let details = error
        .get("details")
        .and_then(Value::as_object)
        .is_some_and(|object| !object.is_empty());
    let actual = json!({
        "status": status,
        "error": {
            "code": code,
            "message": seen("message", message, "text"),
            "details": seen("details", details, "object"),
        },
    });
    if actual == expected {
        scene.notes.kept(aspect, answer);
        return;
    }
    let wrong = if status != 403 {
        format!("with {used}{known} {aspect} used, {operation} answered {status} instead of 403")
    } else if code != json!("limit_reached") {
        format!("at the limit of {aspect}, {operation} answered 403 with the code {code}")
    } else {
        format!("at the limit of {aspect}, the 403 of {operation} lacks its message or details")
    };
    let cause = if status == 403 { "error" } else { "status" };
    scene.notes.broken(
        aspect,
        answer,
        Breach {
            operation,
            title: wrong,
            cause,
            expected: pretty(&expected),
            actual: pretty(&actual),
        },
    );
}

/// Judges that a refused request created nothing.
fn unchanged(
    scene: &mut Scene,
    operation: &str,
    refused: &Answer,
    before: u64,
    after: &(u64, Answer),
) {
    if refused.is_success() {
        // It was not refused; that is the other aspect's finding.
        return;
    }
    if after.0 == before {
        scene.notes.kept("nothing-created", &after.1);
        return;
    }
    scene.notes.broken(
        "nothing-created",
        &after.1,
        Breach {
            operation,
            title: format!(
                "{operation} answered {} and created something all the same",
                refused.status()
            ),
            cause: "created although refused",
            expected: format!("{before} before and after"),
            actual: format!("{before} before, {} after", after.0),
        },
    );
}
