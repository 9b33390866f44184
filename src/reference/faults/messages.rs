//! Faults of messages.

super::declare::faults! { Messages:
    /// Text messages sent through the Human API have no `metadata.status`.
    /// The bug that the release of 2026-02-03 repaired.
    METADATA_STATUS_MISSING = "metadata-status-missing" is FormerEdition since "2026-02-03"
        caught by ["THV-MSG-002"],
    /// `getAgentChatContext` answers messages without `sender_name`.
    /// One of several serializers was forgotten when the field came.
    SENDER_NAME_MISSING_IN_CONTEXT = "sender-name-missing-in-context" is Field since "2026-02-10" rewrites true
        caught by ["THV-MSG-001"],
    /// `sender_name` of every message is null.
    /// The field is there, the join that fills it is not.
    SENDER_NAME_NULL = "sender-name-null" is Field since "2026-02-10" rewrites true
        caught by ["THV-MSG-001"],
}
