//! Values from schemas. Every value is validated before it is used.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::number::Bounds;
use super::shape::{Flat, Node, flatten};
use super::stream::Stream;
use super::text::Rules;
use crate::api::{Direction, SchemaId};
use crate::document::{Document, Place};
use crate::pointer::Pointer;
use crate::schema::{Schemas, is_read_only};

/// Values are not nested deeper than this.
const MAX_DEPTH: usize = 24;
/// Optional parts are left out below this depth.
const OPTIONAL_DEPTH: usize = 8;
/// How often a schema may contain itself in a value.
const MAX_RECURSION: usize = 2;
/// Parts of one value; beyond, only what is required is made.
const BUDGET: usize = 2_000;
/// Elements of one array.
pub(super) const MAX_ITEMS: usize = 1_000;
/// Whole values that are tried.
const ATTEMPTS: usize = 6;
/// Branches that are tried at an alternative.
const BRANCHES: usize = 12;
/// Optional parts that are taken out again because of them the value is invalid.
const REPAIRS: usize = 40;

/// How much of what is optional a value has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    Full,
    Minimal,
    Random,
}

/// A string that was drawn freely: another one does as well.
#[derive(Clone, Debug)]
pub(super) struct Fresh {
    pub(super) pointer: Pointer,
    pub(super) node: Node,
    pub(super) name: String,
}

/// A value, and which parts of it are arbitrary.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) value: Value,
    pub(super) fresh: Vec<Fresh>,
}

/// Makes values.
pub(super) struct Maker<'a> {
    pub(super) document: &'a Document,
    pub(super) schemas: &'a Schemas,
    pub(super) stream: Stream,
    pub(super) extent: Extent,
    /// The branch to take at an alternative, by the place of its keyword.
    pub(super) forced: BTreeMap<Place, usize>,
    variant: usize,
    budget: usize,
    path: Vec<Place>,
    fresh: Vec<Fresh>,
}

type Attempt = Result<Value, String>;

impl<'a> Maker<'a> {
    pub(super) fn new(
        document: &'a Document,
        schemas: &'a Schemas,
        stream: Stream,
        extent: Extent,
    ) -> Self {
        Self {
            document,
            schemas,
            stream,
            extent,
            forced: BTreeMap::new(),
            variant: 0,
            budget: BUDGET,
            path: Vec::new(),
            fresh: Vec::new(),
        }
    }

    /// A valid value of a schema of the description.
    pub(super) fn root(&mut self, id: SchemaId, place: &Place, name: &str) -> Result<Made, String> {
        let node = Node::one(place.clone());
        self.schemas
            .check(id, Direction::Request)
            .map_err(|problem| format!("its schema cannot be used: {problem}"))?;
        self.search(
            &node,
            name,
            &|value| self_valid(self.schemas, id, value),
            &|value| {
                let found = self.schemas.errors(id, Direction::Request, value, 8);
                found
                    .map(|all| {
                        all.into_iter()
                            .map(|one| (one.instance, one.message))
                            .collect()
                    })
                    .unwrap_or_default()
            },
        )
    }

    /// A value that all schemas of `node` accept.
    pub(super) fn node(&mut self, node: &Node, name: &str) -> Result<Made, String> {
        let schemas = self.schemas;
        self.search(
            node,
            name,
            &|value| accepts(schemas, node, value),
            &|value| {
                node.0
                    .iter()
                    .filter_map(|place| schemas.errors_at(place, Direction::Request, value, 8).ok())
                    .flatten()
                    .map(|one| (one.instance, one.message))
                    .collect()
            },
        )
    }

