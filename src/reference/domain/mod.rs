//! The world of the reference server: its state and its rules, without HTTP.
//!
//! Everything here is synchronous. A [`World`] sits behind one lock; its methods
//! answer what the caller asked for or a [`Refusal`].

mod agents;
mod chats;
mod contacts;
mod credentials;
mod ids;
mod kept;
mod memories;
mod memory_lists;
mod messages;
mod moment;
mod paging;
mod participants;
mod parties;
mod peers;
mod processing;
mod quotas;
mod rates;
mod refusal;
mod requests;
mod seen;
mod word;
mod world;

pub(crate) use agents::{Deleted, NewAgent};
pub(crate) use chats::Room;
pub(crate) use contacts::Contact;
pub(crate) use credentials::Credentials;
pub(crate) use memories::{
    Memories, Memory, MemoryType, NewMemory, Scope, Segment, Status, System,
};
pub(crate) use memory_lists::{AgentFilter, AgentScope, MemoryFilter, StatusFilter, UserScope};
pub(crate) use messages::{EventKind, Mention, Message, MessageKind, NewEvent};
pub(crate) use moment::Moment;
pub(crate) use paging::{Page, Paging};
pub(crate) use participants::{Participant, Role};
pub(crate) use parties::{Organization, Party, PartyKind};
pub(crate) use peers::{Peer, Source};
pub(crate) use processing::{Delivery, DeliveryStatus, Progress, StatusQuery};
pub(crate) use quotas::{Plan, Resource};
pub(crate) use rates::Rate;
pub(crate) use refusal::{Details, Reason, Refusal};
pub(crate) use requests::{Action, ContactRequest, RequestStatus};
pub(crate) use seen::Seen;
pub(crate) use word::Word;
pub(crate) use world::{Caller, World};
