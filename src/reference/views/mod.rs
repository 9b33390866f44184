//! What the answers look like: borrowed from the world, written as JSON.

mod agents;
mod chats;
mod contacts;
mod memories;
mod messages;

pub(crate) use agents::{
    AgentMeView, CredentialsView, DeletedView, MyAgentView, PeerView, ProfileView,
};
pub(crate) use chats::{ParticipantDetailsView, ParticipantView, RoomView};
pub(crate) use contacts::{
    ActionView, AgentContactView, ContactView, ReceivedView, RemovedView, RequestView,
    ResolvedView, SentRequestView,
};
pub(crate) use memories::{MemoryView, UserMemoryView};
pub(crate) use messages::{EventView, MessageView, ProgressView, Reader, SentView};
