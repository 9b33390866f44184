//! `response-header`

use serde_json::Value;

use super::declare::declare_check;
use super::family::{elements, family, types};
use super::subject::{Broken, Judgement, Subject};
use super::words;
use crate::api::{Api, Direction, HeaderPromise, Operation, SchemaId};
use crate::http::{HeaderName, Response};

/// Values of a header that are looked at.
const MAX_ELEMENTS: usize = 1000;

declare_check! {
    /// A header that the description promises is missing or has a wrong value.
    ///
    /// Only headers with `required: true` must be there; the others must have a right value
    /// when they are. Header values are text: an integer, number, boolean or `null` is read
    /// as such where the schema asks for it, an array is split at commas (style `simple`).
    /// Objects are undecided, and so is the lack of a header that clients remove, such as
    /// `Content-Length`.
    ///
    /// ## Why it matters
    /// Clients follow `Location`, wait for `Retry-After` and page by `X-Next-Cursor`: what is
    /// missing there stops them without an error.
    ///
    /// ## Example
    /// The 201 of `createPet` promises `Location` with `required: true`, and the answer has
    /// none.
    ///
    /// ## Basis
    /// OpenAPI 3.1, Response Object, `headers`, and Header Object.
    "response-header", applies, judge
}

fn applies(_: &Api, operation: &Operation) -> bool {
    operation
        .responses
        .iter()
        .flat_map(|response| &response.headers)
        .any(|header| header.required || header.schema.is_some())
}

fn judge(subject: &Subject<'_>) -> Judgement {
    let (Some((response, status)), Some(promise)) = (subject.answer(), subject.promise) else {
        return Judgement::Silent;
    };
    let mut judgement = Judgement::Silent;
    for header in &promise.headers {
        let one = judge_one(subject, header, response, status);
        judgement = match (judgement, one) {
            (Judgement::Fail(mut all), Judgement::Fail(more)) => {
                all.extend(more);
                Judgement::Fail(all)
            }
            (fail @ Judgement::Fail(_), _) | (_, fail @ Judgement::Fail(_)) => fail,
            (undecided @ Judgement::Undecided(_), _) | (_, undecided @ Judgement::Undecided(_)) => {
                undecided
            }
            (Judgement::Pass, _) | (_, Judgement::Pass) => Judgement::Pass,
            (Judgement::Silent, Judgement::Silent) => Judgement::Silent,
        };
    }
    judgement
}

fn judge_one(
    subject: &Subject<'_>,
    header: &HeaderPromise,
    response: &Response,
    status: u16,
) -> Judgement {
    let name = &header.name;
    let Some(text) = value_of(response, name) else {
        if !header.required {
            return Judgement::Silent;
        }
        if is_lost(name) {
            return Judgement::undecided(format!("{name} cannot be seen here"));
        }
        return Judgement::fail(Broken {
            title: format!("the {status} answer has no header {name}"),
            cause: format!("{status} {} missing", name.to_ascii_lowercase()),
            expected: format!("{name}: {}", wanted(subject, header)),
            actual: format!("no {name}"),
            place: Some(header.place.clone()),
        });
    };
    let Some(schema) = header.schema else {
        return Judgement::Pass;
    };
    let mut problem = None;
    for candidate in candidates(subject.api, schema, &text) {
        match subject
            .schemas
            .is_valid(schema, Direction::Response, &candidate)
        {
            Ok(true) => return Judgement::Pass,
            Ok(false) => {
                problem.get_or_insert(candidate);
            }
            Err(flaw) => {
                return Judgement::undecided(format!("the schema of {name} is flawed: {flaw}"));
            }
        }
    }
    let Some(value) = problem else {
        return Judgement::undecided(format!("{name} is an object, which is not read"));
    };
    let mismatch = subject
        .schemas
        .errors(schema, Direction::Response, &value, 1)
        .ok()
        .and_then(|mut all| all.pop());
    let (keyword, expected, place) = match mismatch {
        Some(one) => (one.keyword, one.expected, one.schema),
        None => (
            "schema".to_owned(),
            wanted(subject, header),
            header.place.clone(),
        ),
    };
    Judgement::fail(Broken {
        title: format!("the {status} answer has a wrong {name}: expected {expected}"),
        cause: format!("{status} {} {keyword}", name.to_ascii_lowercase()),
        expected: format!("{name}: {expected}"),
        actual: format!("{name}: {}", words::cut(&text, 200)),
        place: Some(place),
    })
}

/// Whether a header that was sent may be missing all the same: clients remove what concerns
/// the coding of the body or the connection, and what is no header name cannot be sent.
fn is_lost(name: &str) -> bool {
    let removed = [
        "connection",
        "content-encoding",
        "content-length",
        "keep-alive",
        "trailer",
        "transfer-encoding",
    ];
    removed.iter().any(|one| name.eq_ignore_ascii_case(one))
        || HeaderName::from_bytes(name.as_bytes()).is_err()
}

/// The value of a header, several lines joined (RFC 9110, section 5.3).
fn value_of(response: &Response, name: &str) -> Option<String> {
    let mut text: Option<String> = None;
    for value in response.headers.get_all(name) {
        let line = String::from_utf8_lossy(value.as_bytes());
        match &mut text {
            Some(text) => {
                text.push_str(", ");
                text.push_str(&line);
            }
            None => text = Some(line.into_owned()),
        }
    }
    text
}

/// The types that the schema of a header wants.
fn wanted(subject: &Subject<'_>, header: &HeaderPromise) -> String {
    let types = header.schema.map(|schema| {
        let place = subject.api.schema_place(schema).clone();
        types(&family(&subject.api.document, vec![place])).join(" or ")
    });
    match types {
        Some(types) if !types.is_empty() => format!("‹{types}›"),
        _ => "‹any value›".to_owned(),
    }
}

/// The values that the text may mean under the schema, the most telling first. It is right
/// when any of them is. None when the schema wants an object.
fn candidates(api: &Api, schema: SchemaId, text: &str) -> Vec<Value> {
    let family_of_header = family(&api.document, vec![api.schema_place(schema).clone()]);
    let types_of_header = types(&family_of_header);
    if types_of_header.contains(&"object") {
        return Vec::new();
    }
    let mut values = Vec::new();
    if types_of_header.contains(&"array") {
        let of_elements = family(&api.document, elements(&family_of_header));
        let types_of_elements = types(&of_elements);
        let elements = text
            .split(',')
            .take(MAX_ELEMENTS)
            .map(|element| scalar(element.trim(), &types_of_elements))
            .collect();
        values.push(Value::Array(elements));
    }
    values.push(scalar(text, &types_of_header));
    values.push(Value::String(text.to_owned()));
    values
}

/// The text as the first of the types that it can be read as; itself when there is none.
fn scalar(text: &str, types: &[&str]) -> Value {
    let read = types.iter().find_map(|one| match *one {
        "integer" | "number" => serde_json::from_str(text).ok().filter(Value::is_number),
        "boolean" => text.parse().ok().map(Value::Bool),
        "null" => (text.is_empty() || text == "null").then_some(Value::Null),
        _ => None,
    });
    read.unwrap_or_else(|| Value::String(text.to_owned()))
}
