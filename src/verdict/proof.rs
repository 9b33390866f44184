//! A proof: what every seeded fault was caught by, and that nothing accuses a faultless
//! server.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The kill matrix, the runs against the faultless server, and what both leave open.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Proof {
    /// The contract.
    pub contract: String,
    /// The editions at which the faultless server was judged.
    pub editions: Vec<Date>,
    /// Every fault with its trials.
    pub faults: Vec<FaultRow>,
    /// The faultless server, by edition.
    pub silence: Vec<Silence>,
    /// Requirements that passed on no exchange at any edition.
    pub never_exercised: Vec<Unexercised>,
    /// Checks, requirements and aspects of probes that no fault shows able to fail; `None`
    /// when not all faults were tried at all editions.
    pub unproven: Option<Vec<Unproven>>,
    /// Milliseconds it took.
    pub elapsed_ms: u64,
}

/// A fault and what happened to it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FaultRow {
    /// Its id.
    pub id: String,
    /// The kind of bug.
    pub class: String,
    /// What it breaks.
    pub doc: String,
    /// Whether it merely rewrites an answer.
    pub rewrites: bool,
    /// The requirements and checks that must notice it.
    pub caught_by: Vec<String>,
    /// One for each edition at which it was tried.
    pub trials: Vec<Trial>,
}

/// One run against a server with one fault.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The edition of server and contract.
    pub edition: Date,
    /// Those that must notice the fault, and did.
    pub by: Vec<String>,
    /// Those that must notice it, and did not. One that does is enough.
    pub missed: Vec<String>,
    /// Others that noticed it.
    pub also: Vec<String>,
    /// Everything that was found.
    pub seen: Vec<Seen>,
    /// How many exchanges there were.
    pub exchanges: u64,
    /// Why the run ended early, if it did.
    pub cut: Option<String>,
}

impl Trial {
    /// Whether one of those that must notice the fault did.
    pub fn killed(&self) -> bool {
        !self.by.is_empty()
    }
}

/// A finding in few words.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Seen {
    /// The requirement or check.
    pub promise: String,
    /// The operation.
    pub operation: Option<String>,
    /// What is wrong.
    pub title: String,
}

/// The faultless server at one edition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Silence {
    /// The edition of server and contract.
    pub edition: Date,
    /// What was found: all of it is false.
    pub alarms: Vec<Seen>,
    /// How many exchanges there were.
    pub exchanges: u64,
    /// How many requirements passed, of how many.
    pub passed: (usize, usize),
}

/// A requirement that passed nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unexercised {
    /// The requirement.
    pub requirement: String,
    /// What its row said instead, at the last edition that has it.
    pub instead: String,
}

/// Something that no fault shows able to fail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unproven {
    /// `check`, `requirement` or `aspect`.
    pub kind: String,
    /// Its id; an aspect as `probe/aspect`.
    pub id: String,
}

impl FaultRow {
    /// Whether it was killed at every edition at which it was tried.
    pub fn killed(&self) -> bool {
        !self.trials.is_empty() && self.trials.iter().all(Trial::killed)
    }
}

impl Proof {
    /// How many faults were killed.
    pub fn killed(&self) -> usize {
        self.faults.iter().filter(|fault| fault.killed()).count()
    }

    /// How many findings there were on the faultless server.
    pub fn alarms(&self) -> usize {
        self.silence.iter().map(|one| one.alarms.len()).sum()
    }

    /// Whether every fault was killed, nothing accused without reason, and everything that
    /// judges was seen to pass and to fail.
    pub fn holds(&self) -> bool {
        self.killed() == self.faults.len()
            && self.alarms() == 0
            && self.never_exercised.is_empty()
            && self.unproven.as_ref().is_none_or(Vec::is_empty)
    }

    /// The last line of the output.
    pub fn summary(&self) -> String {
        format!(
            "killed {} of {} · false alarms {} · requirements never exercised {}",
            self.killed(),
            self.faults.len(),
            self.alarms(),
            self.never_exercised.len()
        )
    }

    /// For each check and requirement that found a fault: which ones.
    pub fn kills(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut kills: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for fault in &self.faults {
            for promise in fault
                .trials
                .iter()
                .flat_map(|trial| trial.by.iter().chain(&trial.also))
            {
                kills.entry(promise).or_default().insert(&fault.id);
            }
        }
        kills
    }
}
