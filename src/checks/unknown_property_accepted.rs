//! `unknown-property-accepted`

use super::declare::declare_check;
use super::subject::{Broken, Judgement, Subject};
use super::{closed, words};
use crate::api::{Api, Operation};
use crate::case::ViolationKind;
use crate::http::is_json;

declare_check! {
    /// The server accepts a property that a closed object does not know.
    ///
    /// Objects that allow further properties, as all do by default, do not have this promise.
    /// A 4xx is a refusal but for 401, 403, 404 and 429, which may have another cause, and
    /// but for a request whose base was refused as well.
    ///
    /// ## Why it matters
    /// A misspelt optional property is lost without a word, and the client believes that it
    /// was stored. An object is closed in order to prevent just that.
    ///
    /// ## Example
    /// `POST /pets` takes `{"name"}` with `additionalProperties: false`, and answers `201` to
    /// `{"name": "Rex", "nmae": "Rex"}`.
    ///
    /// ## Basis
    /// JSON Schema 2020-12, `additionalProperties` (Core, section 10.3.2.3) and
    /// `unevaluatedProperties` (section 11.3).
    "unknown-property-accepted", applies, judge
}

fn applies(api: &Api, operation: &Operation) -> bool {
    operation.body.as_ref().is_some_and(|body| {
        body.contents
            .iter()
            .filter(|media| is_json(&media.name))
            .filter_map(|media| media.schema)
            .any(|schema| closed::has_closed_object(&api.document, api.schema_place(schema)))
    })
}

fn judge(subject: &Subject<'_>) -> Judgement {
    let Some(violation) = subject
        .violation()
        .filter(|one| one.kind == ViolationKind::UnknownProperty)
    else {
        return Judgement::Silent;
    };
    let Some((_, status)) = subject.answer() else {
        return Judgement::Silent;
    };
    match status {
        200..=299 if subject.violates_idle_body() => Judgement::undecided(format!(
            "answered {status}, but HTTP gives the body of this method no meaning"
        )),
        200..=299 => Judgement::fail(Broken {
            title: format!("accepts an unknown property: {}", violation.detail),
            cause: violation.part.to_string(),
            expected: format!("a 4xx: the object at {} is closed", violation.part),
            actual: words::status(status),
            place: violation.place.clone(),
        }),
        401 | 403 | 404 | 429 => Judgement::undecided(format!(
            "answered {status}, which may have nothing to do with the property"
        )),
        400..=499 if subject.base_accepted() == Some(false) => Judgement::undecided(format!(
            "answered {status}, but the request without the property was refused too"
        )),
        400..=499 => Judgement::Pass,
        300..=399 => Judgement::undecided(format!("answered {status}, a redirect")),
        _ => Judgement::Silent,
    }
}
