//! A check as data, and the macro that declares one from its doc comment.

use super::{Judgement, Subject};
use crate::api::{Api, Operation};

/// A check: documentation and two functions.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// The id in kebab-case; the file has the same name. It says what is wrong when the
    /// check fails.
    pub id: &'static str,
    /// The first line of the documentation: what the check finds, as a sentence.
    pub summary: &'static str,
    /// The documentation in Markdown, line by line as rustdoc gets it, hence each with a
    /// leading space; see [`Self::docs`].
    pub lines: &'static [&'static str],
    /// The source file that declares it.
    pub source: &'static str,
    /// Whether the description promises on this operation what the check judges: whether
    /// there is a row for it in the ledger.
    pub applies: fn(&Api, &Operation) -> bool,
    /// Judges an exchange.
    pub judge: fn(&Subject<'_>) -> Judgement,
}

impl Check {
    /// The documentation in Markdown: what, `## Why it matters`, `## Example`, `## Basis`.
    pub fn docs(&self) -> String {
        let mut text = String::new();
        for line in self.lines {
            text.push_str(line.strip_prefix(' ').unwrap_or(line));
            text.push('\n');
        }
        text
    }
}

/// Declares the check of a file, its doc comment becoming both rustdoc and [`Check::docs`].
macro_rules! declare_check {
    (
        #[doc = $summary:literal]
        $(#[doc = $line:literal])*
        $id:literal, $applies:path, $judge:path
    ) => {
        #[doc = $summary]
        $(#[doc = $line])*
        pub(super) static CHECK: $crate::checks::Check = $crate::checks::Check {
            id: $id,
            summary: $summary.trim_ascii_start(),
            lines: &[$summary, $($line),*],
            source: file!(),
            applies: $applies,
            judge: $judge,
        };
    };
}

pub(super) use declare_check;
