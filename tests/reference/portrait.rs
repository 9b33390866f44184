//! What a server does at all places that a fault touches, as one word for each place.

use std::fmt::Write as _;

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use crate::client::{Reply, Server, id, key};
use crate::portrait_rooms::portrait_of_rooms;

/// Places, and what the server does there.
pub(crate) type Traits = Vec<(String, String)>;

/// The traits of a new server.
pub(crate) async fn portrait(server: &Server) -> Traits {
    let mut sitting = Sitting {
        server,
        traits: Vec::new(),
    };
    sitting.credentials().await;
    sitting.validation().await;
    sitting.agents().await;
    sitting.messages().await;
    sitting.foreign().await;
    sitting.memories().await;
    sitting.user_memories().await;
    sitting.requests().await;
    sitting.contacts().await;
    sitting.quotas().await;
    sitting.rates().await;
    sitting.at_once().await;
    // A server of its own: what comes before uses up quotas and rates.
    let other = server.again();
    sitting.traits.extend(portrait_of_rooms(&other).await);
    sitting.traits
}

pub(crate) struct Sitting<'s> {
    pub(crate) server: &'s Server,
    pub(crate) traits: Traits,
}

/// Status, code and size of an answer: what does not depend on ids and times.
fn fact(reply: &Reply) -> String {
    let mut fact = reply.status.to_string();
    if !reply.code().is_empty() {
        let _ = write!(fact, " {}", reply.code());
    }
    if let Some(items) = reply.body["data"].as_array() {
        let facts = match &reply.body["metadata"] {
            Value::Null => &reply.body["meta"],
            facts => facts,
        };
        let _ = write!(fact, " {} of {}", items.len(), facts["total_count"]);
    }
    fact
}

