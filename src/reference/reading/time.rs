//! Times in RFC 3339.

use jiff::Timestamp;

/// A time of RFC 3339 in microseconds since the Unix epoch. The parser of `jiff` takes
/// more than the RFC allows, so that the form is looked at first.
pub(super) fn microseconds(text: &str) -> Option<i64> {
    has_form(text.as_bytes()).then_some(())?;
    text.parse::<Timestamp>()
        .ok()
        .map(Timestamp::as_microsecond)
}

fn has_form(text: &[u8]) -> bool {
    let Some((head, rest)) = text.split_at_checked(19) else {
        return false;
    };
    let digits = |range: &[u8]| range.iter().all(u8::is_ascii_digit);
    let head_holds = head.iter().enumerate().all(|(place, byte)| match place {
        4 | 7 => *byte == b'-',
        10 => matches!(byte, b'T' | b't'),
        13 | 16 => *byte == b':',
        _ => byte.is_ascii_digit(),
    });
    let offset = match rest.strip_prefix(b".") {
        None => rest,
        Some(rest) => {
            let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if length == 0 {
                return false;
            }
            &rest[length..]
        }
    };
    let offset_holds = match offset {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => digits(&[*h1, *h2, *m1, *m2]),
        _ => false,
    };
    head_holds && offset_holds
}

#[cfg(test)]
mod tests {
    use super::microseconds;

    #[test]
    fn only_the_form_of_the_rfc_passes() {
        assert_eq!(microseconds("1970-01-01T00:00:01Z"), Some(1_000_000));
        assert_eq!(microseconds("1970-01-01T01:00:00.5+01:00"), Some(500_000));
        for bad in [
            "1970-01-01",
            "1970-01-01T00Z",
            "1970-01-01 00:00:00Z",
            "1970-13-01T00:00:00Z",
        ] {
            assert_eq!(microseconds(bad), None, "{bad}");
        }
    }
}
