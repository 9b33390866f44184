//! Memories: what agents keep, and who may read and change it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::moment::Moment;
use super::refusal::{Reason, Refusal};
use super::word::words;
use super::{Caller, Page, Paging, World};
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

words! {
    /// The states a list asks for.
    StatusFilter {
        Active = "active",
        Superseded = "superseded",
        Archived = "archived",
        All = "all",
    }
}

words! {
    /// The scopes an agent's list asks for.
    AgentScope { Subject = "subject", Organization = "organization", All = "all" }
}

words! {
    /// The scopes a person's list asks for.
    UserScope {
        AboutMe = "about_me",
        Organization = "organization",
        Room = "room",
        All = "all",
    }
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

/// What both lists filter by.
pub(crate) struct MemoryFilter {
    pub(crate) system: Option<System>,
    pub(crate) kind: Option<MemoryType>,
    pub(crate) segment: Option<Segment>,
    pub(crate) status: Option<StatusFilter>,
    pub(crate) content_query: Option<String>,
}

/// What an agent's list filters by in addition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AgentFilter {
    pub(crate) scope: AgentScope,
    pub(crate) subject: Option<Uuid>,
}

impl AgentFilter {
    fn takes(self, memory: &Memory) -> bool {
        let about = self
            .subject
            .is_none_or(|subject| memory.subject == Some(subject));
        match (self.scope, memory.scope()) {
            (AgentScope::Subject | AgentScope::All, Scope::Subject) => about,
            (AgentScope::Organization | AgentScope::All, Scope::Organization) => true,
            _ => false,
        }
    }
}

