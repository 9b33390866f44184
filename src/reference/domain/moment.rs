//! Points in time that never repeat.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// Microseconds since the Unix epoch. The world hands each out once and in rising
/// order, so that a moment is also a sequence number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Moment(pub(crate) i64);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let time = Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::MAX);
        serializer.collect_str(&format_args!("{time:.6}"))
    }
}
