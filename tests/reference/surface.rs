//! Errors that every operation shares, and their order.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use crate::client::{OK, Server, id, key};

#[tokio::test]
async fn credentials_come_first() {
    let server = Server::new();
    for key in ["", "nobody", "thnv_u_1767225600_nobodydemo"] {
        let reply = server
            .get(key, "/me/chats")
            .await
            .refused(401, "unauthorized");
        assert!(reply.headers.contains_key("www-authenticate"));
        // Before the body is looked at.
        server
            .post(key, "/me/agents", json!({ "x": 1 }))
            .await
            .refused(401, "unauthorized");
    }
    server
        .get("scout", "/me/chats")
        .await
        .refused(403, "forbidden");
    server
        .get("alice", "/agent/chats")
        .await
        .refused(403, "forbidden");
    server
        .post("scout", "/me/agents", json!({ "x": 1 }))
        .await
        .refused(403, "forbidden");
}

async fn with(server: &Server, path: &str, key: Option<&str>, authorization: &str) -> u16 {
    let mut request = Request::get(path).header("authorization", authorization);
    if let Some(key) = key {
        request = request.header("x-api-key", key);
    }
    server
        .send(request.body(Body::empty()).expect("a request"))
        .await
        .status
}

#[tokio::test]
async fn bearer_tokens_are_for_people_alone() {
    let server = Server::new();
    let (alice, scout) = (key("alice"), key("scout"));
    let mine = "/api/v1/me/profile";
    assert_eq!(
        with(&server, mine, None, "Bearer demo-alice-token").await,
        200
    );
    assert_eq!(
        with(&server, mine, None, "bearer demo-alice-token").await,
        200
    );
    assert_eq!(
        with(&server, mine, None, &format!("Bearer {alice}")).await,
        401
    );
    assert_eq!(with(&server, mine, None, "Basic abc").await, 401);
    assert_eq!(
        with(&server, mine, Some(&alice), "Bearer demo-alice-token").await,
        200
    );
    assert_eq!(
        with(&server, mine, Some(&alice), "Bearer demo-bob-token").await,
        401
    );
    assert_eq!(
        with(&server, mine, Some("x"), "Bearer demo-alice-token").await,
        401
    );
    assert_eq!(with(&server, mine, Some(&alice), "Bearer x").await, 401);
    assert_eq!(
        with(&server, "/api/v1/agent/me", None, "Bearer demo-alice-token").await,
        401
    );
    let both = with(
        &server,
        "/api/v1/agent/me",
        Some(&scout),
        "Bearer demo-alice-token",
    )
    .await;
    assert_eq!(both, 401);
    assert_eq!(
        with(&server, "/api/v1/test", None, "Bearer demo-alice-token").await,
        401
    );
}

#[tokio::test]
async fn other_methods_and_paths_have_the_envelope() {
    let server = Server::new();
    let reply = server.call("", "PATCH /me/chats", Value::Null).await;
    let reply = reply.refused(405, "method_not_allowed");
    assert_eq!(reply.headers["allow"], "GET,HEAD,POST");
    let reply = server
        .call("", "GET /me/agents/register", Value::Null)
        .await;
    assert_eq!(
        reply.refused(405, "method_not_allowed").headers["allow"],
        "POST"
    );
    server
        .get("alice", "/nowhere")
        .await
        .refused(404, "not_found");
    server
        .get("alice", "/me/chats/")
        .await
        .refused(404, "not_found");
    server
        .get("alice", "/me/contacts/requests")
        .await
        .refused(405, "method_not_allowed");
    let head = server
        .call("alice", "HEAD /me/chats", Value::Null)
        .await
        .expect(OK);
    assert!(head.body.is_null());
    assert_eq!(head.headers["content-type"], "application/json");
}

#[tokio::test]
async fn a_malformed_id_is_one_nobody_has() {
    let server = Server::new();
    for path in [
        "/me/chats/x",
        "/me/chats/%ff",
        "/me/memories/1",
        "/me/chats/x/messages",
    ] {
        server.get("alice", path).await.refused(404, "not_found");
    }
    let strange = "/me/chats/67e55044-10b1-426f-9247-bb680e5fe0c8";
    server.get("alice", strange).await.refused(404, "not_found");
    server
        .delete("alice", "/me/agents/x?force=maybe")
        .await
        .refused(422, "validation_error");
}

async fn raw(server: &Server, content_type: Option<&str>, body: impl Into<Body>) -> (u16, String) {
    let mut request = Request::post("/api/v1/me/chats").header("x-api-key", key("alice"));
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    let request = request.body(body.into()).expect("a request");
    let reply = server.send(request).await;
    (reply.status, reply.code().to_owned())
}

