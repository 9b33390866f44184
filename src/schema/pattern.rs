//! One `pattern`, decided within bounds.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::compile;

/// Patterns that are kept compiled, for each thread. A description has few, and values are
/// held against the same ones again and again.
const KEPT: usize = 256;

thread_local! {
    static COMPILED: RefCell<HashMap<String, Option<Pattern>>> = RefCell::default();
}

/// A pattern as validation reads it: backtracking is bounded, so that any text is answered
/// in time.
#[derive(Clone, Debug)]
pub struct Pattern(Arc<Validator>);

impl Pattern {
    /// `None` when the pattern does not compile.
    pub fn new(pattern: &str) -> Option<Self> {
        COMPILED.with_borrow_mut(|kept| {
            if let Some(known) = kept.get(pattern) {
                return known.clone();
            }
            let made = compile::options()
                .build(&json!({ "pattern": pattern }))
                .ok()
                .map(|validator| Self(Arc::new(validator)));
            if kept.len() >= KEPT {
                kept.clear();
            }
            kept.insert(pattern.to_owned(), made.clone());
            made
        })
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
