//! Contacts as the changelog has them: the same paths for people and agents.

use super::{Answer, Call, Operation};
use crate::reference::domain::{Action, Refusal, RequestStatus, World};
use crate::reference::reading::{Field, PAGE, PAGE_SIZE, Param, Shape, Text, Values};
use crate::reference::views::{
    ActionView, AgentContactView, ContactView, RemovedView, RequestView, ResolvedView,
};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("listMyContacts", "/api/v1/me/contacts", list_of_person).query(PAGES),
    Operation::delete("removeMyContact", "/api/v1/me/contacts/{id}", remove),
    Operation::post("resolveHandle", "/api/v1/me/contacts/resolve", resolve).body(&RESOLVE),
    Operation::post(
        "createContactRequest",
        "/api/v1/me/contacts/requests",
        create,
    )
    .body(&CREATE),
    Operation::get(
        "listReceivedContactRequests",
        "/api/v1/me/contacts/requests/received",
        received,
    )
    .query(PAGES),
    Operation::get(
        "listSentContactRequests",
        "/api/v1/me/contacts/requests/sent",
        sent,
    )
    .query(SENT),
    Operation::post(
        "approveContactRequest",
        "/api/v1/me/contacts/requests/{id}/approve",
        approve,
    ),
    Operation::post(
        "rejectContactRequest",
        "/api/v1/me/contacts/requests/{id}/reject",
        reject,
    ),
    Operation::post(
        "cancelContactRequest",
        "/api/v1/me/contacts/requests/{id}/cancel",
        cancel,
    ),
    Operation::get("listAgentContacts", "/api/v1/agent/contacts", list_of_agent).query(PAGES),
    Operation::delete("deleteAgentContact", "/api/v1/agent/contacts/{id}", remove),
    Operation::post(
        "createAgentContactRequest",
        "/api/v1/agent/contacts/requests",
        create,
    )
    .body(&CREATE),
    Operation::get(
        "listAgentReceivedContactRequests",
        "/api/v1/agent/contacts/requests/received",
        received,
    )
    .query(PAGES),
    Operation::get(
        "listAgentSentContactRequests",
        "/api/v1/agent/contacts/requests/sent",
        sent,
    )
    .query(SENT),
    Operation::post(
        "approveAgentContactRequest",
        "/api/v1/agent/contacts/requests/{id}/approve",
        approve,
    ),
    Operation::post(
        "rejectAgentContactRequest",
        "/api/v1/agent/contacts/requests/{id}/reject",
        reject,
    ),
    Operation::post(
        "cancelAgentContactRequest",
        "/api/v1/agent/contacts/requests/{id}/cancel",
        cancel,
    ),
];

const PAGES: &[Param] = &[PAGE, PAGE_SIZE];

const SENT: &[Param] = &[
    PAGE,
    PAGE_SIZE,
    Param {
        name: "status",
        values: Values::Words(&["all", "pending", "approved", "rejected", "cancelled"]),
    },
];

/// The message that comes with a request.
pub(super) const MESSAGE: Shape = Shape::Nullable(&Text::between(0, 500));

const CREATE: Shape = Shape::Closed(&[Field::required(
    "contact_request",
    Shape::Closed(&[
        Field::required("recipient_handle", Shape::Handle),
        Field::optional("message", MESSAGE),
    ]),
)]);

const RESOLVE: Shape = Shape::Closed(&[Field::required("handle", Shape::Handle)]);

fn list_of_person(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let paging = call.query.paging();
    let page = world.contact_page(call.who(), paging);
    Ok(Answer::page(paging, page, |contact| {
        ContactView::of(contact, world.known(contact.party), world.faults)
    }))
}

fn list_of_agent(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let paging = call.query.paging();
    let page = world.contact_page(call.who(), paging);
    Ok(Answer::page(paging, page, |contact| {
        AgentContactView::of(contact, world.known(contact.party))
    }))
}

fn remove(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    world.remove_contact(call.who(), call.id()?)?;
    Ok(Answer::ok(RemovedView::new()))
}

fn resolve(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let party = world.by_handle(call.document().text("handle"));
    let party = party.ok_or_else(Refusal::not_found)?;
    Ok(Answer::ok(ResolvedView::of(party)))
}

fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let new = call.document().inner("contact_request");
    let (handle, message) = (new.text("recipient_handle"), new.maybe_text("message"));
    let request = world.request_contact(call.who(), handle, message)?.clone();
    Ok(Answer::created(RequestView::of(world, &request)))
}

fn received(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let paging = call.query.paging();
    let page = world.received_requests(call.who(), paging);
    Ok(Answer::page(paging, page, |one| {
        RequestView::of(world, one)
    }))
}

fn sent(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let paging = call.query.paging();
    let status: Option<RequestStatus> = call.query.word("status");
    let page = world.sent_requests(call.who(), status, paging);
    Ok(Answer::page(paging, page, |one| {
        RequestView::of(world, one)
    }))
}

fn act(world: &mut World, call: &Call, action: Action) -> Result<Answer, Refusal> {
    let faults = world.faults;
    let request = world.act_on_request(call.who(), call.id()?, action)?;
    Ok(Answer::ok(ActionView::after(request, faults)))
}

fn approve(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    act(world, call, Action::Approve)
}

fn reject(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    act(world, call, Action::Reject)
}

fn cancel(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    act(world, call, Action::Cancel)
}
