//! `violating-accepted`

use super::declare::declare_check;
use super::subject::{Broken, Judgement, Subject, has_own_check};
use super::{constraint, words};
use crate::api::{Api, Operation, ParameterLocation, StatusPattern};
use crate::case::{Part, Violation, ViolationKind};
use crate::http::is_json;

declare_check! {
    /// The server accepts a request that the description forbids.
    ///
    /// A 2xx is a finding, whatever became of the request that the case was made from. Where
    /// the description does not decide, the outcome is undecided: a wrong `format` is an
    /// annotation, and a wrong `Content-Type` is often ignored, unless the contract declares
    /// that its description decides everything (for the latter, documenting 415 suffices); so
    /// is whatever is wrong in the body of a `GET`, `HEAD` or `DELETE`.
    ///
    /// A 4xx shows that the violation was seen, but for 401, 403, 404 and 429, and but for a
    /// request whose base was refused as well. A 404 for a wrong path parameter is a refusal.
    ///
    /// ## Why it matters
    /// What is accepted once is relied upon: the limit cannot be enforced later without
    /// breaking somebody. And data that the description excludes comes back in answers.
    ///
    /// ## Example
    /// `limit` has `maximum: 100`, and `GET /pets?limit=101` answers `200`.
    ///
    /// ## Basis
    /// OpenAPI 3.1, Parameter Object and Request Body Object; JSON Schema 2020-12.
    "violating-accepted", applies, judge
}

fn applies(api: &Api, operation: &Operation) -> bool {
    let body = operation.body.as_ref().is_some_and(|body| {
        body.required || body.contents.iter().any(|media| is_json(&media.name))
    });
    body || operation.parameters.iter().any(|parameter| {
        (parameter.required && parameter.location != ParameterLocation::Path)
            || parameter.content.is_some()
            || parameter
                .schema
                .is_some_and(|schema| constraint::excludes_text(api, schema))
    })
}

fn judge(subject: &Subject<'_>) -> Judgement {
    let Some(violation) = subject.violation().filter(|one| !has_own_check(one.kind)) else {
        return Judgement::Silent;
    };
    let Some((_, status)) = subject.answer() else {
        return Judgement::Silent;
    };
    let in_path = matches!(violation.part, Part::Parameter(ParameterLocation::Path, _));
    match status {
        _ if !subject.addressed => {
            Judgement::undecided("the wrong path parameter leads to another path")
        }
        200..=299 => accepted(subject, violation, status),
        404 if in_path => Judgement::Pass,
        401 | 403 | 404 | 429 => Judgement::undecided(format!(
            "answered {status}, which may have nothing to do with the violation"
        )),
        400..=499 if subject.base_accepted() == Some(false) => Judgement::undecided(format!(
            "answered {status}, but the request without the violation was refused too"
        )),
        400..=499 => Judgement::Pass,
        300..=399 => Judgement::undecided(format!("answered {status}, a redirect")),
        _ => Judgement::Silent,
    }
}

/// Judges a 2xx.
fn accepted(subject: &Subject<'_>, violation: &Violation, status: u16) -> Judgement {
    if let Some(reason) = leaves_open(subject, violation) {
        return Judgement::undecided(format!("answered {status}, but {reason}"));
    }
    let Violation {
        kind, part, detail, ..
    } = violation;
    Judgement::fail(Broken {
        title: format!("accepts {part} although it is wrong: {detail}"),
        cause: format!("{part} {}", keyword(violation)),
        expected: format!("a 4xx: {part} is {detail} ({})", kind.name()),
        actual: words::status(status),
        place: violation.place.clone(),
    })
}

/// The keyword that forbids it; the kind, where there is none.
fn keyword(violation: &Violation) -> String {
    let kind = violation.kind;
    let keyword = violation
        .place
        .as_ref()
        .and_then(|place| place.pointer.last());
    match keyword {
        // Of the kinds that stand for several keywords, and only of these, the place tells more.
        Some(keyword)
            if matches!(
                kind,
                ViolationKind::OutOfBounds | ViolationKind::BadLength | ViolationKind::OtherKeyword
            ) =>
        {
            keyword.into_owned()
        }
        _ => kind.name().to_owned(),
    }
}

/// Why the description does not decide, if it does not.
fn leaves_open(subject: &Subject<'_>, violation: &Violation) -> Option<&'static str> {
    let read_only = violation
        .place
        .as_ref()
        .and_then(|place| place.pointer.last())
        .is_some_and(|keyword| keyword == "readOnly");
    match violation.kind {
        _ if subject.violates_idle_body() => {
            Some("HTTP gives the body of this method no meaning, and it may have been ignored")
        }
        _ if read_only => Some("a server may ignore a read-only property"),
        ViolationKind::BadFormat if !subject.complete => {
            Some("`format` is an annotation that a server need not enforce")
        }
        ViolationKind::WrongContentType => {
            let operation = subject.operation;
            let required = operation.body.as_ref().is_some_and(|body| body.required);
            let documented = operation
                .responses
                .iter()
                .any(|response| response.status == StatusPattern::Exact(415));
            if !required {
                Some("the body is optional and may have been ignored")
            } else if subject.complete || documented {
                None
            } else {
                Some("many servers ignore the Content-Type, and no 415 is documented")
            }
        }
        _ => None,
    }
}
