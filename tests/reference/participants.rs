//! Roles, and who adds and removes whom.

use serde_json::json;

use crate::client::{OK, Server, id};

async fn remove(server: &Server, who: &str, room: &str, other: &str) -> u16 {
    let api = crate::client::api(who);
    let path = format!("{api}/chats/{room}/participants/{}", id(other));
    server.delete(who, &path).await.status
}

#[tokio::test]
async fn owners_and_admins_add_who_is_near() {
    let server = Server::new();
    let room = server.room("alice").await;
    server
        .add("alice", &room, "scout", "member")
        .await
        .expect(201);
    server
        .add("scout", &room, "clerk", "member")
        .await
        .refused(403, "forbidden");
    server
        .add("alice", &room, "scout", "member")
        .await
        .refused(409, "conflict");
    server
        .add("alice", &room, "carol", "member")
        .await
        .refused(404, "not_found");
    // Existence is told before permission.
    server
        .add("scout", &room, "carol", "member")
        .await
        .refused(404, "not_found");
    server.add("alice", &room, "bob", "admin").await.expect(201);
    server
        .add("bob", &room, "clerk", "member")
        .await
        .expect(201);
    server
        .add("alice", &room, "x", "member")
        .await
        .refused(422, "validation_error");
    server
        .add("alice", &room, "clerk", "king")
        .await
        .refused(422, "validation_error");
}

#[tokio::test]
async fn contacts_come_from_elsewhere() {
    let server = Server::new();
    let ask = json!({ "contact_request": { "recipient_handle": "carol" } });
    let request = server
        .post("alice", "/me/contacts/requests", ask)
        .await
        .expect(201)
        .id();
    let approve = format!("/me/contacts/requests/{request}/approve");
    server
        .post("carol", &approve, serde_json::Value::Null)
        .await
        .expect(OK);
    let room = server.room("alice").await;
    server
        .add("alice", &room, "carol", "member")
        .await
        .expect(201);
    assert_eq!(
        server.get("carol", "/me/chats").await.ids(),
        [room.as_str()]
    );
    let peers = server.get("alice", "/me/peers").await.expect(OK);
    let last = peers.body["data"].as_array().and_then(|all| all.last());
    assert_eq!(last.map(|one| &one["source"]), Some(&json!("contact")));
    let absent = server
        .get("alice", &format!("/me/peers?not_in_chat={room}"))
        .await
        .expect(OK);
    assert_eq!(absent.ids().len(), peers.ids().len() - 1);
    server
        .get("bob", &format!("/me/peers?not_in_chat={room}"))
        .await
        .refused(404, "not_found");
}

#[tokio::test]
async fn removal_follows_the_roles() {
    let server = Server::new();
    let room = server.room("alice").await;
    server.add("alice", &room, "bob", "admin").await.expect(201);
    server
        .add("alice", &room, "scout", "member")
        .await
        .expect(201);
    server
        .add("alice", &room, "clerk", "admin")
        .await
        .expect(201);
    assert_eq!(remove(&server, "bob", &room, "alice").await, 403);
    assert_eq!(remove(&server, "bob", &room, "clerk").await, 403);
    assert_eq!(remove(&server, "scout", &room, "clerk").await, 403);
    assert_eq!(remove(&server, "clerk", &room, "bob").await, 403);
    assert_eq!(remove(&server, "bob", &room, "carol").await, 404);
    assert_eq!(remove(&server, "scout", &room, "scout").await, 200);
    assert_eq!(remove(&server, "scout", &room, "scout").await, 404);
    let alice = format!("/me/chats/{room}/participants/{}", id("alice"));
    server
        .delete("alice", &alice)
        .await
        .refused(403, "cannot_remove_sole_owner");
    assert_eq!(remove(&server, "alice", &room, "clerk").await, 200);
    assert_eq!(remove(&server, "bob", &room, "bob").await, 200);
    server.add("alice", &room, "bob", "owner").await.expect(201);
    assert_eq!(remove(&server, "alice", &room, "alice").await, 200);
    server
        .get("alice", &format!("/me/chats/{room}"))
        .await
        .refused(404, "not_found");
}

#[tokio::test]
async fn an_agent_that_owns_a_room_removes_agents_alone() {
    let server = Server::new();
    let room = server.room("scout").await;
    server
        .add("scout", &room, "alice", "member")
        .await
        .expect(201);
    server
        .add("scout", &room, "clerk", "admin")
        .await
        .expect(201);
    assert_eq!(remove(&server, "scout", &room, "alice").await, 403);
    assert_eq!(remove(&server, "scout", &room, "clerk").await, 200);
    assert_eq!(remove(&server, "scout", &room, "scout").await, 403);
    let people = format!("/me/chats/{room}/participants?participant_type=User");
    let people = server.get("alice", &people).await.expect(OK);
    assert_eq!(people.ids(), [id("alice")]);
}
