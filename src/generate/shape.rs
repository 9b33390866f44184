//! A schema seen flat: everything that holds for one value, through `$ref` and `allOf`, with
//! a decision at each alternative.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::document::{Document, Place};

/// Parts that one flat schema may have, so that a maze of references ends.
const MAX_PARTS: usize = 200;

/// Schemas that all hold for one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node(pub(super) Vec<Place>);

impl Node {
    pub(super) fn one(place: Place) -> Self {
        Self(vec![place])
    }
}

/// The seven types of JSON Schema, in the order in which a generator prefers them.
pub(super) const TYPES: [&str; 7] = [
    "object", "array", "string", "integer", "number", "boolean", "null",
];

/// `anyOf`, `oneOf`, or `if` with its two ways.
#[derive(Clone, Debug)]
pub(super) struct Alternation {
    /// Where the keyword stands.
    pub(super) place: Place,
    /// How many branches there are.
    pub(super) branches: usize,
    /// Those that were taken.
    pub(super) taken: Vec<usize>,
}

/// Everything that holds for one value.
#[derive(Clone, Debug, Default)]
pub(super) struct Flat<'d> {
    /// The schema objects with their places.
    pub(super) parts: Vec<(Place, &'d Map<String, Value>)>,
    /// The alternatives on the way.
    pub(super) alternations: Vec<Alternation>,
    /// Values of properties that a discriminator demands.
    pub(super) tags: Vec<(String, String)>,
    /// Whether some part is the schema `false`.
    pub(super) impossible: bool,
}

/// Flattens `node`. `take` decides which branches of an alternative hold: it gets the place
/// of the keyword and the branches.
pub(super) fn flatten<'d>(
    document: &'d Document,
    node: &Node,
    mut take: impl FnMut(&Place, &[Place]) -> Vec<usize>,
) -> Flat<'d> {
    let mut flat = Flat::default();
    let mut seen = BTreeSet::new();
    // The name of the schema through which a part was reached, for discriminators that stand
    // in a common base.
    let mut open: Vec<(Place, Option<Place>)> = node
        .0
        .iter()
        .rev()
        .map(|place| (place.clone(), None))
        .collect();
    while let Some((place, entry)) = open.pop() {
        if !seen.insert(place.clone()) || flat.parts.len() >= MAX_PARTS {
            continue;
        }
        let members = match document.get(&place) {
            Some(Value::Bool(false)) => {
                flat.impossible = true;
                continue;
            }
            Some(Value::Object(members)) => members,
            _ => continue,
        };
        flat.parts.push((place.clone(), members));
        // What is pushed last is looked at first; hence from the back.
        let mut next = Vec::new();
        if let Some(target) = members
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| document.resolve(place.source, reference))
        {
            let entry = entry.clone().or_else(|| Some(target.clone()));
            next.push((target, entry));
        }
        let inner = entry.clone().or_else(|| Some(place.clone()));
        if let Some(Value::Array(all)) = members.get("allOf") {
            let here = place.child("allOf");
            next.extend((0..all.len()).map(|index| (here.index(index), inner.clone())));
        }
        let discriminator = members.get("discriminator");
        let mut has_union = false;
        for keyword in ["oneOf", "anyOf"] {
            let Some(Value::Array(all)) = members.get(keyword) else {
                continue;
            };
            has_union = true;
            let here = place.child(keyword);
            let branches: Vec<_> = (0..all.len()).map(|index| here.index(index)).collect();
            let taken = take(&here, &branches);
            for index in &taken {
                let Some(branch) = branches.get(*index) else {
                    continue;
                };
                next.push((branch.clone(), None));
                if let Some(discriminator) = discriminator {
                    let target = all[*index]
                        .get("$ref")
                        .and_then(Value::as_str)
                        .and_then(|reference| document.resolve(place.source, reference));
                    flat.tags
                        .extend(target.and_then(|target| {
                            tag(document, place.source, discriminator, &target)
                        }));
                }
            }
            flat.alternations.push(Alternation {
                place: here,
                branches: branches.len(),
                taken,
            });
        }
        if let (Some(discriminator), false) = (discriminator, has_union) {
            let target = entry.as_ref().unwrap_or(&place);
            flat.tags
                .extend(tag(document, place.source, discriminator, target));
        }
        if members.contains_key("if")
            && (members.contains_key("then") || members.contains_key("else"))
        {
            let here = place.child("if");
            let ways = [here.clone(), place.child("else")];
            let taken = take(&here, &ways);
            if taken.first() == Some(&0) {
                next.push((here.clone(), None));
                next.push((place.child("then"), None));
            } else {
                next.push((place.child("else"), None));
            }
            flat.alternations.push(Alternation {
                place: here,
                branches: 2,
                taken,
            });
        }
        open.extend(next.into_iter().rev());
    }
    flat
}

