//! Sequences: all cases of one operation in order, with the resources they need.

mod infer;
mod run;

pub use infer::{Hints, Sample, infer};
pub use run::{Sequence, procedure};
