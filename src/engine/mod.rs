//! The engine: where the stages meet. It plans, drives procedures and tells events.
//!
//! ```text
//! Subject under test ─plan→ Plan ─run→ procedures × transport → exchanges ─judge→ events
//! ```

mod cast;
pub mod date;
mod drive;
mod judge;
mod load;
mod locate;
mod mistakes;
mod names;
mod plan;
pub mod prove;
mod run;
mod sitting;

pub use cast::{Cast, CastError, demo};
pub use load::{Edition, LoadError, Wanted, description_of, load};
pub use locate::Locator;
pub use mistakes::located;
pub use plan::{Plan, PlanOptions, Unplanned, plan};
pub use run::{Pause, RunOptions, Stop, run};
pub use sitting::{OwnServer, Sitting, SittingError, bench_at, editions};

use std::sync::Arc;

use crate::api::Api;
use crate::contract::ContractFile;
use crate::provision::Identities;
use crate::schema::Schemas;
use crate::verdict::Requirement;
use crate::workflow;

/// What is tested, and with whom.
pub struct Bench {
    /// The description.
    pub api: Arc<Api>,
    /// Its schemas.
    pub schemas: Arc<Schemas>,
    /// What the contract adds to it; the default for a bare description.
    pub contract: ContractFile,
    /// The requirements of the contract.
    pub requirements: Vec<Requirement>,
    /// The workflows that requirements name.
    pub workflows: workflow::Library,
    /// The identities.
    pub identities: Arc<Identities>,
    /// For each security scheme, the identities that have credentials for it, the usual
    /// one first.
    pub credentials: std::collections::BTreeMap<String, Vec<String>>,
}
