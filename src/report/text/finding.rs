//! A finding with everything that shows it.

use std::fmt::Write as _;
use std::time::Duration;

use anstyle::Style as Ansi;

use super::super::curl::{curl, variable};
use super::super::diff::{self, Side};
use super::super::excerpt::excerpt;
use super::super::plain;
use super::super::style::{BOLD, DIM, GREEN, RED, Style, counted};
use super::Page;
use crate::verdict::{ExchangeRecord, Grouped, Level, Promise, Requirement, Run};

/// Lines of a request body, and of an answer's.
const REQUEST_LINES: usize = 8;
const ANSWER_LINES: usize = 16;

/// The finding under its number.
pub(super) fn numbered(number: usize, run: &Run, group: &Grouped, base: &str, page: &mut Page<'_>) {
    let style = page.style();
    page.blank();
    let mut title = style.paint(BOLD, format!("{number}. {}", promise(group)));
    if let Some(requirement) = requirement(run, group) {
        let _ = write!(title, "  {}", level(requirement));
    }
    title.push_str(&style.paint(DIM, format!("  {}", group.finding.fingerprint())));
    page.put(0, &title);
    body(run, group, base, 3, page);
}

/// The finding as text of its own, for reports that hold text.
pub(in crate::report) fn block(run: &Run, group: &Grouped, base: &str, style: &Style) -> String {
    let mut page = Page::new(style);
    body(run, group, base, 0, &mut page);
    page.finish()
}

/// The promise and, unless it names it, the operation.
fn promise(group: &Grouped) -> String {
    let promise = plain::line(&group.finding.promise.to_string()).into_owned();
    match (&group.finding.promise, &group.finding.operation) {
        (Promise::Requirement { .. }, Some(operation)) => {
            format!("{promise} × {}", plain::line(operation))
        }
        _ => promise,
    }
}

fn requirement<'r>(run: &'r Run, group: &Grouped) -> Option<&'r Requirement> {
    let Promise::Requirement { id } = &group.finding.promise else {
        return None;
    };
    let started = run.started.as_ref()?;
    started.requirements.iter().find(|one| *one.id == **id)
}

fn level(requirement: &Requirement) -> &'static str {
    match requirement.level {
        Level::Must => "MUST",
        Level::Should => "SHOULD",
        Level::May => "MAY",
    }
}

fn body(run: &Run, group: &Grouped, base: &str, indent: usize, page: &mut Page<'_>) {
    let style = page.style();
    let finding = &group.finding;
    if let Some(requirement) = requirement(run, group) {
        page.wrapped(indent, &requirement.text, DIM);
    }
    page.wrapped(indent, &finding.title, RED);
    if let Some(location) = &finding.location {
        let place = format!("--> {}", plain::line(&location.to_string()));
        page.put(indent, &style.paint(DIM, place));
    }
    difference(&finding.expected, &finding.actual, indent, page);
    if let Some(record) = &group.record {
        exchange(record, indent, page);
    }
    seen(group, indent, page);
    if let Some(record) = &group.record {
        // Not wrapped, so that it can be copied.
        for line in curl(record, base).lines() {
            page.put(indent, &plain::line(line));
        }
    }
}

fn difference(expected: &str, actual: &str, indent: usize, page: &mut Page<'_>) {
    if expected.is_empty() && actual.is_empty() {
        return;
    }
    let style = page.style();
    let legend = format!(
        "{} {}",
        style.paint(GREEN, "--- expected"),
        style.paint(RED, "+++ actual")
    );
    page.put(indent + 2, &legend);
    for (side, line) in diff::lines(expected, actual) {
        let ansi = match side {
            Side::Both => Ansi::new(),
            Side::Expected => GREEN,
            Side::Actual => RED,
        };
        let line = format!("{} {line}", side.sign());
        page.put(indent + 2, &style.paint(ansi, line.trim_end()));
    }
}

fn exchange(record: &ExchangeRecord, indent: usize, page: &mut Page<'_>) {
    let style = page.style();
    let room = page.room(indent + 2);
    let request = format!(
        "{} {} as {}",
        record.method, record.target, record.credentials
    );
    page.put(
        indent,
        &format!("> {}", plain::cut(&plain::line(&request), 400)),
    );
    for line in excerpt(&record.request_body, REQUEST_LINES, room) {
        page.put(indent + 2, &style.paint(DIM, line));
    }
    let time = style.time(Duration::from_micros(record.elapsed_us));
    let answer = match (record.status, &record.error) {
        (Some(status), _) => format!("{status} in {time}"),
        (None, Some(error)) => format!("no answer in {time}: {}", plain::line(&error.message)),
        (None, None) => "no answer".to_owned(),
    };
    page.put(indent, &format!("< {answer}"));
    for line in excerpt(&record.response_body, ANSWER_LINES, room) {
        page.put(indent + 2, &style.paint(DIM, line));
    }
    if record.truncated {
        page.put(
            indent + 2,
            &style.paint(DIM, "… the body goes on beyond the limit"),
        );
    }
}

/// Where else the same cause was seen.
fn seen(group: &Grouped, indent: usize, page: &mut Page<'_>) {
    let mut text = format!("seen in {}", counted(group.count, "exchange"));
    if !group.cases.is_empty() {
        text.push_str(": ");
        text.push_str(&group.cases.join(", "));
        if group.count > group.cases.len() as u64 {
            text.push_str(", …");
        }
    }
    page.wrapped(indent, &text, DIM);
    for (title, count) in &group.attached {
        let text = format!("same cause: {title} ({})", counted(*count, "exchange"));
        page.wrapped(indent, &text, DIM);
    }
}

/// What the variables in the command lines stand for.
pub(super) fn legend(groups: &[Grouped], page: &mut Page<'_>) {
    let mut names: Vec<String> = groups
        .iter()
        .filter_map(|group| variable(&group.record.as_ref()?.credentials))
        .collect();
    names.sort_unstable();
    names.dedup();
    if let Some(first) = names.first() {
        page.blank();
        let text = format!(
            "For the curl lines, export each variable as the header that carries the key, e.g. \
             {first}='Authorization: Bearer …'."
        );
        page.wrapped(0, &text, DIM);
    }
}
