//! `response-schema`

use std::collections::HashSet;

use serde_json::Value;

use super::declare::declare_check;
use super::family::{declared, elements, family, types, undeclared};
use super::subject::{Broken, Judgement, Subject};
use super::{json_items, media_type, words};
use crate::api::{Api, Direction, Operation, SchemaId};
use crate::document::{Document, Place};
use crate::http::is_json;
use crate::pointer::Pointer;
use crate::schema::Mismatch;
use crate::verdict::is_secret_member;

/// Findings of one exchange; what else is wrong shows when these are repaired.
const MAX_BROKEN: usize = 10;
/// Mismatches that are looked at: one mistake often shows in each element of a long list.
const MAX_MISMATCHES: usize = 200;

declare_check! {
    /// The body is not what its schema describes.
    ///
    /// JSON bodies are validated with the schema of the media type that fits closest, texts
    /// where the schema is a string, and the items of JSON Lines and JSON text sequences with
    /// `itemSchema`; other media types are undecided. `writeOnly` properties need not be there. The formats
    /// that JSON Schema and OpenAPI define are held to. There is one finding for each place
    /// and keyword, array indices and keys of maps aside.
    ///
    /// ## Why it matters
    /// This is the promise that clients are generated from: a missing property, a `null` or
    /// another type ends in an exception in code that nobody wrote by hand.
    ///
    /// ## Example
    /// `Pet` requires `name`, and `GET /pets` answers `[{"id": 1}]`.
    ///
    /// ## Basis
    /// OpenAPI 3.1, Media Type Object, `schema`; JSON Schema 2020-12.
    "response-schema", applies, judge
}

fn applies(_: &Api, operation: &Operation) -> bool {
    operation
        .responses
        .iter()
        .flat_map(|response| &response.contents)
        .any(|media| media.schema.is_some() || media.item_schema.is_some())
}

fn judge(subject: &Subject<'_>) -> Judgement {
    let (Some((response, _)), Some(media)) = (subject.answer(), subject.media) else {
        return Judgement::Silent;
    };
    let Some(header) = media_type::header(response) else {
        return Judgement::Silent;
    };
    if subject.is_bodiless() || response.body.is_empty() {
        return Judgement::Silent;
    }
    let essence = media_type::essence(header);
    match (media.schema, media.item_schema) {
        (None, None) => Judgement::Silent,
        _ if response.truncated => {
            Judgement::undecided("the body is longer than what is read of it")
        }
        (Some(schema), _) if is_json(essence) => match subject.exchange.json() {
            Some(body) => validate(subject, schema, body),
            // What does not parse is the matter of unparsable-body.
            None => Judgement::Silent,
        },
        (Some(schema), _) => judge_text(subject, schema, essence, &response.body),
        (None, Some(schema)) => judge_items(subject, schema, essence, &response.body),
    }
}

/// Judges a body that is no JSON.
fn judge_text(subject: &Subject<'_>, schema: SchemaId, essence: &str, body: &[u8]) -> Judgement {
    let place = subject.api.schema_place(schema).clone();
    let types = types(&family(&subject.api.document, vec![place]));
    match (types.as_slice(), std::str::from_utf8(body)) {
        (["string"], Ok(text)) if is_text(essence) => {
            validate(subject, schema, &Value::String(text.to_owned()))
        }
        (["string"] | [], _) => Judgement::Silent,
        _ => not_validated(essence),
    }
}

/// Judges the items of a sequential media type, up to the first that is wrong.
fn judge_items(subject: &Subject<'_>, schema: SchemaId, essence: &str, body: &[u8]) -> Judgement {
    let Some(items) = json_items::of(essence, body) else {
        return not_validated(essence);
    };
    let mut judgement = Judgement::Silent;
    for item in items {
        let Ok(item) = item else {
            return Judgement::undecided("an item is no JSON");
        };
        judgement = validate(subject, schema, &item);
        if judgement != Judgement::Pass {
            break;
        }
    }
    judgement
}

fn not_validated(essence: &str) -> Judgement {
    let essence = words::cut(essence, 80);
    Judgement::undecided(format!("bodies of {essence} are not validated"))
}

