//! Who may do what with whose resource: a table of rules over relations, and its expansion
//! to cells of identity × operation × owner's resource.
//!
//! ```text
//! [access] of contract.toml ─┐
//! identities, kinds ─────────┼─expand→ rows of cells ─(probe `isolation`)→ verdict::Matrix
//! operations of the API ─────┘
//! ```

mod expand;
mod gate;
mod instance;
mod relation;
mod rule;

pub use expand::{Expanded, PlannedCell, PlannedRow, expand};
pub use gate::mistakes;
pub use instance::Instance;
pub use relation::{Caller, Cast, Relation};
pub use rule::{Access, Rule, SharedResource};
