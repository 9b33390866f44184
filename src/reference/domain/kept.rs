//! What only a faulty server keeps: lists and keys that outlive what they were made for.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::Page;
use super::moment::Moment;
use super::participants::Participant;
use super::parties::PartyKind;

/// Ids of the items of a page, and the length of the whole list.
type KeptPage = (Vec<Uuid>, u64);

/// A room, and the kind of participants that was asked for.
pub(super) type ListedParticipants = (Uuid, Option<PartyKind>);

/// The caches of a faulty server.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) memories: Lists,
    pub(super) contacts: Lists,
    /// Agents by the beginning of their key.
    pub(super) keys: HashMap<String, Uuid>,
    /// The first agent that asked who it is.
    pub(super) agent_me: Cell<Option<Uuid>>,
    /// The rooms that each API has shown by their address.
    pub(super) rooms: RefCell<HashSet<(PartyKind, Uuid)>>,
    /// How many rooms whoever opened one last is in.
    pub(super) room_count: u64,
    /// The participants of a room, and when they were listed.
    pub(super) participants: RefCell<HashMap<ListedParticipants, (Moment, Vec<Participant>)>>,
}

/// Kept pages by what was asked for.
#[derive(Default)]
pub(super) struct Lists(RefCell<HashMap<String, KeptPage>>);

impl Lists {
    /// The kept page, or one that is made and kept now.
    pub(super) fn page<T>(
        &self,
        key: String,
        make: impl FnOnce() -> Page<T>,
        id: impl Fn(&T) -> Uuid,
        find: impl Fn(Uuid) -> Option<T>,
    ) -> Page<T> {
        let mut kept = self.0.borrow_mut();
        let (ids, total) = kept.entry(key).or_insert_with(|| {
            let page = make();
            (page.items.iter().map(id).collect(), page.total)
        });
        Page {
            items: ids.iter().filter_map(|id| find(*id)).collect(),
            total: *total,
        }
    }

    /// Forgets all pages.
    pub(super) fn clear(&mut self) {
        self.0.get_mut().clear();
    }
}
