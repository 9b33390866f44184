//! Drives one procedure to its end: the only place that sends and waits.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::mpsc::Sender;

use super::judge::Judge;
use super::run::{HOPELESS, Shared};
use crate::http::{Credentials, Exchange, TransportErrorKind};
use crate::procedure::{Answer, Outcome, Procedure, Purpose, Step};
use crate::transport::Transport;
use crate::verdict::Event;

/// Drives `procedure`, telling each exchange. It ends early when the run stops.
pub(super) async fn drive(
    mut procedure: Box<dyn Procedure>,
    transport: &dyn Transport,
    judge: &Judge,
    shared: &Shared,
    events: &Sender<Event>,
) {
    let sequence: Arc<str> = procedure.id().into();
    let mut next = 0;
    let mut answers = Vec::new();
    let finished = loop {
        if let Some(why) = shared.stopped() {
            break finished(&sequence, Outcome::default(), Some(why));
        }
        match procedure.step(std::mem::take(&mut answers)) {
            Step::Done(mut outcome) => {
                judge.locate(&mut outcome);
                break finished(&sequence, outcome, None);
            }
            Step::Wait(time) => {
                tokio::select! {
                    () = tokio::time::sleep(time) => {}
                    () = shared.stopping() => {}
                }
            }
            Step::Send(requests) => {
                let sent: Vec<_> = requests
                    .into_iter()
                    .map(|outgoing| {
                        let ordinal = next;
                        next += 1;
                        let sending = transport.send(outgoing.request);
                        async move {
                            let exchange = Arc::new(sending.await);
                            shared.count(&exchange, &outgoing.purpose);
                            (ordinal, outgoing.operation, outgoing.purpose, exchange)
                        }
                    })
                    .collect();
                let received = tokio::select! {
                    received = futures_util::future::join_all(sent) => received,
                    () = shared.stopping() => continue,
                };
                for (ordinal, operation, purpose, exchange) in received {
                    let event = judge.event(&sequence, ordinal, operation, &purpose, &exchange);
                    if events.send(event).await.is_err() {
                        return;
                    }
                    answers.push(Answer { ordinal, exchange });
                }
            }
        }
    };
    // The receiver is gone only when the run is over.
    let _ = events.send(finished).await;
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
        match exchange.outcome.as_ref().map_err(|error| &error.kind) {
            Err(TransportErrorKind::Connect) => {
                let message = || exchange.outcome.as_ref().err().map(ToString::to_string);
                self.first_refusal
                    .get_or_init(|| message().unwrap_or_default());
                let failed = self.refused.fetch_add(1, Ordering::Relaxed) + 1;
                if failed >= HOPELESS && self.answered.load(Ordering::Relaxed) == 0 {
                    self.stop(super::Stop::Unreachable);
                }
            }
            Err(TransportErrorKind::Unsendable) => {}
            _ => {
                self.answered.fetch_add(1, Ordering::Relaxed);
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
