//! Requests as bytes of our own, for what clients refuse or rewrite.

use std::time::Instant;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::failure::{late, seconds, unconnected, unsendable};
use super::target::{Addressed, Target};
use super::wire::Wire;
use super::{Sending, Transport};
use crate::http::{Exchange, HeaderMap, Method, Request, Response, TransportError};

/// HTTP/1.1 written by hand: the target goes over the wire byte for byte, e.g. `/a/../b`.
/// One connection for each request, without a proxy, and `http` only: over TLS such a
/// request is unsendable.
#[derive(Clone, Debug)]
pub struct Raw {
    target: Target,
}

impl Raw {
    /// A raw way to the target.
    pub fn new(target: Target) -> Self {
        Self { target }
    }

    pub(super) async fn attempt(&self, request: &Request) -> Result<Response, TransportError> {
        if self.target.secure() {
            return Err(unsendable(
                "the request target would be rewritten on the way; as it is, it can only be sent over http",
            ));
        }
        if !self.target.loopback() && proxied() {
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
        let mut stream = self.connect().await?;
        // A server may refuse before it has read everything, and its answer still counts.
        let written = async {
            stream.write_all(&head).await?;
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
        let limit = self.target.limits().connect;
        let authority = self.target.authority();
        let stream = tokio::time::timeout(limit, TcpStream::connect(self.target.address()))
            .await
            .map_err(|_| {
                unconnected(
                    authority,
                    &format!("no connection within {}", seconds(limit)),
                )
            })?
            .map_err(|error| unconnected(authority, &error.to_string()))?;
        // Without it only latency is worse.
        let _ = stream.set_nodelay(true);
        Ok(stream)
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

/// Whether the environment names a proxy for http.
fn proxied() -> bool {
    ["http_proxy", "all_proxy", "ALL_PROXY"]
        .iter()
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
        line(
            &mut head,
            &["user-agent: assize/", env!("CARGO_PKG_VERSION")],
        );
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
