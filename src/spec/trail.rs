//! The ways along several pointers while a text is read once, in either notation.

use crate::pointer::Pointer;

/// Follows pointers through the collections of a text. What is met later replaces what was
/// found before on the same level, since the last of equal keys counts.
pub(super) struct Trail<P> {
    ways: Vec<Vec<String>>,
    /// For each open collection, the pointers that lead into it.
    open: Vec<Vec<usize>>,
    /// The pointers that lead to the value that comes next, or into it.
    next: Vec<usize>,
    found: Vec<P>,
}

impl<P: Clone> Trail<P> {
    /// Starts before the root value, which stands at `root`.
    pub(super) fn new(pointers: &[&Pointer], root: &P) -> Self {
        Self {
            ways: pointers
                .iter()
                .map(|pointer| pointer.tokens().map(std::borrow::Cow::into_owned).collect())
                .collect(),
            open: Vec::new(),
            next: (0..pointers.len()).collect(),
            found: vec![root.clone(); pointers.len()],
        }
    }

    /// The value that comes next is a collection.
    pub(super) fn open(&mut self) {
        self.open.push(std::mem::take(&mut self.next));
    }

    /// The innermost open collection ends.
    pub(super) fn close(&mut self) {
        self.open.pop();
    }

    /// Whether no pointer leads into the innermost open collection.
    pub(super) fn is_off(&self) -> bool {
        self.open.last().is_none_or(Vec::is_empty)
    }

    /// A member or element of the innermost open collection begins at `position`; `is` tells
    /// whether a token means it.
    pub(super) fn step(&mut self, position: &P, is: impl Fn(&str) -> bool) {
        self.next.clear();
        let Some(level) = self.open.len().checked_sub(1) else {
            return;
        };
        for &pointer in &self.open[level] {
            if self.ways[pointer].get(level).is_some_and(|token| is(token)) {
                self.found[pointer] = position.clone();
                self.next.push(pointer);
            }
        }
    }

    /// Where each pointer led, as far as it could be followed.
    pub(super) fn found(self) -> Vec<P> {
        self.found
    }
}
