//! Replaces what differs between two equal runs: times, the port of the target, random ids.

use crate::verdict::Run;

/// The run as it reads when times, ports and random ids do not matter.
pub(super) fn masked(run: &Run) -> Run {
    let target = run
        .started
        .as_ref()
        .map(|started| started.target.clone())
        .unwrap_or_default();
    let authority = authority_with_port(&target).map(str::to_owned);
    run.map_texts(&|text| {
        let mut text = mask_ids_and_times(text);
        if let Some(authority) = &authority
            && let Some((host, _)) = authority.rsplit_once(':')
        {
            text = text.replace(authority.as_str(), &format!("{host}:‹port›"));
        }
        text
    })
}

/// `host:port` of a URL with a port.
fn authority_with_port(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (host, port) = authority.rsplit_once(':')?;
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    (digits && !host.is_empty()).then_some(authority)
}

/// A shape: `x` is a hexadecimal digit, `9` a decimal one, `a` a letter, the rest is meant
/// literally.
const UUID: &[u8] = b"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
/// RFC 3339 up to the seconds.
const TIME: &[u8] = b"9999-99-99T99:99:99";
/// The date of HTTP (RFC 9110, section 5.6.7).
const HTTP_DATE: &[u8] = b"aaa, 99 aaa 9999 99:99:99 GMT";

fn mask_ids_and_times(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut result = String::with_capacity(text.len());
    let mut kept = 0;
    let mut at = 0;
    while at < bytes.len() {
        let (end, name) = if starts_with(&bytes[at..], UUID) {
            (at + UUID.len(), "‹uuid›")
        } else if starts_with(&bytes[at..], TIME) {
            (end_of_time(bytes, at + TIME.len()), "‹time›")
        } else if starts_with(&bytes[at..], HTTP_DATE) {
            (at + HTTP_DATE.len(), "‹time›")
        } else {
            at += 1;
            continue;
        };
        // Shapes are ASCII, so that these are boundaries of characters.
        result.push_str(&text[kept..at]);
        result.push_str(name);
        (kept, at) = (end, end);
    }
    result.push_str(&text[kept..]);
    result
}

fn starts_with(bytes: &[u8], shape: &[u8]) -> bool {
    bytes.len() >= shape.len()
        && shape.iter().zip(bytes).all(|(shape, byte)| match shape {
            b'x' => byte.is_ascii_hexdigit(),
            b'9' => byte.is_ascii_digit(),
            b'a' => byte.is_ascii_alphabetic(),
            literal => literal == byte,
        })
}

/// Fraction and offset.
fn end_of_time(bytes: &[u8], mut at: usize) -> usize {
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
    }
    if bytes.get(at) == Some(&b'Z') {
        at + 1
    } else if starts_with(&bytes[at..], b"+99:99") || starts_with(&bytes[at..], b"-99:99") {
        at + 6
    } else {
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_times_are_masked_and_nothing_else() {
        let text =
            "é 6f1c0b1e-0000-4000-8000-00000000abcd at 2026-03-03T10:00:00.123+01:00, 2026-03-03";
        assert_eq!(mask_ids_and_times(text), "é ‹uuid› at ‹time›, 2026-03-03");
        let header = "Tue, 03 Mar 2026 10:00:00 GMT";
        assert_eq!(mask_ids_and_times(header), "‹time›");
    }

    #[test]
    fn the_port_is_found() {
        assert_eq!(authority_with_port("http://[::1]:80/x"), Some("[::1]:80"));
        assert_eq!(authority_with_port("http://host/a:80"), None);
    }
}
