//! Bindings: the parts of a request that the run fills with something live.

use serde_json::Value;

use super::plan::{Base, Plan, Root};
use super::site::node_at;
use super::value::Extent;
use crate::case::{Argument, Bound, Input, Part, Payload, Reference};
use crate::pointer::Pointer;

/// Stands where a reference will, when the description does not tell the shape: a UUID of
/// zeros but for its version.
const PLACEHOLDER: &str = "00000000-0000-4000-8000-000000000000";

/// Applies all bindings to a base.
pub(super) fn bind(plan: &mut Plan<'_>, base: &mut Base) {
    for binding in plan.bindings {
        match &binding.part {
            Part::Parameter(location, name) => {
                let known = plan
                    .operation
                    .parameters
                    .iter()
                    .position(|one| one.location == *location && one.name == *name);
                let Some(index) = known else {
                    plan.note(
                        format!("binding {}", binding.part),
                        "the operation has no such parameter",
                    );
                    continue;
                };
                bind_parameter(plan, base, index, &binding.bound);
            }
            Part::Body(pointer) => bind_body(plan, base, pointer, &binding.bound),
            Part::ContentType | Part::Credentials | Part::Method => plan.note(
                format!("binding {}", binding.part),
                "only parameters and parts of the body can be bound",
            ),
        }
    }
}

/// Applies again the bindings below `changed`, where a conforming case put a new value.
pub(super) fn bind_below(plan: &mut Plan<'_>, base: &mut Base, changed: &Pointer) {
    for binding in plan.bindings {
        if let Part::Body(pointer) = &binding.part
            && pointer != changed
            && super::plan::covers(changed, pointer)
        {
            bind_body(plan, base, pointer, &binding.bound);
        }
    }
}

fn bind_parameter(plan: &mut Plan<'_>, base: &mut Base, index: usize, bound: &Bound) {
    let parameter = &plan.operation.parameters[index];
    let (value, reference) = match bound {
        Bound::Reference(reference) => (None, Some(reference.clone())),
        Bound::Value(Value::String(text)) => match parse(text) {
            Some(reference) => (None, Some(reference)),
            None => (Some(Value::String(text.clone())), None),
        },
        Bound::Value(value) => (Some(value.clone()), None),
    };
    let position = base
        .input
        .arguments
        .iter()
        .position(|one| one.location == parameter.location && one.name == parameter.name);
    let value = value
        .or_else(|| position.map(|at| base.input.arguments[at].value.clone()))
        .unwrap_or_else(|| {
            super::supply::parameter_value(plan, index, Extent::Minimal)
                .map_or_else(|_| PLACEHOLDER.into(), |made| made.value)
        });
    let argument = Argument {
        location: parameter.location,
        name: parameter.name.clone(),
        value,
        reference,
    };
    match position {
        Some(at) => base.input.arguments[at] = argument,
        None => insert(plan, &mut base.input, index, argument),
    }
    base.fresh
        .retain(|(root, _)| *root != Root::Parameter(index));
}

/// Puts an argument where the order of the parameters wants it.
pub(super) fn insert(plan: &Plan<'_>, input: &mut Input, index: usize, argument: Argument) {
    let before = &plan.operation.parameters[..index];
    let at = input
        .arguments
        .iter()
        .take_while(|one| {
            before
                .iter()
                .any(|known| known.location == one.location && known.name == one.name)
        })
        .count();
    input.arguments.insert(at, argument);
}

