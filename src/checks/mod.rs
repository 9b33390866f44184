//! Checks: each judges one exchange against the description, for any API.
//!
//! ```text
//! Subject (what was sent, why, what came back, what was promised)
//!    ─ every check of ALL → Judgement: silent · pass · undecided(reason) · fail([Broken])
//! ```
//!
//! A check accuses only where the description decides. Each has a file of its own that is
//! named after it, with its documentation first; [`ALL`] is the registry.

mod closed;
mod conforming_rejected;
mod constraint;
mod credentials_ignored;
mod declare;
mod json_items;
mod path_template;
mod response_header;
mod response_schema;
mod server_error;
mod subject;
mod undocumented_content_type;
mod undocumented_method_accepted;
mod undocumented_status;
mod unknown_property_accepted;
mod unparsable_body;
mod violating_accepted;

pub use declare::Check;
pub use subject::{Broken, Judgement, Subject};

use crate::broken::{family, media_type, mismatch, words};

/// All checks, sorted by id.
pub const ALL: &[&Check] = &[
    &conforming_rejected::CHECK,
    &credentials_ignored::CHECK,
    &response_header::CHECK,
    &response_schema::CHECK,
    &server_error::CHECK,
    &undocumented_content_type::CHECK,
    &undocumented_method_accepted::CHECK,
    &undocumented_status::CHECK,
    &unknown_property_accepted::CHECK,
    &unparsable_body::CHECK,
    &violating_accepted::CHECK,
];

/// What every check that has something to say says of an exchange; the numbers are indices
/// into [`ALL`].
pub fn judge(subject: &Subject<'_>) -> impl Iterator<Item = (usize, Judgement)> {
    ALL.iter()
        .enumerate()
        .map(|(index, check)| (index, (check.judge)(subject)))
        .filter(|(_, judgement)| *judgement != Judgement::Silent)
}

/// The check with this id.
pub fn find(id: &str) -> Option<&'static Check> {
    let index = ALL.binary_search_by(|check| check.id.cmp(id)).ok()?;
    Some(ALL[index])
}
