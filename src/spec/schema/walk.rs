//! The way through a schema and all schemas in it.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value};

use super::keyword::{Effect, Issue};
use super::pattern::Patterns;
use super::{keywords, modern, vocabulary};
use crate::document::Place;
use crate::pointer::Pointer;
use crate::spec::dialect::{Dialect, kind};
use crate::spec::flaws::Flaws;

/// Keywords whose value is a schema.
const ONE: [&str; 11] = [
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
];
/// Keywords whose value is a list of schemas.
const LIST: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
/// Keywords whose value maps names to schemas.
const MAP: [&str; 4] = [
    "properties",
    "patternProperties",
    "dependentSchemas",
    "$defs",
];

/// A source and a pointer into it, as sorted maps want it.
pub(super) type Key = (usize, String);

/// The state of one pass over all schemas.
pub(super) struct Walk<'f> {
    pub(super) dialect: Dialect,
    pub(super) flaws: &'f mut Flaws,
    /// `$ref`s met and not yet followed: the schema that has it, and what it says.
    pub(super) references: Vec<(Key, String)>,
    /// Schemas that cannot be understood, with the flaw that says why.
    pub(super) broken: BTreeMap<Key, usize>,
    visited: HashSet<Key>,
    patterns: Patterns,
    source: usize,
    /// The pointer to where the walk is.
    path: String,
}

impl<'f> Walk<'f> {
    pub(super) fn new(dialect: Dialect, flaws: &'f mut Flaws) -> Self {
        Self {
            dialect,
            flaws,
            references: Vec::new(),
            broken: BTreeMap::new(),
            visited: HashSet::new(),
            patterns: Patterns::default(),
            source: 0,
            path: String::new(),
        }
    }

    /// Whether the schema at `place` was visited.
    pub(super) fn knows(&self, place: &Place) -> bool {
        // Pointers from `$ref`s and our own are written alike: `~0`, `~1` and nothing else.
        self.visited
            .contains(&(place.source, place.pointer.as_str().to_owned()))
    }

    /// Visits the schema at `place` and all schemas in it.
    pub(super) fn from(&mut self, place: &Place, schema: &mut Value) {
        self.source = place.source;
        place.pointer.as_str().clone_into(&mut self.path);
        self.schema(schema);
    }

    pub(super) fn place(&self) -> Place {
        Place::new(self.source, Pointer::new(self.path.clone()))
    }

    /// The recursion is bounded by the depth of the source.
    fn schema(&mut self, schema: &mut Value) {
        let key = (self.source, self.path.clone());
        if !self.visited.insert(key.clone()) {
            return;
        }
        match schema {
            Value::Object(members) => self.object(key, members),
            Value::Bool(_) => {
                if self.dialect.is_old() {
                    self.flaws
                        .add(
                            &self.place(),
                            format!("{} has no boolean schemas", self.dialect.name()),
                        )
                        .help("write `{}` for true and `not: {}` for false; it is taken as that");
                }
            }
            Value::Null => {
                self.flaws
                    .add(&self.place(), "this schema is empty (null)")
                    .help("write `{}`; it is taken as that");
                *schema = Value::Object(Map::new());
            }
            other => {
                let message = format!("a schema must be an object, and this is {}", kind(other));
                let flaw = self.flaws.index(&self.place(), message);
                self.broken.insert(key, flaw);
            }
        }
    }

