//! A body that is put together up to a limit.

use bytes::{Bytes, BytesMut};

/// A body on its way. One piece, the common case, is kept without a copy.
pub(super) struct Growing {
    limit: usize,
    first: Bytes,
    all: BytesMut,
    truncated: bool,
}

impl Growing {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            first: Bytes::new(),
            all: BytesMut::new(),
            truncated: false,
        }
    }

    /// Takes a piece; tells whether there is room for more.
    pub(super) fn push(&mut self, mut piece: Bytes) -> bool {
        let room = self.limit - self.first.len() - self.all.len();
        if piece.len() > room {
            piece.truncate(room);
            self.truncated = true;
        }
        if self.all.is_empty() && self.first.is_empty() {
            self.first = piece;
        } else {
            if self.all.is_empty() {
                self.all.reserve(self.first.len() + piece.len());
                self.all.extend_from_slice(&self.first);
                self.first = Bytes::new();
            }
            self.all.extend_from_slice(&piece);
        }
        !self.truncated
    }

    /// The body, and whether it was longer.
    pub(super) fn finish(self) -> (Bytes, bool) {
        let body = if self.all.is_empty() {
            self.first
        } else {
            self.all.freeze()
        };
        (body, self.truncated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_ends_at_the_limit() {
        let mut growing = Growing::new(5);
        assert!(growing.push(Bytes::from_static(b"ab")));
        assert!(growing.push(Bytes::from_static(b"cde")));
        assert!(!growing.push(Bytes::from_static(b"f")));
        assert_eq!(growing.finish(), (Bytes::from_static(b"abcde"), true));
    }
}
