//! The server on a socket, with its log.

use std::sync::{Arc, Mutex};

use assize::reference::{Log, LogLine, Settings, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::client::key;

#[tokio::test]
async fn lines_name_the_caller_and_no_secret() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let log: Log = Arc::new(move |line: &LogLine| {
        sink.lock()
            .expect("no panic while held")
            .push(line.to_string());
    });
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, Settings::default(), Some(log), async {
        let _ = stopped.await;
    }));
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let key = key("alice");
    let request = format!(
        "GET /api/v1/me/profile?x=1 HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("received");
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    stop.send(()).expect("the server waits");
    server.await.expect("no panic").expect("no error");
    let lines = lines.lock().expect("no panic while held");
    assert_eq!(lines.len(), 1);
    assert!(
        lines[0].starts_with("GET /api/v1/me/profile 200 alice "),
        "{}",
        lines[0]
    );
    assert!(!lines[0].contains(&key));
}