fn validate(subject: &Subject<'_>, schema: SchemaId, body: &Value) -> Judgement {
    match subject.schemas.is_valid(schema, Direction::Response, body) {
        Ok(true) => Judgement::Pass,
        Ok(false) => invalid(subject, schema, body),
        Err(problem) => Judgement::undecided(format!("the schema is flawed: {problem}")),
    }
}

/// Whether the media type is text (`type/` and what follows).
fn is_text(essence: &str) -> bool {
    essence
        .get(..5)
        .is_some_and(|kind| kind.eq_ignore_ascii_case("text/"))
}

/// What is wrong with a body that is not valid.
fn invalid(subject: &Subject<'_>, schema: SchemaId, body: &Value) -> Judgement {
    let status = subject.exchange.status();
    let mismatches = match subject
        .schemas
        .errors(schema, Direction::Response, body, MAX_MISMATCHES)
    {
        Ok(mismatches) => mismatches,
        Err(problem) => {
            return Judgement::undecided(format!("the schema is flawed: {problem}"));
        }
    };
    let document = &subject.api.document;
    let root = subject.api.schema_place(schema);
    let mut broken: Vec<Broken> = Vec::new();
    let mut seen = HashSet::new();
    for mismatch in &mismatches {
        let detail = detail(mismatch);
        // The cheap test first: a mistake in each of many elements is the common case.
        if !seen.insert((
            &mismatch.schema,
            without_indices(&mismatch.instance),
            detail.clone(),
        )) {
            continue;
        }
        let general = generalize(document, root, body, &mismatch.instance);
        let cause = format!("{status} {general} {}{detail}", mismatch.keyword);
        if broken.iter().any(|known| known.cause == cause) {
            continue;
        }
        broken.push(show(document, body, mismatch, status, cause));
        if broken.len() == MAX_BROKEN {
            break;
        }
    }
    if broken.is_empty() {
        return Judgement::undecided("the body is not valid, for a reason that cannot be told");
    }
    Judgement::Fail(broken)
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
    body: &Value,
    mismatch: &Mismatch,
    status: u16,
    cause: String,
) -> Broken {
    let instance = mismatch.instance.get(body).unwrap_or(&Value::Null);
    let name = missing(mismatch).filter(|_| mismatch.keyword == "required");
    let label = label(&mismatch.instance);
    let (expected, actual) = if let (Some(name), Value::Object(_)) = (&name, instance) {
        let kind = type_of(document, &mismatch.schema, name);
        (
            words::with_member(instance, Some((name, &kind))),
            words::value(instance),
        )
    } else {
        (
            format!("{label}: {}", mismatch.expected),
            format!("{label}: {}", actual_of(mismatch, instance)),
        )
    };
    let place = if mismatch.instance.is_root() {
        String::new()
    } else {
        format!(" at {}", mismatch.instance.as_str())
    };
    let what = match (&name, mismatch.keyword.as_str()) {
        (Some(name), _) => format!("required \"{name}\" is absent"),
        (None, "additionalProperties" | "unevaluatedProperties") => {
            format!("unknown property {}", mismatch.actual)
        }
        (None, _) => format!("expected {}", mismatch.expected),
    };
    Broken {
        title: format!("the {status} body is not what its schema says: {what}{place}"),
        cause,
        expected,
        actual,
        place: Some(mismatch.schema.clone()),
    }
}

/// What is there, in words; the words of [`Mismatch`] would show secrets inside of it.
fn actual_of(mismatch: &Mismatch, instance: &Value) -> String {
    let unknown = matches!(
        mismatch.keyword.as_str(),
        "additionalProperties" | "unevaluatedProperties"
    );
    let name = mismatch.instance.last();
    let shows = instance.is_object()
        || instance.is_array()
        || name.is_some_and(|name| is_secret_member(&name));
    if shows && !unknown {
        words::part(&mismatch.instance, instance)
    } else {
        mismatch.actual.clone()
    }
}

/// How findings name a part of the body.
fn label(pointer: &Pointer) -> &str {
    if pointer.is_root() {
        "body"
    } else {
        pointer.as_str()
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
