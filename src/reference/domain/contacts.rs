//! Contacts: who knows whom.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::moment::Moment;
use super::refusal::Refusal;
use super::{Caller, Page, Paging, World};
use crate::reference::faults::Fault;

/// One side of an acquaintance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contact {
    pub(crate) id: Uuid,
    /// Who is known.
    pub(crate) party: Uuid,
    pub(crate) inserted_at: Moment,
}

/// The contacts of one party.
#[derive(Default)]
pub(super) struct Contacts {
    list: BTreeMap<Moment, Contact>,
    parties: HashMap<Uuid, Moment>,
    records: HashMap<Uuid, Moment>,
}

impl Contacts {
    fn insert(&mut self, contact: Contact) {
        self.parties.insert(contact.party, contact.inserted_at);
        self.records.insert(contact.id, contact.inserted_at);
        self.list.insert(contact.inserted_at, contact);
    }

    /// Removes a contact; in a faulty server the list keeps it.
    fn remove(&mut self, time: Moment, list_too: bool) -> Option<Contact> {
        let contact = *self.list.get(&time)?;
        if list_too {
            self.list.remove(&time);
        }
        self.parties.remove(&contact.party);
        self.records.remove(&contact.id);
        Some(contact)
    }
}

impl World {
    /// The contacts of a party, oldest first.
    pub(super) fn contacts(&self, holder: Uuid) -> impl DoubleEndedIterator<Item = &Contact> {
        let contacts = self.contacts_of.get(&holder);
        contacts.into_iter().flat_map(|all| all.list.values())
    }

    /// The contacts of the caller, newest first.
    pub(crate) fn contact_page(&self, caller: Caller, paging: Paging) -> Page<&Contact> {
        let list = || match self.contacts_of.get(&caller.id) {
            Some(all) => paging.of_known(all.list.values().rev()),
            None => paging.of_known([].iter()),
        };
        if !self.has(Fault::CONTACT_LIST_CACHED_BY_ORGANIZATION) {
            return list();
        }
        let key = format!("{} {:?} {paging:?}", caller.organization, caller.kind);
        let find = |id| self.contact_records().find(|contact| contact.id == id);
        self.kept
            .contacts
            .page(key, list, |contact| contact.id, find)
    }

    /// The contacts of everybody.
    fn contact_records(&self) -> impl Iterator<Item = &Contact> {
        self.contacts_of.values().flat_map(|all| all.list.values())
    }

    /// Whether a party is among the contacts of the holder.
    pub(crate) fn is_contact(&self, holder: Uuid, party: Uuid) -> bool {
        let contacts = self.contacts_of.get(&holder);
        contacts.is_some_and(|all| all.parties.contains_key(&party))
    }

    /// Removes one of the caller's contacts by the id of its record. The other side keeps its own.
    pub(crate) fn remove_contact(&mut self, caller: Caller, id: Uuid) -> Result<(), Refusal> {
        let list_too = !self.has(Fault::CONTACT_REMOVAL_KEEPS_LIST);
        let holder = if self.has(Fault::CONTACT_REMOVABLE_BY_ANYBODY) {
            self.holder_of_contact(id).unwrap_or(caller.id)
        } else {
            caller.id
        };
        let contacts = self.contacts_of.get_mut(&holder);
        let removed = contacts.and_then(|all| {
            let time = *all.records.get(&id)?;
            all.remove(time, list_too)
        });
        self.kept.contacts.clear();
        match removed {
            Some(_) => Ok(()),
            None if self.holder_of_contact(id).is_some() => Err(self.withheld()),
            None => Err(Refusal::not_found()),
        }
    }

    /// Who has the contact record with the id.
    fn holder_of_contact(&self, id: Uuid) -> Option<Uuid> {
        let mut all = self.contacts_of.iter();
        let holder = all.find(|(_, contacts)| contacts.records.contains_key(&id));
        holder.map(|(holder, _)| *holder)
    }

    /// Removes one of the caller's contacts by its handle.
    pub(crate) fn remove_contact_by_handle(
        &mut self,
        caller: Caller,
        handle: &str,
    ) -> Result<(), Refusal> {
        let party = self.by_handle(handle).ok_or_else(Refusal::not_found)?.id;
        self.forget_contact(caller.id, party)
            .ok_or_else(Refusal::not_found)
    }

    fn forget_contact(&mut self, holder: Uuid, party: Uuid) -> Option<()> {
        let list_too = !self.has(Fault::CONTACT_REMOVAL_KEEPS_LIST);
        self.kept.contacts.clear();
        let all = self.contacts_of.get_mut(&holder)?;
        let time = *all.parties.get(&party)?;
        all.remove(time, list_too).map(|_| ())
    }

    /// Makes two parties known to each other, where they are not.
    pub(super) fn acquaint(&mut self, one: Uuid, other: Uuid) {
        self.kept.contacts.clear();
        let sides = [(one, other), (other, one)];
        let one_sided = self.has(Fault::CONTACT_OF_REQUESTER_ONLY);
        for (holder, party) in sides.into_iter().take(if one_sided { 1 } else { 2 }) {
            if self.is_contact(holder, party) {
                continue;
            }
            let inserted_at = self.now();
            let id = self.ids.id();
            self.contacts_of.entry(holder).or_default().insert(Contact {
                id,
                party,
                inserted_at,
            });
        }
    }

    /// Removes every trace of a deleted agent from everybody's contacts and requests.
    pub(super) fn forget_contacts_of(&mut self, party: Uuid) {
        self.kept.contacts.clear();
        self.contacts_of.remove(&party);
        for all in self.contacts_of.values_mut() {
            if let Some(time) = all.parties.get(&party).copied() {
                all.remove(time, true);
            }
            all.list.retain(|_, contact| contact.party != party);
        }
        self.requests.forget(party);
    }
}
