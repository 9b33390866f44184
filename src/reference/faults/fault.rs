//! What a fault is, and the list of all.

use std::fmt;

use jiff::civil::Date;

use super::{
    Class, agents, contacts, credentials, deliveries, memories, messages, participants, peers,
    quotas, rates, rooms, surface, user_memories, validation,
};

macro_rules! areas {
    ($($name:ident in $module:ident,)+) => {
        /// The areas that faults are declared in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub(super) enum Area {
            $($name,)+
        }

        impl Area {
            pub(super) const ALL: &[Self] = &[$(Self::$name),+];

            const fn facts(self) -> &'static [Facts] {
                match self { $(Self::$name => $module::FACTS),+ }
            }
        }
    };
}

areas! {
    Agents in agents,
    Contacts in contacts,
    Credentials in credentials,
    Deliveries in deliveries,
    Memories in memories,
    Messages in messages,
    Participants in participants,
    Peers in peers,
    Quotas in quotas,
    Rates in rates,
    Rooms in rooms,
    Surface in surface,
    UserMemories in user_memories,
    Validation in validation,
}

/// One promise the server can break.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fault {
    area: Area,
    /// Its place in the list of the area.
    place: u8,
}

/// What is known of a fault.
pub(super) struct Facts {
    pub(super) id: &'static str,
    pub(super) doc: &'static str,
    pub(super) class: Class,
    pub(super) since: Option<&'static str>,
    pub(super) until: Option<&'static str>,
    pub(super) rewrites: bool,
    pub(super) caught_by: &'static [&'static str],
}

/// Every fault, by area, and in an area by id.
pub const ALL: &[Fault] = &all();

const fn count() -> usize {
    let (mut count, mut area) = (0, 0);
    while area < Area::ALL.len() {
        count += Area::ALL[area].facts().len();
        area += 1;
    }
    count
}

const fn all() -> [Fault; count()] {
    let mut all = [Fault::new(Area::ALL[0], 0); count()];
    let (mut next, mut area) = (0, 0);
    while area < Area::ALL.len() {
        let mut place = 0;
        while (place as usize) < Area::ALL[area].facts().len() {
            all[next] = Fault::new(Area::ALL[area], place);
            place += 1;
            next += 1;
        }
        area += 1;
    }
    all
}

/// What an optional part of a declaration says.
pub(super) const fn first(given: &[&'static str]) -> Option<&'static str> {
    if given.is_empty() {
        None
    } else {
        Some(given[0])
    }
}

fn date(text: &str) -> Date {
    text.parse().expect("the dates of the catalogue are dates")
}

impl Fault {
    pub(super) const fn new(area: Area, place: u8) -> Self {
        Self { area, place }
    }

    /// Area and place, as numbers.
    pub(super) const fn numbers(self) -> (usize, u8) {
        (self.area as usize, self.place)
    }

    const fn facts(self) -> &'static Facts {
        &self.area.facts()[self.place as usize]
    }

    /// The id, in kebab-case.
    pub const fn id(self) -> &'static str {
        self.facts().id
    }

    /// What the fault breaks and why a real server has it.
    pub const fn doc(self) -> &'static str {
        self.facts().doc
    }

    /// The requirements and checks that must notice it.
    pub const fn caught_by(self) -> &'static [&'static str] {
        self.facts().caught_by
    }

    /// What kind of bug it is.
    pub const fn class(self) -> Class {
        self.facts().class
    }

    /// The first edition in which it breaks a promise; every one when `None`.
    pub fn since(self) -> Option<Date> {
        self.facts().since.map(date)
    }

    /// The first edition in which it no longer breaks a promise.
    pub fn until(self) -> Option<Date> {
        self.facts().until.map(date)
    }

    /// Whether it merely rewrites an answer, while the domain does what it should.
    pub const fn rewrites(self) -> bool {
        self.facts().rewrites
    }

    /// The fault with the id, if there is one.
    pub fn from_id(id: &str) -> Option<Self> {
        ALL.iter().copied().find(|fault| fault.id() == id)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fault({})", self.id())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_sorted_within_their_area_unique_and_found_again() {
        for area in Area::ALL {
            let facts = area.facts();
            assert!(
                facts.windows(2).all(|pair| pair[0].id < pair[1].id),
                "{area:?}"
            );
        }
        for fault in ALL {
            assert_eq!(Fault::from_id(fault.id()), Some(*fault));
            assert!(
                fault.doc().lines().count() >= 2,
                "{}: what and why",
                fault.id()
            );
        }
        let ids: HashSet<_> = ALL.iter().map(|fault| fault.id()).collect();
        assert_eq!(ids.len(), ALL.len());
        assert_eq!(Fault::from_id("no-such-fault"), None);
    }

    #[test]
    fn at_most_a_quarter_merely_rewrites_answers() {
        let rewriting = ALL.iter().filter(|fault| fault.rewrites()).count();
        assert!(rewriting * 4 <= ALL.len(), "{rewriting} of {}", ALL.len());
    }

    #[test]
    fn dates_are_those_of_editions_in_their_order() {
        let editions = crate::reference::Edition::ALL.map(crate::reference::Edition::date);
        for fault in ALL {
            let (since, until) = (fault.since(), fault.until());
            for date in since.iter().chain(&until) {
                assert!(editions.contains(date), "{}: {date}", fault.id());
            }
            if let (Some(since), Some(until)) = (since, until) {
                assert!(since < until, "{}", fault.id());
            }
        }
    }
}
