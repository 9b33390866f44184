//! Messages, events and the context.

use serde::Serialize;
use uuid::Uuid;

use super::answer::PageFacts;
use super::{Answer, Call, Operation};
use crate::reference::domain::{
    EventKind, MessageKind, NewEvent, Reason, Refusal, StatusQuery, Word, World,
};
use crate::reference::faults::Fault;
use crate::reference::reading::{Field, PAGE, PAGE_SIZE, Param, Shape, Text, Values, page_size};
use crate::reference::views::{EventView, MessageView, Reader, SentView};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get(
        "listMyChatMessages",
        "/api/v1/me/chats/{chat_id}/messages",
        list,
    )
    .query(&[PAGE, PAGE_SIZE, KIND, SINCE]),
    Operation::post(
        "sendMyChatMessage",
        "/api/v1/me/chats/{chat_id}/messages",
        send,
    )
    .body(&SEND),
    Operation::get(
        "listAgentMessages",
        "/api/v1/agent/chats/{chat_id}/messages",
        deliveries,
    )
    .query(&[PAGE, PAGE_SIZE, STATUS]),
    Operation::post(
        "createAgentChatMessage",
        "/api/v1/agent/chats/{chat_id}/messages",
        send,
    )
    .body(&SEND),
    Operation::get(
        "getAgentNextMessage",
        "/api/v1/agent/chats/{chat_id}/messages/next",
        next,
    ),
    Operation::get(
        "getAgentChatContext",
        "/api/v1/agent/chats/{chat_id}/context",
        context,
    )
    .query(&[PAGE, page_size(50, 100)]),
    Operation::post(
        "createAgentChatEvent",
        "/api/v1/agent/chats/{chat_id}/events",
        post_event,
    )
    .body(&EVENT),
];

const MENTION: Shape = Shape::Closed(&[
    Field::required("id", Shape::Id),
    Field::optional("handle", Text::between(0, usize::MAX)),
    Field::optional("name", Text::between(0, usize::MAX)),
]);

const SEND: Shape = Shape::Closed(&[Field::required(
    "message",
    Shape::Closed(&[
        Field::required("content", Text::visible(usize::MAX)),
        Field::required("mentions", Shape::List(1, &MENTION)),
    ]),
)]);

const EVENT: Shape = Shape::Closed(&[Field::required(
    "event",
    Shape::Closed(&[
        Field::required("content", Text::between(1, 16_384)),
        Field::required("message_type", Shape::Word(EventKind::WORDS)),
        Field::optional("metadata", Shape::Nullable(&Shape::Open(&[]))),
    ]),
)]);

const KIND: Param = Param {
    name: "message_type",
    // The list shows tasks too, but the filter of the period does not know them.
    values: Values::Words(&["text", "tool_call", "tool_result", "thought", "error"]),
};

const SINCE: Param = Param {
    name: "since",
    values: Values::Time,
};

const STATUS: Param = Param {
    name: "status",
    values: Values::Words(StatusQuery::WORDS),
};

/// The facts about a page of deliveries.
#[derive(Serialize)]
struct FilteredFacts<'a> {
    #[serde(flatten)]
    facts: PageFacts,
    status_filter: Option<&'a str>,
}

fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let paging = call.query.paging();
    let kind: Option<MessageKind> = call.query.word("message_type");
    let since = call.query.time("since");
    let room = call.chat_id()?;
    let page = world.messages(call.who(), room, kind, since, paging)?;
    let reader = Reader::new(room, world);
    Ok(Answer::page(paging, page, |message| {
        reader.message(message)
    }))
}

fn send(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let message = call.document().inner("message");
    let lost = world.has(Fault::MENTION_WITHOUT_HANDLE_LOST);
    let mentions: Vec<Uuid> = message
        .list("mentions")
        .filter(|one| one.maybe_text("handle").is_some() || !lost)
        .map(|one| one.id("id"))
        .collect();
    let content = message.text("content");
    let sent = world.send(call.who(), call.chat_id()?, content, &mentions)?;
    Ok(Answer::created(SentView::of(sent)))
}

fn deliveries(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let paging = call.query.paging();
    let room = call.chat_id()?;
    let page = world.deliveries(call.who(), room, call.query.word("status"), paging)?;
    let reader = Reader::new(room, world);
    let facts = FilteredFacts {
        facts: PageFacts::of(paging, &page),
        status_filter: call.query.text("status"),
    };
    let items: Vec<MessageView<'_>> = page
        .items
        .into_iter()
        .map(|message| reader.message(message))
        .collect();
    Ok(Answer::list(items, facts))
}

fn next(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let room = call.chat_id()?;
    let reader = Reader::new(room, world);
    let next = world.next_delivery(call.who(), room)?;
    Ok(next.map_or_else(Answer::nothing, |message| {
        Answer::ok(reader.message(message))
    }))
}

fn context(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let paging = call.query.paging();
    let room = call.chat_id()?;
    let page = world.context(call.who(), room, paging)?;
    let reader = Reader::new(room, world);
    Ok(Answer::meta_page(paging, page, |message| {
        reader.context_message(message)
    }))
}

fn post_event(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let event = call.document().inner("event");
    let task = event.word::<EventKind>("message_type") == EventKind::Task;
    if task && world.has(Fault::TASK_EVENTS_REFUSED) {
        let message = "Invalid value for enum.";
        let pointer = "/event/message_type";
        return Err(Refusal::at(Reason::Invalid, pointer, message));
    }
    let new = NewEvent {
        kind: event.word("message_type"),
        content: event.text("content"),
        metadata: event.maybe_object("metadata"),
    };
    let posted = world.post_event(call.who(), call.chat_id()?, &new)?;
    Ok(Answer::created(EventView::of(posted)))
}
