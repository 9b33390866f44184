//! A set of faults.

use super::{ALL, Fault};

/// The faults a server is started with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FaultSet([u64; 4]);

impl FaultSet {
    /// No fault: the server keeps its contract.
    pub const fn none() -> Self {
        Self([0; 4])
    }

    /// This set and one more.
    #[must_use]
    pub const fn with(mut self, fault: Fault) -> Self {
        self.0[fault as usize / 64] |= 1 << (fault as usize % 64);
        self
    }

    /// Whether the set holds the fault.
    pub const fn has(self, fault: Fault) -> bool {
        self.0[fault as usize / 64] & 1 << (fault as usize % 64) != 0
    }

    /// Whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == [0; 4]
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
