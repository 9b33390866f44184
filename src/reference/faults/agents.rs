//! Faults of a person's agents.

super::declare::faults! { Agents:
    /// `PATCH /me/agents/{id}` changes an agent.
    /// The framework makes all routes of a resource, documented or not.
    AGENT_CHANGEABLE_UNDOCUMENTED = "agent-changeable-undocumented" is Permission
        caught by ["undocumented-method-accepted"],
    /// A person deletes the agents of colleagues.
    /// The query looks for the organization and not for the owner.
    AGENT_DELETABLE_BY_COLLEAGUE = "agent-deletable-by-colleague" is Permission since "2026-03-03"
        caught by ["THV-SEC-006"],
    /// Deleting a colleague's agent is refused with 403, and the agent is gone.
    /// The job that deletes is queued before the rights are looked at.
    AGENT_DELETED_ALTHOUGH_FORBIDDEN = "agent-deleted-although-forbidden" is RefusedButDone since "2026-03-03"
        caught by ["THV-SEC-009"],
    /// `api_key` of a registered agent is masked.
    /// The serializer that hides keys in lists is used for the one answer that shows it.
    AGENT_KEY_MASKED = "agent-key-masked" is Field rewrites true
        caught by ["THV-SPL-012"],
    /// A person's list of agents holds those of the whole organization.
    /// It was made from the list of peers, and lost its filter by owner.
    AGENT_LISTED_TO_COLLEAGUES = "agent-listed-to-colleagues" is ForgottenFilter since "2026-03-03"
        caught by ["THV-SEC-002"],
    /// The list of agents begins with its second page.
    /// The query counts pages from 0, the API from 1.
    AGENT_PAGES_FROM_ZERO = "agent-pages-from-zero" is Page
        caught by ["THV-SPL-013"],
    /// A description of exactly the longest allowed length is refused.
    /// `<` where `<=` was meant.
    LONGEST_DESCRIPTION_REFUSED = "longest-description-refused" is OffByOne
        caught by ["conforming-rejected"],
}
