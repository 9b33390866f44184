//! TLS: whom we trust, and who we are.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use assize::http::TransportErrorKind;
use assize::transport::{Http, Settings, Target, Tls, Transport};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig, crypto::aws_lc_rs};

use crate::server::{both, get, kind, settings, text};

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
