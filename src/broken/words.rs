//! What findings show of answers and values: short, and without secrets.

use std::fmt::Write as _;

use http::StatusCode;
use serde_json::Value;

use crate::http::Exchange;
use crate::pointer::Pointer;
use crate::verdict::{REDACTED, is_secret_member, redact_members};

/// Members and elements of a container that are shown, one per line.
const LINES: usize = 16;
/// Characters of a value on one line.
const LINE: usize = 100;
/// Characters of a body that is no JSON.
const TEXT: usize = 400;
/// How deep values on one line are shown.
const DEPTH: usize = 4;

/// `404 Not Found`.
pub(crate) fn status(status: u16) -> String {
    let reason = StatusCode::from_u16(status)
        .ok()
        .and_then(|code| code.canonical_reason());
    match reason {
        Some(reason) => format!("{status} {reason}"),
        None => status.to_string(),
    }
}

/// The status of the answer and the beginning of its body.
pub(crate) fn answer(exchange: &Exchange) -> String {
    let status = status(exchange.status());
    match exchange.json() {
        Some(body) => format!("{status}\n{}", value(body)),
        None => match exchange.response() {
            Some(response) if !response.body.is_empty() => {
                format!("{status}\n{}", text(&response.body))
            }
            _ => status,
        },
    }
}

/// The beginning of a body as text.
pub(crate) fn text(body: &[u8]) -> String {
    let head = &body[..body.len().min(4 * TEXT)];
    let shown = String::from_utf8_lossy(head);
    if shown.contains('\0') {
        return format!("‹binary, {} bytes›", body.len());
    }
    let shown = match redact_members(&shown) {
        Some(redacted) => redacted.into(),
        None => shown,
    };
    let cut = cut(shown.trim(), TEXT);
    if cut.ends_with('…') || head.len() == body.len() {
        cut
    } else {
        cut + "…"
    }
}

/// A value, containers with a line for each of their parts.
pub(crate) fn value(value: &Value) -> String {
    with_member(value, None)
}

/// A value as in [`value`], an object with one member more: `"name": ‹what›`.
pub(crate) fn with_member(value: &Value, more: Option<(&str, &str)>) -> String {
    let mut text = String::new();
    match value {
        Value::Object(members) => {
            text.push_str("{\n");
            for (name, member) in members.iter().take(LINES) {
                text.push_str("  ");
                name_into(name, &mut text);
                member_into(name, member, &mut text);
                text.push('\n');
            }
            if members.len() > LINES {
                let _ = writeln!(text, "  … {} more", members.len() - LINES);
            }
            if let Some((name, what)) = more {
                text.push_str("  ");
                name_into(name, &mut text);
                let _ = writeln!(text, "‹{what}›");
            }
            text.push('}');
        }
        Value::Array(elements) => {
            text.push_str("[\n");
            for element in elements.iter().take(LINES) {
                let _ = writeln!(text, "  {}", line(element));
            }
            if elements.len() > LINES {
                let _ = writeln!(text, "  … {} more", elements.len() - LINES);
            }
            text.push(']');
        }
        scalar => text = line(scalar),
    }
    text
}

fn name_into(name: &str, text: &mut String) {
    let _ = write!(text, "{}: ", Value::String(cut(name, LINE)));
}

fn member_into(name: &str, member: &Value, text: &mut String) {
    if is_secret_member(name) && member.is_string() {
        text.push_str(REDACTED);
    } else {
        text.push_str(&line(member));
    }
}

/// The part of a body at `pointer` on one line; hidden when its name says that it is secret.
pub(crate) fn part(pointer: &Pointer, value: &Value) -> String {
    if pointer.last().is_some_and(|name| is_secret_member(&name)) {
        return REDACTED.to_owned();
    }
    match value {
        Value::Object(_) => format!("object {}", line(value)),
        Value::Array(_) => format!("array {}", line(value)),
        scalar => line(scalar),
    }
}

/// A value on one line.
pub(crate) fn line(value: &Value) -> String {
    let mut text = String::new();
    line_into(value, DEPTH, &mut text);
    cut(&text, LINE)
}

fn line_into(value: &Value, depth: usize, text: &mut String) {
    // What is longer than this is cut anyway.
    if text.len() > 4 * LINE {
        return;
    }
    match value {
        Value::Object(members) if members.is_empty() => text.push_str("{}"),
        Value::Array(elements) if elements.is_empty() => text.push_str("[]"),
        Value::Object(_) if depth == 0 => text.push_str("{…}"),
        Value::Array(_) if depth == 0 => text.push_str("[…]"),
        Value::Object(members) => {
            text.push('{');
            for (index, (name, member)) in members.iter().take(LINES).enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                name_into(name, text);
                if is_secret_member(name) && member.is_string() {
                    text.push_str(REDACTED);
                } else {
                    line_into(member, depth - 1, text);
                }
            }
            text.push('}');
        }
        Value::Array(elements) => {
            text.push('[');
            for (index, element) in elements.iter().take(LINES).enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                line_into(element, depth - 1, text);
            }
            text.push(']');
        }
        Value::String(string) => {
            text.push_str(&Value::String(cut(string, LINE)).to_string());
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

/// A text on one line, cut when it is long.
pub(crate) fn one_line(text: &str, limit: usize) -> String {
    cut(text, limit).replace(char::is_control, " ")
}

/// The first characters of a text, with a sign when some are missing.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn objects_have_a_line_for_each_member_and_no_secrets() {
        let object = json!({"id": 1, "api_key": "thnv", "owner": {"token": "x", "tags": [1, 2]}});
        assert_eq!(
            super::with_member(&object, Some(("name", "string"))),
            "{\n  \"id\": 1\n  \"api_key\": ‹redacted›\n  \"owner\": {\"token\": ‹redacted›, \
             \"tags\": [1, 2]}\n  \"name\": ‹string›\n}"
        );
    }

    #[test]
    fn long_and_deep_values_are_cut() {
        let mut deep = json!("x".repeat(1000));
        for _ in 0..1000 {
            deep = json!([deep, 1]);
        }
        assert!(super::value(&deep).len() < 200);
        assert_eq!(
            super::text(br#"{"token": "x",}"#),
            r#"{"token": "‹redacted›",}"#
        );
        assert_eq!(super::text(&[0, 1, 2]), "‹binary, 3 bytes›");
        assert!(super::text("é".repeat(1000).as_bytes()).ends_with("é…"));
    }
}
