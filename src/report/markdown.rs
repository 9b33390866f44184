//! Markdown for reviews and issues: findings as diffs, the ledger as tables.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::time::Duration;

use super::curl::curl;
use super::evidence::evidence;
use super::excerpt::excerpt;
use super::style::{Style, counted};
use super::text::totals;
use super::{access, diff, plain};
use crate::verdict::{Counts, Ending, ExchangeRecord, Grouped, LedgerRow, Promise, Run, Verdict};

/// Lines and columns of a body.
const LINES: usize = 30;
const COLUMNS: usize = 160;

/// Writes the report.
pub(super) fn write(run: &Run, out: &mut dyn Write, style: &Style) -> io::Result<()> {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = compose(run, style, &mut text);
    out.write_all(text.as_bytes())
}

fn compose(run: &Run, style: &Style, text: &mut String) -> std::fmt::Result {
    let rows = run.ledger();
    let counts = Counts::of(&rows);
    let findings = run.findings();
    head(run, &counts, findings.len(), style, text)?;
    if !findings.is_empty() {
        writeln!(text, "\n## Findings")?;
        let base = run.started.as_ref().map_or("", |started| &started.target);
        for (at, group) in findings.iter().enumerate() {
            finding(at + 1, run, group, base, style, text)?;
        }
    }
    if style.quiet {
        return writeln!(text, "\n{}", totals(&counts));
    }
    flaws(run, text)?;
    ledger(&rows, style, text)?;
    access(run, text)?;
    if !run.left.is_empty() {
        writeln!(text, "\n## Left behind\n")?;
        for (what, count) in &run.left {
            writeln!(text, "- {count} × {}", inline(what))?;
        }
    }
    writeln!(text, "\n{}", totals(&counts))
}

fn head(
    run: &Run,
    counts: &Counts,
    findings: usize,
    style: &Style,
    text: &mut String,
) -> std::fmt::Result {
    let Some(started) = &run.started else {
        return writeln!(
            text,
            "# assize\n\n**Nothing was run:** the log has no beginning."
        );
    };
    let edition = started.edition.as_ref();
    let edition = edition
        .map(|date| format!(", edition {date}"))
        .unwrap_or_default();
    writeln!(
        text,
        "# assize: {}{}\n",
        inline(&started.contract),
        inline(&edition)
    )?;
    let verdict = if findings > 0 {
        let causes = counted(findings as u64, "finding");
        format!("**Promises are broken: {causes}.**")
    } else if counts.pass == 0 {
        "**No promise was verified.**".to_owned()
    } else {
        "**Every promise that could be tested is kept.**".to_owned()
    };
    let incomplete = match &run.ending {
        Some(Ending::Complete) => String::new(),
        Some(Ending::Interrupted) => " The run was interrupted.".to_owned(),
        Some(Ending::Budget(why)) => format!(" The run ended early: {}.", inline(why)),
        Some(Ending::Unreachable(why)) => {
            format!(" The target could not be tested: {}.", inline(why))
        }
        None => " The run broke off.".to_owned(),
    };
    writeln!(text, "{verdict}{incomplete}\n")?;
    writeln!(
        text,
        "Target {}, seed {}, {} in {}, begun {}.\n",
        code(&started.target),
        started.seed,
        counted(run.exchanges, "exchange"),
        style.time(Duration::from_millis(run.elapsed_ms)),
        inline(&started.started)
    )?;
    writeln!(
        text,
        "| pass | fail | skipped | inconclusive | not applicable | error |"
    )?;
    writeln!(text, "|---:|---:|---:|---:|---:|---:|")?;
    writeln!(
        text,
        "| {} | {} | {} | {} | {} | {} |",
        counts.pass,
        counts.fail,
        counts.skipped,
        counts.inconclusive,
        counts.not_applicable,
        counts.error
    )
}

