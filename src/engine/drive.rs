//! Drives one procedure to its end: the only place that sends and waits.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc::Sender;
use tokio::task::JoinHandle;

use super::judge::Judge;
use super::run::{GONE, HOPELESS, Pause, Shared};
use crate::http::{Credentials, Exchange, TransportError, TransportErrorKind};
use crate::procedure::{Answer, Outcome, Outgoing, Procedure, Purpose, Step};
use crate::transport::Transport;
use crate::verdict::Event;

/// How long a run that is stopped waits for what is under way.
const GRACE: Duration = Duration::from_secs(2);

/// What sending and judging one request needs besides the request.
#[derive(Clone)]
pub(super) struct Way {
    pub(super) transport: Arc<dyn Transport>,
    pub(super) judge: Arc<Judge>,
    pub(super) shared: Arc<Shared>,
}

/// Drives `procedure`, telling each exchange; those that were sent together are told
/// together, in the order of sending. When the run is stopped, it only
/// removes what it has made.
pub(super) async fn drive(
    mut procedure: Box<dyn Procedure>,
    way: &Way,
    events: &Sender<Vec<Event>>,
) {
    let sequence: Arc<str> = procedure.id().into();
    let mut next = 0;
    let mut answers = Vec::new();
    let finished = loop {
        let stopped = way.shared.stopped();
        if let Some(why) = &stopped
            && (next == 0 || !way.shared.may_clean_up())
        {
            break finished(&sequence, Outcome::default(), Some(why.clone()));
        }
        match procedure.step(std::mem::take(&mut answers)) {
            Step::Done(mut outcome) => {
                if stopped.is_some() {
                    // What it says of requests that were not sent is worth nothing.
                    outcome.decisions.clear();
                    outcome.unsent.clear();
                }
                way.judge.locate(&mut outcome);
                if let (Some(matrix), None) = (outcome.matrix.take(), &stopped) {
                    let told = vec![Event::Matrix(Box::new(matrix))];
                    if events.send(told).await.is_err() {
                        return;
                    }
                }
                break finished(&sequence, outcome, stopped);
            }
            Step::Wait(time) => match &way.shared.pause {
                Pause::Skip(advance) => advance(time),
                Pause::Sleep => {
                    tokio::select! {
                        () = tokio::time::sleep(time) => {}
                        () = way.shared.stopping() => {}
                    }
                }
            },
            // A procedure of a run that was stopped comes to its end without sending, but
            // for what removes the things that it has made.
            Step::Send(requests)
                if stopped.is_some()
                    && !requests
                        .iter()
                        .all(|one| matches!(one.purpose, Purpose::Cleanup)) =>
            {
                answers = requests
                    .into_iter()
                    .map(|one| withheld(one, next))
                    .collect();
            }
            Step::Send(requests) => {
                let first = next;
                next += u32::try_from(requests.len()).unwrap_or(u32::MAX);
                let mut sending = std::pin::pin!(way.send_all(&sequence, first, requests));
                let received = tokio::select! {
                    received = &mut sending => received,
                    () = way.shared.stopping(), if stopped.is_none() => {
                        // What is under way may still arrive, and what was received is told.
                        let Ok(received) = tokio::time::timeout(GRACE, sending).await else {
                            let why = way.shared.stopped();
                            break finished(&sequence, Outcome::default(), why);
                        };
                        received
                    }
                };
                let mut told = Vec::with_capacity(received.len());
                for (event, answer) in received {
                    told.push(event);
                    answers.push(answer);
                }
                if events.send(told).await.is_err() {
                    return;
                }
            }
        }
    };
    // The receiver is gone only when the run is over.
    let _ = events.send(vec![finished]).await;
}

/// Larger bodies of cases are dropped once they are judged and written down, in bytes: a batch
/// waits for its last answer, and must not hold the bodies of all others until then.
const HELD: usize = 64 << 10;

/// The exchange as a sequence needs it: the status decides what comes next, and what a
/// request created is described in few bytes.
fn without_large_body(exchange: Exchange) -> Exchange {
    if exchange
        .response()
        .is_none_or(|response| response.body.len() <= HELD)
    {
        return exchange;
    }
    let Exchange {
        request,
        outcome,
        elapsed,
        ..
    } = exchange;
    let outcome = outcome.map(|mut response| {
        response.body = Bytes::new();
        response.truncated = true;
        response
    });
    Exchange::new(request, outcome, elapsed)
}

