//! Chat rooms.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::messages::{Desk, Message};
use super::moment::Moment;
use super::participants::{Participant, Role};
use super::parties::PartyKind;
use super::quotas::{Admission, Resource};
use super::refusal::{Reason, Refusal};
use super::{Caller, Page, Paging, World};
use crate::reference::faults::Fault;

/// A chat room with everything in it.
pub(crate) struct Room {
    pub(crate) id: Uuid,
    pub(crate) task_id: Option<Uuid>,
    pub(crate) title: Option<String>,
    pub(crate) inserted_at: Moment,
    pub(crate) updated_at: Moment,
    pub(super) organization: usize,
    /// In the order of joining.
    pub(super) participants: Vec<Participant>,
    /// In the order of sending.
    pub(super) messages: Vec<Message>,
    pub(super) positions: HashMap<Uuid, usize>,
    /// What each agent has to do with the messages.
    pub(super) desks: HashMap<Uuid, Desk>,
    /// How often somebody tried to send something, which only a faulty server tells.
    pub(super) attempts: u64,
}

impl Room {
    pub(crate) fn participant(&self, id: Uuid) -> Option<&Participant> {
        let mut present = self.participants.iter().filter(|other| !other.removed);
        present.find(|other| other.id == id)
    }

    /// A message of this room.
    pub(crate) fn message(&self, id: Uuid) -> Option<&Message> {
        self.positions.get(&id).map(|place| &self.messages[*place])
    }
}

impl World {
    /// A room, if the caller is in it.
    pub(crate) fn room(&self, caller: Caller, id: Uuid) -> Result<&Room, Refusal> {
        let room = self.rooms.get(&id).ok_or_else(Refusal::not_found)?;
        match room.participant(caller.id) {
            Some(_) => Ok(room),
            None if self.has(Fault::ROOM_EXISTENCE_TOLD_BY_MESSAGE) => Err(Refusal::new(
                Reason::NotFound,
                "You do not take part in this room.",
            )),
            None => Err(self.withheld()),
        }
    }

    /// A room that a query names.
    pub(super) fn room_in_query(&self, caller: Caller, id: Uuid) -> Result<&Room, Refusal> {
        match self.rooms.get(&id) {
            Some(room) if self.has(Fault::FOREIGN_ROOM_IN_QUERY) => Ok(room),
            _ => self.room(caller, id),
        }
    }

    /// A room by its address.
    pub(crate) fn room_by_address(&self, caller: Caller, id: Uuid) -> Result<&Room, Refusal> {
        let kept = self.kept.rooms.borrow().contains(&(caller.kind, id));
        if let Some(room) = self.rooms.get(&id).filter(|_| kept) {
            return Ok(room);
        }
        let room = self.room(caller, id)?;
        self.keep_address(caller, id);
        Ok(room)
    }

    fn keep_address(&self, caller: Caller, id: Uuid) {
        if self.has(Fault::ROOM_CACHED_BY_ADDRESS) {
            self.kept.rooms.borrow_mut().insert((caller.kind, id));
        }
    }

    /// The caller's rooms, newest first.
    pub(crate) fn rooms(&self, caller: Caller, paging: Paging) -> Page<&Room> {
        let mut page = self.room_page(caller, paging);
        if self.has(Fault::ROOM_COUNT_KEPT_WITHOUT_CALLER) {
            page.total = self.kept.room_count;
        }
        page
    }

    fn room_page(&self, caller: Caller, paging: Paging) -> Page<&Room> {
        let of = |party: Uuid| self.rooms_of.get(&party).into_iter().flatten();
        if paging.size == 100 && self.has(Fault::ROOMS_EXPORTED_WITH_LARGEST_PAGE) {
            let account = self.organizations[caller.organization].parties.iter();
            let account = account.copied();
            let rooms: BTreeMap<Moment, Uuid> =
                account.flat_map(of).map(|(t, r)| (*t, *r)).collect();
            return paging.of(rooms.values().rev().map(|id| &self.rooms[id]));
        }
        if self.has(Fault::EMPTY_ROOMS_UNLISTED) {
            let rooms = of(caller.id).map(|(_, id)| &self.rooms[id]);
            let rooms: Vec<&Room> = rooms.filter(|room| !room.messages.is_empty()).collect();
            return paging.of_known(rooms.into_iter().rev());
        }
        let Some(rooms) = self.rooms_of.get(&caller.id) else {
            return paging.of_known([].iter());
        };
        paging.of_known(rooms.values().rev().map(|id| &self.rooms[id]))
    }

    /// Opens a room with the caller as its owner.
    pub(crate) fn create_room(
        &mut self,
        caller: Caller,
        task_id: Option<Uuid>,
    ) -> Result<Uuid, Refusal> {
        let rooms = self.organizations[caller.organization].rooms;
        let unchecked = self.has(Fault::QUOTA_OF_CHATS_UNCHECKED_FOR_AGENTS);
        let admission = if unchecked && caller.kind == PartyKind::Agent {
            Admission::free()
        } else {
            self.admit(caller.organization, Resource::Chats, rooms)?
        };
        let now = self.now();
        let id = self.ids.id();
        self.organizations[caller.organization].rooms += 1;
        self.rooms.insert(
            id,
            Room {
                id,
                task_id,
                title: None,
                inserted_at: now,
                updated_at: now,
                organization: caller.organization,
                participants: vec![Participant {
                    id: caller.id,
                    kind: caller.kind,
                    role: Role::Owner,
                    removed: false,
                }],
                messages: Vec::new(),
                positions: HashMap::new(),
                desks: HashMap::new(),
                attempts: 0,
            },
        );
        let own = self.rooms_of.entry(caller.id).or_default();
        own.insert(now, id);
        self.kept.room_count = own.len() as u64;
        self.keep_address(caller, id);
        admission.grant(id)
    }

    /// Takes a deleted agent out of its rooms. A room it owned alone passes to whoever
    /// has been there longest; an empty one is gone.
    pub(super) fn leave_all_rooms(&mut self, party: Uuid) {
        for id in self
            .rooms_of
            .remove(&party)
            .unwrap_or_default()
            .into_values()
        {
            let Some(room) = self.rooms.get_mut(&id) else {
                continue;
            };
            room.participants.retain(|other| other.id != party);
            room.desks.remove(&party);
            if room
                .participants
                .iter()
                .any(|other| other.role == Role::Owner)
            {
                continue;
            }
            if let Some(eldest) = room.participants.first_mut() {
                eldest.role = Role::Owner;
            } else {
                self.organizations[room.organization].rooms -= 1;
                self.rooms.remove(&id);
            }
        }
    }
}
