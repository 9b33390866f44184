//! `undocumented-method-accepted`

use super::declare::declare_check;
use super::path_template::leads_to;
use super::subject::{Broken, Judgement, Subject};
use super::words;
use crate::api::{Api, Operation};
use crate::case::ViolationKind;
use crate::document::Place;
use crate::http::Method;

declare_check! {
    /// The path answers a method that the description does not list.
    ///
    /// A 404, 405 or 501 is right. Everything else but a 2xx is undecided, and so is a 2xx
    /// to `HEAD` and `OPTIONS`, which HTTP lets any server answer on its own, and one where
    /// another path template with that method fits too. The row belongs to the first
    /// operation of each path.
    ///
    /// ## Why it matters
    /// It is an entrance that nobody reviewed: it has no documented credentials, no schema
    /// and no test.
    ///
    /// ## Example
    /// `/pets/{petId}` lists `GET` alone, and `DELETE /pets/7` answers `204`.
    ///
    /// ## Basis
    /// OpenAPI 3.1, Path Item Object; RFC 9110, section 15.5.6.
    "undocumented-method-accepted", applies, judge
}

fn applies(api: &Api, operation: &Operation) -> bool {
    api.operations
        .iter()
        .find(|other| other.path == operation.path)
        .is_some_and(|first| first.id == operation.id)
}

fn judge(subject: &Subject<'_>) -> Judgement {
    let unsupported = subject
        .violation()
        .is_some_and(|violation| violation.kind == ViolationKind::UnsupportedMethod);
    let Some((_, status)) = subject.answer().filter(|_| unsupported) else {
        return Judgement::Silent;
    };
    let request = &subject.exchange.request;
    let method = &request.method;
    match status {
        404 | 405 | 501 => Judgement::Pass,
        500.. => Judgement::Silent,
        200..=299 if matches!(*method, Method::HEAD | Method::OPTIONS) => {
            Judgement::undecided(format!("{method} needs no description: HTTP defines it"))
        }
        200..=299 if is_described(subject.api, method, &request.target) => Judgement::undecided(
            format!("another path with {method} fits the request as well"),
        ),
        200..=299 => Judgement::fail(Broken {
            title: format!("{method} is answered with {status} although it is not documented"),
            cause: method.to_string(),
            expected: "405 Method Not Allowed, 404 Not Found or 501 Not Implemented".to_owned(),
            actual: words::status(status),
            place: path_item(subject.operation),
        }),
        _ => Judgement::undecided(format!("{method} was refused with {status}, not 405")),
    }
}

/// Whether some operation with this method has a template that the target fits.
fn is_described(api: &Api, method: &Method, target: &str) -> bool {
    api.operations
        .iter()
        .any(|operation| operation.method == *method && leads_to(target, &operation.path))
}

/// The path item that holds the operation.
fn path_item(operation: &Operation) -> Option<Place> {
    let pointer = operation.place.pointer.parent()?;
    Some(Place::new(operation.place.source, pointer))
}
