//! Contacts of agents as the published clients have them, four calls beside the mirror.

use serde::Serialize;

use super::contacts::MESSAGE;
use super::{Answer, Call, Operation};
use crate::reference::domain::{Action, Page, Paging, Reason, Refusal, RequestStatus, Word, World};
use crate::reference::reading::{Field, PAGE, PAGE_SIZE, Param, Shape, Values};
use crate::reference::views::{ActionView, ReceivedView, RemovedView, SentRequestView};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::post("addAgentContact", "/api/v1/agent/contacts/add", add).body(&ADD),
    Operation::post(
        "removeAgentContact",
        "/api/v1/agent/contacts/remove",
        remove,
    )
    .body(&REMOVE),
    Operation::get(
        "listAgentContactRequests",
        "/api/v1/agent/contacts/requests",
        list,
    )
    .query(&[PAGE, PAGE_SIZE, SENT_STATUS]),
    Operation::post(
        "respondToAgentContactRequest",
        "/api/v1/agent/contacts/requests/respond",
        respond,
    )
    .body(&RESPOND),
];

const ADD: Shape = Shape::Closed(&[
    Field::required("handle", Shape::Handle),
    Field::optional("message", MESSAGE),
]);

const REMOVE: Shape = Shape::Closed(&[
    Field::optional("contact_id", Shape::Id),
    Field::optional("handle", Shape::Handle),
]);

const RESPOND: Shape = Shape::Closed(&[
    Field::required("action", Shape::Word(Action::WORDS)),
    Field::optional("request_id", Shape::Id),
    Field::optional("handle", Shape::Handle),
]);

const SENT_STATUS: Param = Param {
    name: "sent_status",
    values: Values::Words(&["pending", "approved", "rejected", "cancelled", "all"]),
};

#[derive(Serialize)]
struct Directions<R, S> {
    received: R,
    sent: S,
}

#[derive(Serialize)]
struct DirectionsFacts {
    page: u64,
    page_size: u64,
    received: DirectionFacts,
    sent: DirectionFacts,
}

#[derive(Serialize)]
struct DirectionFacts {
    total: u64,
    total_pages: u64,
}

impl DirectionFacts {
    fn of<T>(paging: Paging, page: &Page<T>) -> Self {
        Self {
            total: page.total,
            total_pages: page.total.div_ceil(paging.size),
        }
    }
}

fn add(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let document = call.document();
    let (handle, message) = (document.text("handle"), document.maybe_text("message"));
    let request = world.add_contact(call.who(), handle, message)?;
    Ok(Answer::created(ActionView::of(request)))
}

/// Neither of two properties of which one is needed.
fn neither(id: &str) -> Refusal {
    let message = "Either the id or the handle is needed.";
    Refusal::at(Reason::Invalid, id, message)
}

fn remove(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let document = call.document();
    match (
        document.maybe_id("contact_id"),
        document.maybe_text("handle"),
    ) {
        (Some(id), _) => world.remove_contact(call.who(), id)?,
        (None, Some(handle)) => world.remove_contact_by_handle(call.who(), handle)?,
        (None, None) => return Err(neither("/contact_id")),
    }
    Ok(Answer::ok(RemovedView::new()))
}

fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let paging = call.query.paging();
    let status = match call.query.text("sent_status") {
        Some("all") => None,
        Some(sent) => RequestStatus::from_word(sent),
        None => Some(RequestStatus::Pending),
    };
    let received = world.received_requests(call.who(), paging);
    let sent = world.sent_requests(call.who(), status, paging);
    let facts = DirectionsFacts {
        page: paging.page,
        page_size: paging.size,
        received: DirectionFacts::of(paging, &received),
        sent: DirectionFacts::of(paging, &sent),
    };
    let received = received.items.into_iter();
    let sent = sent.items.into_iter();
    let data = Directions {
        received: received
            .map(|one| ReceivedView::of(world, one))
            .collect::<Vec<_>>(),
        sent: sent
            .map(|one| SentRequestView::of(world, one))
            .collect::<Vec<_>>(),
    };
    Ok(Answer::list(data, facts))
}

fn respond(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let faults = world.faults;
    let document = call.document();
    let action = document.word("action");
    let request = match (
        document.maybe_id("request_id"),
        document.maybe_text("handle"),
    ) {
        (Some(id), _) => world.act_on_request(call.who(), id, action)?,
        (None, Some(handle)) => world.act_on_request_by_handle(call.who(), handle, action)?,
        (None, None) => return Err(neither("/request_id")),
    };
    Ok(Answer::ok(ActionView::after(request, faults)))
}
