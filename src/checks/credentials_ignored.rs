//! `credentials-ignored`

use super::declare::declare_check;
use super::subject::{Broken, Judgement, Subject};
use super::words;
use crate::api::{Api, Operation, ParameterLocation, SecuritySchemeKind};
use crate::case::ViolationKind;

declare_check! {
    /// The operation needs credentials, and answers without them, or with wrong ones.
    ///
    /// A 401 or 403 is right. A 404 is undecided, since it may hide that something exists; so
    /// is any other 4xx, since the request was refused for another reason first, and a
    /// redirect. Operations with an alternative that needs no credentials do not have this
    /// promise.
    ///
    /// ## Why it matters
    /// Whoever finds the address reads or changes what belongs to somebody else.
    ///
    /// ## Example
    /// `DELETE /pets/7` requires `bearerAuth`, and answers `204` without `Authorization`.
    ///
    /// ## Basis
    /// OpenAPI 3.1, Security Requirement Object; RFC 9110, section 15.5.2.
    "credentials-ignored", applies, judge
}

fn applies(_: &Api, operation: &Operation) -> bool {
    operation.needs_credentials()
}

fn judge(subject: &Subject<'_>) -> Judgement {
    let (without, cause) = match subject.violation().map(|violation| violation.kind) {
        Some(ViolationKind::MissingCredentials) => ("without credentials", "missing"),
        Some(ViolationKind::InvalidCredentials) => ("with wrong credentials", "invalid"),
        _ => return Judgement::Silent,
    };
    let Some((_, status)) = subject.answer() else {
        return Judgement::Silent;
    };
    if !applies(subject.api, subject.operation) {
        return Judgement::Silent;
    }
    match status {
        200..=299 if carries_others(subject) => Judgement::undecided(
            "the request held a header or parameter that may count as credentials",
        ),
        200..=299 => Judgement::fail(Broken {
            title: format!("answers {status} {without}"),
            cause: cause.to_owned(),
            expected: "401 Unauthorized or 403 Forbidden".to_owned(),
            actual: words::status(status),
            place: Some(subject.operation.place.clone()),
        }),
        401 | 403 => Judgement::Pass,
        404 => Judgement::undecided("answered 404, which may hide that something exists"),
        300..=399 => Judgement::undecided(format!("answered {status}, a redirect")),
        400..=499 => Judgement::undecided(format!("refused with {status} for another reason")),
        _ => Judgement::Silent,
    }
}

/// Whether the request holds something under the name of a security scheme all the same:
/// an operation may list its key among the parameters, too.
fn carries_others(subject: &Subject<'_>) -> bool {
    let request = &subject.exchange.request;
    let query = request
        .target
        .split_once('?')
        .map_or("", |(_, query)| query);
    let named = subject
        .operation
        .security
        .iter()
        .flat_map(|alternative| alternative.schemes.keys());
    let mut kinds = named
        .filter_map(|name| subject.api.security_schemes.get(name))
        .map(|scheme| &scheme.kind);
    kinds.any(|kind| match kind {
        SecuritySchemeKind::Basic | SecuritySchemeKind::Bearer => {
            request.headers.contains_key(http::header::AUTHORIZATION)
        }
        SecuritySchemeKind::ApiKey { location, name } => match location {
            ParameterLocation::Header => request.headers.contains_key(name.as_str()),
            ParameterLocation::Cookie => request.headers.contains_key(http::header::COOKIE),
            ParameterLocation::Query | ParameterLocation::Path => query
                .split('&')
                .any(|pair| pair.split('=').next() == Some(name.as_str())),
        },
        SecuritySchemeKind::Other(_) => false,
    })
}
