//! The lists of memories and what they filter by.

use uuid::Uuid;

use super::memories::{Memory, MemoryType, Scope, Segment, Status, System};
use super::refusal::Refusal;
use super::word::words;
use super::{Caller, Page, Paging, World};
use crate::reference::faults::{Fault, FaultSet};

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

/// What both lists filter by.
#[derive(Debug)]
pub(crate) struct MemoryFilter {
    pub(crate) system: Option<System>,
    pub(crate) kind: Option<MemoryType>,
    pub(crate) segment: Option<Segment>,
    pub(crate) status: Option<StatusFilter>,
    /// In lower case.
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
    fn takes(&self, memory: &Memory, faults: FaultSet) -> bool {
        let status = match self.status {
            None if faults.has(Fault::SUPERSEDED_MEMORY_STILL_LISTED) => {
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
            && self
                .content_query
                .as_ref()
                .is_none_or(|query| memory.content.to_lowercase().contains(query))
    }
}

impl World {
    /// The memories an agent may read, newest first.
    pub(crate) fn agent_memories(
        &self,
        caller: Caller,
        agent: AgentFilter,
        filter: &MemoryFilter,
        paging: Paging,
    ) -> Page<&Memory> {
        let own_only = self.has(Fault::MEMORY_LISTED_TO_CREATOR_ONLY);
        let list = || {
            self.list_memories(caller, filter, paging, |memory| {
                agent.takes(memory) && (!own_only || memory.source_agent == caller.id)
            })
        };
        if !self.has(Fault::MEMORY_LIST_CACHED_PAST_DELETE) {
            return list();
        }
        let organization = caller.organization;
        let key = format!("{organization} {agent:?} {filter:?} {paging:?}");
        self.kept_memories(key, list)
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
            self.room_in_query(caller, room)?;
        }
        let list = || {
            self.list_memories(caller, filter, paging, |memory| {
                self.is_in_scope(caller, scope, memory)
            })
        };
        if !self.has(Fault::USER_MEMORIES_CACHED_FOR_EVERYBODY) {
            return Ok(list());
        }
        let organization = caller.organization;
        let key = format!("{organization} {scope:?} {room:?} {filter:?} {paging:?}");
        Ok(self.kept_memories(key, list))
    }

    fn is_in_scope(&self, caller: Caller, scope: UserScope, memory: &Memory) -> bool {
        let about_me = memory.subject == Some(caller.id);
        let for_all = memory.subject.is_none();
        match scope {
            UserScope::AboutMe | UserScope::Organization
                if self.has(Fault::USER_MEMORIES_SCOPE_IGNORED) =>
            {
                for_all || about_me
            }
            UserScope::AboutMe => about_me,
            UserScope::Organization => for_all,
            UserScope::All if self.has(Fault::USER_MEMORIES_ALL_WITHOUT_ORGANIZATION) => about_me,
            UserScope::All => for_all || about_me || self.has(Fault::USER_MEMORIES_OF_EVERYBODY),
            // Nothing attaches a memory to a room yet.
            UserScope::Room => {
                self.has(Fault::USER_MEMORIES_OF_ROOM_SHOW_ALL) && (for_all || about_me)
            }
        }
    }

    /// A page as a faulty server keeps it.
    fn kept_memories<'a>(
        &'a self,
        key: String,
        list: impl FnOnce() -> Page<&'a Memory>,
    ) -> Page<&'a Memory> {
        let kept = &self.kept.memories;
        kept.page(key, list, |memory| memory.id, |id| self.memory(id))
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
        let searches = filter.content_query.is_some();
        if self.has(Fault::MEMORY_LISTED_ACROSS_ORGANIZATIONS)
            || searches && self.has(Fault::MEMORY_SEARCH_LEAKS_ACROSS_ORGANIZATIONS)
        {
            return paging.of(everywhere());
        }
        let own = &self.organizations[caller.organization].memories;
        let mut page = paging.of(own.values().rev().filter(takes));
        if self.has(Fault::MEMORY_PAGE_LOSES_NEWEST) && !page.items.is_empty() {
            page.items.remove(0);
        }
        if self.has(Fault::MEMORY_COUNT_LEAKS_ACROSS_ORGANIZATIONS) {
            page.total = everywhere().count() as u64;
        }
        page
    }
}
