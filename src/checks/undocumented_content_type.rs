//! `undocumented-content-type`

use http::header::CONTENT_TYPE;

use super::declare::declare_check;
use super::subject::{Broken, Judgement, Subject};
use super::{media_type, words};
use crate::api::{Api, Operation};

declare_check! {
    /// The body has a media type that the description does not list for this status.
    ///
    /// Parameters such as `charset` do not count, ranges such as `text/*` do, and
    /// `application/problem+json` is not `application/json`. A body without a `Content-Type`
    /// is a finding too. Answers without a body, and statuses for which no media type is
    /// listed, are not judged.
    ///
    /// ## Why it matters
    /// A client chooses the decoder by the media type. An HTML error page where JSON is
    /// promised ends in a parser error far from its cause.
    ///
    /// ## Example
    /// `GET /pets` documents `application/json` and answers `200` with `text/html`.
    ///
    /// ## Basis
    /// OpenAPI 3.1, Response Object, `content`; RFC 9110, section 8.3.
    "undocumented-content-type", applies, judge
}

pub(super) fn applies(_: &Api, operation: &Operation) -> bool {
    operation
        .responses
        .iter()
        .any(|response| !response.contents.is_empty())
}

fn judge(subject: &Subject<'_>) -> Judgement {
    let (Some((response, status)), Some(promise)) = (subject.answer(), subject.promise) else {
        return Judgement::Silent;
    };
    if promise.contents.is_empty() || response.body.is_empty() || subject.is_bodiless() {
        return Judgement::Silent;
    }
    let header = media_type::header(response);
    let essence = header.map_or("", media_type::essence);
    let listed = promise
        .contents
        .iter()
        .any(|media| media_type::fit(&media.name, essence).is_some());
    if listed && !essence.is_empty() {
        return Judgement::Pass;
    }
    let content = subject.member(&promise.place, "content");
    if subject.is_lost(&content) {
        return Judgement::undecided("some media types of the description are flawed");
    }
    let (title, cause, actual) = match (header, response.headers.get(CONTENT_TYPE)) {
        (Some(header), _) if !essence.is_empty() => (
            format!("the {status} body is {}", words::cut(essence, 80)),
            words::cut(&essence.to_ascii_lowercase(), 80),
            words::cut(header, 200),
        ),
        (_, Some(value)) => (
            format!("the {status} body has a Content-Type that is no media type"),
            "no media type".to_owned(),
            format!("{value:?}"),
        ),
        (_, None) => (
            format!("the {status} body has no Content-Type"),
            "none".to_owned(),
            "no Content-Type".to_owned(),
        ),
    };
    let names: Vec<_> = promise.contents.iter().map(|media| &*media.name).collect();
    Judgement::fail(Broken {
        title,
        cause: format!("{status} {cause}"),
        expected: names.join(" or "),
        actual,
        place: Some(content),
    })
}
