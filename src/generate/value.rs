//! Values from schemas. Every value is validated before it is used.

use std::collections::BTreeMap;

use serde_json::Value;

use super::number::Bounds;
use super::shape::{Flat, Node, flatten};
use super::stream::Stream;
use super::text::Rules;
use crate::api::{Direction, SchemaId};
use crate::document::{Document, Place};
use crate::pointer::Pointer;
use crate::schema::Schemas;

/// Values are not nested deeper than this.
const MAX_DEPTH: usize = 24;
/// How often a schema may contain itself in a value.
const MAX_RECURSION: usize = 2;
/// Parts of one value; beyond, only what is required is made.
const BUDGET: usize = 2_000;
/// Parts that are tried, alternatives that fail included, before a value is given up.
const MAX_STEPS: usize = 10_000;
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
    steps: usize,
    path: Vec<Place>,
    pub(super) fresh: Vec<Fresh>,
}

pub(super) type Attempt = Result<Value, String>;

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
            steps: 0,
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
            self.steps = 0;
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
        let names: Vec<String> = members.keys().take(REPAIRS).cloned().collect();
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

    /// Whether the value is large enough.
    pub(super) fn is_spent(&self) -> bool {
        self.budget == 0
    }

    pub(super) fn flat(&mut self, node: &Node, attempt: usize) -> Flat<'a> {
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
    pub(super) fn make(&mut self, node: &Node, name: &str, at: &Pointer, depth: usize) -> Attempt {
        if depth > MAX_DEPTH {
            return Err("the schema requires values that are nested too deep".to_owned());
        }
        self.budget = self.budget.saturating_sub(1);
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err("its alternatives are too many to try".to_owned());
        }
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
    pub(super) fn listed(&mut self, flat: &Flat<'_>) -> Option<Attempt> {
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
pub(super) fn fits(flat: &Flat<'_>, value: &Value) -> bool {
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
