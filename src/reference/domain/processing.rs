//! How far an agent is with the messages that mention it.

use serde::Serialize;
use uuid::Uuid;

use super::chats::Room;
use super::messages::Message;
use super::moment::Moment;
use super::refusal::{Reason, Refusal};
use super::word::words;
use super::{Caller, Page, Paging, World};
use crate::reference::faults::{Fault, FaultSet};

words! {
    /// The state of one delivery.
    DeliveryStatus {
        Delivered = "delivered",
        Processing = "processing",
        Processed = "processed",
        Failed = "failed",
    }
}

words! {
    /// Which deliveries a list asks for.
    StatusQuery {
        Pending = "pending",
        Failed = "failed",
        Processing = "processing",
        Processed = "processed",
        All = "all",
    }
}

words! {
    /// The state of one attempt.
    AttemptStatus { Processing = "processing", Success = "success", Failed = "failed" }
}

/// A message on its way to one agent.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Delivery {
    pub(crate) status: DeliveryStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) current_attempt: Option<u64>,
    pub(crate) attempts: Vec<Attempt>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) processed_at: Option<Moment>,
}

/// One attempt to process a message.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Attempt {
    #[serde(rename = "attempt_number")]
    number: u64,
    status: AttemptStatus,
    started_at: Moment,
    completed_at: Option<Moment>,
    error: Option<String>,
}

/// What an agent reports about a message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Progress<'a> {
    /// It begins.
    Processing,
    /// It is done.
    Processed,
    /// It failed, for a reason.
    Failed(&'a str),
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            status: DeliveryStatus::Delivered,
            current_attempt: None,
            attempts: Vec::new(),
            processed_at: None,
        }
    }
}

impl Delivery {
    fn advance(
        &mut self,
        progress: Progress<'_>,
        now: Moment,
        faults: FaultSet,
    ) -> Result<u64, Refusal> {
        let (status, outcome, error) = match progress {
            Progress::Processing => return Ok(self.begin(now, faults)),
            Progress::Processed => (DeliveryStatus::Processed, AttemptStatus::Success, None),
            Progress::Failed(error) => (
                DeliveryStatus::Failed,
                AttemptStatus::Failed,
                Some(error.to_owned()),
            ),
        };
        if self.status != DeliveryStatus::Processing
            && faults.has(Fault::PROCESSED_WITHOUT_ATTEMPT)
            && status == DeliveryStatus::Processed
        {
            self.begin(now, faults);
        }
        if self.status != DeliveryStatus::Processing {
            if status == DeliveryStatus::Processed && faults.has(Fault::REPORT_REFUSED_BUT_NOTED) {
                self.status = status;
            }
            return Err(Refusal::at(
                if faults.has(Fault::REPORT_WITHOUT_ATTEMPT_ANSWERS_409) {
                    Reason::Conflict
                } else {
                    Reason::Invalid
                },
                "/id",
                "The message has no active processing attempt.",
            ));
        }
        let attempt = self.attempts.last_mut();
        let attempt = attempt.expect("a delivery in processing has an attempt");
        attempt.status = outcome;
        attempt.completed_at = Some(now);
        attempt.error = error;
        let again = faults.has(Fault::FAILED_MESSAGE_PENDING_AGAIN);
        self.status = match status {
            DeliveryStatus::Failed if again => DeliveryStatus::Delivered,
            status => status,
        };
        if status == DeliveryStatus::Processed {
            self.processed_at = Some(now);
        }
        Ok(attempt.number)
    }

    fn begin(&mut self, now: Moment, faults: FaultSet) -> u64 {
        let first = u64::from(!faults.has(Fault::ATTEMPTS_FROM_ZERO));
        let number = self.attempts.len() as u64 + first;
        self.attempts.push(Attempt {
            number,
            status: AttemptStatus::Processing,
            started_at: now,
            completed_at: None,
            error: None,
        });
        self.status = DeliveryStatus::Processing;
        self.current_attempt = Some(number);
        self.processed_at = None;
        number
    }
}

impl Message {
    fn delivery(&self, agent: Uuid) -> Option<&Delivery> {
        let mut deliveries = self.deliveries.iter();
        deliveries.find(|(id, _)| *id == agent).map(|(_, one)| one)
    }
}

