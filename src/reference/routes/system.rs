//! Health, version and the test of credentials.

use http::StatusCode;
use serde::Serialize;

use super::{Access, Answer, Call, Operation};
use crate::reference::domain::{Moment, PartyKind, Refusal, World};
use crate::reference::faults::Fault;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("healthCheck", "/api/v1/health", health).access(Access::Open),
    Operation::get("authentication", "/api/v1/test", test).access(Access::AnyKey),
    Operation::get("getVersion", "/version", version).access(Access::Open),
];

const API_VERSION: &str = "v1";

#[derive(Serialize)]
struct Health {
    status: &'static str,
    version: &'static str,
    api_version: &'static str,
    environment: &'static str,
    timestamp: Moment,
}

#[derive(Serialize)]
struct Test {
    status: &'static str,
    message: &'static str,
    api_version: &'static str,
    auth_type: &'static str,
}

#[derive(Serialize)]
struct Build {
    version: &'static str,
    commit: &'static str,
    built_at: &'static str,
}

fn health(world: &mut World, _: &Call) -> Result<Answer, Refusal> {
    if world.has(Fault::HEALTH_IN_ONE_WORD) {
        return Ok(Answer::word("ok"));
    }
    let health = Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        api_version: API_VERSION,
        environment: "reference",
        timestamp: world.time(),
    };
    Ok(Answer::plain(StatusCode::OK, &health))
}

fn test(_: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let test = Test {
        status: "ok",
        message: "The credentials are valid.",
        api_version: API_VERSION,
        auth_type: match call.who().kind {
            PartyKind::User => "user",
            PartyKind::Agent => "agent",
        },
    };
    Ok(Answer::plain(StatusCode::OK, &test))
}

fn version(_: &mut World, _: &Call) -> Result<Answer, Refusal> {
    let build = Build {
        version: env!("CARGO_PKG_VERSION"),
        commit: "reference",
        built_at: "2026-03-03T00:00:00Z",
    };
    Ok(Answer::plain(StatusCode::OK, &build))
}
