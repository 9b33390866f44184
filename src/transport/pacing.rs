//! How fast requests go out, and how many at the same time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

use super::{Sending, Transport};
use crate::http::Request;

/// How far behind its schedule a rate may catch up. Timers are no finer than milliseconds;
/// without this, every late wake-up would lower the rate.
const CATCH_UP: Duration = Duration::from_millis(10);

/// Admits requests: at most so many at a time, and at most so many per second.
#[derive(Debug)]
pub struct Pacer {
    in_flight: Arc<Semaphore>,
    schedule: Option<Schedule>,
}

/// A token bucket written as the time of the next token.
#[derive(Debug)]
struct Schedule {
    interval: Duration,
    next: Mutex<Instant>,
}

/// A request may be under way as long as this lives.
#[derive(Debug)]
pub struct Permit(#[expect(dead_code, reason = "it is held, not read")] OwnedSemaphorePermit);

impl Pacer {
    /// A pacer for `rate` requests per second (any with `None`), `in_flight` at the same
    /// time (at least one). A rate that is no positive number is none.
    pub fn new(rate: Option<f64>, in_flight: usize) -> Self {
        let interval = rate
            .filter(|rate| *rate > 0.0)
            .and_then(|rate| Duration::try_from_secs_f64(1.0 / rate).ok());
        Self {
            in_flight: Arc::new(Semaphore::new(in_flight.clamp(1, Semaphore::MAX_PERMITS))),
            schedule: interval.map(|interval| Schedule {
                interval,
                next: Mutex::new(Instant::now()),
            }),
        }
    }

    /// Waits until the next request may go out.
    pub async fn admit(&self) -> Permit {
        // The place comes first: a token must not grow old while its request waits.
        let permit = Arc::clone(&self.in_flight)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        if let Some(schedule) = &self.schedule {
            let at = schedule.take();
            if at > Instant::now() {
                sleep_until(at).await;
            }
        }
        Permit(permit)
    }
}

impl Schedule {
    /// The time of the next token.
    fn take(&self) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let at = (*next).max(now.checked_sub(CATCH_UP).unwrap_or(now));
        *next = at.checked_add(self.interval).unwrap_or(at);
        at
    }
}

/// A transport that sends no faster than its pacer admits. The wait is no part of the
/// exchange's time.
pub struct Paced {
    inner: Arc<dyn Transport>,
    pacer: Pacer,
}

impl Paced {
    /// `inner`, paced.
    pub fn new(inner: Arc<dyn Transport>, pacer: Pacer) -> Self {
        Self { inner, pacer }
    }
}

impl Transport for Paced {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(async move {
            let _permit = self.pacer.admit().await;
            self.inner.send(request).await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime")
            .block_on(future)
    }

    #[test]
    fn a_rate_is_kept() {
        run(async {
            let pacer = Pacer::new(Some(200.0), 8);
            let begun = Instant::now();
            for _ in 0..41 {
                drop(pacer.admit().await);
            }
            let elapsed = begun.elapsed();
            assert!(elapsed >= Duration::from_millis(180), "{elapsed:?}");
            assert!(elapsed < Duration::from_secs(2), "{elapsed:?}");
        });
    }

    #[test]
    fn odd_rates_are_no_rate_and_no_panic() {
        run(async {
            for rate in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300] {
                drop(Pacer::new(Some(rate), 0));
            }
            drop(Pacer::new(None, 0).admit().await);
        });
    }

    #[test]
    fn only_so_many_at_a_time() {
        run(async {
            let pacer = Pacer::new(None, 1);
            let held = pacer.admit().await;
            let second = tokio::time::timeout(Duration::from_millis(20), pacer.admit());
            assert!(second.await.is_err());
            drop(held);
            drop(pacer.admit().await);
        });
    }
}
