//! The participants of a room, in both APIs.

use super::{Answer, Call, Operation};
use crate::reference::domain::{Paging, Participant, PartyKind, Refusal, Role, Word, World};
use crate::reference::reading::{Field, Param, Shape, Values};
use crate::reference::views::{ParticipantDetailsView, ParticipantView};

const HUMAN: &str = "/api/v1/me/chats/{chat_id}/participants";
const HUMAN_ONE: &str = "/api/v1/me/chats/{chat_id}/participants/{id}";
const AGENT: &str = "/api/v1/agent/chats/{chat_id}/participants";
const AGENT_ONE: &str = "/api/v1/agent/chats/{chat_id}/participants/{id}";

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("listMyChatParticipants", HUMAN, details).query(&[KIND]),
    Operation::post("addMyChatParticipant", HUMAN, add).body(&ADD),
    Operation::delete("removeMyChatParticipant", HUMAN_ONE, remove),
    Operation::get("listAgentChatParticipants", AGENT, list),
    Operation::post("addAgentChatParticipant", AGENT, add).body(&ADD),
    Operation::delete("removeAgentChatParticipant", AGENT_ONE, remove),
];

const ADD: Shape = Shape::Closed(&[Field::required(
    "participant",
    Shape::Closed(&[
        Field::required("participant_id", Shape::Id),
        Field::optional("role", Shape::Word(Role::WORDS)),
    ]),
)]);

const KIND: Param = Param {
    name: "participant_type",
    values: Values::Words(PartyKind::WORDS),
};

fn details(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let kind = call.query.word("participant_type");
    let page = world.participants(call.who(), call.chat_id()?, kind)?;
    // The period knows no pages of this list, but its facts are there (A23).
    let paging = Paging {
        page: 1,
        size: page.total.max(1),
    };
    Ok(Answer::page(paging, page, |participant| {
        ParticipantDetailsView::of(world.known(participant.id), &participant)
    }))
}

fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let page = world.participants(call.who(), call.chat_id()?, None)?;
    let view = |one: &Participant| ParticipantView::of(world.known(one.id), one);
    let items: Vec<_> = page.items.iter().map(view).collect();
    Ok(Answer::ok(items))
}

fn add(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let new = call.document().inner("participant");
    let id = new.id("participant_id");
    let role = new.maybe_word("role").unwrap_or(Role::Member);
    let added = world.add_participant(call.who(), call.chat_id()?, id, role)?;
    let view = ParticipantView::of(world.known(added.id), &added);
    Ok(Answer::created(view))
}

fn remove(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let removed = world.remove_participant(call.who(), call.chat_id()?, call.id()?)?;
    let view = ParticipantView::of(world.known(removed.id), &removed);
    Ok(Answer::ok(view))
}
