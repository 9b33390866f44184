//! What a server is started with.

use std::time::Duration;

use super::clock::Clock;
use super::edition::Edition;
use super::faults::FaultSet;

/// Everything that decides how a reference server behaves.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The time source.
    pub clock: Clock,
    /// The seed of all ids: the same seed and the same requests give the same ids.
    pub seed: u64,
    /// The promises this server breaks on purpose.
    pub faults: FaultSet,
    /// The edition that it keeps.
    pub edition: Edition,
    /// The numbers of the plans.
    pub limits: Limits,
}

/// The numbers of the plans of the demo organizations.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Whatever is not limited below.
    pub ample: u64,
    /// Agents in `quota-agents`, its demo agent included.
    pub agents: u64,
    /// Rooms in `quota-chats`.
    pub chats: u64,
    /// Participants of a room in `quota-participants`, its owner included.
    pub participants: u64,
    /// Messages and events of a room in `quota-messages`.
    pub messages: u64,
    /// Requests of `burst` in a window.
    pub burst_requests: u32,
    /// The window of `burst`.
    pub burst_window: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            ample: 1_000_000,
            agents: 4,
            chats: 3,
            participants: 3,
            messages: 4,
            burst_requests: 60,
            burst_window: Duration::from_secs(2),
        }
    }
}
