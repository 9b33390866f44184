//! Who the caller is.

use super::{Answer, Call, Operation};
use crate::reference::domain::{Reason, Refusal, World};
use crate::reference::faults::Fault;
use crate::reference::reading::{Field, Shape, Text};
use crate::reference::views::{AgentMeView, ProfileView};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("getMyProfile", "/api/v1/me/profile", get),
    Operation::put("updateMyProfile", "/api/v1/me/profile", update).body(&UPDATE),
    Operation::get("getAgentMe", "/api/v1/agent/me", get_agent),
];

const UPDATE: Shape = Shape::Closed(&[Field::required(
    "user",
    Shape::Closed(&[
        Field::optional("first_name", Text::between(1, 100)),
        Field::optional("last_name", Text::between(1, 100)),
    ]),
)]);

fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(ProfileView::of(world.known(call.who().id))))
}

fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let user = call.document().inner("user");
    let (first, last) = (user.maybe_text("first_name"), user.maybe_text("last_name"));
    let both = first.is_some() && last.is_some();
    if !both && world.has(Fault::PROFILE_NEEDS_BOTH_NAMES) {
        let message = "Both names are required.";
        return Err(Refusal::at(Reason::Invalid, "/user", message));
    }
    world.rename(call.who().id, first, last)?;
    get(world, call)
}

fn get_agent(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(AgentMeView::of(world.itself(call.who()))))
}
