//! What a stretch of work costs: time on the clock, and of processors where that can be read.

use std::time::{Duration, Instant};

/// Clock ticks per second in `/proc` (`USER_HZ`), the same on all Linux systems in use.
const TICKS: u64 = 100;

/// The costs of some exchanges.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) exchanges: u64,
    pub(crate) time: Duration,
    /// Processor time of this process, and of the server if it is another one.
    pub(crate) here: Duration,
    pub(crate) there: Duration,
}

impl Cost {
    /// Exchanges per second.
    pub(crate) fn rate(&self) -> f64 {
        self.exchanges as f64 / self.time.as_secs_f64()
    }

    /// Microseconds of processor time per exchange: here, there.
    pub(crate) fn per_exchange(&self) -> (f64, f64) {
        let each = |time: Duration| time.as_secs_f64() * 1e6 / self.exchanges as f64;
        (each(self.here), each(self.there))
    }
}

/// Measures `work`, which tells how many exchanges it had.
pub(crate) fn measure(server: Option<u32>, work: impl FnOnce() -> u64) -> Cost {
    let own = std::process::id();
    let there = |server: Option<u32>| server.map_or(Duration::ZERO, processor_time);
    let before = (processor_time(own), there(server));
    let begun = Instant::now();
    let exchanges = work();
    Cost {
        exchanges,
        time: begun.elapsed(),
        here: processor_time(own).saturating_sub(before.0),
        there: there(server).saturating_sub(before.1),
    }
}

/// User and system time of a process; nothing where there is no `/proc`.
fn processor_time(process: u32) -> Duration {
    let Ok(text) = std::fs::read_to_string(format!("/proc/{process}/stat")) else {
        return Duration::ZERO;
    };
    // The name of the program stands in parentheses and may hold spaces.
    let rest = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = rest
        .split_ascii_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 1000 / TICKS)
}

/// The middle one.
pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
