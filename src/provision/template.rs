//! References in values: `{room.id}` becomes what the run knows.

use serde_json::Value;

use crate::case::Reference;

/// The references in a string, with the byte ranges they stand in.
fn scan(text: &str) -> Vec<(std::ops::Range<usize>, Reference)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = text[from..].find('{').map(|at| at + from) {
        let Some(close) = text[open..].find('}').map(|at| at + open) else {
            break;
        };
        let inner = &text[open + 1..close];
        let is_name = |name: &str| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        };
        match inner.split_once('.') {
            Some((resource, output)) if is_name(resource) && is_name(output) => {
                found.push((
                    open..close + 1,
                    Reference {
                        resource: resource.to_owned(),
                        output: output.to_owned(),
                    },
                ));
                from = close + 1;
            }
            _ => from = open + 1,
        }
    }
    found
}

/// All references in a value, in document order.
pub fn references(value: &Value) -> Vec<Reference> {
    match value {
        Value::String(text) => scan(text)
            .into_iter()
            .map(|(_, reference)| reference)
            .collect(),
        Value::Array(elements) => elements.iter().flat_map(references).collect(),
        Value::Object(members) => members.values().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// `value` with each reference replaced by what `lookup` knows. A string that is nothing
/// but a reference becomes the value itself; within other text it becomes its text.
///
/// # Errors
/// What `lookup` says of the first reference it does not know.
pub(super) fn fill(
    value: &Value,
    lookup: &dyn Fn(&Reference) -> Result<Value, String>,
) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => {
            let found = scan(text);
            match found.as_slice() {
                [] => value.clone(),
                [(range, reference)] if *range == (0..text.len()) => lookup(reference)?,
                _ => {
                    let mut filled = String::new();
                    let mut from = 0;
                    for (range, reference) in found {
                        filled.push_str(&text[from..range.start]);
                        match lookup(&reference)? {
                            Value::String(inner) => filled.push_str(&inner),
                            other => filled.push_str(&other.to_string()),
                        }
                        from = range.end;
                    }
                    filled.push_str(&text[from..]);
                    Value::String(filled)
                }
            }
        }
        Value::Array(elements) => Value::Array(
            elements
                .iter()
                .map(|element| fill(element, lookup))
                .collect::<Result<_, _>>()?,
        ),
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, member)| Ok((name.clone(), fill(member, lookup)?)))
                .collect::<Result<_, String>>()?,
        ),
        other => other.clone(),
    })
}

/// What `path` selects in `value`: a JSON Pointer in which a token `[name=text]` means the
/// first element of an array whose member `name` is `text`, as in `/data/[id=42]/handle`.
pub fn select<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let mut value = value;
    let mut rest = path;
    while let Some(after) = rest.strip_prefix('/') {
        // The text of a filter may itself hold slashes.
        let end = match after.strip_prefix('[').and_then(|inner| inner.find(']')) {
            Some(close) => close + 2,
            None => after.find('/').unwrap_or(after.len()),
        };
        let (token, further) = after.split_at(end);
        rest = further;
        let filter = token
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        value = match filter.and_then(|filter| filter.split_once('=')) {
            Some((name, wanted)) => {
                value
                    .as_array()?
                    .iter()
                    .find(|element| match element.get(name) {
                        Some(Value::String(text)) => text == wanted,
                        Some(Value::Number(number)) => number.to_string().as_str() == wanted,
                        _ => false,
                    })?
            }
            None => value.pointer(&format!("/{token}"))?,
        };
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_lone_reference_keeps_its_type() {
        let lookup = |reference: &Reference| match reference.output.as_str() {
            "count" => Ok(json!(3)),
            "id" => Ok(json!("a-b")),
            other => Err(format!("no {other}")),
        };
        let template = json!({"n": "{room.count}", "t": "room {room.id} {not a reference}"});
        let filled = fill(&template, &lookup).expect("both are known");
        assert_eq!(filled, json!({"n": 3, "t": "room a-b {not a reference}"}));
        assert_eq!(fill(&json!(["{room.x}"]), &lookup), Err("no x".to_owned()));
        assert_eq!(references(&template).len(), 2);
    }

    #[test]
    fn a_filter_selects_an_element() {
        let value = json!({"data": [{"id": "1", "h": "a"}, {"id": "2", "h": "b"}]});
        assert_eq!(select(&value, "/data/[id=2]/h"), Some(&json!("b")));
        assert_eq!(select(&value, "/data/0/h"), Some(&json!("a")));
        assert_eq!(select(&value, "/data/[id=3]/h"), None);
        assert_eq!(select(&value, ""), Some(&value));
        let value = json!([{"h": "a/b", "id": 3}]);
        assert_eq!(select(&value, "/[h=a/b]/id"), Some(&json!(3)));
    }
}
