//! Whom a party can work with.

use uuid::Uuid;

use super::parties::{Party, PartyKind};
use super::refusal::Refusal;
use super::word::words;
use super::{Caller, Page, Paging, World};
use crate::reference::faults::Fault;

words! {
    /// Why somebody is a peer.
    Source { Registry = "registry", Contact = "contact" }
}

/// One peer.
pub(crate) struct Peer<'a> {
    pub(crate) party: &'a Party,
    pub(crate) source: Source,
    pub(crate) is_contact: bool,
}

impl World {
    /// The parties of the own organization, then the contacts outside of it, each newest
    /// first and without the caller.
    pub(crate) fn peers(
        &self,
        caller: Caller,
        kind: Option<PartyKind>,
        not_in_chat: Option<Uuid>,
        paging: Paging,
    ) -> Result<Page<Peer<'_>>, Refusal> {
        let room = not_in_chat.map(|id| self.room_in_query(caller, id));
        let room = room.transpose()?;
        let registry = self.organizations[caller.organization].parties.iter().rev();
        let registry = registry.map(|id| (*id, Source::Registry));
        let contacts = self.contacts(caller.id).rev().map(|contact| contact.party);
        let contacts = contacts.filter(|id| self.known(*id).organization != caller.organization);
        let contacts = contacts.map(|id| (id, Source::Contact));
        let itself_too = caller.kind == PartyKind::Agent && self.has(Fault::AGENT_AMONG_ITS_PEERS);
        let wanted = |id: Uuid| {
            (id != caller.id || itself_too)
                && kind.is_none_or(|kind| self.known(id).kind() == kind)
                && room.is_none_or(|room| room.participant(id).is_none())
        };
        let mut page = paging.of(registry.chain(contacts).filter(|(id, _)| wanted(*id)));
        if self.has(Fault::PEER_PAGE_LOSES_LAST) {
            page.items.pop();
        }
        let peer = |(id, source)| Peer {
            party: self.known(id),
            source,
            is_contact: self.is_contact(caller.id, id),
        };
        Ok(Page {
            items: page.items.into_iter().map(peer).collect(),
            total: page.total,
        })
    }
}
