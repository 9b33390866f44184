//! The plan of one operation while it grows: what cases share, and the cases so far.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::shape::Node;
use super::site::flat_for;
use super::stream::Stream;
use super::text::Rules;
use super::value::{Extent, Fresh, Maker};
use super::{Generated, Options};
use crate::api::{Api, Direction, MediaType, Operation, SchemaId};
use crate::case::{Binding, Case, Input, Intent, Origin, Part, Payload};
use crate::encode;
use crate::http::Credentials;
use crate::pointer::Pointer;
use crate::schema::{Mismatch, Schemas};

/// Items of all arrays that are made longer than their base has them.
const MAX_ITEMS_IN_ALL: usize = 20_000;

/// A value of the request: the body, or the parameter with this index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Root {
    Body,
    Parameter(usize),
}

/// A conforming request from which others are made.
#[derive(Clone, Debug)]
pub(super) struct Base {
    pub(super) id: Arc<str>,
    pub(super) input: Input,
    /// The content of its body: index into the contents of the operation's body.
    pub(super) content: Option<usize>,
    pub(super) fresh: Vec<(Root, Fresh)>,
}

/// The bases of an operation.
#[derive(Debug, Default)]
pub(super) struct Bases {
    /// The one from which most cases are made: `full`, else an example, else `minimal`.
    pub(super) main: Option<Base>,
    /// The minimal one, if it differs.
    pub(super) minimal: Option<Base>,
    /// The main one without optional parameters of free text, if it has any.
    pub(super) plain: Option<Base>,
}

impl Bases {
    /// The base for changes outside parameters and body: the one most likely to be accepted.
    pub(super) fn general(&self) -> Option<&Base> {
        self.plain.as_ref().or(self.main.as_ref())
    }

    /// The base for changes in a part: the plain one where it has the part.
    pub(super) fn around(&self, plan: &Plan<'_>, root: Root) -> Option<&Base> {
        self.plain
            .as_ref()
            .filter(|plain| plan.value(&plain.input, root).is_some())
            .or(self.main.as_ref())
    }
}

/// What cases of one operation share, and the cases so far.
pub(super) struct Plan<'a> {
    pub(super) api: &'a Api,
    pub(super) schemas: &'a Schemas,
    pub(super) index: usize,
    pub(super) operation: &'a Operation,
    pub(super) bindings: &'a [Binding],
    pub(super) options: &'a Options,
    generated: Generated,
    ids: BTreeSet<String>,
    seen: BTreeSet<String>,
    left_out: usize,
    items: usize,
}

impl<'a> Plan<'a> {
    pub(super) fn new(
        api: &'a Api,
        schemas: &'a Schemas,
        index: usize,
        bindings: &'a [Binding],
        options: &'a Options,
    ) -> Self {
        Self {
            api,
            schemas,
            index,
            operation: &api.operations[index],
            bindings,
            options,
            generated: Generated::default(),
            ids: BTreeSet::new(),
            seen: BTreeSet::new(),
            left_out: 0,
            items: 0,
        }
    }

    pub(super) fn finish(mut self) -> Generated {
        if self.left_out > 0 {
            let limit = self.options.max_per_operation;
            self.note(
                format!("{} more cases", self.left_out),
                format!("an operation has at most {limit}"),
            );
        }
        self.generated
    }

    /// Allows for `count` more items in long arrays; `false` when the operation has enough.
    pub(super) fn afford(&mut self, count: usize) -> bool {
        self.items += count;
        self.items <= MAX_ITEMS_IN_ALL
    }

    /// Remembers what was not generated, and why.
    pub(super) fn note(&mut self, what: impl Into<String>, why: impl Into<String>) {
        let note = (what.into(), why.into());
        if !self.generated.not_generated.contains(&note) {
            self.generated.not_generated.push(note);
        }
    }

    pub(super) fn stream(&self, name: &str) -> Stream {
        Stream::new(self.options.seed, &[&self.operation.id, name])
    }

