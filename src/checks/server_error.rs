//! `server-error`

use super::declare::declare_check;
use super::subject::{Broken, Judgement, Subject};
use super::words;
use crate::api::{Api, Operation, StatusPattern};
use crate::case::ViolationKind;
use crate::http::TransportErrorKind;

declare_check! {
    /// The server answers with a 5xx: it failed, and says so.
    ///
    /// A 500 is a finding even when the description documents it: by definition it is a
    /// condition that the server did not expect, so nobody can have promised it; descriptions
    /// list it because generators add it everywhere. Any other 5xx that is documented by its
    /// own number (a 503 during maintenance, a 507 for a full disk) is undecided. Those that
    /// only `5XX` or `default` cover are findings. A 501 for a method that the path does not
    /// offer is right. An answer that did not arrive, or not in time, is undecided.
    ///
    /// ## Why it matters
    /// No request, however wrong, may make a server fail. A 5xx tells the client to try
    /// again, and monitoring to wake somebody up; most often it is an exception that nobody
    /// caught.
    ///
    /// ## Example
    /// `POST /pets` with a name of 300 characters answers `500 Internal Server Error`, because
    /// the column in the database holds 255.
    ///
    /// ## Basis
    /// RFC 9110, section 15.6.
    "server-error", applies, judge
}

fn applies(_: &Api, _: &Operation) -> bool {
    true
}

fn judge(subject: &Subject<'_>) -> Judgement {
    let response = match &subject.exchange.outcome {
        Ok(response) => response,
        Err(error) => {
            return match error.kind {
                TransportErrorKind::Timeout => {
                    Judgement::undecided(format!("no answer in time: {}", error.message))
                }
                TransportErrorKind::Protocol | TransportErrorKind::Body => {
                    Judgement::undecided(format!("no whole answer: {}", error.message))
                }
                TransportErrorKind::Connect
                | TransportErrorKind::Limit
                | TransportErrorKind::ForeignHost
                | TransportErrorKind::Unsendable => Judgement::Silent,
            };
        }
    };
    let status = response.status.as_u16();
    if status < 500 {
        return Judgement::Pass;
    }
    let unsupported = subject
        .violation()
        .is_some_and(|violation| violation.kind == ViolationKind::UnsupportedMethod);
    if status == 501 && unsupported {
        return Judgement::Pass;
    }
    let documented = subject
        .promise
        .is_some_and(|promise| promise.status == StatusPattern::Exact(status));
    if documented && status != 500 {
        return Judgement::undecided(format!(
            "answered {}, which the description documents",
            words::status(status)
        ));
    }
    Judgement::fail(Broken {
        title: format!("the server answers {}", words::status(status)),
        cause: status.to_string(),
        expected: "any status below 500".to_owned(),
        actual: words::answer(subject.exchange),
        place: None,
    })
}
