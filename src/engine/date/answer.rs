//! From what was seen to the edition that explains it. Pure.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

/// What a server of an edition does about a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expected {
    /// It keeps it.
    Kept,
    /// It does not: the requirement belongs to other editions.
    NotKept,
    /// Either: nothing tells.
    Open,
}

/// What was seen of a requirement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "seen", content = "how")]
pub enum Seen {
    /// It is kept.
    Kept,
    /// It is broken, and how.
    Broken(String),
    /// No verdict, and why.
    Unknown(String),
}

/// A requirement that tells editions apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// The requirement.
    pub id: String,
    /// The first edition that it belongs to.
    pub since: Option<Date>,
    /// The first edition that it no longer belongs to.
    pub until: Option<Date>,
    /// Requirements that replaced one another have the same number: they are one cause.
    pub family: usize,
    /// What the server of each edition does, in the order of the editions.
    pub expected: Vec<Expected>,
}

/// How a server deviates from an edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deviation {
    /// The requirement.
    pub requirement: String,
    /// In which way.
    pub how: How,
    /// The edition that the requirement came with; with [`How::Still`] the last that had it.
    pub of: Date,
    /// What was seen, where it is broken.
    pub seen: Option<String>,
}

/// In which way a server deviates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// It keeps what only a later edition has.
    Already,
    /// It keeps what no later edition has any more.
    Still,
    /// It does not keep what the edition has.
    Not,
}

/// Why a later edition is not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Later {
    /// The edition.
    pub edition: Date,
    /// The first deviation from it.
    pub first: Deviation,
    /// How many more there are.
    pub more: usize,
}

/// Which edition is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The editions that explain what was seen best; more than one where nothing that was
    /// seen tells them apart. None when nothing decided.
    pub editions: Vec<Date>,
    /// How the server deviates from all of them.
    pub deviations: Vec<Deviation>,
    /// How many causes spoke for them: what they have was kept, and what they have not was not.
    pub agreeing: usize,
    /// How many of those were kept.
    pub kept: usize,
    /// Whether the edition has anything to be kept that others have not. The first edition of
    /// a contract that only ever grew has nothing: there, absence alone speaks for it.
    pub distinct: bool,
    /// The first deviation from each later edition.
    pub later: Vec<Later>,
    /// What would tell `editions` apart and was not decided, with the reason.
    pub between: Vec<(String, String)>,
    /// Everything that was not decided, with the reason.
    pub undecided: Vec<(String, String)>,
}

impl Answer {
    /// Whether an edition is kept without any deviation.
    pub fn is_exact(&self) -> bool {
        self.keeps() && self.deviations.is_empty()
    }

    /// Whether an edition is kept at all, if with deviations: something of it is kept, and
    /// more speaks for it than against it.
    pub fn keeps(&self) -> bool {
        !self.editions.is_empty()
            && (self.kept > 0 || !self.distinct)
            && self.agreeing > self.deviations.len()
    }
}

/// Whether what was seen contradicts what is expected.
fn contradicts(expected: Expected, seen: &Seen) -> bool {
    matches!(
        (expected, seen),
        (Expected::Kept, Seen::Broken(_)) | (Expected::NotKept, Seen::Kept)
    )
}

