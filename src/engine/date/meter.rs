//! A transport that sends no more than it may.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::http::{Exchange, Request, TransportError, TransportErrorKind};
use crate::transport::{Sending, Transport};

/// Sends so many requests and refuses all others.
pub struct Metered {
    inner: Arc<dyn Transport>,
    limit: u64,
    sent: AtomicU64,
}

impl Metered {
    /// `inner`, for `limit` requests.
    pub fn new(inner: Arc<dyn Transport>, limit: u64) -> Self {
        Self {
            inner,
            limit,
            sent: AtomicU64::new(0),
        }
    }

    /// How many were sent.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed).min(self.limit)
    }
}

impl Transport for Metered {
    fn send(&self, request: Request) -> Sending<'_> {
        if self.sent.fetch_add(1, Ordering::Relaxed) < self.limit {
            return self.inner.send(request);
        }
        let error = TransportError {
            kind: TransportErrorKind::Unsendable,
            message: format!("all {} requests were spent", self.limit),
        };
        Box::pin(async move { Exchange::new(request, Err(error), Duration::ZERO) })
    }
}
