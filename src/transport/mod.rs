//! Sends requests: over HTTP, to a server in the same process, or as raw bytes.
//!
//! ```text
//!                    ┌─ Http ──────── sockets, pooled; hands over to ─┐
//! Request ─ Target ──┤                                                ├─→ Exchange
//!  (credentials,     ├─ Raw ───────── bytes that clients rewrite ─────┘
//!   base URL, limits)└─ InProcess ─── a router, called directly
//! ```
//!
//! All three add the same credentials and keep the same limits, so that an exchange does not
//! depend on the way it took. Redirects are answers and are not followed: a request only
//! ever goes to the host of the base URL.

mod body;
mod credentials;
mod failure;
mod http;
mod in_process;
mod pacing;
mod raw;
mod spoil;
mod target;
mod tls;
mod wire;

use std::future::Future;
use std::pin::Pin;

pub use self::credentials::Applied;
pub use self::http::{Http, needs_raw};
pub use self::in_process::InProcess;
pub use self::pacing::{Paced, Pacer, Permit};
pub use self::raw::Raw;
pub use self::target::{Limits, Settings, SetupError, Target, Tls};
use crate::http::{Exchange, Request};

/// An exchange on its way.
pub type Sending<'t> = Pin<Box<dyn Future<Output = Exchange> + Send + 't>>;

/// A way to a server. It never fails: what goes wrong is the outcome of the exchange.
pub trait Transport: Send + Sync {
    /// Sends the request, with the credentials it names, and reads the answer within the
    /// limits of the target.
    fn send(&self, request: Request) -> Sending<'_>;
}