fn finding(
    number: usize,
    run: &Run,
    group: &Grouped,
    base: &str,
    style: &Style,
    text: &mut String,
) -> std::fmt::Result {
    let finding = &group.finding;
    let operation = match (&finding.promise, &finding.operation) {
        (Promise::Requirement { .. }, Some(operation)) => format!(" × {operation}"),
        _ => String::new(),
    };
    let title = format!("{}{operation}", finding.promise);
    writeln!(
        text,
        "\n### {number}. {}: {}\n",
        inline(&title),
        inline(&finding.title)
    )?;
    if let Promise::Requirement { id } = &finding.promise
        && let Some(requirement) = run
            .started
            .as_ref()
            .and_then(|started| started.requirements.iter().find(|one| *one.id == **id))
    {
        writeln!(
            text,
            "> {}\n>\n> {}\n",
            inline(&requirement.text),
            inline(&requirement.source)
        )?;
    }
    let mut lines = String::new();
    for (side, line) in diff::lines(&finding.expected, &finding.actual) {
        writeln!(lines, "{}{line}", side.sign())?;
    }
    fenced("diff", &lines, text)?;
    let mut facts = format!("Seen in {}", counted(group.count, "exchange"));
    if !group.cases.is_empty() {
        let cases: Vec<String> = group.cases.iter().map(|case| code(case)).collect();
        write!(facts, ": {}", cases.join(", "))?;
    }
    if let Some(location) = &finding.location {
        write!(
            facts,
            ". The description says so in {}",
            code(&location.to_string())
        )?;
    }
    write!(facts, ". Fingerprint {}.", code(&finding.fingerprint()))?;
    writeln!(text, "\n{facts}")?;
    for (title, count) in &group.attached {
        let count = counted(*count, "exchange");
        writeln!(text, "\nSame cause: {} ({count}).", inline(title))?;
    }
    let Some(record) = &group.record else {
        return Ok(());
    };
    writeln!(text, "\n<details><summary>The exchange</summary>\n")?;
    fenced("http", &exchange(record, style), text)?;
    writeln!(text, "\n</details>\n")?;
    let command: Vec<String> = curl(record, base)
        .lines()
        .map(|line| plain::line(line).into_owned())
        .collect();
    fenced("sh", &format!("{}\n", command.join("\n")), text)
}

fn exchange(record: &ExchangeRecord, style: &Style) -> String {
    let mut lines = vec![
        format!("{} {}", record.method, record.target),
        format!("# as {}", record.credentials),
    ];
    let headers = |headers: &[(String, String)]| -> Vec<String> {
        headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect()
    };
    lines.extend(headers(&record.request_headers));
    lines.extend(excerpt(&record.request_body, LINES, COLUMNS));
    lines.push(String::new());
    let time = style.time(Duration::from_micros(record.elapsed_us));
    match (record.status, &record.error) {
        (Some(status), _) => lines.push(format!("# {status} in {time}")),
        (None, Some(error)) => lines.push(format!("# no answer in {time}: {}", error.message)),
        (None, None) => lines.push("# no answer".to_owned()),
    }
    lines.extend(headers(&record.response_headers));
    lines.extend(excerpt(&record.response_body, LINES, COLUMNS));
    if record.truncated {
        lines.push("# the body goes on beyond the limit".to_owned());
    }
    lines.iter().fold(String::new(), |mut text, line| {
        text.push_str(&plain::cut(&plain::line(line), 400));
        text.push('\n');
        text
    })
}

/// The access matrix.
fn access(run: &Run, text: &mut String) -> std::fmt::Result {
    for matrix in run.matrices.values() {
        writeln!(text, "\n## Access\n\n{}\n", inline(access::LEGEND))?;
        write!(text, "| resource | operation | does |")?;
        for identity in &matrix.identities {
            write!(text, " {} |", inline(identity))?;
        }
        writeln!(
            text,
            "\n|---|---|---|{}",
            "---|".repeat(matrix.identities.len())
        )?;
        for (name, rows) in access::blocks(&matrix.rows) {
            for row in rows {
                write!(
                    text,
                    "| {} | {} | {} |",
                    inline(&name),
                    inline(&row.operation),
                    row.class
                )?;
                for cell in &row.cells {
                    write!(text, " {} |", inline(&access::mark(cell)))?;
                }
                writeln!(text)?;
            }
        }
        writeln!(text, "\n{}.", inline(&access::counts(matrix)))?;
        for (reason, count) in access::reasons(matrix) {
            writeln!(text, "\n- {count} × {}", inline(&reason))?;
        }
    }
    Ok(())
}

fn flaws(run: &Run, text: &mut String) -> std::fmt::Result {
    let Some(started) = &run.started else {
        return Ok(());
    };
    if started.flaws.is_empty() {
        return Ok(());
    }
    writeln!(text, "\n## Flaws of the description\n")?;
    for flaw in &started.flaws {
        write!(
            text,
            "- {}: {}",
            code(&flaw.location.to_string()),
            inline(flaw.message.lines().next().unwrap_or_default())
        )?;
        if let Some(part) = &flaw.quarantined {
            write!(text, "; not checked: {}", inline(part))?;
        }
        writeln!(text)?;
    }
    Ok(())
}

