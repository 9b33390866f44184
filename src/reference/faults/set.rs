//! A set of faults.

use super::fault::Area;
use super::{ALL, Fault};

/// The faults a server is started with: for each area the places of those it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FaultSet([u64; Area::ALL.len()]);

impl FaultSet {
    /// No fault: the server keeps its contract.
    pub const fn none() -> Self {
        Self([0; Area::ALL.len()])
    }

    /// This set and one more.
    #[must_use]
    pub const fn with(mut self, fault: Fault) -> Self {
        let (area, place) = fault.numbers();
        self.0[area] |= 1 << place;
        self
    }

    /// Whether the set holds the fault.
    pub const fn has(self, fault: Fault) -> bool {
        let (area, place) = fault.numbers();
        self.0[area] & 1 << place != 0
    }

    /// Whether the set is empty.
    pub fn is_empty(self) -> bool {
        self == Self::none()
    }

    /// The faults of the set, in the order of the catalogue.
    pub fn iter(self) -> impl Iterator<Item = Fault> {
        ALL.iter().copied().filter(move |fault| self.has(*fault))
    }
}

impl FromIterator<Fault> for FaultSet {
    fn from_iter<I: IntoIterator<Item = Fault>>(faults: I) -> Self {
        faults.into_iter().fold(Self::none(), Self::with)
    }
}
