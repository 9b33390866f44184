//! `assize` decides whether an HTTP API keeps its promises.
//!
//! ```text
//! vocabulary    pointer · near · document · http · api · case · procedure · verdict
//!                                  │
//! tools         schema (validate)  ·  encode (case → request)  ·  provision (resources)
//!               access (who may)  ·  broken (findings in words)
//!                                  │
//! stages        spec → contract → generate, sequence, probes, workflow → transport → checks, rules → report
//!               reference (the embedded server)
//!                                  │
//! composition   engine (plan, run)  ·  cli
//! ```
//!
//! A source becomes a [`document::Document`], which overlays may change, that an [`api::Api`], that
//! [`case::Case`]s and [`procedure::Procedure`]s; the engine sends what they ask for, each
//! [`http::Exchange`] is judged by the checks, and everything that happens is a
//! [`verdict::Event`]. The fold of all events is a [`verdict::Run`], and every report is a
//! pure function of it.

pub mod access;
pub mod api;
pub mod broken;
pub mod case;
pub mod checks;
pub mod cli;
pub mod contract;
pub mod document;
pub mod encode;
pub mod engine;
pub mod generate;
pub mod http;
pub mod near;
pub mod pointer;
pub mod probes;
pub mod procedure;
pub mod provision;
pub mod reference;
pub mod report;
pub mod rules;
pub mod schema;
pub mod sequence;
pub mod spec;
pub mod transport;
pub mod verdict;
pub mod workflow;