fn ledger(rows: &[LedgerRow], style: &Style, text: &mut String) -> std::fmt::Result {
    let (requirements, checks): (Vec<&LedgerRow>, Vec<&LedgerRow>) = rows
        .iter()
        .partition(|row| matches!(row.promise, Promise::Requirement { .. }));
    if !requirements.is_empty() {
        writeln!(text, "\n## Requirements\n")?;
        writeln!(
            text,
            "| verdict | id | requirement | evidence |\n|---|---|---|---|"
        )?;
        for row in requirements {
            writeln!(
                text,
                "| {} | {} | {} | {} |",
                row.verdict.word(),
                inline(&row.promise.to_string()),
                inline(row.text.as_deref().unwrap_or_default()),
                inline(&evidence(row, style.masked))
            )?;
        }
    }
    if style.verbose && !checks.is_empty() {
        writeln!(text, "\n## Checks\n")?;
        writeln!(text, "| verdict | promise | evidence |\n|---|---|---|")?;
        for row in &checks {
            let promise = inline(&row.promise.to_string());
            writeln!(
                text,
                "| {} | {promise} | {} |",
                row.verdict.word(),
                inline(&evidence(row, style.masked))
            )?;
        }
    }
    let undecided: Vec<(&Verdict, &LedgerRow, &str)> = rows
        .iter()
        .filter_map(|row| Some((&row.verdict, row, row.verdict.reason()?)))
        .collect();
    if !undecided.is_empty() {
        writeln!(text, "\n## Not decided, and why\n")?;
        writeln!(text, "| verdict | promise | reason |\n|---|---|---|")?;
        for (verdict, row, reason) in undecided {
            let promise = inline(&row.promise.to_string());
            writeln!(
                text,
                "| {} | {promise} | {} |",
                verdict.word(),
                inline(reason)
            )?;
        }
    }
    Ok(())
}

/// A block of code whose fence is longer than any in it.
fn fenced(language: &str, content: &str, text: &mut String) -> std::fmt::Result {
    let fence = "`".repeat(longest_ticks(content).max(2) + 1);
    writeln!(text, "{fence}{language}\n{content}{fence}")
}

/// Code within a line.
fn code(content: &str) -> String {
    let content = plain::line(content);
    let ticks = "`".repeat(longest_ticks(&content) + 1);
    let space = if content.starts_with('`') || content.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{ticks}{space}{content}{space}{ticks}")
}

fn longest_ticks(text: &str) -> usize {
    text.split(|one| one != '`')
        .map(str::len)
        .max()
        .unwrap_or(0)
}

/// Text within a line: what Markdown and HTML would act on is escaped, but for code spans.
fn inline(content: &str) -> String {
    let content = plain::line(content);
    let paired = content.matches('`').count().is_multiple_of(2);
    let mut escaped = String::with_capacity(content.len());
    let mut in_code = false;
    let mut before = ' ';
    let mut characters = content.chars().peekable();
    while let Some(character) = characters.next() {
        let after = characters.peek().copied().unwrap_or(' ');
        match character {
            '`' if paired => {
                in_code = !in_code;
                escaped.push('`');
            }
            // Tables end cells even in code.
            '|' => escaped.push_str("\\|"),
            other if in_code => escaped.push(other),
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '_' if before.is_alphanumeric() && after.is_alphanumeric() => escaped.push('_'),
            '*' | '_' | '[' | ']' | '\\' | '~' | '`' => {
                escaped.push('\\');
                escaped.push(character);
            }
            other => escaped.push(other),
        }
        before = character;
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_no_markup_and_code_stays_code() {
        assert_eq!(
            inline("a_b *c* <b> `x_y*<` d|e"),
            "a_b \\*c\\* &lt;b> `x_y*<` d\\|e"
        );
        assert_eq!(inline("one ` tick"), "one \\` tick");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`a"), "`` `a ``");
    }

    #[test]
    fn a_fence_holds_fences() {
        let mut text = String::new();
        fenced("sh", "````\n", &mut text).expect("memory does not fail");
        assert_eq!(text, "`````sh\n````\n`````\n");
    }
}
