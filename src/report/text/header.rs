//! What was judged, what is wrong with its description, and what was left over.

use std::fmt::Write as _;
use std::time::Duration;

use anstyle::Style as Ansi;

use super::super::plain;
use super::super::style::{BOLD, DIM, RED, YELLOW, counted};
use super::Page;
use crate::verdict::{Ending, Run};

/// How many names a list shows unless all are asked for.
const SHOWN: usize = 10;

/// Contract, edition, target, seed, time, notes.
pub(super) fn header(run: &Run, page: &mut Page<'_>) {
    let style = page.style();
    let Some(started) = &run.started else {
        page.put(0, "nothing was run: the log has no beginning");
        return;
    };
    let mut title = style.paint(BOLD, plain::line(&started.contract));
    if let Some(edition) = &started.edition {
        let _ = write!(title, ", edition {}", plain::line(edition));
    }
    if !started.title.is_empty() && started.title != started.contract {
        let _ = write!(title, " ({})", plain::line(&started.title));
    }
    page.put(0, &title);
    let mut field = |name: &str, text: &str| {
        let lead = style.paint(DIM, format!("{name:<8}"));
        page.hanging(2, &lead, 8, text, Ansi::new());
    };
    field("target", &started.target);
    field("seed", &started.seed.to_string());
    let mut spent = format!(
        "{}, {} ({} to set up and clean up",
        style.time(Duration::from_millis(run.elapsed_ms)),
        counted(run.exchanges, "exchange"),
        run.set_up
    );
    if run.unanswered > 0 {
        let _ = write!(spent, ", {} without an answer", run.unanswered);
    }
    spent.push(')');
    field("time", &format!("{}, {spent}", started.started));
    for note in &started.notes {
        field("note", note);
    }
    if !started.assumed.is_empty() {
        field("assumed", &started.assumed.join(", "));
    }
    ending(run, page);
}

fn ending(run: &Run, page: &mut Page<'_>) {
    let text = match &run.ending {
        Some(Ending::Complete) => return,
        Some(Ending::Interrupted) => {
            "the run was interrupted; what follows is incomplete".to_owned()
        }
        Some(Ending::Budget(why)) => {
            format!("the run ended early: {why}; what follows is incomplete")
        }
        Some(Ending::Unreachable(why)) => format!("the target could not be tested: {why}"),
        None => "the run broke off: its log has no end; what follows is incomplete".to_owned(),
    };
    page.blank();
    page.wrapped(0, &text, RED);
}

/// What is wrong with the description: the first line of each flaw, all with `--verbose`.
pub(super) fn flaws(run: &Run, page: &mut Page<'_>) {
    let Some(started) = &run.started else { return };
    if started.flaws.is_empty() {
        return;
    }
    let style = page.style();
    let count = counted(started.flaws.len() as u64, "flaw");
    page.heading(&format!("{count} of the description"), YELLOW);
    let shown = if style.verbose { usize::MAX } else { SHOWN };
    for flaw in started.flaws.iter().take(shown) {
        if let Some(snippet) = flaw.snippet.as_deref().filter(|_| !style.quiet) {
            for line in snippet.lines() {
                page.put(2, &plain::line(line));
            }
            if let Some(part) = &flaw.quarantined {
                page.hanging(2, "", 0, &format!("not checked: {part}"), Ansi::new());
            }
            continue;
        }
        let location = format!("{}: ", plain::line(&flaw.location.to_string()));
        let text = flaw.message.lines().next().unwrap_or_default();
        let text = match &flaw.quarantined {
            Some(part) => format!("{location}{text}; not checked: {part}"),
            None => format!("{location}{text}"),
        };
        page.hanging(2, "", 0, &text, Ansi::new());
        if let Some(help) = flaw.help.as_ref().filter(|_| style.verbose) {
            page.hanging(4, &style.paint(DIM, "help: "), 6, help, Ansi::new());
        }
    }
    more(started.flaws.len(), shown, page);
}

/// Operations without success, sequences that were cut short, what could not be removed.
pub(super) fn loose_ends(run: &Run, page: &mut Page<'_>) {
    let style = page.style();
    let never = run.never_succeeded();
    if !never.is_empty() {
        let count = counted(never.len() as u64, "operation");
        page.heading(&format!("{count} never answered a 2xx"), YELLOW);
        let shown = if style.verbose { usize::MAX } else { SHOWN };
        let names: Vec<&str> = never.iter().take(shown).map(|name| &**name).collect();
        page.wrapped(2, &names.join(", "), Ansi::new());
        more(never.len(), shown, page);
    }
    if !run.cut.is_empty() {
        page.heading("Cut short", YELLOW);
        let mut cut = run.cut.clone();
        cut.sort_unstable();
        for (sequence, why) in cut {
            page.hanging(2, "", 0, &format!("{sequence}: {why}"), Ansi::new());
        }
    }
    if !run.left.is_empty() {
        page.heading("Left behind", YELLOW);
        for (what, count) in &run.left {
            page.hanging(2, "", 0, &format!("{count} × {what}"), Ansi::new());
        }
    }
}

fn more(all: usize, shown: usize, page: &mut Page<'_>) {
    if all > shown {
        let text = format!("and {} more (--verbose)", all - shown);
        page.wrapped(2, &text, DIM);
    }
}
