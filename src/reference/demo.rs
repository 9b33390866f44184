//! The fixed demo data: organizations, people, agents and their credentials.

use uuid::Uuid;

use super::domain::{Moment, Organization, Plan, Rate, World};
use super::settings::{Limits, Settings};

/// Whether an identity is a person or an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityKind {
    /// A person, with a user key and a bearer token.
    User,
    /// An agent, with an agent key.
    Agent,
}

/// Somebody the server knows from the start.
#[derive(Clone, Copy, Debug)]
pub struct DemoIdentity {
    /// The short name, unique among the identities.
    pub name: &'static str,
    /// Person or agent.
    pub kind: IdentityKind,
    /// The name of the organization.
    pub organization: &'static str,
    /// The id, the same whatever the seed.
    pub id: Uuid,
    /// The handle.
    pub handle: &'static str,
    /// The name of the person an agent belongs to.
    pub owner: Option<&'static str>,
    /// The value of `X-API-Key`.
    pub key: &'static str,
    /// The bearer token of a person.
    pub bearer: Option<&'static str>,
}

macro_rules! user {
    ($organization:literal, $name:literal) => {
        DemoIdentity {
            name: $name,
            kind: IdentityKind::User,
            organization: $organization,
            id: fixed_id($name),
            handle: $name,
            owner: None,
            key: concat!("thnv_u_1767225600_", $name, "demo"),
            bearer: Some(concat!("demo-", $name, "-token")),
        }
    };
}

macro_rules! agent {
    ($organization:literal, $owner:literal, $name:literal) => {
        DemoIdentity {
            name: $name,
            kind: IdentityKind::Agent,
            organization: $organization,
            id: fixed_id($name),
            handle: concat!($owner, "/", $name),
            owner: Some($owner),
            key: concat!("thnv_a_1767225600_", $name, "demo"),
            bearer: None,
        }
    };
}

static IDENTITIES: [DemoIdentity; 18] = [
    user!("acme", "alice"),
    user!("acme", "bob"),
    agent!("acme", "alice", "scout"),
    agent!("acme", "bob", "clerk"),
    user!("globex", "carol"),
    agent!("globex", "carol", "rival"),
    user!("quota-agents", "quentin"),
    agent!("quota-agents", "quentin", "quill"),
    user!("quota-chats", "chandra"),
    agent!("quota-chats", "chandra", "chip"),
    user!("quota-participants", "petra"),
    agent!("quota-participants", "petra", "pixel"),
    user!("quota-messages", "milo"),
    agent!("quota-messages", "milo", "memo"),
    user!("burst", "bert"),
    agent!("burst", "bert", "blitz"),
    user!("outside", "olga"),
    agent!("outside", "olga", "otto"),
];

/// Everybody the server knows from the start and whose credentials are public.
pub fn identities() -> &'static [DemoIdentity] {
    &IDENTITIES
}

/// Further agents of `petra`, to fill a room with.
const SPARES: [&str; 5] = ["spare-1", "spare-2", "spare-3", "spare-4", "spare-5"];

/// The moment before the demo data: the beginning of 2026, as in the demo keys.
const EPOCH: Moment = Moment(1_767_225_600_000_000);

/// A world with the demo data.
pub(super) fn world(settings: Settings) -> World {
    let limits = settings.limits;
    let mut world = World::new(settings, EPOCH);
    let mut place = None;
    for identity in identities() {
        let organization = match place {
            Some((name, place)) if name == identity.organization => place,
            _ => world.settle_organization(organization(identity.organization, &limits)),
        };
        place = Some((identity.organization, organization));
        match identity.owner {
            None => world.settle_person(identity.id, organization, identity.name),
            Some(owner) => world.settle_agent(identity.id, fixed_id(owner), identity.name),
        }
        world.settle_credentials(identity.id, identity.key, identity.bearer);
    }
    for spare in SPARES {
        world.settle_agent(fixed_id(spare), fixed_id("petra"), spare);
    }
    world
}

fn organization(name: &str, limits: &Limits) -> Organization {
    let mut plan = Plan::of(limits.ample);
    let mut rate = None;
    match name {
        "quota-agents" => plan.agents = limits.agents,
        "quota-chats" => plan.chats = limits.chats,
        "quota-participants" => plan.participants = limits.participants,
        "quota-messages" => plan.messages = limits.messages,
        "burst" => {
            let window = i64::try_from(limits.burst_window.as_micros()).unwrap_or(i64::MAX);
            rate = Some(Rate::new(limits.burst_requests, window));
        }
        _ => {}
    }
    Organization::new(fixed_id(name), plan, rate, name != "outside")
}

/// An id of version 4's shape made of a name, by 128-bit FNV-1a.
const fn fixed_id(name: &str) -> Uuid {
    let bytes = name.as_bytes();
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    let mut place = 0;
    while place < bytes.len() {
        hash ^= bytes[place] as u128;
        hash = hash.wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        place += 1;
    }
    let version = 0x4 << 76;
    let variant = 0x2 << 62;
    Uuid::from_u128(hash & !(0xf << 76) & !(0x3 << 62) | version | variant)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn identities_are_distinct_and_have_the_shape_of_version_4() {
        let ids: HashSet<_> = identities().iter().map(|one| one.id).collect();
        assert_eq!(ids.len(), identities().len());
        for identity in identities() {
            assert_eq!(identity.id.get_version_num(), 4);
            assert_eq!(
                identity.bearer.is_some(),
                identity.kind == IdentityKind::User
            );
        }
    }
}
