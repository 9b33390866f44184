//! Which requirements are looked at, so that few requests tell the most.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::Expected;
use super::expect::Calibration;

/// So many times as much a request is worth that tells of a change than one that tells that
/// something was added: what was added came together, and a few of it tell of the rest.
const ADDED: u64 = 4;

/// Whether it tells any two editions apart.
pub(super) fn tells(expected: &[Expected]) -> bool {
    expected.contains(&Expected::Kept) && expected.contains(&Expected::NotKept)
}

/// The neighbouring editions that it tells apart.
fn boundaries(expected: &[Expected]) -> BTreeSet<usize> {
    (1..expected.len())
        .filter(|&index| {
            matches!(
                (expected[index - 1], expected[index]),
                (Expected::Kept, Expected::NotKept) | (Expected::NotKept, Expected::Kept)
            )
        })
        .collect()
}

/// The requirements that fit into so many requests, with the number of requests they take.
///
/// First those that tell neighbouring editions apart that nothing told apart before, cheap ones
/// first; then whatever else fits. What does not tell any editions apart is left out.
pub fn choose(calibration: &Calibration, limit: u64) -> (BTreeSet<String>, u64) {
    let mut waiting: BTreeMap<&str, BTreeSet<usize>> = calibration
        .expected
        .iter()
        .filter(|(_, expected)| tells(expected))
        .map(|(id, expected)| (id.as_str(), boundaries(expected)))
        .collect();
    let mut chosen = BTreeSet::new();
    let mut sequences: BTreeSet<&(usize, String)> = BTreeSet::new();
    let mut told: BTreeSet<usize> = BTreeSet::new();
    let mut spent = 0;
    loop {
        let best = waiting
            .iter()
            .map(|(id, boundaries)| {
                let more: u64 = calibration
                    .sequences
                    .get(*id)
                    .into_iter()
                    .flatten()
                    .filter(|one| !sequences.contains(one))
                    .filter_map(|one| calibration.requests.get(one))
                    .sum();
                let news = boundaries.difference(&told).count();
                let weight = if calibration.tells_a_change(id) {
                    1
                } else {
                    ADDED
                };
                (news == 0, more * weight, more, *id)
            })
            .filter(|(_, _, more, _)| spent + more <= limit)
            .min();
        let Some((_, _, more, id)) = best else {
            return (chosen, spent);
        };
        spent += more;
        sequences.extend(calibration.sequences.get(id).into_iter().flatten());
        told.extend(waiting.remove(id).into_iter().flatten());
        chosen.insert(id.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calibration(all: &[(&str, &str, u64, &[Expected])]) -> Calibration {
        let mut calibration = Calibration::default();
        for (id, sequence, requests, expected) in all {
            let sequence = (0, (*sequence).to_owned());
            calibration
                .expected
                .insert((*id).to_owned(), expected.to_vec());
            calibration
                .sequences
                .insert((*id).to_owned(), BTreeSet::from([sequence.clone()]));
            calibration.requests.insert(sequence, *requests);
        }
        calibration
    }

    #[test]
    fn cheap_ones_that_tell_something_new_come_first() {
        use Expected::{Kept, NotKept, Open};
        let calibration = calibration(&[
            ("A", "a", 50, &[NotKept, Kept, Kept]),
            ("B", "b", 10, &[NotKept, Kept, Kept]),
            ("C", "c", 40, &[NotKept, NotKept, Kept]),
            ("D", "b", 10, &[NotKept, Kept, Kept]),
            ("E", "e", 1, &[Open, Kept, Kept]),
        ]);
        let (chosen, spent) = choose(&calibration, 60);
        let chosen: Vec<&str> = chosen.iter().map(String::as_str).collect();
        assert_eq!((chosen.as_slice(), spent), (&["B", "C", "D"][..], 50));
        assert_eq!(choose(&calibration, 100).1, 100);
        assert_eq!(choose(&calibration, 0).1, 0);
    }
}
