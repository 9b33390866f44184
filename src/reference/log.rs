//! The request log.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use http::{Method, StatusCode};

use super::routes::Identity;

/// Where the lines of the log go.
pub type Log = Arc<dyn Fn(&LogLine) + Send + Sync>;

/// One answered request. It holds no credentials and no bodies.
#[derive(Clone, Debug)]
pub struct LogLine {
    /// The method.
    pub method: Method,
    /// The path, without the query.
    pub path: String,
    /// The status of the answer.
    pub status: StatusCode,
    /// The handle of whoever called, if that was clear.
    pub identity: Option<String>,
    /// How long the answer took.
    pub microseconds: u128,
}

impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let identity = self.identity.as_deref().unwrap_or("-");
        let (method, path, status) = (&self.method, &self.path, self.status.as_u16());
        write!(
            f,
            "{method} {path} {status} {identity} {} µs",
            self.microseconds
        )
    }
}

/// A router that writes a line for each request.
pub(super) fn logged(router: Router, log: Log) -> Router {
    router.layer(from_fn(move |request: Request, next: Next| {
        let log = Arc::clone(&log);
        async move {
            let start = Instant::now();
            let (method, path) = (request.method().clone(), request.uri().path().to_owned());
            let mut response = next.run(request).await;
            let identity = response.extensions_mut().remove::<Identity>();
            log(&LogLine {
                method,
                path,
                status: response.status(),
                identity: identity.map(|Identity(handle)| handle),
                microseconds: start.elapsed().as_micros(),
            });
            response
        }
    }))
}
