//! Servers that do not behave: everything is bounded in time and size.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use assize::http::{HeaderName, TransportErrorKind};
use assize::transport::{InProcess, Target, Transport};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::server::{answering, both, get, kind, server, settings};

#[tokio::test]
async fn a_server_that_hangs_times_out() {
    let base = server(|stream, _| async move {
        tokio::time::sleep(Duration::from_secs(60)).await;
        drop(stream);
    })
    .await;
    let mut settings = settings(&base);
    settings.limits.total = Duration::from_millis(150);
    let begun = Instant::now();
    for exchange in both(settings).await {
        assert_eq!(kind(&exchange), TransportErrorKind::Timeout);
    }
    assert!(begun.elapsed() < Duration::from_secs(8));
}

#[tokio::test]
async fn a_body_that_drips_times_out() {
    let base = server(|mut stream, _| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
            .await;
        while stream.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let mut settings = settings(&base);
    settings.limits.total = Duration::from_millis(300);
    let begun = Instant::now();
    for exchange in both(settings).await {
        assert_eq!(kind(&exchange), TransportErrorKind::Timeout);
    }
    assert!(begun.elapsed() < Duration::from_secs(8));
}

#[tokio::test]
async fn a_head_that_drips_times_out() {
    let base = server(|mut stream, _| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        while stream.write_all(b"x-a: b\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let mut settings = settings(&base);
    settings.limits.total = Duration::from_millis(300);
    for exchange in both(settings).await {
        assert_eq!(kind(&exchange), TransportErrorKind::Timeout);
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_an_error() {
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\nhello\r\n",
    ] {
        let base = answering(answer).await;
        for exchange in both(settings(&base)).await {
            assert_eq!(kind(&exchange), TransportErrorKind::Body, "{answer:?}");
        }
    }
}

#[tokio::test]
async fn an_endless_body_ends_at_the_limit() {
    let sent = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&sent);
    let base = server(move |mut stream, _| {
        let counter = Arc::clone(&counter);
        async move {
            let mut chunk = b"10000\r\n".to_vec();
            chunk.resize(chunk.len() + 0x10000, b'x');
            chunk.extend_from_slice(b"\r\n");
            let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
            let _ = stream.write_all(head).await;
            // 2 GB, if anybody wants them.
            for _ in 0..32_768 {
                if stream.write_all(&chunk).await.is_err() {
                    break;
                }
                counter.fetch_add(0x10000, Ordering::Relaxed);
            }
        }
    })
    .await;
    for exchange in both(settings(&base)).await {
        let response = exchange.response().unwrap();
        assert!(response.truncated);
        assert_eq!(response.body.len(), 1 << 20);
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let sent = sent.load(Ordering::Relaxed);
    assert!(
        sent < 64 << 20,
        "the connection stayed open for {sent} bytes"
    );
}

#[tokio::test]
async fn ten_thousand_headers_are_too_many() {
    for value in ["b", &"b".repeat(500)] {
        let mut answer = String::from("HTTP/1.1 200 OK\r\n");
        for number in 0..10_000 {
            write!(answer, "x-{number}: {value}\r\n").unwrap();
        }
        answer.push_str("content-length: 0\r\n\r\n");
        let base = answering(answer).await;
        for exchange in both(settings(&base)).await {
            assert_eq!(
                kind(&exchange),
                TransportErrorKind::Limit,
                "{:?}",
                exchange.outcome
            );
        }
    }
}

#[tokio::test]
async fn what_is_not_http_is_a_protocol_error() {
    for answer in [
        &b"SSH-2.0-OpenSSH_9.6\r\n"[..],
        b"\x16\x03\x01\x00\x05hello",
        b"HTTP/1.1 999999 Odd\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!",
        b"HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\nhello!",
        b"HTTP/1.1 200",
        b"",
    ] {
        let base = answering(answer.to_vec()).await;
        for exchange in both(settings(&base)).await {
            let text = String::from_utf8_lossy(answer);
            assert_eq!(kind(&exchange), TransportErrorKind::Protocol, "{text:?}");
        }
    }
}

#[tokio::test]
async fn a_refused_connection_is_a_connect_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    for exchange in both(settings(&base)).await {
        assert_eq!(kind(&exchange), TransportErrorKind::Connect);
    }
}

/// 260,000 times "258 bytes as before", as deflate with fixed codes (RFC 1951): 64 MiB in
/// 0.4 MB.
fn gzip_bomb() -> Vec<u8> {
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let (mut current, mut filled) = (0_u8, 0);
    let mut bit = |bit: u8| {
        current |= bit << filled;
        filled += 1;
        if filled == 8 {
            bytes.push(current);
            (current, filled) = (0, 0);
        }
    };
    // The last block, fixed codes.
    for one in [1, 1, 0] {
        bit(one);
    }
    // The literal `a` is 0x30 + 97, the highest bit first; then length 258 is 0b11000101 and
    // distance 1 is five zeros.
    for at in (0..8).rev() {
        bit((0x91 >> at) & 1);
    }
    for _ in 0..260_000 {
        for at in (0..8).rev() {
            bit((0b1100_0101 >> at) & 1);
        }
        for _ in 0..5 {
            bit(0);
        }
    }
    bytes
}

#[tokio::test]
async fn a_gzip_bomb_is_bounded_by_what_it_decodes_to() {
    let bomb = gzip_bomb();
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        bomb.len()
    )
    .into_bytes();
    answer.extend(bomb);
    let base = answering(answer).await;
    let [pooled, raw] = both(settings(&base)).await;
    let response = pooled.response().unwrap();
    assert!(response.truncated);
    assert_eq!(response.body.len(), 1 << 20);
    assert!(response.body.iter().all(|byte| *byte == b'a'));
    assert_eq!(kind(&raw), TransportErrorKind::Body);
}

#[tokio::test]
async fn broken_gzip_is_a_body_error() {
    let base =
        answering("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\nhello")
            .await;
    for exchange in both(settings(&base)).await {
        assert_eq!(kind(&exchange), TransportErrorKind::Body);
    }
}

async fn panics() {
    panic!("on purpose");
}

#[tokio::test]
async fn a_router_is_bounded_like_a_socket() {
    use axum::body::{Body, Bytes};
    use axum::response::Response;
    use futures_util::stream;
    let router = axum::Router::new()
        .route(
            "/api/hang",
            axum::routing::get(std::future::pending::<&str>),
        )
        .route("/api/panic", axum::routing::get(panics))
        .route(
            "/api/endless",
            axum::routing::get(|| async {
                Body::from_stream(stream::repeat(Ok::<_, std::fmt::Error>(
                    Bytes::from_static(&[b'x'; 4096]),
                )))
            }),
        )
        .route(
            "/api/broken",
            axum::routing::get(|| async {
                Body::from_stream(stream::iter([
                    Ok(Bytes::from_static(b"x")),
                    Err(std::io::Error::other("gone")),
                ]))
            }),
        )
        .route(
            "/api/headers",
            axum::routing::get(|| async {
                let mut response = Response::new(Body::empty());
                for number in 0..200 {
                    let name = HeaderName::try_from(format!("x-{number}")).unwrap();
                    response.headers_mut().insert(name, "1".parse().unwrap());
                }
                response
            }),
        );
    let mut settings = settings("http://in-process/api");
    settings.limits.total = Duration::from_secs(1);
    let transport = InProcess::new(Target::new(settings).unwrap(), router);
    for (path, expected) in [
        ("/hang", TransportErrorKind::Timeout),
        ("/panic", TransportErrorKind::Protocol),
        ("/broken", TransportErrorKind::Body),
        ("/headers", TransportErrorKind::Limit),
        ("/a b", TransportErrorKind::Unsendable),
    ] {
        assert_eq!(kind(&transport.send(get(path)).await), expected, "{path}");
    }
    let endless = transport.send(get("/endless")).await;
    assert!(endless.response().unwrap().truncated);
    assert_eq!(endless.response().unwrap().body.len(), 1 << 20);
}
