//! Memories of both APIs, all in the closed preview.

use serde::Serialize;

use super::{Answer, Call, Operation};
use crate::reference::domain::{
    AgentFilter, AgentScope, Memory, MemoryFilter, MemoryType, NewMemory, Page, Paging, Reason,
    Refusal, Scope, Segment, StatusFilter, System, UserScope, Word, World,
};
use crate::reference::faults::Fault;
use crate::reference::reading::{Field, Param, Query, Shape, Text, Values, page_size};
use crate::reference::views::{MemoryView, UserMemoryView};

const HUMAN: &str = "/api/v1/me/memories";
const HUMAN_ONE: &str = "/api/v1/me/memories/{id}";
const AGENT: &str = "/api/v1/agent/memories";
const AGENT_ONE: &str = "/api/v1/agent/memories/{id}";

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("listUserMemories", HUMAN, list_of_person)
        .query(HUMAN_LIST)
        .preview(),
    Operation::get("getUserMemory", HUMAN_ONE, get_of_person).preview(),
    Operation::delete("deleteUserMemory", HUMAN_ONE, delete_of_person).preview(),
    Operation::post(
        "archiveUserMemory",
        "/api/v1/me/memories/{id}/archive",
        archive_of_person,
    )
    .preview(),
    Operation::post(
        "restoreUserMemory",
        "/api/v1/me/memories/{id}/restore",
        restore,
    )
    .preview(),
    Operation::post(
        "supersedeUserMemory",
        "/api/v1/me/memories/{id}/supersede",
        supersede_of_person,
    )
    .preview(),
    Operation::get("listAgentMemories", AGENT, list_of_agent)
        .query(AGENT_LIST)
        .preview(),
    Operation::post("createAgentMemory", AGENT, create)
        .body(&CREATE)
        .preview(),
    Operation::get("getAgentMemory", AGENT_ONE, get_of_agent).preview(),
    Operation::delete("deleteAgentMemory", AGENT_ONE, delete_of_agent).preview(),
    Operation::post(
        "supersedeAgentMemory",
        "/api/v1/agent/memories/{id}/supersede",
        supersede_of_agent,
    )
    .preview(),
    Operation::post(
        "archiveAgentMemory",
        "/api/v1/agent/memories/{id}/archive",
        archive_of_agent,
    )
    .preview(),
];

const WORDS: Shape = Shape::List(0, &Text::between(0, usize::MAX));

const CREATE: Shape = Shape::Closed(&[Field::required(
    "memory",
    Shape::Closed(&[
        Field::required("content", Text::between(1, usize::MAX)),
        Field::required("thought", Text::between(1, usize::MAX)),
        Field::required("system", Shape::Word(System::WORDS)),
        Field::required("type", Shape::Word(MemoryType::WORDS)),
        Field::required("segment", Shape::Word(Segment::WORDS)),
        Field::optional("scope", Shape::Word(Scope::WORDS)),
        Field::optional("subject_id", Shape::Id),
        Field::optional(
            "metadata",
            Shape::Open(&[
                Field::optional("tags", WORDS),
                Field::optional("references", WORDS),
            ]),
        ),
    ]),
)]);

