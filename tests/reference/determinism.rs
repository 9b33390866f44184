//! The same seed and the same requests give the same answers.

use crate::client::Server;

async fn story(server: &Server) -> Vec<String> {
    let room = server.room("alice").await;
    server
        .add("alice", &room, "scout", "member")
        .await
        .expect(201);
    let refused = server.say("alice", &room, "clerk", "x").await;
    let sent = server.say("alice", &room, "scout", "x").await.expect(201);
    let list = server
        .get("alice", &format!("/me/chats/{room}/messages"))
        .await;
    vec![
        refused.body.to_string(),
        sent.body.to_string(),
        list.body.to_string(),
    ]
}

#[tokio::test]
async fn two_servers_tell_one_story() {
    let (one, other) = (Server::new(), Server::new());
    assert_eq!(story(&one).await, story(&other).await);
}

#[tokio::test]
async fn times_rise_while_the_clock_stands() {
    let server = Server::new();
    let mut rooms = Vec::new();
    for _ in 0..5 {
        rooms.insert(0, server.room("alice").await);
    }
    let list = server.get("alice", "/me/chats").await;
    assert_eq!(list.ids(), rooms);
    let times: Vec<String> = (0..5)
        .map(|n| list.at(&format!("/data/{n}/inserted_at")))
        .collect();
    assert!(times.windows(2).all(|pair| pair[0] > pair[1]), "{times:?}");
}
