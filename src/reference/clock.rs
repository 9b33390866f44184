//! Where the server takes its time from.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

/// The time source of a server: the machine's clock, or one that a test moves by hand.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until [`Clock::advance`] moves it. Clones share the hand.
    pub fn manual(start: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(
            start.as_microsecond(),
        ))))
    }

    /// Moves a manual clock forward. The machine's clock is not impressed.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(hand) = &self.0 {
            let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            hand.fetch_add(by, Ordering::SeqCst);
        }
    }

    /// Microseconds since the Unix epoch.
    pub(crate) fn microseconds(&self) -> i64 {
        match &self.0 {
            Source::System => Timestamp::now().as_microsecond(),
            Source::Manual(hand) => hand.load(Ordering::SeqCst),
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}
