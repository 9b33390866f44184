//! Creating and deleting agents.

use serde_json::{Value, json};

use crate::client::{OK, Server, id};

#[tokio::test]
async fn names_are_unique_for_an_owner() {
    let server = Server::new();
    let agent = || json!({ "agent": { "name": "Porter" } });
    server
        .post("alice", "/me/agents", agent())
        .await
        .expect(201);
    let taken = server.post("alice", "/me/agents", agent()).await;
    assert_eq!(
        taken.refused(422, "validation_error").pointers(),
        ["/agent/name"]
    );
    server.post("bob", "/me/agents", agent()).await.expect(201);
    let same_slug = json!({ "agent": { "name": "porter" } });
    server
        .post("alice", "/me/agents", same_slug)
        .await
        .expect(201);
    let found = server
        .post(
            "bob",
            "/me/contacts/resolve",
            json!({ "handle": "alice/porter-2" }),
        )
        .await;
    assert_eq!(found.expect(OK).at("/data/name"), "porter");
}

#[tokio::test]
async fn only_the_owner_deletes_and_history_needs_force() {
    let server = Server::new();
    let scout = format!("/me/agents/{}", id("scout"));
    server.delete("bob", &scout).await.refused(403, "forbidden");
    server
        .delete("carol", &scout)
        .await
        .refused(404, "not_found");
    server
        .delete("alice", &format!("/me/agents/{}", id("bob")))
        .await
        .refused(404, "not_found");
    let room = server.room("scout").await;
    server
        .add("scout", &room, "alice", "member")
        .await
        .expect(201);
    server.say("scout", &room, "alice", "x").await.expect(201);
    let memory = server.remember("scout", None, "x").await.expect(201).id();
    let ask = json!({ "handle": "carol" });
    server
        .post("scout", "/agent/contacts/add", ask)
        .await
        .expect(201);
    server
        .delete("alice", &scout)
        .await
        .refused(422, "execution_history_exists");
    let gone = server
        .delete("alice", &format!("{scout}?force=true"))
        .await
        .expect(OK);
    assert_eq!(gone.body["data"]["executions_deleted"], 1);
    server
        .get("scout", "/agent/me")
        .await
        .refused(401, "unauthorized");
    server
        .get("clerk", &format!("/agent/memories/{memory}"))
        .await
        .refused(404, "not_found");
    assert!(
        server
            .get("carol", "/me/contacts/requests/received")
            .await
            .ids()
            .is_empty()
    );
    // The room passes to who is left, and the messages keep their sender's name.
    let messages = server
        .get("alice", &format!("/me/chats/{room}/messages"))
        .await
        .expect(OK);
    assert_eq!(messages.at("/data/0/sender_name"), "scout");
    let list = server
        .get("alice", &format!("/me/chats/{room}/participants"))
        .await
        .expect(OK);
    assert_eq!(list.at("/data/0/role"), "owner");
    server
        .delete("alice", &scout)
        .await
        .refused(404, "not_found");
    assert_eq!(
        server.get("alice", "/me/agents").await.body["data"],
        Value::from(Vec::<Value>::new())
    );
}
