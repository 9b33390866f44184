//! Requests to a server in the same process, without a socket.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use futures_util::FutureExt as _;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use super::body::Growing;
use super::failure::{broken_body, causes, late, protocol, too_many_headers, unsendable};
use super::target::{Target, USER_AGENT};
use super::{Sending, Transport};
use crate::http::{Exchange, HeaderValue, Method, Request, Response, TransportError};

/// A router that is called directly. Requests and answers look as if a socket were between:
/// the same headers are added, the same limits kept, and a panic is a broken connection.
#[derive(Clone, Debug)]
pub struct InProcess {
    target: Target,
    router: Router,
    host: HeaderValue,
}

impl InProcess {
    /// A way to `router`; the host of the target is only a name.
    pub fn new(target: Target, router: Router) -> Self {
        let host = HeaderValue::from_str(target.authority())
            .expect("the authority of a URL is visible ASCII");
        Self {
            target,
            router,
            host,
        }
    }

    async fn attempt(&self, request: &Request) -> Result<Response, TransportError> {
        let mut outgoing = self.outgoing(request)?;
        let head = *outgoing.method() == Method::HEAD;
        *outgoing.version_mut() = ::http::Version::HTTP_11;
        let answer = self.router.clone().oneshot(outgoing);
        let Ok(Ok(incoming)) = AssertUnwindSafe(answer).catch_unwind().await else {
            return Err(protocol("the server panicked"));
        };
        let limits = self.target.limits();
        let (parts, mut stream) = incoming.into_parts();
        if parts.headers.len() > limits.headers {
            return Err(too_many_headers(limits.headers));
        }
        let mut body = Growing::new(limits.body);
        while !head && let Some(frame) = stream.frame().await {
            let frame = frame.map_err(|error| broken_body(&causes(&error)))?;
            let Ok(piece) = frame.into_data() else {
                continue;
            };
            if !body.push(piece) {
                break;
            }
        }
        let (body, truncated) = body.finish();
        Ok(Response {
            status: parts.status,
            headers: parts.headers,
            body,
            truncated,
        })
    }

    fn outgoing(&self, request: &Request) -> Result<::http::Request<Body>, TransportError> {
        let addressed = self.target.address_request(request)?;
        let uri = ::http::Uri::try_from(addressed.target.as_ref())
            .map_err(|error| unsendable(format!("the request target is no URI: {error}")))?;
        let mut outgoing = ::http::Request::new(Body::from(request.body.clone()));
        outgoing.method_mut().clone_from(&request.method);
        *outgoing.uri_mut() = uri;
        *outgoing.headers_mut() = addressed.headers;
        let headers = outgoing.headers_mut();
        headers
            .entry(::http::header::HOST)
            .or_insert_with(|| self.host.clone());
        headers
            .entry(::http::header::ACCEPT)
            .or_insert(HeaderValue::from_static("*/*"));
        headers
            .entry(::http::header::USER_AGENT)
            .or_insert(HeaderValue::from_static(USER_AGENT));
        if !request.body.is_empty() && !headers.contains_key(::http::header::TRANSFER_ENCODING) {
            headers
                .entry(::http::header::CONTENT_LENGTH)
                .or_insert_with(|| request.body.len().into());
        }
        Ok(outgoing)
    }
}

impl Transport for InProcess {
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