impl Sitting<'_> {
    pub(crate) fn note(&mut self, place: &str, word: impl Into<String>) {
        self.traits.push((place.to_owned(), word.into()));
    }

    /// Sends a request and notes its facts.
    pub(crate) async fn call(&mut self, place: &str, who: &str, line: &str, body: Value) -> Reply {
        let reply = self.server.call(who, line, body).await;
        self.note(place, fact(&reply));
        reply
    }

    pub(crate) async fn get(&mut self, place: &str, who: &str, path: &str) -> Reply {
        self.call(place, who, &format!("GET {path}"), Value::Null)
            .await
    }

    pub(crate) async fn post(&mut self, place: &str, who: &str, path: &str) -> Reply {
        self.call(place, who, &format!("POST {path}"), Value::Null)
            .await
    }

    pub(crate) async fn delete(&mut self, place: &str, who: &str, path: &str) -> Reply {
        self.call(place, who, &format!("DELETE {path}"), Value::Null)
            .await
    }

    /// Notes the text at a pointer of an answer.
    pub(crate) fn at(&mut self, place: &str, reply: &Reply, pointer: &str) {
        let word = match reply.body.pointer(pointer) {
            Some(value) => value.to_string(),
            None => "absent".to_owned(),
        };
        self.note(place, word);
    }

    async fn raw(&mut self, place: &str, content_type: Option<&str>, body: &str) {
        let mut request = Request::post("/api/v1/me/chats").header("x-api-key", key("bob"));
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let request = request.body(Body::from(body.to_owned()));
        let reply = self.server.send(request.expect("a request")).await;
        self.note(place, fact(&reply));
    }

    async fn credentials(&mut self) {
        let anonymous = self.get("no credentials", "", "/me/chats").await;
        self.note("the body of 401", anonymous.body.is_object().to_string());
        self.get("no credentials for peers", "", "/me/peers").await;
        self.get("no credentials for the test", "", "/test").await;
        let unknown = "thnv_u_1767225600_nobodydemo";
        self.get("an unknown key", unknown, "/me/chats").await;
        self.get("an agent reads", "scout", "/me/profile").await;
        let empty = json!({ "chat": {} });
        self.call("an agent creates", "scout", "POST /me/chats", empty)
            .await;
        self.get("a person as an agent", "alice", "/agent/me").await;
        self.get("the agent's rooms", "scout", "/agent/chats").await;
        let clerk = self.server.get("clerk", "/agent/me").await;
        let name = clerk.body["data"]["name"].clone();
        self.note("who the second agent is", name.to_string());
    }

    async fn validation(&mut self) {
        let strange = json!({ "agent": { "name": "strange" }, "colour": 1 });
        let reply = self
            .call("unknown property", "bob", "POST /me/agents", strange)
            .await;
        let details = reply.body["error"]["details"].to_string();
        self.note(
            "unknown property, named",
            details.contains("colour").to_string(),
        );
        let nested = json!({ "agent": { "name": "nested", "colour": 1 } });
        self.call("nested property", "bob", "POST /me/agents", nested)
            .await;
        self.get("agents afterwards", "bob", "/me/agents").await;
        let longest = json!({ "agent": { "name": "x".repeat(100) } });
        self.call("longest name", "bob", "POST /me/agents", longest)
            .await;
        let longest = json!({ "agent": { "name": "y", "description": "é".repeat(500) } });
        self.call("longest description", "bob", "POST /me/agents", longest)
            .await;
        let number = json!({ "agent": { "name": 7 } });
        self.call("a number for a text", "bob", "POST /me/agents", number)
            .await;
        self.raw("no media type", None, r#"{"chat":{}}"#).await;
        let json = Some("application/json");
        self.raw("malformed JSON", json, "{").await;
        self.get("malformed id", "bob", "/me/chats/x").await;
        let room = self.server.room("scout").await;
        let event = json!({ "content": "x", "message_type": "task", "metadata": { "any": 1 } });
        let events = format!("POST /agent/chats/{room}/events");
        self.call("free metadata", "scout", &events, json!({ "event": event }))
            .await;
    }

    async fn agents(&mut self) {
        let agent = json!({ "agent": { "name": "spare", "description": "" } });
        let spare = self
            .call("register", "alice", "POST /me/agents/register", agent)
            .await;
        let api_key = spare.body["data"]["credentials"]["api_key"].clone();
        let api_key = api_key.as_str().unwrap_or_default();
        let me = self.get("the new key", api_key, "/agent/me").await;
        self.at("who has the new key", &me, "/data/name");
        let agent = json!({ "agent": { "name": "next", "description": "" } });
        let line = "POST /me/agents/register";
        let next = self.call("register the next", "alice", line, agent).await;
        let api_key = next.body["data"]["credentials"]["api_key"].clone();
        let api_key = api_key.as_str().unwrap_or_default();
        let me = self.get("the next key", api_key, "/agent/me").await;
        self.at("who has the next key", &me, "/data/name");
        self.get("agents", "alice", "/me/agents").await;
        let one = format!(
            "/me/agents/{}",
            spare.body["data"]["agent"]["id"].as_str().unwrap_or("x")
        );
        let patch = format!("PATCH {one}");
        self.call("an agent by PATCH", "alice", &patch, Value::Null)
            .await;
        self.delete("a colleague's agent", "bob", &one).await;
        self.get("the agents left", "alice", "/me/agents").await;
        self.delete("a stranger's agent", "carol", &one).await;
    }

    async fn messages(&mut self) {
        let room = self.server.room("alice").await;
        self.server.add("alice", &room, "scout", "member").await;
        self.server.say("alice", &room, "scout", "x").await;
        let human = format!("/me/chats/{room}/messages");
        let human = self.get("messages for people", "alice", &human).await;
        self.at("name for people", &human, "/data/0/sender_name");
        self.at("status", &human, "/data/0/metadata/status");
        let agent = format!("/agent/chats/{room}/messages");
        let agent = self.get("messages for agents", "scout", &agent).await;
        self.at("name for agents", &agent, "/data/0/sender_name");
        let context = format!("/agent/chats/{room}/context");
        let context = self.get("context", "scout", &context).await;
        self.at("name in context", &context, "/data/0/sender_name");
    }

    async fn foreign(&mut self) {
        let room = self.server.room("alice").await;
        let path = format!("/me/chats/{room}");
        self.get("a stranger's room", "carol", &path).await;
    }

    async fn store(&mut self, who: &str, about: Option<&str>, content: &str) -> String {
        let stored = self.server.remember(who, about, content).await;
        self.note(&format!("storing {content}"), fact(&stored));
        self.at("its subject", &stored, "/data/scope");
        stored.body["data"]["id"].as_str().unwrap_or("x").to_owned()
    }

    async fn memories(&mut self) {
        let shared = self.store("scout", None, "needle").await;
        let list = "/agent/memories";
        let path = format!("{list}/{shared}");
        let typed = json!({ "memory": {
            "content": "typed", "thought": "t", "system": "working", "type": "episodic",
            "segment": "tool", "subject_id": id("alice"),
        } });
        let typed = self
            .call("a typed memory", "scout", "POST /agent/memories", typed)
            .await;
        self.at("its type", &typed, "/data/type");
        let about = typed.body["data"]["id"].as_str().unwrap_or("x").to_owned();
        let about = format!("{list}/{about}");
        self.get("foreign read", "rival", &path).await;
        self.get("foreign list", "rival", list).await;
        let search = format!("{list}?content_query=needle");
        self.get("foreign search", "rival", &search).await;
        self.get("own list", "scout", list).await;
        self.get("another agent's list", "clerk", list).await;
        self.get("another agent reads", "clerk", &about).await;
        self.delete("another agent deletes", "clerk", &about).await;
        let state = self.get("afterwards", "scout", &about).await;
        self.at("its status afterwards", &state, "/data/status");
        let archive = format!("{path}/archive");
        self.post("another agent archives", "clerk", &archive).await;
        self.get("the list, kept", "scout", list).await;
        let deleted = self.delete("delete", "scout", &about).await;
        self.at("the deleted memory", &deleted, "/data/status");
        self.get("the list after the deletion", "scout", list).await;
        self.get("superseded by id", "scout", &about).await;
        let superseded = format!("{list}?status=superseded");
        self.get("superseded by status", "scout", &superseded).await;
        self.delete("delete again", "scout", &about).await;
        self.delete("foreign delete", "rival", &path).await;
        self.get("no preview for agents", "otto", list).await;
        self.get("no preview for people", "olga", "/me/memories")
            .await;
    }

    async fn user_memories(&mut self) {
        let mine = self
            .store("scout", Some("alice"), "Likes short answers.")
            .await;
        let his = self
            .store("clerk", Some("bob"), "Likes long answers.")
            .await;
        self.store("scout", None, "Closes at six.").await;
        self.get("his, about him", "bob", "/me/memories?scope=about_me")
            .await;
        for scope in ["about_me", "organization", "all"] {
            let path = format!("/me/memories?scope={scope}");
            let list = self.get(&format!("scope {scope}"), "alice", &path).await;
            let hers = list.body.to_string().contains(&his);
            self.note(&format!("scope {scope} shows his"), hers.to_string());
        }
        self.get("no scope", "alice", "/me/memories").await;
        let room = self.server.room("alice").await;
        let path = format!("/me/memories?scope=room&chat_room_id={room}");
        self.get("scope room", "alice", &path).await;
        let one = self
            .get("hers", "alice", &format!("/me/memories/{mine}"))
            .await;
        self.at("its content", &one, "/data/content");
        self.get("his", "alice", &format!("/me/memories/{his}"))
            .await;
    }

    async fn ask(&mut self, place: &str, who: &str, handle: &str) -> String {
        let api = crate::client::api(who);
        let body = json!({ "contact_request": { "recipient_handle": handle } });
        let line = format!("POST {api}/contacts/requests");
        let reply = self.call(place, who, &line, body).await;
        self.at(&format!("{place}, its status"), &reply, "/data/status");
        reply.body["data"]["id"].as_str().unwrap_or("x").to_owned()
    }

    async fn act(&mut self, place: &str, who: &str, request: &str, action: &str) {
        let api = crate::client::api(who);
        let path = format!("{api}/contacts/requests/{request}/{action}");
        let reply = self.post(place, who, &path).await;
        self.at(&format!("{place}, its status"), &reply, "/data/status");
    }

    async fn requests(&mut self) {
        let received = "/me/contacts/requests/received";
        self.ask("nobody is asked", "alice", "nobody").await;
        let request = self.ask("a request", "alice", "carol").await;
        let list = self.get("received", "carol", received).await;
        self.at("from whom", &list, "/data/0/requester/handle");
        self.ask("the other way", "carol", "alice").await;
        self.act("a third party approves", "bob", &request, "approve")
            .await;
        self.act("the sender approves", "alice", &request, "approve")
            .await;
        self.act("the recipient cancels", "carol", &request, "cancel")
            .await;
        self.act("the recipient rejects", "carol", &request, "reject")
            .await;
        self.get("received afterwards", "carol", received).await;
        self.get("contacts by rejection", "carol", "/me/contacts")
            .await;
        self.act("approved after rejection", "carol", &request, "approve")
            .await;
        let again = self.ask("a request again", "alice", "carol").await;
        self.act("the sender cancels", "alice", &again, "cancel")
            .await;
        self.get("sent", "alice", "/me/contacts/requests/sent")
            .await;
    }

    async fn contacts(&mut self) {
        let request = self.ask("an agent asks", "rival", "alice").await;
        self.act("its request is approved", "alice", &request, "approve")
            .await;
        let hers = self.get("her contacts", "alice", "/me/contacts").await;
        self.at("the mail of her contact", &hers, "/data/0/user/email");
        self.get("a colleague's contacts", "bob", "/me/contacts")
            .await;
        self.get("the agent's contacts", "rival", "/agent/contacts")
            .await;
        self.ask("a contact is asked", "alice", "carol/rival").await;
        let contact = hers.body["data"][0]["id"]
            .as_str()
            .unwrap_or("x")
            .to_owned();
        let path = format!("/me/contacts/{contact}");
        self.delete("a stranger removes", "carol", &path).await;
        self.delete("she removes", "alice", &path).await;
        self.get("her contacts left", "alice", "/me/contacts").await;
        self.ask("an agent is asked", "carol", "alice/scout").await;
        let received = "/agent/contacts/requests/received";
        self.get("an agent has received", "scout", received).await;
        let sent = "/agent/contacts/requests/sent";
        self.get("an agent has sent", "rival", sent).await;
    }

    async fn quotas(&mut self) {
        let mut last = None;
        for number in 1..=4 {
            let empty = json!({ "chat": {} });
            let place = format!("room {number} of 3");
            last = Some(self.call(&place, "chandra", "POST /me/chats", empty).await);
        }
        let last = last.expect("there are four");
        self.at("the details", &last, "/error/details");
        self.get("rooms", "chandra", "/me/chats").await;
        let empty = json!({ "chat": {} });
        self.call("an agent's room", "chip", "POST /agent/chats", empty)
            .await;
        for name in ["a", "b", "c", "d"] {
            let agent = json!({ "agent": { "name": name, "description": "" } });
            let line = "POST /me/agents/register";
            self.call(&format!("agent {name}"), "quentin", line, agent)
                .await;
        }
        let room = self.server.room("milo").await;
        self.server.add("milo", &room, "memo", "member").await;
        for number in 1..=5 {
            let reply = self.server.say("milo", &room, "memo", "x").await;
            self.note(&format!("message {number} of 4"), fact(&reply));
        }
    }

    async fn rates(&mut self) {
        for _ in 0..60 {
            self.server.get("bert", "/me/chats").await;
        }
        let reply = self.get("too fast", "bert", "/me/chats").await;
        let kind = reply.headers.get("content-type");
        self.note("its type", format!("{kind:?}"));
        let after = reply.headers.get("retry-after");
        self.note("when to come again", format!("{after:?}"));
    }

    async fn at_once(&mut self) {
        let server = self.server;
        let room = server.room("petra").await;
        let peers = server.get("petra", "/me/peers").await;
        let peers: Vec<String> = peers.body["data"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|peer| peer["id"].as_str().map(str::to_owned))
            .collect();
        let peer = |place: usize| peers.get(place).map_or("x", String::as_str);
        let add = |place: usize| server.add("petra", &room, peer(place), "member");
        let (one, two, three) = tokio::join!(add(0), add(1), add(2));
        let mut statuses = [one.status, two.status, three.status];
        statuses.sort_unstable();
        self.note("three for two places", format!("{statuses:?}"));
        let body = |handle: &str| json!({ "contact_request": { "recipient_handle": handle } });
        let requests = "/me/contacts/requests";
        let (one, other) = tokio::join!(
            server.post("bob", requests, body("petra")),
            server.post("petra", requests, body("bob")),
        );
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        self.note("two ask each other", format!("{statuses:?}"));
    }
}
