//! Messages, what mentions allow, who sees what, and the life of a delivery.

use serde_json::{Value, json};

use crate::client::{OK, Server, id};

async fn room_with_scout(server: &Server) -> String {
    let room = server.room("alice").await;
    server
        .add("alice", &room, "scout", "member")
        .await
        .expect(201);
    room
}

#[tokio::test]
async fn mentions_are_of_others_in_the_room_and_once() {
    let server = Server::new();
    let room = room_with_scout(&server).await;
    let path = format!("/me/chats/{room}/messages");
    let send = |ids: &[&str]| {
        let mentions: Vec<Value> = ids.iter().map(|who| json!({ "id": id(who) })).collect();
        json!({ "message": { "content": "x", "mentions": mentions } })
    };
    for (ids, code) in [
        (&["alice"][..], "cannot_mention_self"),
        (&["scout", "scout"], "duplicate_mentions"),
        (&["clerk"], "mentioned_participant_not_in_room"),
        (&[], "validation_error"),
    ] {
        server
            .post("alice", &path, send(ids))
            .await
            .refused(422, code);
    }
    for content in ["", " \n\u{feff}"] {
        server
            .say("alice", &room, "scout", content)
            .await
            .refused(422, "validation_error");
    }
    server
        .say("bob", &room, "scout", "x")
        .await
        .refused(404, "not_found");
}

#[tokio::test]
async fn agents_see_what_concerns_them() {
    let server = Server::new();
    let room = room_with_scout(&server).await;
    server
        .add("alice", &room, "clerk", "member")
        .await
        .expect(201);
    let to_scout = server
        .say("alice", &room, "scout", "a")
        .await
        .expect(201)
        .id();
    let to_clerk = server
        .say("scout", &room, "clerk", "b")
        .await
        .expect(201)
        .id();
    let messages = format!("/agent/chats/{room}/messages");
    let context = format!("/agent/chats/{room}/context");
    assert_eq!(
        server.get("scout", &messages).await.ids(),
        [to_scout.as_str()]
    );
    assert_eq!(
        server.get("clerk", &messages).await.ids(),
        [to_clerk.as_str()]
    );
    let seen = server.get("scout", &context).await.ids();
    assert_eq!(seen, [to_scout.as_str(), to_clerk.as_str()]);
    assert_eq!(
        server.get("clerk", &context).await.ids(),
        [to_clerk.as_str()]
    );
    let human = server
        .get("alice", &format!("/me/chats/{room}/messages"))
        .await;
    assert_eq!(human.ids(), [to_clerk, to_scout]);
    assert_eq!(human.at("/data/0/sender_name"), "scout");
    assert_eq!(human.at("/data/1/sender_name"), "Alice Demo");
    let since = human.at("/data/1/inserted_at");
    let later = format!("/me/chats/{room}/messages?since={since}");
    assert_eq!(server.get("alice", &later).await.expect(OK).ids().len(), 1);
    let texts = format!("/me/chats/{room}/messages?message_type=thought");
    assert_eq!(server.get("alice", &texts).await.expect(OK).ids().len(), 0);
    server.get("bob", &later).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_delivery_goes_through_its_states() {
    let server = Server::new();
    let room = room_with_scout(&server).await;
    let message = server
        .say("alice", &room, "scout", "a")
        .await
        .expect(201)
        .id();
    let base = format!("/agent/chats/{room}/messages");
    let mark = |what: &str| format!("{base}/{message}/{what}");
    let failed = || json!({ "error": "x" });
    let count = async |status: &str| {
        let list = server
            .get("scout", &format!("{base}{status}"))
            .await
            .expect(OK);
        list.ids().len()
    };
    server
        .post("scout", &mark("processed"), Value::Null)
        .await
        .refused(422, "validation_error");
    server
        .post("scout", &mark("failed"), failed())
        .await
        .refused(422, "validation_error");
    assert_eq!(count("?status=pending").await, 1);
    server
        .post("scout", &mark("processing"), Value::Null)
        .await
        .expect(OK);
    assert_eq!((count("?status=pending").await, count("").await), (0, 1));
    // A further attempt begins while the first one runs.
    let second = server
        .post("scout", &mark("processing"), Value::Null)
        .await
        .expect(OK);
    assert_eq!(second.body["data"]["attempt_number"], 2);
    assert_eq!(count("?status=processing").await, 1);
    server
        .post("scout", &mark("failed"), json!({ "error": "" }))
        .await
        .refused(422, "validation_error");
    server
        .post("scout", &mark("failed"), failed())
        .await
        .expect(OK);
    server
        .post("scout", &mark("processed"), Value::Null)
        .await
        .refused(422, "validation_error");
    assert_eq!(
        (
            count("?status=failed").await,
            count("?status=pending").await
        ),
        (1, 1)
    );
    server
        .post("scout", &mark("processing"), Value::Null)
        .await
        .expect(OK);
    let done = server
        .post("scout", &mark("processed"), Value::Null)
        .await
        .expect(OK);
    assert_eq!(done.body["data"]["attempt_number"], 3);
    assert_eq!((count("").await, count("?status=processed").await), (0, 1));
    let all = server.get("scout", &format!("{base}?status=all")).await;
    let delivery = &all.body["data"][0]["metadata"]["delivery_status"][id("scout")];
    assert_eq!(delivery["status"], "processed");
    assert_eq!(delivery["attempts"][1]["error"], "x");
    server
        .get("scout", &format!("{base}/next"))
        .await
        .expect(204);
    // A processed message is opened again.
    server
        .post("scout", &mark("processing"), Value::Null)
        .await
        .expect(OK);
    server
        .get("scout", &format!("{base}/next"))
        .await
        .expect(OK);
}

#[tokio::test]
async fn only_mentioned_agents_mark_a_message() {
    let server = Server::new();
    let room = room_with_scout(&server).await;
    server
        .add("alice", &room, "clerk", "member")
        .await
        .expect(201);
    let message = server
        .say("alice", &room, "scout", "a")
        .await
        .expect(201)
        .id();
    let path = format!("/agent/chats/{room}/messages/{message}/processing");
    server
        .post("clerk", &path, Value::Null)
        .await
        .refused(404, "not_found");
    let other = server.room("scout").await;
    let path = format!("/agent/chats/{other}/messages/{message}/processing");
    server
        .post("scout", &path, Value::Null)
        .await
        .refused(404, "not_found");
}
