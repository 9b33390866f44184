//! Requests as bytes of our own, for what clients refuse or rewrite.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

use super::failure::{late, seconds, unconnected, unsendable};
use super::target::{self, Addressed, SetupError, Target};
use super::wire::Wire;
use super::{Sending, Transport, tls};
use crate::http::{Exchange, HeaderMap, Method, Request, Response, TransportError};

/// HTTP/1.1 written by hand: the target goes over the wire byte for byte, e.g. `/a/../b`.
/// One connection for each request, and never through a proxy: where there is one, such a
/// request is unsendable.
#[derive(Clone)]
pub struct Raw {
    target: Target,
    tls: TlsConnector,
    proxied: bool,
}

impl fmt::Debug for Raw {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Raw").field(&self.target).finish()
    }
}

impl Raw {
    /// A raw way to the target.
    ///
    /// # Errors
    /// When a file for TLS cannot be used.
    pub fn new(target: Target) -> Result<Self, SetupError> {
        let tls = if target.secure() {
            tls::config(&target.settings().tls)?
        } else {
            tls::without_authorities()?
        };
        Ok(Self::with_tls(target, tls))
    }

    pub(super) fn with_tls(target: Target, tls: ClientConfig) -> Self {
        Self {
            proxied: proxied(&target),
            tls: TlsConnector::from(Arc::new(tls)),
            target,
        }
    }

    pub(super) async fn attempt(&self, request: &Request) -> Result<Response, TransportError> {
        if self.proxied {
            return Err(unsendable(
                "the request target would be rewritten on the way; as it is, it cannot be sent through a proxy",
            ));
        }
        let addressed = self.target.address_request(request)?;
        let head = head(
            &request.method,
            &addressed,
            self.target.authority(),
            request.body.len(),
        );
        let limit = self.target.limits().connect;
        let late = || {
            let why = format!("no connection within {}", seconds(limit));
            unconnected(self.target.authority(), &why)
        };
        let stream = tokio::time::timeout(limit, self.connect());
        let stream = stream.await.map_err(|_| late())??;
        if !self.target.secure() {
            return self.converse(stream, &head, request).await;
        }
        let stream = tokio::time::timeout(limit, self.encrypt(stream));
        let stream = stream.await.map_err(|_| late())??;
        self.converse(stream, &head, request).await
    }

    async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        mut stream: S,
        head: &[u8],
        request: &Request,
    ) -> Result<Response, TransportError> {
        // A server may refuse before it has read everything, and its answer still counts.
        let written = async {
            stream.write_all(head).await?;
            stream.write_all(&request.body).await?;
            stream.flush().await
        }
        .await;
        let limits = self.target.limits();
        Wire::new(stream, limits.headers, limits.body)
            .answer(&request.method, written.err())
            .await
    }

    async fn connect(&self) -> Result<TcpStream, TransportError> {
        let stream = TcpStream::connect(self.target.address())
            .await
            .map_err(|error| unconnected(self.target.authority(), &error.to_string()))?;
        // Without it only latency is worse.
        let _ = stream.set_nodelay(true);
        Ok(stream)
    }

    async fn encrypt(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>, TransportError> {
        let authority = self.target.authority();
        let name = ServerName::try_from(self.target.address().0.to_owned())
            .map_err(|error| unconnected(authority, &error.to_string()))?;
        self.tls
            .connect(name, stream)
            .await
            .map_err(|error| unconnected(authority, &error.to_string()))
    }
}

impl Transport for Raw {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(async move {
            let total = self.target.limits().total;
            let begun = Instant::now();
            let outcome = tokio::time::timeout(total, self.attempt(&request))
                .await
                .unwrap_or_else(|_| Err(late(total)));
            Exchange::new(request, outcome, begun.elapsed())
        })
    }
}

/// Whether the environment names a proxy for the target. Exceptions from it (`NO_PROXY`)
/// are not looked at, so that in doubt a request is unsendable rather than sent past a proxy.
pub(super) fn proxied(target: &Target) -> bool {
    let own = if target.secure() {
        ["https_proxy", "HTTPS_PROXY"]
    } else {
        ["http_proxy", "HTTP_PROXY"]
    };
    !target.loopback()
        && own
            .iter()
            .chain(&["all_proxy", "ALL_PROXY"])
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// The request line and the headers.
fn head(method: &Method, addressed: &Addressed<'_>, authority: &str, body: usize) -> Vec<u8> {
    use ::http::header::{
        ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING, USER_AGENT,
    };
    let headers = &addressed.headers;
    let mut head = Vec::with_capacity(256);
    line(
        &mut head,
        &[method.as_str(), " ", &addressed.target, " HTTP/1.1"],
    );
    let absent = |headers: &HeaderMap, name| !headers.contains_key(name);
    if absent(headers, HOST) {
        line(&mut head, &["host: ", authority]);
    }
    if absent(headers, ACCEPT) {
        line(&mut head, &["accept: */*"]);
    }
    if absent(headers, ACCEPT_ENCODING) {
        line(&mut head, &["accept-encoding: identity"]);
    }
    if absent(headers, USER_AGENT) {
        line(&mut head, &["user-agent: ", target::USER_AGENT]);
    }
    if absent(headers, CONNECTION) {
        line(&mut head, &["connection: close"]);
    }
    let carries = body > 0 || matches!(*method, Method::POST | Method::PUT | Method::PATCH);
    if carries && absent(headers, CONTENT_LENGTH) && absent(headers, TRANSFER_ENCODING) {
        line(&mut head, &["content-length: ", &body.to_string()]);
    }
    for (name, value) in headers {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

fn line(head: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        head.extend_from_slice(part.as_bytes());
    }
    head.extend_from_slice(b"\r\n");
}