const fn words(name: &'static str, words: &'static [&'static str]) -> Param {
    Param {
        name,
        values: Values::Words(words),
    }
}

const CONTENT_QUERY: Param = Param {
    name: "content_query",
    values: Values::Text,
};

const AGENT_LIST: &[Param] = &[
    page_size(20, 50),
    words("scope", AgentScope::WORDS),
    Param {
        name: "subject_id",
        values: Values::Id,
    },
    words("system", System::WORDS),
    words("type", MemoryType::WORDS),
    words("segment", Segment::WORDS),
    words("status", StatusFilter::WORDS),
    CONTENT_QUERY,
];

const HUMAN_LIST: &[Param] = &[
    page_size(20, 50),
    words("scope", UserScope::WORDS),
    Param {
        name: "chat_room_id",
        values: Values::Id,
    },
    words("system", System::WORDS),
    words("type", MemoryType::WORDS),
    words("segment", Segment::WORDS),
    words("status", StatusFilter::WORDS),
    CONTENT_QUERY,
];

fn filter(query: &Query) -> MemoryFilter {
    MemoryFilter {
        system: query.word("system"),
        kind: query.word("type"),
        segment: query.word("segment"),
        status: query.word("status"),
        content_query: query.text("content_query").map(str::to_lowercase),
    }
}

/// The facts about a list without page numbers.
#[derive(Serialize)]
struct Facts {
    page_size: u64,
    total_count: u64,
}

fn list<'a, V: Serialize>(
    paging: Paging,
    page: Page<&'a Memory>,
    view: impl Fn(&'a Memory) -> V,
) -> Answer {
    let facts = Facts {
        page_size: paging.size,
        total_count: page.total,
    };
    let items: Vec<V> = page.items.into_iter().map(view).collect();
    Answer::meta_list(items, facts)
}

fn list_of_agent(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let paging = call.query.paging();
    let agent = AgentFilter {
        scope: call.query.word("scope").unwrap_or(AgentScope::All),
        subject: call.query.id("subject_id"),
    };
    let page = world.agent_memories(call.who(), agent, &filter(&call.query), paging);
    Ok(list(paging, page, MemoryView::of))
}

fn list_of_person(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let paging = call.query.paging();
    let default = if world.has(Fault::USER_MEMORIES_DEFAULT_TO_ORGANIZATION) {
        UserScope::Organization
    } else {
        UserScope::All
    };
    let scope = call.query.word("scope").unwrap_or(default);
    let room = call.query.id("chat_room_id");
    if scope == UserScope::Room && room.is_none() {
        let message = "Missing parameter: chat_room_id";
        return Err(Refusal::at(Reason::Invalid, "/chat_room_id", message));
    }
    let page = world.user_memories(call.who(), scope, room, &filter(&call.query), paging)?;
    let view = |memory| UserMemoryView::of(memory, world.faults);
    Ok(list(paging, page, view))
}

fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let memory = call.document().inner("memory");
    let subject = memory.maybe_id("subject_id");
    let at_subject = |message| Refusal::at(Reason::Invalid, "/memory/subject_id", message);
    match (
        memory.maybe_word("scope").unwrap_or(Scope::Subject),
        subject,
    ) {
        (Scope::Subject, None) => return Err(at_subject("Missing field: subject_id")),
        (Scope::Organization, Some(_)) => {
            return Err(at_subject("A memory of the organization has no subject."));
        }
        _ => {}
    }
    let new = NewMemory {
        content: memory.text("content"),
        thought: memory.text("thought"),
        system: memory.word("system"),
        kind: memory.word("type"),
        segment: memory.word("segment"),
        subject,
        metadata: memory.maybe_object("metadata"),
    };
    let answers_200 = world.has(Fault::MEMORY_STORED_ANSWERS_200);
    let stored = MemoryView::of(world.store_memory(call.who(), &new)?);
    Ok(if answers_200 {
        Answer::ok(stored)
    } else {
        Answer::created(stored)
    })
}

fn get_of_agent(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let memory = world.agent_memory(call.who(), call.id()?)?;
    Ok(Answer::ok(MemoryView::of(memory)))
}

fn delete_of_agent(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let memory = world.delete_memory_of_agent(call.who(), call.id()?)?;
    Ok(Answer::ok(MemoryView::of(&memory)))
}

fn supersede_of_agent(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let memory = world.supersede_memory(call.who(), call.id()?)?;
    Ok(Answer::ok(MemoryView::of(memory)))
}

fn archive_of_agent(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let memory = world.archive_memory(call.who(), call.id()?)?;
    Ok(Answer::ok(MemoryView::of(memory)))
}

fn get_of_person(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let faults = world.faults;
    let memory = world.user_memory(call.who(), call.id()?)?;
    Ok(Answer::ok(UserMemoryView::of(memory, faults)))
}

fn delete_of_person(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    world.delete_memory_of_user(call.who(), call.id()?)?;
    Ok(Answer::nothing())
}

fn supersede_of_person(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let faults = world.faults;
    let memory = world.supersede_memory(call.who(), call.id()?)?;
    Ok(Answer::ok(UserMemoryView::of(memory, faults)))
}

fn archive_of_person(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let faults = world.faults;
    let memory = world.archive_memory(call.who(), call.id()?)?;
    Ok(Answer::ok(UserMemoryView::of(memory, faults)))
}

fn restore(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let faults = world.faults;
    let memory = world.restore_memory(call.who(), call.id()?)?;
    Ok(Answer::ok(UserMemoryView::of(memory, faults)))
}
