//! `assize` decides whether an HTTP API keeps its promises.

pub mod reference;
