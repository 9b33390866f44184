//! A mistake in a file of a contract, and where it stands.

use std::fmt;
use std::sync::Arc;

use crate::pointer::Pointer;

/// A file of a contract as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractText {
    /// Its path, as messages show it.
    pub name: Arc<str>,
    /// What stands in it.
    pub text: Arc<str>,
}

/// A mistake in a file of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file.
    pub file: ContractText,
    /// The part of it.
    pub pointer: Pointer,
    /// What is wrong, and what may be meant, as a sentence without a full stop.
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.file.name)?;
        if !self.pointer.is_root() {
            write!(formatter, "{}: ", self.pointer.as_str())?;
        }
        formatter.write_str(&self.message)
    }
}

/// Mistakes, a line for each.
pub(super) fn lines(mistakes: &[Mistake]) -> String {
    let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    lines.join("\n")
}
