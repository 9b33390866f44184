//! Flaws while they are collected: each mistake once, with everything that is lost to it.

use std::collections::HashMap;

use crate::api::Flaw;
use crate::document::Place;

/// So many parts are named before the rest is only counted.
const NAMED: usize = 3;

/// A flaw that may still gain consequences.
#[derive(Debug)]
pub(super) struct Draft {
    place: Place,
    message: String,
    help: Option<String>,
    lost: Vec<String>,
}

impl Draft {
    /// What to do about it.
    pub(super) fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// A part that is set aside because of it.
    pub(super) fn lost(&mut self, part: impl Into<String>) -> &mut Self {
        let part = part.into();
        if !self.lost.contains(&part) {
            self.lost.push(part);
        }
        self
    }
}

/// All flaws found so far. A shared part is looked at once for each use; its mistake is one
/// flaw all the same.
#[derive(Debug, Default)]
pub(super) struct Flaws {
    drafts: Vec<Draft>,
    by_place: HashMap<(Place, String), usize>,
}

impl Flaws {
    /// The flaw with this message at this place, new or known.
    pub(super) fn add(&mut self, place: &Place, message: impl Into<String>) -> &mut Draft {
        let at = self.index(place, message);
        &mut self.drafts[at]
    }

    /// As [`Self::add`], to come back to.
    pub(super) fn index(&mut self, place: &Place, message: impl Into<String>) -> usize {
        let message = message.into();
        let drafts = &mut self.drafts;
        *self
            .by_place
            .entry((place.clone(), message.clone()))
            .or_insert_with(|| {
                drafts.push(Draft {
                    place: place.clone(),
                    message,
                    help: None,
                    lost: Vec::new(),
                });
                drafts.len() - 1
            })
    }

    /// The flaw that [`Self::index`] named.
    pub(super) fn at(&mut self, index: usize) -> &mut Draft {
        &mut self.drafts[index]
    }

    /// All flaws in the order in which they were found. The same mistake at many places, when
    /// nothing is lost to it, is said once.
    pub(super) fn finish(self) -> Vec<Flaw> {
        let mut repeated: HashMap<String, usize> = HashMap::new();
        for draft in self.drafts.iter().filter(|draft| draft.lost.is_empty()) {
            *repeated.entry(draft.message.clone()).or_default() += 1;
        }
        repeated.retain(|_, count| *count > NAMED);
        self.drafts
            .into_iter()
            .filter_map(|mut draft| {
                if draft.lost.is_empty()
                    && let Some(count) = repeated.get_mut(&draft.message)
                {
                    // The first one speaks for the others.
                    let others = std::mem::take(count).checked_sub(1)?;
                    let help = draft.help.take().map_or(String::new(), |help| help + "; ");
                    draft.help = Some(format!("{help}the same stands at {others} other places"));
                }
                Some(draft)
            })
            .map(|draft| Flaw {
                place: draft.place,
                message: draft.message,
                help: draft.help,
                quarantined: enumerate(&draft.lost),
            })
            .collect()
    }
}

fn enumerate(parts: &[String]) -> Option<String> {
    let named = parts.get(..NAMED).unwrap_or(parts).join(", ");
    match parts.len() {
        0 => None,
        count if count > NAMED => Some(format!("{named} and {} more", count - NAMED)),
        _ => Some(named),
    }
}
