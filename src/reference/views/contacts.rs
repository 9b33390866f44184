//! Contacts and contact requests.

use serde::Serialize;
use uuid::Uuid;

use crate::reference::domain::{
    Contact, ContactRequest, Moment, Party, PartyKind, RequestStatus, World,
};
use crate::reference::faults::{Fault, FaultSet};

/// A contact of a person.
#[derive(Serialize)]
pub(crate) struct ContactView<'a> {
    id: Uuid,
    contact_id: Uuid,
    contact_type: PartyKind,
    status: &'static str,
    source: &'static str,
    user: ContactPartyView<'a>,
    inserted_at: Moment,
}

#[derive(Serialize)]
struct ContactPartyView<'a> {
    id: Uuid,
    name: &'a str,
    handle: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<Email<'a>>,
}

/// Only a faulty server writes one that is not there.
#[derive(Serialize)]
#[serde(untagged)]
enum Email<'a> {
    Given(&'a str),
    Null,
}

impl<'a> ContactView<'a> {
    pub(crate) fn of(contact: &Contact, party: &'a Party, faults: FaultSet) -> Self {
        let email = party.person().map(|person| Email::Given(&person.email));
        let null = faults.has(Fault::CONTACT_EMAIL_NULL).then_some(Email::Null);
        Self {
            id: contact.id,
            contact_id: party.id,
            contact_type: party.kind(),
            status: "active",
            source: "request",
            user: ContactPartyView {
                id: party.id,
                name: &party.name,
                handle: &party.handle,
                email: email.or(null),
            },
            inserted_at: contact.inserted_at,
        }
    }
}

/// A contact of an agent.
#[derive(Serialize)]
pub(crate) struct AgentContactView<'a> {
    id: Uuid,
    #[serde(rename = "type")]
    kind: PartyKind,
    handle: &'a str,
    name: &'a str,
    description: Option<&'a str>,
    is_external: Option<bool>,
    inserted_at: Moment,
}

impl<'a> AgentContactView<'a> {
    pub(crate) fn of(contact: &Contact, party: &'a Party) -> Self {
        let agent = party.agent();
        Self {
            id: contact.id,
            kind: party.kind(),
            handle: &party.handle,
            name: &party.name,
            description: agent.and_then(|agent| agent.description.as_deref()),
            is_external: agent.map(|agent| agent.is_external),
            inserted_at: contact.inserted_at,
        }
    }
}

/// A contact request.
#[derive(Serialize)]
pub(crate) struct RequestView<'a> {
    id: Uuid,
    status: RequestStatus,
    message: Option<&'a str>,
    requester_id: Uuid,
    requester_type: PartyKind,
    requester: SideView<'a>,
    recipient_id: Uuid,
    recipient_type: PartyKind,
    recipient: SideView<'a>,
    inserted_at: Moment,
    responded_at: Option<Moment>,
}

#[derive(Serialize)]
struct SideView<'a> {
    id: Uuid,
    name: &'a str,
    handle: &'a str,
}

impl<'a> SideView<'a> {
    fn of(party: &'a Party) -> Self {
        Self {
            id: party.id,
            name: &party.name,
            handle: &party.handle,
        }
    }
}

impl<'a> RequestView<'a> {
    pub(crate) fn of(world: &'a World, request: &'a ContactRequest) -> Self {
        let requester = world.known(request.requester);
        let recipient = world.known(request.recipient);
        let sides = (SideView::of(requester), SideView::of(recipient));
        let (first, second) = if world.has(Fault::CONTACT_REQUEST_SIDES_SWAPPED) {
            (sides.1, sides.0)
        } else {
            sides
        };
        Self {
            id: request.id,
            status: request.status,
            message: request.message.as_deref(),
            requester_id: requester.id,
            requester_type: requester.kind(),
            requester: first,
            recipient_id: recipient.id,
            recipient_type: recipient.kind(),
            recipient: second,
            inserted_at: request.inserted_at,
            responded_at: request.responded_at,
        }
    }
}

/// A request to an agent, in the clients' list.
#[derive(Serialize)]
pub(crate) struct ReceivedView<'a> {
    id: Uuid,
    from_handle: &'a str,
    from_name: &'a str,
    message: Option<&'a str>,
    status: RequestStatus,
    inserted_at: Moment,
}

impl<'a> ReceivedView<'a> {
    pub(crate) fn of(world: &'a World, request: &'a ContactRequest) -> Self {
        let from = world.known(request.requester);
        Self {
            id: request.id,
            from_handle: &from.handle,
            from_name: &from.name,
            message: request.message.as_deref(),
            status: request.status,
            inserted_at: request.inserted_at,
        }
    }
}

/// A request of an agent, in the clients' list.
#[derive(Serialize)]
pub(crate) struct SentRequestView<'a> {
    id: Uuid,
    to_handle: &'a str,
    to_name: &'a str,
    message: Option<&'a str>,
    status: RequestStatus,
    inserted_at: Moment,
}

impl<'a> SentRequestView<'a> {
    pub(crate) fn of(world: &'a World, request: &'a ContactRequest) -> Self {
        let to = world.known(request.recipient);
        Self {
            id: request.id,
            to_handle: &to.handle,
            to_name: &to.name,
            message: request.message.as_deref(),
            status: request.status,
            inserted_at: request.inserted_at,
        }
    }
}

/// What became of a request.
#[derive(Serialize)]
pub(crate) struct ActionView {
    id: Uuid,
    status: RequestStatus,
}

impl ActionView {
    pub(crate) fn of(request: &ContactRequest) -> Self {
        Self {
            id: request.id,
            status: request.status,
        }
    }

    /// The same after an action.
    pub(crate) fn after(request: &ContactRequest, faults: FaultSet) -> Self {
        let mut view = Self::of(request);
        if faults.has(Fault::CONTACT_REQUEST_ANSWER_STALE) {
            view.status = RequestStatus::Pending;
        }
        view
    }
}

/// A removed contact.
#[derive(Serialize)]
pub(crate) struct RemovedView {
    status: &'static str,
}

impl RemovedView {
    pub(crate) fn new() -> Self {
        Self { status: "removed" }
    }
}

/// Who has a handle.
#[derive(Serialize)]
pub(crate) struct ResolvedView<'a> {
    id: Uuid,
    #[serde(rename = "type")]
    kind: PartyKind,
    handle: &'a str,
    name: &'a str,
}

impl<'a> ResolvedView<'a> {
    pub(crate) fn of(party: &'a Party) -> Self {
        Self {
            id: party.id,
            kind: party.kind(),
            handle: &party.handle,
            name: &party.name,
        }
    }
}
