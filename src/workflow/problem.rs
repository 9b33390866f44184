//! What is wrong with a workflow document: the user's input.

use std::fmt;

use crate::near::near;
use crate::pointer::Pointer;

/// A mistake and the part of the document that it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The part.
    pub at: Pointer,
    /// What is wrong and what to do about it, as a fragment without a full stop.
    pub message: String,
}

impl Problem {
    pub(super) fn new(at: &Pointer, message: impl Into<String>) -> Self {
        Self {
            at: at.clone(),
            message: message.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// `; did you mean a?`, else `; there is a, b, c`, else nothing.
pub(super) fn instead<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let similar = near(wanted, names.iter().copied());
    if !similar.is_empty() {
        return format!("; did you mean {}?", similar.join(" or "));
    }
    match names.len() {
        0 => String::new(),
        1..=16 => format!("; there is {}", names.join(", ")),
        many => format!("; there are {many} others"),
    }
}
