//! Faults of peers and profiles.

super::declare::faults! { Peers:
    /// An agent is among its own peers.
    /// The caller is left out by its person's id, and an agent has none.
    AGENT_AMONG_ITS_PEERS = "agent-among-its-peers" is ForgottenFilter
        caught by ["THV-SPL-026"],
    /// Every agent that asks who it is is told about the first that asked.
    /// The answer of an address without parameters is kept as if it were everybody's.
    AGENT_ME_KEPT_FOR_EVERYBODY = "agent-me-kept-for-everybody" is Cache
        caught by ["THV-SPL-012", "THV-SPL-015"],
    /// `type` of a peer is in lower case.
    /// The word of the database, and not that of the API.
    PEER_KIND_IN_LOWER_CASE = "peer-kind-in-lower-case" is Field rewrites true
        caught by ["response-schema"],
    /// Each page of peers lacks its last one.
    /// One row more is read to see whether there is a next page, and dropped even if there is none.
    PEER_PAGE_LOSES_LAST = "peer-page-loses-last" is Page
        caught by ["THV-SPL-014", "THV-SPL-026"],
    /// A profile is changed only by sending both names.
    /// `PUT` replaces, so that all is required.
    PROFILE_NEEDS_BOTH_NAMES = "profile-needs-both-names" is Validation
        caught by ["conforming-rejected"],
}
