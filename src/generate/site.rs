//! Sites: the parts of a value, each with what its schema says about it.

use serde_json::Value;

use super::shape::{Flat, Node, flatten};
use crate::api::Direction;
use crate::document::{Document, Place};
use crate::pointer::Pointer;
use crate::schema::Schemas;

/// Sites deeper than this are not looked at.
const MAX_DEPTH: usize = 8;
/// Sites of one value.
const MAX_SITES: usize = 300;

/// A part of a value and its schema.
pub(super) struct Site<'d> {
    pub(super) pointer: Pointer,
    pub(super) node: Node,
    /// What holds for the value that is there.
    pub(super) flat: Flat<'d>,
    pub(super) value: Value,
    /// The name of the property.
    pub(super) name: String,
    /// For a property: whether it is required, with the place of that keyword.
    pub(super) required: Option<Place>,
    /// Whether it is a property that the description names.
    pub(super) is_property: bool,
    /// Whether an alternative decides here or above, so that errors may blame another branch.
    pub(super) in_union: bool,
}

/// What of `node` holds for `value`: the branches that accept it.
pub(super) fn flat_for<'d>(
    document: &'d Document,
    schemas: &Schemas,
    node: &Node,
    value: &Value,
) -> Flat<'d> {
    flatten(document, node, |place, branches| {
        let holds =
            |branch: &Place| schemas.is_valid_at(branch, Direction::Request, value) == Ok(true);
        if place.pointer.last().as_deref() == Some("if") {
            return vec![usize::from(!holds(place))];
        }
        (0..branches.len())
            .filter(|index| holds(&branches[*index]))
            .collect()
    })
}

/// All sites of a value, the whole first. Of an array only the first element is one.
pub(super) fn sites<'d>(
    document: &'d Document,
    schemas: &Schemas,
    root: &Node,
    value: &Value,
    name: &str,
) -> Vec<Site<'d>> {
    let mut sites: Vec<Site<'d>> = Vec::new();
    let start = (
        Pointer::root(),
        root.clone(),
        name.to_owned(),
        None,
        false,
        0,
        false,
    );
    let mut open = vec![start];
    while let Some((pointer, node, name, required, is_property, depth, union)) = open.pop() {
        let Some(here) = pointer.get(value) else {
            continue;
        };
        if sites.len() >= MAX_SITES {
            break;
        }
        let flat = flat_for(document, schemas, &node, here);
        let in_union = union || !flat.alternations.is_empty();
        let mut next = Vec::new();
        if depth < MAX_DEPTH {
            match here {
                Value::Object(members) => {
                    let required = flat.required();
                    for member in members.keys() {
                        let place = required
                            .iter()
                            .find(|(name, _)| name == member)
                            .map(|(_, place)| place.clone());
                        let child = pointer.child(member);
                        let node = flat.property(member);
                        let name = member.clone();
                        let known = flat.knows(member);
                        next.push((child, node, name, place, known, depth + 1, in_union));
                    }
                }
                Value::Array(elements) if !elements.is_empty() => {
                    let singular = name.strip_suffix('s').unwrap_or(&name).to_owned();
                    let node = flat.element(0);
                    let child = pointer.index(0);
                    next.push((child, node, singular, None, false, depth + 1, in_union));
                }
                _ => {}
            }
        }
        open.extend(next.into_iter().rev());
        sites.push(Site {
            pointer,
            node,
            flat,
            value: here.clone(),
            name,
            required,
            is_property,
            in_union,
        });
    }
    sites
}

/// The schemas at `pointer` of a value, as far as the value leads there; `None` where the
/// description says nothing about it.
pub(super) fn node_at(
    document: &Document,
    schemas: &Schemas,
    root: &Node,
    value: &Value,
    pointer: &Pointer,
) -> Option<Node> {
    let mut node = root.clone();
    let mut here = Pointer::root();
    for token in pointer.tokens() {
        let nothing = Value::Null;
        let current = here.get(value).unwrap_or(&nothing);
        let flat = flat_for(document, schemas, &node, current);
        node = match current {
            Value::Array(_) => flat.element(token.parse().ok()?),
            _ if flat.knows(&token) => flat.property(&token),
            Value::Null => {
                // The value does not lead there: the first element or the named property.
                token.parse().ok().map(|index| flat.element(index))?
            }
            _ => flat.property(&token),
        };
        if node.0.is_empty() {
            return None;
        }
        here = here.child(&token);
    }
    Some(node)
}
