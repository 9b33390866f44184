//! The actions of an overlay, done to a document.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::limits::{OverlayLimits, Size};
use super::merge::{Clash, Patch, append, is_primitive, merge, shown};
use super::mistake::{Mistake, kind};
use super::read::{Action, Change, Overlay};
use crate::document::{Document, Origin, Origins, Place, Source, Text};
use crate::pointer::Pointer;

/// Does all actions in order, each to the result of the one before.
pub(super) fn apply(
    document: &mut Document,
    overlay: &Overlay,
    source: &Source,
    limits: &OverlayLimits,
) -> Result<(), Mistake> {
    let Some(root) = document.sources.first_mut() else {
        return Ok(());
    };
    let number = document.overlays.len();
    let mut site = Site {
        // Nobody else has it yet, so that nothing is copied.
        root: Arc::make_mut(&mut root.value),
        origins: &mut document.origins,
        duplicates: &mut document.duplicates,
        size: Size::default(),
        left: limits.added,
        modern: overlay.modern,
        limits,
    };
    site.size = Size::of(site.root);
    for action in &overlay.actions {
        let found = action.path.find(site.root, site.size, limits)?;
        match &action.change {
            Change::Remove => site.remove(action, found)?,
            Change::Update => {
                let place = action.place.child("update");
                let value = place.get(&source.value).expect("reading found it");
                let origin = Origin {
                    text: Text::Overlay(number),
                    pointer: place.clone(),
                };
                let patch = Patch {
                    value,
                    origins: Origins::of(origin),
                };
                site.update(action, &found, &patch, &place, true)?;
            }
            Change::Copy(from) => {
                let place = action.place.child("copy");
                let from = from.find(site.root, site.size, limits)?;
                let [from] = from.as_slice() else {
                    return Err(Mistake::new(
                        place,
                        format!("`copy` must match one part, and matches {}", from.len()),
                    ));
                };
                // A copy stands where the original is written: that is the text to mend.
                let value = from.get(site.root).expect("it was found there").clone();
                let patch = Patch {
                    value: &value,
                    origins: site.origins.below(from),
                };
                site.update(action, &found, &patch, &place, false)?;
            }
        }
    }
    Ok(())
}

/// What is changed, and how much more may be.
struct Site<'d> {
    root: &'d mut Value,
    origins: &'d mut Origins,
    duplicates: &'d mut Vec<Place>,
    /// The size of the root; nothing is taken off again.
    size: Size,
    left: usize,
    modern: bool,
    limits: &'d OverlayLimits,
}

