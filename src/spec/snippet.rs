//! A message that shows the lines of the description it is about.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use super::locate::{locate, locate_all};
use crate::api::Flaw;
use crate::document::{Document, Place, Source};
use crate::pointer::{Location, Pointer};

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
    match document.written(place) {
        Some((source, pointer)) => snippet_in(source, &pointer, message, help, colour),
        None => message.to_owned(),
    }
}

/// A [`snippet`] of one source.
pub fn snippet_in(
    source: &Source,
    pointer: &Pointer,
    message: &str,
    help: Option<&str>,
    colour: bool,
) -> String {
    let location = locate(source, pointer);
    render(source, &location, message, help, colour)
}

/// A [`snippet`] for each flaw, in their order; each source is read only once.
pub fn snippets(document: &Document, flaws: &[Flaw], colour: bool) -> Vec<String> {
    let mut shown = vec![String::new(); flaws.len()];
    let written: Vec<Option<(&Source, Pointer)>> = flaws
        .iter()
        .map(|flaw| document.written(&flaw.place))
        .collect();
    for source in document.sources.iter().chain(&document.overlays) {
        let (here, pointers): (Vec<usize>, Vec<&Pointer>) = written
            .iter()
            .enumerate()
            .filter_map(|(at, written)| {
                let (text, pointer) = written.as_ref()?;
                std::ptr::eq(*text, source).then_some((at, pointer))
            })
            .unzip();
        if pointers.is_empty() {
            continue;
        }
        for (at, location) in here.into_iter().zip(locate_all(source, &pointers)) {
            let flaw = &flaws[at];
            shown[at] = render(
                source,
                &location,
                &flaw.message,
                flaw.help.as_deref(),
                colour,
            );
        }
    }
    shown
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

/// How much of a line to underline: the quoted string, or the word up to a colon or to what
/// ends it between brackets.
fn token_length(rest: &str) -> usize {
    let rest = rest.trim_end();
    if rest.starts_with('"') {
        return super::json_scan::end_of_string(rest.as_bytes(), 0).min(rest.len());
    }
    let mut open = 0_usize;
    let mut end = rest.len();
    for (at, character) in rest.char_indices() {
        let ends = match character {
            ':' => rest[at + 1..]
                .chars()
                .next()
                .is_none_or(char::is_whitespace),
            ',' => open == 0,
            '{' | '[' => {
                open += 1;
                // Not the braces of a path template.
                at == 0 || rest[..at].ends_with(char::is_whitespace)
            }
            '}' | ']' => {
                open = open.wrapping_sub(1);
                open == usize::MAX
            }
            _ => false,
        };
        if ends {
            end = at;
            break;
        }
    }
    end.max(rest.chars().next().map_or(0, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::document::Format;

    fn document(text: &str, format: Format) -> Document {
        Document {
            sources: vec![Source {
                uri: "file:///x".to_owned(),
                name: "x".into(),
                text: text.into(),
                format,
                value: Value::Null.into(),
            }],
            ..Document::default()
        }
    }

    #[test]
    fn the_first_and_the_last_line_can_be_shown() {
        let document = document("first: 1\r\nlast: 2", Format::Yaml);
        let shown = |pointer: &str| {
            let place = Place::new(0, Pointer::new(pointer));
            snippet(&document, &place, "wrong", Some("right"), false)
        };
        assert_eq!(
            shown("/first"),
            "error: wrong\n --> x:1:1\n  |\n1 | first: 1\n  | ^^^^^\n2 | last: 2\n  |\n  = help: right"
        );
        assert!(shown("/last").contains("2 | last: 2\n  | ^^^^"));
    }

    #[test]
    fn megabytes_in_one_line_are_not_shown() {
        let text = format!("{{\"a\": \"{}\", \"b\": 1}}", "x".repeat(1_000_000));
        let document = document(&text, Format::Json);
        let place = Place::new(0, Pointer::new("/b"));
        assert_eq!(
            snippet(&document, &place, "wrong", None, false),
            "error: wrong\n--> x:1:1000011"
        );
    }

    #[test]
    fn words_end_where_they_end() {
        for (rest, length) in [
            ("/pets/{id}: x", 10),
            ("a, b", 1),
            ("a}", 1),
            ("{a: 1}", 1),
            ("\"a b\": 1", 5),
            ("ü: 1", 2),
            ("http://x: 1", 8),
            ("", 0),
        ] {
            assert_eq!(token_length(rest), length, "{rest}");
        }
    }
}
