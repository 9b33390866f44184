//! Memories.

use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::reference::domain::{Memory, MemoryType, Moment, Scope, Segment, Status, System};
use crate::reference::faults::{Fault, FaultSet};

/// A memory for an agent.
#[derive(Serialize)]
pub(crate) struct MemoryView<'a> {
    id: Uuid,
    content: &'a str,
    thought: &'a str,
    system: System,
    #[serde(rename = "type")]
    kind: MemoryType,
    segment: Segment,
    scope: Scope,
    subject_id: Option<Uuid>,
    status: Status,
    metadata: Option<&'a Map<String, Value>>,
    organization_id: Uuid,
    source_agent_id: Uuid,
    inserted_at: Moment,
}

impl<'a> MemoryView<'a> {
    pub(crate) fn of(memory: &'a Memory) -> Self {
        Self {
            id: memory.id,
            content: &memory.content,
            thought: &memory.thought,
            system: memory.system,
            kind: memory.kind,
            segment: memory.segment,
            scope: memory.scope(),
            subject_id: memory.subject,
            status: memory.status,
            metadata: memory.metadata.as_ref(),
            organization_id: memory.organization_id,
            source_agent_id: memory.source_agent,
            inserted_at: memory.inserted_at,
        }
    }
}

/// A memory for a person.
#[derive(Serialize)]
pub(crate) struct UserMemoryView<'a> {
    #[serde(flatten)]
    memory: MemoryView<'a>,
    /// Nothing attaches a memory to a room yet.
    chat_room_id: Option<Uuid>,
}

impl<'a> UserMemoryView<'a> {
    pub(crate) fn of(memory: &'a Memory, faults: FaultSet) -> Self {
        let mut view = MemoryView::of(memory);
        if faults.has(Fault::USER_MEMORY_CONTENT_CUT) {
            let end = view.content.char_indices().nth(12);
            view.content = &view.content[..end.map_or(view.content.len(), |(end, _)| end)];
        }
        Self {
            memory: view,
            chat_room_id: None,
        }
    }
}
