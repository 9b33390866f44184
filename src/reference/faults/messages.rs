//! Faults of messages.

super::declare::faults! { Messages:
    /// Agents can mention agents only.
    /// Those that are mentioned are looked up where agents are, since mentions begin work.
    AGENT_MENTIONS_AGENTS_ONLY = "agent-mentions-agents-only" is Validation
        caught by ["THV-SPL-020"],
    /// The messages of an agent have the name of its owner as `sender_name`.
    /// The join leads to the account, and the account belongs to a person.
    AGENT_MESSAGES_NAMED_BY_OWNER = "agent-messages-named-by-owner" is Field since "2026-02-10"
        caught by ["THV-MSG-003"],
    /// A message of white space alone is accepted.
    /// Its length is looked at, and white space has one.
    BLANK_MESSAGE_ACCEPTED = "blank-message-accepted" is Validation
        caught by ["violating-accepted"],
    /// A message without mentions is accepted.
    /// An empty list is there, so that nothing is missing.
    EMPTY_MENTIONS_ACCEPTED = "empty-mentions-accepted" is Validation
        caught by ["violating-accepted"],
    /// The metadata of an event comes as a text that holds JSON.
    /// It is written into a column of text and not read back.
    EVENT_METADATA_AS_TEXT = "event-metadata-as-text" is Field since "2026-02-10" rewrites true
        caught by ["response-schema"],
    /// `sender_name` of events is empty.
    /// Events are inserted by code of their own, which does not look the name up.
    EVENT_SENDER_NAME_EMPTY = "event-sender-name-empty" is Field since "2026-02-10"
        caught by ["THV-MSG-001"],
    /// An event of more than 8191 bytes answers 500.
    /// The index on the content cannot hold it.
    LONG_EVENT_CRASHES = "long-event-crashes" is Crash
        caught by ["server-error"],
    /// A mention without a handle is accepted and lost.
    /// The ids are looked up by handle, and what has none is skipped.
    MENTION_WITHOUT_HANDLE_LOST = "mention-without-handle-lost" is Property
        caught by ["THV-SPL-018"],
    /// A text is stored up to its sixteenth character.
    /// It passes through the field that the preview of the room is made for.
    MESSAGE_CONTENT_CUT = "message-content-cut" is Property
        caught by ["THV-SPL-007", "THV-SPL-008"],
    /// `total_count` of a room's messages counts those that were refused, too.
    /// A counter that is raised before the message is checked.
    MESSAGE_COUNT_OF_ATTEMPTS = "message-count-of-attempts" is Count
        caught by ["THV-QUO-020"],
    /// Messages are sent into a room without taking part in it.
    /// Those that are mentioned must be in the room; whether the sender is, nobody asks.
    MESSAGE_SENT_INTO_FOREIGN_ROOM = "message-sent-into-foreign-room" is ForeignId since "2026-03-03"
        caught by ["THV-SEC-005"],
    /// `metadata.status` of a text is gone as soon as an agent processes it.
    /// The state of the processing is merged over it.
    MESSAGE_STATUS_LOST_IN_PROCESSING = "message-status-lost-in-processing" is Field since "2026-02-03" rewrites true
        caught by ["THV-MSG-002"],
    /// A person does not see the messages of the last quarter of a second.
    /// Lists are read from a replica, which lags behind.
    MESSAGES_FROM_LAGGING_REPLICA = "messages-from-lagging-replica" is Race
        caught by ["THV-SPL-007", "THV-SPL-008"],
    /// Every person of the organization reads the messages of its rooms.
    /// The room's organization is compared, its participants are not.
    MESSAGES_READABLE_BY_ORGANIZATION = "messages-readable-by-organization" is Permission since "2026-03-03"
        caught by ["THV-SEC-001"],
    /// Text messages sent through the Human API have no `metadata.status`.
    /// The bug that the release of 2026-02-03 repaired.
    METADATA_STATUS_MISSING = "metadata-status-missing" is FormerEdition since "2026-02-03"
        caught by ["THV-MSG-002"],
    /// `sender_name` of a person is their handle.
    /// People had no other name when the field was planned.
    PERSON_NAMED_BY_HANDLE = "person-named-by-handle" is Field since "2026-02-10"
        caught by ["THV-MSG-004"],
    /// `getAgentChatContext` answers messages without `sender_name`.
    /// One of several serializers was forgotten when the field came.
    SENDER_NAME_MISSING_IN_CONTEXT = "sender-name-missing-in-context" is Field since "2026-02-10" rewrites true
        caught by ["THV-MSG-001"],
    /// `sender_name` of every message is null.
    /// The field is there, the join that fills it is not.
    SENDER_NAME_NULL = "sender-name-null" is Field since "2026-02-10" rewrites true
        caught by ["THV-MSG-001"],
    /// Events of the type `task` are refused.
    /// The list of types is that of the filter of messages, which does not know them.
    TASK_EVENTS_REFUSED = "task-events-refused" is Validation
        caught by ["conforming-rejected"],
    /// Unknown properties of an event that has metadata are ignored.
    /// Metadata is free, and what stands beside it became free with it.
    UNKNOWN_PROPERTY_BESIDE_METADATA = "unknown-property-beside-metadata" is Property since "2026-01-14"
        caught by ["unknown-property-accepted"],
    /// With the status `all` an agent's list holds what does not mention it.
    /// The one query without a status is the one without a join.
    UNMENTIONED_MESSAGES_LISTED = "unmentioned-messages-listed" is ForgottenFilter
        caught by ["THV-SPL-019"],
}
