//! Rate limits: requests of an organization in a fixed window.

use super::refusal::{Reason, Refusal};
use super::{Caller, World};
use crate::reference::faults::Fault;

/// A rate limit and how much of the current window is used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    limit: u32,
    window: i64,
    current: i64,
    used: u32,
}

impl Rate {
    /// So many requests in a window of so many microseconds.
    pub(crate) fn new(limit: u32, window: i64) -> Self {
        Self {
            limit,
            window: window.max(1),
            current: i64::MIN,
            used: 0,
        }
    }

    /// Counts one request; the error is the time until the next window.
    fn count(&mut self, now: i64) -> Result<(), i64> {
        let current = now.div_euclid(self.window);
        if current != self.current {
            self.current = current;
            self.used = 0;
        }
        if self.used >= self.limit {
            return Err((current + 1) * self.window - now);
        }
        self.used += 1;
        Ok(())
    }
}

impl World {
    /// Counts a request against the rate limit of the caller's organization.
    pub(crate) fn count_request(&mut self, caller: Caller) -> Result<(), Refusal> {
        let halved = self.has(Fault::RETRY_AFTER_TOO_SHORT);
        let Some(rate) = &mut self.organizations[caller.organization].rate else {
            return Ok(());
        };
        rate.count(self.clock.microseconds()).map_err(|left| {
            let left = if halved { left / 2 } else { left };
            let retry_after = (left.unsigned_abs().div_ceil(1_000_000)).max(1);
            let message = format!("Rate limit exceeded. Retry in {retry_after} s.");
            Refusal::new(Reason::RateLimited { retry_after }, message)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_ends_and_a_new_one_begins_empty() {
        let mut rate = Rate::new(2, 1_000);
        assert_eq!(rate.count(0), Ok(()));
        assert_eq!(rate.count(999), Ok(()));
        assert_eq!(rate.count(999), Err(1));
        assert_eq!(rate.count(1_000), Ok(()));
    }
}
