//! What a probe is.

use std::future::Future;
use std::pin::Pin;

use super::Scene;

/// What a probe does. The error is why it could not go on: all aspects that are not
/// decided by then are inconclusive.
pub type Running<'s> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 's>>;

/// A probe.
pub struct Probe {
    /// Its id, kebab-case, as requirements name it.
    pub id: &'static str,
    /// What it does, in Markdown.
    pub docs: &'static str,
    /// The aspects that it looks at.
    pub aspects: &'static [&'static str],
    /// The identities that it needs.
    pub identities: &'static [&'static str],
    /// Whether it exhausts quotas or rates, so that it must own its organization.
    pub exhausts: bool,
    /// The probe itself.
    pub run: for<'s> fn(&'s mut Scene) -> Running<'s>,
}

/// Declares a probe: its documentation is written once, as a doc comment.
macro_rules! declare_probe {
    (
        $(#[doc = $doc:literal])+
        $id:literal, aspects: [$($aspect:literal),+ $(,)?],
        identities: [$($identity:literal),+ $(,)?], exhausts: $exhausts:literal, $run:ident
    ) => {
        $(#[doc = $doc])+
        pub(super) const PROBE: $crate::probes::Probe = $crate::probes::Probe {
            id: $id,
            docs: concat!($($doc, "\n"),+),
            aspects: &[$($aspect),+],
            identities: &[$($identity),+],
            exhausts: $exhausts,
            run: |scene| Box::pin($run(scene)),
        };
    };
}
pub(super) use declare_probe;
