//! Faults of contacts and contact requests.

super::declare::faults! { Contacts:
    /// An agent's list of sent contact requests is not there.
    /// The mirror of the Human API was written without this route.
    AGENT_SENT_REQUESTS_MISSING = "agent-sent-requests-missing" is Missing since "2026-02-10"
        caught by ["THV-CON-019"],
    /// A rejected request makes the two contacts.
    /// One handler for all answers, with the contact made before the branch.
    CONTACT_BY_REJECTION = "contact-by-rejection" is StateMachine since "2026-02-10"
        caught by ["THV-CON-010", "THV-CON-022"],
    /// `email` of a contact that is an agent is null.
    /// The field is written whether there is one or not.
    CONTACT_EMAIL_NULL = "contact-email-null" is Field since "2026-02-10" rewrites true
        caught by ["response-schema"],
    /// Colleagues get the list of contacts of whoever asked first.
    /// The cache is kept by organization, as for the list of peers.
    CONTACT_LIST_CACHED_BY_ORGANIZATION = "contact-list-cached-by-organization" is Cache since "2026-03-03"
        caught by ["THV-SEC-002"],
    /// An approved request makes a contact of the requester alone.
    /// One row for two sides.
    CONTACT_OF_REQUESTER_ONLY = "contact-of-requester-only" is StateMachine since "2026-02-10"
        caught by ["THV-CON-001", "THV-CON-009", "THV-CON-021"],
    /// Everybody removes any contact by the id of its record.
    /// The record is found by its key, whoever holds it.
    CONTACT_REMOVABLE_BY_ANYBODY = "contact-removable-by-anybody" is ForeignId since "2026-03-03"
        caught by ["THV-SEC-006"],
    /// A removed contact stays in the list.
    /// The removal writes the index of who knows whom, the list reads the table.
    CONTACT_REMOVAL_KEEPS_LIST = "contact-removal-keeps-list" is Deletion since "2026-02-10"
        caught by ["THV-CON-008", "THV-CON-024"],
    /// Third parties approve, reject and cancel contact requests.
    /// The rules name who may not, and everybody else may.
    CONTACT_REQUEST_ACTIONABLE_BY_ANYBODY = "contact-request-actionable-by-anybody" is ForeignId since "2026-03-03"
        caught by ["THV-SEC-004"],
    /// What approving, rejecting or cancelling answers is still `pending`.
    /// The record was read before the change, and is not read again.
    CONTACT_REQUEST_ANSWER_STALE = "contact-request-answer-stale" is Field since "2026-02-10" rewrites true
        caught by ["THV-CON-023", "response-schema"],
    /// A rejected request can be approved later.
    /// Only what is approved or cancelled counts as final.
    CONTACT_REQUEST_APPROVED_AFTER_REJECTION = "contact-request-approved-after-rejection" is StateMachine since "2026-02-10"
        caught by ["THV-CON-011", "THV-CON-025"],
    /// A request to an agent is approved at once.
    /// Agents accept everybody in the settings of the demo.
    CONTACT_REQUEST_APPROVED_AT_ONCE = "contact-request-approved-at-once" is StateMachine since "2026-02-10"
        caught by ["THV-CON-007", "THV-CON-012", "THV-CON-019", "THV-CON-027"],
    /// The sender approves and rejects its own request.
    /// Whoever takes part in a request may act on it.
    CONTACT_REQUEST_APPROVED_BY_SENDER = "contact-request-approved-by-sender" is Permission since "2026-02-10"
        caught by ["THV-CON-012", "THV-CON-026"],
    /// The recipient cancels a request.
    /// `cancel` shares its check with `reject`.
    CONTACT_REQUEST_CANCELLED_BY_RECIPIENT = "contact-request-cancelled-by-recipient" is Permission since "2026-02-10"
        caught by ["THV-CON-013", "THV-CON-026"],
    /// `total_count` of the lists of requests counts everybody's.
    /// The count of the table, without the condition.
    CONTACT_REQUEST_COUNT_LEAKS = "contact-request-count-leaks" is Count since "2026-03-03"
        caught by ["THV-SEC-003"],
    /// Requests from other organizations are in no list of received ones.
    /// A join with the own organization, which knows no stranger.
    CONTACT_REQUEST_FROM_OUTSIDE_UNLISTED = "contact-request-from-outside-unlisted" is ForgottenFilter since "2026-02-10"
        caught by ["THV-CON-003", "THV-CON-020"],
    /// After a rejection or a cancellation no new request is possible.
    /// The unique index of requester and recipient does not look at the status.
    CONTACT_REQUEST_NEVER_AGAIN = "contact-request-never-again" is StateMachine since "2026-02-10"
        caught by ["THV-CON-017"],
    /// People cannot answer requests of agents, nor agents those of people.
    /// The state machine was written for two of a kind.
    CONTACT_REQUEST_OF_OTHER_KIND_UNANSWERABLE = "contact-request-of-other-kind-unanswerable" is StateMachine since "2026-02-10"
        caught by ["THV-CON-005", "THV-CON-006"],
    /// Two requests wait in both directions.
    /// The search for a pending one looks one way.
    CONTACT_REQUEST_PENDING_BOTH_WAYS = "contact-request-pending-both-ways" is StateMachine since "2026-02-10"
        caught by ["THV-CON-015"],
    /// Of two requests that come at once both are accepted.
    /// The search for a pending one and the insertion are two transactions.
    CONTACT_REQUEST_RACE = "contact-request-race" is Race since "2026-02-10"
        caught by ["THV-CON-028"],
    /// The two sides of a request are exchanged in the lists.
    /// Two joins with the same table, and their aliases mixed up.
    CONTACT_REQUEST_SIDES_SWAPPED = "contact-request-sides-swapped" is Field since "2026-02-10" rewrites true
        caught by ["THV-CON-019", "THV-CON-020"],
    /// A rejected request stays in the list of received ones.
    /// The list leaves out what is approved or cancelled.
    CONTACT_REQUEST_STAYS_RECEIVED = "contact-request-stays-received" is ForgottenFilter since "2026-02-10"
        caught by ["THV-CON-018"],
    /// A request to an agent is received by its owner.
    /// Notifications of agents go to their people, and so do requests.
    CONTACT_REQUEST_TO_AGENT_GOES_TO_OWNER = "contact-request-to-agent-goes-to-owner" is Permission since "2026-02-10"
        caught by ["THV-CON-020"],
    /// Somebody who is a contact already can be asked again.
    /// Only pending requests are looked for.
    CONTACT_REQUEST_TO_CONTACT_ACCEPTED = "contact-request-to-contact-accepted" is StateMachine since "2026-02-10"
        caught by ["THV-CON-016"],
    /// A request to a handle that nobody has answers 422.
    /// The handle is looked up by the validation.
    CONTACT_REQUEST_TO_NOBODY_ANSWERS_422 = "contact-request-to-nobody-answers-422" is Status since "2026-02-10"
        caught by ["THV-CON-014"],
}
