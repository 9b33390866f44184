//! What follows a step: its actions.

use std::time::Duration;

use http::header;

use super::{Done, End, Frame, Seen, Walk};
use crate::workflow::LONGEST_WAIT;
use crate::workflow::criterion::{Criterion, Holds};
use crate::workflow::document::{Action, Does, Label};
use crate::workflow::scope::Values;

/// Time that one run may wait in all.
const MOST_WAITING: Duration = Duration::from_secs(300);

/// Where a workflow goes on.
pub(super) enum Flow {
    Next,
    To(usize),
    End,
    /// One-way to another workflow with these inputs.
    Leave(usize, Values),
    Stop(End),
}

impl Walk {
    /// Whether all criteria of an action hold.
    fn applies(&self, frame: &Frame<'_>, seen: &Seen, criteria: &[Criterion]) -> bool {
        let known = |name: &str, output: &str| self.resource(&frame.unique, name, output);
        let scope = self.scope(frame, seen, &known);
        criteria
            .iter()
            .all(|one| one.judge(&|expression| scope.value(expression)) == Holds::Yes)
    }

    fn goto(&self, frame: &Frame<'_>, seen: &Seen, label: &Label) -> Flow {
        match label {
            Label::Step(id) => match frame.workflow.steps.iter().position(|one| one.id == *id) {
                Some(at) => Flow::To(at),
                None => Flow::Stop(End::Undecided(format!("there is no step {id}"))),
            },
            Label::Workflow(id, parameters) => match self.inputs_for(frame, seen, id, parameters) {
                Ok((index, inputs)) => Flow::Leave(index, inputs),
                Err(why) => Flow::Stop(End::Undecided(why)),
            },
        }
    }

    /// What follows a success: the first action whose criteria hold, else the next step.
    pub(super) fn success(&self, frame: &mut Frame<'_>, at: usize, seen: &Seen) -> Flow {
        frame.retries.retain(|(step, _), _| *step != at);
        let action = frame.workflow.steps[at]
            .on_success
            .iter()
            .find(|action| self.applies(frame, seen, &action.criteria));
        match action.map(|action| &action.does) {
            None | Some(Does::Retry { .. }) => Flow::Next,
            Some(Does::End) => Flow::End,
            Some(Does::Goto(label)) => self.goto(frame, seen, label),
        }
    }

    /// What follows a failure: the first action whose criteria hold and that has not used up
    /// its retries.
    pub(super) async fn failure(
        &mut self,
        frame: &mut Frame<'_>,
        at: usize,
        seen: &Seen,
        end: End,
    ) -> Flow {
        let actions: &[Action] = &frame.workflow.steps[at].on_failure;
        for (number, action) in actions.iter().enumerate() {
            if !self.applies(frame, seen, &action.criteria) {
                continue;
            }
            match &action.does {
                Does::End => return Flow::Stop(end),
                Does::Goto(label) => return self.goto(frame, seen, label),
                Does::Retry {
                    after,
                    limit,
                    first,
                } => {
                    let tried = frame.retries.entry((at, number)).or_default();
                    if *tried >= *limit {
                        continue;
                    }
                    *tried += 1;
                    if let Err(why) = self.wait(seen, *after).await {
                        return Flow::Stop(End::Undecided(format!(
                            "the step {} of {}: {why}",
                            frame.workflow.steps[at].id, frame.workflow.id
                        )));
                    }
                    if let Some(label) = first
                        && let Err(why) = self.before_retry(frame, seen, label).await
                    {
                        return Flow::Stop(End::Undecided(why));
                    }
                    return Flow::To(at);
                }
            }
        }
        Flow::Stop(end)
    }

    /// Runs what a retry names. Whether it succeeds does not matter: the retry tells.
    async fn before_retry(
        &mut self,
        frame: &mut Frame<'_>,
        seen: &Seen,
        label: &Label,
    ) -> Result<(), String> {
        match label {
            Label::Step(id) => {
                let workflow = frame.workflow;
                if let Some(step) = workflow.steps.iter().find(|one| one.id == *id)
                    && let (Done::Stuck(why), _) = Box::pin(self.step(frame, step, true)).await
                {
                    return Err(why);
                }
            }
            Label::Workflow(id, parameters) => {
                let (index, inputs) = self.inputs_for(frame, seen, id, parameters)?;
                Box::pin(self.workflow(index, inputs, true, frame.depth + 1)).await;
            }
        }
        Ok(())
    }

    /// Waits as long as the server asks for, else as long as the action says.
    async fn wait(&mut self, seen: &Seen, after: Duration) -> Result<(), String> {
        let asked = seen
            .answer
            .as_ref()
            .and_then(|(answer, _)| answer.response())
            .and_then(|response| response.headers.get(header::RETRY_AFTER))
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        let time = asked.unwrap_or(after);
        self.waited = self.waited.saturating_add(time);
        if time > LONGEST_WAIT || self.waited > MOST_WAITING {
            return Err(format!(
                "a retry would wait {} s; a workflow waits at most {} s at once and {} s in all",
                time.as_secs(),
                LONGEST_WAIT.as_secs(),
                MOST_WAITING.as_secs()
            ));
        }
        if !time.is_zero() {
            self.kitchen.script().clone().wait(time).await;
        }
        Ok(())
    }
}
