//! JSONPath (RFC 9535) within bounds.

use std::fmt;

use serde_json::Value;
use serde_json_path::JsonPath;

use crate::pointer::Pointer;

/// The longest query.
const LONGEST: usize = 1000;
/// The deepest nesting of brackets and parentheses in one.
const DEEPEST: usize = 16;
/// Each descendant segment multiplies what is looked at.
const DESCENDANTS: usize = 3;

/// A query.
#[derive(Clone)]
pub(super) struct Query(JsonPath);

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Query {
    /// Parses a query.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST || nesting(text) > DEEPEST {
            return Err("the JSONPath is too long or nested too deep".to_owned());
        }
        if text.matches("..").count() > DESCENDANTS {
            return Err(format!(
                "the JSONPath has more than {DESCENDANTS} descendant segments (`..`)"
            ));
        }
        JsonPath::parse(text).map(Self).map_err(|error| {
            format!(
                "`{text}` is no JSONPath (RFC 9535): {} at character {}",
                error.message(),
                error.position() + 1
            )
        })
    }

    /// Whether it finds anything.
    pub(super) fn finds(&self, value: &Value) -> bool {
        !self.0.query(value).is_empty()
    }

    /// The one value that it finds, or the list of several.
    pub(super) fn select(&self, value: &Value) -> Option<Value> {
        let found = self.0.query(value).all();
        match found.as_slice() {
            [] => None,
            [one] => Some((*one).clone()),
            several => Some(several.iter().map(|one| (*one).clone()).collect()),
        }
    }

    /// Where what it finds stands.
    pub(super) fn places(&self, value: &Value) -> Vec<Pointer> {
        self.0
            .query_located(value)
            .locations()
            .map(|path| Pointer::new(path.to_json_pointer()))
            .collect()
    }
}

fn nesting(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for one in text.bytes() {
        match one {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_value_stands_alone_and_several_in_a_list() {
        let value = json!({"a": [{"n": 1}, {"n": 2}]});
        let select = |path: &str| Query::parse(path).expect(path).select(&value);
        assert_eq!(select("$.a[0].n"), Some(json!(1)));
        assert_eq!(select("$.a[*].n"), Some(json!([1, 2])));
        assert_eq!(select("$.b"), None);
        let places = Query::parse("$.a[?@.n == 2].n")
            .expect("a path")
            .places(&value);
        assert_eq!(places, [Pointer::new("/a/1/n")]);
    }

    #[test]
    fn queries_are_bounded() {
        for text in [
            "$[".repeat(40),
            "$..*..*..*..*".to_owned(),
            "a".repeat(2000),
            "data[*]".to_owned(),
        ] {
            assert!(Query::parse(&text).is_err());
        }
    }
}
