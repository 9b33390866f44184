//! The way of every request: the shared checks in the order of the contract (A7).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::response::{IntoResponse, Response};
use axum::routing::on;
use http::request::Parts;
use serde_json::Value;
use tokio::task::yield_now;

use super::Answer;
use super::operation::{Access, Call, Operation, Places};
use super::refusals::Refusals;
use super::table::{operations, place};
use crate::reference::domain::{Caller, Details, PartyKind, Reason, Refusal, Seen, World};
use crate::reference::edition::Edition;
use crate::reference::faults::{Fault, FaultSet};
use crate::reference::reading::{
    BLANK, Complaints, Query, Shape, cast, check, credentials, discard, parse_id, read, unknown,
};

/// A running server.
pub(crate) struct App {
    world: Mutex<World>,
    faults: FaultSet,
    edition: Edition,
    refusals: Refusals,
    /// Whether answers carry the identity for the log.
    named: bool,
    /// Who called last, for a server that mixes callers up.
    last: Mutex<Option<Caller>>,
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
            last: Mutex::default(),
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
    let app_faults = app.faults;
    for operation in operations(app.edition, app.faults) {
        let app = Arc::clone(&app);
        let handler = move |request: Request| answer(Arc::clone(&app), operation, request);
        let (method, path) = place(operation, app_faults);
        router = router.route(path, on(method, handler));
    }
    let (lost, wrong) = (Arc::clone(&app), app);
    router
        .fallback(move || async move { lost.refusals.answer(&Refusal::not_found()) })
        .method_not_allowed_fallback(move || async move {
            let message = "The path does not know the method.";
            let reason = if wrong.faults.has(Fault::UNKNOWN_METHOD_CRASHES) {
                Reason::Broken
            } else {
                Reason::MethodNotAllowed
            };
            let refusal = Refusal::new(reason, message);
            wrong.refusals.answer(&refusal)
        })
}

async fn answer(app: Arc<App>, operation: &'static Operation, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let places = places(&mut parts).await;
    let (mut who, entered) = app.enter(operation, &parts);
    if app.faults.has(Fault::CALLER_SHARED_BETWEEN_REQUESTS) && entered.is_ok() {
        who = app.shared(who).await;
    }
    let body = match (operation.body, &entered) {
        (None, _) => Ok(Value::Null),
        (Some(_), Ok(())) => read(&parts.headers, body, app.faults).await,
        (Some(_), Err(_)) => {
            discard(body).await;
            Ok(Value::Null)
        }
    };
    let mut seen = Seen::default();
    if let Some(who) = who
        && Seen::is_needed(app.faults)
    {
        seen = app.world().look(who, places.chat_id);
        yield_now().await;
    }
    let outcome = entered.and(body).and_then(|body| {
        let query = parts.uri.query().unwrap_or_default();
        let query = Query::read(query, operation.query).faulty(app.faults);
        let call = Call {
            who,
            places,
            query,
            body,
            seen,
        };
        app.perform(operation, call)
    });
    let outcome = app.refuse_afterwards(operation, who, outcome);
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
        places.malformed |= id.is_none();
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
            && operation.id == "authentication"
            && self.faults.has(Fault::CREDENTIALS_IGNORED_ON_ONE_ROUTE)
        {
            who = world.default_person();
        }
        match who {
            None => (None, Err(world.unknown(sent))),
            Some(caller) => (who, admit(&mut world, operation, caller)),
        }
    }

    /// Who called last, after others had their turn, as only a faulty server asks.
    async fn shared(&self, who: Option<Caller>) -> Option<Caller> {
        let last = || self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let who = who?;
        *last() = Some(who);
        yield_now().await;
        *last()
    }

    /// Unknown properties, all other errors of the input, and then the operation itself.
    fn perform(&self, operation: &Operation, mut call: Call) -> Result<Answer, Refusal> {
        let unexpected = match operation.body {
            Some(shape) if self.refuses_unknown_properties() => self.unexpected(shape, &call.body),
            _ => Vec::new(),
        };
        if let Some(shape) = operation.body
            && self.faults.has(Fault::NUMBERS_TAKEN_FOR_TEXT)
        {
            cast(shape, &mut call.body);
        }
        if unexpected.is_empty() {
            return self.execute(operation, &call);
        }
        if self.faults.has(Fault::UNKNOWN_PROPERTY_STORED) {
            // The answer is settled; what becomes of the operation interests nobody.
            let _ = self.execute(operation, &call);
        }
        let reason = if self.faults.has(Fault::UNKNOWN_PROPERTY_ANSWERS_422) {
            Reason::Invalid
        } else {
            Reason::BadRequest
        };
        Err(Refusal {
            details: Details::Fields(unexpected),
            ..Refusal::new(reason, "The body has unexpected properties.")
        })
    }

    fn refuses_unknown_properties(&self) -> bool {
        let early = self.faults.has(Fault::UNKNOWN_PROPERTY_REFUSED_EARLY);
        (self.edition.refuses_unknown_properties() || early)
            && !self.faults.has(Fault::UNKNOWN_PROPERTY_IGNORED)
    }

    /// The unknown properties of a body, as far as the server sees them.
    fn unexpected(&self, shape: &Shape, body: &Value) -> Complaints {
        let mut complaints = unknown(shape, body);
        if self.faults.has(Fault::NESTED_PROPERTY_IGNORED) {
            complaints.retain(|(place, _)| place.matches('/').count() == 1);
        }
        let beside = body.pointer("/event/metadata").is_some();
        if beside && self.faults.has(Fault::UNKNOWN_PROPERTY_BESIDE_METADATA) {
            complaints.clear();
        }
        if self.faults.has(Fault::UNKNOWN_PROPERTY_UNNAMED) && !complaints.is_empty() {
            complaints = vec![(String::new(), "Unexpected fields.".to_owned())];
        }
        complaints
    }

    fn execute(&self, operation: &Operation, call: &Call) -> Result<Answer, Refusal> {
        if call.places.malformed && self.faults.has(Fault::MALFORMED_ID_CRASHES) {
            return Err(Refusal::new(Reason::Broken, "Internal server error."));
        }
        let mut complaints = call.query.complaints();
        if let Some(shape) = operation.body {
            complaints.extend(check(shape, &call.body));
        }
        complaints.retain(|(place, message)| !forgives(self.faults, place, message));
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
        world.seen = call.seen.clone();
        let answer = (operation.run)(&mut world, call);
        world.seen = Seen::default();
        answer
    }

    /// Refuses the wrong kind of key when everything is done, if the server has that fault.
    fn refuse_afterwards(
        &self,
        operation: &Operation,
        who: Option<Caller>,
        outcome: Result<Answer, Refusal>,
    ) -> Result<Answer, Refusal> {
        if !self.faults.has(Fault::WRONG_KIND_REFUSED_AFTERWARDS) {
            return outcome;
        }
        match who.and_then(|who| wrong_kind(operation, who)) {
            Some(refusal) => Err(refusal),
            None => outcome,
        }
    }
}

