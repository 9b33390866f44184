//! The state itself.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::chats::Room;
use super::contacts::Contacts;
use super::ids::Ids;
use super::kept::Kept;
use super::moment::Moment;
use super::parties::{Agent, Nature, Organization, Party, PartyKind, Person};
use super::refusal::Refusal;
use super::requests::Requests;
use super::seen::Seen;
use crate::reference::clock::Clock;
use crate::reference::edition::Edition;
use crate::reference::faults::{Fault, FaultSet};
use crate::reference::settings::Settings;

/// Everything the server knows.
pub(crate) struct World {
    pub(super) clock: Clock,
    pub(super) ids: Ids,
    pub(crate) faults: FaultSet,
    pub(crate) edition: Edition,
    pub(super) last: Moment,
    pub(super) organizations: Vec<Organization>,
    pub(super) parties: HashMap<Uuid, Party>,
    pub(super) handles: HashMap<String, Uuid>,
    pub(super) keys: HashMap<String, Uuid>,
    pub(super) bearers: HashMap<String, Uuid>,
    /// The agents of a person in the order of creation.
    pub(super) agents_of: HashMap<Uuid, Vec<Uuid>>,
    pub(super) agent_names: HashSet<(Uuid, String)>,
    pub(super) rooms: HashMap<Uuid, Room>,
    /// The rooms of a party by the time of their creation.
    pub(super) rooms_of: HashMap<Uuid, BTreeMap<Moment, Uuid>>,
    pub(super) contacts_of: HashMap<Uuid, Contacts>,
    pub(super) requests: Requests,
    /// Organization and place of every memory.
    pub(super) memory_places: HashMap<Uuid, (usize, Moment)>,
    pub(super) kept: Kept,
    /// What was seen before the current operation, if anything.
    pub(crate) seen: Seen,
}

/// Who calls, as the credentials proved it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) id: Uuid,
    pub(crate) kind: PartyKind,
    pub(crate) organization: usize,
}

impl World {
    /// A world without anybody, whose first moment is after `epoch`.
    pub(crate) fn new(settings: Settings, epoch: Moment) -> Self {
        Self {
            clock: settings.clock,
            ids: Ids::new(settings.seed),
            faults: settings.faults,
            edition: settings.edition,
            last: epoch,
            organizations: Vec::new(),
            parties: HashMap::new(),
            handles: HashMap::new(),
            keys: HashMap::new(),
            bearers: HashMap::new(),
            agents_of: HashMap::new(),
            agent_names: HashSet::new(),
            rooms: HashMap::new(),
            rooms_of: HashMap::new(),
            contacts_of: HashMap::new(),
            requests: Requests::default(),
            memory_places: HashMap::new(),
            kept: Kept::default(),
            seen: Seen::default(),
        }
    }

    /// Whether the server has a fault.
    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.faults.has(fault)
    }

    /// The next moment: now, or just after the last one.
    pub(crate) fn now(&mut self) -> Moment {
        self.last = Moment(self.clock.microseconds().max(self.last.0 + 1));
        self.last
    }

    /// The time of the clock, without using it up.
    pub(crate) fn time(&self) -> Moment {
        Moment(self.clock.microseconds())
    }

    /// The moment that follows the last one, whatever the clock says.
    fn next_moment(&mut self) -> Moment {
        self.last = Moment(self.last.0 + 1);
        self.last
    }

    /// The answer to whoever asks for somebody else's resource by its id.
    pub(super) fn withheld(&self) -> Refusal {
        let hidden = self.edition.hides_existence() || self.has(Fault::EXISTENCE_HIDDEN_EARLY);
        if hidden && !self.has(Fault::EXISTENCE_TOLD) {
            Refusal::not_found()
        } else {
            Refusal::forbidden("This belongs to somebody else.")
        }
    }

    /// An organization by its place.
    pub(crate) fn organization(&self, place: usize) -> &Organization {
        &self.organizations[place]
    }

    /// Adds an organization and answers its place.
    pub(crate) fn settle_organization(&mut self, organization: Organization) -> usize {
        self.organizations.push(organization);
        self.organizations.len() - 1
    }

    /// Adds a person of the demo data.
    pub(crate) fn settle_person(&mut self, id: Uuid, organization: usize, handle: &str) {
        let now = self.next_moment();
        let mut letters = handle.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        let first_name: String = first.into_iter().chain(letters).collect();
        self.enter_party(Party {
            id,
            organization,
            handle: handle.to_owned(),
            name: format!("{first_name} Demo"),
            inserted_at: now,
            updated_at: now,
            nature: Nature::User(Person {
                first_name: Some(first_name),
                last_name: Some("Demo".to_owned()),
                email: format!("{handle}@example.com"),
            }),
        });
    }

    /// Adds an agent of the demo data.
    pub(crate) fn settle_agent(&mut self, id: Uuid, owner: Uuid, name: &str) {
        let now = self.next_moment();
        let owner = self.known(owner);
        let nature = Nature::Agent(Agent {
            owner: owner.id,
            description: Some("An agent of the demo data.".to_owned()),
            model_type: None,
            is_external: true,
            executions: Vec::new(),
        });
        let party = Party {
            id,
            organization: owner.organization,
            handle: format!("{}/{name}", owner.handle),
            name: name.to_owned(),
            inserted_at: now,
            updated_at: now,
            nature,
        };
        self.enter_party(party);
    }

    /// Hands the credentials of the demo data to a party.
    pub(crate) fn settle_credentials(&mut self, party: Uuid, key: &str, bearer: Option<&str>) {
        self.hand_key(key.to_owned(), party);
        if let Some(bearer) = bearer {
            self.bearers.insert(bearer.to_owned(), party);
        }
    }
}
