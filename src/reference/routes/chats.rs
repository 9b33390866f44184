//! Chat rooms of both APIs.

use serde_json::Value;

use super::{Answer, Call, Operation};
use crate::reference::domain::{Reason, Refusal, World};
use crate::reference::faults::Fault;
use crate::reference::reading::{Field, PAGE, PAGE_SIZE, Shape};
use crate::reference::views::RoomView;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("listMyChats", "/api/v1/me/chats", list).query(&[PAGE, PAGE_SIZE]),
    Operation::post("createMyChatRoom", "/api/v1/me/chats", create).body(&CREATE),
    Operation::get("getMyChatRoom", "/api/v1/me/chats/{chat_id}", get),
    Operation::get("listAgentChats", "/api/v1/agent/chats", list).query(&[PAGE, PAGE_SIZE]),
    Operation::post("createAgentChat", "/api/v1/agent/chats", create).body(&CREATE),
    Operation::get("getAgentChat", "/api/v1/agent/chats/{chat_id}", get),
];

const CREATE: Shape = Shape::Closed(&[Field::required(
    "chat",
    Shape::Closed(&[Field::optional("task_id", Shape::Nullable(&Shape::Id))]),
)]);

fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let paging = call.query.paging();
    let page = world.rooms(call.who(), paging);
    Ok(Answer::page(paging, page, RoomView::of))
}

fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let task = call.document().inner("chat").maybe_id("task_id");
    let null = call
        .body
        .pointer("/chat/task_id")
        .is_some_and(Value::is_null);
    if null && world.has(Fault::NULL_TASK_CRASHES) {
        return Err(Refusal::new(Reason::Broken, "Internal server error."));
    }
    let id = world.create_room(call.who(), task)?;
    let room = RoomView::of(world.room(call.who(), id)?);
    Ok(if world.has(Fault::ROOM_CREATED_ANSWERS_202) {
        Answer::accepted(room)
    } else {
        Answer::created(room)
    })
}

fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let room = world.room_by_address(call.who(), call.chat_id()?)?;
    Ok(Answer::ok(RoomView::of(room)))
}
