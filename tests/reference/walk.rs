//! Every operation to its success, and in between what comes of it.

use std::collections::BTreeSet;

use assize::reference::Edition;
use serde_json::{Value, json};

use crate::client::{OK, Server, id};

#[tokio::test]
async fn every_operation_of_every_edition_succeeds() {
    for edition in Edition::ALL {
        let mut succeeded = BTreeSet::new();
        let all = Server::at(edition);
        the_system_answers(&all).await;
        a_person_has_a_profile(&all).await;
        a_room_lives_through_both_apis(&all).await;
        succeeded.append(&mut all.succeeded());
        let server = Server::at(edition);
        a_person_keeps_agents(&server).await;
        succeeded.append(&mut server.succeeded());
        if edition >= Edition::Memories {
            every_memory_operation_succeeds(&all).await;
            succeeded.append(&mut all.succeeded());
        }
        if edition >= Edition::Contacts {
            every_contact_operation_succeeds(&all).await;
            succeeded.append(&mut all.succeeded());
            the_calls_of_the_clients_succeed(&server).await;
            succeeded.append(&mut server.succeeded());
        }
        let described = all.description.operations();
        assert_eq!(succeeded, described, "{}", edition.date());
    }
}

async fn the_system_answers(server: &Server) {
    assert_eq!(
        server.get("", "/health").await.expect(OK).body["status"],
        "ok"
    );
    let version = server.call("", "GET /version", Value::Null).await;
    assert!(version.expect(OK).body["commit"].is_string());
    assert_eq!(
        server.get("alice", "/test").await.expect(OK).body["auth_type"],
        "user"
    );
    assert_eq!(
        server.get("scout", "/test").await.expect(OK).body["auth_type"],
        "agent"
    );
}

async fn a_person_keeps_agents(server: &Server) {
    let platform = json!({ "agent": { "name": "Porter", "description": "x", "model_type": "m" } });
    let platform = server
        .post("alice", "/me/agents", platform)
        .await
        .expect(201);
    assert_eq!(platform.body["data"]["is_external"], false);
    let external = json!({ "agent": { "name": "Pilot", "description": "Guides." } });
    let external = server
        .post("alice", "/me/agents/register", external)
        .await
        .expect(201);
    assert_eq!(external.at("/data/agent/owner_id"), id("alice"));
    let key = external.at("/data/credentials/api_key");
    let me = server.get(&key, "/agent/me").await.expect(OK);
    assert_eq!(me.at("/data/handle"), "alice/pilot");
    assert_eq!(me.at("/data/owner_uuid"), id("alice"));
    let agents = server.get("alice", "/me/agents").await.expect(OK);
    let (pilot, porter) = (external.at("/data/agent/id"), platform.id());
    assert_eq!(agents.ids(), [pilot.clone(), porter, id("scout")]);
    assert_eq!(agents.body["metadata"]["total_count"], 3);
    let peers = server
        .get("alice", "/me/peers?type=Agent&page_size=2")
        .await
        .expect(OK);
    assert_eq!(peers.body["data"][0]["id"], pilot.as_str());
    assert_eq!(peers.body["metadata"]["total_pages"], 2);
    server.get("scout", "/agent/peers").await.expect(OK);
    let deleted = server
        .delete("alice", &format!("/me/agents/{pilot}"))
        .await
        .expect(OK);
    assert_eq!(deleted.body["data"]["executions_deleted"], 0);
    server
        .get(&key, "/agent/me")
        .await
        .refused(401, "unauthorized");
}

async fn a_person_has_a_profile(server: &Server) {
    let before = server.get("alice", "/me/profile").await.expect(OK);
    assert_eq!(before.at("/data/email"), "alice@example.com");
    let names = json!({ "user": { "last_name": "King" } });
    let after = server
        .call("alice", "PUT /me/profile", names)
        .await
        .expect(OK);
    assert_eq!(after.at("/data/last_name"), "King");
    assert_eq!(after.at("/data/first_name"), "Alice");
}

