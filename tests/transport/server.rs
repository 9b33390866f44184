//! Servers that do as they are told, and what talks to them.

use std::sync::Arc;
use std::time::Duration;

use assize::http::{Exchange, Request, TransportErrorKind};
use assize::transport::{Http, Limits, Raw, Settings, Target, Transport};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A server that reads the head of a request and then does as it likes.
pub(crate) async fn server<F, Fut>(behave: F) -> String
where
    F: Fn(TcpStream, Vec<u8>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let behave = Arc::new(behave);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let behave = Arc::clone(&behave);
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.windows(4).any(|four| four == b"\r\n\r\n") {
                    if stream.read_buf(&mut head).await.unwrap_or(0) == 0 {
                        return;
                    }
                }
                behave(stream, head).await;
            });
        }
    });
    base
}

/// A server that always answers the same bytes and closes.
pub(crate) async fn answering(bytes: impl Into<Vec<u8>>) -> String {
    let bytes = Arc::new(bytes.into());
    server(move |mut stream, _| {
        let bytes = Arc::clone(&bytes);
        async move {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
            // Closing with unread bytes would reset the connection and lose the answer.
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
    })
    .await
}

pub(crate) fn settings(base: &str) -> Settings {
    Settings {
        base: base.to_owned(),
        limits: Limits {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(10),
            body: 1 << 20,
            headers: 128,
        },
        ..Settings::default()
    }
}

pub(crate) fn get(target: &str) -> Request {
    Request {
        target: target.to_owned(),
        ..Request::default()
    }
}

/// Sends over the pool and as raw bytes: both must see the same.
pub(crate) async fn both(settings: Settings) -> [Exchange; 2] {
    let target = Target::new(settings).unwrap();
    let http = Http::new(target.clone()).unwrap();
    [
        http.send(get("/x")).await,
        Raw::new(target).unwrap().send(get("/x")).await,
    ]
}

pub(crate) fn kind(exchange: &Exchange) -> TransportErrorKind {
    match &exchange.outcome {
        Err(error) => error.kind.clone(),
        Ok(response) => panic!("an answer: {response:?}"),
    }
}

/// A server that answers the head of the request it got.
pub(crate) async fn echo() -> String {
    server(|mut stream, head| async move {
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            head.len()
        );
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.write_all(&head).await;
    })
    .await
}

pub(crate) fn text(exchange: &Exchange) -> String {
    String::from_utf8(exchange.response().unwrap().body.to_vec()).unwrap()
}
