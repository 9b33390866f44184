//! OpenAPI Overlays 1.0 and 1.1: documents that change a description.
//!
//! An overlay acts on the [`Document`], between reading and understanding it, and only on its
//! first source. Every part that it writes is located in the overlay from then on.
//!
//! Stricter than the specification in three things, since a change that silently did not
//! happen is a check that silently does not run: a target that matches nothing is a mistake,
//! so is an action that both updates and removes, and so are members that nobody knows.

mod apply;
mod limits;
mod merge;
mod mistake;
mod read;
mod target;

pub use limits::OverlayLimits;
pub use mistake::Mistake;
pub use read::{Action, Overlay};

use crate::document::{Document, Source};

/// Applies an overlay, and returns what it says. The document keeps the overlay's text.
///
/// # Errors
/// What is wrong with the overlay, or does not fit the document. The document is then not to
/// be used any more.
pub fn apply(document: &mut Document, source: Source) -> Result<Overlay, Mistake> {
    apply_within(document, source, &OverlayLimits::default())
}

/// [`apply`] within limits of the caller.
///
/// # Errors
/// As [`apply`].
pub fn apply_within(
    document: &mut Document,
    source: Source,
    limits: &OverlayLimits,
) -> Result<Overlay, Mistake> {
    let overlay = Overlay::read(&source, limits)?;
    apply::apply(document, &overlay, &source, limits)?;
    document.overlays.push(source);
    Ok(overlay)
}
