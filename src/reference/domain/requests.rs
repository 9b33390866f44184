//! Contact requests and their life.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::moment::Moment;
use super::parties::PartyKind;
use super::refusal::{Reason, Refusal};
use super::word::words;
use super::{Caller, Page, Paging, World};
use crate::reference::faults::{Fault, FaultSet};

words! {
    /// The state of a request. All but pending are final.
    RequestStatus {
        Pending = "pending",
        Approved = "approved",
        Rejected = "rejected",
        Cancelled = "cancelled",
    }
}

words! {
    /// What can be done with a pending request.
    Action { Approve = "approve", Reject = "reject", Cancel = "cancel" }
}

impl Action {
    fn leads_to(self) -> RequestStatus {
        match self {
            Self::Approve => RequestStatus::Approved,
            Self::Reject => RequestStatus::Rejected,
            Self::Cancel => RequestStatus::Cancelled,
        }
    }
}

/// One party asks another to become contacts.
#[derive(Clone, Debug)]
pub(crate) struct ContactRequest {
    pub(crate) id: Uuid,
    pub(crate) requester: Uuid,
    pub(crate) recipient: Uuid,
    pub(crate) message: Option<String>,
    pub(crate) status: RequestStatus,
    pub(crate) inserted_at: Moment,
    pub(crate) responded_at: Option<Moment>,
}

/// All requests, with the ways to find them.
#[derive(Default)]
pub(super) struct Requests {
    by_id: HashMap<Uuid, ContactRequest>,
    sent: HashMap<Uuid, BTreeMap<Moment, Uuid>>,
    /// Pending ones only.
    received: HashMap<Uuid, BTreeMap<Moment, Uuid>>,
    /// Pending ones by requester and recipient.
    pub(super) pending: HashMap<(Uuid, Uuid), Uuid>,
}

impl Requests {
    fn insert(&mut self, request: ContactRequest) {
        let (id, time) = (request.id, request.inserted_at);
        let (from, to) = (request.requester, request.recipient);
        self.sent.entry(from).or_default().insert(time, id);
        self.received.entry(to).or_default().insert(time, id);
        self.pending.insert((from, to), id);
        self.by_id.insert(id, request);
    }

    fn resolve(&mut self, id: Uuid, status: RequestStatus, now: Moment, faults: FaultSet) {
        let Some(request) = self.by_id.get_mut(&id) else {
            return;
        };
        request.status = status;
        request.responded_at = Some(now);
        let approved = status == RequestStatus::Approved;
        if approved || !faults.has(Fault::CONTACT_REQUEST_NEVER_AGAIN) {
            self.pending.remove(&(request.requester, request.recipient));
        }
        let kept =
            faults.has(Fault::CONTACT_REQUEST_STAYS_RECEIVED) && status == RequestStatus::Rejected;
        if let Some(received) = self.received.get_mut(&request.recipient)
            && !kept
        {
            received.remove(&request.inserted_at);
        }
    }

    /// Removes all requests from or to a party.
    pub(super) fn forget(&mut self, party: Uuid) {
        let of = |one: &ContactRequest| one.requester == party || one.recipient == party;
        let gone: Vec<_> = self.by_id.values().filter(|one| of(one)).cloned().collect();
        for request in gone {
            self.by_id.remove(&request.id);
            self.pending.remove(&(request.requester, request.recipient));
            if let Some(sent) = self.sent.get_mut(&request.requester) {
                sent.remove(&request.inserted_at);
            }
            if let Some(received) = self.received.get_mut(&request.recipient) {
                received.remove(&request.inserted_at);
            }
        }
    }
}

