//! An API description as a JSON value that knows which source each part came from.

mod origins;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use origins::{Origin, Origins, Text};
use serde_json::Value;

use crate::pointer::Pointer;

/// The notation of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON (RFC 8259).
    Json,
    /// YAML 1.2.
    Yaml,
}

/// One file, URL or stream that a description was read from.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its absolute URI; relative `$ref`s resolve against it (RFC 3986).
    pub uri: String,
    /// How the user knows it: the path or URL as given, `<stdin>`.
    pub name: Arc<str>,
    /// The text as read, for line numbers and snippets.
    pub text: Arc<str>,
    /// How the text is written.
    pub format: Format,
    /// The value, after overlays and after schemas were brought to JSON Schema 2020-12. Shared
    /// with all who validate: a large description stands in memory once.
    pub value: Arc<Value>,
}

/// A part of a document: a source and a pointer into its value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Index into [`Document::sources`].
    pub source: usize,
    /// The part of that source's value.
    pub pointer: Pointer,
}

impl Place {
    /// The part `pointer` of the source `source`.
    pub fn new(source: usize, pointer: Pointer) -> Self {
        Self { source, pointer }
    }

    /// The member `token` of this part.
    #[must_use]
    pub fn child(&self, token: &str) -> Self {
        Self::new(self.source, self.pointer.child(token))
    }

    /// The element `index` of this part.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self::new(self.source, self.pointer.index(index))
    }
}

/// A description: its sources, the first of which holds the root.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// All sources that the description consists of, in the order in which they were first needed.
    pub sources: Vec<Source>,
    /// Absolute URIs that some `$ref` names and that could not or must not be read, with the reason.
    pub unread: BTreeMap<String, String>,
    /// Members whose key stands more than once in its object; the last one counts.
    pub duplicates: Vec<Place>,
    /// The overlays that changed the first source, in the order in which they were applied.
    pub overlays: Vec<Source>,
    /// Where the parts of the first source stand that overlays wrote or moved.
    pub origins: Origins,
}

impl Document {
    /// The value at `place`.
    pub fn get(&self, place: &Place) -> Option<&Value> {
        place.pointer.get(&self.sources.get(place.source)?.value)
    }

    /// The text in which the part at `place` is written, and where in it: an overlay's, if one
    /// wrote it.
    pub fn written(&self, place: &Place) -> Option<(&Source, Pointer)> {
        if place.source != 0 {
            return Some((self.sources.get(place.source)?, place.pointer.clone()));
        }
        let origin = self.origins.at(&place.pointer);
        let source = match origin.text {
            Text::Description => self.sources.first(),
            Text::Overlay(index) => self.overlays.get(index),
        };
        Some((source?, origin.pointer))
    }

    /// The place that a `$ref` found in the source `from` means, if that source is loaded
    /// and the fragment is empty or a JSON Pointer that leads somewhere.
    pub fn resolve(&self, from: usize, reference: &str) -> Option<Place> {
        let (uri, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let source = if uri.is_empty() {
            from
        } else {
            let base = url::Url::parse(&self.sources.get(from)?.uri).ok()?;
            let absolute = base.join(uri).ok()?;
            self.sources
                .iter()
                .position(|source| source.uri == absolute.as_str())?
        };
        let fragment = percent_encoding::percent_decode_str(fragment)
            .decode_utf8()
            .ok()?;
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return None;
        }
        let place = Place::new(source, Pointer::new(fragment.into_owned()));
        self.get(&place).is_some().then_some(place)
    }

    /// Follows `$ref`s from `place` to a value that is not one, at most 64 times, so that a
    /// loop ends. `None` when a reference leads nowhere or in a circle.
    pub fn follow(&self, place: &Place) -> Option<(Place, &Value)> {
        let mut place = place.clone();
        for _ in 0..64 {
            let value = self.get(&place)?;
            match value.get("$ref").and_then(Value::as_str) {
                Some(reference) => place = self.resolve(place.source, reference)?,
                None => return Some((place, value)),
            }
        }
        None
    }
}
