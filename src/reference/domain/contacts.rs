//! Contacts: who knows whom.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::moment::Moment;
use super::refusal::Refusal;
use super::{Caller, Page, Paging, World};

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

    fn remove(&mut self, time: Moment) -> Option<Contact> {
        let contact = self.list.remove(&time)?;
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
        match self.contacts_of.get(&caller.id) {
            Some(all) => paging.of_known(all.list.values().rev()),
            None => paging.of_known([].iter()),
        }
    }

    /// Whether a party is among the contacts of the holder.
    pub(crate) fn is_contact(&self, holder: Uuid, party: Uuid) -> bool {
        let contacts = self.contacts_of.get(&holder);
        contacts.is_some_and(|all| all.parties.contains_key(&party))
    }

    /// Removes one of the caller's contacts by the id of its record. The other side keeps its own.
    pub(crate) fn remove_contact(&mut self, caller: Caller, id: Uuid) -> Result<(), Refusal> {
        let contacts = self.contacts_of.get_mut(&caller.id);
        let removed = contacts.and_then(|all| {
            let time = *all.records.get(&id)?;
            all.remove(time)
        });
        match removed {
            Some(_) => Ok(()),
            None if self.is_contact_record(id) => Err(self.withheld()),
            None => Err(Refusal::not_found()),
        }
    }

    /// Whether anybody has a contact record with the id.
    fn is_contact_record(&self, id: Uuid) -> bool {
        let mut all = self.contacts_of.values();
        all.any(|contacts| contacts.records.contains_key(&id))
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
        let all = self.contacts_of.get_mut(&holder)?;
        let time = *all.parties.get(&party)?;
        all.remove(time).map(|_| ())
    }

    /// Makes two parties known to each other, where they are not.
    pub(super) fn acquaint(&mut self, one: Uuid, other: Uuid) {
        for (holder, party) in [(one, other), (other, one)] {
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
        self.contacts_of.remove(&party);
        for all in self.contacts_of.values_mut() {
            if let Some(time) = all.parties.get(&party).copied() {
                all.remove(time);
            }
        }
        self.requests.forget(party);
    }
}