/// Whether a faulty server does not mind a complaint.
fn forgives(faults: FaultSet, place: &str, message: &str) -> bool {
    match place {
        "/message/content" if message == BLANK => faults.has(Fault::BLANK_MESSAGE_ACCEPTED),
        // A list that is none has another complaint.
        "/message/mentions" if message.ends_with("items.") => {
            faults.has(Fault::EMPTY_MENTIONS_ACCEPTED)
        }
        _ => false,
    }
}

/// Rate limit, kind of key, closed preview.
fn admit(world: &mut World, operation: &Operation, who: Caller) -> Result<(), Refusal> {
    world.count_request(who)?;
    if let Some(refusal) = wrong_kind(operation, who)
        && !lets_wrong_kind_in(world, who)
    {
        let hidden = operation.preview && operation.access == Access::Human;
        if hidden && world.has(Fault::USER_MEMORIES_HIDDEN_FROM_AGENTS) {
            return Err(Refusal::not_found());
        }
        if world.has(Fault::WRONG_KIND_ANSWERS_401) {
            return Err(Refusal::unauthorized());
        }
        return Err(refusal);
    }
    let open = who.kind == PartyKind::User && world.has(Fault::PREVIEW_OPEN_TO_PEOPLE);
    if operation.preview && !world.organization(who.organization).preview && !open {
        if world.has(Fault::PREVIEW_ANSWERS_403) {
            return Err(Refusal::forbidden("Your plan does not have this."));
        }
        return Err(Refusal::not_found());
    }
    Ok(())
}

/// Why the key is of the wrong kind, if it is.
fn wrong_kind(operation: &Operation, who: Caller) -> Option<Refusal> {
    match (operation.access, who.kind) {
        (Access::Human, PartyKind::Agent) => {
            Some(Refusal::forbidden("Agents cannot use the Human API."))
        }
        (Access::Agent, PartyKind::User) => {
            Some(Refusal::forbidden("Only agents can use the Agent API."))
        }
        _ => None,
    }
}

/// Whether a fault lets the wrong kind of key in.
fn lets_wrong_kind_in(world: &World, who: Caller) -> bool {
    who.kind == PartyKind::Agent && world.has(Fault::AGENT_KEY_ENTERS_HUMAN_API)
        || world.has(Fault::WRONG_KIND_REFUSED_AFTERWARDS)
}
