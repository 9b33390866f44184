//! Faults: promises the server breaks when asked to, each like a bug a real server has.
//!
//! A fault is declared in [`catalogue`] and lives at the place in the domain or the
//! routes where such a bug would really sit; `FaultSet::has` marks these places.

mod catalogue;
mod class;
mod set;

pub use catalogue::{ALL, Fault};
pub use class::Class;
pub use set::FaultSet;
