//! Fetches descriptions over HTTP, bounded in time and size.

use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::runtime::Handle;

use crate::spec::Fetch;

/// The most that is read of one description, in bytes.
const LARGEST: usize = 64 << 20;

/// Fetches with the default client. Must not be used from within the runtime.
pub(super) struct HttpFetch {
    handle: Handle,
    timeout: Duration,
}

impl HttpFetch {
    /// Fetches on this runtime; each answer must be whole within `timeout`.
    pub(super) fn new(handle: Handle, timeout: Duration) -> Self {
        Self { handle, timeout }
    }
}

impl Fetch for HttpFetch {
    fn fetch(&self, url: &str) -> Result<Vec<u8>, String> {
        self.handle.block_on(async {
            let client = reqwest::Client::builder()
                .connect_timeout(Duration::from_secs(5))
                .timeout(self.timeout)
                .redirect(same_host())
                .build()
                .map_err(|error| error.to_string())?;
            let response = client
                .get(url)
                .send()
                .await
                .map_err(|error| chain(&error))?;
            if !response.status().is_success() {
                return Err(format!("it answered {}", response.status()));
            }
            let mut body = Vec::new();
            let mut pieces = response.bytes_stream();
            while let Some(piece) = pieces.next().await {
                body.extend_from_slice(&piece.map_err(|error| chain(&error))?);
                if body.len() > LARGEST {
                    return Err(format!("it is larger than {} MiB", LARGEST >> 20));
                }
            }
            Ok(body)
        })
    }
}

fn same_host() -> reqwest::redirect::Policy {
    reqwest::redirect::Policy::custom(|attempt| {
        let from = attempt.previous().first().map(reqwest::Url::origin);
        if attempt.previous().len() > 5 {
            attempt.error("it redirects too often")
        } else if Some(attempt.url().origin()) == from {
            attempt.follow()
        } else {
            attempt.error("it redirects to another origin")
        }
    })
}

/// The message of an error with those of its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = inner.to_string();
        cause = inner.source();
    }
    text
}
