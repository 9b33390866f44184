//! What a check of a keyword says.

use serde_json::Value;

use crate::spec::dialect::kind;

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

/// The issue that the value of a keyword should be something else.
pub(super) fn wrong(keyword: &str, effect: Effect, wanted: &str, value: &Value) -> Issue {
    let shown = match value {
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        Value::String(text) if text.chars().count() <= 40 => format!("the string \"{text}\""),
        other => kind(other).to_owned(),
    };
    let ignored = matches!(effect, Effect::Drop);
    let issue = Issue::new(
        keyword,
        effect,
        format!("`{keyword}` must be {wanted}, and is {shown}"),
    );
    if ignored {
        issue.help("it is ignored")
    } else {
        issue
    }
}
