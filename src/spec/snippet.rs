//! A message that shows the lines of the description it is about.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use super::locate::locate;
use crate::document::{Document, Place, Source};
use crate::pointer::Location;

/// Longer lines are not shown: generated JSON is often one line of megabytes.
const LONGEST_LINE: usize = 400;

/// The message with `file:line:column`, the lines around the place, and the help. Colours are
/// for terminals.
pub fn snippet(
    document: &Document,
    place: &Place,
    message: &str,
    help: Option<&str>,
    colour: bool,
) -> String {
    let Some(source) = document.sources.get(place.source) else {
        return message.to_owned();
    };
    let location = locate(source, &place.pointer);
    render(source, &location, message, help, colour)
}

fn render(
    source: &Source,
    location: &Location,
    message: &str,
    help: Option<&str>,
    colour: bool,
) -> String {
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let title = Level::ERROR.primary_title(message);
    let mut group = match excerpt(&source.text, location) {
        Some(excerpt) => title.element(
            Snippet::source(excerpt.text)
                .line_start(excerpt.first_line)
                .path(&*source.name)
                .fold(false)
                .annotation(AnnotationKind::Primary.span(excerpt.span)),
        ),
        None => title.element(
            Origin::path(&*source.name)
                .line(location.line as usize)
                .char_column(location.column as usize),
        ),
    };
    if let Some(help) = help {
        group = group.element(Level::HELP.message(help));
    }
    renderer.render(&[group])
}

struct Excerpt<'t> {
    text: &'t str,
    first_line: usize,
    span: Range<usize>,
}

/// The line of the location with one line before and after.
fn excerpt<'t>(text: &'t str, location: &Location) -> Option<Excerpt<'t>> {
    let wanted = location.line as usize;
    let mut start = 0;
    let mut before = 0;
    let mut number = 0_usize;
    let mut range = None;
    for line in text.split_inclusive('\n') {
        number += 1;
        if line.len() > LONGEST_LINE && number.abs_diff(wanted) <= 1 {
            return None;
        }
        if number == wanted {
            let column = location.column as usize - 1;
            let at = line
                .char_indices()
                .nth(column)
                .map_or(line.trim_end().len(), |(at, _)| at);
            let length = token_length(&line[at..]);
            range = Some((start + at)..(start + at + length));
            before = if wanted > 1 { before } else { start };
        }
        if number > wanted {
            return range.map(|range| cut(text, before, start + line.len(), wanted, range));
        }
        if number < wanted {
            before = start;
        }
        start += line.len();
    }
    range.map(|range| cut(text, before, start, wanted, range))
}

fn cut(text: &str, from: usize, to: usize, wanted: usize, range: Range<usize>) -> Excerpt<'_> {
    Excerpt {
        text: text[from..to].trim_end_matches(['\n', '\r']),
        first_line: wanted.saturating_sub(1).max(1),
        span: (range.start - from)..(range.end - from),
    }
}

/// How much of a line to underline: the quoted string, or the word up to a colon.
fn token_length(rest: &str) -> usize {
    let rest = rest.trim_end();
    if rest.starts_with('"') {
        return super::json_scan::end_of_string(rest.as_bytes(), 0).min(rest.len());
    }
    let end = rest
        .char_indices()
        .find(|(at, character)| {
            *character == ':'
                && rest[at + 1..]
                    .chars()
                    .next()
                    .is_none_or(char::is_whitespace)
                || matches!(character, '{' | '[' | '}' | ']' | ',')
        })
        .map_or(rest.len(), |(at, _)| at);
    end.max(rest.chars().next().map_or(0, char::len_utf8))
}
