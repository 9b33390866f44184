//! What agents report about the messages that mention them.

use super::{Answer, Call, Operation};
use crate::reference::domain::{DeliveryStatus, Progress, Refusal, World};
use crate::reference::reading::{Field, Shape, Text};
use crate::reference::views::ProgressView;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::post(
        "markAgentMessageProcessing",
        "/api/v1/agent/chats/{chat_id}/messages/{id}/processing",
        processing,
    ),
    Operation::post(
        "markAgentMessageProcessed",
        "/api/v1/agent/chats/{chat_id}/messages/{id}/processed",
        processed,
    ),
    Operation::post(
        "markAgentMessageFailed",
        "/api/v1/agent/chats/{chat_id}/messages/{id}/failed",
        failed,
    )
    .body(&FAILED),
];

const FAILED: Shape = Shape::Closed(&[Field::required("error", Text::between(1, usize::MAX))]);

fn report(
    world: &mut World,
    call: &Call,
    progress: Progress<'_>,
    status: DeliveryStatus,
) -> Result<Answer, Refusal> {
    let (room, message) = (call.chat_id()?, call.id()?);
    let attempt = world.progress(call.who(), room, message, progress)?;
    Ok(Answer::ok(ProgressView::of(message, status, attempt)))
}

fn processing(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    report(
        world,
        call,
        Progress::Processing,
        DeliveryStatus::Processing,
    )
}

fn processed(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    report(world, call, Progress::Processed, DeliveryStatus::Processed)
}

fn failed(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let error = call.document().text("error");
    report(world, call, Progress::Failed(error), DeliveryStatus::Failed)
}
