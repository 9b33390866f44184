//! What differs between the editions.

use assize::reference::Edition;
use serde_json::{Value, json};

use crate::client::{OK, Reply, Server, id};

fn editions() -> impl Iterator<Item = (Edition, Server)> {
    Edition::ALL
        .into_iter()
        .map(|edition| (edition, Server::at(edition)))
}

#[test]
fn the_edition_in_force_has_begun_and_not_ended() {
    for pair in Edition::ALL.windows(2) {
        let (day, next) = (pair[0].date(), pair[1].date());
        assert_eq!(Edition::at(day), Some(pair[0]));
        let last = next.yesterday().expect("a day before");
        assert_eq!(Edition::at(last), Some(pair[0]));
        assert_eq!(Edition::at(next), Some(pair[1]));
    }
    assert_eq!(Edition::at("2025-12-27".parse().expect("a date")), None);
    let later = "2030-01-01".parse().expect("a date");
    assert_eq!(Edition::at(later), Some(Edition::Security));
}

#[tokio::test]
async fn unknown_properties_are_ignored_until_2026_01_14() {
    for (edition, server) in editions() {
        let strange = json!({ "agent": { "name": "x", "colour": 1 }, "y": [2] });
        let reply = server.post("alice", "/me/agents", strange).await;
        let room = server.room("alice").await;
        server.add("alice", &room, "scout", "member").await;
        let mention = json!({ "id": id("scout"), "kind": "x" });
        let nested = json!({ "message": { "content": "x", "mentions": [mention] } });
        let path = format!("/me/chats/{room}/messages");
        let nested = server.post("alice", &path, nested).await;
        if edition >= Edition::StrictBodies {
            reply.refused(400, "bad_request");
            nested.refused(400, "bad_request");
        } else {
            let created = reply.expect(201).id();
            nested.expect(201);
            let agents = server.get("alice", "/me/agents").await.expect(OK);
            let agents = agents.body["data"].as_array().expect("a list").clone();
            let created = agents.iter().find(|one| one["id"] == created.as_str());
            assert!(created.expect("it is listed").get("colour").is_none());
            let messages = server.get("alice", &path).await.expect(OK).body;
            assert!(!messages.to_string().contains("kind"), "{messages}");
        }
        // Other errors are errors in every edition.
        let empty = json!({ "agent": { "name": "" } });
        server
            .post("alice", "/me/agents", empty)
            .await
            .refused(422, "validation_error");
    }
}

#[tokio::test]
async fn endpoints_are_unknown_until_they_come() {
    let agent_memory = json!({ "memory": {} });
    let ask = json!({ "contact_request": { "recipient_handle": "bob" } });
    let calls = [
        (Edition::Memories, "alice", "GET /me/memories", Value::Null),
        (
            Edition::Memories,
            "scout",
            "POST /agent/memories",
            agent_memory,
        ),
        (Edition::Contacts, "alice", "GET /me/contacts", Value::Null),
        (
            Edition::Contacts,
            "alice",
            "POST /me/contacts/requests",
            ask,
        ),
        (
            Edition::Contacts,
            "alice",
            "POST /me/contacts/resolve",
            json!({ "handle": "bob" }),
        ),
        (
            Edition::Contacts,
            "scout",
            "GET /agent/contacts/requests",
            Value::Null,
        ),
    ];
    for (edition, server) in editions() {
        for (since, who, line, body) in &calls {
            let known = server.call(who, line, body.clone()).await;
            let anonymous = server.call("", line, body.clone()).await;
            let (_, path) = line.split_once(' ').expect("method and path");
            let other = server
                .call(who, &format!("PATCH {path}"), Value::Null)
                .await;
            if edition >= *since {
                assert_ne!(known.status, 404, "{line}");
                anonymous.refused(401, "unauthorized");
                other.refused(405, "method_not_allowed");
            } else {
                known.refused(404, "not_found");
                anonymous.refused(404, "not_found");
                other.refused(404, "not_found");
            }
        }
    }
}

#[tokio::test]
async fn messages_gain_a_status_and_the_name_of_their_sender() {
    for (edition, server) in editions() {
        let room = server.room("alice").await;
        server.add("alice", &room, "scout", "member").await;
        server.say("alice", &room, "scout", "x").await.expect(201);
        server.say("scout", &room, "alice", "y").await.expect(201);
        let human = format!("/me/chats/{room}/messages");
        let agent = format!("/agent/chats/{room}");
        let lists = [
            server.get("alice", &human).await,
            server.get("scout", &format!("{agent}/messages")).await,
            server.get("scout", &format!("{agent}/context")).await,
        ];
        let messages = lists.iter().filter_map(|list| list.body["data"].as_array());
        for message in messages.flatten() {
            let named = message.get("sender_name").is_some();
            assert_eq!(named, edition >= Edition::Contacts, "{message}");
            let status = message["metadata"].get("status");
            let of_person = message["sender_type"] == "User";
            let told = of_person && edition >= Edition::Memories;
            assert_eq!(status, told.then_some(&json!("sent")), "{message}");
        }
        let next = server.get("scout", &format!("{agent}/messages/next")).await;
        let named = next.body["data"].get("sender_name").is_some();
        assert_eq!(named, edition >= Edition::Contacts);
    }
}