impl World {
    /// The messages that mention an agent, oldest first; without a status those that
    /// are not processed.
    pub(crate) fn deliveries(
        &self,
        caller: Caller,
        room: Uuid,
        query: Option<StatusQuery>,
        paging: Paging,
    ) -> Result<Page<&Message>, Refusal> {
        let room = self.room(caller, room)?;
        let Some(desk) = room.desks.get(&caller.id) else {
            return Ok(paging.of_known([].iter()));
        };
        let message = |place: &usize| &room.messages[*place];
        let status = |one: &&Message| one.delivery(caller.id).map(|delivery| delivery.status);
        let waiting = desk.waiting.iter().map(message);
        let mentioned = desk.mentioned.iter().map(message);
        Ok(match query {
            None => paging.of_known(waiting),
            Some(StatusQuery::All) if self.has(Fault::UNMENTIONED_MESSAGES_LISTED) => {
                paging.of_known(room.messages.iter())
            }
            Some(StatusQuery::All) => paging.of_known(mentioned),
            Some(StatusQuery::Pending) => {
                paging.of(waiting.filter(|one| status(one) != Some(DeliveryStatus::Processing)))
            }
            Some(StatusQuery::Processing) => {
                paging.of(waiting.filter(|one| status(one) == Some(DeliveryStatus::Processing)))
            }
            Some(StatusQuery::Failed) => {
                paging.of(waiting.filter(|one| status(one) == Some(DeliveryStatus::Failed)))
            }
            Some(StatusQuery::Processed) => {
                paging.of(mentioned.filter(|one| status(one) == Some(DeliveryStatus::Processed)))
            }
        })
    }

    /// The oldest message that waits for an agent.
    pub(crate) fn next_delivery(
        &self,
        caller: Caller,
        room: Uuid,
    ) -> Result<Option<&Message>, Refusal> {
        let room = self.room(caller, room)?;
        let first = room
            .desks
            .get(&caller.id)
            .and_then(|desk| desk.waiting.first());
        if first.is_none() && self.has(Fault::NOTHING_NEXT_CRASHES) {
            return Err(Refusal::new(Reason::Broken, "Internal server error."));
        }
        Ok(first.map(|place| &room.messages[*place]))
    }

    /// Notes what an agent reports about a message, and answers the number of the attempt.
    pub(crate) fn progress(
        &mut self,
        caller: Caller,
        room: Uuid,
        message: Uuid,
        progress: Progress<'_>,
    ) -> Result<u64, Refusal> {
        let delivery = self.room(caller, room)?.message(message);
        let delivery = delivery.and_then(|message| message.delivery(caller.id));
        delivery.ok_or_else(Refusal::not_found)?;
        let (now, faults) = (self.now(), self.faults);
        let place = self.rooms.get_mut(&room).expect("it was found above");
        let number = place.advance(caller.id, message, progress, now, faults)?;
        self.note_execution(caller.id, room);
        Ok(number)
    }

    /// Removes the deliveries to a deleted agent.
    pub(super) fn forget_deliveries(&mut self, room: Uuid, agent: Uuid) {
        if let Some(room) = self.rooms.get_mut(&room) {
            for message in &mut room.messages {
                message.deliveries.retain(|(id, _)| *id != agent);
            }
        }
    }
}

impl Room {
    fn advance(
        &mut self,
        agent: Uuid,
        message: Uuid,
        progress: Progress<'_>,
        now: Moment,
        faults: FaultSet,
    ) -> Result<u64, Refusal> {
        let place = self.positions[&message];
        let message = &mut self.messages[place];
        let delivery = message.deliveries.iter_mut().find(|(id, _)| *id == agent);
        let (_, delivery) = delivery.ok_or_else(Refusal::not_found)?;
        let number = delivery.advance(progress, now, faults);
        if number.is_err() && !faults.has(Fault::REPORT_REFUSED_BUT_NOTED) {
            return number;
        }
        let processed = delivery.status == DeliveryStatus::Processed;
        message.updated_at = now;
        let desk = self.desks.entry(agent).or_default();
        if processed {
            if faults.has(Fault::PROCESSED_MESSAGE_FORGOTTEN) {
                desk.mentioned.retain(|other| *other != place);
            }
            if !faults.has(Fault::PROCESSED_MESSAGE_HANDED_OUT_AGAIN) {
                desk.waiting.remove(&place);
            }
        } else {
            desk.waiting.insert(place);
        }
        number
    }
}