    fn search(
        &mut self,
        node: &Node,
        name: &str,
        valid: &dyn Fn(&Value) -> bool,
        errors: &dyn Fn(&Value) -> Vec<(Pointer, String)>,
    ) -> Result<Made, String> {
        let extent = self.extent;
        let mut reason = String::new();
        for attempt in 0..ATTEMPTS {
            self.variant = attempt / 2;
            self.budget = BUDGET;
            self.path.clear();
            self.fresh.clear();
            // Every other attempt is modest: less to go wrong.
            self.extent = match (extent, attempt % 2) {
                (Extent::Random, _) => Extent::Random,
                (_, 0) => extent,
                (Extent::Full, _) if attempt < ATTEMPTS - 2 => Extent::Full,
                _ => Extent::Minimal,
            };
            let made = self.make(node, name, &Pointer::root(), 0);
            self.extent = extent;
            match made {
                Ok(mut value) => {
                    if valid(&value) || self.repair(node, &mut value, valid, errors) {
                        let mut fresh = std::mem::take(&mut self.fresh);
                        fresh.retain(|one| one.pointer.get(&value).is_some_and(Value::is_string));
                        return Ok(Made { value, fresh });
                    }
                    reason = errors(&value).into_iter().next().map_or_else(
                        || "no value was accepted by its schema".to_owned(),
                        |(pointer, message)| {
                            format!("what was tried is invalid at {pointer:?}: {message}")
                        },
                    );
                }
                Err(problem) => reason = problem,
            }
        }
        let flat = self.flat(node, 0);
        let given = ["example", "default"]
            .into_iter()
            .flat_map(|keyword| flat.all(keyword).map(|(_, value)| value))
            .chain(
                flat.all("examples")
                    .filter_map(|(_, value)| value.as_array())
                    .flatten(),
            );
        for value in given {
            if valid(value) {
                return Ok(Made {
                    value: value.clone(),
                    fresh: Vec::new(),
                });
            }
        }
        Err(reason)
    }

    /// Takes out optional parts that the errors point at, until the value is valid.
    fn repair(
        &self,
        node: &Node,
        value: &mut Value,
        valid: &dyn Fn(&Value) -> bool,
        errors: &dyn Fn(&Value) -> Vec<(Pointer, String)>,
    ) -> bool {
        for _ in 0..REPAIRS {
            let found = errors(value);
            let removed = found
                .iter()
                .any(|(pointer, _)| self.prune(node, value, pointer));
            if !removed {
                break;
            }
            if valid(value) {
                return true;
            }
        }
        // What remains is an object that is invalid as a whole, e.g. under `oneOf` or `not`:
        // try without each optional property.
        let Value::Object(members) = &*value else {
            return false;
        };
        let flat = super::site::flat_for(self.document, self.schemas, node, value);
        let required = flat.required();
        let names: Vec<String> = members.keys().cloned().collect();
        for name in names {
            if required.iter().any(|(one, _)| *one == name) {
                continue;
            }
            let mut fewer = value.clone();
            Pointer::root().child(&name).remove(&mut fewer);
            if valid(&fewer) {
                *value = fewer;
                return true;
            }
        }
        false
    }

    /// Removes the innermost optional part that holds `pointer`.
    fn prune(&self, node: &Node, value: &mut Value, pointer: &Pointer) -> bool {
        let mut candidate: Option<Pointer> = None;
        let mut node = node.clone();
        let mut here = Pointer::root();
        for token in pointer.tokens() {
            let Some(current) = here.get(value) else {
                break;
            };
            let flat = super::site::flat_for(self.document, self.schemas, &node, current);
            let next = here.child(&token);
            match current {
                Value::Object(_) => {
                    if !flat.required().iter().any(|(name, _)| *name == token) {
                        candidate = Some(next.clone());
                    }
                    node = flat.property(&token);
                }
                Value::Array(_) => node = flat.element(token.parse().unwrap_or(0)),
                _ => break,
            }
            here = next;
        }
        candidate.is_some_and(|pointer| pointer.remove(value).is_some())
    }

