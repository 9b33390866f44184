//! Each fault changes the behaviour it names.

use assize::reference::{ALL, Fault};
use serde_json::{Value, json};

use crate::client::{OK, Reply, Server, id};

/// What a server does at all places a fault touches, as one word per place.
async fn portrait(server: &Server) -> Vec<(&'static str, String)> {
    let mut traits = Vec::new();
    strictness(server, &mut traits).await;
    messages(server, &mut traits).await;
    quotas(server, &mut traits).await;
    rates(server, &mut traits).await;
    memories(server, &mut traits).await;
    traits
}

type Traits = Vec<(&'static str, String)>;

async fn agent_count(server: &Server, who: &str) -> String {
    let list = server.get(who, "/me/agents").await;
    list.body["metadata"]["total_count"].to_string()
}

async fn strictness(server: &Server, traits: &mut Traits) {
    let strange = json!({ "agent": { "name": "strange", "colour": 1 } });
    let reply = server.post("bob", "/me/agents", strange).await;
    traits.push(("unknown property", reply.status.to_string()));
    traits.push(("agents afterwards", agent_count(server, "bob").await));
    traits.push((
        "anonymous peers",
        server.get("", "/me/peers").await.status.to_string(),
    ));
    traits.push((
        "anonymous chats",
        server.get("", "/me/chats").await.status.to_string(),
    ));
    let longest = json!({ "agent": { "name": "x".repeat(100) } });
    let reply = server.post("bob", "/me/agents", longest).await;
    traits.push(("longest name", reply.status.to_string()));
    let longest = json!({ "agent": { "name": "y", "description": "é".repeat(500) } });
    let reply = server.post("bob", "/me/agents", longest).await;
    traits.push(("longest description", reply.status.to_string()));
    let shorter = json!({ "agent": { "name": "x".repeat(99) } });
    let reply = server.post("bob", "/me/agents", shorter).await;
    traits.push(("shorter name", reply.status.to_string()));
}

async fn messages(server: &Server, traits: &mut Traits) {
    let room = server.room("alice").await;
    server
        .add("alice", &room, "scout", "member")
        .await
        .expect(201);
    server.say("alice", &room, "scout", "x").await.expect(201);
    let name = |reply: &Reply| match reply.body["data"][0].get("sender_name") {
        Some(name) => name.to_string(),
        None => "absent".to_owned(),
    };
    let human = server
        .get("alice", &format!("/me/chats/{room}/messages"))
        .await;
    let agent = server
        .get("scout", &format!("/agent/chats/{room}/messages"))
        .await;
    let context = server
        .get("scout", &format!("/agent/chats/{room}/context"))
        .await;
    traits.push(("name for people", name(&human)));
    traits.push(("name for agents", name(&agent)));
    traits.push(("name in context", name(&context)));
    let status = human.body["data"][0]["metadata"].get("status");
    traits.push(("status", format!("{status:?}")));
}

async fn quotas(server: &Server, traits: &mut Traits) {
    let mut statuses = Vec::new();
    let mut last = None;
    for _ in 0..4 {
        let reply = server
            .post("chandra", "/me/chats", json!({ "chat": {} }))
            .await;
        statuses.push(reply.status.to_string());
        last = Some(reply);
    }
    traits.push(("rooms", statuses.join(" ")));
    let last = last.expect("four replies");
    traits.push(("limit details", last.body["error"]["details"].to_string()));
    let count = server.get("chandra", "/me/chats").await;
    traits.push((
        "rooms afterwards",
        count.body["metadata"]["total_count"].to_string(),
    ));
}

async fn rates(server: &Server, traits: &mut Traits) {
    for _ in 0..60 {
        server.get("bert", "/me/chats").await.expect(OK);
    }
    let reply = server.get("bert", "/me/chats").await;
    let code = reply.code().to_owned();
    let retry = reply.headers.contains_key("retry-after");
    traits.push(("rate", format!("{} {code}", reply.status)));
    traits.push(("retry", retry.to_string()));
}

async fn memories(server: &Server, traits: &mut Traits) {
    let shared = server
        .remember("scout", None, "needle")
        .await
        .expect(201)
        .id();
    let path = format!("/agent/memories/{shared}");
    traits.push((
        "foreign read",
        server.get("rival", &path).await.status.to_string(),
    ));
    let foreign_delete = server.delete("rival", &path).await.status.to_string();
    traits.push(("foreign delete", foreign_delete));
    for (name, query) in [
        ("foreign list", ""),
        ("foreign search", "?content_query=needle"),
    ] {
        let list = server
            .get("rival", &format!("/agent/memories{query}"))
            .await
            .expect(OK);
        let count = &list.body["meta"]["total_count"];
        traits.push((name, format!("{} of {count}", list.ids().len())));
    }
    traits.push((
        "other's delete",
        server.delete("clerk", &path).await.status.to_string(),
    ));
    let supersede = format!("{path}/supersede");
    let other = server.post("clerk", &supersede, Value::Null).await;
    traits.push(("other's supersede", other.status.to_string()));
    server.delete("scout", &path).await.expect(OK);
    let list = server.get("scout", "/agent/memories").await.expect(OK);
    traits.push(("superseded in list", list.ids().len().to_string()));
    traits.push((
        "superseded by id",
        server.get("scout", &path).await.status.to_string(),
    ));
    let about = server
        .remember("scout", Some("alice"), "x")
        .await
        .expect(201)
        .id();
    let human = server.get("bob", &format!("/me/memories/{about}")).await;
    traits.push(("somebody else's", human.status.to_string()));
    assert_ne!(id("alice"), id("bob"));
}

/// The places at which a fault differs from the contract.
fn expected(fault: Fault) -> &'static [(&'static str, &'static str)] {
    match fault {
        Fault::CredentialsIgnoredOnOneRoute => &[("anonymous peers", "200")],
        Fault::MemoryCountLeaksAcrossOrganizations => {
            &[("foreign list", "0 of 1"), ("foreign search", "0 of 1")]
        }
        Fault::MemoryDeletableByOtherAgent => &[("other's delete", "200")],
        Fault::MemoryListedAcrossOrganizations => {
            &[("foreign list", "1 of 1"), ("foreign search", "1 of 1")]
        }
        Fault::MemoryReadableAcrossOrganizations => &[("foreign read", "200")],
        Fault::MemorySearchLeaksAcrossOrganizations => &[("foreign search", "1 of 1")],
        Fault::MetadataStatusMissing => &[("status", "None")],
        Fault::QuotaAnswers429 => &[("rooms", "201 201 201 429")],
        Fault::QuotaDetailsMissing => &[("limit details", "null")],
        Fault::QuotaOffByOne => &[
            ("rooms", "201 201 201 201"),
            ("limit details", "null"),
            ("rooms afterwards", "4"),
        ],
        Fault::QuotaRefusesButCreates => &[("rooms afterwards", "4")],
        Fault::RateLimitAnswers403 => &[("rate", "403 rate_limited")],
        Fault::RateLimitWithoutRetryAfter => &[("retry", "false")],
        Fault::SenderNameMissingInContext => &[("name in context", "absent")],
        Fault::SenderNameNull => &[
            ("name for people", "null"),
            ("name for agents", "null"),
            ("name in context", "null"),
        ],
        Fault::ServerErrorOnBoundary => &[("longest name", "500"), ("longest description", "500")],
        Fault::SupersededMemoryGoneForAudit => &[("superseded by id", "404")],
        Fault::SupersededMemoryStillListed => &[("superseded in list", "1")],
        Fault::UnknownPropertyIgnored => &[("unknown property", "201"), ("agents afterwards", "2")],
        Fault::UnknownPropertyRefusedButStored => &[("agents afterwards", "2")],
    }
}

#[tokio::test]
async fn each_fault_changes_exactly_what_it_names() {
    let faultless = portrait(&Server::new()).await;
    for fault in ALL {
        let faulty = portrait(&Server::with(&[*fault])).await;
        let changed: Vec<_> = faulty
            .iter()
            .zip(&faultless)
            .filter(|(faulty, faultless)| faulty != faultless)
            .map(|((place, word), _)| (*place, word.as_str()))
            .collect();
        assert_eq!(changed, expected(*fault), "{}", fault.id());
    }
}
