//! Reading of values that were checked against their shape.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::shape::parse_id;
use crate::reference::domain::Word;

const CHECKED: &str = "the shape of the body was checked before";

/// An object whose shape holds.
#[derive(Clone, Copy)]
pub(crate) struct Document<'a>(&'a Value);

impl<'a> Document<'a> {
    pub(crate) fn new(value: &'a Value) -> Self {
        Self(value)
    }

    fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// The object below a name.
    pub(crate) fn inner(self, name: &str) -> Self {
        Self(self.get(name).expect(CHECKED))
    }

    /// A text that may be absent or null.
    pub(crate) fn maybe_text(self, name: &str) -> Option<&'a str> {
        self.get(name).map(|value| value.as_str().expect(CHECKED))
    }

    /// A required text.
    pub(crate) fn text(self, name: &str) -> &'a str {
        self.maybe_text(name).expect(CHECKED)
    }

    /// An id that may be absent or null.
    pub(crate) fn maybe_id(self, name: &str) -> Option<Uuid> {
        self.maybe_text(name)
            .map(|text| parse_id(text).expect(CHECKED))
    }

    /// A required id.
    pub(crate) fn id(self, name: &str) -> Uuid {
        self.maybe_id(name).expect(CHECKED)
    }

    /// A word that may be absent.
    pub(crate) fn maybe_word<W: Word>(self, name: &str) -> Option<W> {
        self.maybe_text(name)
            .map(|text| W::from_word(text).expect(CHECKED))
    }

    /// A required word.
    pub(crate) fn word<W: Word>(self, name: &str) -> W {
        self.maybe_word(name).expect(CHECKED)
    }

    /// A free object that may be absent or null.
    pub(crate) fn maybe_object(self, name: &str) -> Option<&'a Map<String, Value>> {
        self.get(name)
            .map(|value| value.as_object().expect(CHECKED))
    }

    /// The objects of a list.
    pub(crate) fn list(self, name: &str) -> impl Iterator<Item = Self> {
        let items = self.get(name).and_then(Value::as_array);
        items.into_iter().flatten().map(Self)
    }
}
