//! Faults of memories as people see them.

super::declare::faults! { UserMemories:
    /// Outside of the closed preview people reach the memory endpoints.
    /// The switch of the preview is asked in the Agent API only.
    PREVIEW_OPEN_TO_PEOPLE = "preview-open-to-people" is Permission since "2026-02-03"
        caught by ["THV-UME-009"],
    /// The scope `all` leaves the memories of the organization out.
    /// A join that drops rows without a subject.
    USER_MEMORIES_ALL_WITHOUT_ORGANIZATION = "user-memories-all-without-organization" is ForgottenFilter since "2026-02-03"
        caught by ["THV-UME-005"],
    /// Whoever asks second for a scope gets the list of whoever asked first.
    /// The cache of lists is kept by organization and scope, without the person.
    USER_MEMORIES_CACHED_FOR_EVERYBODY = "user-memories-cached-for-everybody" is Cache since "2026-02-03"
        caught by ["THV-UME-007"],
    /// Without a scope the list holds the memories of the organization alone.
    /// The wrong default of the parameter.
    USER_MEMORIES_DEFAULT_TO_ORGANIZATION = "user-memories-default-to-organization" is Validation since "2026-02-03"
        caught by ["THV-UME-001"],
    /// The user memory endpoints answer 404 to agents.
    /// The guard of the closed preview runs before the one for the kind of key.
    USER_MEMORIES_HIDDEN_FROM_AGENTS = "user-memories-hidden-from-agents" is Status since "2026-02-03"
        caught by ["THV-UME-010"],
    /// The scope `all` shows the memories about everybody in the organization.
    /// `all` is taken at its word.
    USER_MEMORIES_OF_EVERYBODY = "user-memories-of-everybody" is ForgottenFilter since "2026-02-03"
        caught by ["THV-UME-007"],
    /// The scope `room` shows what `all` shows.
    /// The scope without a query of its own falls through to the default.
    USER_MEMORIES_OF_ROOM_SHOW_ALL = "user-memories-of-room-show-all" is ForgottenFilter since "2026-02-03"
        caught by ["THV-UME-004"],
    /// The scopes `about_me` and `organization` show what `all` shows.
    /// The parameter is validated and not passed on.
    USER_MEMORIES_SCOPE_IGNORED = "user-memories-scope-ignored" is ForgottenFilter since "2026-02-03"
        caught by ["THV-UME-002", "THV-UME-003"],
    /// A person sees the first words of a memory only.
    /// The text of the card in the list is used everywhere.
    USER_MEMORY_CONTENT_CUT = "user-memory-content-cut" is Field since "2026-02-03" rewrites true
        caught by ["THV-UME-006"],
    /// A person reads memories about colleagues by their id.
    /// The organization is checked, the subject is not.
    USER_MEMORY_OF_COLLEAGUE_READABLE = "user-memory-of-colleague-readable" is Permission since "2026-02-03"
        caught by ["THV-UME-008"],
}
