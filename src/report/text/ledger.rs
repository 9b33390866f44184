//! The ledger: requirements by row, checks by count, and why the rest has no verdict.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anstyle::Style as Ansi;

use super::super::evidence::evidence;
use super::super::style::{self, BOLD, DIM};
use super::Page;
use crate::verdict::{Counts, LedgerRow, Promise, Verdict};

/// The longest word of a verdict, `not applicable`, and a space.
const WORD: usize = 15;
/// Operations that are named for one check under one reason.
const NAMED: usize = 6;

/// One line for each requirement.
pub(super) fn requirements(rows: &[LedgerRow], page: &mut Page<'_>) {
    let rows: Vec<&LedgerRow> = rows
        .iter()
        .filter(|row| matches!(row.promise, Promise::Requirement { .. }))
        .collect();
    if rows.is_empty() {
        return;
    }
    page.heading("Requirements", Ansi::new());
    for row in rows {
        line(row, page);
    }
}

fn line(row: &LedgerRow, page: &mut Page<'_>) {
    let style = page.style();
    let promise = row.promise.to_string();
    let word = row.verdict.word();
    let lead = format!(
        "{}{promise}  ",
        style.paint(style::verdict(&row.verdict), format!("{word:<WORD$}"))
    );
    let columns = WORD + promise.chars().count() + 2;
    let count = evidence(row, page.style().masked);
    let text = match &row.text {
        Some(text) => format!("{text} ({count})"),
        None => format!("({count})"),
    };
    page.hanging(2, &lead, columns, &text, Ansi::new());
}

/// One line for each check, or for each row when all are asked for.
pub(super) fn checks(rows: &[LedgerRow], page: &mut Page<'_>) {
    let mut by_check: BTreeMap<&str, Vec<&LedgerRow>> = BTreeMap::new();
    for row in rows {
        if let Promise::Check { check, .. } = &row.promise {
            by_check.entry(check).or_default().push(row);
        }
    }
    if by_check.is_empty() {
        return;
    }
    page.heading("Checks", Ansi::new());
    let widest = by_check
        .keys()
        .map(|check| check.chars().count())
        .max()
        .unwrap_or(0);
    for (check, rows) in by_check {
        if page.style().verbose {
            for row in rows {
                line(row, page);
            }
        } else {
            let rows: Vec<LedgerRow> = rows.into_iter().cloned().collect();
            page.put(
                2,
                &format!("{check:<widest$}  {}", summary(&Counts::of(&rows), page)),
            );
        }
    }
}

/// `pass 67 · fail 1`, without what there is none of.
fn summary(counts: &Counts, page: &Page<'_>) -> String {
    let reason = String::new;
    [
        (counts.pass, Verdict::Pass),
        (counts.fail, Verdict::Fail),
        (counts.skipped, Verdict::Skipped(reason())),
        (counts.inconclusive, Verdict::Inconclusive(reason())),
        (counts.not_applicable, Verdict::NotApplicable(reason())),
        (counts.error, Verdict::Error(reason())),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, verdict)| {
        let text = format!("{} {count}", verdict.word());
        page.style().paint(style::verdict(&verdict), text)
    })
    .collect::<Vec<_>>()
    .join(" · ")
}

/// Rows that are neither kept nor broken, by their reason.
pub(super) fn undecided(rows: &[LedgerRow], page: &mut Page<'_>) {
    let mut reasons: BTreeMap<(&str, &str), Vec<&Promise>> = BTreeMap::new();
    for row in rows {
        if let Some(reason) = row.verdict.reason() {
            reasons
                .entry((row.verdict.word(), reason))
                .or_default()
                .push(&row.promise);
        }
    }
    if reasons.is_empty() {
        return;
    }
    page.heading("Not decided, and why", Ansi::new());
    for ((word, reason), promises) in reasons {
        let lead = page.style().paint(BOLD, format!("{word}: "));
        page.hanging(2, &lead, word.chars().count() + 2, reason, Ansi::new());
        for line in names(&promises, page.style().verbose) {
            page.wrapped(4, &line, DIM);
        }
    }
}

/// Requirements and parts of the description on one line, then one line for each check.
fn names(promises: &[&Promise], all: bool) -> Vec<String> {
    let mut requirements = Vec::new();
    let mut checks: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for promise in promises {
        match promise {
            Promise::Requirement { id: name } | Promise::Part { part: name } => {
                requirements.push(&**name);
            }
            Promise::Check { check, operation } => {
                checks.entry(check).or_default().push(operation);
            }
        }
    }
    let mut lines = Vec::new();
    if !requirements.is_empty() {
        lines.push(requirements.join(", "));
    }
    for (check, operations) in checks {
        // One name more than is left out would say as much.
        let shown = if all || operations.len() <= NAMED + 1 {
            operations.len()
        } else {
            NAMED
        };
        let mut line = format!("{check} × {}", operations[..shown].join(", "));
        if shown < operations.len() {
            let _ = write!(line, " and {} more (--verbose)", operations.len() - shown);
        }
        lines.push(line);
    }
    lines
}
