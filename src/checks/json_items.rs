//! The items of sequential media types.

use serde_json::Value;

/// Items that are looked at.
const MAX_ITEMS: usize = 10_000;

/// The items of JSON Lines and of JSON text sequences (RFC 7464); `None` for other media types.
pub(super) fn of<'b>(
    essence: &str,
    body: &'b [u8],
) -> Option<impl Iterator<Item = serde_json::Result<Value>> + 'b> {
    let is = |names: &[&str]| names.iter().any(|name| essence.eq_ignore_ascii_case(name));
    let separator = if is(&[
        "application/jsonl",
        "application/x-ndjson",
        "application/ndjson",
    ]) {
        b'\n'
    } else if is(&["application/json-seq"]) {
        b'\x1E'
    } else {
        return None;
    };
    let items = body
        .split(move |byte| *byte == separator)
        .map(<[u8]>::trim_ascii)
        .filter(|item| !item.is_empty())
        .take(MAX_ITEMS)
        .map(serde_json::from_slice);
    Some(items)
}
