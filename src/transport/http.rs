//! Requests over sockets, through a pool of connections.

use std::time::{Duration, Instant};

use reqwest::{Client, redirect};
use url::Url;

use super::body::Growing;
use super::failure::{
    broken_body, causes, late, protocol, seconds, too_many_headers, unconnected, unsendable,
};
use super::raw::{Raw, proxied};
use super::target::{SetupError, Target, USER_AGENT};
use super::{Sending, Transport, tls};
use crate::http::{Exchange, Method, Request, Response, TransportError};

/// Servers commonly close idle connections after five seconds or more. Closing them first
/// keeps a request from meeting a connection that is about to be closed.
const IDLE: Duration = Duration::from_secs(4);

/// Bytes of all headers of an HTTP/2 answer.
const HEAD_BYTES: u32 = 256 << 10;

/// The default way: HTTP/1.1 and HTTP/2, with TLS, decoding of bodies and the proxies of the
/// environment. What the client would rewrite goes through [`Raw`] instead.
#[derive(Clone, Debug)]
pub struct Http {
    target: Target,
    client: Client,
    raw: Raw,
}

impl Http {
    /// Sets the client up. Nothing is sent.
    ///
    /// # Errors
    /// When a file for TLS cannot be used.
    pub fn new(target: Target) -> Result<Self, SetupError> {
        let settings = target.settings();
        // Authorities are looked up only where they are needed: an https proxy needs them too.
        let tls = if target.secure() || proxied(&target) {
            tls::config(&settings.tls)?
        } else {
            tls::without_authorities()?
        };
        let mut pooled = tls.clone();
        pooled.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let mut builder = Client::builder()
            .redirect(redirect::Policy::none())
            .referer(false)
            .user_agent(USER_AGENT)
            .connect_timeout(settings.limits.connect)
            .pool_idle_timeout(IDLE)
            .http1_max_headers(settings.limits.headers)
            .http2_max_header_list_size(HEAD_BYTES)
            .tcp_nodelay(true)
            .tls_backend_preconfigured(pooled);
        if settings.connections > 0 {
            builder = builder.pool_max_idle_per_host(settings.connections);
        }
        if target.loopback() {
            builder = builder.no_proxy();
        }
        let client = builder
            .build()
            .map_err(|error| SetupError::Client(causes(&error)))?;
        Ok(Self {
            raw: Raw::with_tls(target.clone(), tls),
            client,
            target,
        })
    }

    async fn attempt(&self, request: &Request) -> Result<Response, TransportError> {
        let addressed = self.target.address_request(request)?;
        let text = format!("{}{}", self.target.origin(), addressed.target);
        let Some(url) = sendable(&request.method, &text) else {
            return self.raw.attempt(request).await;
        };
        let mut outgoing = reqwest::Request::new(request.method.clone(), url);
        *outgoing.headers_mut() = addressed.headers;
        if !request.body.is_empty() {
            *outgoing.body_mut() = Some(request.body.clone().into());
        }
        let mut incoming = self
            .client
            .execute(outgoing)
            .await
            .map_err(|error| self.no_head(error))?;
        let limits = self.target.limits();
        let headers = std::mem::take(incoming.headers_mut());
        if headers.len() > limits.headers {
            return Err(too_many_headers(limits.headers));
        }
        let mut body = Growing::new(limits.body);
        while let Some(piece) = incoming
            .chunk()
            .await
            .map_err(|error| broken_body(&causes(&error.without_url())))?
        {
            if !body.push(piece) {
                break;
            }
        }
        // Dropping what is unread closes the connection.
        let (body, truncated) = body.finish();
        Ok(Response {
            status: incoming.status(),
            headers,
            body,
            truncated,
        })
    }

    fn no_head(&self, error: reqwest::Error) -> TransportError {
        let error = error.without_url();
        let limits = self.target.limits();
        if error.is_connect() {
            let why = if error.is_timeout() {
                format!("no connection within {}", seconds(limits.connect))
            } else {
                causes(&error)
            };
            return unconnected(self.target.authority(), &why);
        }
        let why = causes(&error);
        if error.is_builder() {
            return unsendable(why);
        }
        // The only mark that the parser's error bears through the layers is its text.
        if why.contains("too large") {
            return too_many_headers(limits.headers);
        }
        protocol(why)
    }
}

impl Transport for Http {
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

/// Whether the client would rewrite or refuse the request: dot segments, characters that the
/// URL standard encodes, a fragment, `*`, or CONNECT.
pub fn needs_raw(request: &Request) -> bool {
    sendable(&request.method, &format!("http://host{}", request.target)).is_none()
}

/// The URL, if the client sends it exactly as it is written.
fn sendable(method: &Method, text: &str) -> Option<Url> {
    if *method == Method::CONNECT || text.contains('#') {
        return None;
    }
    let url = Url::parse(text).ok()?;
    (url.as_str() == text).then_some(url)
}
