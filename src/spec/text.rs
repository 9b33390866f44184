//! Bytes to text: encodings, and what clearly is no description.

use std::sync::Arc;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};

use super::SpecError;
use crate::pointer::Location;

/// The text of a source: UTF-8, or UTF-16 by its byte order mark or its zero bytes. The mark
/// itself is left out.
pub(super) fn decode(name: &str, bytes: Vec<u8>) -> Result<String, SpecError> {
    if let Some(kind) = magic(&bytes) {
        return Err(SpecError::Binary {
            name: name.to_owned(),
            kind,
        });
    }
    let encoding = match bytes.as_slice() {
        [0xFF, 0xFE, ..] => UTF_16LE,
        [0xFE, 0xFF, ..] => UTF_16BE,
        // The first two characters of any description are ASCII (RFC 4627, section 3).
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => UTF_16LE,
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => UTF_16BE,
        _ => UTF_8,
    };
    let text = if encoding == UTF_8 {
        utf8(name, bytes)?
    } else {
        let (text, malformed) = encoding.decode_with_bom_removal(&bytes);
        if malformed {
            return Err(SpecError::Binary {
                name: name.to_owned(),
                kind: "broken UTF-16",
            });
        }
        text.into_owned()
    };
    if text.contains('\0') {
        return Err(SpecError::Binary {
            name: name.to_owned(),
            kind: "a binary file",
        });
    }
    refuse_markup(name, &text)?;
    Ok(text)
}

fn utf8(name: &str, bytes: Vec<u8>) -> Result<String, SpecError> {
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        if bytes[..bytes.len().min(8192)].contains(&0) {
            return SpecError::Binary {
                name: name.to_owned(),
                kind: "a binary file",
            };
        }
        let before = String::from_utf8_lossy(&bytes[..valid]);
        SpecError::Encoding {
            location: position(name, &before, before.len()),
            byte: bytes[valid],
        }
    })?;
    if text.starts_with('\u{FEFF}') {
        text.drain(..'\u{FEFF}'.len_utf8());
    }
    Ok(text)
}

/// The kind of file that the first bytes give away.
fn magic(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 8] = [
        (b"PK\x03\x04", "a ZIP archive"),
        (b"\x1f\x8b", "a gzip archive; unpack it"),
        (b"%PDF-", "a PDF"),
        (b"\x89PNG", "an image"),
        (b"\xff\xd8\xff", "an image"),
        (b"GIF8", "an image"),
        (b"\x7fELF", "a program"),
        (b"\xcf\xfa\xed\xfe", "a program"),
    ];
    KINDS
        .iter()
        .find(|(start, _)| bytes.starts_with(start))
        .map(|(_, kind)| *kind)
}

fn refuse_markup(name: &str, text: &str) -> Result<(), SpecError> {
    let start = text.trim_start();
    if !start.starts_with('<') {
        return Ok(());
    }
    let head: String = start.chars().take(1024).collect::<String>().to_lowercase();
    let name = name.to_owned();
    if head.contains("<!doctype html") || head.contains("<html") || head.contains("<body") {
        return Err(SpecError::Html { name });
    }
    if head.starts_with("<<") {
        // A YAML merge key.
        return Ok(());
    }
    Err(SpecError::Xml { name })
}

/// Line and column of a byte offset in `text`.
pub(super) fn position(name: &str, text: &str, offset: usize) -> Location {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let lines = before.bytes().filter(|byte| *byte == b'\n').count();
    Location {
        source: Arc::from(name),
        line: u32::try_from(lines + 1).unwrap_or(u32::MAX),
        column: u32::try_from(before[line_start..].chars().count() + 1).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_order_marks_and_utf_16_are_understood() {
        let text = "openapi: 3.1.0 # ö\n";
        let mut marked = vec![0xEF, 0xBB, 0xBF];
        marked.extend_from_slice(text.as_bytes());
        assert_eq!(decode("x", marked).expect("UTF-8"), text);
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode("x", little.clone()).expect("UTF-16LE"), text);
        let mut little_marked = vec![0xFF, 0xFE];
        little_marked.extend(little);
        assert_eq!(decode("x", little_marked).expect("UTF-16LE"), text);
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode("x", big).expect("UTF-16BE"), text);
    }

    #[test]
    fn latin_1_is_refused_with_its_place() {
        let error = decode("x.yaml", b"a: b\nc: \xe4\n".to_vec()).expect_err("Latin-1");
        assert_eq!(
            error.to_string(),
            "x.yaml:2:4: the byte 0xE4 is no UTF-8; save the description as UTF-8"
        );
    }
}
