//! What decides the next request from the exchanges so far: a state machine without I/O.
//!
//! Sequences, probes and workflows are procedures. They never send anything themselves:
//! the engine does, so that sockets, the in-process server and replay run the same code.
//! [`Script`] lets a procedure be written as straight-line code: an `async` block is a
//! state machine already, and awaiting a script only hands requests to the engine.

use std::collections::BTreeMap;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::case::Case;
use crate::http::{Exchange, Request};
use crate::verdict::{Decision, Matrix};

/// Why a request is sent.
#[derive(Clone, Debug)]
pub enum Purpose {
    /// It is a case. `base_accepted` tells whether the case that this one was made from was
    /// answered with a 2xx; `None` when it was made from none.
    Case {
        /// The case.
        case: Arc<Case>,
        /// Whether its base was accepted.
        base_accepted: Option<bool>,
    },
    /// It creates what cases need.
    Setup,
    /// It removes what the run created.
    Cleanup,
    /// It belongs to a probe.
    Probe,
    /// It is a step of a workflow that decides something.
    Workflow,
}

impl Purpose {
    /// The word for it, as in the event log.
    pub fn name(&self) -> Arc<str> {
        // Shared, since every exchange carries one.
        static NAMES: LazyLock<[Arc<str>; 5]> = LazyLock::new(|| {
            [
                "case".into(),
                "setup".into(),
                "cleanup".into(),
                "probe".into(),
                "workflow".into(),
            ]
        });
        let index = match self {
            Self::Case { .. } => 0,
            Self::Setup => 1,
            Self::Cleanup => 2,
            Self::Probe => 3,
            Self::Workflow => 4,
        };
        Arc::clone(&NAMES[index])
    }
}

/// A request that a procedure wants sent.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The request.
    pub request: Request,
    /// The operation it addresses: index into [`crate::api::Api::operations`].
    pub operation: Option<usize>,
    /// Why.
    pub purpose: Purpose,
}

/// An exchange with its number in the sequence.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The number, from 0, in the order of sending.
    pub ordinal: u32,
    /// The exchange.
    pub exchange: Arc<Exchange>,
}

impl Deref for Answer {
    type Target = Exchange;

    fn deref(&self) -> &Exchange {
        &self.exchange
    }
}

/// What a procedure ends with.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Verdicts on requirements.
    pub decisions: Vec<Decision>,
    /// What was created and could not be removed, with the reason → how often.
    pub left: BTreeMap<String, u64>,
    /// Cases that were not sent, with the reason.
    pub unsent: Vec<(Arc<Case>, String)>,
    /// Who may do what with whose resource, as far as it was observed.
    pub matrix: Option<Matrix>,
}

/// What a procedure wants next.
#[derive(Debug)]
pub enum Step {
    /// Send these at the same time, and come back with their exchanges in this order.
    Send(Vec<Outgoing>),
    /// Come back after this time.
    Wait(Duration),
    /// It is over.
    Done(Outcome),
}

/// A state machine that decides what is sent next.
pub trait Procedure: Send {
    /// Stable and unique in the plan.
    fn id(&self) -> &str;

    /// The next step, given the answers to the last one: as many as were sent, none at the
    /// beginning and after a wait.
    fn step(&mut self, answers: Vec<Answer>) -> Step;
}

#[derive(Default)]
struct Mailbox {
    wanted: Option<Step>,
    answers: Option<Vec<Answer>>,
}

/// The engine as a [`Scripted`] procedure sees it.
#[derive(Clone)]
pub struct Script(Arc<Mutex<Mailbox>>);

impl Script {
    /// Sends all at the same time; the answers are in the same order.
    pub async fn send_all(&self, requests: Vec<Outgoing>) -> Vec<Answer> {
        self.ask(Step::Send(requests)).await
    }

    /// Sends one request.
    pub async fn send(&self, request: Outgoing) -> Answer {
        self.send_all(vec![request])
            .await
            .pop()
            .expect("the engine answers each request once")
    }

    /// Lets time pass.
    pub async fn wait(&self, time: Duration) {
        self.ask(Step::Wait(time)).await;
    }

    async fn ask(&self, step: Step) -> Vec<Answer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).wanted = Some(step);
        std::future::poll_fn(|_| {
            let mut mailbox = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match mailbox.answers.take() {
                Some(answers) if mailbox.wanted.is_none() => Poll::Ready(answers),
                _ => Poll::Pending,
            }
        })
        .await
    }
}

/// A procedure written as an `async` block over a [`Script`]. It is polled by the engine
/// alone and needs no runtime.
pub struct Scripted {
    id: String,
    mailbox: Arc<Mutex<Mailbox>>,
    future: Pin<Box<dyn Future<Output = Outcome> + Send>>,
}

impl Scripted {
    /// A procedure with this id that runs `body`.
    pub fn new<F>(id: impl Into<String>, body: impl FnOnce(Script) -> F) -> Self
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let mailbox = Arc::<Mutex<Mailbox>>::default();
        let future = Box::pin(body(Script(Arc::clone(&mailbox))));
        Self {
            id: id.into(),
            mailbox,
            future,
        }
    }
}

impl Procedure for Scripted {
    fn id(&self) -> &str {
        &self.id
    }

    fn step(&mut self, answers: Vec<Answer>) -> Step {
        self.mailbox
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .answers = Some(answers);
        let mut context = Context::from_waker(Waker::noop());
        match self.future.as_mut().poll(&mut context) {
            Poll::Ready(outcome) => Step::Done(outcome),
            Poll::Pending => self
                .mailbox
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .wanted
                .take()
                .expect("a script awaits nothing but the engine"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(target: &str) -> Outgoing {
        Outgoing {
            request: Request {
                target: target.to_owned(),
                ..Request::default()
            },
            operation: None,
            purpose: Purpose::Probe,
        }
    }

    #[test]
    fn a_script_is_a_state_machine() {
        let mut procedure = Scripted::new("demo", |script| async move {
            let first = script.send(request("/a")).await;
            script.wait(Duration::from_secs(1)).await;
            let both = script.send_all(vec![request("/b"), request("/c")]).await;
            Outcome {
                left: BTreeMap::from([(format!("{} then {}", first.ordinal, both.len()), 1)]),
                ..Outcome::default()
            }
        });
        let answer = |ordinal, request: Request| Answer {
            ordinal,
            exchange: Arc::new(Exchange::new(
                request,
                Ok(crate::http::Response::default()),
                Duration::ZERO,
            )),
        };
        let Step::Send(mut sent) = procedure.step(Vec::new()) else {
            panic!("sends first")
        };
        let first = answer(7, sent.remove(0).request);
        assert!(matches!(procedure.step(vec![first]), Step::Wait(_)));
        let Step::Send(sent) = procedure.step(Vec::new()) else {
            panic!("sends again")
        };
        assert_eq!(sent.len(), 2);
        let answers = sent.into_iter().map(|one| answer(8, one.request)).collect();
        let Step::Done(outcome) = procedure.step(answers) else {
            panic!("is done")
        };
        assert!(outcome.left.contains_key("7 then 2"));
    }
}