/// The property and value by which a discriminator knows the schema `target`.
fn tag(
    document: &Document,
    source: usize,
    discriminator: &Value,
    target: &Place,
) -> Option<(String, String)> {
    let property = discriminator.get("propertyName")?.as_str()?;
    let mapped = discriminator
        .get("mapping")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .find(|(_, reference)| {
            reference.as_str().is_some_and(|reference| {
                document.resolve(source, reference).as_ref() == Some(target)
                    || target.pointer.last().as_deref() == Some(reference)
            })
        })
        .map(|(name, _)| name.clone());
    let name = mapped.or_else(|| {
        // Without a mapping the name is that of the component, which only components have.
        let parent = target.pointer.parent()?;
        let in_components = matches!(parent.last()?.as_ref(), "schemas" | "definitions" | "$defs");
        in_components.then(|| target.pointer.last().map(std::borrow::Cow::into_owned))?
    })?;
    Some((property.to_owned(), name))
}

impl<'d> Flat<'d> {
    /// All occurrences of a keyword, with their places.
    pub(super) fn all(&self, keyword: &str) -> impl Iterator<Item = (Place, &'d Value)> {
        self.parts.iter().filter_map(move |(place, members)| {
            members
                .get(keyword)
                .map(|value| (place.child(keyword), value))
        })
    }

    /// The first occurrence of a keyword.
    pub(super) fn first(&self, keyword: &str) -> Option<(Place, &'d Value)> {
        self.all(keyword).next()
    }

    /// The smallest (`lowest`) or largest of the counts that a keyword gives.
    pub(super) fn count(&self, keyword: &str, lowest: bool) -> Option<(Place, usize)> {
        let counts = self.all(keyword).filter_map(|(place, value)| {
            let number = value.as_f64().filter(|number| *number >= 0.0)?;
            Some((place, number as usize))
        });
        if lowest {
            counts.min_by_key(|(_, count)| *count)
        } else {
            counts.max_by_key(|(_, count)| *count)
        }
    }