impl Site<'_> {
    /// Merges a patch into each of the parts `found`. `place` is where the overlay has it, and
    /// `written` whether its parts stand there too.
    fn update(
        &mut self,
        action: &Action,
        found: &[Pointer],
        patch: &Patch<'_>,
        place: &Pointer,
        written: bool,
    ) -> Result<(), Mistake> {
        self.one_kind(action, found)?;
        let size = Size::of(patch.value);
        for at in found {
            self.grow(at, size, place)?;
            let target = at.get_mut(self.root).expect("it was found there");
            match target {
                Value::Array(elements) if !(self.modern && patch.value.is_array()) => {
                    append(elements, at, patch, self.origins);
                }
                target if is_primitive(target) && !self.modern => {
                    let message = format!(
                        "the target {} is {}; Overlay 1.0 updates objects and arrays only",
                        shown(at),
                        kind(target)
                    );
                    return Err(Mistake::new(action.place.child("target"), message)
                        .help("target the object around it, or write `overlay: 1.1.0`"));
                }
                target => merge(target, at, patch, self.origins).map_err(|clash| {
                    let Clash { part, message } = clash;
                    let place = if written {
                        place.join(&part)
                    } else {
                        place.clone()
                    };
                    Mistake::new(place, message)
                        .help("to replace it, remove it in an action before")
                })?,
            }
        }
        Ok(())
    }

    /// All parts that one action updates must be of one kind.
    fn one_kind(&self, action: &Action, found: &[Pointer]) -> Result<(), Mistake> {
        let of = |at: &Pointer| match at.get(self.root) {
            Some(Value::Object(_)) => "objects",
            Some(Value::Array(_)) => "arrays",
            _ => "primitive values",
        };
        let first = of(&found[0]);
        match found.iter().find(|at| of(at) != first) {
            None => Ok(()),
            Some(other) => Err(Mistake::new(
                action.place.child("target"),
                format!(
                    "`{}` matches both {first} ({}) and {} ({})",
                    action.target,
                    shown(&found[0]),
                    of(other),
                    shown(other)
                ),
            )
            .help("make an action for each kind")),
        }
    }

    /// Counts what is added at `at`.
    fn grow(&mut self, at: &Pointer, size: Size, place: &Pointer) -> Result<(), Mistake> {
        let depth = at.tokens().count() + 1 + size.depth;
        if depth > self.limits.depth {
            let message = format!(
                "{} would be nested more than {} levels deep",
                shown(at),
                self.limits.depth
            );
            return Err(Mistake::new(place.clone(), message));
        }
        let Some(left) = self.left.checked_sub(size.values) else {
            let message = format!(
                "the overlay adds more than {} values to the description",
                self.limits.added
            );
            return Err(Mistake::new(place.clone(), message));
        };
        self.left = left;
        self.size.values += size.values;
        self.size.depth = self.size.depth.max(depth);
        Ok(())
    }

    /// Takes the parts away, the innermost first, so that the pointers of the others stay true.
    fn remove(&mut self, action: &Action, found: Vec<Pointer>) -> Result<(), Mistake> {
        let mut by_holder: BTreeMap<(usize, Pointer), Vec<Pointer>> = BTreeMap::new();
        for at in found {
            let Some(holder) = at.parent() else {
                return Err(Mistake::new(
                    action.place.child("target"),
                    "the whole description cannot be removed",
                ));
            };
            let depth = holder.tokens().count();
            by_holder.entry((depth, holder)).or_default().push(at);
        }
        for ((_, holder), gone) in by_holder.into_iter().rev() {
            match holder.get_mut(self.root) {
                Some(Value::Object(members)) => {
                    let names: HashSet<Cow<'_, str>> =
                        gone.iter().filter_map(Pointer::last).collect();
                    members.retain(|name, _| !names.contains(name.as_str()));
                    for at in &gone {
                        self.origins.forget(at);
                    }
                    self.forget_duplicates(&gone);
                }
                Some(Value::Array(elements)) => {
                    let mut keep = vec![true; elements.len()];
                    for at in &gone {
                        let index = at.last().and_then(|token| token.parse::<usize>().ok());
                        keep[index.expect("an element has an index")] = false;
                    }
                    let kept: Vec<usize> = (0..keep.len()).filter(|index| keep[*index]).collect();
                    let mut index = 0;
                    elements.retain(|_| {
                        index += 1;
                        keep[index - 1]
                    });
                    self.origins.keep(&holder, &kept);
                    self.move_duplicates(&holder, &kept);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Duplicate keys go with what they are in.
    fn forget_duplicates(&mut self, gone: &[Pointer]) {
        let gone: HashSet<&Pointer> = gone.iter().collect();
        self.duplicates.retain(|one| {
            let mut around = (one.source == 0).then(|| one.pointer.clone());
            while let Some(here) = around {
                if gone.contains(&here) {
                    return false;
                }
                around = here.parent();
            }
            true
        });
    }

    /// Duplicate keys inside of elements move with them.
    fn move_duplicates(&mut self, array: &Pointer, kept: &[usize]) {
        self.duplicates.retain_mut(|one| {
            if one.source != 0 || one.pointer == *array || !within(&one.pointer, array) {
                return true;
            }
            let rest = Pointer::new(&one.pointer.as_str()[array.as_str().len()..]);
            let Some(index) = rest
                .tokens()
                .next()
                .and_then(|one| one.parse::<usize>().ok())
            else {
                return true;
            };
            let Ok(now) = kept.binary_search(&index) else {
                return false;
            };
            let inner = Pointer::new(&one.pointer.as_str()[array.index(index).as_str().len()..]);
            one.pointer = array.index(now).join(&inner);
            true
        });
    }
}

/// Whether a part is `outer` or inside of it.
fn within(pointer: &Pointer, outer: &Pointer) -> bool {
    pointer
        .as_str()
        .strip_prefix(outer.as_str())
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
