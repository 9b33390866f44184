//! `conforming-rejected`

use super::declare::declare_check;
use super::subject::{Broken, Judgement, Subject};
use super::words;
use crate::api::{Api, Operation};
use crate::case::{Case, Origin};

declare_check! {
    /// The server refuses a request that the description allows.
    ///
    /// Only refusals of the request itself count: 400, 413, 414, 415, 422 and 431. Other
    /// statuses speak of state, permission or limits, and are undecided. Since descriptions
    /// seldom tell all rules, a refusal is a finding only when the contract declares that its
    /// description decides everything, or when the case differs from an accepted one in a
    /// single value at the edge of a constraint: there the description says outright that the
    /// value is allowed. A value that merely is of the right type may mean nothing to the server.
    ///
    /// ## Why it matters
    /// A client that follows the description cannot do its work, and nothing in the
    /// description tells it why.
    ///
    /// ## Example
    /// `name` has `maxLength: 120`. A name of 20 characters is accepted, the same request with
    /// a name of 120 characters answers `422`.
    ///
    /// ## Basis
    /// JSON Schema 2020-12, Validation, section 6: a value at the limit is valid.
    "conforming-rejected", applies, judge
}

fn applies(_: &Api, _: &Operation) -> bool {
    true
}

fn judge(subject: &Subject<'_>) -> Judgement {
    let Some(case) = subject.case().filter(|case| case.is_conforming()) else {
        return Judgement::Silent;
    };
    let Some((_, status)) = subject.answer() else {
        return Judgement::Silent;
    };
    match status {
        200..=399 => Judgement::Pass,
        400 | 413 | 414 | 415 | 422 | 431 => refused(subject, case, status),
        401 | 403 | 407 => Judgement::undecided(format!(
            "answered {status}: the credentials in use may not do this"
        )),
        404 | 410 => Judgement::undecided(format!(
            "answered {status}: what the request names may not exist"
        )),
        429 => Judgement::undecided("answered 429: a limit was reached"),
        500.. => Judgement::undecided(format!("answered {status}: see server-error")),
        _ => Judgement::undecided(format!(
            "answered {status}: the state of the server may forbid it"
        )),
    }
}

/// Judges a refusal of the request itself.
fn refused(subject: &Subject<'_>, case: &Case, status: u16) -> Judgement {
    let (what, origin) = match &case.origin {
        Origin::Boundary(edge) | Origin::Variant(edge) => {
            (edge.clone(), format!("boundary {edge}"))
        }
        Origin::Example(name) => (format!("the example {name}"), format!("example {name}")),
        Origin::Full => (
            "all properties and parameters".to_owned(),
            "full".to_owned(),
        ),
        Origin::Minimal => ("only what is required".to_owned(), "minimal".to_owned()),
        Origin::Random | Origin::Mutation => ("random values".to_owned(), "random".to_owned()),
    };
    if subject.base_accepted() == Some(false) {
        return Judgement::undecided(format!(
            "rejected with {status}, as was the request that it was made from"
        ));
    }
    let at_the_edge =
        matches!(case.origin, Origin::Boundary(_)) && subject.base_accepted() == Some(true);
    if !subject.complete && !at_the_edge {
        return Judgement::undecided(format!(
            "rejected with {status}; the description may leave out rules"
        ));
    }
    Judgement::fail(Broken {
        title: format!("a conforming request is refused with {status}: {what}"),
        cause: format!("{status} {origin}"),
        expected: format!("acceptance: the description allows {what}"),
        actual: words::answer(subject.exchange),
        place: None,
    })
}
