//! A scan over JSON text that knows only strings and brackets: fast on large sources.

use super::trail::Trail;
use crate::pointer::Pointer;

/// The byte offset of what each pointer leads to, or of the nearest part around it. The text
/// is valid JSON, since it was read before; on anything else the scan ends early.
pub(super) fn offsets(text: &str, pointers: &[&Pointer]) -> Vec<usize> {
    let bytes = text.as_bytes();
    let start = bytes
        .iter()
        .position(|byte| !byte.is_ascii_whitespace())
        .unwrap_or(0);
    let mut trail = Trail::new(pointers, &start);
    let mut frames: Vec<Frame> = Vec::new();
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        // Whatever begins here is an element, if a list is open.
        if !matches!(byte, b']' | b'}' | b',' | b':')
            && !byte.is_ascii_whitespace()
            && let Some(Frame::Array {
                index,
                fresh: fresh @ true,
            }) = frames.last_mut()
        {
            *fresh = false;
            trail.step(&at, |token| token.parse() == Ok(*index));
        }
        match byte {
            b'{' => {
                frames.push(Frame::Object { key: true });
                trail.open();
            }
            b'[' => {
                frames.push(Frame::Array {
                    index: 0,
                    fresh: true,
                });
                trail.open();
            }
            b'}' | b']' => {
                frames.pop();
                trail.close();
            }
            b',' => match frames.last_mut() {
                Some(Frame::Object { key }) => *key = true,
                Some(Frame::Array { index, fresh }) => {
                    *index += 1;
                    *fresh = true;
                }
                None => {}
            },
            b'"' => {
                let end = end_of_string(bytes, at);
                if let Some(Frame::Object { key: key @ true }) = frames.last_mut() {
                    *key = false;
                    // Nothing is compared where no pointer leads.
                    if trail.is_off() {
                        trail.step(&at, |_| false);
                    } else {
                        let quoted = &text[at..end];
                        trail.step(&at, |token| is_token(quoted, token));
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
