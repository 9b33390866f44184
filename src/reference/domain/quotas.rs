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
        let current = current as u64;
        let limit = self.organizations[organization].plan.limit(resource);
        let full = if self.faults.has(Fault::QuotaOffByOne) {
            current > limit
        } else {
            current >= limit
        };
        if !full {
            return Ok(Admission(None));
        }
        let refusal = self.limit_reached(resource, limit, current);
        if self.faults.has(Fault::QuotaRefusesButCreates) {
            return Ok(Admission(Some(refusal)));
        }
        Err(refusal)
    }

    fn limit_reached(&self, resource: Resource, limit: u64, current: u64) -> Refusal {
        let message = match resource {
            Resource::Agents => "Agent limit reached. Upgrade to create more.",
            Resource::Chats => "Chat room limit reached. Upgrade to create more.",
            Resource::Participants => "Participant limit reached. Upgrade to add more.",
            Resource::Messages => "Message limit reached. Upgrade to send more.",
        };
        let refusal = Refusal::new(Reason::LimitReached(resource), message);
        if self.faults.has(Fault::QuotaDetailsMissing) {
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