    /// The types that all parts allow; `None` when no part names any.
    pub(super) fn types(&self) -> Option<Vec<&'static str>> {
        let mut allowed: Option<Vec<&'static str>> = None;
        for (_, value) in self.all("type") {
            let names: Vec<&str> = match value {
                Value::String(name) => vec![name],
                Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
                _ => continue,
            };
            let here = |name: &str| {
                names.contains(&name) || name == "integer" && names.contains(&"number")
            };
            // The order of the description counts: the first type is the usual one.
            let listed = || {
                names
                    .iter()
                    .filter_map(|name| TYPES.into_iter().find(|one| one == name))
            };
            allowed = Some(match allowed {
                None => listed().collect(),
                Some(before) => {
                    let narrowed = before.contains(&"number") && names.contains(&"integer");
                    let mut both: Vec<_> = before.into_iter().filter(|name| here(name)).collect();
                    if narrowed && !both.contains(&"integer") {
                        both.push("integer");
                    }
                    both
                }
            });
        }
        allowed
    }

    /// The types to generate: those that are named, or first the one that the keywords are
    /// about and then, since nothing forbids them, all others.
    pub(super) fn likely_types(&self) -> Vec<&'static str> {
        if let Some(types) = self.types() {
            return types;
        }
        let has = |keywords: &[&str]| keywords.iter().any(|one| self.first(one).is_some());
        let likely = if !self.tags.is_empty()
            || has(&[
                "properties",
                "required",
                "additionalProperties",
                "minProperties",
            ]) {
            "object"
        } else if has(&[
            "items",
            "prefixItems",
            "minItems",
            "uniqueItems",
            "contains",
        ]) {
            "array"
        } else if has(&[
            "minimum",
            "maximum",
            "multipleOf",
            "exclusiveMinimum",
            "exclusiveMaximum",
        ]) {
            "number"
        } else {
            match self.first("format").and_then(|(_, format)| format.as_str()) {
                Some("int32" | "int64") => "integer",
                Some("float" | "double") => "number",
                _ => "string",
            }
        };
        let mut types = vec![likely];
        types.extend(
            ["string", "integer", "boolean", "object", "array", "null"]
                .into_iter()
                .filter(|one| *one != likely),
        );
        types.retain(|one| !self.refuses(one));
        types
    }

    /// Whether `not` rules the type out as a whole.
    fn refuses(&self, kind: &str) -> bool {
        self.all("not").any(|(_, refused)| {
            refused
                .as_object()
                .is_some_and(|members| members.len() == 1)
                && match refused.get("type") {
                    Some(Value::String(name)) => name == kind,
                    Some(Value::Array(names)) => names.iter().any(|name| name == kind),
                    _ => false,
                }
        })
    }

    /// The properties that are described, in their order, each with all that holds for it.
    pub(super) fn properties(&self) -> Vec<(String, Node)> {
        let mut names: Vec<&String> = Vec::new();
        let mut known = BTreeSet::new();
        for (_, properties) in self.all("properties") {
            for name in properties
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, _)| name)
            {
                if known.insert(name) {
                    names.push(name);
                }
            }
        }
        names
            .into_iter()
            .map(|name| (name.clone(), self.property(name)))
            .collect()
    }

    /// All that holds for the property `name`: `properties`, `patternProperties` and
    /// `additionalProperties` of each part.
    pub(super) fn property(&self, name: &str) -> Node {
        let mut places = Vec::new();
        for (place, members) in &self.parts {
            let mut matched = false;
            if members
                .get("properties")
                .is_some_and(|all| all.get(name).is_some())
            {
                places.push(place.child("properties").child(name));
                matched = true;
            }
            for pattern in members
                .get("patternProperties")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
                .map(|(pattern, _)| pattern)
            {
                if super::pattern::matches(pattern, name) {
                    places.push(place.child("patternProperties").child(pattern));
                    matched = true;
                }
            }
            if !matched && members.contains_key("additionalProperties") {
                places.push(place.child("additionalProperties"));
            }
        }
        Node(places)
    }

    /// Whether the object is described to have this property in any way.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.all("properties")
            .any(|(_, properties)| properties.get(name).is_some())
    }

    /// The required properties, each with the place of the keyword.
    pub(super) fn required(&self) -> Vec<(String, Place)> {
        let mut names: Vec<(String, Place)> = Vec::new();
        for (place, value) in self.all("required") {
            for name in value
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
            {
                if !names.iter().any(|(known, _)| known == name) {
                    names.push((name.to_owned(), place.clone()));
                }
            }
        }
        names
    }

    /// The keyword that closes the object to unknown properties.
    pub(super) fn closed(&self) -> Option<Place> {
        ["additionalProperties", "unevaluatedProperties"]
            .into_iter()
            .flat_map(|keyword| self.all(keyword))
            .find(|(_, value)| **value == Value::Bool(false))
            .map(|(place, _)| place)
    }

    /// All that holds for the element `index`.
    pub(super) fn element(&self, index: usize) -> Node {
        let mut places = Vec::new();
        for (place, members) in &self.parts {
            let prefix = members.get("prefixItems").and_then(Value::as_array);
            if prefix.is_some_and(|prefix| index < prefix.len()) {
                places.push(place.child("prefixItems").index(index));
            } else if members.contains_key("items") {
                places.push(place.child("items"));
            }
        }
        Node(places)
    }
}
