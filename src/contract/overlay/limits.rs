//! How much an overlay may do, and how large a value is.

use serde_json::Value;

/// How much an overlay may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverlayLimits {
    /// Actions.
    pub actions: usize,
    /// Characters of a target.
    pub target: usize,
    /// Nodes that one target may match.
    pub matches: usize,
    /// Steps that finding them may take, as far as that can be foreseen.
    pub steps: u128,
    /// Values that all actions may add together.
    pub added: usize,
    /// Levels of nesting of the result.
    pub depth: usize,
}

impl Default for OverlayLimits {
    fn default() -> Self {
        Self {
            actions: 10_000,
            target: 4_000,
            matches: 100_000,
            steps: 2_000_000_000,
            added: 2_000_000,
            depth: 128,
        }
    }
}

/// How many values a value consists of, and how deep they are nested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) values: usize,
    pub(super) depth: usize,
}

impl Size {
    pub(super) fn of(value: &Value) -> Self {
        let mut size = Self::default();
        let mut open = vec![(value, 1)];
        while let Some((value, depth)) = open.pop() {
            size.values += 1;
            size.depth = size.depth.max(depth);
            match value {
                Value::Array(elements) => open.extend(elements.iter().map(|one| (one, depth + 1))),
                Value::Object(members) => open.extend(members.values().map(|one| (one, depth + 1))),
                _ => {}
            }
        }
        size
    }
}