/// The four full quotas: agents, chats, participants, messages.
async fn full(server: &Server) -> [Reply; 4] {
    let agent = |name: &str| json!({ "agent": { "name": name, "description": "" } });
    for name in ["a", "b", "c"] {
        let reply = server.post("quentin", "/me/agents/register", agent(name));
        reply.await.expect(201);
        server.room("chandra").await;
    }
    let peers = server.get("petra", "/me/peers").await.ids();
    let small = server.room("petra").await;
    for peer in &peers[..2] {
        server.add("petra", &small, peer, "member").await;
    }
    let room = server.room("milo").await;
    server.add("milo", &room, "memo", "member").await;
    for _ in 0..4 {
        server.say("milo", &room, "memo", "x").await.expect(201);
    }
    [
        server.post("quentin", "/me/agents", agent("d")).await,
        server
            .post("chandra", "/me/chats", json!({ "chat": {} }))
            .await,
        server.add("petra", &small, &peers[2], "member").await,
        server.say("milo", &room, "memo", "x").await,
    ]
}

#[tokio::test]
async fn quotas_change_their_status_and_nothing_else() {
    let mut bodies = Vec::new();
    for (edition, server) in editions() {
        let replies = full(&server).await;
        let statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
        let expected = match edition {
            Edition::Split | Edition::StrictBodies | Edition::Memories => [422, 429, 429, 422],
            Edition::Contacts => [429, 429, 429, 422],
            Edition::MessageLimit => [429; 4],
            Edition::Quotas | Edition::Security => [403; 4],
        };
        assert_eq!(statuses, expected, "{}", edition.date());
        let errors = replies.map(|reply| {
            let error = &reply.body["error"];
            assert_eq!(error["code"], "limit_reached");
            assert!(!reply.headers.contains_key("retry-after"));
            (error["message"].clone(), error["details"].clone())
        });
        bodies.push(errors);
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
}

/// What belongs to others, asked for by its id.
async fn foreign(server: &Server) -> Vec<Reply> {
    let room = server.room("alice").await;
    let human = format!("/me/chats/{room}");
    let agent = format!("/agent/chats/{room}");
    let message = json!({ "message": { "content": "x", "mentions": [{ "id": id("bob") }] } });
    let mut replies = vec![
        server.get("bob", &human).await,
        server.get("carol", &format!("{human}/messages")).await,
        server
            .post("carol", &format!("{human}/messages"), message)
            .await,
        server.get("clerk", &format!("{agent}/context")).await,
        server.get("rival", &format!("{agent}/participants")).await,
        server.add("rival", &room, "rival", "member").await,
        server
            .get("carol", &format!("/me/peers?not_in_chat={room}"))
            .await,
        server
            .delete("carol", &format!("/me/agents/{}", id("scout")))
            .await,
    ];
    if server.edition >= Edition::Memories {
        let listed = format!("/me/memories?scope=room&chat_room_id={room}");
        replies.push(server.get("bob", &listed).await);
    }
    if server.edition >= Edition::Contacts {
        let requests = "/me/contacts/requests";
        let ask = json!({ "contact_request": { "recipient_handle": "bob" } });
        let request = server.post("alice", requests, ask).await.expect(201).id();
        for action in ["approve", "reject", "cancel"] {
            let path = format!("{requests}/{request}/{action}");
            replies.push(server.post("carol", &path, Value::Null).await);
        }
        let respond = json!({ "action": "approve", "request_id": request });
        let path = "/agent/contacts/requests/respond";
        replies.push(server.post("scout", path, respond).await);
        let path = format!("{requests}/{request}/approve");
        server.post("bob", &path, Value::Null).await.expect(OK);
        let contacts = server.get("alice", "/me/contacts").await.expect(OK);
        let contact = format!("contacts/{}", contacts.ids()[0]);
        replies.push(server.delete("bob", &format!("/me/{contact}")).await);
        replies.push(server.delete("scout", &format!("/agent/{contact}")).await);
    }
    replies
}

#[tokio::test]
async fn existence_is_hidden_from_2026_03_03_on() {
    for (edition, server) in editions() {
        for reply in foreign(&server).await {
            if edition >= Edition::Security {
                reply.refused(404, "not_found");
            } else {
                reply.refused(403, "forbidden");
            }
        }
        // What nobody has is not there in any edition, and so are other tenants' memories.
        let nobodys = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        let mut paths = vec![("alice", format!("/me/chats/{nobodys}"))];
        if edition >= Edition::Memories {
            let memory = server.remember("scout", None, "x").await.expect(201).id();
            paths.push(("rival", format!("/agent/memories/{memory}")));
            paths.push(("carol", format!("/me/memories/{memory}")));
        }
        for (who, path) in paths {
            server.get(who, &path).await.refused(404, "not_found");
        }
        let agents = format!("/me/agents/{nobodys}");
        server
            .delete("alice", &agents)
            .await
            .refused(404, "not_found");
    }
}

#[tokio::test]
async fn memories_and_rights_are_the_same_since_they_came() {
    for edition in [Edition::Memories, Edition::Security] {
        let server = Server::at(edition);
        let memory = server.remember("scout", None, "x").await.expect(201).id();
        let path = format!("/agent/memories/{memory}");
        server
            .delete("clerk", &path)
            .await
            .refused(403, "forbidden");
        let clerk = format!("/me/agents/{}", id("clerk"));
        server
            .delete("alice", &clerk)
            .await
            .refused(403, "forbidden");
    }
}
