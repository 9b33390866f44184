//! Where the parts of a description stand that overlays wrote or moved.

use std::collections::BTreeMap;

use crate::pointer::Pointer;

/// Which text a part is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// The description itself.
    Description,
    /// An overlay: index into [`super::Document::overlays`].
    Overlay(usize),
}

/// Where a part is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The text.
    pub text: Text,
    /// The part of that text's value.
    pub pointer: Pointer,
}

/// For each part that does not stand where its pointer says, where it does. Parts inside of
/// it go with it, unless they have an entry of their own. Empty, and costing nothing, for
/// descriptions that no overlay changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(BTreeMap<Pointer, Origin>);

impl Origins {
    /// The origins of a value all of which is written at `origin`.
    pub fn of(origin: Origin) -> Self {
        Self(BTreeMap::from([(Pointer::root(), origin)]))
    }

    /// Where the part is written.
    pub fn at(&self, pointer: &Pointer) -> Origin {
        let mut around = (!self.0.is_empty()).then(|| pointer.clone());
        while let Some(here) = around {
            if let Some(origin) = self.0.get(&here) {
                let rest = Pointer::new(&pointer.as_str()[here.as_str().len()..]);
                return Origin {
                    text: origin.text,
                    pointer: origin.pointer.join(&rest),
                };
            }
            around = here.parent();
        }
        Origin {
            text: Text::Description,
            pointer: pointer.clone(),
        }
    }

    /// The origins of the part, as those of a value of its own.
    #[must_use]
    pub fn below(&self, pointer: &Pointer) -> Self {
        let mut below = Self::of(self.at(pointer));
        let length = pointer.as_str().len();
        for (inner, origin) in self.inside(pointer) {
            let rest = Pointer::new(&inner.as_str()[length..]);
            below.0.insert(rest, origin.clone());
        }
        below
    }

    /// The part is now what stood with the origins `of`.
    pub fn put(&mut self, pointer: &Pointer, of: &Self) {
        self.forget(pointer);
        for (inner, origin) in &of.0 {
            self.0.insert(pointer.join(inner), origin.clone());
        }
    }

    /// The part is gone.
    pub fn forget(&mut self, pointer: &Pointer) {
        self.0.remove(pointer);
        let gone: Vec<Pointer> = self
            .inside(pointer)
            .map(|(inner, _)| inner.clone())
            .collect();
        for inner in gone {
            self.0.remove(&inner);
        }
    }

    /// The elements of an array are now those that had the indices `kept`, in this order.
    pub fn keep(&mut self, array: &Pointer, kept: &[usize]) {
        let moved: Vec<Self> = kept
            .iter()
            .map(|index| self.below(&array.index(*index)))
            .collect();
        let gone: Vec<Pointer> = self.inside(array).map(|(inner, _)| inner.clone()).collect();
        for inner in gone {
            self.0.remove(&inner);
        }
        for (index, origins) in moved.into_iter().enumerate() {
            // What stands where it stood anyway needs no entry.
            if origins != Self::of(self.at(&array.index(index))) {
                self.put(&array.index(index), &origins);
            }
        }
    }

    /// The entries strictly inside of the part.
    fn inside(&self, pointer: &Pointer) -> impl Iterator<Item = (&Pointer, &Origin)> {
        let start = format!("{pointer}/");
        self.0
            .range(Pointer::new(start.clone())..)
            .take_while(move |(inner, _)| inner.as_str().starts_with(&start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlay(pointer: &str) -> Origin {
        Origin {
            text: Text::Overlay(0),
            pointer: Pointer::new(pointer),
        }
    }

    fn at(origins: &Origins, pointer: &str) -> String {
        let origin = origins.at(&Pointer::new(pointer));
        match origin.text {
            Text::Description => format!("d{}", origin.pointer),
            Text::Overlay(index) => format!("{index}{}", origin.pointer),
        }
    }

    #[test]
    fn the_innermost_entry_counts() {
        let mut origins = Origins::default();
        assert_eq!(at(&origins, "/a/b"), "d/a/b");
        origins.put(&Pointer::new("/a"), &Origins::of(overlay("/u")));
        origins.put(&Pointer::new("/a/b"), &Origins::of(overlay("/v")));
        assert_eq!(at(&origins, "/a/b/c"), "0/v/c");
        assert_eq!(at(&origins, "/a/bc"), "0/u/bc");
        assert_eq!(at(&origins, "/ab"), "d/ab");
        assert_eq!(at(&origins.below(&Pointer::new("/a")), "/b/c"), "0/v/c");
        origins.forget(&Pointer::new("/a"));
        assert_eq!(origins, Origins::default());
    }

    #[test]
    fn elements_that_move_up_keep_their_place() {
        let mut origins = Origins::default();
        let list = Pointer::new("/list");
        origins.put(&list.index(12), &Origins::of(overlay("/new")));
        let kept: Vec<usize> = (0..13).filter(|index| *index != 1).collect();
        origins.keep(&list, &kept);
        assert_eq!(at(&origins, "/list/0/x"), "d/list/0/x");
        assert_eq!(at(&origins, "/list/1/x"), "d/list/2/x");
        assert_eq!(at(&origins, "/list/11/x"), "0/new/x");
        assert_eq!(at(&origins, "/list"), "d/list");
    }
}
