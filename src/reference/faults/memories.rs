//! Faults of memories, mostly as agents see them.

super::declare::faults! { Memories:
    /// A memory about a person is stored without its subject.
    /// The foreign key points to agents, and the insertion drops what it does not find.
    MEMORY_ABOUT_PERSON_LOSES_SUBJECT = "memory-about-person-loses-subject" is Property since "2026-02-03"
        caught by ["THV-MEM-009"],
    /// The agent that stored a memory about a person cannot delete it.
    /// It belongs to the person from then on, says the guard of deletions.
    MEMORY_ABOUT_PERSON_UNDELETABLE = "memory-about-person-undeletable" is Permission since "2026-02-03"
        caught by ["THV-MEM-013"],
    /// A memory with a subject is readable by the agent that stored it alone.
    /// The rule for changes is used for reading, too.
    MEMORY_ABOUT_SUBJECT_PRIVATE = "memory-about-subject-private" is Permission since "2026-02-03"
        caught by ["THV-MEM-008"],
    /// Agents of other organizations may change and delete any memory.
    /// The rights are looked up among the agents of the memory's organization, and where there
    /// is no entry nothing forbids.
    MEMORY_CHANGEABLE_ACROSS_ORGANIZATIONS = "memory-changeable-across-organizations" is ForeignId since "2026-02-03"
        caught by ["THV-MEM-007", "THV-MEM-020"],
    /// Another agent is refused, and the memory is superseded or archived all the same.
    /// The status is written first, and no transaction takes it back.
    MEMORY_CHANGED_ALTHOUGH_REFUSED = "memory-changed-although-refused" is RefusedButDone since "2026-02-03"
        caught by ["THV-MEM-019"],
    /// `total_count` of the memory lists counts the memories of every organization.
    /// The query that counts was written apart from the one that selects.
    MEMORY_COUNT_LEAKS_ACROSS_ORGANIZATIONS = "memory-count-leaks-across-organizations" is Count since "2026-02-03"
        caught by ["THV-MEM-017"],
    /// Any agent of the organization may supersede a memory by `DELETE`.
    /// The second path of the operation lacks the check of the first.
    MEMORY_DELETABLE_BY_OTHER_AGENT = "memory-deletable-by-other-agent" is Permission since "2026-02-03"
        caught by ["THV-MEM-003"],
    /// `DELETE` archives a memory.
    /// Two soft states, and the wrong one behind the route.
    MEMORY_DELETE_ARCHIVES = "memory-delete-archives" is StateMachine since "2026-02-03"
        caught by ["THV-MEM-005", "THV-MEM-014"],
    /// `DELETE` deletes a memory for good.
    /// A soft deletion that was never written: the row goes.
    MEMORY_DELETE_IS_HARD = "memory-delete-is-hard" is Deletion since "2026-02-03"
        caught by ["THV-MEM-005", "THV-MEM-014"],
    /// The list of memories still shows one that was superseded since it was asked for last.
    /// The cache of lists is emptied by new memories only.
    MEMORY_LIST_CACHED_PAST_DELETE = "memory-list-cached-past-delete" is Cache since "2026-02-03"
        caught by ["THV-MEM-004"],
    /// The memory lists hold the memories of every organization.
    /// A query without its tenant.
    MEMORY_LISTED_ACROSS_ORGANIZATIONS = "memory-listed-across-organizations" is ForgottenFilter since "2026-02-03"
        caught by ["THV-MEM-002"],
    /// An agent's list holds its own memories only.
    /// The filter of the first version, when agents did not share.
    MEMORY_LISTED_TO_CREATOR_ONLY = "memory-listed-to-creator-only" is Permission since "2026-02-03"
        caught by ["THV-MEM-021"],
    /// Every agent may change the memories of its organization that have no subject.
    /// "The organization's" is taken for "everybody's".
    MEMORY_OF_ORGANIZATION_CHANGEABLE_BY_ALL = "memory-of-organization-changeable-by-all" is Permission since "2026-02-03"
        caught by ["THV-MEM-018"],
    /// A memory for the organization is stored with the agent itself as its subject.
    /// The default of the subject does not look at the scope.
    MEMORY_OF_ORGANIZATION_GETS_SUBJECT = "memory-of-organization-gets-subject" is Property since "2026-02-03"
        caught by ["THV-MEM-010"],
    /// Changing another agent's memory answers 404.
    /// The query asks for the creator, so that nothing is found to be forbidden.
    MEMORY_OF_OTHER_AGENT_ANSWERS_404 = "memory-of-other-agent-answers-404" is Status since "2026-02-03"
        caught by ["THV-MEM-022"],
    /// The first page of the memories lacks the newest one.
    /// The offset is the number of the page, and not that of its first row.
    MEMORY_PAGE_LOSES_NEWEST = "memory-page-loses-newest" is Page since "2026-02-03"
        caught by ["THV-MEM-012", "THV-UME-001"],
    /// A memory of another organization is readable by its id.
    /// Look-up by primary key, which needs no tenant to find a row.
    MEMORY_READABLE_ACROSS_ORGANIZATIONS = "memory-readable-across-organizations" is ForeignId since "2026-02-03"
        caught by ["THV-MEM-001"],
    /// The memory lists hold every organization's memories when `content_query` is sent.
    /// The search runs on an index that does not know of tenants.
    MEMORY_SEARCH_LEAKS_ACROSS_ORGANIZATIONS = "memory-search-leaks-across-organizations" is ForgottenFilter since "2026-02-03"
        caught by ["THV-MEM-006"],
    /// Storing a memory answers 200.
    /// The default status of the framework.
    MEMORY_STORED_ANSWERS_200 = "memory-stored-answers-200" is Status since "2026-02-03" rewrites true
        caught by ["undocumented-status"],
    /// Superseding a superseded memory answers 409.
    /// The state machine has no arrow from a state to itself.
    MEMORY_SUPERSEDED_TWICE_CONFLICTS = "memory-superseded-twice-conflicts" is StateMachine since "2026-02-03"
        caught by ["THV-MEM-015"],
    /// Every memory is stored with the type `semantic`.
    /// The column has a default, and the insertion leaves it out.
    MEMORY_TYPE_FORGOTTEN = "memory-type-forgotten" is Property since "2026-02-03"
        caught by ["THV-MEM-011"],
    /// Outside of the closed preview the memory endpoints answer 403.
    /// What the changelog tells of a later time.
    PREVIEW_ANSWERS_403 = "preview-answers-403" is Status since "2026-02-03"
        caught by ["THV-MEM-016", "THV-UME-009"],
    /// A superseded memory cannot be read by its id any more.
    /// The default scope of the model, which hides superseded rows, holds for every query.
    SUPERSEDED_MEMORY_GONE_FOR_AUDIT = "superseded-memory-gone-for-audit" is Deletion since "2026-02-03"
        caught by ["THV-MEM-005"],
    /// Superseded memories are in the lists although `status` does not ask for them.
    /// The default filter knows of archived ones only.
    SUPERSEDED_MEMORY_STILL_LISTED = "superseded-memory-still-listed" is ForgottenFilter since "2026-02-03"
        caught by ["THV-MEM-004"],
}
