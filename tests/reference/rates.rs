//! Rate limits by a clock that is moved by hand.

use std::time::Duration;

use crate::client::{OK, Server};

#[tokio::test]
async fn a_window_lets_so_many_through_and_then_ends() {
    let server = Server::new();
    for number in 0..60 {
        let who = if number % 2 == 0 { "bert" } else { "blitz" };
        server.get(who, "/test").await.expect(OK);
    }
    let refused = server
        .get("bert", "/me/chats")
        .await
        .refused(429, "rate_limited");
    assert_eq!(refused.headers["retry-after"], "2");
    // Before the kind of key, after the credentials.
    server
        .get("bert", "/agent/chats")
        .await
        .refused(429, "rate_limited");
    server
        .get("nobody", "/me/chats")
        .await
        .refused(401, "unauthorized");
    server.get("bert", "/health").await.expect(OK);
    server.get("alice", "/me/chats").await.expect(OK);
    server.clock.advance(Duration::from_millis(1_500));
    let refused = server
        .get("blitz", "/agent/me")
        .await
        .refused(429, "rate_limited");
    assert_eq!(refused.headers["retry-after"], "1");
    server.clock.advance(Duration::from_millis(500));
    server.get("bert", "/me/chats").await.expect(OK);
}
