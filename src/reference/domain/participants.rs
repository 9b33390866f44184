//! Who is in a room, and who may change that.

use uuid::Uuid;

use super::chats::Room;
use super::parties::PartyKind;
use super::quotas::Resource;
use super::refusal::{Reason, Refusal};
use super::word::words;
use super::{Caller, Page, Paging, World};
use crate::reference::faults::Fault;

words! {
    /// What a participant may do in a room.
    Role { Owner = "owner", Admin = "admin", Member = "member" }
}

/// Somebody in a room.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Participant {
    pub(crate) id: Uuid,
    pub(crate) kind: PartyKind,
    pub(crate) role: Role,
    /// Whether it was removed softly, as only a faulty server does.
    pub(crate) removed: bool,
}

impl World {
    /// All participants of a room, the last to join first.
    pub(crate) fn participants(
        &self,
        caller: Caller,
        room: Uuid,
        kind: Option<PartyKind>,
    ) -> Result<Page<Participant>, Refusal> {
        let room = self.room(caller, room)?;
        let everybody = Paging {
            page: 1,
            size: u64::MAX,
        };
        if self.has(Fault::PARTICIPANTS_KEPT_FOR_A_MINUTE) {
            return Ok(everybody.of(self.kept_participants(room, kind).into_iter()));
        }
        Ok(everybody.of(self.participants_now(room, kind)))
    }

    fn participants_now(
        &self,
        room: &Room,
        kind: Option<PartyKind>,
    ) -> impl Iterator<Item = Participant> {
        let participants = room.participants.iter().rev().copied();
        let wanted = move |other: &Participant| kind.is_none_or(|kind| other.kind == kind);
        // Those that are removed softly may be gone altogether.
        let there = |other: &Participant| !other.removed || self.party(other.id).is_some();
        participants.filter(wanted).filter(there)
    }

    fn kept_participants(&self, room: &Room, kind: Option<PartyKind>) -> Vec<Participant> {
        let now = self.time();
        let mut kept = self.kept.participants.borrow_mut();
        let fresh = || (now, self.participants_now(room, kind).collect());
        let list = kept.entry((room.id, kind)).or_insert_with(fresh);
        if now.0 - list.0.0 >= 60_000_000 {
            *list = fresh();
        }
        list.1.retain(|other| self.party(other.id).is_some());
        list.1.clone()
    }

    /// Adds a party of the own organization or a contact.
    pub(crate) fn add_participant(
        &mut self,
        caller: Caller,
        room: Uuid,
        party: Uuid,
        role: Role,
    ) -> Result<Participant, Refusal> {
        let place = self.room(caller, room)?;
        let own = self.known_to(caller, party);
        let kind = own.ok_or_else(Refusal::not_found)?;
        if caller.kind == PartyKind::Agent && self.has(Fault::AGENTS_ADD_NOBODY) {
            return Err(Refusal::forbidden("Only people add participants."));
        }
        let adder = place.participant(caller.id).map(|adder| adder.role);
        if !matches!(adder, Some(Role::Owner | Role::Admin)) {
            return Err(Refusal::forbidden(
                "Only owners and admins add participants.",
            ));
        }
        if place.participant(party).is_some() {
            return Err(Refusal::conflict("Already a participant of the room."));
        }
        let current = place.participants.len();
        let admission = self.admit(place.organization, Resource::Participants, current)?;
        let now = self.now();
        let participant = Participant {
            id: party,
            kind: if self.has(Fault::PARTICIPANT_GETS_KIND_OF_ADDER) {
                caller.kind
            } else {
                kind
            },
            role,
            removed: false,
        };
        if kind == PartyKind::User && self.has(Fault::PEOPLE_ARE_INVITED) {
            return admission.grant(participant);
        }
        let place = self.rooms.get_mut(&room).expect("it was found above");
        place.participants.push(participant);
        place.updated_at = now;
        let opened = place.inserted_at;
        self.rooms_of.entry(party).or_default().insert(opened, room);
        admission.grant(participant)
    }

    fn known_to(&self, caller: Caller, id: Uuid) -> Option<PartyKind> {
        let party = self.party(id)?;
        let near = party.organization == caller.organization || self.is_contact(caller.id, id);
        near.then(|| party.kind())
    }

    /// Removes somebody, or the caller itself.
    pub(crate) fn remove_participant(
        &mut self,
        caller: Caller,
        room: Uuid,
        party: Uuid,
    ) -> Result<Participant, Refusal> {
        let place = match self.room(caller, room) {
            Ok(place) => place,
            Err(_) if self.governs(caller, room) => &self.rooms[&room],
            Err(refusal) => {
                if self.has(Fault::PARTICIPANT_REMOVED_ALTHOUGH_REFUSED) {
                    self.take_out(room, party);
                }
                return Err(refusal);
            }
        };
        let leaving = *place.participant(party).ok_or_else(Refusal::not_found)?;
        if !self.governs(caller, room) {
            may_remove(place, caller, leaving)?;
        }
        self.take_out(room, party);
        Ok(leaving)
    }

    /// Whether a faulty server lets a person do with the rooms of their organization as they like.
    fn governs(&self, caller: Caller, room: Uuid) -> bool {
        self.has(Fault::PARTICIPANT_REMOVABLE_BY_ORGANIZATION)
            && caller.kind == PartyKind::User
            && self
                .rooms
                .get(&room)
                .is_some_and(|room| room.organization == caller.organization)
    }

    /// Takes somebody out of a room.
    fn take_out(&mut self, room: Uuid, party: Uuid) {
        let now = self.now();
        let soft = self.has(Fault::PARTICIPANT_REMOVAL_IS_SOFT);
        let Some(place) = self.rooms.get_mut(&room) else {
            return;
        };
        if soft {
            let mut all = place.participants.iter_mut();
            all.by_ref()
                .filter(|other| other.id == party)
                .for_each(|other| other.removed = true);
        } else {
            place.participants.retain(|other| other.id != party);
        }
        place.updated_at = now;
        let opened = place.inserted_at;
        if let Some(rooms) = self.rooms_of.get_mut(&party) {
            rooms.remove(&opened);
        }
    }
}

fn may_remove(room: &Room, caller: Caller, leaving: Participant) -> Result<(), Refusal> {
    if leaving.id == caller.id {
        let mut owners = room
            .participants
            .iter()
            .filter(|other| other.role == Role::Owner);
        if leaving.role == Role::Owner && owners.nth(1).is_none() {
            let message = "The only owner cannot leave the room.";
            return Err(Refusal::new(Reason::SoleOwner, message));
        }
        return Ok(());
    }
    if caller.kind == PartyKind::Agent && leaving.kind == PartyKind::User {
        return Err(Refusal::forbidden("Agents do not remove people."));
    }
    match room.participant(caller.id).map(|other| other.role) {
        Some(Role::Owner) => Ok(()),
        Some(Role::Admin) if leaving.role == Role::Member => Ok(()),
        Some(Role::Admin) => Err(Refusal::forbidden("Admins remove members only.")),
        _ => Err(Refusal::forbidden("Members remove nobody else.")),
    }
}