impl World {
    /// Asks the party with the handle to become a contact.
    pub(crate) fn request_contact(
        &mut self,
        caller: Caller,
        handle: &str,
        message: Option<&str>,
    ) -> Result<&ContactRequest, Refusal> {
        let Some(party) = self.by_handle(handle) else {
            return Err(self.nobody());
        };
        let (recipient, kind) = (party.id, party.kind());
        if recipient == caller.id {
            return Err(Refusal::conflict("You cannot be your own contact."));
        }
        let again = self.has(Fault::CONTACT_REQUEST_TO_CONTACT_ACCEPTED);
        if self.is_contact(caller.id, recipient) && !again {
            return Err(Refusal::conflict("Already a contact."));
        }
        let pending = self.seen.pending.as_ref();
        let pending = pending.unwrap_or(&self.requests.pending);
        let one_way = self.has(Fault::CONTACT_REQUEST_PENDING_BOTH_WAYS);
        if pending.contains_key(&(caller.id, recipient))
            || !one_way && pending.contains_key(&(recipient, caller.id))
        {
            return Err(Refusal::conflict("A contact request is pending already."));
        }
        let message = message.map(|text| self.column(text, 500)).transpose()?;
        let inserted_at = self.now();
        let id = self.ids.id();
        self.requests.insert(ContactRequest {
            id,
            requester: caller.id,
            recipient,
            message,
            status: RequestStatus::Pending,
            inserted_at,
            responded_at: None,
        });
        if kind == PartyKind::Agent && self.has(Fault::CONTACT_REQUEST_APPROVED_AT_ONCE) {
            let approved = RequestStatus::Approved;
            self.requests
                .resolve(id, approved, inserted_at, self.faults);
            self.acquaint(caller.id, recipient);
        }
        Ok(&self.requests.by_id[&id])
    }

    /// The answer to a request to a handle that nobody has.
    fn nobody(&self) -> Refusal {
        if self.has(Fault::CONTACT_REQUEST_TO_NOBODY_ANSWERS_422) {
            let place = "/contact_request/recipient_handle";
            return Refusal::at(Reason::Invalid, place, "Nobody has this handle.");
        }
        Refusal::not_found()
    }

    /// Like [`World::request_contact`], but accepts a request that waits the other way round.
    pub(crate) fn add_contact(
        &mut self,
        caller: Caller,
        handle: &str,
        message: Option<&str>,
    ) -> Result<&ContactRequest, Refusal> {
        let mirror = self.by_handle(handle).and_then(|other| {
            let pending = &self.requests.pending;
            pending.get(&(other.id, caller.id)).copied()
        });
        match mirror {
            Some(id) => self.act_on_request(caller, id, Action::Approve),
            None => self.request_contact(caller, handle, message),
        }
    }

    /// Approves, rejects or cancels a request.
    pub(crate) fn act_on_request(
        &mut self,
        caller: Caller,
        id: Uuid,
        action: Action,
    ) -> Result<&ContactRequest, Refusal> {
        let request = self.requests.by_id.get(&id);
        let request = request.ok_or_else(Refusal::not_found)?;
        let (requester, recipient) = (request.requester, request.recipient);
        let involved = requester == caller.id || recipient == caller.id;
        if !involved && !self.has(Fault::CONTACT_REQUEST_ACTIONABLE_BY_ANYBODY) {
            return Err(self.withheld());
        }
        // Whoever is not involved came here by a fault.
        match action {
            Action::Cancel
                if recipient == caller.id
                    && !self.has(Fault::CONTACT_REQUEST_CANCELLED_BY_RECIPIENT) =>
            {
                return Err(Refusal::forbidden("Only the requester cancels a request."));
            }
            Action::Approve | Action::Reject
                if requester == caller.id
                    && !self.has(Fault::CONTACT_REQUEST_APPROVED_BY_SENDER) =>
            {
                return Err(Refusal::forbidden("Only the recipient answers a request."));
            }
            _ => {}
        }
        let revived = self.has(Fault::CONTACT_REQUEST_APPROVED_AFTER_REJECTION)
            && (request.status, action) == (RequestStatus::Rejected, Action::Approve);
        if request.status != RequestStatus::Pending && !revived {
            return Err(Refusal::conflict("The request is resolved already."));
        }
        let alike = self.known(requester).kind() == self.known(recipient).kind();
        let answers = action != Action::Cancel;
        if answers && !alike && self.has(Fault::CONTACT_REQUEST_OF_OTHER_KIND_UNANSWERABLE) {
            return Err(Refusal::conflict("The request cannot be answered."));
        }
        let now = self.now();
        let faults = self.faults;
        self.requests.resolve(id, action.leads_to(), now, faults);
        let by_rejection = action == Action::Reject && self.has(Fault::CONTACT_BY_REJECTION);
        if action == Action::Approve || by_rejection {
            self.acquaint(requester, recipient);
        }
        Ok(&self.requests.by_id[&id])
    }

