//! Schemas: brought to JSON Schema 2020-12 in place, and checked on the way.
//!
//! Only what can be reached as a schema is touched, never examples or extensions. Each schema
//! is visited once, so that the cost is linear in the size of the description.

mod keyword;
mod keywords;
mod modern;
mod pattern;
mod taint;
mod types;
mod vocabulary;
mod walk;

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::build::dangling;
use super::dialect::Dialect;
use super::flaws::Flaws;
use super::read::is_meta_schema;
use crate::document::{Document, Place};
use crate::pointer::Pointer;
use walk::Walk;

/// Brings every schema at `roots`, in the components, and everything they refer to up to
/// date. Returns for each root that cannot be understood the index of the flaw that says why.
pub(super) fn normalize(
    document: &mut Document,
    dialect: Dialect,
    roots: &[Place],
    flaws: &mut Flaws,
) -> HashMap<Place, usize> {
    if dialect.is_old() {
        forget_identities(document);
    }
    check_default_dialect(document, dialect, flaws);
    let mut walk = Walk::new(dialect, flaws);
    let mut waiting: Vec<Place> = components(document, dialect);
    waiting.extend(roots.iter().rev().cloned());
    let mut anchors = Anchors::default();
    let mut edges: HashMap<(usize, String), Place> = HashMap::new();
    let mut units: Vec<Place> = roots.to_vec();
    while let Some(place) = waiting.pop() {
        if walk.knows(&place) {
            continue;
        }
        let Some(schema) = document
            .sources
            .get_mut(place.source)
            .and_then(|source| place.pointer.get_mut(Arc::make_mut(&mut source.value)))
        else {
            continue;
        };
        walk.from(&place, schema);
        for (holder, reference) in std::mem::take(&mut walk.references) {
            let from = Place::new(holder.0, Pointer::new(holder.1.clone()));
            match target(document, &mut anchors, &from, &reference) {
                Target::Schema(target) => {
                    units.push(target.clone());
                    waiting.push(target.clone());
                    edges.insert(holder, target);
                }
                Target::Elsewhere => {}
                Target::Circle => {
                    let flaw = walk.flaws.index(
                        &from.child("$ref"),
                        "this `$ref` is part of a circle of nothing but `$ref`s",
                    );
                    walk.flaws.at(flaw).help("let one of them hold the content");
                    walk.broken.insert(holder, flaw);
                }
                Target::Nowhere => {
                    let (message, help) = dangling(document, from.source, &reference);
                    let flaw = walk.flaws.index(&from.child("$ref"), message);
                    if let Some(help) = help {
                        walk.flaws.at(flaw).help(help);
                    }
                    walk.broken.insert(holder, flaw);
                }
            }
        }
    }
    let broken = std::mem::take(&mut walk.broken);
    taint::taint(&units, &edges, &broken)
}

/// The schemas of `components`, or `definitions`, whether used or not.
fn components(document: &Document, dialect: Dialect) -> Vec<Place> {
    let home = Place::new(
        0,
        Pointer::new(match dialect {
            Dialect::V2 => "/definitions",
            _ => "/components/schemas",
        }),
    );
    match document.get(&home) {
        Some(Value::Object(members)) => members.keys().rev().map(|name| home.child(name)).collect(),
        _ => Vec::new(),
    }
}

/// Up to 3.0, `$schema` and `$id` mean nothing; whoever reads the schemas as JSON Schema
/// must not see them. Those of inner schemas go when the schemas are visited.
fn forget_identities(document: &mut Document) {
    for source in document.sources.iter_mut().skip(1) {
        if let Value::Object(members) = Arc::make_mut(&mut source.value) {
            members.shift_remove("$schema");
            members.shift_remove("$id");
        }
    }
}

/// The description's own default for `$schema` must be one that is understood.
fn check_default_dialect(document: &Document, dialect: Dialect, flaws: &mut Flaws) {
    let place = Place::new(0, Pointer::new("/jsonSchemaDialect"));
    let stated = match document.get(&place) {
        Some(stated) if !dialect.is_old() => stated,
        _ => return,
    };
    let known = stated
        .as_str()
        .is_some_and(|uri| modern::is_current(uri) || modern::is_openapi_base(uri));
    if !known {
        flaws
            .add(
                &place,
                format!("the JSON Schema dialect {stated} is not supported"),
            )
            .help("schemas are read as JSON Schema 2020-12");
    }
}

enum Target {
    /// A schema of this description.
    Schema(Place),
    /// A meta-schema, or something with an id or anchor that JSON Schema resolves.
    Elsewhere,
    Circle,
    Nowhere,
}

fn target(document: &Document, anchors: &mut Anchors, from: &Place, reference: &str) -> Target {
    if is_meta_schema(reference) {
        return Target::Elsewhere;
    }
    if let Some(place) = document.resolve(from.source, reference) {
        let refers_on = document
            .get(&place)
            .is_some_and(|value| value.get("$ref").is_some_and(Value::is_string));
        if refers_on && document.follow(&place).is_none() && is_circle(document, &place) {
            return Target::Circle;
        }
        return Target::Schema(place);
    }
    if anchors.explain(document, reference) {
        return Target::Elsewhere;
    }
    Target::Nowhere
}

/// Whether the `$ref`s from `place` never end; they may also end nowhere.
fn is_circle(document: &Document, place: &Place) -> bool {
    let mut place = place.clone();
    for _ in 0..64 {
        let next = document
            .get(&place)
            .and_then(|value| value.get("$ref"))
            .and_then(Value::as_str)
            .and_then(|reference| document.resolve(place.source, reference));
        match next {
            Some(next) => place = next,
            None => return false,
        }
    }
    true
}

/// Names that JSON Schema gives to schemas besides pointers. Collected when first asked for.
#[derive(Default)]
struct Anchors {
    names: Option<(Vec<String>, bool)>,
}

impl Anchors {
    /// Whether a reference may mean a `$anchor`, or something below a `$id`. The latter is
    /// not resolved here: where there are ids, nothing is claimed.
    fn explain(&mut self, document: &Document, reference: &str) -> bool {
        let (names, ids) = self.names.get_or_insert_with(|| collect(document));
        let fragment = reference
            .split_once('#')
            .map_or("", |(_, fragment)| fragment);
        *ids || !fragment.is_empty()
            && !fragment.starts_with('/')
            && names.iter().any(|name| name == fragment)
    }
}

fn collect(document: &Document) -> (Vec<String>, bool) {
    let mut names = Vec::new();
    let mut ids = false;
    let mut waiting: Vec<&Value> = document
        .sources
        .iter()
        .map(|source| &*source.value)
        .collect();
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(elements) => waiting.extend(elements),
            Value::Object(members) => {
                ids |= members.get("$id").is_some_and(Value::is_string);
                for key in ["$anchor", "$dynamicAnchor"] {
                    if let Some(Value::String(name)) = members.get(key) {
                        names.push(name.clone());
                    }
                }
                waiting.extend(members.values());
            }
            _ => {}
        }
    }
    (names, ids)
}
