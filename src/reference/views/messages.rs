//! Messages, their receipts and their processing.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::reference::domain::{
    Delivery, DeliveryStatus, Mention, Message, MessageKind, Moment, PartyKind, World,
};
use crate::reference::edition::Edition;
use crate::reference::faults::{Fault, FaultSet};

/// Looks at the messages of one room.
#[derive(Clone, Copy)]
pub(crate) struct Reader {
    room: Uuid,
    faults: FaultSet,
    edition: Edition,
}

impl Reader {
    pub(crate) fn new(room: Uuid, world: &World) -> Self {
        Self {
            room,
            faults: world.faults,
            edition: world.edition,
        }
    }

    /// A message in a list.
    pub(crate) fn message(self, message: &Message) -> MessageView<'_> {
        MessageView {
            id: message.id,
            chat_room_id: self.room,
            content: &message.content,
            message_type: message.kind,
            sender_id: message.sender_id,
            sender_type: message.sender_kind,
            sender_name: self.sender_name(message),
            metadata: self.metadata(message),
            inserted_at: message.inserted_at,
            updated_at: message.updated_at,
        }
    }

    /// A message in an agent's context.
    pub(crate) fn context_message(self, message: &Message) -> MessageView<'_> {
        let view = self.message(message);
        if self.faults.has(Fault::SENDER_NAME_MISSING_IN_CONTEXT) {
            return MessageView {
                sender_name: SenderName::Absent,
                ..view
            };
        }
        view
    }

    fn sender_name(self, message: &Message) -> SenderName<'_> {
        if !self.edition.names_senders() {
            SenderName::Absent
        } else if self.faults.has(Fault::SENDER_NAME_NULL) {
            SenderName::Null
        } else {
            SenderName::Given(&message.sender_name)
        }
    }

    fn metadata(self, message: &Message) -> Metadata<'_> {
        if let Some(event) = &message.metadata {
            if self.faults.has(Fault::EVENT_METADATA_AS_TEXT) {
                return Metadata::EventAsText(Value::Object(event.clone()).to_string());
            }
            return Metadata::Event(event);
        }
        let begun = |(_, one): &(Uuid, Delivery)| one.status != DeliveryStatus::Delivered;
        let overwritten = message.deliveries.iter().any(begun)
            && self.faults.has(Fault::MESSAGE_STATUS_LOST_IN_PROCESSING);
        // Agents send texts too, but the status belongs to the Human API.
        let sent = message.sender_kind == PartyKind::User
            && self.edition.tells_message_status()
            && !self.faults.has(Fault::METADATA_STATUS_MISSING)
            && !overwritten;
        Metadata::Text {
            mentions: &message.mentions,
            status: sent.then_some("sent"),
            delivery_status: Deliveries(&message.deliveries),
        }
    }
}

/// A message.
#[derive(Serialize)]
pub(crate) struct MessageView<'a> {
    id: Uuid,
    chat_room_id: Uuid,
    content: &'a str,
    message_type: MessageKind,
    sender_id: Uuid,
    sender_type: PartyKind,
    #[serde(skip_serializing_if = "SenderName::is_absent")]
    sender_name: SenderName<'a>,
    metadata: Metadata<'a>,
    inserted_at: Moment,
    updated_at: Moment,
}

/// The name of a sender.
#[derive(Serialize)]
#[serde(untagged)]
enum SenderName<'a> {
    Given(&'a str),
    Null,
    Absent,
}

impl SenderName<'_> {
    fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Metadata<'a> {
    Event(&'a Map<String, Value>),
    EventAsText(String),
    Text {
        mentions: &'a [Mention],
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<&'static str>,
        delivery_status: Deliveries<'a>,
    },
}

/// Deliveries by agent.
struct Deliveries<'a>(&'a [(Uuid, Delivery)]);

impl Serialize for Deliveries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (agent, delivery) in self.0 {
            map.serialize_entry(agent, delivery)?;
        }
        map.end()
    }
}

/// The receipt of a sent text.
#[derive(Serialize)]
pub(crate) struct SentView<'a> {
    id: Uuid,
    success: bool,
    recipients: &'a [Mention],
}

impl<'a> SentView<'a> {
    pub(crate) fn of(message: &'a Message) -> Self {
        Self {
            id: message.id,
            success: true,
            recipients: &message.mentions,
        }
    }
}

/// The receipt of an event.
#[derive(Serialize)]
pub(crate) struct EventView {
    id: Uuid,
    success: bool,
    message_type: MessageKind,
}

impl EventView {
    pub(crate) fn of(message: &Message) -> Self {
        Self {
            id: message.id,
            success: true,
            message_type: message.kind,
        }
    }
}

/// The receipt of a report about a message.
#[derive(Serialize)]
pub(crate) struct ProgressView {
    id: Uuid,
    success: bool,
    status: DeliveryStatus,
    attempt_number: u64,
}

impl ProgressView {
    pub(crate) fn of(message: Uuid, status: DeliveryStatus, attempt_number: u64) -> Self {
        Self {
            id: message,
            success: true,
            status,
            attempt_number,
        }
    }
}
