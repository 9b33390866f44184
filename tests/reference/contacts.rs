//! The life of a contact request.

use serde_json::{Value, json};

use crate::client::{OK, Reply, Server};

const REQUESTS: &str = "/me/contacts/requests";

async fn ask(server: &Server, who: &str, handle: &str) -> Reply {
    let body = json!({ "contact_request": { "recipient_handle": handle } });
    server.post(who, REQUESTS, body).await
}

async fn act(server: &Server, who: &str, request: &str, action: &str) -> Reply {
    let path = format!("{REQUESTS}/{request}/{action}");
    server.post(who, &path, Value::Null).await
}

#[tokio::test]
async fn requests_are_refused_for_their_reasons() {
    let server = Server::new();
    ask(&server, "alice", "alice")
        .await
        .refused(409, "conflict");
    ask(&server, "alice", "nobody")
        .await
        .refused(404, "not_found");
    for bad in ["", "@", "a/b/c", "a b", &"x".repeat(202)] {
        ask(&server, "alice", bad)
            .await
            .refused(422, "validation_error");
    }
    ask(&server, "alice", "bob").await.expect(201);
    ask(&server, "alice", "bob").await.refused(409, "conflict");
    ask(&server, "bob", "alice").await.refused(409, "conflict");
    let long =
        json!({ "contact_request": { "recipient_handle": "carol", "message": "x".repeat(501) } });
    server
        .post("alice", REQUESTS, long)
        .await
        .refused(422, "validation_error");
}

#[tokio::test]
async fn each_side_has_its_actions_and_only_once() {
    let server = Server::new();
    let request = ask(&server, "alice", "bob").await.expect(201).id();
    act(&server, "alice", &request, "approve")
        .await
        .refused(403, "forbidden");
    act(&server, "alice", &request, "reject")
        .await
        .refused(403, "forbidden");
    act(&server, "bob", &request, "cancel")
        .await
        .refused(403, "forbidden");
    act(&server, "carol", &request, "approve")
        .await
        .refused(404, "not_found");
    let done = act(&server, "bob", &request, "reject").await.expect(OK);
    assert_eq!(done.at("/data/status"), "rejected");
    act(&server, "bob", &request, "approve")
        .await
        .refused(409, "conflict");
    act(&server, "alice", &request, "cancel")
        .await
        .refused(409, "conflict");
    let request = ask(&server, "alice", "bob").await.expect(201).id();
    act(&server, "alice", &request, "cancel").await.expect(OK);
    let request = ask(&server, "bob", "alice").await.expect(201).id();
    act(&server, "alice", &request, "approve").await.expect(OK);
    ask(&server, "alice", "bob").await.refused(409, "conflict");
    let approved = server
        .get("bob", &format!("{REQUESTS}/sent?status=approved"))
        .await;
    assert_eq!(approved.expect(OK).ids(), [request]);
    let sent = server
        .get("alice", &format!("{REQUESTS}/sent"))
        .await
        .expect(OK);
    assert_eq!(sent.at("/data/0/status"), "cancelled");
    assert!(sent.body["data"][0]["responded_at"].is_string());
}

#[tokio::test]
async fn removing_is_one_sided() {
    let server = Server::new();
    let request = ask(&server, "alice", "carol").await.expect(201).id();
    act(&server, "carol", &request, "approve").await.expect(OK);
    let contacts = server.get("alice", "/me/contacts").await.expect(OK);
    assert_eq!(contacts.at("/data/0/user/email"), "carol@example.com");
    let contact = format!("/me/contacts/{}", contacts.ids()[0]);
    server
        .delete("carol", &contact)
        .await
        .refused(404, "not_found");
    server.delete("alice", &contact).await.expect(OK);
    server
        .delete("alice", &contact)
        .await
        .refused(404, "not_found");
    assert_eq!(server.get("carol", "/me/contacts").await.ids().len(), 1);
    ask(&server, "carol", "alice")
        .await
        .refused(409, "conflict");
    let again = ask(&server, "alice", "carol").await.expect(201).id();
    act(&server, "carol", &again, "approve").await.expect(OK);
    assert_eq!(server.get("carol", "/me/contacts").await.ids().len(), 1);
}

#[tokio::test]
async fn the_calls_of_the_clients_need_one_of_two() {
    let server = Server::new();
    let respond = "/agent/contacts/requests/respond";
    let neither = server
        .post("scout", respond, json!({ "action": "approve" }))
        .await;
    neither.refused(422, "validation_error");
    let remove = "/agent/contacts/remove";
    server
        .post("scout", remove, json!({}))
        .await
        .refused(422, "validation_error");
    let unknown = json!({ "handle": "carol" });
    server
        .post("scout", remove, unknown)
        .await
        .refused(404, "not_found");
    let none = json!({ "action": "reject", "handle": "carol" });
    server
        .post("scout", respond, none)
        .await
        .refused(404, "not_found");
    let mirror = json!({ "contact_request": { "recipient_handle": "alice/scout" } });
    let path = "/agent/contacts/requests";
    server.post("rival", path, mirror).await.expect(201);
    let back = json!({ "contact_request": { "recipient_handle": "carol/rival" } });
    server
        .post("scout", path, back)
        .await
        .refused(409, "conflict");
    let reject = json!({ "action": "reject", "handle": "@carol/rival" });
    server.post("scout", respond, reject).await.expect(OK);
}
