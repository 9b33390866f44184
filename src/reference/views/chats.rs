//! Rooms and participants.

use serde::Serialize;
use uuid::Uuid;

use crate::reference::domain::{Moment, Participant, Party, PartyKind, Role, Room};

/// A room.
#[derive(Serialize)]
pub(crate) struct RoomView<'a> {
    id: Uuid,
    title: Option<&'a str>,
    task_id: Option<Uuid>,
    inserted_at: Moment,
    updated_at: Moment,
}

impl<'a> RoomView<'a> {
    pub(crate) fn of(room: &'a Room) -> Self {
        Self {
            id: room.id,
            title: room.title.as_deref(),
            task_id: room.task_id,
            inserted_at: room.inserted_at,
            updated_at: room.updated_at,
        }
    }
}

/// The only status of a membership in the period, and one that only a faulty server shows.
const STATUSES: [&str; 2] = ["active", "removed"];

/// A participant.
#[derive(Serialize)]
pub(crate) struct ParticipantView<'a> {
    id: Uuid,
    #[serde(rename = "type")]
    kind: PartyKind,
    name: &'a str,
    handle: &'a str,
    role: Role,
    status: &'static str,
}

impl<'a> ParticipantView<'a> {
    pub(crate) fn of(party: &'a Party, participant: &Participant) -> Self {
        Self {
            id: party.id,
            kind: participant.kind,
            name: &party.name,
            handle: &party.handle,
            role: participant.role,
            status: STATUSES[usize::from(participant.removed)],
        }
    }
}

/// A participant in a person's list.
#[derive(Serialize)]
pub(crate) struct ParticipantDetailsView<'a> {
    #[serde(flatten)]
    participant: ParticipantView<'a>,
    description: Option<&'a str>,
    is_external: Option<bool>,
}

impl<'a> ParticipantDetailsView<'a> {
    pub(crate) fn of(party: &'a Party, participant: &Participant) -> Self {
        let agent = party.agent();
        Self {
            participant: ParticipantView::of(party, participant),
            description: agent.and_then(|agent| agent.description.as_deref()),
            is_external: agent.map(|agent| agent.is_external),
        }
    }
}
