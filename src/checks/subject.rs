//! What a check sees, and what it may say.

use super::media_type;
use super::path_template::leads_to;
use crate::api::{Api, MediaType, Operation, ParameterLocation, ResponsePromise, StatusPattern};
pub use crate::broken::Broken;
use crate::case::{Case, Part, Violation, ViolationKind};
use crate::document::Place;
use crate::http::{Exchange, Method, Response};
use crate::procedure::Purpose;
use crate::schema::Schemas;

/// One exchange with everything it is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The description.
    pub api: &'a Api,
    /// Its schemas.
    pub schemas: &'a Schemas,
    /// The operation that the exchange is about.
    pub operation: &'a Operation,
    /// Why the request was sent.
    pub purpose: &'a Purpose,
    /// What was sent and what came back.
    pub exchange: &'a Exchange,
    /// Whether the contract declares that its description decides everything, so that
    /// conforming requests must succeed.
    pub complete: bool,
    /// Whether the request arrives at the operation: it has its method, and no wrong path
    /// parameter leads to another path.
    pub addressed: bool,
    /// What the description promises for the status, if the request arrives. `default` does
    /// not promise anything for a 5xx: it means the errors that the author had in mind.
    pub promise: Option<&'a ResponsePromise>,
    /// The media type of the promise that the `Content-Type` of the answer means.
    pub media: Option<&'a MediaType>,
}

impl<'a> Subject<'a> {
    /// Puts together what is judged, and finds the promise for it.
    pub fn new(
        api: &'a Api,
        schemas: &'a Schemas,
        operation: &'a Operation,
        purpose: &'a Purpose,
        exchange: &'a Exchange,
        complete: bool,
    ) -> Self {
        let addressed = exchange.request.method == operation.method
            && (!spoils_path(purpose) || leads_to(&exchange.request.target, &operation.path));
        let promise = exchange
            .response()
            .filter(|_| addressed)
            .and_then(|response| {
                let status = response.status.as_u16();
                operation
                    .response_for(status)
                    .filter(|promise| status < 500 || promise.status != StatusPattern::Default)
            });
        let media = promise.and_then(|promise| {
            let header = media_type::header(exchange.response()?)?;
            media_type::choose(&promise.contents, header)
        });
        Self {
            api,
            schemas,
            operation,
            purpose,
            exchange,
            complete,
            addressed,
            promise,
            media,
        }
    }

    /// The case, when the exchange was one.
    pub fn case(&self) -> Option<&'a Case> {
        match self.purpose {
            Purpose::Case { case, .. } => Some(case),
            _ => None,
        }
    }

    /// What the case violates, if it does.
    pub fn violation(&self) -> Option<&'a Violation> {
        self.case()?.violation()
    }

    /// Whether the case that this one was made from was accepted.
    pub fn base_accepted(&self) -> Option<bool> {
        match self.purpose {
            Purpose::Case { base_accepted, .. } => *base_accepted,
            _ => None,
        }
    }

    /// The answer with its status, if there is one.
    pub fn answer(&self) -> Option<(&'a Response, u16)> {
        let response = self.exchange.response()?;
        Some((response, response.status.as_u16()))
    }

    /// The member of a part of the description, or the part itself where there is none, as in
    /// descriptions that were raised from an older version.
    pub fn member(&self, place: &Place, member: &str) -> Place {
        let child = place.child(member);
        if self.api.document.get(&child).is_some() {
            child
        } else {
            place.clone()
        }
    }

    /// Whether a flaw of the description took something away at or below `place`, so that what
    /// is left does not tell what is promised.
    pub fn is_lost(&self, place: &Place) -> bool {
        let within = |pointer: &str| {
            pointer
                .strip_prefix(place.pointer.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.api.flaws.iter().any(|flaw| {
            flaw.quarantined.is_some()
                && flaw.place.source == place.source
                && within(flaw.place.pointer.as_str())
        })
    }

    /// Whether the violation is in a body that HTTP lets the server ignore (RFC 9110, sections
    /// 9.3.1, 9.3.2 and 9.3.5).
    pub fn violates_idle_body(&self) -> bool {
        let method = &self.exchange.request.method;
        matches!(*method, Method::GET | Method::HEAD | Method::DELETE)
            && self
                .violation()
                .is_some_and(|one| matches!(one.part, Part::Body(_) | Part::ContentType))
    }

    /// Whether HTTP forbids a body in this answer (RFC 9110, sections 9.3.2, 15.3.5,
    /// 15.3.6 and 15.4.5).
    pub fn is_bodiless(&self) -> bool {
        self.exchange.request.method == Method::HEAD
            || matches!(self.exchange.status(), 204 | 205 | 304)
    }
}

/// Whether the case has a wrong value in the path. It may lead to another path: an empty
/// `petId` in `/pets/{petId}` lists all pets.
fn spoils_path(purpose: &Purpose) -> bool {
    let Purpose::Case { case, .. } = purpose else {
        return false;
    };
    case.violation().is_some_and(|violation| {
        matches!(violation.part, Part::Parameter(ParameterLocation::Path, _))
    })
}

/// What a check says of an exchange.
#[derive(Clone, Debug, PartialEq)]
pub enum Judgement {
    /// The exchange is not of the kind that the check judges.
    Silent,
    /// The promise was kept.
    Pass,
    /// The description does not decide, and why.
    Undecided(String),
    /// The promise was broken, in at least one way.
    Fail(Vec<Broken>),
}

impl Judgement {
    /// Broken in one way.
    pub(super) fn fail(broken: Broken) -> Self {
        Self::Fail(vec![broken])
    }

    /// Not decided.
    pub(super) fn undecided(reason: impl Into<String>) -> Self {
        Self::Undecided(reason.into())
    }
}

/// Violations that have a check of their own.
pub(super) fn has_own_check(kind: ViolationKind) -> bool {
    matches!(
        kind,
        ViolationKind::UnknownProperty
            | ViolationKind::MissingCredentials
            | ViolationKind::InvalidCredentials
            | ViolationKind::UnsupportedMethod
    )
}
