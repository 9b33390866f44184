//! Faults: promises the server breaks when asked to, each like a bug a real server has.
//!
//! A fault is declared in the file of its area and lives at the place in the domain or the
//! routes where such a bug would really sit; `FaultSet::has` marks these places.

mod agents;
mod class;
mod contacts;
mod credentials;
mod declare;
mod deliveries;
mod fault;
mod memories;
mod messages;
mod participants;
mod peers;
mod quotas;
mod rates;
mod rooms;
mod set;
mod surface;
mod user_memories;
mod validation;

pub use class::Class;
pub use fault::{ALL, Fault};
pub use set::FaultSet;
