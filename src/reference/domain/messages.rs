//! Messages and events of a room.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::chats::Room;
use super::moment::Moment;
use super::parties::{Party, PartyKind};
use super::processing::Delivery;
use super::quotas::Resource;
use super::refusal::{Reason, Refusal};
use super::word::words;
use super::{Caller, Page, Paging, World};
use crate::reference::faults::Fault;

words! {
    /// What a message is. Everything but text is an event.
    MessageKind {
        Text = "text",
        ToolCall = "tool_call",
        ToolResult = "tool_result",
        Thought = "thought",
        Error = "error",
        Task = "task",
    }
}

words! {
    /// The kinds that agents post as events.
    EventKind {
        ToolCall = "tool_call",
        ToolResult = "tool_result",
        Thought = "thought",
        Error = "error",
        Task = "task",
    }
}

impl From<EventKind> for MessageKind {
    fn from(kind: EventKind) -> Self {
        match kind {
            EventKind::ToolCall => Self::ToolCall,
            EventKind::ToolResult => Self::ToolResult,
            EventKind::Thought => Self::Thought,
            EventKind::Error => Self::Error,
            EventKind::Task => Self::Task,
        }
    }
}

/// A message or an event.
pub(crate) struct Message {
    pub(crate) id: Uuid,
    pub(crate) kind: MessageKind,
    pub(crate) content: String,
    pub(crate) sender_id: Uuid,
    pub(crate) sender_kind: PartyKind,
    /// The name at the time of sending.
    pub(crate) sender_name: String,
    pub(crate) mentions: Vec<Mention>,
    /// What came with an event.
    pub(crate) metadata: Option<Map<String, Value>>,
    /// Of each mentioned agent.
    pub(crate) deliveries: Vec<(Uuid, Delivery)>,
    pub(crate) inserted_at: Moment,
    pub(crate) updated_at: Moment,
}

/// A mentioned participant.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Mention {
    pub(crate) id: Uuid,
    pub(crate) handle: String,
    pub(crate) name: String,
}

/// An event to be posted.
pub(crate) struct NewEvent<'a> {
    pub(crate) kind: EventKind,
    pub(crate) content: &'a str,
    pub(crate) metadata: Option<&'a Map<String, Value>>,
}

/// How far the replica of a faulty server is behind, in microseconds.
const LAG: i64 = 250_000;

/// What one agent has to do with the messages of a room, as places in it.
#[derive(Default)]
pub(super) struct Desk {
    /// Messages that mention the agent.
    pub(super) mentioned: Vec<usize>,
    /// Those of them that are not processed.
    pub(super) waiting: BTreeSet<usize>,
    /// Messages that mention the agent or that it sent.
    pub(super) context: Vec<usize>,
}

impl World {
    /// Sends a text to the mentioned participants of a room.
    pub(crate) fn send(
        &mut self,
        caller: Caller,
        room: Uuid,
        content: &str,
        mentions: &[Uuid],
    ) -> Result<&Message, Refusal> {
        let place = self.room_to_write_in(caller, room)?;
        let people_too =
            caller.kind == PartyKind::User || !self.has(Fault::AGENT_MENTIONS_AGENTS_ONLY);
        let participants = mentioned(place, caller, mentions, people_too)?;
        let mentions = participants.into_iter().map(|(id, kind)| {
            let party = self.known(id);
            let mention = Mention {
                id,
                handle: party.handle.clone(),
                name: party.name.clone(),
            };
            (mention, kind)
        });
        let mentions: Vec<_> = mentions.collect();
        let agents = mentions
            .iter()
            .filter(|(_, kind)| *kind == PartyKind::Agent);
        let deliveries = agents.map(|(mention, _)| (mention.id, Delivery::default()));
        let deliveries = deliveries.collect();
        let mentions = mentions.into_iter().map(|(mention, _)| mention).collect();
        self.post(caller, room, MessageKind::Text, content, |message| {
            message.mentions = mentions;
            message.deliveries = deliveries;
        })
    }

    fn room_to_write_in(&self, caller: Caller, id: Uuid) -> Result<&Room, Refusal> {
        match self.rooms.get(&id) {
            Some(room) if self.has(Fault::MESSAGE_SENT_INTO_FOREIGN_ROOM) => Ok(room),
            _ => self.room(caller, id),
        }
    }

    /// Posts an event of an agent.
    pub(crate) fn post_event(
        &mut self,
        caller: Caller,
        room: Uuid,
        event: &NewEvent<'_>,
    ) -> Result<&Message, Refusal> {
        self.room(caller, room)?;
        let free = event.metadata.is_some_and(|metadata| !metadata.is_empty());
        if free && self.has(Fault::FREE_METADATA_CLOSED) {
            let message = "Unexpected field.";
            return Err(Refusal::at(Reason::BadRequest, "/event/metadata", message));
        }
        if event.content.len() > 8191 && self.has(Fault::LONG_EVENT_CRASHES) {
            return Err(Refusal::new(Reason::Broken, "Internal server error."));
        }
        let metadata = event.metadata.cloned().unwrap_or_default();
        let nameless = self.has(Fault::EVENT_SENDER_NAME_EMPTY);
        self.post(caller, room, event.kind.into(), event.content, |message| {
            message.metadata = Some(metadata);
            if nameless {
                message.sender_name.clear();
            }
        })
    }