    fn flat(&mut self, node: &Node, attempt: usize) -> Flat<'a> {
        let document = self.document;
        let forced = &self.forced;
        let start = self.variant + attempt;
        let random = self.extent == Extent::Random;
        let stream = &mut self.stream;
        flatten(document, node, |place, branches| {
            if let Some(index) = forced.get(place) {
                return vec![*index];
            }
            let count = branches.len().max(1);
            let offset = if random { stream.below(count) } else { 0 };
            // The branch that is just `null` comes last.
            let mut order: Vec<usize> = (0..count).collect();
            order.sort_by_key(|index| {
                branches.get(*index).is_some_and(|branch| {
                    document.get(branch).and_then(|one| one.get("type")) == Some(&"null".into())
                })
            });
            vec![order[(start + offset) % count]]
        })
    }

    /// A value for `node`, all alternatives tried in turn.
    fn make(&mut self, node: &Node, name: &str, at: &Pointer, depth: usize) -> Attempt {
        if depth > MAX_DEPTH {
            return Err("the schema requires values that are nested too deep".to_owned());
        }
        self.budget = self.budget.saturating_sub(1);
        let entered = node
            .0
            .first()
            .and_then(|place| self.document.follow(place))
            .map(|(place, _)| place);
        if let Some(place) = &entered {
            if self.path.iter().filter(|one| *one == place).count() >= MAX_RECURSION {
                return Err("the schema requires itself without end".to_owned());
            }
            self.path.push(place.clone());
        }
        let made = self.make_inside(node, name, at, depth);
        if entered.is_some() {
            self.path.pop();
        }
        made
    }

    fn make_inside(&mut self, node: &Node, name: &str, at: &Pointer, depth: usize) -> Attempt {
        let extent = self.extent;
        let mut reason = String::new();
        let mut attempts = 1;
        let mut attempt = 0;
        while attempt < attempts {
            let branch = attempt;
            let flat = self.flat(node, branch);
            let open = flat
                .alternations
                .iter()
                .filter(|one| !self.forced.contains_key(&one.place))
                .map(|one| one.branches)
                .max();
            if attempt == 0
                && let Some(branches) = open
            {
                // First all branches as they are, then once more with less.
                attempts = 2 * branches.clamp(1, BRANCHES);
            }
            attempt += 1;
            if flat.impossible {
                "the schema allows nothing".clone_into(&mut reason);
                continue;
            }
            if attempts > 1 && attempt > attempts / 2 {
                self.extent = Extent::Minimal;
            }
            let known = self.fresh.len();
            let made = self.make_flat(node, &flat, name, at, depth);
            self.extent = extent;
            match made {
                Ok(value) if attempts == 1 || accepts(self.schemas, node, &value) => {
                    return Ok(value);
                }
                Ok(_) => "no branch of an alternative gave a valid value".clone_into(&mut reason),
                Err(problem) => reason = problem,
            }
            self.fresh.truncate(known);
            if self.budget == 0 && attempt > 4 {
                break;
            }
        }
        Err(reason)
    }

    fn make_flat(
        &mut self,
        node: &Node,
        flat: &Flat<'a>,
        name: &str,
        at: &Pointer,
        depth: usize,
    ) -> Attempt {
        if let Some(value) = self.listed(flat) {
            return value;
        }
        let mut types = flat.likely_types();
        if types.is_empty() {
            return Err("its types contradict each other".to_owned());
        }
        // Null is the value of last resort. Where no type is named, a later variant tries
        // another one.
        types.sort_by_key(|one| *one == "null");
        if flat.types().is_none() {
            let turn = self.variant % types.len();
            types.rotate_left(turn);
        }
        if self.extent == Extent::Random {
            let choice = self.stream.below(types.len());
            types.rotate_left(choice);
        }
        let mut reason = String::new();
        for kind in types {
            let made = match kind {
                "object" => self.object(flat, at, depth),
                "array" => self.array(flat, name, at, depth),
                "string" => self.string(node, flat, name, at),
                "integer" => self.number(flat, true),
                "number" => self.number(flat, false),
                "boolean" => Ok(Value::Bool(self.stream.coin())),
                _ => Ok(Value::Null),
            };
            match made {
                Ok(value) => return Ok(value),
                Err(problem) => reason = problem,
            }
        }
        Err(reason)
    }

    /// A value of `const` or `enum`.
    fn listed(&mut self, flat: &Flat<'_>) -> Option<Attempt> {
        let options: Vec<&Value> = match (flat.first("const"), flat.first("enum")) {
            (Some((_, value)), _) => vec![value],
            (None, Some((_, Value::Array(options)))) => options.iter().collect(),
            _ => return None,
        };
        let tight = flat.parts.len() > 1 || flat.types().is_some();
        let mut options: Vec<_> = options
            .into_iter()
            .filter(|option| !tight || fits(flat, option))
            .collect();
        options.sort_by_key(|option| option.is_null());
        if !options.is_empty() {
            // Another keyword may forbid the first: a later variant takes the next.
            let turn = self.variant % options.len();
            options.rotate_left(turn);
        }
        if self.extent == Extent::Random {
            let choice = self.stream.below(options.len());
            let choice = choice.min(options.len());
            options.rotate_left(choice);
        }
        Some(
            options
                .first()
                .map(|option| (*option).clone())
                .ok_or_else(|| "none of the listed values is allowed".to_owned()),
        )
    }

    fn string(&mut self, node: &Node, flat: &Flat<'_>, name: &str, at: &Pointer) -> Attempt {
        let mut rules = Rules::of(flat);
        // An empty string is rarely what a description means, unless it says so.
        if rules.max != Some(0) {
            rules.min = rules.min.max(1);
        }
        let text = rules
            .draw(name, &mut self.stream)
            .ok_or_else(|| reason_for(&rules))?;
        self.fresh.push(Fresh {
            pointer: at.clone(),
            node: node.clone(),
            name: name.to_owned(),
        });
        Ok(Value::String(text))
    }

    fn number(&mut self, flat: &Flat<'_>, integer: bool) -> Attempt {
        Bounds::of(flat, integer)
            .draw(&mut self.stream)
            .ok_or_else(|| "no number lies within its bounds".to_owned())
    }

    fn array(&mut self, flat: &Flat<'a>, name: &str, at: &Pointer, depth: usize) -> Attempt {
        let least = flat.count("minItems", false).map_or(0, |(_, count)| count);
        let contained = flat.first("contains").map(|(place, _)| {
            let count = flat
                .count("minContains", false)
                .map_or(1, |(_, count)| count);
            (Node::one(place), count)
        });
        let least = least.max(contained.as_ref().map_or(0, |(_, count)| *count));
        let most = flat
            .count("maxItems", true)
            .map_or(usize::MAX, |(_, count)| count);
        if least > most || least > MAX_ITEMS {
            return Err(format!("an array of {least} items is not made"));
        }
        let modest = self.is_modest(depth);
        let prefix = flat
            .all("prefixItems")
            .filter_map(|(_, items)| items.as_array().map(Vec::len))
            .max()
            .unwrap_or(0);
        let wanted = match self.extent {
            _ if modest => least,
            Extent::Minimal => least,
            Extent::Full => least.max(prefix.max(1)).min(most),
            Extent::Random => least.max(self.stream.below(4)).min(most),
        };
        let unique = flat
            .all("uniqueItems")
            .any(|(_, value)| *value == Value::Bool(true));
        let mut elements: Vec<Value> = Vec::new();
        while elements.len() < wanted {
            let index = elements.len();
            let mut node = flat.element(index);
            if let Some((contains, count)) = &contained
                && index < *count
            {
                node.0.extend(contains.0.iter().cloned());
            }
            match self.element(&node, name, at, depth, &elements, unique) {
                Ok(element) => elements.push(element),
                Err(_) if elements.len() >= least => break,
                Err(problem) => return Err(problem),
            }
        }
        Ok(Value::Array(elements))
    }

    /// One more element, different from the others where that is asked.
    fn element(
        &mut self,
        node: &Node,
        name: &str,
        at: &Pointer,
        depth: usize,
        before: &[Value],
        unique: bool,
    ) -> Attempt {
        let at = at.index(before.len());
        // `names` holds things called `name`.
        let singular = name.strip_suffix('s').unwrap_or(name);
        let tries = if unique { 30 } else { 1 };
        let extent = self.extent;
        for attempt in 0..tries {
            let known = self.fresh.len();
            // When the usual way gives the same again, chance may not.
            if attempt > 2 {
                self.extent = Extent::Random;
            }
            let made = self.make(node, singular, &at, depth + 1);
            self.extent = extent;
            let made = made?;
            if !unique || !before.contains(&made) {
                return Ok(made);
            }
            self.fresh.truncate(known);
            if let Some(other) = self.another_listed(node, before) {
                return Ok(other);
            }
            if attempt > 2 && made.is_boolean() {
                return Ok(Value::Bool(made == Value::Bool(false)));
            }
        }
        Err("there are not enough different items".to_owned())
    }

    /// A listed value that is not there yet.
    fn another_listed(&mut self, node: &Node, before: &[Value]) -> Option<Value> {
        let flat = self.flat(node, 0);
        let (_, options) = flat.first("enum")?;
        options
            .as_array()?
            .iter()
            .find(|option| !before.contains(option) && fits(&flat, option))
            .cloned()
    }

    fn is_modest(&self, depth: usize) -> bool {
        depth > OPTIONAL_DEPTH || self.budget == 0
    }

    fn object(&mut self, flat: &Flat<'a>, at: &Pointer, depth: usize) -> Attempt {
        let required = flat.required();
        let is_required = |name: &str| required.iter().any(|(one, _)| one == name);
        let most = flat
            .count("maxProperties", true)
            .map_or(usize::MAX, |(_, count)| count);
        let least = flat
            .count("minProperties", false)
            .map_or(0, |(_, count)| count);
        let modest = self.is_modest(depth);
        let mut properties = flat.properties();
        for (name, _) in &required {
            if !flat.knows(name) {
                properties.push((name.clone(), flat.property(name)));
            }
        }
        let mut optional_left = most.saturating_sub(required.len());
        let mut members = Map::new();
        for (name, node) in &properties {
            let needed = is_required(name);
            if node
                .0
                .iter()
                .any(|place| is_read_only(self.document, place))
            {
                continue;
            }
            let wanted = needed
                || !modest
                    && optional_left > 0
                    && match self.extent {
                        Extent::Full => true,
                        Extent::Minimal => false,
                        Extent::Random => self.stream.coin(),
                    };
            if !wanted {
                continue;
            }
            let known = self.fresh.len();
            let here = at.child(name);
            let tag = flat.tags.iter().find(|(property, _)| property == name);
            let made = match tag {
                Some((_, value)) => Ok(Value::String(value.clone())),
                None => self.make(node, name, &here, depth + 1),
            };
            match made {
                Ok(value) => {
                    members.insert(name.clone(), value);
                    if !needed {
                        optional_left -= 1;
                    }
                }
                Err(_) if !needed => self.fresh.truncate(known),
                Err(problem) => return Err(format!("{name}: {problem}")),
            }
        }
        for (property, value) in &flat.tags {
            if flat.knows(property) && is_required(property) {
                members.insert(property.clone(), Value::String(value.clone()));
            }
        }
        self.dependents(flat, &mut members, at, depth)?;
        self.fill(flat, &mut members, least, most, at, depth)?;
        Ok(Value::Object(members))
    }

    /// What `dependentRequired` asks for besides.
    fn dependents(
        &mut self,
        flat: &Flat<'a>,
        members: &mut Map<String, Value>,
        at: &Pointer,
        depth: usize,
    ) -> Result<(), String> {
        // Each round may bring in what another property depends on.
        for _ in 0..8 {
            let missing: Vec<String> = flat
                .all("dependentRequired")
                .filter_map(|(_, value)| value.as_object())
                .flatten()
                .filter(|(name, _)| members.contains_key(*name))
                .flat_map(|(_, names)| names.as_array().into_iter().flatten())
                .filter_map(Value::as_str)
                .filter(|name| !members.contains_key(*name))
                .map(str::to_owned)
                .collect();
            if missing.is_empty() {
                break;
            }
            for name in missing {
                let value = self.make(&flat.property(&name), &name, &at.child(&name), depth + 1)?;
                members.insert(name, value);
            }
        }
        Ok(())
    }

    /// Further properties up to `minProperties`: optional ones, then new ones. A full map
    /// without named properties gets one entry.
    fn fill(
        &mut self,
        flat: &Flat<'a>,
        members: &mut Map<String, Value>,
        least: usize,
        most: usize,
        at: &Pointer,
        depth: usize,
    ) -> Result<(), String> {
        let map = flat.all("properties").next().is_none()
            && ["additionalProperties", "patternProperties"]
                .iter()
                .flat_map(|keyword| flat.all(keyword))
                .any(|(_, value)| value.is_object());
        let entry = map && most > 0 && self.extent == Extent::Full && !self.is_modest(depth);
        let wanted = if entry { least.max(1) } else { least };
        for (name, node) in flat.properties() {
            if members.len() >= wanted {
                return Ok(());
            }
            if members.contains_key(&name)
                || node
                    .0
                    .iter()
                    .any(|place| is_read_only(self.document, place))
            {
                continue;
            }
            if let Ok(value) = self.make(&node, &name, &at.child(&name), depth + 1) {
                members.insert(name, value);
            }
        }
        let mut tries = 0;
        while members.len() < wanted.min(MAX_ITEMS) {
            tries += 1;
            let name = self.new_name(flat, members.len())?;
            let node = flat.property(&name);
            match self.make(&node, &name, &at.child(&name), depth + 1) {
                Ok(value) => {
                    members.insert(name, value);
                }
                Err(_) if members.len() >= least => return Ok(()),
                Err(problem) => return Err(problem),
            }
            if tries > 2 * MAX_ITEMS {
                return Err("there are not enough property names".to_owned());
            }
        }
        Ok(())
    }

    /// A name that `propertyNames` and `patternProperties` allow.
    fn new_name(&mut self, flat: &Flat<'a>, index: usize) -> Result<String, String> {
        if let Some((place, _)) = flat.first("propertyNames") {
            let names = self.flat(&Node::one(place), 0);
            let value = match self.listed(&names) {
                Some(listed) => listed?,
                None => Rules::of(&names)
                    .draw("key", &mut self.stream)
                    .map(Value::String)
                    .ok_or_else(|| "no property name is found".to_owned())?,
            };
            return value
                .as_str()
                .map(str::to_owned)
                .ok_or_else(|| "no property name is found".to_owned());
        }
        let closed = flat.closed().is_some();
        let patterns = flat
            .all("patternProperties")
            .filter_map(|(_, value)| value.as_object())
            .flatten()
            .map(|(pattern, _)| pattern)
            .next();
        if let (Some(pattern), true) = (patterns, closed || index == 0) {
            return super::pattern::sample(pattern, 1, Some(64), &mut self.stream)
                .ok_or_else(|| "no property name is found".to_owned());
        }
        if closed {
            return Err("a closed object has too few properties".to_owned());
        }
        Ok(format!("key-{}", self.stream.hex(4)))
    }
}

