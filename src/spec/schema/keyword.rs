//! What a check of a keyword says.

use serde_json::Value;

/// What is done about a mistake.
#[derive(Debug)]
pub(super) enum Effect {
    /// The keyword is understood all the same.
    Keep,
    /// The keyword is left out; it does not decide which values are valid.
    Drop,
    /// The keyword gets the value that was clearly meant.
    Replace(Value),
    /// The schema cannot be understood.
    Break,
}

/// A mistake in a schema.
#[derive(Debug)]
pub(super) struct Issue {
    /// The keyword; `None` for the schema as a whole.
    pub(super) keyword: Option<String>,
    pub(super) message: String,
    pub(super) help: Option<String>,
    pub(super) effect: Effect,
}

impl Issue {
    pub(super) fn new(keyword: &str, effect: Effect, message: impl Into<String>) -> Self {
        Self {
            keyword: Some(keyword.to_owned()),
            message: message.into(),
            help: None,
            effect,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
