//! The portrait of rooms, participants, messages, deliveries, peers and of what all
//! operations share.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::client::{Server, id};
use crate::portrait::{Sitting, Traits};

/// The traits of a new server.
pub(crate) async fn portrait_of_rooms(server: &Server) -> Traits {
    let mut sitting = Sitting {
        server,
        traits: Traits::new(),
    };
    sitting.surface().await;
    sitting.peers().await;
    sitting.rooms().await;
    sitting.strangers_at_a_room().await;
    sitting.participants().await;
    sitting.conversation().await;
    sitting.odd_messages().await;
    sitting.events().await;
    sitting.refused_reports().await;
    sitting.reports().await;
    sitting.mixed_up().await;
    sitting.traits
}

fn mention(who: &str) -> Value {
    json!([{ "id": id(who) }])
}

impl Sitting<'_> {
    /// Notes the items of a list, each as the text at a pointer.
    async fn items(&mut self, place: &str, who: &str, path: &str, pointer: &str) {
        let list = self.server.get(who, path).await;
        let items = list.body["data"].as_array();
        let items = items.map(|all| {
            let word = |one: &Value| {
                one.pointer(pointer)
                    .map_or("absent".into(), Value::to_string)
            };
            all.iter().map(word).collect::<Vec<_>>().join(" ")
        });
        self.note(place, items.unwrap_or_else(|| list.status.to_string()));
    }

    /// Notes status and media type of an answer, and whether it is JSON.
    async fn outside(&mut self, place: &str, line: &str) {
        let (method, path) = line.split_once(' ').expect("method and path");
        let request = Request::builder().method(method).uri(path);
        let request = request.body(Body::empty()).expect("a request");
        let router = self.server.router.clone();
        let answer = router.oneshot(request).await.expect("routers do not fail");
        let (parts, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX)
            .await
            .expect("a body");
        let json = serde_json::from_slice::<Value>(&body).is_ok();
        let media = parts.headers.get("content-type");
        let status = parts.status.as_u16();
        self.note(place, format!("{status} {media:?} JSON: {json}"));
    }

    async fn surface(&mut self) {
        self.outside("an error", "GET /api/v1/nowhere").await;
        self.outside("health", "GET /api/v1/health").await;
        self.outside("version", "GET /version").await;
        self.outside("an unknown method", "PATCH /api/v1/health")
            .await;
        self.outside(
            "an unknown method to post",
            "PATCH /api/v1/me/agents/register",
        )
        .await;
        for query in [
            "page=0",
            "page_size=101",
            "page_size=102",
            "page=x",
            "page_size=2",
        ] {
            self.get(query, "alice", &format!("/me/peers?{query}"))
                .await;
        }
        self.get("an unknown filter", "alice", "/me/peers?type=Robot")
            .await;
        self.get("memories of people for agents", "scout", "/me/memories")
            .await;
        let mut last = None;
        for name in ["a", "b", "c", "d"] {
            let agent = json!({ "agent": { "name": name, "description": "" } });
            last = Some(
                self.server
                    .post("quentin", "/me/agents/register", agent)
                    .await,
            );
        }
        let last = last.expect("there are four");
        let after = last.headers.get("retry-after");
        self.note("when to try the quota again", format!("{after:?}"));
    }

    async fn peers(&mut self) {
        for who in ["scout", "clerk"] {
            let me = self.server.get(who, "/agent/me").await;
            self.at(&format!("who {who} is"), &me, "/data/name");
        }
        self.items("peers of a person", "alice", "/me/peers", "/name")
            .await;
        self.items("peers of an agent", "scout", "/agent/peers", "/name")
            .await;
        self.items("people", "alice", "/me/peers?type=User", "/type")
            .await;
        let first = json!({ "user": { "first_name": "Robert" } });
        self.call("half a name", "bob", "PUT /me/profile", first)
            .await;
    }

    async fn rooms(&mut self) {
        let null = json!({ "chat": { "task_id": null } });
        self.call("a room with the task null", "alice", "POST /me/chats", null)
            .await;
        let empty = json!({ "chat": {} });
        self.call("a room", "alice", "POST /me/chats", empty).await;
        self.get("her rooms", "alice", "/me/chats").await;
        self.get("all her rooms", "alice", "/me/chats?page_size=100")
            .await;
        self.get("all his rooms", "bob", "/me/chats?page_size=100")
            .await;
        let room = self.server.room("alice").await;
        self.get("her room", "alice", &format!("/me/chats/{room}"))
            .await;
    }

    async fn strangers_at_a_room(&mut self) {
        let room = self.server.room("alice").await;
        self.server.add("alice", &room, "scout", "member").await;
        for (who, name) in [("bob", "colleague"), ("carol", "stranger")] {
            let reply = self
                .get(
                    &format!("a {name} at the room"),
                    who,
                    &format!("/me/chats/{room}"),
                )
                .await;
            self.at(&format!("what a {name} is told"), &reply, "/error/message");
            let messages = format!("/me/chats/{room}/messages");
            self.get(&format!("a {name} reads"), who, &messages).await;
            let peers = format!("/me/peers?not_in_chat={room}");
            self.get(&format!("a {name} asks for peers"), who, &peers)
                .await;
            let body = json!({ "message": { "content": "x", "mentions": mention("scout") } });
            self.call(
                &format!("a {name} writes"),
                who,
                &format!("POST {messages}"),
                body,
            )
            .await;
        }
        let messages = format!("/me/chats/{room}/messages");
        self.get("messages afterwards", "alice", &messages).await;
        let people = format!("/me/chats/{room}/participants");
        let scout = format!("{people}/{}", id("scout"));
        self.delete("a stranger removes an agent", "carol", &scout)
            .await;
        self.get("participants afterwards", "alice", &people).await;
        self.delete("a colleague removes an agent", "bob", &scout)
            .await;
    }

    async fn participants(&mut self) {
        let room = self.server.room("alice").await;
        let people = format!("/me/chats/{room}/participants");
        for who in ["scout", "bob"] {
            let added = self.server.add("alice", &room, who, "member").await;
            self.note(&format!("{who} is added"), added.status.to_string());
        }
        self.items("their kinds", "alice", &people, "/type").await;
        self.get("the added agent's rooms", "scout", "/agent/chats")
            .await;
        self.server
            .delete("alice", &format!("{people}/{}", id("scout")))
            .await;
        self.items("who is left", "alice", &people, "/status").await;
        self.server
            .clock
            .advance(std::time::Duration::from_secs(61));
        self.items("who is left later", "alice", &people, "/status")
            .await;
        let room = self.server.room("scout").await;
        for who in ["clerk", "alice"] {
            let added = self.server.add("scout", &room, who, "member").await;
            self.note(
                &format!("{who} is added by an agent"),
                added.status.to_string(),
            );
        }
        let all = format!("/agent/chats/{room}/participants");
        self.items("whom an agent added", "scout", &all, "/type")
            .await;
    }

    async fn conversation(&mut self) {
        let room = self.server.room("alice").await;
        for who in ["scout", "bob"] {
            self.server.add("alice", &room, who, "member").await;
        }
        let messages = format!("/me/chats/{room}/messages");
        self.server
            .say("alice", &room, "scout", "Good morning, is it ready?")
            .await;
        self.items("at once", "alice", &messages, "/content").await;
        self.server.clock.advance(std::time::Duration::from_secs(1));
        self.items("a second later", "alice", &messages, "/content")
            .await;
        let body = json!({ "message": { "content": "yes", "mentions": mention("alice") } });
        let line = format!("POST /agent/chats/{room}/messages");
        self.call("an agent answers a person", "scout", &line, body)
            .await;
        self.server.say("alice", &room, "bob", "between us").await;
        self.server.clock.advance(std::time::Duration::from_secs(1));
        self.items("who wrote", "alice", &messages, "/sender_name")
            .await;
        let agent = format!("/agent/chats/{room}/messages");
        self.items("what an agent reads", "scout", &agent, "/content")
            .await;
        let all = format!("{agent}?status=all");
        self.items("all that an agent reads", "scout", &all, "/content")
            .await;
        let room = self.server.room("milo").await;
        self.server.add("milo", &room, "memo", "member").await;
        for _ in 0..5 {
            self.server.say("milo", &room, "memo", "x").await;
        }
        self.server.clock.advance(std::time::Duration::from_secs(1));
        let full = format!("/me/chats/{room}/messages");
        self.get("a full room", "milo", &full).await;
    }

    async fn odd_messages(&mut self) {
        let room = self.server.room("alice").await;
        self.server.add("alice", &room, "scout", "member").await;
        let line = format!("POST /me/chats/{room}/messages");
        for (place, content, mentions) in [
            ("a blank message", " ", mention("scout")),
            ("an empty message", "", mention("scout")),
            ("no mentions", "x", json!([])),
            ("an unknown mention", "x", mention("clerk")),
        ] {
            let body = json!({ "message": { "content": content, "mentions": mentions } });
            self.call(place, "alice", &line, body).await;
        }
    }

    async fn events(&mut self) {
        let room = self.server.room("scout").await;
        let line = format!("POST /agent/chats/{room}/events");
        let post = |event: Value| json!({ "event": event });
        let task = json!({ "content": "x", "message_type": "task" });
        self.call("a task", "scout", &line, post(task)).await;
        let long = json!({ "content": "x".repeat(16_384), "message_type": "thought" });
        self.call("a long event", "scout", &line, post(long)).await;
        let strange = json!({ "content": "x", "message_type": "error", "colour": 1 });
        self.call("a strange event", "scout", &line, post(strange))
            .await;
        let strange =
            json!({ "content": "x", "message_type": "error", "metadata": {}, "colour": 1 });
        self.call(
            "a strange event with metadata",
            "scout",
            &line,
            post(strange),
        )
        .await;
        let context = format!("/agent/chats/{room}/context?page_size=1");
        self.items("metadata", "scout", &context, "/metadata").await;
        self.items("the name beside it", "scout", &context, "/sender_name")
            .await;
    }

    /// A room with a message that mentions an agent: the room, and what is reported to.
    async fn mentioned(&mut self) -> (String, String) {
        let room = self.server.room("alice").await;
        self.server.add("alice", &room, "scout", "member").await;
        let sent = self.server.say("alice", &room, "scout", "x").await;
        let message = sent.body["data"]["id"].as_str().unwrap_or("x").to_owned();
        let list = format!("/agent/chats/{room}/messages");
        (list.clone(), format!("{list}/{message}"))
    }

    async fn refused_reports(&mut self) {
        let (list, one) = self.mentioned().await;
        self.post(
            "processed without attempt",
            "scout",
            &format!("{one}/processed"),
        )
        .await;
        let body = json!({ "error": "x" });
        self.call(
            "failed without attempt",
            "scout",
            &format!("POST {one}/failed"),
            body,
        )
        .await;
        let pending = format!("{list}?status=pending");
        self.get("still pending", "scout", &pending).await;
    }

    async fn reports(&mut self) {
        let (list, one) = self.mentioned().await;
        let begun = self
            .post("an attempt", "scout", &format!("{one}/processing"))
            .await;
        self.at("its number", &begun, "/data/attempt_number");
        self.items("status in processing", "scout", &list, "/metadata/status")
            .await;
        let body = json!({ "error": "x" });
        self.call("it fails", "scout", &format!("POST {one}/failed"), body)
            .await;
        self.get("failed", "scout", &format!("{list}?status=failed"))
            .await;
        self.post("another attempt", "scout", &format!("{one}/processing"))
            .await;
        self.post("it is done", "scout", &format!("{one}/processed"))
            .await;
        self.get("processed", "scout", &format!("{list}?status=processed"))
            .await;
        self.get("what comes next", "scout", &format!("{list}/next"))
            .await;
    }

    async fn mixed_up(&mut self) {
        let server = self.server;
        let (one, other) = tokio::join!(
            server.get("alice", "/me/profile"),
            server.get("bob", "/me/profile"),
        );
        self.at("who the first is", &one, "/data/id");
        self.at("who the second is", &other, "/data/id");
    }
}
