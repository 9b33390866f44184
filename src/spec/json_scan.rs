//! A scan over JSON text that knows only strings and brackets: fast on large sources.

use super::locate::Trail;

/// The byte offset of the part that the tokens lead to, or of the nearest part around it.
/// The text is valid JSON, since it was read before; on anything else the scan ends early.
pub(super) fn offset(text: &str, tokens: &[&str]) -> usize {
    let bytes = text.as_bytes();
    let start = bytes
        .iter()
        .position(|byte| !byte.is_ascii_whitespace())
        .unwrap_or(0);
    let mut trail = Trail::new(tokens, start);
    let mut frames: Vec<Frame> = Vec::new();
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        let level = frames.len().saturating_sub(1);
        // Whatever begins here is an element, if a list is open.
        if !matches!(byte, b']' | b'}' | b',' | b':')
            && !byte.is_ascii_whitespace()
            && let Some(Frame::Array {
                index,
                fresh: fresh @ true,
            }) = frames.last_mut()
        {
            *fresh = false;
            if trail
                .wanted(level)
                .is_some_and(|token| token.parse() == Ok(*index))
            {
                trail.step(level, at);
            }
        }
        match byte {
            b'{' => frames.push(Frame::Object { key: true }),
            b'[' => frames.push(Frame::Array {
                index: 0,
                fresh: true,
            }),
            b'}' | b']' => {
                trail.leave(level);
                frames.pop();
            }
            b',' => {
                trail.leave(level);
                match frames.last_mut() {
                    Some(Frame::Object { key }) => *key = true,
                    Some(Frame::Array { index, fresh }) => {
                        *index += 1;
                        *fresh = true;
                    }
                    None => {}
                }
            }
            b'"' => {
                let end = end_of_string(bytes, at);
                if let Some(Frame::Object { key: key @ true }) = frames.last_mut() {
                    *key = false;
                    if let Some(token) = trail.wanted(level)
                        && is_token(&text[at..end], token)
                    {
                        trail.step(level, at);
                    }
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    trail.found()
}

enum Frame {
    Object {
        /// Whether the next string is a key.
        key: bool,
    },
    Array {
        index: usize,
        /// Whether the element `index` has not begun.
        fresh: bool,
    },
}

/// The offset after the closing quote of the string that begins at `at`.
pub(super) fn end_of_string(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Whether a quoted string means the token.
fn is_token(quoted: &str, token: &str) -> bool {
    let inner = quoted
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(quoted);
    if inner.contains('\\') {
        serde_json::from_str::<String>(quoted).is_ok_and(|key| key == token)
    } else {
        inner == token
    }
}