async fn a_room_lives_through_both_apis(server: &Server) {
    let room = server.room("alice").await;
    server
        .add("alice", &room, "scout", "member")
        .await
        .expect(201);
    server.get("alice", "/me/chats").await.expect(OK);
    server
        .get("alice", &format!("/me/chats/{room}"))
        .await
        .expect(OK);
    assert_eq!(
        server.get("scout", "/agent/chats").await.expect(OK).ids(),
        [room.as_str()]
    );
    server
        .get("scout", &format!("/agent/chats/{room}"))
        .await
        .expect(OK);
    let sent = server
        .say("alice", &room, "scout", "Hello?")
        .await
        .expect(201);
    assert_eq!(sent.at("/data/recipients/0/handle"), "alice/scout");
    let agent_room = format!("/agent/chats/{room}");
    let next = server
        .get("scout", &format!("{agent_room}/messages/next"))
        .await
        .expect(OK);
    assert_eq!(next.id(), sent.id());
    let message = format!("{agent_room}/messages/{}", sent.id());
    let begun = server
        .post("scout", &format!("{message}/processing"), Value::Null)
        .await;
    assert_eq!(begun.expect(OK).body["data"]["attempt_number"], 1);
    let failed = json!({ "error": "No network." });
    server
        .post("scout", &format!("{message}/failed"), failed)
        .await
        .expect(OK);
    server
        .post("scout", &format!("{message}/processing"), Value::Null)
        .await
        .expect(OK);
    server
        .post("scout", &format!("{message}/processed"), Value::Null)
        .await
        .expect(OK);
    let next = server
        .get("scout", &format!("{agent_room}/messages/next"))
        .await
        .expect(204);
    assert!(next.body.is_null());
    let event = json!({ "event": { "content": "Hm.", "message_type": "thought" } });
    server
        .post("scout", &format!("{agent_room}/events"), event)
        .await
        .expect(201);
    server
        .say("scout", &room, "alice", "Hello.")
        .await
        .expect(201);
    let context = server
        .get("scout", &format!("{agent_room}/context"))
        .await
        .expect(OK);
    assert_eq!(context.body["meta"]["total_count"], 3);
    assert_eq!(context.body["meta"]["page_size"], 50);
    let all = server
        .get("scout", &format!("{agent_room}/messages?status=all"))
        .await
        .expect(OK);
    assert_eq!(all.body["metadata"]["status_filter"], "all");
    assert_eq!(all.ids(), [sent.id()]);
    let human = server
        .get("alice", &format!("/me/chats/{room}/messages"))
        .await
        .expect(OK);
    assert_eq!(human.body["metadata"]["total_count"], 3);
    if server.edition >= Edition::Memories {
        assert_eq!(human.body["data"][2]["metadata"]["status"], "sent");
    }
    server
        .get("scout", &format!("{agent_room}/participants"))
        .await
        .expect(OK);
    server
        .get("alice", &format!("/me/chats/{room}/participants"))
        .await
        .expect(OK);
    let scout = format!("/me/chats/{room}/participants/{}", id("scout"));
    server.delete("alice", &scout).await.expect(OK);
    let room = server.room("scout").await;
    server
        .add("scout", &room, "clerk", "member")
        .await
        .expect(201);
    let clerk = format!("/agent/chats/{room}/participants/{}", id("clerk"));
    server.delete("scout", &clerk).await.expect(OK);
}

async fn every_contact_operation_succeeds(server: &Server) {
    for (who, api, other, other_api) in [
        ("alice", "/me", "carol", "/me"),
        ("scout", "/agent", "rival", "/agent"),
    ] {
        let handle = if api == "/me" {
            "@carol"
        } else {
            "carol/rival"
        };
        let requests = format!("{api}/contacts/requests");
        let ask = json!({ "contact_request": { "recipient_handle": handle, "message": "Hi" } });
        let request = server
            .post(who, &requests, ask.clone())
            .await
            .expect(201)
            .id();
        server
            .post(who, &format!("{requests}/{request}/cancel"), Value::Null)
            .await
            .expect(OK);
        let request = server
            .post(who, &requests, ask.clone())
            .await
            .expect(201)
            .id();
        let act = |action: &str| format!("{other_api}/contacts/requests/{request}/{action}");
        server
            .post(other, &act("reject"), Value::Null)
            .await
            .expect(OK);
        let request = server.post(who, &requests, ask).await.expect(201).id();
        let received = format!("{other_api}/contacts/requests/received");
        assert_eq!(
            server.get(other, &received).await.expect(OK).ids(),
            [request.as_str()]
        );
        let sent = server
            .get(who, &format!("{requests}/sent?status=all"))
            .await
            .expect(OK);
        assert_eq!(sent.ids().len(), 3);
        let approve = format!("{other_api}/contacts/requests/{request}/approve");
        server.post(other, &approve, Value::Null).await.expect(OK);
        let contacts = server.get(who, &format!("{api}/contacts")).await.expect(OK);
        let contact = format!("{api}/contacts/{}", contacts.ids()[0]);
        let removed = server.delete(who, &contact).await.expect(OK);
        assert_eq!(removed.at("/data/status"), "removed");
    }
    let who = server
        .post(
            "alice",
            "/me/contacts/resolve",
            json!({ "handle": "carol/rival" }),
        )
        .await;
    assert_eq!(who.expect(OK).at("/data/type"), "Agent");
}

