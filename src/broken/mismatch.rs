//! From mismatches of a body with its schema to findings.

use std::collections::HashSet;

use serde_json::Value;

use super::Broken;
use super::family::{declared, elements, family, types, undeclared};
use super::words;
use crate::document::{Document, Place};
use crate::pointer::Pointer;
use crate::schema::Mismatch;
use crate::verdict::is_secret_member;

/// Findings of one exchange; what else is wrong shows when these are repaired.
const MAX_BROKEN: usize = 10;
/// Characters of names that servers choose.
const NAMES: usize = 300;

/// A finding for each distinct cause, of the part `at` of a body under the schema at `root`;
/// the mismatches are those of `part`.
pub(crate) fn broken(
    document: &Document,
    root: &Place,
    at: &Pointer,
    part: &Value,
    status: u16,
    mismatches: &[Mismatch],
) -> Vec<Broken> {
    let mut broken: Vec<Broken> = Vec::new();
    let mut seen = HashSet::new();
    for mismatch in mismatches {
        let detail = detail(mismatch);
        let pointer = without_indices(&mismatch.instance);
        // The cheap test first: a mistake in each of many elements is the common case.
        if !seen.insert((&mismatch.schema, pointer, detail.clone())) {
            continue;
        }
        let inside = generalize(document, root, part, &mismatch.instance);
        let general = general(at, inside);
        let cause = format!("{status} {general} {}{detail}", mismatch.keyword);
        let cause = words::one_line(&cause, NAMES);
        if broken.iter().any(|known| known.cause == cause) {
            continue;
        }
        broken.push(show(document, at, part, mismatch, status, cause));
        if broken.len() == MAX_BROKEN {
            break;
        }
    }
    broken
}

/// The pointer of a cause: the part of the body, and what is inside of it.
fn general(at: &Pointer, inside: String) -> String {
    match (at.is_root(), inside.as_str()) {
        (true, _) => inside,
        (false, "/") => without_indices(at),
        (false, _) => without_indices(at) + &inside,
    }
}

/// A pointer with all tokens that may be indices written `*`.
fn without_indices(pointer: &Pointer) -> String {
    let mut text = String::new();
    for token in pointer.tokens() {
        text.push('/');
        let is_index = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
        text.push_str(if is_index { "*" } else { &token });
    }
    text
}

/// What tells mismatches of one keyword at one place apart.
fn detail(mismatch: &Mismatch) -> String {
    match mismatch.keyword.as_str() {
        "required" => missing(mismatch).map_or_else(String::new, |name| format!(" {name}")),
        "additionalProperties" | "unevaluatedProperties" => format!(" {}", mismatch.actual),
        _ => String::new(),
    }
}

/// The property that is missing.
fn missing(mismatch: &Mismatch) -> Option<String> {
    serde_json::from_str(mismatch.expected.strip_prefix("property ")?).ok()
}

/// The finding for one mismatch.
fn show(
    document: &Document,
    at: &Pointer,
    part: &Value,
    mismatch: &Mismatch,
    status: u16,
    cause: String,
) -> Broken {
    let instance = mismatch.instance.get(part).unwrap_or(&Value::Null);
    let whole = at.join(&mismatch.instance);
    let name = missing(mismatch).filter(|_| mismatch.keyword == "required");
    let label = label(&whole);
    let (expected, actual) = if let (Some(name), Value::Object(_)) = (&name, instance) {
        let kind = type_of(document, &mismatch.schema, name);
        (
            words::with_member(instance, Some((name, &kind))),
            words::value(instance),
        )
    } else {
        (
            format!("{label}: {}", mismatch.expected),
            format!("{label}: {}", actual_of(mismatch, &whole, instance)),
        )
    };
    let place = if whole.is_root() {
        String::new()
    } else {
        format!(" at {label}")
    };
    let what = match (&name, mismatch.keyword.as_str()) {
        (Some(name), _) => format!("required \"{name}\" is absent"),
        (None, "additionalProperties" | "unevaluatedProperties") => {
            format!("unknown property {}", mismatch.actual)
        }
        (None, _) => format!("expected {}", mismatch.expected),
    };
    let title = format!("the {status} body is not what its schema says: {what}{place}");
    Broken {
        title: words::one_line(&title, 2 * NAMES),
        cause,
        expected,
        actual,
        place: Some(mismatch.schema.clone()),
    }
}

/// What is there, in words; the words of [`Mismatch`] would show secrets inside of it.
fn actual_of(mismatch: &Mismatch, whole: &Pointer, instance: &Value) -> String {
    let unknown = matches!(
        mismatch.keyword.as_str(),
        "additionalProperties" | "unevaluatedProperties"
    );
    let name = whole.last();
    let shows = instance.is_object()
        || instance.is_array()
        || name.is_some_and(|name| is_secret_member(&name));
    if shows && !unknown {
        words::part(whole, instance)
    } else {
        mismatch.actual.clone()
    }
}

/// How findings name a part of the body.
fn label(pointer: &Pointer) -> String {
    if pointer.is_root() {
        "body".to_owned()
    } else {
        words::one_line(pointer.as_str(), NAMES)
    }
}

/// The type of a property that is missing, by the `required` keyword that demands it.
fn type_of(document: &Document, required: &Place, name: &str) -> String {
    let named = required.pointer.parent().map(|parent| {
        let family_of_object = family(document, vec![Place::new(required.source, parent)]);
        let places = declared(&family_of_object, name);
        types(&family(document, places)).join(" or ")
    });
    named
        .filter(|types| !types.is_empty())
        .unwrap_or_else(|| "any value".to_owned())
}

/// A pointer that stays the same over runs: array indices, and keys that no schema declares,
/// are written `*`.
fn generalize(document: &Document, root: &Place, body: &Value, pointer: &Pointer) -> String {
    let mut text = String::new();
    let mut places = vec![root.clone()];
    let mut value = Some(body);
    for token in pointer.tokens() {
        let schemas = family(document, places);
        text.push('/');
        if let Some(Value::Array(array)) = value {
            text.push('*');
            places = elements(&schemas);
            value = token
                .parse::<usize>()
                .ok()
                .and_then(|index| array.get(index));
        } else {
            places = declared(&schemas, &token);
            if places.is_empty() {
                places = undeclared(&schemas);
                text.push('*');
            } else {
                text.push_str(&token);
            }
            value = value.and_then(|value| value.get(&*token));
        }
    }
    if text.is_empty() {
        text.push('/');
    }
    text
}
