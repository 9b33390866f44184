//! Who reads, lists and changes memories.

use serde_json::{Value, json};

use crate::client::{OK, Server, id};

#[tokio::test]
async fn organizations_are_isolated() {
    let server = Server::new();
    let memory = server
        .remember("scout", None, "secret word")
        .await
        .expect(201)
        .id();
    let path = format!("/agent/memories/{memory}");
    server.get("rival", &path).await.refused(404, "not_found");
    server
        .delete("rival", &path)
        .await
        .refused(404, "not_found");
    server
        .post("rival", &format!("{path}/archive"), Value::Null)
        .await
        .refused(404, "not_found");
    server
        .get("carol", &format!("/me/memories/{memory}"))
        .await
        .refused(404, "not_found");
    for query in ["", "?content_query=SECRET", "?status=all"] {
        let list = server
            .get("rival", &format!("/agent/memories{query}"))
            .await
            .expect(OK);
        assert_eq!(
            (list.ids().len(), &list.body["meta"]["total_count"]),
            (0, &json!(0))
        );
    }
    let found = server
        .get("clerk", "/agent/memories?content_query=CRET%20W")
        .await;
    assert_eq!(found.expect(OK).ids(), [memory]);
    let about = server.remember("scout", Some("carol"), "x").await;
    about.refused(404, "not_found");
}

#[tokio::test]
async fn only_the_source_and_the_subject_change_a_memory() {
    let server = Server::new();
    let memory = server
        .remember("scout", Some("alice"), "x")
        .await
        .expect(201)
        .id();
    let agent = format!("/agent/memories/{memory}");
    let human = format!("/me/memories/{memory}");
    server.get("clerk", &agent).await.expect(OK);
    server
        .delete("clerk", &agent)
        .await
        .refused(403, "forbidden");
    server
        .post("clerk", &format!("{agent}/supersede"), Value::Null)
        .await
        .refused(403, "forbidden");
    server.get("bob", &human).await.refused(403, "forbidden");
    server.delete("bob", &human).await.refused(403, "forbidden");
    let shared = server.remember("scout", None, "y").await.expect(201).id();
    let shared = format!("/me/memories/{shared}");
    server.get("bob", &shared).await.expect(OK);
    server
        .post("alice", &format!("{shared}/archive"), Value::Null)
        .await
        .refused(403, "forbidden");
    let mine = server.get("alice", "/me/memories").await.expect(OK);
    assert_eq!(mine.ids().len(), 2);
    assert_eq!(server.get("bob", "/me/memories").await.ids().len(), 1);
    assert_eq!(
        server
            .get("alice", "/me/memories?scope=organization")
            .await
            .ids()
            .len(),
        1
    );
}

#[tokio::test]
async fn superseded_and_archived_ones_are_out_of_the_lists() {
    let server = Server::new();
    let memory = server
        .remember("scout", Some("alice"), "x")
        .await
        .expect(201)
        .id();
    let agent = format!("/agent/memories/{memory}");
    let human = format!("/me/memories/{memory}");
    let count = async |status: &str| {
        let list = server
            .get("scout", &format!("/agent/memories{status}"))
            .await;
        list.expect(OK).ids().len()
    };
    server
        .post("alice", &format!("{human}/restore"), Value::Null)
        .await
        .refused(422, "validation_error");
    server
        .post("alice", &format!("{human}/archive"), Value::Null)
        .await
        .expect(OK);
    assert_eq!((count("").await, count("?status=archived").await), (0, 1));
    server
        .post("alice", &format!("{human}/archive"), Value::Null)
        .await
        .expect(OK);
    server
        .post("alice", &format!("{human}/restore"), Value::Null)
        .await
        .expect(OK);
    assert_eq!((count("").await, count("?status=archived").await), (1, 0));
    for _ in 0..2 {
        let gone = server.delete("scout", &agent).await.expect(OK);
        assert_eq!(gone.at("/data/status"), "superseded");
    }
    assert_eq!((count("").await, count("?status=superseded").await), (0, 1));
    assert_eq!(count("?status=all").await, 1);
    let archived = server
        .post("scout", &format!("{agent}/archive"), Value::Null)
        .await;
    assert_eq!(archived.expect(OK).at("/data/status"), "superseded");
    server.get("clerk", &agent).await.expect(OK);
    server.get("alice", &human).await.expect(OK);
}

#[tokio::test]
async fn scope_and_subject_belong_together() {
    let server = Server::new();
    let memory = |scope: Value, subject: Value| {
        let mut memory = json!({
            "content": "x", "thought": "y", "system": "sensory", "type": "semantic",
            "segment": "tool", "metadata": { "tags": ["a"], "mood": "good" },
        });
        for (name, value) in [("scope", scope), ("subject_id", subject)] {
            if !value.is_null() {
                memory[name] = value;
            }
        }
        json!({ "memory": memory })
    };
    let path = "/agent/memories";
    let subject = || Value::from(id("alice"));
    for bad in [
        memory(Value::Null, Value::Null),
        memory("subject".into(), Value::Null),
        memory("organization".into(), subject()),
        memory("agent".into(), subject()),
    ] {
        server
            .post("scout", path, bad)
            .await
            .refused(422, "validation_error");
    }
    let stored = server
        .post("scout", path, memory(Value::Null, subject()))
        .await
        .expect(201);
    assert_eq!(stored.at("/data/scope"), "subject");
    assert_eq!(
        stored.body["data"]["metadata"],
        json!({ "tags": ["a"], "mood": "good" })
    );
    server
        .post("scout", path, memory("organization".into(), Value::Null))
        .await
        .expect(201);
    let bad_tags = json!({ "memory": { "metadata": { "tags": [1] } } });
    let reply = server
        .post("scout", path, bad_tags)
        .await
        .refused(422, "validation_error");
    assert!(reply.pointers().contains(&"/memory/metadata/tags/0"));
}

#[tokio::test]
async fn the_room_scope_needs_a_room_of_the_caller() {
    let server = Server::new();
    let room = server.room("alice").await;
    server
        .get("alice", "/me/memories?scope=room")
        .await
        .refused(422, "validation_error");
    let path = format!("/me/memories?scope=room&chat_room_id={room}");
    assert!(server.get("alice", &path).await.expect(OK).ids().is_empty());
    server.get("bob", &path).await.refused(404, "not_found");
    server
        .get("alice", "/me/memories?page_size=51")
        .await
        .refused(422, "validation_error");
}
