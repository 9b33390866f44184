//! Making what cases and probes need: rooms to write into, agents to mention, requests to
//! approve. Recipes say how; a [`Provisioner`] follows them through a script and takes
//! away again what it made.

mod provisioner;
mod recipe;
mod template;

pub use provisioner::{Identities, IdentityFacts, Provisioner};
pub use recipe::{Call, Effect, OperationOverride, OperationPlan, Recipe, Recipes};
pub use template::{references, select};