    fn post(
        &mut self,
        caller: Caller,
        room: Uuid,
        kind: MessageKind,
        content: &str,
        complete: impl FnOnce(&mut Message),
    ) -> Result<&Message, Refusal> {
        let sender = self.party(caller.id).ok_or_else(Refusal::unauthorized)?;
        let sender_name = self.name_to_show(sender).to_owned();
        if let Some(place) = self.rooms.get_mut(&room) {
            place.attempts += 1;
        }
        let place = &self.rooms[&room];
        let admission = self.admit(place.organization, Resource::Messages, place.messages.len())?;
        let now = self.now();
        let mut message = Message {
            id: self.ids.id(),
            kind,
            content: if kind == MessageKind::Text && self.has(Fault::MESSAGE_CONTENT_CUT) {
                content.chars().take(16).collect()
            } else {
                content.to_owned()
            },
            sender_id: caller.id,
            sender_kind: caller.kind,
            sender_name,
            mentions: Vec::new(),
            metadata: None,
            deliveries: Vec::new(),
            inserted_at: now,
            updated_at: now,
        };
        complete(&mut message);
        if caller.kind == PartyKind::Agent {
            self.note_execution(caller.id, room);
        }
        let place = self.rooms.get_mut(&room).expect("the caller is in it");
        admission.grant(place.append(message, now))
    }

    /// The name that a message shows of its sender.
    fn name_to_show<'a>(&'a self, sender: &'a Party) -> &'a str {
        match sender.agent() {
            Some(agent) if self.has(Fault::AGENT_MESSAGES_NAMED_BY_OWNER) => {
                &self.known(agent.owner).name
            }
            None if self.has(Fault::PERSON_NAMED_BY_HANDLE) => &sender.handle,
            _ => &sender.name,
        }
    }

    fn room_to_read(&self, caller: Caller, id: Uuid) -> Result<&Room, Refusal> {
        let near = |room: &&Room| room.organization == caller.organization;
        match self.rooms.get(&id).filter(near) {
            Some(room) if self.has(Fault::MESSAGES_READABLE_BY_ORGANIZATION) => Ok(room),
            _ => self.room(caller, id),
        }
    }

    /// The messages of a room for a person, newest first.
    pub(crate) fn messages(
        &self,
        caller: Caller,
        room: Uuid,
        kind: Option<MessageKind>,
        since: Option<Moment>,
        paging: Paging,
    ) -> Result<Page<&Message>, Refusal> {
        let room = self.room_to_read(caller, room)?;
        let mut messages = &room.messages[..];
        if self.has(Fault::MESSAGES_FROM_LAGGING_REPLICA) {
            let replicated = Moment(self.time().0 - LAG);
            let end = messages.partition_point(|one| one.inserted_at <= replicated);
            messages = &messages[..end];
        }
        let messages = messages.iter().rev();
        if kind.is_none() && since.is_none() {
            let mut page = paging.of_known(messages);
            if self.has(Fault::MESSAGE_COUNT_OF_ATTEMPTS) {
                page.total = room.attempts;
            }
            return Ok(page);
        }
        let newer = messages.take_while(|one| since.is_none_or(|since| one.inserted_at > since));
        Ok(paging.of(newer.filter(|one| kind.is_none_or(|kind| one.kind == kind))))
    }

    /// What an agent said in a room and what mentions it, oldest first.
    pub(crate) fn context(
        &self,
        caller: Caller,
        room: Uuid,
        paging: Paging,
    ) -> Result<Page<&Message>, Refusal> {
        let room = self.room(caller, room)?;
        let context = room.desks.get(&caller.id).map(|desk| &desk.context);
        let context = context.map_or(&[][..], Vec::as_slice);
        Ok(paging.of_known(context.iter().map(|place| &room.messages[*place])))
    }
}

impl Room {
    fn append(&mut self, message: Message, now: Moment) -> &Message {
        let place = self.messages.len();
        for (agent, _) in &message.deliveries {
            let desk = self.desks.entry(*agent).or_default();
            desk.mentioned.push(place);
            desk.waiting.insert(place);
            desk.context.push(place);
        }
        if message.sender_kind == PartyKind::Agent {
            let desk = self.desks.entry(message.sender_id).or_default();
            desk.context.push(place);
        }
        if self.title.is_none() && message.kind == MessageKind::Text {
            let title: String = message.content.trim().chars().take(80).collect();
            self.title = Some(title);
        }
        self.updated_at = now;
        self.positions.insert(message.id, place);
        self.messages.push(message);
        &self.messages[place]
    }
}

fn mentioned(
    room: &Room,
    caller: Caller,
    mentions: &[Uuid],
    people_too: bool,
) -> Result<Vec<(Uuid, PartyKind)>, Refusal> {
    let pointer = |index: usize| format!("/message/mentions/{index}/id");
    let refuse = |reason, index, message| Err(Refusal::at(reason, &pointer(index), message));
    if let Some(index) = mentions.iter().position(|id| *id == caller.id) {
        return refuse(Reason::MentionsSelf, index, "You cannot mention yourself.");
    }
    for (index, id) in mentions.iter().enumerate() {
        if mentions[..index].contains(id) {
            let message = "The participant is mentioned twice.";
            return refuse(Reason::DuplicateMentions, index, message);
        }
    }
    let mut found = Vec::with_capacity(mentions.len());
    for (index, id) in mentions.iter().enumerate() {
        let participant = room.participant(*id);
        let known = participant.filter(|one| people_too || one.kind == PartyKind::Agent);
        let Some(participant) = known else {
            let message = "The mentioned participant is not in the room.";
            return refuse(Reason::MentionedAbsent, index, message);
        };
        found.push((*id, participant.kind));
    }
    Ok(found)
}
