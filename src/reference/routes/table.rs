//! The table of all operations, by the edition that brought them.

use axum::routing::MethodFilter;

use super::{
    Operation, agent_contacts, agents, chats, contacts, memories, messages, participants,
    processing, profile, system,
};
use crate::reference::edition::Edition;
use crate::reference::faults::{Fault, FaultSet};

/// All operations, by area.
static TABLE: &[(Edition, &[Operation])] = &[
    (Edition::Split, agents::OPERATIONS),
    (Edition::Split, chats::OPERATIONS),
    (Edition::Split, messages::OPERATIONS),
    (Edition::Split, processing::OPERATIONS),
    (Edition::Split, participants::OPERATIONS),
    (Edition::Split, profile::OPERATIONS),
    (Edition::Split, system::OPERATIONS),
    (Edition::Memories, memories::OPERATIONS),
    (Edition::Contacts, contacts::OPERATIONS),
    (Edition::Contacts, agent_contacts::OPERATIONS),
];

/// The operations that a server of an edition has.
pub(super) fn operations(
    edition: Edition,
    faults: FaultSet,
) -> impl Iterator<Item = &'static Operation> {
    let areas = TABLE.iter().filter(move |(since, _)| *since <= edition);
    let undocumented = faults.has(Fault::AGENT_CHANGEABLE_UNDOCUMENTED);
    let undocumented = undocumented.then_some(&agents::UNDOCUMENTED);
    areas
        .flat_map(|(_, operations)| *operations)
        .filter(move |one| !is_missing(one, faults))
        .chain(undocumented)
}

fn is_missing(operation: &Operation, faults: FaultSet) -> bool {
    match operation.id {
        "listAgentSentContactRequests" => faults.has(Fault::AGENT_SENT_REQUESTS_MISSING),
        "getMyChatRoom" => faults.has(Fault::ROOM_BY_ID_MISSING),
        _ => false,
    }
}

/// Where a server has an operation: method and path.
pub(super) fn place(operation: &Operation, faults: FaultSet) -> (MethodFilter, &'static str) {
    let (method, path) = (operation.method, operation.path);
    match operation.id {
        "getVersion" if faults.has(Fault::VERSION_BELOW_PREFIX) => (method, "/api/v1/version"),
        "listAgentChatParticipants" if faults.has(Fault::AGENT_PARTICIPANTS_RENAMED) => {
            (method, "/api/v1/agent/chats/{chat_id}/members")
        }
        "markAgentMessageProcessed" if faults.has(Fault::PROCESSED_BY_PUT) => {
            (MethodFilter::PUT, path)
        }
        _ if method == MethodFilter::GET && faults.has(Fault::PATCH_READS) => {
            (method.or(MethodFilter::PATCH), path)
        }
        _ => (method, path),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn editions_have_operations_with_ids_of_their_own() {
        let operations = |edition| operations(edition, FaultSet::none());
        for (edition, count) in Edition::ALL.into_iter().zip([34, 34, 46, 67, 67, 67, 67]) {
            let ids: HashSet<_> = operations(edition).map(|one| one.id).collect();
            assert_eq!(ids.len(), count, "{edition:?}");
            assert_eq!(operations(edition).count(), count);
        }
    }
}
