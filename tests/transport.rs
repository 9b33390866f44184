//! The transports against servers that behave, and against servers that do not.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use assize::http::{
    Credentials, Exchange, HeaderName, Method, Request, Secret, TransportErrorKind,
};
use assize::transport::{
    Applied, Http, InProcess, Limits, Paced, Pacer, Raw, Settings, Target, Tls, Transport,
    needs_raw,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig, crypto::aws_lc_rs};

/// A server that reads the head of a request and then does as it likes.
async fn server<F, Fut>(behave: F) -> String
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
async fn answering(bytes: impl Into<Vec<u8>>) -> String {
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

fn settings(base: &str) -> Settings {
    Settings {
        base: base.to_owned(),
        limits: Limits {
            connect: Duration::from_secs(2),
            total: Duration::from_secs(2),
            body: 1 << 20,
            headers: 128,
        },
        ..Settings::default()
    }
}

fn get(target: &str) -> Request {
    Request {
        target: target.to_owned(),
        ..Request::default()
    }
}

/// Sends over the pool and as raw bytes: both must see the same.
async fn both(settings: Settings) -> [Exchange; 2] {
    let target = Target::new(settings).unwrap();
    let http = Http::new(target.clone()).unwrap();
    [
        http.send(get("/x")).await,
        Raw::new(target).unwrap().send(get("/x")).await,
    ]
}

fn kind(exchange: &Exchange) -> TransportErrorKind {
    match &exchange.outcome {
        Err(error) => error.kind.clone(),
        Ok(response) => panic!("an answer: {response:?}"),
    }
}

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
    assert!(begun.elapsed() < Duration::from_secs(2));
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
    assert!(begun.elapsed() < Duration::from_secs(2));
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

/// A server that answers the head of the request it got.
async fn echo() -> String {
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

fn text(exchange: &Exchange) -> String {
    String::from_utf8(exchange.response().unwrap().body.to_vec()).unwrap()
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

fn with_identities(mut settings: Settings) -> Settings {
    let header = |name: &'static str, value: &str| Applied::Header {
        name: HeaderName::from_static(name),
        value: Secret::new(value),
    };
    settings.identities = BTreeMap::from([
        (
            "alice".to_owned(),
            vec![header("authorization", "Bearer alice-key-1")],
        ),
        (
            "bob".to_owned(),
            vec![
                header("x-api-key", "bob-key-1"),
                Applied::Query {
                    name: "k y".to_owned(),
                    value: Secret::new("a+b&c"),
                },
                Applied::Cookie {
                    name: "sid".to_owned(),
                    value: Secret::new("bob-session"),
                },
            ],
        ),
    ]);
    settings.headers.insert("x-run", "1".parse().unwrap());
    settings
}

fn as_whom(credentials: Credentials) -> Request {
    let mut request = get("/x?a=b");
    request.credentials = credentials;
    request.headers.insert("cookie", "own=1".parse().unwrap());
    request
}

async fn credentials_arrive(transport: &dyn Transport) {
    let nobody = text(&transport.send(as_whom(Credentials::None)).await).to_lowercase();
    assert!(
        !nobody.contains("key-1") && nobody.contains("x-run: 1"),
        "{nobody}"
    );
    let alice = text(
        &transport
            .send(as_whom(Credentials::Identity("alice".into())))
            .await,
    );
    assert!(
        alice.contains("authorization: Bearer alice-key-1\r\n"),
        "{alice}"
    );
    let bob = text(
        &transport
            .send(as_whom(Credentials::Identity("bob".into())))
            .await,
    );
    assert!(bob.contains("/x?a=b&k%20y=a%2Bb%26c "), "{bob}");
    assert!(bob.contains("x-api-key: bob-key-1\r\n"), "{bob}");
    assert!(bob.contains("cookie: own=1; sid=bob-session\r\n"), "{bob}");
    let wrong = text(
        &transport
            .send(as_whom(Credentials::Invalid("bob".into())))
            .await,
    );
    assert!(
        wrong.contains("x-api-key: ") && wrong.contains("k%20y=") && wrong.contains("sid="),
        "{wrong}"
    );
    for secret in ["bob-key-1", "a%2Bb%26c", "bob-session"] {
        assert!(!wrong.contains(secret), "{wrong}");
    }
    let issued = Credentials::Issued {
        label: "agent".into(),
        header: HeaderName::from_static("authorization"),
        prefix: "Bearer ".into(),
        secret: Secret::new("fresh"),
    };
    assert!(
        text(&transport.send(as_whom(issued)).await).contains("authorization: Bearer fresh\r\n")
    );
    let unknown = transport
        .send(as_whom(Credentials::Identity("eve".into())))
        .await;
    assert_eq!(kind(&unknown), TransportErrorKind::Unsendable);
}

fn echo_router() -> axum::Router {
    axum::Router::new().fallback(|request: axum::extract::Request| async move {
        let mut text = format!("{} {} HTTP/1.1\r\n", request.method(), request.uri());
        for (name, value) in request.headers() {
            write!(text, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
        }
        text
    })
}

#[tokio::test]
async fn credentials_are_the_same_on_every_way() {
    let target = Target::new(with_identities(settings(&echo().await))).unwrap();
    credentials_arrive(&Http::new(target.clone()).unwrap()).await;
    credentials_arrive(&Raw::new(target.clone()).unwrap()).await;
    credentials_arrive(&InProcess::new(target.clone(), echo_router())).await;
    let paced = Paced::new(
        Arc::new(Raw::new(target).unwrap()),
        Pacer::new(Some(1e6), 4),
    );
    credentials_arrive(&paced).await;
}

#[test]
fn secrets_are_known_for_redaction_and_never_shown() {
    let target = Target::new(with_identities(settings("http://localhost"))).unwrap();
    let secrets = target.secrets();
    for secret in [
        "Bearer alice-key-1",
        "alice-key-1",
        "a+b&c",
        "a%2Bb%26c",
        "bob-session",
    ] {
        assert!(
            secrets.iter().any(|known| known.expose() == secret),
            "{secret}"
        );
    }
    let shown = format!("{target:?}");
    assert!(
        !shown.contains("key-1") && !shown.contains("bob-session"),
        "{shown}"
    );
}

#[test]
fn odd_settings_are_refused_without_their_secrets() {
    for base in [
        "",
        "localhost:80",
        "ftp://x",
        "http://u:hunter2@x",
        "http://x/?a",
        "http://x/#a",
        "http://",
    ] {
        let error = Target::new(settings(base)).unwrap_err().to_string();
        assert!(
            error.contains("base URL") && !error.contains("hunter2"),
            "{error}"
        );
    }
    let mut bad = settings("http://localhost");
    let value = Secret::new("hunter2\n");
    let name = HeaderName::from_static("x-key");
    bad.identities
        .insert("alice".to_owned(), vec![Applied::Header { name, value }]);
    let error = Target::new(bad).unwrap_err().to_string();
    assert!(
        error.contains("alice") && error.contains("x-key") && !error.contains("hunter2"),
        "{error}"
    );
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
    settings.limits.total = Duration::from_millis(200);
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

fn pem(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/tls")
        .join(name)
}

/// A server with TLS that asks for a certificate if told so, and says over what it was reached.
async fn tls_server(asks: bool) -> String {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = if asks {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_file(pem("authority.pem")).unwrap())
            .unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        builder.with_client_cert_verifier(verifier.build().unwrap())
    } else {
        builder.with_no_client_auth()
    };
    let certificate = CertificateDer::from_pem_file(pem("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(pem("server.pem")).unwrap();
    let mut config = builder.with_single_cert(vec![certificate], key).unwrap();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let mut head = vec![0; 4096];
            let read = stream.read(&mut head).await.unwrap_or(0);
            let line = head[..read]
                .split(|byte| *byte == b'\r')
                .next()
                .unwrap_or_default();
            let start = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                line.len()
            );
            let _ = stream.write_all(start.as_bytes()).await;
            let _ = stream.write_all(line).await;
            let _ = stream.shutdown().await;
        }
    });
    base
}

#[tokio::test]
async fn tls_is_spoken_to_whom_the_user_trusts_and_to_nobody_else() {
    let base = tls_server(false).await;
    for exchange in both(settings(&base)).await {
        assert_eq!(kind(&exchange), TransportErrorKind::Connect);
        let message = exchange.outcome.unwrap_err().message;
        assert!(message.contains("UnknownIssuer"), "{message}");
    }
    let trusting = Tls {
        authorities: Some(pem("authority.pem")),
        ..Tls::default()
    };
    let careless = Tls {
        accept_invalid: true,
        ..Tls::default()
    };
    for tls in [trusting, careless] {
        let settings = Settings {
            tls,
            ..settings(&base)
        };
        for exchange in both(settings.clone()).await {
            assert_eq!(text(&exchange), "GET /x HTTP/1.1");
        }
        let http = Http::new(Target::new(settings).unwrap()).unwrap();
        assert_eq!(
            text(&http.send(get("/a/../b")).await),
            "GET /a/../b HTTP/1.1"
        );
    }
}

#[tokio::test]
async fn our_certificate_is_shown_when_it_is_asked_for() {
    let base = tls_server(true).await;
    let mut settings = settings(&base);
    settings.tls.authorities = Some(pem("authority.pem"));
    for exchange in both(settings.clone()).await {
        assert!(exchange.response().is_none());
    }
    settings.tls.client = Some(pem("client.pem"));
    for exchange in both(settings).await {
        assert_eq!(text(&exchange), "GET /x HTTP/1.1");
    }
}

#[test]
fn files_for_tls_that_are_none_are_refused_by_name() {
    for name in ["absent.pem", "README.md"] {
        for tls in [
            Tls {
                authorities: Some(pem(name)),
                ..Tls::default()
            },
            Tls {
                client: Some(pem(name)),
                ..Tls::default()
            },
        ] {
            let settings = Settings {
                tls,
                ..settings("https://localhost")
            };
            let error = Http::new(Target::new(settings).unwrap()).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}
