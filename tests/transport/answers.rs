//! Servers that behave.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use assize::http::{Method, Request, TransportErrorKind};
use assize::transport::{Http, Raw, Target, Transport, needs_raw};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::server::{answering, both, echo, get, kind, server, settings, text};

#[tokio::test]
async fn an_answer_is_read_whole() {
    let base =
        answering("HTTP/1.1 201 Created\r\ncontent-length: 5\r\nx-a: 1\r\nx-a: 2\r\n\r\nhello")
            .await;
    for exchange in both(settings(&base)).await {
        let response = exchange.response().unwrap();
        assert_eq!(response.status, 201);
        assert_eq!(response.headers.get_all("x-a").iter().count(), 2);
        assert_eq!(response.body, "hello");
        assert!(!response.truncated);
        assert!(exchange.elapsed > Duration::ZERO);
    }
}

#[tokio::test]
async fn chunks_interim_answers_and_bodies_until_close_are_read() {
    for answer in [
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nhello",
    ] {
        let base = answering(answer).await;
        for exchange in both(settings(&base)).await {
            assert_eq!(exchange.response().unwrap().body, "hello");
        }
    }
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_whole() {
    let mut answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", 1 << 20).into_bytes();
    answer.resize(answer.len() + (1 << 20), b'x');
    let base = answering(answer).await;
    for exchange in both(settings(&base)).await {
        let response = exchange.response().unwrap();
        assert!(!response.truncated);
        assert_eq!(response.body.len(), 1 << 20);
    }
}

#[tokio::test]
async fn a_body_that_is_no_text_is_kept() {
    let base =
        answering(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n\xff\xfe\x00".to_vec()).await;
    for exchange in both(settings(&base)).await {
        assert_eq!(&exchange.response().unwrap().body[..], b"\xff\xfe\x00");
        assert!(exchange.json().is_none());
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&requests);
    let base = server(move |mut stream, _| {
        counter.fetch_add(1, Ordering::Relaxed);
        async move {
            let answer = b"HTTP/1.1 302 Found\r\nlocation: /x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            let _ = stream.write_all(answer).await;
        }
    })
    .await;
    for exchange in both(settings(&base)).await {
        assert_eq!(exchange.status(), 302);
    }
    assert_eq!(requests.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn head_has_no_body_whatever_its_length() {
    let base = answering("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n").await;
    let target = Target::new(settings(&base)).unwrap();
    let request = || Request {
        method: Method::HEAD,
        ..get("/x")
    };
    for exchange in [
        Http::new(target.clone()).unwrap().send(request()).await,
        Raw::new(target).unwrap().send(request()).await,
    ] {
        assert_eq!(exchange.response().unwrap().body.len(), 0);
    }
}

#[test]
fn what_the_client_would_rewrite_goes_raw() {
    for target in [
        "/a/../b",
        "/a/./b",
        "/a/%2e%2e/b",
        "/a b",
        "/ü",
        "/a\\b",
        "/a#b",
        "*",
        "/a?q=\"",
        "/a?q= ",
        "/<a>",
        "/a\tb",
    ] {
        assert!(needs_raw(&get(target)), "{target}");
    }
    for target in [
        "/",
        "/a%2Fb",
        "//a",
        "/%ZZ",
        "/a?b=c&d=%20",
        "/a;b=1,2/(c)",
        "/a?q=[1]|{2}",
    ] {
        assert!(!needs_raw(&get(target)), "{target}");
    }
    let connect = Request {
        method: Method::CONNECT,
        ..get("/")
    };
    assert!(needs_raw(&connect));
}

#[tokio::test]
async fn targets_and_methods_arrive_as_they_are() {
    let base = echo().await;
    let target = Target::new(settings(&format!("{base}/api/"))).unwrap();
    let http = Http::new(target).unwrap();
    for path in [
        "/a/../b",
        "/a%2Fb",
        "/%ZZ",
        "//a",
        "/a/%2e%2e/b?x=1",
        "/ü",
        "/a?q='",
    ] {
        let got = text(&http.send(get(path)).await);
        assert!(
            got.starts_with(&format!("GET /api{path} HTTP/1.1\r\n")),
            "{got}"
        );
    }
    for method in ["TRACE", "QUERY", "PROPFIND", "foo", "CONNECT"] {
        let request = Request {
            method: method.parse().unwrap(),
            ..get("/x")
        };
        let outcome = http.send(request).await;
        // The answer to a CONNECT has no body to look at.
        if method != "CONNECT" {
            assert!(text(&outcome).starts_with(&format!("{method} /api/x HTTP/1.1\r\n")));
        }
    }
    let request = Request {
        method: Method::OPTIONS,
        ..get("*")
    };
    assert!(text(&http.send(request).await).starts_with("OPTIONS * HTTP/1.1\r\n"));
}

#[tokio::test]
async fn requests_stay_with_their_host_and_their_line() {
    let base = echo().await;
    let http = Http::new(Target::new(settings(&base)).unwrap()).unwrap();
    for target in [
        "@elsewhere/",
        "http://elsewhere/",
        "",
        "x",
        "/a\r\nx: y",
        "/a\0",
    ] {
        let exchange = http.send(get(target)).await;
        assert_eq!(
            kind(&exchange),
            TransportErrorKind::Unsendable,
            "{target:?}"
        );
    }
}

#[tokio::test]
async fn connections_are_used_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                while stream.read(&mut buffer).await.unwrap_or(0) > 0 {
                    let _ = stream
                        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                        .await;
                }
            });
        }
    });
    let http = Http::new(Target::new(settings(&base)).unwrap()).unwrap();
    for _ in 0..20 {
        assert_eq!(http.send(get("/x")).await.status(), 200);
    }
    assert!(connections.load(Ordering::Relaxed) <= 2);
}
