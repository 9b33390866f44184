//! Which schemas cannot be used because of a broken one that they refer to.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use super::walk::Key;
use crate::document::Place;

/// For each of `units` from which a broken schema can be reached: the flaw of one of them.
/// `edges` are the `$ref`s, from the schema that has it to what it means.
pub(super) fn taint(
    units: &[Place],
    edges: &HashMap<Key, Place>,
    broken: &BTreeMap<Key, usize>,
) -> HashMap<Place, usize> {
    if broken.is_empty() {
        return HashMap::new();
    }
    let edges: BTreeMap<&Key, &Place> = edges.iter().collect();
    let broken: BTreeMap<&Key, usize> = broken.iter().map(|(key, flaw)| (key, *flaw)).collect();
    let mut tainted: HashMap<Place, usize> = HashMap::new();
    let mut users: HashMap<&Place, Vec<&Place>> = HashMap::new();
    let mut waiting: Vec<&Place> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for unit in units {
        if !seen.insert(unit) {
            continue;
        }
        if let Some((_, flaw)) = within(&broken, unit).next() {
            tainted.insert(unit.clone(), *flaw);
            waiting.push(unit);
        }
        for (_, target) in within(&edges, unit) {
            users.entry(target).or_default().push(unit);
        }
    }
    while let Some(unit) = waiting.pop() {
        let flaw = tainted[unit];
        for user in users.get(unit).into_iter().flatten() {
            if !tainted.contains_key(*user) {
                tainted.insert((*user).clone(), flaw);
                waiting.push(user);
            }
        }
    }
    tainted
}

/// The entries of `map` at `place` or below it.
fn within<'m, V>(
    map: &'m BTreeMap<&Key, V>,
    place: &Place,
) -> impl Iterator<Item = (&'m Key, &'m V)> {
    let exact: Key = (place.source, place.pointer.as_str().to_owned());
    let below: Key = (place.source, format!("{}/", place.pointer));
    let prefix = below.1.clone();
    let source = place.source;
    map.get_key_value(&exact)
        .into_iter()
        .chain(
            map.range::<Key, _>((Bound::Included(&below), Bound::Unbounded))
                .take_while(move |(key, _)| key.0 == source && key.1.starts_with(&prefix)),
        )
        .map(|(key, value)| (*key, value))
}
