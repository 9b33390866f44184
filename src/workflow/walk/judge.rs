//! Whether a step has succeeded.

use super::{Broken, Done, End, Frame, Seen, Walk};
use crate::workflow::criterion::Holds;
use crate::workflow::document::Step;

/// A criterion that does not hold.
struct Miss {
    /// What was expected, as it is written.
    expected: String,
    /// The same with the numbers of the inputs.
    told: String,
    /// What was there.
    actual: String,
}

impl Miss {
    fn plain(expected: String, actual: String) -> Self {
        Self {
            told: expected.clone(),
            expected,
            actual,
        }
    }
}

impl Walk {
    /// Whether the step has succeeded.
    pub(super) fn judge(
        &mut self,
        frame: &Frame<'_>,
        step: &Step,
        setup: bool,
        seen: &Seen,
    ) -> Done {
        let name = format!("the step {} of {}", step.id, frame.workflow.id);
        let mut said = name.clone();
        if let Some((answer, _)) = &seen.answer {
            if let Err(error) = &answer.outcome {
                return Done::Failed(End::Undecided(format!("{name} had no answer: {error}")));
            }
            let operation = self.last.map_or(String::new(), |(_, index)| {
                self.kitchen.api().operations[index].id.clone()
            });
            said = format!("{name}: {operation} answered {}", answer.status());
        }
        let broken = match self.broken(frame, step, seen) {
            Ok(broken) => broken,
            Err(why) => return Done::Stuck(format!("{name}: {why}")),
        };
        let Some(Miss {
            expected,
            told,
            actual,
        }) = broken
        else {
            if !setup && let Some((answer, _)) = &seen.answer {
                self.evidence.push(answer.ordinal);
            }
            return Done::Passed;
        };
        if setup {
            return Done::Failed(End::Undecided(format!(
                "set-up {}, expected {told}",
                said.strip_prefix("the ").unwrap_or(&said)
            )));
        }
        let shows = seen.answer.as_ref().map(|(answer, _)| answer.ordinal);
        Done::Failed(End::Failed(Box::new(Broken {
            title: format!("{said}, expected {told}"),
            cause: format!("{}/{} {expected}", frame.workflow.id, step.id),
            expected,
            actual,
            exchange: shows.or(self.last.map(|(ordinal, _)| ordinal)),
            operation: self.last.map(|(_, index)| index),
        })))
    }

    /// The first criterion that does not hold.
    fn broken(&self, frame: &Frame<'_>, step: &Step, seen: &Seen) -> Result<Option<Miss>, String> {
        let exchange = seen.answer.as_ref().map(|(answer, _)| answer);
        if let (Some(timeout), Some(answer)) = (step.timeout, exchange)
            && answer.elapsed > timeout
        {
            return Ok(Some(Miss::plain(
                format!("an answer within {} ms", timeout.as_millis()),
                "an answer after that time".to_owned(),
            )));
        }
        if let (Some(answer), true) = (exchange, step.criteria.is_empty()) {
            let (expected, actual) = (
                "a status of 2xx".to_owned(),
                format!("the status {}", answer.status()),
            );
            return Ok((!answer.is_success()).then(|| Miss::plain(expected, actual)));
        }
        let known = |name: &str, output: &str| self.resource(&frame.unique, name, output);
        let scope = self.scope(frame, seen, &known);
        for criterion in &step.criteria {
            let lookup = |expression: &_| scope.value(expression);
            match criterion.judge(&lookup) {
                Holds::Yes => {}
                Holds::No(actual) => {
                    return Ok(Some(Miss {
                        expected: criterion.expected.clone(),
                        told: criterion.told(&lookup),
                        actual,
                    }));
                }
                Holds::Unclear(why) => return Err(why),
            }
        }
        Ok(None)
    }
}
