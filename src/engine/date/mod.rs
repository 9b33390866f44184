//! Which edition a server keeps, judged by its behaviour alone.
//!
//! ```text
//! requirements with dates ─legs─→ plans ─reference server of each edition─→ what to expect
//!                                   │                                           │ choose
//!                                   └──────── the server ─→ what was seen ──────┴─→ answer
//! ```

mod answer;
mod choose;
mod expect;
mod legs;
mod meter;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

pub use answer::{Answer, Deviation, Expected, How, Later, Mark, Seen, answer};
pub use choose::choose;
pub use expect::{Calibration, calibrate, supposed};
pub use legs::{Leg, dated, families, legs, plan_leg};
pub use meter::Metered;
pub use words::{reason, sentence};

use super::sitting::started;
use super::{Bench, Plan, RunOptions, Sitting, SittingError, bench_at, editions, run};
use crate::reference::Edition;
use crate::transport::Transport;
use crate::verdict::{Basis, Ending, Event, Requirement, Run};

/// What is looked at, and what each edition is expected to show.
#[derive(Clone, Debug)]
pub struct Itinerary {
    /// The editions.
    pub editions: Vec<Date>,
    /// What is looked at with which description.
    pub legs: Vec<Leg>,
    /// The requirements, sorted by id.
    pub marks: Vec<Mark>,
    /// How many requests it takes, where that is known.
    pub requests: Option<u64>,
    /// Requirements with dates that would have gone beyond the requests allowed.
    pub left_out: Vec<String>,
    /// Marks that may not decide on this server, and why; they are not looked at.
    pub held_back: BTreeMap<String, String>,
}

/// Whether a requirement may decide; the error is why not.
pub type Decides<'d> = &'d dyn Fn(&Requirement) -> Result<(), String>;

impl Itinerary {
    /// The way to date a server by the embedded contract with at most so many requests. What
    /// to expect is tried at the reference servers of all editions, in this process.
    ///
    /// # Errors
    /// What is wrong with the contract.
    pub fn embedded(limit: u64, decides: Decides<'_>) -> Result<Self, SittingError> {
        let known: &[Edition] = editions();
        let dates: Vec<Date> = known.iter().map(|edition| edition.date()).collect();
        let mut benches = Vec::with_capacity(known.len());
        for &edition in known {
            benches.push((edition, bench_at(edition)?));
        }
        let all = benches
            .iter()
            .flat_map(|(_, (bench, _))| &bench.requirements);
        let requirements = dated(&dates, all);
        let first = Arc::clone(&benches[0].1.0.api);
        let legs = legs(&dates, &requirements);
        let mut sittings = Vec::with_capacity(legs.len());
        for leg in &legs {
            let place = benches
                .iter()
                .position(|(edition, _)| edition.date() == leg.edition)
                .expect("a leg has one of the editions");
            let (edition, (mut bench, cast)) = benches.swap_remove(place);
            let plan = plan_leg(&mut bench, leg, true);
            sittings.push(Sitting::new(edition, bench, plan, &cast)?);
        }
        let mut calibration = calibrate(&mut sittings, &legs, known, &requirements, &first, limit);
        let mut itinerary = Self::new(dates, &requirements, &calibration.expected, decides);
        calibration
            .expected
            .retain(|id, _| !itinerary.held_back.contains_key(id));
        let (chosen, requests) = choose(&calibration, limit);
        let (kept, left): (Vec<Mark>, Vec<Mark>) = itinerary.marks.into_iter().partition(|mark| {
            chosen.contains(&mark.id) || itinerary.held_back.contains_key(&mark.id)
        });
        itinerary.marks = kept;
        let left = left.into_iter().map(|mark| mark.id);
        itinerary.left_out = left.chain(calibration.too_dear).collect();
        itinerary.left_out.sort();
        itinerary.requests = Some(requests);
        itinerary.trim();
        Ok(itinerary)
    }

