//! The reference server, in process: what it promises and what its faults break.

mod agents;
mod client;
mod contacts;
mod described;
mod determinism;
mod editions;
mod faults;
mod log;
mod memories;
mod messages;
mod participants;
mod portrait;
mod portrait_rooms;
mod quotas;
mod rates;
mod surface;
mod walk;
