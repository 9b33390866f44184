//! The transports against real sockets, with hand-written answers.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod credentials;
mod hostile;
mod server;
mod tls;
