//! The table of all operations.

use super::{
    Operation, agent_contacts, agents, chats, contacts, memories, messages, participants,
    processing, profile, system,
};

/// All operations, by area.
pub(crate) static TABLE: &[&[Operation]] = &[
    agents::OPERATIONS,
    chats::OPERATIONS,
    messages::OPERATIONS,
    processing::OPERATIONS,
    participants::OPERATIONS,
    contacts::OPERATIONS,
    agent_contacts::OPERATIONS,
    memories::OPERATIONS,
    profile::OPERATIONS,
    system::OPERATIONS,
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::TABLE;

    #[test]
    fn there_are_67_operations_with_ids_of_their_own() {
        let ids: HashSet<_> = TABLE.iter().copied().flatten().map(|one| one.id).collect();
        assert_eq!(ids.len(), 67);
        assert_eq!(TABLE.iter().copied().flatten().count(), 67);
    }
}
