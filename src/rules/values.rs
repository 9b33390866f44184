//! JSON as values of CEL, bounded in size.

use std::collections::HashMap;

use cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString, CelUInt,
};
use cel::common::value::Val;
use serde_json::Value;

/// A value that owns everything in it.
pub(super) type Owned = Box<dyn Val>;

/// So many parts of one exchange are made into values. Larger bodies are not judged.
pub(super) const MOST_PARTS: usize = 100_000;
/// Deeper values are not judged. Reading JSON stops at 128 already.
const DEEPEST: usize = 128;

pub(super) fn text(text: impl Into<String>) -> Owned {
    Box::new(CelString::from(text.into()))
}

pub(super) fn boolean(value: bool) -> Owned {
    Box::new(CelBool::from(value))
}

pub(super) fn integer(value: i64) -> Owned {
    Box::new(CelInt::from(value))
}

pub(super) fn list(elements: Vec<Owned>) -> Owned {
    Box::new(CelList::from(elements))
}

pub(super) fn map(members: impl IntoIterator<Item = (String, Owned)>) -> Owned {
    let members: HashMap<CelMapKey<'static>, Owned> = members
        .into_iter()
        .map(|(name, value)| (CelMapKey::from(name), value))
        .collect();
    Box::new(CelMap::from(members))
}

/// The value of JSON. Numbers without a fraction are `int`, those beyond its range `uint` or
/// `double`. `None` when `left` does not suffice for its parts.
pub(super) fn json(value: &Value, left: &mut usize) -> Option<Owned> {
    within(value, left, 0)
}

fn within(value: &Value, left: &mut usize, depth: usize) -> Option<Owned> {
    if depth > DEEPEST {
        return None;
    }
    *left = left.checked_sub(1)?;
    Some(match value {
        Value::Null => Box::new(CelNull),
        Value::Bool(value) => boolean(*value),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(value), _) => integer(value),
            (None, Some(value)) => Box::new(CelUInt::from(value)),
            (None, None) => Box::new(CelDouble::from(number.as_f64()?)),
        },
        Value::String(value) => text(value.as_str()),
        Value::Array(elements) => {
            let elements: Option<Vec<Owned>> = elements
                .iter()
                .map(|one| within(one, left, depth + 1))
                .collect();
            list(elements?)
        }
        Value::Object(members) => {
            let members: Option<Vec<(String, Owned)>> = members
                .iter()
                .map(|(name, one)| Some((name.clone(), within(one, left, depth + 1)?)))
                .collect();
            map(members?)
        }
    })
}
