//! Where something is: a JSON Pointer into a value, a line and column in a source.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A JSON Pointer (RFC 6901): the path from the root of a JSON value to a part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pointer(String);

impl Pointer {
    /// The pointer to the whole value.
    pub fn root() -> Self {
        Self::default()
    }

    /// Takes a string that already is a pointer: empty, or beginning with `/`.
    /// Anything else gets the missing slash.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() || text.starts_with('/') {
            Self(text)
        } else {
            Self(format!("/{text}"))
        }
    }

    /// The pointer to the member `token` of what this one points to.
    #[must_use]
    pub fn child(&self, token: &str) -> Self {
        let mut text = String::with_capacity(self.0.len() + token.len() + 1);
        text.push_str(&self.0);
        text.push('/');
        for character in token.chars() {
            match character {
                '~' => text.push_str("~0"),
                '/' => text.push_str("~1"),
                other => text.push(other),
            }
        }
        Self(text)
    }

    /// The pointer to the element `index` of what this one points to.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    /// This pointer followed by `rest`.
    #[must_use]
    pub fn join(&self, rest: &Pointer) -> Self {
        Self(format!("{}{}", self.0, rest.0))
    }

    /// The pointer as RFC 6901 writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it points to the whole value.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The unescaped reference tokens, from the root on.
    pub fn tokens(&self) -> impl DoubleEndedIterator<Item = Cow<'_, str>> {
        let mut split = self.0.split('/');
        // What stands before the first slash is no token.
        split.next();
        split.map(|token| {
            if token.contains('~') {
                Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
            } else {
                Cow::Borrowed(token)
            }
        })
    }

    /// The pointer without its last token; `None` at the root.
    pub fn parent(&self) -> Option<Self> {
        self.0.rfind('/').map(|at| Self(self.0[..at].to_owned()))
    }

    /// The last token, unescaped.
    pub fn last(&self) -> Option<Cow<'_, str>> {
        self.tokens().next_back()
    }

    /// What this points to in `value`.
    pub fn get<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        // Unlike `Value::pointer`, this allocates only for tokens that are escaped.
        self.tokens().try_fold(value, |value, token| match value {
            Value::Object(members) => members.get(&*token),
            Value::Array(elements) => elements.get(array_index(&token)?),
            _ => None,
        })
    }

    /// What this points to in `value`, to change it.
    pub fn get_mut<'v>(&self, value: &'v mut Value) -> Option<&'v mut Value> {
        self.tokens().try_fold(value, |value, token| match value {
            Value::Object(members) => members.get_mut(&*token),
            Value::Array(elements) => elements.get_mut(array_index(&token)?),
            _ => None,
        })
    }

    /// Puts `new` there. Missing members of existing objects are made, and an
    /// index equal to the length appends. Tells whether there was a place for it.
    pub fn set(&self, value: &mut Value, new: Value) -> bool {
        let Some(parent) = self.parent() else {
            *value = new;
            return true;
        };
        let token = self
            .last()
            .expect("a pointer with a parent has a last token");
        match parent.get_mut(value) {
            Some(Value::Object(members)) => {
                members.insert(token.into_owned(), new);
                true
            }
            Some(Value::Array(elements)) => match token.parse::<usize>() {
                Ok(index) if index < elements.len() => {
                    elements[index] = new;
                    true
                }
                Ok(index) if index == elements.len() => {
                    elements.push(new);
                    true
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Takes what this points to out of `value`.
    pub fn remove(&self, value: &mut Value) -> Option<Value> {
        let parent = self.parent()?;
        let token = self.last()?.into_owned();
        match parent.get_mut(value)? {
            Value::Object(members) => members.shift_remove(&token),
            Value::Array(elements) => {
                let index = token.parse::<usize>().ok()?;
                (index < elements.len()).then(|| elements.remove(index))
            }
            _ => None,
        }
    }
}

/// An array index as RFC 6901 allows it: no sign, no leading zeros.
fn array_index(token: &str) -> Option<usize> {
    if token.starts_with('+') || token.len() > 1 && token.starts_with('0') {
        return None;
    }
    token.parse().ok()
}

impl fmt::Display for Pointer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A position in a source that a person can open: line and column count from 1,
/// the column in characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Location {
    /// The source as the user named it: a path, a URL, `<stdin>`.
    pub source: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}", self.source, self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tokens_are_escaped_and_unescaped() {
        let pointer = Pointer::root().child("a/b").child("m~n").index(2);
        assert_eq!(pointer.as_str(), "/a~1b/m~0n/2");
        assert_eq!(pointer.tokens().collect::<Vec<_>>(), ["a/b", "m~n", "2"]);
        assert_eq!(
            pointer.parent().expect("not the root").as_str(),
            "/a~1b/m~0n"
        );
    }

    #[test]
    fn get_takes_indices_as_rfc_6901_writes_them() {
        let value = json!({"a/b": [0, {"~": 1}]});
        let get = |pointer: &str| Pointer::new(pointer).get(&value).cloned();
        assert_eq!(get("/a~1b/1/~0"), Some(json!(1)));
        assert_eq!(get(""), Some(value.clone()));
        for nothing in [
            "/a~1b/01",
            "/a~1b/+1",
            "/a~1b/-",
            "/a~1b/2",
            "/a~1b/0/x",
            "/x",
        ] {
            assert_eq!(get(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn set_makes_members_and_appends() {
        let mut value = json!({"list": [1]});
        assert!(Pointer::new("/list/1").set(&mut value, json!(2)));
        assert!(Pointer::new("/new").set(&mut value, json!(true)));
        assert!(!Pointer::new("/absent/deep").set(&mut value, json!(0)));
        assert_eq!(value, json!({"list": [1, 2], "new": true}));
        assert_eq!(Pointer::new("/list/0").remove(&mut value), Some(json!(1)));
    }
}
