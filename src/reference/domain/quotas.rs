//! Plans and their quotas.

use super::World;
use super::refusal::{Details, Reason, Refusal};
use super::word::{Word, words};
use crate::reference::faults::Fault;

words! {
    /// What a plan limits.
    Resource {
        Agents = "agents",
        Chats = "chats",
        Participants = "participants",
        Messages = "messages",
    }
}

/// The numbers of one plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) agents: u64,
    pub(crate) chats: u64,
    pub(crate) participants: u64,
    pub(crate) messages: u64,
}

impl Plan {
    /// A plan with the same number everywhere.
    pub(crate) fn of(number: u64) -> Self {
        Self {
            agents: number,
            chats: number,
            participants: number,
            messages: number,
        }
    }

    fn limit(&self, resource: Resource) -> u64 {
        match resource {
            Resource::Agents => self.agents,
            Resource::Chats => self.chats,
            Resource::Participants => self.participants,
            Resource::Messages => self.messages,
        }
    }
}

/// Leave to create one more. Only a faulty server lets a refusal wait in here until
/// the thing is created.
#[must_use = "a postponed refusal has to be answered"]
pub(super) struct Admission(Option<Refusal>);

impl Admission {
    /// Leave without a question.
    pub(super) fn free() -> Self {
        Self(None)
    }

    /// Ends a creation.
    pub(super) fn grant<T>(self, created: T) -> Result<T, Refusal> {
        match self.0 {
            None => Ok(created),
            Some(refusal) => Err(refusal),
        }
    }
}

impl World {
    /// Asks the plan of an organization for one more of a resource.
    pub(super) fn admit(
        &self,
        organization: usize,
        resource: Resource,
        current: usize,
    ) -> Result<Admission, Refusal> {
        let current = self.counted(resource, current) as u64;
        let limit = self.organizations[organization].plan.limit(resource);
        let full = if self.has(Fault::QUOTA_OFF_BY_ONE) {
            current > limit
        } else if self.has(Fault::QUOTA_ONE_TOO_EARLY) {
            current + 1 >= limit
        } else {
            current >= limit
        };
        if !full {
            return Ok(Admission::free());
        }
        let refusal = self.limit_reached(resource, limit, current);
        if self.has(Fault::QUOTA_REFUSES_BUT_CREATES) {
            return Ok(Admission(Some(refusal)));
        }
        Err(refusal)
    }

    /// How many there are, as far as a faulty server can count.
    fn counted(&self, resource: Resource, current: usize) -> usize {
        if let Some(seen) = self.seen.count(resource) {
            return seen;
        }
        let all = self.organizations.iter();
        match resource {
            Resource::Agents if self.has(Fault::QUOTA_COUNTS_EVERY_ORGANIZATION) => {
                all.map(|one| one.agents).sum()
            }
            Resource::Chats if self.has(Fault::QUOTA_COUNTS_EVERY_ORGANIZATION) => {
                all.map(|one| one.rooms).sum()
            }
            _ => current,
        }
    }

    fn limit_reached(&self, resource: Resource, limit: u64, current: u64) -> Refusal {
        let message = match resource {
            Resource::Agents => "Agent limit reached. Upgrade to create more.",
            Resource::Chats => "Chat room limit reached. Upgrade to create more.",
            Resource::Participants => "Participant limit reached. Upgrade to add more.",
            Resource::Messages => "Message limit reached. Upgrade to send more.",
        };
        let refusal = Refusal::new(Reason::LimitReached(resource), message);
        if self.has(Fault::QUOTA_DETAILS_MISSING) {
            return refusal;
        }
        Refusal {
            details: Details::Limit {
                resource,
                limit,
                current,
            },
            ..refusal
        }
    }
}

impl std::fmt::Display for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}
