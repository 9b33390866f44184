//! `response-schema`

use serde_json::Value;

use super::declare::declare_check;
use super::family::{family, types};
use super::subject::{Judgement, Subject};
use super::{json_items, media_type, mismatch, words};
use crate::api::{Api, Direction, Operation, SchemaId};
use crate::http::is_json;
use crate::pointer::Pointer;

/// Mismatches that are looked at: one mistake often shows in each element of a long list.
const MAX_MISMATCHES: usize = 200;

declare_check! {
    /// The body is not what its schema describes.
    ///
    /// JSON bodies are validated with the schema of the media type that fits closest, texts
    /// where the schema is a string, and the items of JSON Lines and JSON text sequences with
    /// `itemSchema`; other media types are undecided. `writeOnly` properties need not be there.
    /// The formats that JSON Schema and OpenAPI define are held to. There is one finding for
    /// each place and keyword, array indices and keys of maps aside.
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
    let mismatches = match subject
        .schemas
        .errors(schema, Direction::Response, body, MAX_MISMATCHES)
    {
        Ok(mismatches) => mismatches,
        Err(problem) => {
            return Judgement::undecided(format!("the schema is flawed: {problem}"));
        }
    };
    let root = subject.api.schema_place(schema);
    let status = subject.exchange.status();
    let broken = mismatch::broken(
        &subject.api.document,
        root,
        &Pointer::root(),
        body,
        status,
        &mismatches,
    );
    if broken.is_empty() {
        return Judgement::undecided("the body is not valid, for a reason that cannot be told");
    }
    Judgement::Fail(broken)
}
