//! The beginning of a body, laid out for reading.

use serde_json::Value;

use super::plain;
use crate::verdict::Body;

/// JSON that is no longer stays on one line.
const ONE_LINE: usize = 100;
/// Longer bodies are not parsed for their layout.
const PARSED: usize = 256 << 10;

/// At most `lines` lines of at most `columns` characters, safe to print. JSON is indented
/// unless it is short.
pub(super) fn excerpt(body: &Body, lines: usize, columns: usize) -> Vec<String> {
    let text = body.text();
    let laid_out = if text.len() <= PARSED {
        serde_json::from_str::<Value>(&text).ok()
    } else {
        None
    };
    let text = match laid_out {
        Some(value) => {
            let short = value.to_string();
            if short.chars().count() <= ONE_LINE {
                short
            } else {
                format!("{value:#}")
            }
        }
        None => text.into_owned(),
    };
    let all = text.lines().count();
    // One line more than is left out would say as much.
    let kept = if all > lines + 1 { lines } else { all };
    let mut excerpt: Vec<String> = text
        .lines()
        .take(kept)
        .map(|line| plain::cut(&plain::line(line), columns).into_owned())
        .collect();
    if all > kept {
        excerpt.push(format!("… {} more lines", all - kept));
    }
    excerpt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_json_stays_on_a_line_and_long_json_is_cut() {
        let body = |text: String| Body::Text(text);
        assert_eq!(excerpt(&body("{ \"a\" :1}".into()), 5, 80), ["{\"a\":1}"]);
        let long = format!("[{}1]", "1,".repeat(100));
        let lines = excerpt(&body(long), 3, 80);
        assert_eq!(lines, ["[", "  1,", "  1,", "… 100 more lines"]);
        let wide = excerpt(&body("x".repeat(1_000_000)), 3, 10);
        assert_eq!(wide, ["xxxxxxxxxx…"]);
    }
}
