//! How a report looks: colours, width, how much of it.

use std::fmt::Display;
use std::time::Duration;

use anstyle::{AnsiColor, Style as Ansi};

use crate::verdict::Verdict;

/// How a report looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to use colour codes.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Whether times, ports and random ids are replaced, so that two runs read the same.
    pub masked: bool,
    /// Every row of the ledger.
    pub verbose: bool,
    /// Findings and the last line only.
    pub quiet: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            color: false,
            width: 100,
            masked: false,
            verbose: false,
            quiet: false,
        }
    }
}

pub(super) const BOLD: Ansi = Ansi::new().bold();
pub(super) const DIM: Ansi = Ansi::new().dimmed();
pub(super) const RED: Ansi = AnsiColor::Red.on_default();
pub(super) const GREEN: Ansi = AnsiColor::Green.on_default();
pub(super) const YELLOW: Ansi = AnsiColor::Yellow.on_default();

/// The colour of a verdict.
pub(super) fn verdict(verdict: &Verdict) -> Ansi {
    match verdict {
        Verdict::Pass => GREEN,
        Verdict::Fail | Verdict::Error(_) => RED,
        Verdict::Inconclusive(_) => YELLOW,
        Verdict::Skipped(_) | Verdict::NotApplicable(_) => DIM,
    }
}

impl Style {
    /// The text in this style, if colour is on.
    pub(super) fn paint(&self, ansi: Ansi, text: impl Display) -> String {
        if self.color {
            format!("{ansi}{text}{ansi:#}")
        } else {
            text.to_string()
        }
    }

    /// A duration for a person.
    pub(super) fn time(&self, time: Duration) -> String {
        if self.masked {
            return "‹time›".to_owned();
        }
        let seconds = time.as_secs_f64();
        match time.as_secs() {
            0 => format!("{:.1} ms", seconds * 1000.0),
            1..=119 => format!("{seconds:.1} s"),
            whole => format!("{} min {} s", whole / 60, whole % 60),
        }
    }
}

/// `1 thing`, `2 things`; the plural by `s`.
pub(super) fn counted(count: u64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}
