//! Memories: what agents keep, and who may read and change it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::moment::Moment;
use super::parties::PartyKind;
use super::refusal::{Reason, Refusal};
use super::word::words;
use super::{Caller, World};
use crate::reference::faults::Fault;

words! {
    /// The system a memory belongs to.
    System { Sensory = "sensory", Working = "working", LongTerm = "long_term" }
}

words! {
    /// The type of a memory.
    MemoryType {
        Iconic = "iconic",
        Echoic = "echoic",
        Haptic = "haptic",
        Episodic = "episodic",
        Semantic = "semantic",
        Procedural = "procedural",
    }
}

words! {
    /// What a memory is about.
    Segment { User = "user", Agent = "agent", Tool = "tool", Guideline = "guideline" }
}

words! {
    /// Whom a memory concerns.
    Scope { Subject = "subject", Organization = "organization" }
}

words! {
    /// The state of a memory.
    Status { Active = "active", Superseded = "superseded", Archived = "archived" }
}

/// The memories of an organization by the time of their creation.
pub(crate) type Memories = BTreeMap<Moment, Memory>;

/// One memory.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    pub(crate) id: Uuid,
    pub(crate) organization_id: Uuid,
    pub(crate) source_agent: Uuid,
    pub(crate) content: String,
    pub(crate) thought: String,
    pub(crate) system: System,
    pub(crate) kind: MemoryType,
    pub(crate) segment: Segment,
    pub(crate) subject: Option<Uuid>,
    pub(crate) metadata: Option<Map<String, Value>>,
    pub(crate) status: Status,
    pub(crate) inserted_at: Moment,
}

impl Memory {
    /// Whom it concerns.
    pub(crate) fn scope(&self) -> Scope {
        match self.subject {
            Some(_) => Scope::Subject,
            None => Scope::Organization,
        }
    }
}

/// A memory to be stored. Without a subject it concerns the organization.
pub(crate) struct NewMemory<'a> {
    pub(crate) content: &'a str,
    pub(crate) thought: &'a str,
    pub(crate) system: System,
    pub(crate) kind: MemoryType,
    pub(crate) segment: Segment,
    pub(crate) subject: Option<Uuid>,
    pub(crate) metadata: Option<&'a Map<String, Value>>,
}

impl World {
    /// Stores a memory of the calling agent.
    pub(crate) fn store_memory(
        &mut self,
        caller: Caller,
        new: &NewMemory<'_>,
    ) -> Result<&Memory, Refusal> {
        if let Some(subject) = new.subject {
            self.party(subject)
                .filter(|party| party.organization == caller.organization)
                .ok_or_else(Refusal::not_found)?;
        }
        let inserted_at = self.now();
        let id = self.ids.id();
        let filled = self.has(Fault::MEMORY_OF_ORGANIZATION_GETS_SUBJECT);
        let lost = self.has(Fault::MEMORY_ABOUT_PERSON_LOSES_SUBJECT);
        let subject = new
            .subject
            .filter(|id| !lost || self.known(*id).kind() == PartyKind::Agent);
        let subject = subject.or(filled.then_some(caller.id));
        let kind = if self.has(Fault::MEMORY_TYPE_FORGOTTEN) {
            MemoryType::Semantic
        } else {
            new.kind
        };
        self.kept.memories.clear();
        let organization = &mut self.organizations[caller.organization];
        self.memory_places
            .insert(id, (caller.organization, inserted_at));
        Ok(organization.memories.entry(inserted_at).or_insert(Memory {
            id,
            organization_id: organization.id,
            source_agent: caller.id,
            content: new.content.to_owned(),
            thought: new.thought.to_owned(),
            system: new.system,
            kind,
            segment: new.segment,
            subject,
            metadata: new.metadata.cloned(),
            status: Status::Active,
            inserted_at,
        }))
    }

    pub(super) fn memory(&self, id: Uuid) -> Option<&Memory> {
        let (organization, time) = self.memory_places.get(&id)?;
        self.organizations[*organization].memories.get(time)
    }

    fn memory_of(&self, organization: usize, id: Uuid) -> Result<&Memory, Refusal> {
        let own = self.organizations[organization].id;
        self.memory(id)
            .filter(|memory| memory.organization_id == own)
            .ok_or_else(Refusal::not_found)
    }

    /// A memory for reading.
    fn readable(&self, caller: Caller, id: Uuid) -> Result<&Memory, Refusal> {
        let memory = if self.has(Fault::MEMORY_READABLE_ACROSS_ORGANIZATIONS) {
            self.memory(id).ok_or_else(Refusal::not_found)?
        } else {
            self.memory_of(caller.organization, id)?
        };
        let superseded = memory.status == Status::Superseded;
        if superseded && self.has(Fault::SUPERSEDED_MEMORY_GONE_FOR_AUDIT) {
            return Err(Refusal::not_found());
        }
        Ok(memory)
    }

    /// A memory for an agent of its organization.
    pub(crate) fn agent_memory(&self, caller: Caller, id: Uuid) -> Result<&Memory, Refusal> {
        let memory = self.readable(caller, id)?;
        let others = memory.subject.is_some() && memory.source_agent != caller.id;
        if others && self.has(Fault::MEMORY_ABOUT_SUBJECT_PRIVATE) {
            return Err(Refusal::not_found());
        }
        Ok(memory)
    }

