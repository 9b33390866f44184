//! Runs a plan: workers drive procedures side by side, one collector tells the events.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};

use super::drive::{Way, drive};
use super::judge::Judge;
use super::plan::Plan;
use super::{Bench, Locator};
use crate::procedure::Procedure;
use crate::transport::Transport;
use crate::verdict::{Ending, Event, Recorder, RunStarted};

/// Batches of events that may wait for the collector. A slow disk slows the run down instead
/// of filling the memory.
const QUEUE: usize = 64;

/// So many failures of one kind, without a single success, say that the target cannot be
/// tested.
pub(super) const HOPELESS: u64 = 5;

/// So many requests without an answer in a row, after others had one, say that the server
/// has gone.
pub(super) const GONE: u64 = 64;

/// Why a run stops before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The user interrupted it.
    Interrupted,
    /// Its time is over.
    OutOfTime,
    /// Nothing answers at the target.
    Unreachable,
}

/// How time passes when a procedure waits.
#[derive(Clone, Default)]
pub enum Pause {
    /// As it does.
    #[default]
    Sleep,
    /// At once: whoever tells the server its time is told to move it on.
    Skip(Arc<dyn Fn(Duration) + Send + Sync>),
}

/// How a plan is run.
pub struct RunOptions {
    /// How many procedures are driven at once.
    pub workers: usize,
    /// The longest that the run may take.
    pub budget: Option<Duration>,
    /// Secrets that no event may show.
    pub recorder: Recorder,
    /// Set to stop the run early.
    pub stop: watch::Sender<Option<Stop>>,
    /// How time passes.
    pub pause: Pause,
}

/// What all workers share.
pub(super) struct Shared {
    pub(super) answered: AtomicU64,
    /// Requests without an answer since the last one that had one.
    pub(super) in_a_row: AtomicU64,
    /// What the first connection that failed said.
    pub(super) first_refusal: OnceLock<String>,
    /// Conforming requests with credentials: those answered 401, and all others.
    pub(super) unknown_caller: AtomicU64,
    pub(super) known_caller: AtomicU64,
    stop: watch::Sender<Option<Stop>>,
    pub(super) pause: Pause,
    /// When the stop was first seen.
    stopped_at: OnceLock<Instant>,
}

/// How long a run that is stopped may remove what it has made.
const CLEAN_UP: Duration = Duration::from_secs(10);

impl Shared {
    /// Whether a run that was stopped still removes what it has made: not where nobody
    /// answers, and not for long.
    pub(super) fn may_clean_up(&self) -> bool {
        *self.stop.borrow() != Some(Stop::Unreachable)
            && self.stopped_at.get_or_init(Instant::now).elapsed() < CLEAN_UP
    }

    pub(super) fn stop(&self, why: Stop) {
        self.stop
            .send_if_modified(|stop| stop.is_none() && stop.replace(why).is_none());
    }

    pub(super) fn stopped(&self) -> Option<String> {
        self.stop.borrow().map(|stop| match stop {
            Stop::Interrupted => "interrupted".to_owned(),
            Stop::OutOfTime => "out of time".to_owned(),
            Stop::Unreachable => "the target cannot be reached".to_owned(),
        })
    }

    /// The ending of a run that nothing stopped: the target was tested, unless it refused the
    /// credentials every time.
    fn complete(&self) -> Ending {
        if let (0, Some(why)) = (
            self.answered.load(Ordering::Relaxed),
            self.first_refusal.get(),
        ) {
            return Ending::Unreachable(format!("no request was answered: {why}"));
        }
        let refused = self.unknown_caller.load(Ordering::Relaxed);
        if refused >= HOPELESS && self.known_caller.load(Ordering::Relaxed) == 0 {
            return Ending::Unreachable(format!(
                "the credentials were refused: all {refused} conforming requests that carried some were answered 401"
            ));
        }
        Ending::Complete
    }

