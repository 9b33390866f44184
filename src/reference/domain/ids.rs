//! Ids and secrets from a seeded stream.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use uuid::{Builder, Uuid};

/// The stream every id and every key of a world comes from.
pub(super) struct Ids(ChaCha8Rng);

impl Ids {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// The next id, in the shape of version 4.
    pub(super) fn id(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        self.0.fill_bytes(&mut bytes);
        Builder::from_random_bytes(bytes).into_uuid()
    }

    /// The next secret: 32 letters and digits.
    pub(super) fn secret(&mut self) -> String {
        const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
        let mut bytes = [0; 32];
        self.0.fill_bytes(&mut bytes);
        let letter = |byte: u8| char::from(ALPHABET[usize::from(byte % 32)]);
        bytes.into_iter().map(letter).collect()
    }
}