/// What a procedure gets for a request that is not sent any more.
fn withheld(outgoing: Outgoing, ordinal: u32) -> Answer {
    let error = TransportError {
        kind: TransportErrorKind::Unsendable,
        message: "the run was stopped".to_owned(),
    };
    let exchange = Exchange::new(outgoing.request, Err(error), Duration::ZERO);
    Answer {
        ordinal,
        exchange: Arc::new(exchange),
    }
}

impl Way {
    /// Sends all at the same time, numbered from `first`. Each is judged as soon as its
    /// answer is there, while others are still under way.
    async fn send_all(
        &self,
        sequence: &Arc<str>,
        first: u32,
        requests: Vec<Outgoing>,
    ) -> Vec<(Event, Answer)> {
        if requests.len() <= 1 {
            let mut all = Vec::new();
            for outgoing in requests {
                all.push(self.send(sequence, first, outgoing).await);
            }
            return all;
        }
        // Tasks of their own run where their connections do: a single task for all of them
        // would be woken across threads for each answer.
        let mut tasks = Tasks(
            (first..)
                .zip(requests)
                .map(|(ordinal, outgoing)| {
                    let (way, sequence) = (self.clone(), Arc::clone(sequence));
                    tokio::spawn(async move { way.send(&sequence, ordinal, outgoing).await })
                })
                .collect(),
        );
        let mut all = Vec::with_capacity(tasks.0.len());
        for task in &mut tasks.0 {
            match task.await {
                Ok(one) => all.push(one),
                // Nobody else aborts them.
                Err(error) => std::panic::resume_unwind(error.into_panic()),
            }
        }
        all
    }

    async fn send(&self, sequence: &Arc<str>, ordinal: u32, outgoing: Outgoing) -> (Event, Answer) {
        let mut exchange = self.transport.send(outgoing.request).await;
        self.shared.count(&exchange, &outgoing.purpose);
        let event = self.judge.event(
            sequence,
            ordinal,
            outgoing.operation,
            &outgoing.purpose,
            &exchange,
        );
        if matches!(outgoing.purpose, Purpose::Case { .. }) {
            exchange = without_large_body(exchange);
        }
        let exchange = Arc::new(exchange);
        (event, Answer { ordinal, exchange })
    }
}

/// Tasks that end when nobody waits for them any more.
struct Tasks<T>(Vec<JoinHandle<T>>);

impl<T> Drop for Tasks<T> {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

fn finished(sequence: &Arc<str>, outcome: Outcome, cut: Option<String>) -> Event {
    Event::SequenceFinished {
        sequence: Arc::clone(sequence),
        decisions: outcome.decisions,
        left: outcome.left,
        unsent: outcome
            .unsent
            .into_iter()
            .map(|(case, reason)| (Arc::clone(&case.id), reason))
            .collect(),
        cut,
    }
}

impl Shared {
    fn count(&self, exchange: &Exchange, purpose: &Purpose) {
        match &exchange.outcome {
            Err(error) if error.kind == TransportErrorKind::Unsendable => {}
            Err(error) => {
                self.first_refusal.get_or_init(|| error.to_string());
                let in_a_row = self.in_a_row.fetch_add(1, Ordering::Relaxed) + 1;
                let answered = self.answered.load(Ordering::Relaxed);
                let refused = error.kind == TransportErrorKind::Connect;
                if refused && answered == 0 && in_a_row >= HOPELESS || in_a_row >= GONE {
                    self.stop(super::Stop::Unreachable);
                }
            }
            Ok(_) => {
                self.answered.fetch_add(1, Ordering::Relaxed);
                self.in_a_row.store(0, Ordering::Relaxed);
            }
        }
        let conforming = matches!(purpose, Purpose::Case { case, .. } if case.is_conforming());
        if conforming && matches!(exchange.request.credentials, Credentials::Identity(_)) {
            let counter = match exchange.status() {
                401 => &self.unknown_caller,
                _ => &self.known_caller,
            };
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }
}
