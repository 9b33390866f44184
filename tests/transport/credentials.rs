//! Credentials arrive where they should, the same on every way.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use assize::http::{Credentials, HeaderName, Request, Secret, TransportErrorKind};
use assize::transport::{Applied, Http, InProcess, Paced, Pacer, Raw, Settings, Target, Transport};

use crate::server::{echo, get, kind, settings, text};

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