/// The edition that explains what was seen of the marks.
///
/// It is the one with the fewest deviations, where requirements that replaced one another
/// count once. Of several with equally few, it is the last, with those that nothing seen
/// tells from it.
pub fn answer(editions: &[Date], marks: &[Mark], seen: &[Seen]) -> Answer {
    let pairs: Vec<(&Mark, &Seen)> = marks.iter().zip(seen).collect();
    let undecided: Vec<(String, String)> = pairs
        .iter()
        .filter_map(|(mark, seen)| match seen {
            Seen::Unknown(why) => Some((mark.id.clone(), why.clone())),
            Seen::Kept | Seen::Broken(_) => None,
        })
        .collect();
    let decided: Vec<(&Mark, &Seen)> = pairs
        .iter()
        .copied()
        .filter(|(_, seen)| !matches!(seen, Seen::Unknown(_)))
        .collect();
    let mut answer = Answer {
        editions: Vec::new(),
        deviations: Vec::new(),
        agreeing: 0,
        kept: 0,
        distinct: true,
        later: Vec::new(),
        between: Vec::new(),
        undecided,
    };
    let costs: Vec<usize> = (0..editions.len())
        .map(|edition| deviating(&decided, edition).len())
        .collect();
    let Some(fewest) = costs.iter().min().filter(|_| !decided.is_empty()) else {
        return answer;
    };
    let best = costs
        .iter()
        .rposition(|cost| cost == fewest)
        .expect("one of them is the least");
    let told_apart = |a: usize, b: usize| {
        decided.iter().any(|(mark, _)| {
            use Expected::{Kept, NotKept};
            matches!(
                (mark.expected[a], mark.expected[b]),
                (Kept, NotKept) | (NotKept, Kept)
            )
        })
    };
    let alike: Vec<usize> = (0..editions.len())
        .filter(|&edition| costs[edition] == *fewest && !told_apart(edition, best))
        .collect();
    answer.editions = alike.iter().map(|&edition| editions[edition]).collect();
    answer.between = pairs
        .iter()
        .filter_map(|(mark, seen)| {
            let Seen::Unknown(why) = seen else {
                return None;
            };
            let tells = alike
                .iter()
                .any(|&edition| mark.expected[edition] != mark.expected[best]);
            tells.then(|| (mark.id.clone(), why.clone()))
        })
        .collect();
    answer.deviations = deviations(editions, &decided, best, Told::Instead);
    let against = deviating(&decided, best);
    let families = |wanted: &dyn Fn(&Mark, &Seen) -> bool| {
        let all: BTreeSet<usize> = decided
            .iter()
            .filter(|(mark, seen)| wanted(mark, seen) && !against.contains(&mark.family))
            .map(|(mark, _)| mark.family)
            .collect();
        all.len()
    };
    answer.agreeing = families(&|mark, _| mark.expected[best] != Expected::Open);
    answer.kept =
        families(&|mark, seen| mark.expected[best] == Expected::Kept && *seen == Seen::Kept);
    answer.distinct = marks
        .iter()
        .any(|mark| mark.expected[best] == Expected::Kept);
    answer.later = (best + 1..editions.len())
        .filter_map(|edition| {
            let all = deviations(editions, &decided, edition, Told::Broken);
            // What came with the edition tells most, then what came last before it.
            let first = all
                .iter()
                .rev()
                .max_by_key(|one| (one.how == How::Not, one.of))?
                .clone();
            Some(Later {
                edition: editions[edition],
                first,
                more: all.len() - 1,
            })
        })
        .collect();
    answer
}

/// The families that deviate from an edition.
fn deviating(decided: &[(&Mark, &Seen)], edition: usize) -> BTreeSet<usize> {
    decided
        .iter()
        .filter(|(mark, seen)| contradicts(mark.expected[edition], seen))
        .map(|(mark, _)| mark.family)
        .collect()
}

/// Which of a family is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    /// What is kept instead, where something is.
    Instead,
    /// What is broken, where something is.
    Broken,
}

