//! Sequences: all cases of one operation in order, with the resources they need.

mod foreign_key;
mod identifier;
mod infer;
mod path;
mod producer;
mod run;

pub use infer::{Hints, Sample, infer};
pub use run::{Sequence, procedure};
