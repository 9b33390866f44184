//! A person's agents.

use uuid::Uuid;

use super::parties::{Agent, Nature, Party};
use super::quotas::Resource;
use super::refusal::{Reason, Refusal};
use super::{Caller, Page, Paging, World};
use crate::reference::faults::Fault;

/// An agent to be created.
pub(crate) struct NewAgent<'a> {
    pub(crate) name: &'a str,
    pub(crate) description: Option<&'a str>,
    pub(crate) model_type: Option<&'a str>,
    pub(crate) is_external: bool,
}

/// What is left of a deleted agent.
pub(crate) struct Deleted {
    pub(crate) party: Party,
    pub(crate) executions: usize,
}

impl World {
    /// The agents of a person, newest first.
    pub(crate) fn agents_of(&self, caller: Caller, paging: Paging) -> Page<&Party> {
        let mut paging = paging;
        if self.has(Fault::AGENT_PAGES_FROM_ZERO) {
            paging.page = paging.page.saturating_add(1);
        }
        if self.has(Fault::AGENT_LISTED_TO_COLLEAGUES) {
            let parties = self.organizations[caller.organization].parties.iter();
            let parties = parties.rev().map(|id| self.known(*id));
            return paging.of(parties.filter(|party| party.agent().is_some()));
        }
        let agents = self.agents_of.get(&caller.id);
        let agents = agents.map_or(&[][..], Vec::as_slice);
        paging.of_known(agents.iter().rev().map(|id| self.known(*id)))
    }

    /// Creates an agent that belongs to the caller.
    pub(crate) fn create_agent(
        &mut self,
        caller: Caller,
        new: &NewAgent<'_>,
    ) -> Result<Uuid, Refusal> {
        if self.agent_names.contains(&(caller.id, new.name.to_owned())) {
            return Err(Refusal::at(
                Reason::Invalid,
                "/agent/name",
                "An agent of this name exists already.",
            ));
        }
        let too_long = |text: &str| text.chars().count() >= 500;
        if self.has(Fault::LONGEST_DESCRIPTION_REFUSED) && new.description.is_some_and(too_long) {
            let message = "Longer than 499 characters.";
            return Err(Refusal::at(Reason::Invalid, "/agent/description", message));
        }
        let agents = self.organizations[caller.organization].agents;
        let admission = self.admit(caller.organization, Resource::Agents, agents)?;
        let name = self.column(new.name, 100)?;
        let description = new.description.map(|text| self.column(text, 500));
        let description = description.transpose()?;
        let now = self.now();
        let id = self.ids.id();
        let party = Party {
            id,
            organization: caller.organization,
            handle: self.free_handle(caller.id, new.name),
            name,
            inserted_at: now,
            updated_at: now,
            nature: Nature::Agent(Agent {
                owner: caller.id,
                description,
                model_type: new.model_type.map(str::to_owned),
                is_external: new.is_external,
                executions: Vec::new(),
            }),
        };
        self.enter_party(party);
        admission.grant(id)
    }

    /// Creates an external agent and a key for it.
    pub(crate) fn register_agent(
        &mut self,
        caller: Caller,
        new: &NewAgent<'_>,
    ) -> Result<(Uuid, String), Refusal> {
        let id = self.create_agent(caller, new)?;
        let key = self.new_agent_key(id);
        Ok((id, key))
    }

    /// Deletes an agent of the caller, with its history only if forced.
    pub(crate) fn delete_agent(
        &mut self,
        caller: Caller,
        id: Uuid,
        force: bool,
    ) -> Result<Deleted, Refusal> {
        let party = self.party(id).ok_or_else(Refusal::not_found)?;
        let agent = party.agent().ok_or_else(Refusal::not_found)?;
        if party.organization != caller.organization {
            return Err(self.withheld());
        }
        let executions = agent.executions.clone();
        if agent.owner != caller.id && !self.has(Fault::AGENT_DELETABLE_BY_COLLEAGUE) {
            if self.has(Fault::AGENT_DELETED_ALTHOUGH_FORBIDDEN) {
                self.erase_agent(id, &executions);
            }
            return Err(Refusal::forbidden("The agent belongs to somebody else."));
        }
        if !executions.is_empty() && !force {
            return Err(Refusal::at(
                Reason::HistoryExists,
                "/id",
                "The agent has an execution history. Delete it with force.",
            ));
        }
        Ok(Deleted {
            party: self.erase_agent(id, &executions),
            executions: executions.len(),
        })
    }

    /// Removes an agent and every trace of it.
    fn erase_agent(&mut self, id: Uuid, executions: &[Uuid]) -> Party {
        for room in executions {
            self.forget_deliveries(*room, id);
        }
        self.revoke_keys(id);
        self.leave_all_rooms(id);
        self.forget_memories_of(id);
        self.forget_contacts_of(id);
        self.remove_agent(id)
    }

    /// Notes a change of an agent of the caller; only a faulty server has a route for it.
    pub(crate) fn touch_agent(&mut self, caller: Caller, id: Uuid) -> Result<&Party, Refusal> {
        let now = self.now();
        let party = self.parties.get_mut(&id);
        let own = party.filter(|party| party.agent().is_some_and(|one| one.owner == caller.id));
        let party = own.ok_or_else(Refusal::not_found)?;
        party.updated_at = now;
        Ok(party)
    }

    fn remove_agent(&mut self, id: Uuid) -> Party {
        let party = self.parties.remove(&id).expect("it was found above");
        let organization = &mut self.organizations[party.organization];
        organization.parties.retain(|other| *other != id);
        organization.agents -= 1;
        self.handles.remove(&party.handle);
        if let Nature::Agent(agent) = &party.nature {
            self.agent_names.remove(&(agent.owner, party.name.clone()));
            if let Some(agents) = self.agents_of.get_mut(&agent.owner) {
                agents.retain(|other| *other != id);
            }
        }
        party
    }

    /// Notes that an agent did something in a room.
    pub(super) fn note_execution(&mut self, agent: Uuid, room: Uuid) {
        let party = self.parties.get_mut(&agent);
        if let Some(Nature::Agent(agent)) = party.map(|party| &mut party.nature)
            && !agent.executions.contains(&room)
        {
            agent.executions.push(room);
        }
    }

    fn free_handle(&self, owner: Uuid, name: &str) -> String {
        let owner = &self.known(owner).handle;
        let slug = slug(name);
        let first = format!("{owner}/{slug}");
        if !self.handles.contains_key(&first) {
            return first;
        }
        (2..=u64::MAX)
            .map(|number| format!("{owner}/{slug}-{number}"))
            .find(|handle| !self.handles.contains_key(handle))
            .expect("numbers do not run out")
    }
}

/// A name as the second half of a handle.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars().take(80) {
        if letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_') {
            slug.push(letter.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        "agent".to_owned()
    } else {
        slug.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn slugs_fit_into_handles() {
        assert_eq!(slug("Data Scout  2"), "data-scout-2");
        assert_eq!(slug("  ü  "), "agent");
        assert_eq!(slug(&"x".repeat(100)).len(), 80);
    }
}
