//! The proof that every check, probe and requirement can fail, and fails only with reason.
//!
//! ```text
//! fault × its editions ─run in process─→ findings ─┬→ killed by those named, also by others
//! no fault × editions  ─run in process─→ findings ─┴→ false alarms, what never passed
//! ```

mod fold;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::Sitting;
use crate::reference::{Edition, Fault};
use crate::verdict::{Proof, Run};

/// One run: against a server with this fault, or with none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// The fault.
    pub fault: Option<Fault>,
    /// The edition of server and contract.
    pub edition: Edition,
}

/// What is tried at which editions: the faultless server at all of them, first; then each
/// fault at the first and at the last of those in which it breaks a promise.
pub fn jobs(editions: &[Edition], faults: &[Fault]) -> Vec<Job> {
    let mut jobs: Vec<Job> = editions
        .iter()
        .map(|&edition| Job {
            fault: None,
            edition,
        })
        .collect();
    for &fault in faults {
        let (since, until) = (fault.since(), fault.until());
        let mut own = editions.iter().copied().filter(|edition| {
            let date = edition.date();
            since.is_none_or(|since| since <= date) && until.is_none_or(|until| date < until)
        });
        let first = own.next();
        let last = own.next_back();
        jobs.extend(last.into_iter().chain(first).map(|edition| Job {
            fault: Some(fault),
            edition,
        }));
    }
    jobs
}

/// Runs all jobs, `workers` at a time, and tells after each what it was and what came out.
///
/// Every run is whole, so that *also by others* is complete too.
///
/// # Panics
/// When a job names an edition that no sitting has.
pub fn prove(
    sittings: &[Sitting],
    jobs: &[Job],
    workers: usize,
    tell: &(dyn Fn(Job, &Run) + Sync),
) -> Proof {
    let begun = Instant::now();
    let next = AtomicUsize::new(0);
    let runs: Mutex<Vec<Option<fold::Told>>> = Mutex::new(vec![None; jobs.len()]);
    std::thread::scope(|scope| {
        for _ in 0..workers.clamp(1, jobs.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(&job) = jobs.get(place) else {
                        break;
                    };
                    let sitting = sittings
                        .iter()
                        .find(|one| one.edition == job.edition)
                        .expect("every edition has its sitting");
                    let run = sitting.against(job.edition, job.fault.into_iter().collect());
                    tell(job, &run);
                    let told = fold::told(&run);
                    let mut runs = runs.lock().unwrap_or_else(PoisonError::into_inner);
                    runs[place] = Some(told);
                }
            });
        }
    });
    let runs = runs.into_inner().unwrap_or_else(PoisonError::into_inner);
    let done = jobs.iter().copied().zip(runs.into_iter().flatten());
    let mut proof = fold::proof(sittings, done);
    proof.elapsed_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    proof
}

/// Whether one of those that must notice a fault did.
pub fn caught(fault: Fault, run: &Run) -> bool {
    run.findings().iter().any(|group| {
        let name = fold::name(&group.finding.promise);
        fault.caught_by().contains(&name.as_str())
    })
}