    pub(super) fn maker(&self, name: &str, extent: Extent) -> Maker<'a> {
        Maker::new(&self.api.document, self.schemas, self.stream(name), extent)
    }

    pub(super) fn contents(&self) -> &'a [MediaType] {
        self.operation
            .body
            .as_ref()
            .map_or(&[], |body| &body.contents)
    }

    /// The schema of a root.
    pub(super) fn schema(&self, root: Root, content: Option<usize>) -> Option<SchemaId> {
        match root {
            Root::Body => self.contents().get(content?)?.schema,
            Root::Parameter(index) => {
                let parameter = &self.operation.parameters[index];
                parameter
                    .schema
                    .or_else(|| parameter.content.as_ref().and_then(|one| one.schema))
            }
        }
    }

    pub(super) fn node(&self, id: SchemaId) -> Node {
        Node::one(self.api.schema_place(id).clone())
    }

    pub(super) fn name(&self, root: Root) -> &'a str {
        match root {
            Root::Body => "body",
            Root::Parameter(index) => &self.operation.parameters[index].name,
        }
    }

    /// The part of the request at `pointer` of a root.
    pub(super) fn part(&self, root: Root, pointer: &Pointer) -> Part {
        match root {
            Root::Body => Part::Body(pointer.clone()),
            Root::Parameter(index) => {
                let parameter = &self.operation.parameters[index];
                Part::Parameter(parameter.location, parameter.name.clone())
            }
        }
    }

    /// How case ids name that part: `body/name`, `query/limit`.
    pub(super) fn label(&self, root: Root, pointer: &Pointer) -> String {
        match root {
            Root::Body => format!("body{pointer}"),
            Root::Parameter(index) => {
                let parameter = &self.operation.parameters[index];
                format!("{}/{}{pointer}", parameter.location, parameter.name)
            }
        }
    }

    /// The value of a root in an input.
    pub(super) fn value<'i>(&self, input: &'i Input, root: Root) -> Option<&'i Value> {
        match root {
            Root::Body => match &input.body.as_ref()?.payload {
                Payload::Value(value) => Some(value),
                Payload::Raw(_) => None,
            },
            Root::Parameter(index) => {
                let parameter = &self.operation.parameters[index];
                input
                    .arguments
                    .iter()
                    .find(|one| one.location == parameter.location && one.name == parameter.name)
                    .map(|one| &one.value)
            }
        }
    }

    /// Puts another value there. References at `changed` and below lose their meaning.
    pub(super) fn set(&self, input: &mut Input, root: Root, changed: &Pointer, value: Value) {
        match root {
            Root::Body => {
                if let Some(body) = &mut input.body {
                    body.references.retain(|(pointer, _)| {
                        !covers(changed, pointer) && pointer.get(&value).is_some()
                    });
                    body.payload = Payload::Value(value);
                }
            }
            Root::Parameter(index) => {
                let parameter = &self.operation.parameters[index];
                if let Some(argument) = input
                    .arguments
                    .iter_mut()
                    .find(|one| one.location == parameter.location && one.name == parameter.name)
                {
                    argument.value = value;
                    argument.reference = None;
                }
            }
        }
    }

    /// The roots that an input has a value for: parameters first, then the body.
    pub(super) fn roots(&self, input: &Input) -> Vec<Root> {
        (0..self.operation.parameters.len())
            .map(Root::Parameter)
            .chain([Root::Body])
            .filter(|root| self.value(input, *root).is_some())
            .collect()
    }

    /// Whether `pointer` is bound, or lies within a bound part.
    pub(super) fn is_bound(&self, root: Root, pointer: &Pointer) -> bool {
        self.bindings
            .iter()
            .any(|binding| match (&binding.part, root) {
                (Part::Body(bound), Root::Body) => covers(bound, pointer),
                (part @ Part::Parameter(..), Root::Parameter(_)) => {
                    *part == self.part(root, &Pointer::root())
                }
                _ => false,
            })
    }

    /// Whether something below `pointer` is bound.
    pub(super) fn holds_bound(&self, root: Root, pointer: &Pointer) -> bool {
        self.bindings.iter().any(|binding| {
            matches!(&binding.part, Part::Body(bound) if root == Root::Body && covers(pointer, bound))
        })
    }

    /// Whether a root is valid; one without a schema is.
    pub(super) fn is_valid(&self, root: Root, content: Option<usize>, value: &Value) -> bool {
        self.schema(root, content)
            .is_none_or(|id| self.schemas.is_valid(id, Direction::Request, value) == Ok(true))
    }

    pub(super) fn errors(
        &self,
        root: Root,
        content: Option<usize>,
        value: &Value,
    ) -> Vec<Mismatch> {
        self.schema(root, content)
            .and_then(|id| self.schemas.errors(id, Direction::Request, value, 10).ok())
            .unwrap_or_default()
    }

    /// Draws anew what is arbitrary in a base, so that servers that ask for unique names see
    /// a new one in each case. `changed` is what the case is about; it stays.
    pub(super) fn freshen(
        &self,
        input: &mut Input,
        base: &Base,
        case: &str,
        changed: Option<(Root, &Pointer)>,
    ) {
        let mut stream = self.stream(case);
        for root in self.roots(input) {
            let Some(before) = self.value(input, root).cloned() else {
                continue;
            };
            let was_valid = self.is_valid(root, base.content, &before);
            let mut after = before.clone();
            for (_, fresh) in base.fresh.iter().filter(|(of, _)| *of == root) {
                let touched = changed.is_some_and(|(of, pointer)| {
                    of == root
                        && (covers(pointer, &fresh.pointer) || covers(&fresh.pointer, pointer))
                });
                if touched || self.is_bound(root, &fresh.pointer) {
                    continue;
                }
                let Some(current) = fresh.pointer.get(&after).filter(|one| one.is_string()) else {
                    continue;
                };
                let flat = flat_for(&self.api.document, self.schemas, &fresh.node, current);
                let mut rules = Rules::of(&flat);
                rules.min = rules.min.max(1);
                if let Some(text) = rules.draw(&fresh.name, &mut stream) {
                    fresh.pointer.set(&mut after, Value::String(text));
                }
            }
            if after != before && was_valid == self.is_valid(root, base.content, &after) {
                // The root itself is never what references hang on here: only strings below
                // it changed, and none of them is bound.
                match root {
                    Root::Body => {
                        if let Some(body) = &mut input.body {
                            body.payload = Payload::Value(after);
                        }
                    }
                    Root::Parameter(_) => {
                        let part = Pointer::root();
                        self.set(input, root, &part, after);
                    }
                }
            }
        }
    }

    /// Adds a case if its request can be written and, for a conforming one, is new.
    /// `label` follows the id of the operation in the case's id.
    pub(super) fn push(
        &mut self,
        label: &str,
        intent: Intent,
        origin: Origin,
        base: Option<Arc<str>>,
        input: Input,
    ) -> Option<Arc<str>> {
        if let Err(error) = encode::request(self.api, self.operation, &input, Credentials::None) {
            self.note(label, error.to_string());
            return None;
        }
        if self.generated.cases.len() >= self.options.max_per_operation {
            self.left_out += 1;
            return None;
        }
        let mut id = format!("{}/{label}", self.operation.id);
        let mut count = 1;
        while !self.ids.insert(id.clone()) {
            count += 1;
            id = format!("{}/{label}-{count}", self.operation.id);
        }
        let id: Arc<str> = id.into();
        self.generated.cases.push(Case {
            id: Arc::clone(&id),
            operation: self.index,
            intent,
            origin,
            base,
            input,
        });
        Some(id)
    }

    /// Whether this conforming input was not planned before, arbitrary strings aside.
    pub(super) fn is_new(&mut self, input: &Input) -> bool {
        self.seen.insert(format!("{input:?}"))
    }
}

/// Whether `inner` is `outer` or lies below it.
pub(super) fn covers(outer: &Pointer, inner: &Pointer) -> bool {
    inner
        .as_str()
        .strip_prefix(outer.as_str())
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