    /// A memory for a person it is about, or about everybody.
    pub(crate) fn user_memory(&self, caller: Caller, id: Uuid) -> Result<&Memory, Refusal> {
        let memory = self.readable(caller, id)?;
        match memory.subject {
            Some(subject)
                if subject != caller.id && !self.has(Fault::USER_MEMORY_OF_COLLEAGUE_READABLE) =>
            {
                Err(Refusal::forbidden("The memory is about somebody else."))
            }
            _ => Ok(memory),
        }
    }

    /// A memory the caller may change: the agent that stored it, the person it is about.
    fn changeable(&mut self, caller: Caller, id: Uuid) -> Result<&mut Memory, Refusal> {
        let foreign = self.has(Fault::MEMORY_CHANGEABLE_ACROSS_ORGANIZATIONS)
            && self
                .memory_places
                .get(&id)
                .is_some_and(|(place, _)| *place != caller.organization);
        if !foreign {
            let memory = self.memory_of(caller.organization, id)?;
            let everybodys = memory.subject.is_none()
                && self.has(Fault::MEMORY_OF_ORGANIZATION_CHANGEABLE_BY_ALL);
            let its_own = match caller.kind {
                PartyKind::Agent => memory.source_agent == caller.id || everybodys,
                PartyKind::User => memory.subject == Some(caller.id),
            };
            if !its_own && self.has(Fault::MEMORY_OF_OTHER_AGENT_ANSWERS_404) {
                return Err(Refusal::not_found());
            }
            if !its_own {
                return Err(Refusal::forbidden("The memory is not yours to change."));
            }
        }
        Ok(self.memory_mut(id).expect("it was found above"))
    }

    fn memory_mut(&mut self, id: Uuid) -> Option<&mut Memory> {
        let (organization, time) = self.memory_places.get(&id)?;
        self.organizations[*organization].memories.get_mut(time)
    }

    /// Writes a status before anybody looks at the rights, if the server has that fault.
    fn write_early(&mut self, caller: Caller, id: Uuid, status: Status) {
        if self.has(Fault::MEMORY_CHANGED_ALTHOUGH_REFUSED)
            && self.memory_of(caller.organization, id).is_ok()
            && let Some(memory) = self.memory_mut(id)
        {
            memory.status = status;
        }
    }

    /// Takes a memory out of the lists for good.
    pub(crate) fn supersede_memory(
        &mut self,
        caller: Caller,
        id: Uuid,
    ) -> Result<&Memory, Refusal> {
        self.write_early(caller, id, Status::Superseded);
        let once = self.has(Fault::MEMORY_SUPERSEDED_TWICE_CONFLICTS);
        let memory = self.changeable(caller, id)?;
        if once && memory.status == Status::Superseded {
            return Err(Refusal::conflict("The memory is superseded already."));
        }
        memory.status = Status::Superseded;
        Ok(memory)
    }

    /// `DELETE` of an agent, which supersedes.
    pub(crate) fn delete_memory_of_agent(
        &mut self,
        caller: Caller,
        id: Uuid,
    ) -> Result<Memory, Refusal> {
        if self.has(Fault::MEMORY_DELETABLE_BY_OTHER_AGENT) {
            self.memory_of(caller.organization, id)?;
            let memory = self.memory_mut(id).expect("it was found above");
            memory.status = Status::Superseded;
            return Ok(memory.clone());
        }
        let subject = self.memory(id).and_then(|memory| memory.subject);
        // The subject may be an agent that is gone by now.
        let subject = subject.and_then(|id| self.party(id));
        let person = subject.is_some_and(|party| party.kind() == PartyKind::User);
        if person && self.has(Fault::MEMORY_ABOUT_PERSON_UNDELETABLE) {
            return Err(Refusal::forbidden("The memory belongs to the person."));
        }
        if self.has(Fault::MEMORY_DELETE_ARCHIVES) {
            return self.archive_memory(caller, id).cloned();
        }
        let memory = self.supersede_memory(caller, id)?.clone();
        if self.has(Fault::MEMORY_DELETE_IS_HARD) {
            self.drop_memory(id);
        }
        Ok(memory)
    }

    /// Hides a memory until a person restores it.
    pub(crate) fn archive_memory(&mut self, caller: Caller, id: Uuid) -> Result<&Memory, Refusal> {
        self.write_early(caller, id, Status::Archived);
        let memory = self.changeable(caller, id)?;
        if memory.status == Status::Active {
            memory.status = Status::Archived;
        }
        Ok(memory)
    }

    /// Brings an archived memory back.
    pub(crate) fn restore_memory(&mut self, caller: Caller, id: Uuid) -> Result<&Memory, Refusal> {
        let memory = self.changeable(caller, id)?;
        if memory.status != Status::Archived {
            let message = "The memory is not archived.";
            return Err(Refusal::at(Reason::Invalid, "/id", message));
        }
        memory.status = Status::Active;
        Ok(memory)
    }

    /// Deletes a memory about the calling person for good.
    pub(crate) fn delete_memory_of_user(
        &mut self,
        caller: Caller,
        id: Uuid,
    ) -> Result<(), Refusal> {
        self.changeable(caller, id)?;
        self.drop_memory(id);
        Ok(())
    }

    fn drop_memory(&mut self, id: Uuid) {
        if let Some((organization, time)) = self.memory_places.remove(&id) {
            self.organizations[organization].memories.remove(&time);
        }
    }

    /// Deletes what a deleted agent stored.
    pub(super) fn forget_memories_of(&mut self, agent: Uuid) {
        let organization = self.known(agent).organization;
        let places = &mut self.memory_places;
        let memories = &mut self.organizations[organization].memories;
        memories.retain(|_, memory| {
            let stays = memory.source_agent != agent;
            if !stays {
                places.remove(&memory.id);
            }
            stays
        });
    }
}