fn bind_body(plan: &mut Plan<'_>, base: &mut Base, pointer: &Pointer, bound: &Bound) {
    let what = format!("binding body{pointer}");
    let Some(Payload::Value(value)) = base.input.body.as_ref().map(|body| &body.payload) else {
        if plan.contents().is_empty() {
            plan.note(what, "the operation has no body");
        }
        return;
    };
    let mut value = value.clone();
    if let Some(parent) = pointer.parent()
        && parent
            .get(&value)
            .is_none_or(|one| !one.is_object() && !one.is_array())
    {
        return;
    }
    let root = plan
        .schema(Root::Body, base.content)
        .map(|id| plan.node(id));
    let node = root
        .as_ref()
        .and_then(|root| node_at(&plan.api.document, plan.schemas, root, &value, pointer));
    if node.is_none() && !pointer.is_root() {
        plan.note(what, "the schema of the body does not have this part");
        return;
    }
    only_bound_elements(plan, base.content, pointer, &mut value);
    let mut references = Vec::new();
    let before = value.clone();
    let new = match bound {
        Bound::Reference(reference) => {
            references.push((pointer.clone(), reference.clone()));
            match pointer.get(&value) {
                Some(present) if !present.is_null() => present.clone(),
                _ => placeholder(plan, node.as_ref(), &pointer.last().unwrap_or_default()),
            }
        }
        Bound::Value(given) => {
            let mut given = given.clone();
            for (inner, reference) in references_in(&given) {
                let at = pointer.join(&inner);
                let mut whole = value.clone();
                pointer.set(&mut whole, given.clone());
                let node = root
                    .as_ref()
                    .and_then(|root| node_at(&plan.api.document, plan.schemas, root, &whole, &at));
                let stand_in = placeholder(plan, node.as_ref(), &at.last().unwrap_or_default());
                inner.set(&mut given, stand_in);
                references.push((at, reference));
            }
            given
        }
    };
    if !pointer.set(&mut value, new) {
        return;
    }
    let valid = plan.is_valid(Root::Body, base.content, &value);
    if !valid && plan.is_valid(Root::Body, base.content, &before) {
        let reason = plan
            .errors(Root::Body, base.content, &value)
            .into_iter()
            .next()
            .map_or_else(String::new, |one| {
                format!(": {} at {:?}", one.message, one.instance.as_str())
            });
        plan.note(what, format!("with it the body is invalid{reason}"));
        return;
    }
    if let Some(body) = &mut base.input.body {
        body.references
            .retain(|(known, _)| !super::plan::covers(pointer, known));
        body.references.extend(references);
        body.payload = Payload::Value(value);
    }
}

/// An element that nothing is bound to would hold a key that nobody has: arrays on the way
/// to a bound part are cut after the last bound element, where that is allowed.
fn only_bound_elements(
    plan: &Plan<'_>,
    content: Option<usize>,
    pointer: &Pointer,
    value: &mut Value,
) {
    let mut here = Pointer::root();
    for token in pointer.tokens() {
        let next = here.child(&token);
        if let Some(Value::Array(elements)) = here.get(value) {
            let is_bound = |index: usize| {
                let element = here.index(index);
                plan.is_bound(Root::Body, &element) || plan.holds_bound(Root::Body, &element)
            };
            let kept = (0..elements.len()).rev().find(|index| is_bound(*index));
            let kept = kept.map_or(elements.len(), |last| last + 1);
            let mut shorter = value.clone();
            if let Some(Value::Array(elements)) = here.get_mut(&mut shorter) {
                elements.truncate(kept);
            }
            if plan.is_valid(Root::Body, content, &shorter) {
                *value = shorter;
            }
        }
        here = next;
    }
}

/// A value of the right shape.
fn placeholder(plan: &Plan<'_>, node: Option<&super::shape::Node>, name: &str) -> Value {
    node.and_then(|node| {
        let mut maker = plan.maker(&format!("placeholder/{name}"), Extent::Minimal);
        maker.node(node, name).ok()
    })
    .map_or_else(|| PLACEHOLDER.into(), |made| made.value)
}

/// The strings within a value that are references, by pointer.
fn references_in(value: &Value) -> Vec<(Pointer, Reference)> {
    let mut found = Vec::new();
    let mut open = vec![(Pointer::root(), value)];
    while let Some((pointer, value)) = open.pop() {
        match value {
            Value::String(text) => found.extend(parse(text).map(|one| (pointer, one))),
            Value::Array(elements) => {
                let elements = elements.iter().enumerate().rev();
                open.extend(elements.map(|(index, one)| (pointer.index(index), one)));
            }
            Value::Object(members) => {
                open.extend(
                    members
                        .iter()
                        .rev()
                        .map(|(name, one)| (pointer.child(name), one)),
                );
            }
            _ => {}
        }
    }
    found
}

/// `{resource.output}`.
fn parse(text: &str) -> Option<Reference> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let (resource, output) = inner.split_once('.')?;
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|one| one.is_alphanumeric() || matches!(one, '_' | '-' | '.'))
    };
    (is_name(resource) && is_name(output)).then(|| Reference {
        resource: resource.to_owned(),
        output: output.to_owned(),
    })
}
