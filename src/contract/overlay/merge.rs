//! Merging a value into another (Overlay 1.1, Action Object).

use serde_json::Value;

use super::mistake::kind;
use crate::document::Origins;
use crate::pointer::Pointer;

/// What is merged: a value, and where its parts are written.
pub(super) struct Patch<'p> {
    pub(super) value: &'p Value,
    pub(super) origins: Origins,
}

/// What cannot be merged: where in the patch, and what is wrong.
pub(super) struct Clash {
    pub(super) part: Pointer,
    pub(super) message: String,
}

/// Merges `patch` into `target`, which stands at `at`. Recursion is bounded by the depth of
/// the patch, which is checked before.
pub(super) fn merge(
    target: &mut Value,
    at: &Pointer,
    patch: &Patch<'_>,
    origins: &mut Origins,
) -> Result<(), Clash> {
    part(target, at, patch.value, &Pointer::root(), patch, origins)
}

/// Appends the whole patch as one element.
pub(super) fn append(
    elements: &mut Vec<Value>,
    at: &Pointer,
    patch: &Patch<'_>,
    origins: &mut Origins,
) {
    origins.put(&at.index(elements.len()), &patch.origins);
    elements.push(patch.value.clone());
}

fn part(
    target: &mut Value,
    at: &Pointer,
    value: &Value,
    inner: &Pointer,
    patch: &Patch<'_>,
    origins: &mut Origins,
) -> Result<(), Clash> {
    match (target, value) {
        (Value::Object(target), Value::Object(members)) => {
            for (key, value) in members {
                let (at, inner) = (at.child(key), inner.child(key));
                if let Some(target) = target.get_mut(key) {
                    part(target, &at, value, &inner, patch, origins)?;
                } else {
                    origins.put(&at, &patch.origins.below(&inner));
                    target.insert(key.clone(), value.clone());
                }
            }
            Ok(())
        }
        (Value::Array(target), Value::Array(elements)) => {
            for (index, element) in elements.iter().enumerate() {
                let inner = inner.index(index);
                origins.put(&at.index(target.len()), &patch.origins.below(&inner));
                target.push(element.clone());
            }
            Ok(())
        }
        (target, value) if is_primitive(target) && is_primitive(value) => {
            origins.put(at, &patch.origins.below(inner));
            *target = value.clone();
            Ok(())
        }
        (target, value) => Err(Clash {
            part: inner.clone(),
            message: format!(
                "{} cannot be merged into {}, which is {}",
                kind(value),
                shown(at),
                kind(target)
            ),
        }),
    }
}

pub(super) fn is_primitive(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

/// A part of the description, in words.
pub(super) fn shown(at: &Pointer) -> String {
    if at.is_root() {
        "the whole description".to_owned()
    } else {
        format!("`{at}`")
    }
}