    pub(super) async fn stopping(&self) {
        let mut receiver = self.stop.subscribe();
        // The sender lives as long as `self`.
        let _ = receiver.wait_for(Option::is_some).await;
    }
}

/// Runs `plan` and hands every event to `tell`, in order, from one place. `token` makes the
/// names of the resources of this run unique.
pub async fn run(
    bench: &Bench,
    plan: &Plan,
    started: RunStarted,
    transport: Arc<dyn Transport>,
    token: &Arc<str>,
    options: RunOptions,
    mut tell: impl FnMut(Event),
) {
    let begin = Instant::now();
    let operations: Vec<Arc<str>> = started
        .operations
        .iter()
        .map(|(id, _)| Arc::clone(id))
        .collect();
    let judge = Arc::new(Judge {
        api: Arc::clone(&bench.api),
        schemas: Arc::clone(&bench.schemas),
        locator: Locator::new(Arc::clone(&bench.api)),
        recorder: options.recorder,
        operations,
        rules: Arc::clone(&plan.rules),
        requirements: plan
            .requirements
            .iter()
            .map(|one| one.id.as_str().into())
            .collect(),
        complete: plan
            .plans
            .iter()
            .map(|one| bench.contract.complete && one.rules.is_empty())
            .collect(),
    });
    let shared = Arc::new(Shared {
        answered: AtomicU64::new(0),
        in_a_row: AtomicU64::new(0),
        first_refusal: OnceLock::new(),
        unknown_caller: AtomicU64::new(0),
        known_caller: AtomicU64::new(0),
        stop: options.stop,
        pause: options.pause,
        stopped_at: OnceLock::new(),
    });
    tell(Event::RunStarted(Box::new(started)));
    for event in &plan.decided {
        tell(event.clone());
    }
    let procedures: Vec<std::sync::Mutex<Option<Box<dyn Procedure>>>> = plan
        .procedures(bench, token)
        .into_iter()
        .map(|one| std::sync::Mutex::new(Some(one)))
        .collect();
    let procedures = Arc::new(procedures);
    let next = Arc::new(AtomicUsize::new(0));
    let (sender, mut receiver) = mpsc::channel(QUEUE);
    let way = Way {
        transport,
        judge,
        shared: Arc::clone(&shared),
    };
    let mut workers = Vec::new();
    for _ in 0..options.workers.max(1) {
        let procedures = Arc::clone(&procedures);
        let next = Arc::clone(&next);
        let way = way.clone();
        let sender = sender.clone();
        workers.push(tokio::spawn(async move {
            while let Some(slot) = procedures.get(next.fetch_add(1, Ordering::Relaxed)) {
                let procedure = slot
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner)
                    .take();
                if let Some(procedure) = procedure {
                    drive(procedure, &way, &sender).await;
                }
            }
        }));
    }
    drop(sender);
    let deadline = options.budget.map(|budget| begin + budget);
    loop {
        let events = tokio::select! {
            events = receiver.recv() => events,
            () = until(deadline), if deadline.is_some() && shared.stopped().is_none() => {
                shared.stop(Stop::OutOfTime);
                continue;
            }
        };
        match events {
            Some(events) => events.into_iter().for_each(&mut tell),
            None => break,
        }
    }
    for worker in workers {
        // A panic in a check or a procedure is a bug; hiding it would hide its promises.
        if let Err(error) = worker.await
            && let Ok(panic) = error.try_into_panic()
        {
            std::panic::resume_unwind(panic);
        }
    }
    let stopped = *shared.stop.borrow();
    let ending = match stopped {
        None => shared.complete(),
        Some(Stop::Interrupted) => Ending::Interrupted,
        Some(Stop::OutOfTime) => Ending::Budget("the time allowed is over".to_owned()),
        Some(Stop::Unreachable) => Ending::Unreachable(
            shared
                .first_refusal
                .get()
                .cloned()
                .unwrap_or_else(|| "no connection succeeded".to_owned()),
        ),
    };
    let elapsed_ms = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
    tell(Event::RunFinished { ending, elapsed_ms });
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}
