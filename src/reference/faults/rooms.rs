//! Faults of chat rooms.

super::declare::faults! { Rooms:
    /// Rooms without a message are in no list.
    /// The list joins the last message of each room, and an inner join drops rooms that have none.
    EMPTY_ROOMS_UNLISTED = "empty-rooms-unlisted" is Page
        caught by ["THV-SPL-006", "THV-SPL-016", "THV-SPL-017"],
    /// A query parameter may name a room that the caller is not in.
    /// Rooms in paths are checked by the router, rooms in queries by nobody.
    FOREIGN_ROOM_IN_QUERY = "foreign-room-in-query" is ForeignId since "2026-03-03"
        caught by ["THV-SEC-001"],
    /// A new room with the task null answers 500.
    /// A property that is there is taken for one that has a value.
    NULL_TASK_CRASHES = "null-task-crashes" is Crash
        caught by ["server-error"],
    /// `GET /me/chats/{id}` is not there.
    /// The route was lost when the routes of the two APIs were taken apart.
    ROOM_BY_ID_MISSING = "room-by-id-missing" is Missing
        caught by ["THV-SPL-005"],
    /// A room is read by everybody as soon as it was made.
    /// A cache that is written through has the address as its key, without the credentials.
    ROOM_CACHED_BY_ADDRESS = "room-cached-by-address" is Cache since "2026-03-03"
        caught by ["THV-SEC-001"],
    /// `total_count` of everybody's rooms is that of whoever opened one last.
    /// The counter is kept under the name of the list, without the caller.
    ROOM_COUNT_KEPT_WITHOUT_CALLER = "room-count-kept-without-caller" is Count since "2026-03-03"
        caught by ["THV-SEC-003"],
    /// Opening a room answers 202.
    /// The room is made by a job, and the answer does not wait for it.
    ROOM_CREATED_ANSWERS_202 = "room-created-answers-202" is Status rewrites true
        caught by ["undocumented-status"],
    /// The 404 for somebody else's room says that the caller does not take part in it.
    /// The status was changed on 2026-03-03, and the message forgotten.
    ROOM_EXISTENCE_TOLD_BY_MESSAGE = "room-existence-told-by-message" is Field since "2026-03-03"
        caught by ["THV-SEC-007"],
    /// With the largest page size the list holds all rooms of the organization.
    /// Whoever asks for so much is served by the export, which is meant for admins.
    ROOMS_EXPORTED_WITH_LARGEST_PAGE = "rooms-exported-with-largest-page" is ForgottenFilter since "2026-03-03"
        caught by ["THV-SEC-002"],
}
