//! A person's agents, and peers.

use super::{Answer, Call, Operation};
use crate::reference::domain::{NewAgent, PartyKind, Refusal, Word, World};
use crate::reference::reading::{Field, PAGE, PAGE_SIZE, Param, Shape, Text, Values};
use crate::reference::views::{CredentialsView, DeletedView, MyAgentView, PeerView};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("listMyAgents", "/api/v1/me/agents", list).query(&[PAGE, PAGE_SIZE]),
    Operation::post("createMyAgent", "/api/v1/me/agents", create).body(&CREATE),
    Operation::post("registerMyAgent", "/api/v1/me/agents/register", register).body(&REGISTER),
    Operation::delete("deleteMyAgent", "/api/v1/me/agents/{id}", delete).query(&[FORCE]),
    Operation::get("listMyPeers", "/api/v1/me/peers", peers).query(&[
        PAGE,
        PAGE_SIZE,
        NOT_IN_CHAT,
        KIND,
    ]),
    Operation::get("listAgentPeers", "/api/v1/agent/peers", peers).query(&[
        PAGE,
        PAGE_SIZE,
        NOT_IN_CHAT,
    ]),
];

/// What only a faulty server has.
pub(super) static UNDOCUMENTED: Operation =
    Operation::patch("updateMyAgent", "/api/v1/me/agents/{id}", touch);

const CREATE: Shape = Shape::Closed(&[Field::required(
    "agent",
    Shape::Closed(&[
        Field::required("name", Text::visible(100)),
        Field::optional("description", Text::between(0, 500)),
        Field::optional("model_type", Text::between(0, usize::MAX)),
    ]),
)]);

const REGISTER: Shape = Shape::Closed(&[Field::required(
    "agent",
    Shape::Closed(&[
        Field::required("name", Text::visible(100)),
        Field::required("description", Text::between(0, 500)),
    ]),
)]);

const FORCE: Param = Param {
    name: "force",
    values: Values::Flag,
};

const NOT_IN_CHAT: Param = Param {
    name: "not_in_chat",
    values: Values::Id,
};

const KIND: Param = Param {
    name: "type",
    values: Values::Words(PartyKind::WORDS),
};

fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let paging = call.query.paging();
    let page = world.agents_of(call.who(), paging);
    Ok(Answer::page(paging, page, MyAgentView::of))
}

fn touch(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let party = world.touch_agent(call.who(), call.id()?)?;
    Ok(Answer::ok(MyAgentView::of(party)))
}

fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let agent = call.document().inner("agent");
    let new = NewAgent {
        name: agent.text("name"),
        description: agent.maybe_text("description"),
        model_type: agent.maybe_text("model_type"),
        is_external: false,
    };
    let id = world.create_agent(call.who(), &new)?;
    Ok(Answer::created(MyAgentView::of(world.known(id))))
}

fn register(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let agent = call.document().inner("agent");
    let new = NewAgent {
        name: agent.text("name"),
        description: agent.maybe_text("description"),
        model_type: None,
        is_external: true,
    };
    let (id, key) = world.register_agent(call.who(), &new)?;
    let view = CredentialsView::of(world.known(id), &key, world.faults);
    Ok(Answer::created(view))
}

fn delete(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let force = call.query.flag("force");
    let deleted = world.delete_agent(call.who(), call.id()?, force)?;
    Ok(Answer::ok(DeletedView::of(&deleted)))
}

fn peers(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let paging = call.query.paging();
    let (kind, room) = (call.query.word("type"), call.query.id("not_in_chat"));
    let page = world.peers(call.who(), kind, room, paging)?;
    Ok(Answer::page(paging, page, |peer| {
        PeerView::of(&peer, world.faults)
    }))
}