fn self_valid(schemas: &Schemas, id: SchemaId, value: &Value) -> bool {
    schemas.is_valid(id, Direction::Request, value) == Ok(true)
}

/// Whether all schemas of the node accept the value.
pub(super) fn accepts(schemas: &Schemas, node: &Node, value: &Value) -> bool {
    node.0
        .iter()
        .all(|place| schemas.is_valid_at(place, Direction::Request, value) == Ok(true))
}

/// Whether a listed value is of the types, in all lists, and within simple bounds.
fn fits(flat: &Flat<'_>, value: &Value) -> bool {
    let of_type = flat.types().is_none_or(|types| {
        types.iter().any(|one| match (*one, value) {
            ("object", Value::Object(_))
            | ("array", Value::Array(_))
            | ("string", Value::String(_))
            | ("number", Value::Number(_))
            | ("boolean", Value::Bool(_))
            | ("null", Value::Null) => true,
            ("integer", Value::Number(number)) => super::number::exact(number).is_some(),
            _ => false,
        })
    });
    of_type
        && flat
            .all("enum")
            .all(|(_, options)| options.as_array().is_some_and(|all| all.contains(value)))
        && flat.all("const").all(|(_, one)| one == value)
}

fn reason_for(rules: &Rules<'_>) -> String {
    match rules.patterns.first() {
        Some(pattern) => format!("no string was found for the pattern {pattern}"),
        None => "no string has its length and format".to_owned(),
    }
}
