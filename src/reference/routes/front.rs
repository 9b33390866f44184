//! The way of every request: the shared checks in the order of the contract (A7).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::response::{IntoResponse, Response};
use axum::routing::on;
use http::request::Parts;
use serde_json::Value;

use super::Answer;
use super::operation::{Access, Call, Operation, Places};
use super::refusals::Refusals;
use super::table::operations;
use crate::reference::domain::{Caller, Details, PartyKind, Reason, Refusal, World};
use crate::reference::edition::Edition;
use crate::reference::faults::{Fault, FaultSet};
use crate::reference::reading::{Query, check, credentials, discard, parse_id, read, unknown};

/// A running server.
pub(crate) struct App {
    world: Mutex<World>,
    faults: FaultSet,
    edition: Edition,
    refusals: Refusals,
    /// Whether answers carry the identity for the log.
    named: bool,
}

/// Who sent a request, for the log.
#[derive(Clone, Debug)]
pub(crate) struct Identity(pub(crate) String);

impl App {
    pub(crate) fn new(world: World, seed: u64, named: bool) -> Self {
        Self {
            faults: world.faults,
            edition: world.edition,
            refusals: Refusals::new(world.faults, world.edition, seed),
            world: Mutex::new(world),
            named,
        }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All routes of the server.
pub(crate) fn router(app: App) -> Router {
    let app = Arc::new(app);
    let mut router = Router::new();
    for operation in operations(app.edition) {
        let app = Arc::clone(&app);
        let handler = move |request: Request| answer(Arc::clone(&app), operation, request);
        router = router.route(operation.path, on(operation.method, handler));
    }
    let (lost, wrong) = (Arc::clone(&app), app);
    router
        .fallback(move || async move { lost.refusals.answer(&Refusal::not_found()) })
        .method_not_allowed_fallback(move || async move {
            let message = "The path does not know the method.";
            let refusal = Refusal::new(Reason::MethodNotAllowed, message);
            wrong.refusals.answer(&refusal)
        })
}

async fn answer(app: Arc<App>, operation: &'static Operation, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let places = places(&mut parts).await;
    let (who, entered) = app.enter(operation, &parts);
    let body = match (operation.body, &entered) {
        (None, _) => Ok(Value::Null),
        (Some(_), Ok(())) => read(&parts.headers, body).await,
        (Some(_), Err(_)) => {
            discard(body).await;
            Ok(Value::Null)
        }
    };
    let outcome = entered.and(body).and_then(|body| {
        let query = Query::read(parts.uri.query().unwrap_or_default(), operation.query);
        let call = Call {
            who,
            places,
            query,
            body,
        };
        app.perform(operation, &call)
    });
    let mut response = match outcome {
        Ok(answer) => answer.into_response(),
        Err(refusal) => app.refusals.answer(&refusal),
    };
    if app.named
        && let Some(who) = who
        && let Some(party) = app.world().party(who.id)
    {
        let identity = Identity(party.handle.clone());
        response.extensions_mut().insert(identity);
    }
    response
}

/// The ids of the path. A path that is no UTF-8 has none.
async fn places(parts: &mut Parts) -> Places {
    let mut places = Places::default();
    let Ok(params) = RawPathParams::from_request_parts(parts, &()).await else {
        return places;
    };
    for (name, value) in &params {
        let id = parse_id(value);
        match name {
            "chat_id" => places.chat_id = id,
            _ => places.id = id,
        }
    }
    places
}

impl App {
    /// Who calls, and whether the caller may enter.
    fn enter(&self, operation: &Operation, parts: &Parts) -> (Option<Caller>, Result<(), Refusal>) {
        if operation.access == Access::Open {
            return (None, Ok(()));
        }
        let sent = credentials(&parts.headers);
        let mut world = self.world();
        let mut who = world.identify(sent, operation.access == Access::Human);
        if who.is_none()
            && operation.id == "listMyPeers"
            && self.faults.has(Fault::CredentialsIgnoredOnOneRoute)
        {
            who = world.default_person();
        }
        match who {
            None => (None, Err(Refusal::unauthorized())),
            Some(caller) => (who, admit(&mut world, operation, caller)),
        }
    }

    /// Unknown properties, all other errors of the input, and then the operation itself.
    fn perform(&self, operation: &Operation, call: &Call) -> Result<Answer, Refusal> {
        let unexpected = match operation.body {
            Some(shape)
                if self.edition.refuses_unknown_properties()
                    && !self.faults.has(Fault::UnknownPropertyIgnored) =>
            {
                unknown(shape, &call.body)
            }
            _ => Vec::new(),
        };
        if unexpected.is_empty() {
            return self.execute(operation, call);
        }
        if self.faults.has(Fault::UnknownPropertyRefusedButStored) {
            // The answer is settled; what becomes of the operation interests nobody.
            let _ = self.execute(operation, call);
        }
        Err(Refusal {
            details: Details::Fields(unexpected),
            ..Refusal::new(Reason::BadRequest, "The body has unexpected properties.")
        })
    }

    fn execute(&self, operation: &Operation, call: &Call) -> Result<Answer, Refusal> {
        let mut complaints = call.query.complaints();
        if let Some(shape) = operation.body {
            complaints.extend(check(shape, &call.body));
        }
        if !complaints.is_empty() {
            return Err(Refusal {
                details: Details::Fields(complaints),
                ..Refusal::new(Reason::Invalid, "The request is not valid.")
            });
        }
        let mut world = self.world();
        if call.who.is_some_and(|who| world.party(who.id).is_none()) {
            // The agent was deleted since its key was looked at.
            return Err(Refusal::unauthorized());
        }
        (operation.run)(&mut world, call)
    }
}

/// Rate limit, kind of key, closed preview.
fn admit(world: &mut World, operation: &Operation, who: Caller) -> Result<(), Refusal> {
    world.count_request(who)?;
    match (operation.access, who.kind) {
        (Access::Human, PartyKind::Agent) => {
            Err(Refusal::forbidden("Agents cannot use the Human API."))
        }
        (Access::Agent, PartyKind::User) => {
            Err(Refusal::forbidden("Only agents can use the Agent API."))
        }
        _ if operation.preview && !world.organization(who.organization).preview => {
            Err(Refusal::not_found())
        }
        _ => Ok(()),
    }
}