async fn the_calls_of_the_clients_succeed(server: &Server) {
    let add = |handle: &str| json!({ "handle": handle, "message": null });
    let added = server
        .post("scout", "/agent/contacts/add", add("carol/rival"))
        .await
        .expect(201);
    assert_eq!(added.at("/data/status"), "pending");
    let lists = server
        .get("rival", "/agent/contacts/requests")
        .await
        .expect(OK);
    assert_eq!(lists.at("/data/received/0/from_handle"), "alice/scout");
    assert_eq!(lists.body["metadata"]["received"]["total"], 1);
    let mirror = server
        .post("rival", "/agent/contacts/add", add("@alice/scout"))
        .await;
    assert_eq!(mirror.expect(201).at("/data/status"), "approved");
    let remove = json!({ "handle": "alice/scout" });
    server
        .post("rival", "/agent/contacts/remove", remove)
        .await
        .expect(OK);
    let again = server
        .post("rival", "/agent/contacts/add", add("alice/scout"))
        .await
        .expect(201);
    let respond = json!({ "action": "approve", "request_id": again.id() });
    let path = "/agent/contacts/requests/respond";
    let done = server.post("scout", path, respond).await.expect(OK);
    assert_eq!(done.at("/data/status"), "approved");
}

async fn every_memory_operation_succeeds(server: &Server) {
    let about_alice = server
        .remember("scout", Some("alice"), "Likes tea.")
        .await
        .expect(201)
        .id();
    let shared = server
        .remember("scout", None, "Closes at six.")
        .await
        .expect(201)
        .id();
    let agent = |id: &str| format!("/agent/memories/{id}");
    let human = |id: &str| format!("/me/memories/{id}");
    let list = server.get("clerk", "/agent/memories").await.expect(OK);
    assert_eq!(list.ids(), [shared.as_str(), about_alice.as_str()]);
    assert_eq!(list.body["meta"]["total_count"], 2);
    server.get("clerk", &agent(&shared)).await.expect(OK);
    server.get("alice", &human(&shared)).await.expect(OK);
    let mine = server
        .get("alice", "/me/memories?scope=about_me")
        .await
        .expect(OK);
    assert_eq!(mine.ids(), [about_alice.as_str()]);
    for (action, status) in [("archive", "archived"), ("restore", "active")] {
        let path = format!("{}/{action}", human(&about_alice));
        let done = server.post("alice", &path, Value::Null).await.expect(OK);
        assert_eq!(done.at("/data/status"), status);
    }
    server
        .post("scout", &format!("{}/archive", agent(&shared)), Value::Null)
        .await
        .expect(OK);
    server
        .post(
            "scout",
            &format!("{}/supersede", agent(&shared)),
            Value::Null,
        )
        .await
        .expect(OK);
    server
        .post(
            "alice",
            &format!("{}/supersede", human(&about_alice)),
            Value::Null,
        )
        .await
        .expect(OK);
    let deleted = server
        .delete("scout", &agent(&about_alice))
        .await
        .expect(OK);
    assert_eq!(deleted.at("/data/status"), "superseded");
    server
        .delete("alice", &human(&about_alice))
        .await
        .expect(204);
    server
        .get("alice", &human(&about_alice))
        .await
        .refused(404, "not_found");
}
