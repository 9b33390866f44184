//! `assize list editions` and `assize explain CONTRACT@DATE`: what changed on which day.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::CliError;
use super::subject::{Subject, find};
use crate::contract::{Changed, changed};
use crate::engine::{self, Edition, Wanted};
use crate::spec::NoFetch;
use crate::verdict::Requirement;

/// Columns of a line.
const WIDTH: usize = 88;
/// How many operations of a kind are named.
const NAMED: usize = 100;

/// The editions of a contract: date and the titles of its overlays.
pub(super) fn list(contract: &str) -> Result<Vec<(String, String)>, CliError> {
    let subject = find(contract)?;
    let dates = subject.contract.editions();
    if dates.is_empty() {
        return Err(CliError::Input(format!(
            "{} has no editions; `edition` in contract.toml says the date of its description",
            subject.name
        )));
    }
    let latest = at(&subject, None)?;
    Ok(dates
        .iter()
        .map(|date| {
            let titles: Vec<&str> = titles(&latest, *date);
            let line = if titles.is_empty() {
                "the description itself".to_owned()
            } else {
                titles.join("; ")
            };
            (date.to_string(), line)
        })
        .collect())
}

/// What changed with an edition, if `id` names one: `thenvoi@2026-02-10`.
pub(super) fn explain(id: &str) -> Result<Option<String>, CliError> {
    if !id.contains('@') {
        return Ok(None);
    }
    let subject = find(id)?;
    let Some(asked) = subject.edition.clone() else {
        return Ok(None);
    };
    let now = at(&subject, Some(&asked))?;
    let Some(edition) = now.date else {
        return Ok(None);
    };
    let mut text = format!("# {}, edition {}\n\n", subject.name, edition.date);
    if let Some(note) = edition.note() {
        let _ = writeln!(text, "{note}.\n");
    }
    let dates = subject.contract.editions();
    let position = dates.iter().position(|date| *date == edition.date);
    let before = position.and_then(|position| dates.get(position.checked_sub(1)?));
    match before {
        None => first(&mut text, &now),
        Some(before) => {
            let before = at(&subject, Some(&before.to_string()))?;
            words(&mut text, &now, edition.date);
            operations(&mut text, &changed(&before.api, &now.api));
        }
    }
    let all = &subject.contract.requirements;
    let of = |wanted: &dyn Fn(&Requirement) -> bool| {
        all.iter().filter(|one| wanted(one)).collect::<Vec<_>>()
    };
    let begin = of(&|one| one.since == Some(edition.date));
    requirements(&mut text, "Requirements from this day on", &begin);
    let end = of(&|one| one.until == Some(edition.date));
    requirements(&mut text, "Requirements until this day", &end);
    let _ = writeln!(
        text,
        "{}, {}.",
        counted(now.api.operations.len(), "operation"),
        counted(now.contract.requirements.len(), "requirement")
    );
    Ok(Some(text))
}

fn at(subject: &Subject, edition: Option<&str>) -> Result<Edition, CliError> {
    let wanted = Wanted {
        name: &subject.name,
        input: &subject.input,
        edition,
        overlays: &[],
    };
    Ok(engine::load(subject.contract.clone(), wanted, &NoFetch)?)
}

fn titles(edition: &Edition, date: Date) -> Vec<&str> {
    edition
        .overlays
        .iter()
        .filter(|(dated, _)| *dated == Some(date))
        .map(|(_, overlay)| overlay.title.as_str())
        .collect()
}

/// The first edition changed nothing: what there is.
fn first(text: &mut String, edition: &Edition) {
    let _ = writeln!(
        text,
        "The first edition: the description itself, {}.\n",
        edition.api.title
    );
}

/// What the overlays of the day say.
fn words(text: &mut String, edition: &Edition, date: Date) {
    for (_, overlay) in edition
        .overlays
        .iter()
        .filter(|(dated, _)| *dated == Some(date))
    {
        let _ = writeln!(text, "{}\n", overlay.title);
        if let Some(description) = &overlay.description {
            let _ = writeln!(text, "{}\n", wrapped(description, ""));
        }
        for action in &overlay.actions {
            let words = action.description.as_ref().unwrap_or(&action.target);
            let _ = writeln!(text, "- {}", wrapped(words, "  "));
        }
        text.push('\n');
    }
}

fn operations(text: &mut String, changed: &Changed) {
    let differ: Vec<(String, String)> = changed
        .differ
        .iter()
        .map(|(id, parts)| (id.clone(), parts.join(", ")))
        .collect();
    for (title, all) in [
        ("Operations added", &changed.added),
        ("Operations removed", &changed.removed),
        ("Operations changed", &differ),
    ] {
        if all.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{title}: {}", all.len());
        let width = all.iter().map(|(id, _)| id.len()).max().unwrap_or_default();
        for (id, rest) in all.iter().take(NAMED) {
            let _ = writeln!(text, "  {id:<width$}  {rest}");
        }
        if all.len() > NAMED {
            let _ = writeln!(text, "  and {} more", all.len() - NAMED);
        }
        text.push('\n');
    }
    if *changed == Changed::default() {
        let _ = writeln!(
            text,
            "No operation changed what it takes or what it documents to answer.\n"
        );
    }
}

fn requirements(text: &mut String, title: &str, all: &[&Requirement]) {
    if all.is_empty() {
        return;
    }
    let _ = writeln!(text, "{title}: {}", all.len());
    for one in all {
        let _ = writeln!(text, "  {}\n    {}", one.id, wrapped(&one.text, "    "));
    }
    text.push('\n');
}

/// The words in lines that fit, all but the first indented.
fn wrapped(text: &str, indent: &str) -> String {
    let mut lines = String::new();
    let mut width = indent.len();
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if lines.is_empty() {
            width += length;
        } else if width + 1 + length > WIDTH {
            lines.push('\n');
            lines.push_str(indent);
            width = indent.len() + length;
        } else {
            lines.push(' ');
            width += 1 + length;
        }
        lines.push_str(word);
    }
    lines
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
