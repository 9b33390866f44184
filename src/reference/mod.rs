//! The embedded reference server of the Thenvoi REST API.
//!
//! It keeps the contract of `specs/thenvoi` completely, unless it is started with
//! [`Fault`]s: then it breaks exactly the promises they name. It shares no code with
//! what judges it: it has its own validation and does not read the description.
//!
//! - `domain`: the state and its rules, without HTTP.
//! - `reading`: bodies, query parameters and credentials.
//! - `routes`: the operations and the checks they share.
//! - `views`: what the answers look like.

mod clock;
mod demo;
mod domain;
mod edition;
mod faults;
mod log;
mod reading;
mod routes;
mod serve;
mod settings;
mod views;

pub use clock::Clock;
pub use demo::{DemoIdentity, IdentityKind, identities};
pub use edition::Edition;
pub use faults::{ALL, Class, Fault, FaultSet};
pub use log::{Log, LogLine};
pub use serve::{router, serve};
pub use settings::{Limits, Settings};