    fn object(&mut self, key: Key, members: &mut Map<String, Value>) {
        match members.get("$ref") {
            Some(Value::String(reference)) => {
                self.references.push((key.clone(), reference.clone()));
                if self.dialect.is_old() {
                    self.ignore_siblings(members);
                    return;
                }
            }
            Some(other) => {
                let message = format!("`$ref` must be a string, and is {}", kind(other));
                let flaw = self.flaws.index(&self.place().child("$ref"), message);
                self.broken.insert(key, flaw);
                return;
            }
            None => {}
        }
        if self.dialect.is_old() {
            for keyword in ["$schema", "$id", "$anchor", "$dynamicAnchor", "$dynamicRef"] {
                members.shift_remove(keyword);
            }
        } else if let Some(stated) = members.get("$schema") {
            let uri = stated.as_str().unwrap_or_default();
            if modern::is_openapi_base(uri) {
                members.shift_remove("$schema");
            } else if modern::is_other_draft(uri) {
                // Legal, and the business of whoever validates.
                return;
            } else if !modern::is_current(uri) {
                let message = format!("the JSON Schema dialect {stated} is not supported");
                let flaw = self.flaws.index(&self.place().child("$schema"), message);
                self.broken.insert(key, flaw);
                return;
            }
        }
        let mut issues = Vec::new();
        keywords::check(self.dialect, members, &mut self.patterns, &mut issues);
        for issue in issues {
            self.apply(&key, members, issue);
        }
        let nullable_all_of = modern::is_nullable_all_of(self.dialect, members);
        modern::modernize(self.dialect, members, &mut self.patterns);
        self.inner(members);
        if nullable_all_of {
            modern::beside_all_of(members);
        }
    }

    fn apply(&mut self, key: &Key, members: &mut Map<String, Value>, issue: Issue) {
        let mut place = self.place();
        if let Some(keyword) = &issue.keyword {
            place = place.child(keyword);
        }
        let flaw = self.flaws.index(&place, issue.message);
        if let Some(help) = issue.help {
            self.flaws.at(flaw).help(help);
        }
        match (issue.effect, issue.keyword) {
            (Effect::Break, _) => {
                self.broken.entry(key.clone()).or_insert(flaw);
            }
            (Effect::Drop, Some(keyword)) => {
                members.shift_remove(&keyword);
            }
            (Effect::Replace(value), Some(keyword)) => {
                members.insert(keyword, value);
            }
            (Effect::Keep | Effect::Drop | Effect::Replace(_), _) => {}
        }
    }

    /// Up to 3.0, what stands beside `$ref` is ignored. That is a flaw only where it would
    /// have changed which values are valid. Definitions stay: they are only kept there.
    fn ignore_siblings(&mut self, members: &mut Map<String, Value>) {
        if members.len() == 1 {
            return;
        }
        let ignored: Vec<String> = members
            .keys()
            .filter(|keyword| vocabulary::is_known(keyword))
            .cloned()
            .collect();
        let matter: Vec<&str> = ignored
            .iter()
            .map(String::as_str)
            .filter(|keyword| vocabulary::restricts(keyword))
            .collect();
        if let Some(first) = matter.first() {
            self.flaws
                .add(
                    &self.place().child(first),
                    format!(
                        "`{}` beside `$ref` is ignored in {}",
                        matter.join("`, `"),
                        self.dialect.name()
                    ),
                )
                .help("put the `$ref` into an `allOf`, with the rest beside that");
        }
        for keyword in ignored {
            members.shift_remove(&keyword);
        }
    }

    /// Visits the schemas inside.
    fn inner(&mut self, members: &mut Map<String, Value>) {
        for (keyword, value) in members {
            let keyword = keyword.as_str();
            let length = self.path.len();
            if ONE.contains(&keyword) {
                // `additionalProperties: false` is no boolean schema but a setting of its own,
                // and the list of schemas that `items` once was has its flaw already.
                if keyword == "additionalProperties" && value.is_boolean()
                    || keyword == "items" && value.is_array()
                {
                    continue;
                }
                self.enter(keyword);
                self.schema(value);
            } else if LIST.contains(&keyword) {
                self.enter(keyword);
                let length = self.path.len();
                for (index, element) in value.as_array_mut().into_iter().flatten().enumerate() {
                    self.enter(&index.to_string());
                    self.schema(element);
                    self.path.truncate(length);
                }
            } else if MAP.contains(&keyword) {
                self.enter(keyword);
                let length = self.path.len();
                for (name, element) in value.as_object_mut().into_iter().flatten() {
                    self.enter(name);
                    self.schema(element);
                    self.path.truncate(length);
                }
            }
            self.path.truncate(length);
        }
    }

    fn enter(&mut self, token: &str) {
        self.path.push('/');
        if token.contains(['~', '/']) {
            self.path
                .push_str(&token.replace('~', "~0").replace('/', "~1"));
        } else {
            self.path.push_str(token);
        }
    }
}
