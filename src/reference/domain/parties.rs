//! People and agents, together the parties.

use uuid::Uuid;

use super::moment::Moment;
use super::quotas::Plan;
use super::rates::Rate;
use super::refusal::{Reason, Refusal};
use super::word::words;
use super::{Caller, Memories, World};
use crate::reference::faults::Fault;

words! {
    /// What a party is.
    PartyKind { User = "User", Agent = "Agent" }
}

/// A tenant.
pub(crate) struct Organization {
    pub(crate) id: Uuid,
    pub(crate) plan: Plan,
    pub(crate) rate: Option<Rate>,
    /// Whether it takes part in the closed preview of memories.
    pub(crate) preview: bool,
    /// Its people and agents in the order of creation.
    pub(super) parties: Vec<Uuid>,
    pub(super) agents: usize,
    pub(super) rooms: usize,
    pub(super) memories: Memories,
}

impl Organization {
    /// An organization without anybody.
    pub(crate) fn new(id: Uuid, plan: Plan, rate: Option<Rate>, preview: bool) -> Self {
        Self {
            id,
            plan,
            rate,
            preview,
            parties: Vec::new(),
            agents: 0,
            rooms: 0,
            memories: Memories::new(),
        }
    }
}

/// Somebody who can act: a person or an agent.
pub(crate) struct Party {
    pub(crate) id: Uuid,
    pub(crate) organization: usize,
    pub(crate) handle: String,
    pub(crate) name: String,
    pub(crate) inserted_at: Moment,
    pub(crate) updated_at: Moment,
    pub(crate) nature: Nature,
}

/// What people and agents do not share.
pub(crate) enum Nature {
    User(Person),
    Agent(Agent),
}

/// What only people have.
pub(crate) struct Person {
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) email: String,
}

/// What only agents have.
pub(crate) struct Agent {
    pub(crate) owner: Uuid,
    pub(crate) description: Option<String>,
    pub(crate) model_type: Option<String>,
    pub(crate) is_external: bool,
    /// The rooms in which it sent something or had a processing attempt.
    pub(super) executions: Vec<Uuid>,
}

impl Party {
    pub(crate) fn kind(&self) -> PartyKind {
        match self.nature {
            Nature::User(_) => PartyKind::User,
            Nature::Agent(_) => PartyKind::Agent,
        }
    }

    pub(crate) fn person(&self) -> Option<&Person> {
        match &self.nature {
            Nature::User(person) => Some(person),
            Nature::Agent(_) => None,
        }
    }

    pub(crate) fn agent(&self) -> Option<&Agent> {
        match &self.nature {
            Nature::Agent(agent) => Some(agent),
            Nature::User(_) => None,
        }
    }
}

impl World {
    /// A party by its id.
    pub(crate) fn party(&self, id: Uuid) -> Option<&Party> {
        self.parties.get(&id)
    }

    /// A party that must be there, because the world removes every reference to one it deletes.
    pub(crate) fn known(&self, id: Uuid) -> &Party {
        self.parties
            .get(&id)
            .expect("the world keeps no reference to a party that is gone")
    }

    /// Who a calling agent is.
    pub(crate) fn itself(&self, caller: Caller) -> &Party {
        if !self.has(Fault::AGENT_ME_KEPT_FOR_EVERYBODY) {
            return self.known(caller.id);
        }
        let kept = self.kept.agent_me.get().and_then(|id| self.party(id));
        kept.unwrap_or_else(|| {
            self.kept.agent_me.set(Some(caller.id));
            self.known(caller.id)
        })
    }

    /// A party by its handle, with or without a leading `@`.
    pub(crate) fn by_handle(&self, handle: &str) -> Option<&Party> {
        let handle = handle.strip_prefix('@').unwrap_or(handle);
        self.parties.get(self.handles.get(handle)?)
    }

    pub(super) fn enter_party(&mut self, party: Party) {
        let organization = &mut self.organizations[party.organization];
        organization.parties.push(party.id);
        if let Nature::Agent(agent) = &party.nature {
            organization.agents += 1;
            self.agents_of
                .entry(agent.owner)
                .or_default()
                .push(party.id);
            self.agent_names.insert((agent.owner, party.name.clone()));
        }
        self.handles.insert(party.handle.clone(), party.id);
        self.parties.insert(party.id, party);
    }

    /// Stores a text in a column of a width, in characters.
    pub(super) fn column(&self, text: &str, width: usize) -> Result<String, Refusal> {
        let width = if self.has(Fault::SERVER_ERROR_ON_BOUNDARY) {
            width - 1
        } else {
            width
        };
        // Bytes are never fewer than characters, so that most texts need no counting.
        if text.len() <= width || text.chars().count() <= width {
            return Ok(text.to_owned());
        }
        Err(Refusal::new(Reason::Broken, "Internal server error."))
    }

    /// Changes the given names of a person.
    pub(crate) fn rename(
        &mut self,
        id: Uuid,
        first_name: Option<&str>,
        last_name: Option<&str>,
    ) -> Result<(), Refusal> {
        let first_name = first_name.map(|name| self.column(name, 100)).transpose()?;
        let last_name = last_name.map(|name| self.column(name, 100)).transpose()?;
        let now = self.now();
        let party = self.parties.get_mut(&id);
        let party = party.ok_or_else(Refusal::unauthorized)?;
        let Nature::User(person) = &mut party.nature else {
            return Err(Refusal::forbidden("Only people have a profile."));
        };
        if first_name.is_some() {
            person.first_name = first_name;
        }
        if last_name.is_some() {
            person.last_name = last_name;
        }
        let names = [&person.first_name, &person.last_name];
        party.name = names
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ");
        party.updated_at = now;
        Ok(())
    }
}
