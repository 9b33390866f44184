//! Looking at untyped parts: what has the wrong type is a flaw and counts as absent.

use serde_json::{Map, Value};

use super::Builder;
use crate::document::Place;
use crate::near::near;
use crate::spec::dialect::kind;

/// An object of the description with its place.
pub(super) type Node<'d> = (Place, &'d Map<String, Value>);

impl<'d> Builder<'d> {
    /// The value at a place that must be an object; a flaw otherwise.
    pub(super) fn object(&mut self, place: &Place, what: &str) -> Option<&'d Map<String, Value>> {
        match self.document.get(place)? {
            Value::Object(members) => Some(members),
            other => {
                self.flaws.add(
                    place,
                    format!("{what} must be an object, and is {}", kind(other)),
                );
                None
            }
        }
    }

    /// The member `key` of the object at `place`, if it is there and an object.
    pub(super) fn member(&mut self, place: &Place, key: &str) -> Option<Node<'d>> {
        let place = place.child(key);
        let members = self.object(&place, &format!("`{key}`"))?;
        Some((place, members))
    }

    /// The member `key`, if it is there and an object; when it is something else, that costs
    /// `lost`.
    pub(super) fn part(&mut self, holder: &Node<'d>, key: &str, lost: &str) -> Option<Node<'d>> {
        let place = holder.0.child(key);
        match holder.1.get(key)? {
            Value::Object(members) => Some((place, members)),
            other => {
                self.flaws
                    .add(
                        &place,
                        format!("`{key}` must be an object, and is {}", kind(other)),
                    )
                    .lost(lost);
                None
            }
        }
    }

    /// The member `key`, if it is there and a list.
    pub(super) fn list(&mut self, place: &Place, key: &str) -> Option<&'d Vec<Value>> {
        let place = place.child(key);
        match self.document.get(&place)? {
            Value::Array(elements) => Some(elements),
            other => {
                self.flaws.add(
                    &place,
                    format!("`{key}` must be a list, and is {}", kind(other)),
                );
                None
            }
        }
    }

    /// The member `key`, if it is there and a string.
    pub(super) fn text(&mut self, node: &Node<'d>, key: &str) -> Option<&'d str> {
        match node.1.get(key)? {
            Value::String(text) => Some(text),
            other => {
                self.flaws.add(
                    &node.0.child(key),
                    format!("`{key}` must be a string, and is {}", kind(other)),
                );
                None
            }
        }
    }

    /// The member `key`, if it is there and a boolean.
    pub(super) fn boolean(&mut self, node: &Node<'d>, key: &str) -> Option<bool> {
        match node.1.get(key)? {
            Value::Bool(value) => Some(*value),
            other => {
                self.flaws.add(
                    &node.0.child(key),
                    format!("`{key}` must be true or false, and is {}", kind(other)),
                );
                None
            }
        }
    }

    /// The strings of the list `key`.
    pub(super) fn texts(&mut self, place: &Place, key: &str) -> Option<Vec<String>> {
        let elements = self.list(place, key)?;
        let mut texts = Vec::with_capacity(elements.len());
        for (index, element) in elements.iter().enumerate() {
            match element {
                Value::String(text) => texts.push(text.clone()),
                other => {
                    self.flaws.add(
                        &place.child(key).index(index),
                        format!("`{key}` must hold strings, and this is {}", kind(other)),
                    );
                }
            }
        }
        Some(texts)
    }

    /// The object at `place` or the one that its `$ref`s lead to. When there is none, that is
    /// a flaw that costs `lost`.
    pub(super) fn follow(&mut self, place: &Place, what: &str, lost: &str) -> Option<Node<'d>> {
        match self.document.follow(place) {
            Some((place, Value::Object(members))) => Some((place, members)),
            Some((place, other)) => {
                self.flaws
                    .add(
                        &place,
                        format!("{what} must be an object, and is {}", kind(other)),
                    )
                    .lost(lost);
                None
            }
            None => {
                self.dead_reference(place, lost);
                None
            }
        }
    }

    /// Says what is wrong with the `$ref`s from `place`, which lead nowhere.
    fn dead_reference(&mut self, place: &Place, lost: &str) {
        let mut place = place.clone();
        for _ in 0..64 {
            let Some(reference) = self
                .document
                .get(&place)
                .and_then(|value| value.get("$ref"))
                .and_then(Value::as_str)
            else {
                return;
            };
            if let Some(target) = self.document.resolve(place.source, reference) {
                place = target;
                continue;
            }
            let (message, help) = dangling(self.document, place.source, reference);
            let draft = self.flaws.add(&place.child("$ref"), message);
            draft.lost(lost);
            if let Some(help) = help {
                draft.help(help);
            }
            return;
        }
        self.flaws
            .add(
                &place.child("$ref"),
                "this `$ref` is part of a circle of nothing but `$ref`s",
            )
            .help("let one of them hold the content")
            .lost(lost);
    }
}

/// Why a reference leads nowhere, and what may have been meant.
pub(in crate::spec) fn dangling(
    document: &crate::document::Document,
    from: usize,
    reference: &str,
) -> (String, Option<String>) {
    let (uri, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    if !uri.is_empty() {
        let absolute = document
            .sources
            .get(from)
            .and_then(|source| url::Url::parse(&source.uri).ok())
            .and_then(|base| base.join(uri).ok());
        let reason = absolute
            .as_ref()
            .and_then(|absolute| document.unread.get(absolute.as_str()));
        if let Some(reason) = reason {
            return (
                format!("the `$ref` to `{reference}` was not read: {reason}"),
                Some("bundle the description, or put the file where it is looked for".to_owned()),
            );
        }
    }
    let message = format!("the `$ref` to `{reference}` leads nowhere");
    (message, did_you_mean(document, from, uri, fragment))
}

fn did_you_mean(
    document: &crate::document::Document,
    from: usize,
    uri: &str,
    fragment: &str,
) -> Option<String> {
    let (parent, wanted) = fragment.rsplit_once('/')?;
    let parent = document.resolve(from, &format!("{uri}#{parent}"))?;
    let names = document.get(&parent)?.as_object()?;
    let similar = near(wanted, names.keys().map(String::as_str));
    similar
        .first()
        .map(|similar| format!("did you mean `{similar}`?"))
}
