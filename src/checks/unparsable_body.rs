//! `unparsable-body`

use super::declare::declare_check;
use super::subject::{Broken, Judgement, Subject};
use super::{media_type, undocumented_content_type, words};
use crate::api::{Api, Operation};
use crate::http::is_json;

declare_check! {
    /// The body says that it is JSON, and is not.
    ///
    /// A body that was cut at the limit of assize is undecided, and so is what the grammar
    /// of JSON allows and parsers refuse: numbers beyond all bounds, lone surrogates, very
    /// deep nesting. An empty body is a finding where the description promises JSON for a
    /// 2xx; it has no excuse there, since 204 exists.
    ///
    /// ## Why it matters
    /// No client can read it, whatever it expects.
    ///
    /// ## Example
    /// `GET /pets` answers `200` with `Content-Type: application/json` and the body
    /// `{'name': 'Rex'}`.
    ///
    /// ## Basis
    /// RFC 8259, sections 2 and 8.1 (UTF-8 without a byte order mark).
    "unparsable-body", applies, judge
}

fn applies(api: &Api, operation: &Operation) -> bool {
    undocumented_content_type::applies(api, operation)
}

fn judge(subject: &Subject<'_>) -> Judgement {
    let (Some((response, status)), Some(promise)) = (subject.answer(), subject.promise) else {
        return Judgement::Silent;
    };
    if subject.is_bodiless() || !applies(subject.api, subject.operation) {
        return Judgement::Silent;
    }
    let header = media_type::header(response);
    let broken = |title: &str, cause: &str, actual: String| {
        Judgement::fail(Broken {
            title: format!("the {status} body {title}"),
            cause: format!("{status} {cause}"),
            expected: "a JSON text in UTF-8".to_owned(),
            actual,
            place: Some(
                subject
                    .media
                    .map_or(&promise.place, |media| &media.place)
                    .clone(),
            ),
        })
    };
    if response.body.is_empty() {
        let promised = !promise.contents.is_empty()
            && promise.contents.iter().all(|media| is_json(&media.name))
            && header.is_none_or(is_json);
        return if promised && (200..300).contains(&status) {
            broken("is empty", "empty", "an empty body".to_owned())
        } else {
            Judgement::Silent
        };
    }
    if !header.is_some_and(is_json) {
        return Judgement::Silent;
    }
    if subject.exchange.json().is_some() {
        return Judgement::Pass;
    }
    if response.truncated {
        return Judgement::undecided("the body is longer than what is read of it");
    }
    let body = &response.body[..];
    if body.starts_with(b"\xEF\xBB\xBF") {
        return broken(
            "begins with a byte order mark",
            "byte order mark",
            format!("a byte order mark, then {}", words::text(&body[3..])),
        );
    }
    let Err(invalid) = std::str::from_utf8(body) else {
        return syntax(body, broken);
    };
    let at = invalid.valid_up_to();
    broken(
        "is not UTF-8",
        "not UTF-8",
        format!("byte {:#04x} at offset {at}", body[at]),
    )
}

/// Judges text that does not parse.
fn syntax(body: &[u8], broken: impl Fn(&str, &str, String) -> Judgement) -> Judgement {
    let Err(error) = serde_json::from_slice::<serde_json::Value>(body) else {
        return Judgement::Pass;
    };
    let message = error.to_string();
    for limit in ["number out of range", "recursion limit", "surrogate"] {
        if message.contains(limit) {
            return Judgement::undecided(format!("this JSON is beyond our parser: {message}"));
        }
    }
    let line = body
        .split(|byte| *byte == b'\n')
        .nth(error.line().saturating_sub(1))
        .unwrap_or(body);
    let start = error.column().saturating_sub(40).min(line.len());
    let actual = format!("{}\n{message}", words::text(&line[start..]));
    if error.is_eof() {
        broken("ends too early", "ends too early", actual)
    } else {
        broken("is not JSON", "not JSON", actual)
    }
}
