//! Faults of quotas.

super::declare::faults! { Quotas:
    /// A reached quota answers 429.
    /// The behaviour before 2026-02-24.
    QUOTA_ANSWERS_429 = "quota-answers-429" is FormerEdition since "2026-02-24"
        caught by ["THV-QUO-001", "THV-QUO-002", "THV-QUO-003", "THV-QUO-004"],
    /// The code of a reached quota is `quota_exceeded`.
    /// Renamed with the status, although clients switch on it.
    QUOTA_CODE_DRIFTED = "quota-code-drifted" is Field since "2026-02-10"
        caught by ["THV-QUO-009"],
    /// The agents and rooms of every organization count.
    /// The count of the table, without the tenant.
    QUOTA_COUNTS_EVERY_ORGANIZATION = "quota-counts-every-organization" is Count since "2026-02-10"
        caught by ["THV-QUO-013", "THV-QUO-014"],
    /// `limit` and `current` of the details are texts.
    /// The details are a map of texts for the message's sake.
    QUOTA_DETAILS_AS_TEXT = "quota-details-as-text" is Field since "2026-02-10" rewrites true
        caught by ["THV-QUO-017"],
    /// `limit_reached` comes without `details`.
    /// An error type whose payload is dropped on the way out.
    QUOTA_DETAILS_MISSING = "quota-details-missing" is Field since "2026-02-10"
        caught by ["THV-QUO-009", "THV-QUO-010", "THV-QUO-011", "THV-QUO-012"],
    /// The limit of agents answers 422.
    /// The behaviour before 2026-02-10.
    QUOTA_OF_AGENTS_ANSWERS_422 = "quota-of-agents-answers-422" is FormerEdition since "2026-02-10"
        caught by ["THV-QUO-001", "THV-QUO-006"],
    /// Agents open rooms beyond the limit.
    /// The plan is checked in the controllers of the Human API.
    QUOTA_OF_CHATS_UNCHECKED_FOR_AGENTS = "quota-of-chats-unchecked-for-agents" is Permission since "2026-02-24"
        caught by ["THV-QUO-002"],
    /// The limit of messages answers 422.
    /// The behaviour before 2026-02-17.
    QUOTA_OF_MESSAGES_ANSWERS_422 = "quota-of-messages-answers-422" is FormerEdition since "2026-02-17"
        caught by ["THV-QUO-004", "THV-QUO-008"],
    /// The limit of messages answers 429 before the release that says so.
    /// One status for all quotas, ahead of its time.
    QUOTA_OF_MESSAGES_ANSWERS_429_EARLY = "quota-of-messages-answers-429-early" is Status until "2026-02-17"
        caught by ["THV-QUO-007"],
    /// Every quota lets one more through.
    /// `>` where `>=` was meant.
    QUOTA_OFF_BY_ONE = "quota-off-by-one" is OffByOne
        caught by ["THV-QUO-013", "THV-QUO-014", "THV-QUO-015", "THV-QUO-016"],
    /// Every quota refuses the last one that the plan allows.
    /// The new one is counted before it is there.
    QUOTA_ONE_TOO_EARLY = "quota-one-too-early" is OffByOne
        caught by ["THV-QUO-013", "THV-QUO-014", "THV-QUO-015", "THV-QUO-016"],
    /// Creations that come at once pass the last free place together.
    /// The count and the insertion are two transactions.
    QUOTA_RACE = "quota-race" is Race
        caught by ["THV-QUO-013", "THV-QUO-014", "THV-QUO-015", "THV-QUO-016"],
    /// A reached quota refuses, and creates all the same.
    /// The check runs after the insertion, and nobody rolls back.
    QUOTA_REFUSES_BUT_CREATES = "quota-refuses-but-creates" is RefusedButDone
        caught by ["THV-QUO-005", "THV-QUO-018", "THV-QUO-019", "THV-QUO-020"],
}
