//! The report for a person at a terminal.

mod access;
mod finding;
mod header;
mod ledger;
mod page;

use std::io::{self, Write};

pub(super) use self::finding::block as finding_block;
pub(super) use self::page::Page;
use super::style::{BOLD, GREEN, RED, Style, counted};
use crate::verdict::{Counts, Run};

/// Writes the report.
pub(super) fn write(run: &Run, out: &mut dyn Write, style: &Style) -> io::Result<()> {
    let mut page = Page::new(style);
    let findings = run.findings();
    let rows = run.ledger();
    if !style.quiet {
        header::header(run, &mut page);
        header::flaws(run, &mut page);
    }
    if !findings.is_empty() {
        page.heading(&counted(findings.len() as u64, "finding"), RED);
        let base = run.started.as_ref().map_or("", |started| &started.target);
        for (at, group) in findings.iter().enumerate() {
            finding::numbered(at + 1, run, group, base, &mut page);
        }
        finding::legend(&findings, &mut page);
    }
    if !style.quiet {
        ledger::requirements(&rows, &mut page);
        ledger::checks(&rows, &mut page);
        ledger::undecided(&rows, &mut page);
        access::matrices(run, &mut page);
        header::loose_ends(run, &mut page);
    }
    let counts = Counts::of(&rows);
    page.blank();
    let color = if counts.fail + counts.error > 0 {
        RED
    } else {
        GREEN
    };
    page.put(
        0,
        &style.paint(color.effects(BOLD.get_effects()), totals(&counts)),
    );
    out.write_all(page.finish().as_bytes())
}

/// The last line.
pub(super) fn totals(counts: &Counts) -> String {
    format!(
        "{} promises: {} pass, {} fail, {} skipped, {} inconclusive, {} not applicable, {} error",
        counts.total(),
        counts.pass,
        counts.fail,
        counts.skipped,
        counts.inconclusive,
        counts.not_applicable,
        counts.error
    )
}
