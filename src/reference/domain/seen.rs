//! What a racing server saw before it let go of the world and came back to act.

use std::collections::HashMap;

use uuid::Uuid;

use super::quotas::Resource;
use super::{Caller, World};
use crate::reference::faults::{Fault, FaultSet};

/// What a check saw; the act that follows believes it, whatever happened in between. A
/// server without faults checks and acts in one step and has nothing in here.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// How many of each resource there were.
    counts: Option<[usize; 4]>,
    /// The pending contact requests by requester and recipient.
    pub(super) pending: Option<HashMap<(Uuid, Uuid), Uuid>>,
}

impl Seen {
    /// Whether a server with these faults looks before it acts.
    pub(crate) fn is_needed(faults: FaultSet) -> bool {
        faults.has(Fault::QUOTA_RACE) || faults.has(Fault::CONTACT_REQUEST_RACE)
    }

    /// How many there were, as far as anybody looked.
    pub(super) fn count(&self, resource: Resource) -> Option<usize> {
        self.counts.map(|counts| counts[resource as usize])
    }
}

impl World {
    /// Looks at everything that a check of the caller's operation would.
    pub(crate) fn look(&self, caller: Caller, room: Option<Uuid>) -> Seen {
        let organization = &self.organizations[caller.organization];
        let room = room.and_then(|id| self.rooms.get(&id));
        let counts = [
            organization.agents,
            organization.rooms,
            room.map_or(0, |room| room.participants.len()),
            room.map_or(0, |room| room.messages.len()),
        ];
        Seen {
            counts: self.has(Fault::QUOTA_RACE).then_some(counts),
            pending: self
                .has(Fault::CONTACT_REQUEST_RACE)
                .then(|| self.requests.pending.clone()),
        }
    }
}