/// The deviations from an edition, one for each family.
fn deviations(
    editions: &[Date],
    decided: &[(&Mark, &Seen)],
    edition: usize,
    told: Told,
) -> Vec<Deviation> {
    let mut families: BTreeMap<usize, Deviation> = BTreeMap::new();
    for (mark, seen) in decided {
        if !contradicts(mark.expected[edition], seen) {
            continue;
        }
        let first = editions.first().copied().unwrap_or_default();
        let (how, of) = match (seen, mark.until) {
            (Seen::Kept, Some(until)) if until <= editions[edition] => {
                let last = editions.iter().rev().find(|date| **date < until);
                (How::Still, last.copied().unwrap_or(first))
            }
            (Seen::Kept, _) => (How::Already, mark.since.unwrap_or(first)),
            _ => (How::Not, mark.since.unwrap_or(first)),
        };
        let broken = match seen {
            Seen::Broken(how) => Some(how.clone()),
            _ => None,
        };
        let new = Deviation {
            requirement: mark.id.clone(),
            how,
            of,
            seen: broken,
        };
        families
            .entry(mark.family)
            .and_modify(|known| {
                let better = (new.how == How::Not) == (told == Told::Broken);
                if better && (known.how == How::Not) != (new.how == How::Not) {
                    let seen = new.seen.clone().or(known.seen.take());
                    *known = Deviation {
                        seen,
                        ..new.clone()
                    };
                } else if known.seen.is_none() {
                    known.seen.clone_from(&new.seen);
                }
            })
            .or_insert(new);
    }
    let mut all: Vec<Deviation> = families.into_values().collect();
    all.sort_by(|a, b| (a.of, &a.requirement).cmp(&(b.of, &b.requirement)));
    all
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn editions() -> Vec<Date> {
        vec![
            date(2025, 12, 28),
            date(2026, 1, 14),
            date(2026, 2, 3),
            date(2026, 2, 10),
            date(2026, 2, 17),
            date(2026, 2, 24),
            date(2026, 3, 3),
        ]
    }

    /// A mark that is kept in `[since, until)`, by index, and nowhere else.
    fn mark(id: &str, since: usize, until: usize, family: usize) -> Mark {
        let all = editions();
        Mark {
            id: id.to_owned(),
            since: (since > 0).then(|| all[since]),
            until: all.get(until).copied(),
            family,
            expected: (0..all.len())
                .map(|edition| {
                    if (since..until).contains(&edition) {
                        Expected::Kept
                    } else {
                        Expected::NotKept
                    }
                })
                .collect(),
        }
    }

    /// The shape of the Thenvoi contract.
    fn marks() -> Vec<Mark> {
        vec![
            mark("STR-1", 1, 7, 0),
            mark("MEM-1", 2, 7, 1),
            mark("MEM-2", 2, 7, 2),
            mark("MEM-3", 2, 7, 3),
            mark("CON-1", 3, 7, 4),
            mark("CON-2", 3, 7, 5),
            mark("MSG-1", 3, 7, 6),
            mark("AGE-429", 3, 5, 7),
            mark("AGE-403", 5, 7, 7),
            mark("LIM-422", 0, 4, 8),
            mark("LIM-429", 4, 5, 8),
            mark("LIM-403", 5, 7, 8),
            mark("CHA-403", 5, 7, 9),
            mark("SEC-1", 6, 7, 10),
            mark("SEC-2", 6, 7, 11),
        ]
    }

    fn at(edition: usize) -> Vec<Seen> {
        marks()
            .iter()
            .map(|mark| match mark.expected[edition] {
                Expected::Kept => Seen::Kept,
                _ => Seen::Broken(format!("{} was broken", mark.id)),
            })
            .collect()
    }

    fn place(id: &str) -> usize {
        marks()
            .iter()
            .position(|mark| mark.id == id)
            .expect("it is a mark")
    }

    #[test]
    fn every_edition_is_told_exactly() {
        let all = editions();
        for (index, edition) in all.iter().enumerate() {
            let answer = answer(&all, &marks(), &at(index));
            assert_eq!(answer.editions, [*edition]);
            assert!(answer.is_exact() && answer.keeps());
            let later: Vec<Date> = answer.later.iter().map(|one| one.edition).collect();
            assert_eq!(later, all[index + 1..]);
            for one in &answer.later {
                assert_eq!(one.first.how, How::Not);
            }
        }
    }

    #[test]
    fn the_first_deviation_of_a_later_edition_says_what_was_seen() {
        let answer = answer(&editions(), &marks(), &at(4));
        let first = &answer.later[0].first;
        assert_eq!(first.requirement, "AGE-403");
        assert_eq!(first.seen.as_deref(), Some("AGE-403 was broken"));
        assert_eq!(answer.later[0].more, 2);
    }

    #[test]
    fn what_is_kept_too_early_is_told_as_already() {
        let mut seen = at(3);
        seen[place("CHA-403")] = Seen::Kept;
        let answer = answer(&editions(), &marks(), &seen);
        assert_eq!(answer.editions, [date(2026, 2, 10)]);
        assert!(!answer.is_exact() && answer.keeps());
        let [only] = &answer.deviations[..] else {
            panic!("one: {:?}", answer.deviations)
        };
        assert_eq!(
            (only.requirement.as_str(), only.how),
            ("CHA-403", How::Already)
        );
        assert_eq!(only.of, date(2026, 2, 24));
    }

    #[test]
    fn what_replaces_a_requirement_of_the_edition_is_one_deviation() {
        let mut seen = at(4);
        seen[place("LIM-403")] = Seen::Kept;
        seen[place("LIM-429")] = Seen::Broken("answered 403 instead of 429".to_owned());
        let answer = answer(&editions(), &marks(), &seen);
        assert_eq!(answer.editions, [date(2026, 2, 17)]);
        let [only] = &answer.deviations[..] else {
            panic!("one: {:?}", answer.deviations)
        };
        assert_eq!(
            (only.requirement.as_str(), only.how),
            ("LIM-403", How::Already)
        );
        assert_eq!(only.seen.as_deref(), Some("answered 403 instead of 429"));
    }

    #[test]
    fn what_is_kept_too_long_is_told_as_still() {
        let mut seen = at(6);
        seen[place("LIM-403")] = Seen::Broken("answered 422 instead of 403".to_owned());
        seen[place("LIM-422")] = Seen::Kept;
        let answer = answer(&editions(), &marks(), &seen);
        assert_eq!(answer.editions, [date(2026, 3, 3)]);
        let [only] = &answer.deviations[..] else {
            panic!("one: {:?}", answer.deviations)
        };
        assert_eq!(
            (only.requirement.as_str(), only.how),
            ("LIM-422", How::Still)
        );
        assert_eq!(only.of, date(2026, 2, 10));
    }

    #[test]
    fn what_was_never_introduced_is_not_kept() {
        let mut seen = at(6);
        seen[place("MSG-1")] = Seen::Broken("no sender_name".to_owned());
        let answer = answer(&editions(), &marks(), &seen);
        assert_eq!(answer.editions, [date(2026, 3, 3)]);
        assert_eq!(answer.deviations[0].how, How::Not);
        assert_eq!(answer.deviations[0].of, date(2026, 2, 10));
    }

    #[test]
    fn editions_that_nothing_decided_tells_apart_are_both_told() {
        let mut seen = at(6);
        for id in ["SEC-1", "SEC-2"] {
            seen[place(id)] = Seen::Unknown("rests on A43".to_owned());
        }
        let answer = answer(&editions(), &marks(), &seen);
        assert_eq!(answer.editions, [date(2026, 2, 24), date(2026, 3, 3)]);
        assert!(answer.is_exact());
        let between: Vec<&str> = answer.between.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(between, ["SEC-1", "SEC-2"]);
    }

    #[test]
    fn a_server_of_another_kind_keeps_nothing() {
        let seen: Vec<Seen> = marks()
            .iter()
            .map(|_| Seen::Broken("404".to_owned()))
            .collect();
        let told = answer(&editions(), &marks(), &seen);
        assert!(!told.keeps(), "{told:?}");
        let silent: Vec<Seen> = marks()
            .iter()
            .map(|_| Seen::Unknown("no answer".to_owned()))
            .collect();
        let told = answer(&editions(), &marks(), &silent);
        assert!(told.editions.is_empty() && !told.keeps());
        assert_eq!(told.undecided.len(), marks().len());
    }

    proptest! {
        /// What could not be decided never makes a server of an edition deviate from it.
        #[test]
        fn unknown_marks_are_no_deviations(edition in 0usize..7, known in prop::collection::vec(any::<bool>(), 15)) {
            let mut seen = at(edition);
            for (seen, known) in seen.iter_mut().zip(&known) {
                if !known {
                    *seen = Seen::Unknown("not tried".to_owned());
                }
            }
            let answer = answer(&editions(), &marks(), &seen);
            if known.contains(&true) {
                prop_assert!(answer.deviations.is_empty());
                prop_assert_eq!(answer.is_exact(), answer.kept > 0 || !answer.distinct);
                prop_assert!(answer.editions.contains(&editions()[edition]));
            } else {
                prop_assert!(answer.editions.is_empty());
            }
        }

        /// Where at least two causes speak for an edition alone, one that is changed does not
        /// lead to another edition, and is told.
        #[test]
        fn one_changed_family_is_told(edition in 0usize..7, family in 0usize..12, other in 0usize..7) {
            let of = |index: usize| -> Vec<Expected> {
                marks().iter().map(|mark| mark.expected[index]).collect()
            };
            let mut seen = at(edition);
            let before = seen.clone();
            for (index, mark) in marks().iter().enumerate() {
                if mark.family == family {
                    seen[index] = at(other).swap_remove(index);
                }
            }
            let told = answer(&editions(), &marks(), &seen);
            let apart = |a: usize, b: usize| -> BTreeSet<usize> {
                let (a, b) = (of(a), of(b));
                marks().iter().enumerate().filter(|(index, _)| a[*index] != b[*index]).map(|(_, mark)| mark.family).collect()
            };
            let clear = (0..7).all(|index| index == edition || apart(index, edition).len() >= 3);
            if seen == before {
                prop_assert_eq!(&told.editions, &[editions()[edition]]);
            } else if clear {
                prop_assert_eq!(&told.editions, &[editions()[edition]]);
                prop_assert_eq!(told.deviations.len(), 1);
                prop_assert!(marks().iter().any(|mark| mark.family == family && mark.id == told.deviations[0].requirement));
            } else {
                prop_assert!(told.deviations.len() <= 1);
            }
        }

        /// Nothing that can be seen makes it panic, and the counts add up.
        #[test]
        fn anything_has_an_answer(seen in prop::collection::vec(0u8..3, 15)) {
            let seen: Vec<Seen> = seen
                .into_iter()
                .map(|one| match one {
                    0 => Seen::Kept,
                    1 => Seen::Broken("broken".to_owned()),
                    _ => Seen::Unknown("unknown".to_owned()),
                })
                .collect();
            let told = answer(&editions(), &marks(), &seen);
            prop_assert!(told.agreeing + told.deviations.len() <= 12);
            prop_assert_eq!(told.editions.is_empty(), told.undecided.len() == 15);
        }
    }
}
