//! Percent-encoding (RFC 3986).

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but unreserved characters (RFC 3986, section 2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// As before, and the dot too: where a dot separates.
const NO_DOT: &AsciiSet = &UNRESERVED.add(b'.');

/// With `allowReserved`: reserved characters stay, but for those that would end the value or
/// be read as something else (`#`, `&`, `+`, brackets).
const RESERVED_TOO: &AsciiSet = &UNRESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// What the literal part of a path template may not hold. Escapes that are there stay.
const TEMPLATE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A value or name of which nothing is syntax.
pub(super) fn value(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// A value in a place where dots separate.
pub(super) fn without_dots(text: &str) -> String {
    utf8_percent_encode(text, NO_DOT).to_string()
}

/// A value with `allowReserved`. `separator` is escaped, since it separates.
pub(super) fn reserved(text: &str, separator: Option<char>) -> String {
    let escaped = utf8_percent_encode(text, RESERVED_TOO).to_string();
    match separator {
        Some(',') => escaped.replace(',', "%2C"),
        _ => escaped,
    }
}

/// The literal part of a path template.
pub(super) fn template(text: &str, into: &mut String) {
    into.extend(utf8_percent_encode(text, TEMPLATE));
}

/// Segments `.` and `..` escaped, so that no client takes them as steps.
pub(super) fn dot_segments(path: &str) -> String {
    let (path, query) = path
        .split_once('?')
        .map_or((path, None), |(path, query)| (path, Some(query)));
    let mut escaped = path
        .split('/')
        .map(|segment| match segment {
            "." => "%2E",
            ".." => "%2E%2E",
            other => other,
        })
        .collect::<Vec<_>>()
        .join("/");
    if let Some(query) = query {
        escaped.push('?');
        escaped.push_str(query);
    }
    escaped
}
