//! The routes: every operation as data, and the one way through the server they share.
//!
//! An [`Operation`] declares what the shared checks need to know; `front` makes these
//! checks in the order of the contract and calls the operation's function last.

#![expect(
    clippy::unnecessary_wraps,
    reason = "operations that refuse nothing have the signature of all others"
)]

mod agent_contacts;
mod agents;
mod answer;
mod chats;
mod contacts;
mod front;
mod memories;
mod messages;
mod operation;
mod participants;
mod processing;
mod profile;
mod refusals;
mod system;
mod table;

pub(crate) use answer::Answer;
pub(crate) use front::{App, Identity, router};
pub(crate) use operation::{Access, Call, Operation};