    /// Does the same for the pending request from or to a handle.
    pub(crate) fn act_on_request_by_handle(
        &mut self,
        caller: Caller,
        handle: &str,
        action: Action,
    ) -> Result<&ContactRequest, Refusal> {
        let other = self.by_handle(handle).ok_or_else(Refusal::not_found)?.id;
        let pair = match action {
            Action::Cancel => (caller.id, other),
            Action::Approve | Action::Reject => (other, caller.id),
        };
        let id = self.requests.pending.get(&pair).copied();
        self.act_on_request(caller, id.ok_or_else(Refusal::not_found)?, action)
    }

    /// The pending requests to the caller, newest first.
    pub(crate) fn received_requests(
        &self,
        caller: Caller,
        paging: Paging,
    ) -> Page<&ContactRequest> {
        let request = |id: &Uuid| &self.requests.by_id[id];
        let mut page = if self.has(Fault::CONTACT_REQUEST_TO_AGENT_GOES_TO_OWNER) {
            self.received_for_agents(caller, paging)
        } else if self.has(Fault::CONTACT_REQUEST_FROM_OUTSIDE_UNLISTED) {
            let received = self.requests.received.get(&caller.id).into_iter();
            let received = received.flat_map(|all| all.values().rev()).map(request);
            let near = |one: &&ContactRequest| {
                self.known(one.requester).organization == caller.organization
            };
            paging.of(received.filter(near))
        } else {
            match self.requests.received.get(&caller.id) {
                Some(received) => paging.of_known(received.values().rev().map(request)),
                None => paging.of_known([].iter()),
            }
        };
        self.miscount(&mut page);
        page
    }

    /// What a faulty server shows: nothing to agents, and their requests to their owners.
    fn received_for_agents(&self, caller: Caller, paging: Paging) -> Page<&ContactRequest> {
        let agents = self.agents_of.get(&caller.id).into_iter().flatten();
        let own = (caller.kind == PartyKind::User).then_some(&caller.id);
        let lists = own
            .into_iter()
            .chain(agents)
            .filter_map(|party| self.requests.received.get(party));
        let all: BTreeMap<_, _> = lists.flatten().collect();
        paging.of_known(all.into_values().rev().map(|id| &self.requests.by_id[id]))
    }

    /// Counts everybody's requests, if the server has that fault.
    fn miscount(&self, page: &mut Page<&ContactRequest>) {
        if self.has(Fault::CONTACT_REQUEST_COUNT_LEAKS) {
            page.total = self.requests.by_id.len() as u64;
        }
    }

    /// The requests of the caller, newest first.
    pub(crate) fn sent_requests(
        &self,
        caller: Caller,
        status: Option<RequestStatus>,
        paging: Paging,
    ) -> Page<&ContactRequest> {
        let Some(sent) = self.requests.sent.get(&caller.id) else {
            return paging.of_known([].iter());
        };
        let sent = sent.values().rev().map(|id| &self.requests.by_id[id]);
        let mut page = match status {
            None => paging.of_known(sent),
            Some(status) => paging.of(sent.filter(|request| request.status == status)),
        };
        self.miscount(&mut page);
        page
    }
}
