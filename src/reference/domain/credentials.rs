//! Keys and bearer tokens.

use uuid::Uuid;

use super::parties::PartyKind;
use super::refusal::{Reason, Refusal};
use super::{Caller, World};
use crate::reference::faults::Fault;

/// What a request brought to prove who sends it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Credentials<'a> {
    pub(crate) key: Option<&'a str>,
    pub(crate) bearer: Option<&'a str>,
}

impl World {
    /// Who sends a request. A bearer token alone counts only where it is accepted; key
    /// and token together must both be valid and name the same person.
    pub(crate) fn identify(&self, sent: Credentials<'_>, bearer_accepted: bool) -> Option<Caller> {
        let of_key = sent.key.map(|key| self.holder(key));
        let of_bearer = sent.bearer.map(|token| self.bearers.get(token).copied());
        let id = match (of_key, of_bearer) {
            (Some(key), Some(bearer)) => key.filter(|id| bearer == Some(*id)),
            (Some(key), None) => key,
            (None, Some(bearer)) => bearer.filter(|_| bearer_accepted),
            (None, None) => None,
        };
        self.caller(id?)
    }

    /// Who holds a key.
    fn holder(&self, key: &str) -> Option<Uuid> {
        let holder = *self.keys.get(key)?;
        let kept = key.rsplit_once('_');
        let kept = kept.and_then(|(prefix, _)| self.kept.keys.get(prefix));
        Some(kept.copied().unwrap_or(holder))
    }

    /// What is answered to credentials that belong to nobody.
    pub(crate) fn unknown(&self, sent: Credentials<'_>) -> Refusal {
        let none = sent.key.is_none() && sent.bearer.is_none();
        if none && self.has(Fault::MISSING_CREDENTIALS_ANSWER_403) {
            return Refusal::forbidden("You may not do this.");
        }
        if sent.key.is_some() && self.has(Fault::UNKNOWN_KEY_CRASHES) {
            return Refusal::new(Reason::Broken, "Internal server error.");
        }
        Refusal::unauthorized()
    }

    /// A party as a caller.
    pub(crate) fn caller(&self, id: Uuid) -> Option<Caller> {
        self.party(id).map(|party| Caller {
            id,
            kind: party.kind(),
            organization: party.organization,
        })
    }

    /// The person a development setup answers for.
    pub(crate) fn default_person(&self) -> Option<Caller> {
        let mut parties = self.organizations.first()?.parties.iter();
        let id = parties.find(|id| self.known(**id).kind() == PartyKind::User)?;
        self.caller(*id)
    }

    /// Hands a key to a party.
    pub(super) fn hand_key(&mut self, key: String, party: Uuid) {
        self.keys.insert(key, party);
    }

    /// A new key for an agent.
    pub(super) fn new_agent_key(&mut self, agent: Uuid) -> String {
        let seconds = self.clock.microseconds().div_euclid(1_000_000);
        let prefix = format!("thnv_a_{seconds}");
        let key = format!("{prefix}_{}", self.ids.secret());
        if self.has(Fault::KEYS_CACHED_BY_PREFIX) {
            self.kept.keys.entry(prefix).or_insert(agent);
        }
        self.hand_key(key.clone(), agent);
        key
    }

    pub(super) fn revoke_keys(&mut self, party: Uuid) {
        self.keys.retain(|_, holder| *holder != party);
    }
}