impl MemoryFilter {
    fn takes(&self, memory: &Memory, faults: crate::reference::faults::FaultSet) -> bool {
        let status = match self.status {
            None if faults.has(Fault::SupersededMemoryStillListed) => {
                memory.status != Status::Archived
            }
            None | Some(StatusFilter::Active) => memory.status == Status::Active,
            Some(StatusFilter::Superseded) => memory.status == Status::Superseded,
            Some(StatusFilter::Archived) => memory.status == Status::Archived,
            Some(StatusFilter::All) => true,
        };
        status
            && self.system.is_none_or(|system| memory.system == system)
            && self.kind.is_none_or(|kind| memory.kind == kind)
            && self.segment.is_none_or(|segment| memory.segment == segment)
            && self.content_query.as_ref().is_none_or(|query| {
                memory
                    .content
                    .to_lowercase()
                    .contains(&query.to_lowercase())
            })
    }
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
            kind: new.kind,
            segment: new.segment,
            subject: new.subject,
            metadata: new.metadata.cloned(),
            status: Status::Active,
            inserted_at,
        }))
    }

    /// The memories an agent may read, newest first.
    pub(crate) fn agent_memories(
        &self,
        caller: Caller,
        agent: AgentFilter,
        filter: &MemoryFilter,
        paging: Paging,
    ) -> Page<&Memory> {
        self.list_memories(caller, filter, paging, |memory| agent.takes(memory))
    }

    /// The memories a person may read, newest first.
    pub(crate) fn user_memories(
        &self,
        caller: Caller,
        scope: UserScope,
        room: Option<Uuid>,
        filter: &MemoryFilter,
        paging: Paging,
    ) -> Result<Page<&Memory>, Refusal> {
        if let (UserScope::Room, Some(room)) = (scope, room) {
            self.room(caller, room)?;
        }
        let about_me = |memory: &Memory| memory.subject == Some(caller.id);
        Ok(
            self.list_memories(caller, filter, paging, |memory| match scope {
                UserScope::AboutMe => about_me(memory),
                UserScope::Organization => memory.subject.is_none(),
                UserScope::All => memory.subject.is_none() || about_me(memory),
                // Nothing attaches a memory to a room yet.
                UserScope::Room => false,
            }),
        )
    }

    fn list_memories(
        &self,
        caller: Caller,
        filter: &MemoryFilter,
        paging: Paging,
        visible: impl Fn(&Memory) -> bool,
    ) -> Page<&Memory> {
        let takes = |memory: &&Memory| visible(memory) && filter.takes(memory, self.faults);
        let everywhere = || {
            let all = self.organizations.iter().rev();
            all.flat_map(|one| one.memories.values().rev())
                .filter(takes)
        };
        if self.faults.has(Fault::MemoryListedAcrossOrganizations)
            || filter.content_query.is_some()
                && self.faults.has(Fault::MemorySearchLeaksAcrossOrganizations)
        {
            return paging.of(everywhere());
        }
        let own = &self.organizations[caller.organization].memories;
        let mut page = paging.of(own.values().rev().filter(takes));
        if self.faults.has(Fault::MemoryCountLeaksAcrossOrganizations) {
            page.total = everywhere().count() as u64;
        }
        page
    }

    fn memory(&self, id: Uuid) -> Option<&Memory> {
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
        let memory = if self.faults.has(Fault::MemoryReadableAcrossOrganizations) {
            self.memory(id).ok_or_else(Refusal::not_found)?
        } else {
            self.memory_of(caller.organization, id)?
        };
        if memory.status == Status::Superseded
            && self.faults.has(Fault::SupersededMemoryGoneForAudit)
        {
            return Err(Refusal::not_found());
        }
        Ok(memory)
    }

    /// A memory for an agent of its organization.
    pub(crate) fn agent_memory(&self, caller: Caller, id: Uuid) -> Result<&Memory, Refusal> {
        self.readable(caller, id)
    }

    /// A memory for a person it is about, or about everybody.
    pub(crate) fn user_memory(&self, caller: Caller, id: Uuid) -> Result<&Memory, Refusal> {
        let memory = self.readable(caller, id)?;
        match memory.subject {
            Some(subject) if subject != caller.id => {
                Err(Refusal::forbidden("The memory is about somebody else."))
            }
            _ => Ok(memory),
        }
    }

    /// A memory the caller may change: the agent that stored it, the person it is about.
    fn changeable(&mut self, caller: Caller, id: Uuid) -> Result<&mut Memory, Refusal> {
        let memory = self.memory_of(caller.organization, id)?;
        let its_own = match caller.kind {
            super::PartyKind::Agent => memory.source_agent == caller.id,
            super::PartyKind::User => memory.subject == Some(caller.id),
        };
        if !its_own {
            return Err(Refusal::forbidden("The memory is not yours to change."));
        }
        let time = memory.inserted_at;
        let memories = &mut self.organizations[caller.organization].memories;
        Ok(memories.get_mut(&time).expect("it was found above"))
    }

    /// Takes a memory out of the lists for good.
    pub(crate) fn supersede_memory(
        &mut self,
        caller: Caller,
        id: Uuid,
    ) -> Result<&Memory, Refusal> {
        let memory = self.changeable(caller, id)?;
        memory.status = Status::Superseded;
        Ok(memory)
    }

    /// `DELETE` of an agent, which supersedes.
    pub(crate) fn delete_memory_of_agent(
        &mut self,
        caller: Caller,
        id: Uuid,
    ) -> Result<&Memory, Refusal> {
        if !self.faults.has(Fault::MemoryDeletableByOtherAgent) {
            return self.supersede_memory(caller, id);
        }
        let time = self.memory_of(caller.organization, id)?.inserted_at;
        let memories = &mut self.organizations[caller.organization].memories;
        let memory = memories.get_mut(&time).expect("it was found above");
        memory.status = Status::Superseded;
        Ok(memory)
    }

    /// Hides a memory until a person restores it.
    pub(crate) fn archive_memory(&mut self, caller: Caller, id: Uuid) -> Result<&Memory, Refusal> {
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
        let time = self.changeable(caller, id)?.inserted_at;
        self.organizations[caller.organization]
            .memories
            .remove(&time);
        self.memory_places.remove(&id);
        Ok(())
    }

    /// Deletes what a deleted agent stored.
    pub(super) fn forget_memories_of(&mut self, agent: Uuid, organization: usize) {
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
