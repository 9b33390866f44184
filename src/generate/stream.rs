//! Random streams that are the same on every platform and in every run.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

/// A random stream with a name. Each operation and each case has its own, so that a new case
/// does not change the values of the others.
#[derive(Clone, Debug)]
pub(super) struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream that seed and names decide.
    pub(super) fn new(seed: u64, names: &[&str]) -> Self {
        let mut digest = Sha256::new();
        digest.update(seed.to_le_bytes());
        for name in names {
            digest.update((name.len() as u64).to_le_bytes());
            digest.update(name);
        }
        Self(ChaCha8Rng::from_seed(digest.finalize().into()))
    }

    /// A number below `limit`; 0 for a limit of 0.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        // The bias of the remainder is far below what cases could show.
        (self.0.next_u64() % (limit.max(1) as u64)) as usize
    }

    pub(super) fn coin(&mut self) -> bool {
        self.0.next_u32() & 1 == 1
    }

    pub(super) fn byte(&mut self) -> u8 {
        self.0.next_u32().to_le_bytes()[0]
    }

    /// `length` hexadecimal digits.
    pub(super) fn hex(&mut self, length: usize) -> String {
        (0..length)
            .map(|_| char::from_digit(u32::from(self.byte() & 15), 16).unwrap_or('0'))
            .collect()
    }

    /// A random UUID, version 4 (RFC 9562).
    pub(super) fn uuid(&mut self) -> String {
        let mut bytes = [0; 16];
        self.0.fill_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes)
            .into_uuid()
            .to_string()
    }
}
