//! Text from servers made safe for terminals: no control codes, no reordering.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character could do something to a terminal instead of being shown.
fn acts(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The text on one line, control characters escaped.
pub(super) fn line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            other if acts(other) => {
                write!(safe, "\\u{{{:x}}}", u32::from(other))
                    .expect("writing to a string does not fail");
            }
            other => safe.push(other),
        }
    }
    Cow::Owned(safe)
}

/// The first `limit` characters, with an ellipsis when there are more.
pub(super) fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        Some((at, _)) => Cow::Owned(format!("{}…", &text[..at])),
        None => Cow::Borrowed(text),
    }
}

/// Breaks a text at spaces into lines of at most `width` characters. Longer words stay whole.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let size = word.chars().count();
        if length > 0 && length + 1 + size > width {
            lines.push(std::mem::take(&mut current));
            length = 0;
        }
        if length > 0 {
            current.push(' ');
            length += 1;
        }
        current.push_str(word);
        length += size;
    }
    if !current.is_empty() {
        lines.push(current);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_codes_are_shown_and_not_obeyed() {
        assert_eq!(line("a\x1b[31mb\u{202e}\n"), "a\\u{1b}[31mb\\u{202e}\\n");
        assert_eq!(line("ü ‹x›"), "ü ‹x›");
    }

    #[test]
    fn long_text_is_cut_and_wrapped() {
        assert_eq!(cut("äöü", 2), "äö…");
        assert_eq!(wrap("aa bb  cccccc d", 5), ["aa bb", "cccccc", "d"]);
    }
}
