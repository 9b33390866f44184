//! Who is in a room, and who may change that.

use uuid::Uuid;

use super::chats::Room;
use super::parties::PartyKind;
use super::quotas::Resource;
use super::refusal::{Reason, Refusal};
use super::word::words;
use super::{Caller, Page, Paging, World};

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
}

impl World {
    /// All participants of a room, the last to join first.
    pub(crate) fn participants(
        &self,
        caller: Caller,
        room: Uuid,
        kind: Option<PartyKind>,
    ) -> Result<Page<&Participant>, Refusal> {
        let room = self.room(caller, room)?;
        let everybody = Paging {
            page: 1,
            size: u64::MAX,
        };
        let participants = room.participants.iter().rev();
        let wanted = |other: &&Participant| kind.is_none_or(|kind| other.kind == kind);
        Ok(everybody.of(participants.filter(wanted)))
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
            kind,
            role,
        };
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
        let place = self.room(caller, room)?;
        let leaving = *place.participant(party).ok_or_else(Refusal::not_found)?;
        may_remove(place, caller, leaving)?;
        let now = self.now();
        let place = self.rooms.get_mut(&room).expect("it was found above");
        place.participants.retain(|other| other.id != party);
        place.updated_at = now;
        let opened = place.inserted_at;
        if let Some(rooms) = self.rooms_of.get_mut(&party) {
            rooms.remove(&opened);
        }
        Ok(leaving)
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
