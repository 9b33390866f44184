//! Drives one procedure to its end: the only place that sends and waits.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::mpsc::Sender;

use super::judge::Judge;
use super::run::Shared;
use crate::http::TransportErrorKind;
use crate::procedure::{Answer, Outcome, Procedure, Step};
use crate::transport::Transport;
use crate::verdict::Event;

/// After so many connections in a row fail and none ever succeeded, the target counts as
/// unreachable.
const HOPELESS: u64 = 5;

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
            Step::Done(outcome) => break finished(&sequence, outcome, None),
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
                            shared.count(exchange.outcome.as_ref().err().map(|error| &error.kind));
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
    fn count(&self, error: Option<&TransportErrorKind>) {
        match error {
            Some(TransportErrorKind::Connect) => {
                let failed = self.refused.fetch_add(1, Ordering::Relaxed) + 1;
                if failed >= HOPELESS && self.answered.load(Ordering::Relaxed) == 0 {
                    self.stop(super::Stop::Unreachable);
                }
            }
            Some(TransportErrorKind::Unsendable) => {}
            _ => {
                self.answered.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}
