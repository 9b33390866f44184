//! Quotas: what is counted, and what a full one answers.

use serde_json::{Value, json};

use crate::client::{Reply, Server, id};

#[track_caller]
fn full(reply: Reply, resource: &str, limit: u64) {
    let reply = reply.refused(403, "limit_reached");
    let details = json!({ "resource": resource, "limit": limit, "current": limit });
    assert_eq!(reply.body["error"]["details"], details);
}

#[tokio::test]
async fn agents_are_counted_in_the_organization() {
    let server = Server::new();
    for number in 0..3 {
        let agent = json!({ "agent": { "name": format!("a{number}"), "description": "" } });
        server
            .post("quentin", "/me/agents/register", agent)
            .await
            .expect(201);
    }
    let agent = |name: &str| json!({ "agent": { "name": name, "description": "" } });
    full(
        server
            .post("quentin", "/me/agents/register", agent("b"))
            .await,
        "agents",
        4,
    );
    let platform = json!({ "agent": { "name": "b" } });
    full(
        server.post("quentin", "/me/agents", platform).await,
        "agents",
        4,
    );
    // The state is told before the quota, the input before the state.
    let taken = server
        .post("quentin", "/me/agents/register", agent("a0"))
        .await;
    taken.refused(422, "validation_error");
    let quill = format!("/me/agents/{}", id("quill"));
    server.delete("quentin", &quill).await.expect(200);
    server
        .post("quentin", "/me/agents/register", agent("b"))
        .await
        .expect(201);
}

#[tokio::test]
async fn rooms_are_counted_in_the_organization() {
    let server = Server::new();
    for who in ["chandra", "chip", "chandra"] {
        server.room(who).await;
    }
    let body = || json!({ "chat": {} });
    full(
        server.post("chandra", "/me/chats", body()).await,
        "chats",
        3,
    );
    full(
        server.post("chip", "/agent/chats", body()).await,
        "chats",
        3,
    );
    assert_eq!(server.get("chandra", "/me/chats").await.ids().len(), 2);
}

#[tokio::test]
async fn participants_are_counted_in_the_room() {
    let server = Server::new();
    let peers = server.get("petra", "/me/peers").await.ids();
    assert_eq!(peers.len(), 6);
    let room = server.room("petra").await;
    server
        .add("petra", &room, "pixel", "admin")
        .await
        .expect(201);
    server
        .add("petra", &room, &peers[0], "member")
        .await
        .expect(201);
    full(
        server.add("petra", &room, &peers[1], "member").await,
        "participants",
        3,
    );
    full(
        server.add("pixel", &room, &peers[1], "member").await,
        "participants",
        3,
    );
    server
        .add("petra", &room, &peers[0], "member")
        .await
        .refused(409, "conflict");
}

#[tokio::test]
async fn messages_and_events_are_counted_in_the_room() {
    let server = Server::new();
    let room = server.room("milo").await;
    server
        .add("milo", &room, "memo", "member")
        .await
        .expect(201);
    server.say("milo", &room, "memo", "1").await.expect(201);
    server.say("memo", &room, "milo", "2").await.expect(201);
    let events = format!("/agent/chats/{room}/events");
    let event = || json!({ "event": { "content": "3", "message_type": "thought" } });
    server.post("memo", &events, event()).await.expect(201);
    server.say("milo", &room, "memo", "4").await.expect(201);
    full(server.say("milo", &room, "memo", "5").await, "messages", 4);
    full(server.say("memo", &room, "milo", "5").await, "messages", 4);
    full(server.post("memo", &events, event()).await, "messages", 4);
    let count = server
        .get("milo", &format!("/me/chats/{room}/messages"))
        .await;
    assert_eq!(count.body["metadata"]["total_count"], Value::from(4));
}
