//! `undocumented-status`

use super::declare::declare_check;
use super::subject::{Broken, Judgement, Subject};
use super::words;
use crate::api::{Api, Operation, StatusPattern};

declare_check! {
    /// The answer has a status that the operation does not document.
    ///
    /// 5xx are the matter of `server-error`. A 429 is undecided, since gateways limit rates
    /// without the knowledge of the description. A request with a method that the path does
    /// not offer, or one that a wrong path parameter leads elsewhere, reaches no operation
    /// and is not judged. An operation with `default` documents all statuses, one without
    /// any response none: neither has this promise.
    ///
    /// ## Why it matters
    /// A generated client has no branch for it: it throws an exception that names neither
    /// the cause nor the body, or decodes the body as something else.
    ///
    /// ## Example
    /// `GET /pets/{petId}` documents `200` and `404` and answers `401` without credentials.
    ///
    /// ## Basis
    /// OpenAPI 3.1, Responses Object: the documentation is expected to cover a successful
    /// response and any known errors.
    "undocumented-status", applies, judge
}

fn applies(_: &Api, operation: &Operation) -> bool {
    !operation.responses.is_empty()
        && !operation
            .responses
            .iter()
            .any(|response| response.status == StatusPattern::Default)
}

fn judge(subject: &Subject<'_>) -> Judgement {
    let Some((_, status)) = subject.answer() else {
        return Judgement::Silent;
    };
    if !subject.addressed || !applies(subject.api, subject.operation) {
        return Judgement::Silent;
    }
    if subject.promise.is_some() {
        return Judgement::Pass;
    }
    if status >= 500 {
        return Judgement::Silent;
    }
    if status == 429 {
        return Judgement::undecided("answered 429, which gateways do on their own");
    }
    let responses = subject.member(&subject.operation.place, "responses");
    if subject.is_lost(&responses) {
        return Judgement::undecided(format!(
            "answered {status}; some responses of the description are flawed"
        ));
    }
    let documented = subject
        .operation
        .responses
        .iter()
        .map(|response| response.status.to_string())
        .collect::<Vec<_>>()
        .join(", ");
    Judgement::fail(Broken {
        title: format!("{} is not documented", words::status(status)),
        cause: status.to_string(),
        expected: format!("one of {documented}"),
        actual: words::status(status),
        place: Some(responses),
    })
}