#[tokio::test]
async fn bodies_are_json_of_a_bearable_size() {
    let server = Server::new();
    let json = Some("application/json");
    let good = r#"{"chat":{}}"#;
    assert_eq!(raw(&server, json, good).await.0, 201);
    assert_eq!(
        raw(&server, Some("Application/JSON; charset=utf-8"), good)
            .await
            .0,
        201
    );
    for other in [None, Some("text/plain"), Some("application/jsonp")] {
        let reply = raw(&server, other, good).await;
        assert_eq!(reply, (415, "unsupported_media_type".to_owned()));
    }
    let bad = (400, "bad_request".to_owned());
    for body in ["", "{", "{\"chat\":{}} x", "\"\\ud800\""] {
        assert_eq!(raw(&server, json, body).await, bad, "{body}");
    }
    assert_eq!(raw(&server, json, vec![b'"', 0xff, b'"']).await, bad);
    assert_eq!(raw(&server, json, "[".repeat(10_000)).await, bad);
    let large = format!("{good}{}", " ".repeat(1024 * 1024));
    assert_eq!(
        raw(&server, json, large).await,
        (413, "payload_too_large".to_owned())
    );
    let just = format!("{good}{}", " ".repeat(1024 * 1024 - good.len()));
    assert_eq!(raw(&server, json, just).await.0, 201);
    for value in [
        "null",
        "[]",
        "1",
        "{}",
        r#"{"chat":null}"#,
        r#"{"chat":{"task_id":"x"}}"#,
    ] {
        assert_eq!(raw(&server, json, value).await.0, 422, "{value}");
    }
}

#[tokio::test]
async fn unknown_properties_come_before_all_other_errors() {
    let server = Server::new();
    let body = json!({ "agent": { "name": "", "colour": 1 }, "x/y": 2 });
    let reply = server
        .post("alice", "/me/agents", body)
        .await
        .refused(400, "bad_request");
    assert_eq!(reply.pointers(), ["/agent/colour", "/x~1y"]);
    let room = server.room("alice").await;
    server
        .add("alice", &room, "scout", "member")
        .await
        .expect(201);
    let mention = json!({ "id": id("scout"), "kind": "mention" });
    let body = json!({ "message": { "content": "x", "mentions": [mention] } });
    let path = format!("/me/chats/{room}/messages");
    let reply = server
        .post("alice", &path, body)
        .await
        .refused(400, "bad_request");
    assert_eq!(reply.pointers(), ["/message/mentions/0/kind"]);
    // Free-form objects take anything.
    let metadata = json!({ "any": { "thing": 1 } });
    let event = json!({ "content": "x", "message_type": "task", "metadata": metadata });
    let path = format!("/agent/chats/{room}/events");
    server
        .post("scout", &path, json!({ "event": event }))
        .await
        .expect(201);
    let context = server
        .get("scout", &format!("/agent/chats/{room}/context"))
        .await;
    assert_eq!(context.expect(OK).body["data"][0]["metadata"], metadata);
}

#[tokio::test]
async fn all_other_errors_are_collected() {
    let server = Server::new();
    let body = json!({ "agent": { "name": " ", "description": "x".repeat(501) } });
    let reply = server.post("alice", "/me/agents/register", body).await;
    let reply = reply.refused(422, "validation_error");
    assert_eq!(reply.pointers(), ["/agent/name", "/agent/description"]);
    let reply = server
        .get("alice", "/me/chats?page=0&page_size=101&other=1")
        .await;
    assert_eq!(
        reply.refused(422, "validation_error").pointers(),
        ["/page", "/page_size"]
    );
    server
        .get("alice", "/me/peers?type=user")
        .await
        .refused(422, "validation_error");
    let past = server.get("alice", "/me/agents?page=99").await.expect(OK);
    assert_eq!(past.ids().len(), 0);
    assert_eq!(past.body["metadata"]["page"], 99);
    // Input before existence.
    let nowhere = "/me/chats/67e55044-10b1-426f-9247-bb680e5fe0c8/messages";
    server
        .get("alice", &format!("{nowhere}?since=yesterday"))
        .await
        .refused(422, "validation_error");
    server
        .post("alice", nowhere, json!({}))
        .await
        .refused(422, "validation_error");
}

#[tokio::test]
async fn outside_of_the_preview_memories_do_not_exist() {
    let server = Server::new();
    server
        .get("otto", "/agent/memories")
        .await
        .refused(404, "not_found");
    server
        .get("olga", "/me/memories?scope=x")
        .await
        .refused(404, "not_found");
    server
        .post("otto", "/agent/memories", json!({ "x": 1 }))
        .await
        .refused(404, "not_found");
    server
        .get("otto", "/me/memories")
        .await
        .refused(403, "forbidden");
    server
        .get("", "/me/memories")
        .await
        .refused(401, "unauthorized");
}