    /// The way to date a server by any contract, given what to expect.
    pub fn new(
        editions: Vec<Date>,
        requirements: &[Requirement],
        expected: &BTreeMap<String, Vec<Expected>>,
        decides: Decides<'_>,
    ) -> Self {
        let marks: Vec<Mark> = requirements
            .iter()
            .zip(families(requirements))
            .map(|(requirement, family)| Mark {
                id: requirement.id.clone(),
                since: requirement.since,
                until: requirement.until,
                family,
                expected: expected.get(&requirement.id).cloned().unwrap_or_default(),
            })
            .filter(|mark| choose::tells(&mark.expected))
            .collect();
        let held_back = requirements
            .iter()
            .filter_map(|one| Some((one.id.clone(), decides(one).err()?)))
            .collect();
        let mut itinerary = Self {
            legs: legs(&editions, requirements),
            editions,
            marks,
            requests: None,
            left_out: Vec::new(),
            held_back,
        };
        itinerary.trim();
        itinerary
    }

    /// Looks at nothing but what is left of the marks.
    fn trim(&mut self) {
        for leg in &mut self.legs {
            leg.requirements.retain(|one| {
                !self.held_back.contains_key(&one.id)
                    && self.marks.iter().any(|mark| mark.id == one.id)
            });
        }
        self.legs.retain(|leg| !leg.requirements.is_empty());
    }

    /// How many of the marks may not decide.
    pub fn held_back_marks(&self) -> usize {
        let held = |mark: &&Mark| self.held_back.contains_key(&mark.id);
        self.marks.iter().filter(held).count()
    }

    /// The answer, given what was seen, and what was seen of each mark.
    pub fn answer(&self, seen: &BTreeMap<String, Seen>) -> (Answer, Vec<Seen>) {
        let seen: Vec<Seen> = self
            .marks
            .iter()
            .map(
                |mark| match (self.held_back.get(&mark.id), seen.get(&mark.id)) {
                    (Some(why), _) => Seen::Unknown(why.clone()),
                    (None, Some(seen)) => seen.clone(),
                    (None, None) => Seen::Unknown("it was not looked at".to_owned()),
                },
            )
            .collect();
        (answer(&self.editions, &self.marks, &seen), seen)
    }
}

/// Whether a requirement decides on a server: on one that is not ours, only what is *stated*
/// or rests on accepted assumptions.
///
/// # Errors
/// Why it does not.
pub fn decides(requirement: &Requirement, own: bool, assumed: &[String]) -> Result<(), String> {
    let accepted = !requirement.assumptions.is_empty()
        && requirement
            .assumptions
            .iter()
            .all(|one| assumed.iter().any(|all| all == one || all == "all"));
    if own || accepted || requirement.basis == Basis::Stated {
        return Ok(());
    }
    Err(if requirement.assumptions.is_empty() {
        "rests on the published clients alone".to_owned()
    } else {
        format!("rests on {}", requirement.assumptions.join(", "))
    })
}

/// A leg that is ready to be run.
pub struct Ready {
    /// The edition of the description.
    pub edition: Date,
    /// The description and who may be used.
    pub bench: Bench,
    /// The plan.
    pub plan: Plan,
}

/// What came of running the legs.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// What was seen of each requirement.
    pub seen: BTreeMap<String, Seen>,
    /// Whether anything was answered with a 2xx: else nothing is known of the server but that
    /// it refuses.
    pub succeeded: bool,
    /// How the last run ended.
    pub ending: Option<Ending>,
}

/// Runs the legs one after the other, and tells after each exchange.
pub async fn look(
    contract: &str,
    legs: &[Ready],
    transport: &Arc<dyn Transport>,
    token: &str,
    options: impl Fn() -> RunOptions,
    tell: impl Fn(),
) -> Looked {
    let mut looked = Looked::default();
    for (index, leg) in legs.iter().enumerate() {
        let mut outcome = Run::default();
        let first = started(&leg.bench, &leg.plan, contract, leg.edition);
        run(
            &leg.bench,
            &leg.plan,
            first,
            Arc::clone(transport),
            &format!("{token}{index}").into(),
            options(),
            |event| {
                outcome.apply(&event);
                if matches!(event, Event::Exchange(_)) {
                    tell();
                }
            },
        )
        .await;
        expect::seen(&outcome, &mut looked.seen);
        looked.succeeded |= outcome
            .operations
            .values()
            .flat_map(|tally| tally.statuses.keys())
            .any(|status| (200..300).contains(status));
        looked.ending.clone_from(&outcome.ending);
        if looked.ending != Some(Ending::Complete) {
            break;
        }
    }
    looked
}
