//! One `pattern`, decided within bounds.

use jsonschema::Validator;
use serde_json::{Value, json};

use super::compile;

/// A pattern as validation reads it: backtracking is bounded, so that any text is answered
/// in time.
#[derive(Debug)]
pub struct Pattern(Validator);

impl Pattern {
    /// `None` when the pattern does not compile.
    pub fn new(pattern: &str) -> Option<Self> {
        compile::options()
            .build(&json!({ "pattern": pattern }))
            .ok()
            .map(Self)
    }

    /// Whether the pattern is found in the text; `false` too when that cannot be decided in
    /// time.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_valid(&Value::from(text))
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn answers_come_in_time() {
        let pattern = Pattern::new("^(?=(a+)+$)(a|aa)+$").expect("compiles");
        assert!(pattern.is_match(&"a".repeat(20)));
        assert!(!pattern.is_match(&format!("{}!", "a".repeat(5_000))));
        assert!(Pattern::new("(").is_none());
    }
}
