//! From an API to cases: examples, a full and a minimal request, edges, and violations.
//!
//! ```text
//! schema ─shape→ what holds for a value ─value→ a valid value ─base→ bases
//! base ─site→ its parts ─boundary→ conforming cases with one part at an edge
//!                       ─violation→ cases with one part wrong
//! ```
//!
//! Everything is decided by the seed, the operation and the name of the case. Every value is
//! validated before it is used; what could not be made is said, with the reason.

mod base;
mod bind;
mod boundary;
mod breach;
mod compound;
mod describe;
mod mutate;
mod number;
mod pattern;
mod plan;
mod shape;
mod site;
mod stream;
mod supply;
mod text;
mod value;
mod violation;

pub use describe::describe;
use plan::Plan;

use crate::api::Api;
use crate::case::{Binding, Case};
use crate::schema::Schemas;

/// What to generate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The seed of all random choices.
    pub seed: u64,
    /// Random conforming cases for each operation.
    pub random_per_operation: usize,
    /// Cases of one operation; beyond, the rest is counted and left out.
    pub max_per_operation: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 0,
            random_per_operation: 0,
            max_per_operation: 1_000,
        }
    }
}

/// The cases of an operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Generated {
    /// Conforming cases first; a case stands after the one that it was made from.
    pub cases: Vec<Case>,
    /// What was not generated, and why.
    pub not_generated: Vec<(String, String)>,
}

/// All cases of the operation with this index, with `bindings` applied.
pub fn cases(
    api: &Api,
    schemas: &Schemas,
    operation: usize,
    bindings: &[Binding],
    options: &Options,
) -> Generated {
    let mut plan = Plan::new(api, schemas, operation, bindings, options);
    let bases = base::bases(&mut plan);
    boundary::boundaries(&mut plan, &bases);
    base::random(&mut plan);
    violation::violations(&mut plan, &bases);
    plan.finish()
}

/// The bases alone, without bindings: what requests to the operation look like, examples
/// first, then the full one, then the minimal one.
pub fn bases(api: &Api, schemas: &Schemas, operation: usize, options: &Options) -> Vec<Case> {
    let mut plan = Plan::new(api, schemas, operation, &[], options);
    base::bases(&mut plan);
    plan.finish().cases
}

#[cfg(test)]
mod laws;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
