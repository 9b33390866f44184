//! Agents, people and peers.

use std::borrow::Cow;

use serde::Serialize;
use uuid::Uuid;

use crate::reference::domain::{Deleted, Moment, Party, Peer, Source, Word};
use crate::reference::faults::{Fault, FaultSet};

/// An agent for its owner.
#[derive(Serialize)]
pub(crate) struct MyAgentView<'a> {
    id: Uuid,
    name: &'a str,
    description: Option<&'a str>,
    is_external: bool,
    model_type: Option<&'a str>,
    inserted_at: Moment,
    updated_at: Moment,
}

impl<'a> MyAgentView<'a> {
    pub(crate) fn of(party: &'a Party) -> Self {
        let agent = party.agent();
        Self {
            id: party.id,
            name: &party.name,
            description: agent.and_then(|agent| agent.description.as_deref()),
            is_external: agent.is_some_and(|agent| agent.is_external),
            model_type: agent.and_then(|agent| agent.model_type.as_deref()),
            inserted_at: party.inserted_at,
            updated_at: party.updated_at,
        }
    }
}

/// A registered agent with its key.
#[derive(Serialize)]
pub(crate) struct CredentialsView<'a> {
    agent: RegisteredView<'a>,
    credentials: KeyView<'a>,
}

#[derive(Serialize)]
struct RegisteredView<'a> {
    id: Uuid,
    name: &'a str,
    description: Option<&'a str>,
    owner_id: Option<Uuid>,
    inserted_at: Moment,
}

#[derive(Serialize)]
struct KeyView<'a> {
    api_key: Cow<'a, str>,
}

impl<'a> CredentialsView<'a> {
    pub(crate) fn of(party: &'a Party, key: &'a str, faults: FaultSet) -> Self {
        let api_key = if faults.has(Fault::AGENT_KEY_MASKED) {
            let shown: String = key.chars().take(12).collect();
            Cow::Owned(format!("{shown}****"))
        } else {
            Cow::Borrowed(key)
        };
        let agent = party.agent();
        Self {
            agent: RegisteredView {
                id: party.id,
                name: &party.name,
                description: agent.and_then(|agent| agent.description.as_deref()),
                owner_id: agent.map(|agent| agent.owner),
                inserted_at: party.inserted_at,
            },
            credentials: KeyView { api_key },
        }
    }
}

/// What is told of a deleted agent.
#[derive(Serialize)]
pub(crate) struct DeletedView<'a> {
    id: Uuid,
    name: &'a str,
    description: Option<&'a str>,
    executions_deleted: usize,
}

impl<'a> DeletedView<'a> {
    pub(crate) fn of(deleted: &'a Deleted) -> Self {
        let agent = deleted.party.agent();
        Self {
            id: deleted.party.id,
            name: &deleted.party.name,
            description: agent.and_then(|agent| agent.description.as_deref()),
            executions_deleted: deleted.executions,
        }
    }
}

/// An agent for itself.
#[derive(Serialize)]
pub(crate) struct AgentMeView<'a> {
    id: Uuid,
    name: &'a str,
    handle: &'a str,
    description: Option<&'a str>,
    owner_uuid: Option<Uuid>,
    inserted_at: Moment,
    updated_at: Moment,
}

impl<'a> AgentMeView<'a> {
    pub(crate) fn of(party: &'a Party) -> Self {
        let agent = party.agent();
        Self {
            id: party.id,
            name: &party.name,
            handle: &party.handle,
            description: agent.and_then(|agent| agent.description.as_deref()),
            owner_uuid: agent.map(|agent| agent.owner),
            inserted_at: party.inserted_at,
            updated_at: party.updated_at,
        }
    }
}

/// A person for themselves.
#[derive(Serialize)]
pub(crate) struct ProfileView<'a> {
    id: Uuid,
    email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<&'a str>,
    role: &'static str,
}

impl<'a> ProfileView<'a> {
    pub(crate) fn of(party: &'a Party) -> Self {
        let person = party.person();
        Self {
            id: party.id,
            email: person.map_or("", |person| &person.email),
            first_name: person.and_then(|person| person.first_name.as_deref()),
            last_name: person.and_then(|person| person.last_name.as_deref()),
            role: "user",
        }
    }
}

/// Somebody to work with.
#[derive(Serialize)]
pub(crate) struct PeerView<'a> {
    id: Uuid,
    #[serde(rename = "type")]
    kind: Cow<'a, str>,
    name: &'a str,
    handle: &'a str,
    description: Option<&'a str>,
    is_external: Option<bool>,
    is_contact: bool,
    source: Source,
}

impl<'a> PeerView<'a> {
    pub(crate) fn of(peer: &Peer<'a>, faults: FaultSet) -> Self {
        let word = peer.party.kind().word();
        let kind = if faults.has(Fault::PEER_KIND_IN_LOWER_CASE) {
            Cow::Owned(word.to_lowercase())
        } else {
            Cow::Borrowed(word)
        };
        let agent = peer.party.agent();
        Self {
            id: peer.party.id,
            kind,
            name: &peer.party.name,
            handle: &peer.party.handle,
            description: agent.and_then(|agent| agent.description.as_deref()),
            is_external: agent.map(|agent| agent.is_external),
            is_contact: peer.is_contact,
            source: peer.source,
        }
    }
}
