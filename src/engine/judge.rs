//! From an exchange to its event: what checks and rules say, located and written down.

use std::borrow::Cow;
use std::sync::Arc;

use super::Locator;
use crate::api::Api;
use crate::broken::Broken;
use crate::checks::{self, Judgement, Subject};
use crate::http::Exchange;
use crate::procedure::{Outcome, Purpose};
use crate::rules::{Judged, Observed, Rules};
use crate::schema::Schemas;
use crate::verdict::{Event, ExchangeEvent, ExchangeRef, Finding, Promise, Recorder};

/// Everything that judging needs.
pub(super) struct Judge {
    pub(super) api: Arc<Api>,
    pub(super) schemas: Arc<Schemas>,
    pub(super) locator: Locator,
    pub(super) recorder: Recorder,
    /// The ids of the operations, shared by all events.
    pub(super) operations: Vec<Arc<str>>,
    /// The requirements that every exchange is judged by.
    pub(super) rules: Arc<Rules>,
    /// The ids of all requirements; what the rules say refers to them by index.
    pub(super) requirements: Vec<Arc<str>>,
    /// By operation: whether a conforming request must succeed.
    pub(super) complete: Vec<bool>,
}

impl Judge {
    /// Says for each finding on a requirement where the description has its operation, and
    /// takes known secrets out of it.
    pub(super) fn locate(&self, outcome: &mut Outcome) {
        for finding in outcome
            .decisions
            .iter_mut()
            .flat_map(|decision| &mut decision.findings)
        {
            for text in [
                &mut finding.title,
                &mut finding.expected,
                &mut finding.actual,
            ] {
                if let Cow::Owned(redacted) = self.recorder.redact(text) {
                    *text = redacted;
                }
            }
            let operation = finding
                .operation
                .as_deref()
                .and_then(|id| self.api.find(id));
            if let (None, Some(index)) = (&finding.location, operation) {
                finding.location = self.locator.locate(&self.api.operations[index].place);
            }
        }
    }

    /// Judges an exchange and writes it down.
    pub(super) fn event(
        &self,
        sequence: &Arc<str>,
        ordinal: u32,
        operation: Option<usize>,
        purpose: &Purpose,
        exchange: &Exchange,
    ) -> Event {
        let case = match purpose {
            Purpose::Case { case, .. } => Some(case),
            _ => None,
        };
        let mut event = ExchangeEvent {
            id: ExchangeRef {
                sequence: Arc::clone(sequence),
                ordinal,
            },
            purpose: purpose.name(),
            operation: operation.map(|index| Arc::clone(&self.operations[index])),
            case: case.map(|case| Arc::clone(&case.id)),
            record: self.recorder.record(exchange),
            passed: Vec::with_capacity(checks::ALL.len()),
            undecided: Vec::new(),
            kept: Vec::new(),
            open: Vec::new(),
            errors: Vec::new(),
            findings: Vec::new(),
        };
        let Some(index) = operation else {
            return Event::Exchange(Box::new(event));
        };
        let subject = Subject::new(
            &self.api,
            &self.schemas,
            &self.api.operations[index],
            purpose,
            exchange,
            self.complete[index],
        );
        for (check, judgement) in checks::judge(&subject) {
            match judgement {
                Judgement::Silent => {}
                Judgement::Pass => event.passed.push(check),
                Judgement::Undecided(reason) => event.undecided.push((check, reason)),
                Judgement::Fail(all) => {
                    let promise = Promise::check(checks::ALL[check].id, &self.operations[index]);
                    self.found(&mut event, &promise, all);
                }
            }
        }
        self.by_rules(index, purpose, exchange, &mut event);
        Event::Exchange(Box::new(event))
    }

    /// Adds what the requirements say that every exchange is judged by.
    fn by_rules(
        &self,
        operation: usize,
        purpose: &Purpose,
        exchange: &Exchange,
        event: &mut ExchangeEvent,
    ) {
        let observed = Observed {
            api: &self.api,
            schemas: &self.schemas,
            operation,
            purpose,
            exchange,
        };
        for (requirement, judged) in self.rules.judge(&observed) {
            let reason = |text: &str| (requirement, self.recorder.redact(text).into_owned());
            match judged {
                Judged::Kept => event.kept.push(requirement),
                Judged::Undecided(why) => event.open.push(reason(&why)),
                Judged::Error(why) => event.errors.push(reason(&why)),
                Judged::Broken(all) => {
                    let promise = Promise::Requirement {
                        id: Arc::clone(&self.requirements[requirement]),
                    };
                    let place = &self.api.operations[operation].place;
                    let all = all.into_iter().map(|mut broken| {
                        broken.place.get_or_insert_with(|| place.clone());
                        broken
                    });
                    self.found(event, &promise, all);
                }
            }
        }
    }

    /// Writes down what is wrong with an exchange.
    fn found(
        &self,
        event: &mut ExchangeEvent,
        promise: &Promise,
        all: impl IntoIterator<Item = Broken>,
    ) {
        for broken in all {
            event.findings.push(Finding {
                promise: promise.clone(),
                operation: event.operation.as_ref().map(ToString::to_string),
                title: self.recorder.redact(&broken.title).into_owned(),
                cause: broken.cause,
                expected: self.recorder.redact(&broken.expected).into_owned(),
                actual: self.recorder.redact(&broken.actual).into_owned(),
                location: broken.place.and_then(|place| self.locator.locate(&place)),
                exchange: Some(event.id.clone()),
                case: event.case.as_ref().map(ToString::to_string),
            });
        }
    }
}
