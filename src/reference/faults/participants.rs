//! Faults of the participants of rooms.

super::declare::faults! { Participants:
    /// The Agent API lists participants under `members`.
    /// Renamed with the model, and nobody told the clients.
    AGENT_PARTICIPANTS_RENAMED = "agent-participants-renamed" is Missing
        caught by ["THV-SPL-024", "THV-SPL-025"],
    /// Agents may add nobody, not even to rooms of their own.
    /// The role that is asked for is one of people.
    AGENTS_ADD_NOBODY = "agents-add-nobody" is Permission
        caught by ["THV-SPL-024", "THV-SPL-025"],
    /// A participant has the kind of whoever added it.
    /// The fields of the new row are filled from the wrong variable.
    PARTICIPANT_GETS_KIND_OF_ADDER = "participant-gets-kind-of-adder" is Property
        caught by ["THV-SPL-009"],
    /// Every person of the room's organization removes its participants.
    /// People of the organization that pays count as admins.
    PARTICIPANT_REMOVABLE_BY_ORGANIZATION = "participant-removable-by-organization" is Permission since "2026-03-03"
        caught by ["THV-SEC-006"],
    /// A removed participant stays in the list, with the status `removed`.
    /// The removal became a soft one, and the list has no filter for it.
    PARTICIPANT_REMOVAL_IS_SOFT = "participant-removal-is-soft" is Deletion
        caught by ["THV-SPL-011"],
    /// Whoever is not in a room is refused, and the participant is removed all the same.
    /// The connection to the room is closed before anybody looks at the rights.
    PARTICIPANT_REMOVED_ALTHOUGH_REFUSED = "participant-removed-although-refused" is RefusedButDone since "2026-03-03"
        caught by ["THV-SEC-009"],
    /// The list of participants is that of up to a minute ago.
    /// A cache that nothing empties but time.
    PARTICIPANTS_KEPT_FOR_A_MINUTE = "participants-kept-for-a-minute" is Cache
        caught by ["THV-SPL-011"],
    /// A person who is added takes part only after accepting.
    /// Adding people became inviting them, as with contacts, and there is no way to accept.
    PEOPLE_ARE_INVITED = "people-are-invited" is StateMachine
        caught by ["THV-SPL-010", "THV-SPL-025"],
}
