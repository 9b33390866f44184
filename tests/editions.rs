//! A server that keeps one edition, judged by the contract of another, for every pair.
//!
//! Nothing is found where both are the same. Elsewhere, what is found stands in
//! `editions/table.txt`, and of the requirements it is exactly those that hold in the
//! contract's edition and not in the server's, less what cannot be observed, which stands in
//! `editions/unobserved.txt` with its reason; and where the server lacks operations of the
//! contract, what follows from that, in `editions/implied.txt`. `ASSIZE_BLESS=1` writes the
//! table anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use assize::engine::{Sitting, editions};
use assize::reference::{Edition, FaultSet};
use assize::verdict::{Promise, Requirement};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Found {
    requirements: BTreeSet<String>,
    /// Check → the operations.
    checks: BTreeMap<String, BTreeSet<String>>,
}

impl Found {
    fn is_empty(&self) -> bool {
        self.requirements.is_empty() && self.checks.is_empty()
    }
}

fn judge(sitting: &Sitting, server: Edition) -> Found {
    let run = sitting.against(server, FaultSet::none());
    let mut found = Found::default();
    for group in run.findings() {
        match group.finding.promise {
            Promise::Requirement { id } => {
                found.requirements.insert(id.to_string());
            }
            Promise::Check { check, operation } => {
                found
                    .checks
                    .entry(check.to_string())
                    .or_default()
                    .insert(operation.to_string());
            }
            Promise::Part { .. } => {}
        }
    }
    found
}

/// Server × contract → what was found.
fn all_pairs(sittings: &[Sitting]) -> BTreeMap<(Edition, Edition), Found> {
    let pairs: Vec<(Edition, usize)> = editions()
        .iter()
        .flat_map(|&server| (0..sittings.len()).map(move |contract| (server, contract)))
        .collect();
    let next = AtomicUsize::new(0);
    let found = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(&(server, contract)) =
                    pairs.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let sitting = &sittings[contract];
                    let seen = judge(sitting, server);
                    found
                        .lock()
                        .expect("nobody panics")
                        .insert((server, sitting.edition), seen);
                }
            });
        }
    });
    found.into_inner().expect("nobody panics")
}

/// Requirements with a reason: paragraphs of `# reason` and the ids below it.
fn reasons(path: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(path).expect("the list is there");
    let mut reasons = BTreeMap::new();
    let mut reason = String::new();
    let mut ended = true;
    for line in text.lines() {
        if let Some(more) = line.strip_prefix('#') {
            if std::mem::take(&mut ended) {
                reason.clear();
            }
            reason.push_str(more);
            continue;
        }
        ended = true;
        for id in line.split_whitespace() {
            assert!(!reason.is_empty(), "{id} is listed without a reason");
            let twice = reasons.insert(id.to_owned(), reason.clone());
            assert!(twice.is_none(), "{id} is listed twice");
        }
    }
    reasons
}

/// Whether the contract has operations that the server's edition has not.
fn lacks_operations(server: &Sitting, contract: &Sitting) -> bool {
    let known = |id: &str| server.bench.api.operations.iter().any(|one| one.id == id);
    let mut operations = contract.bench.api.operations.iter();
    operations.any(|one| !known(&one.id))
}

fn table(found: &BTreeMap<(Edition, Edition), Found>) -> String {
    let mut text = String::from(
        "# What a server that keeps one edition breaks of another: server, contract, findings.\n\
         # Made by ASSIZE_BLESS=1 cargo test --test editions\n",
    );
    for ((server, contract), found) in found {
        let _ = write!(text, "\n{} judged by {}", server.date(), contract.date());
        if found.is_empty() {
            text.push_str(": nothing\n");
            continue;
        }
        text.push('\n');
        for id in &found.requirements {
            let _ = writeln!(text, "  {id}");
        }
        for (check, operations) in &found.checks {
            let operations: Vec<&str> = operations.iter().map(String::as_str).collect();
            let _ = writeln!(text, "  {check}: {}", operations.join(" "));
        }
    }
    text
}

#[test]
fn each_pair_of_editions_is_judged_as_the_table_says() {
    let sittings: Vec<Sitting> = editions()
        .iter()
        .map(|&edition| Sitting::at(edition).expect("the embedded contract is right"))
        .collect();
    let found = all_pairs(&sittings);
    let folder = Path::new("tests/editions");
    let unobserved = reasons(&folder.join("unobserved.txt"));
    let implied = reasons(&folder.join("implied.txt"));
    let mut needed: BTreeSet<String> = BTreeSet::new();
    let mut wrong = String::new();
    let at = |edition: Edition| {
        let found = sittings.iter().find(|one| one.edition == edition);
        found.expect("there is one for each edition")
    };
    for ((server, contract), found) in &found {
        let mut say = |what: &str| {
            let (server, contract) = (server.date(), contract.date());
            let _ = writeln!(wrong, "{server} judged by {contract}: {what}");
        };
        if server == contract && !found.is_empty() {
            say(&format!("{found:?}"));
        }
        let lacking = lacks_operations(at(*server), at(*contract));
        let expected: BTreeSet<&str> = at(*contract)
            .plan
            .requirements
            .iter()
            .filter(|one: &&Requirement| !one.holds_at(server.date()))
            .map(|one| one.id.as_str())
            .collect();
        for id in &expected {
            let seen = found.requirements.contains(*id);
            let listed = unobserved.contains_key(*id);
            if listed {
                needed.insert((*id).to_owned());
            }
            match (seen, listed) {
                (true, true) => say(&format!("{id} is listed as unobserved, and was found")),
                (false, false) => say(&format!("{id} was not found")),
                _ => {}
            }
        }
        for id in &found.requirements {
            if expected.contains(id.as_str()) {
                continue;
            }
            if lacking && implied.contains_key(id) {
                needed.insert(id.clone());
            } else {
                say(&format!("{id} holds in both, and was found"));
            }
        }
    }
    for id in unobserved.keys().chain(implied.keys()) {
        if !needed.contains(id) {
            let _ = writeln!(wrong, "{id} is listed, and need not be");
        }
    }
    let path = folder.join("table.txt");
    let table = table(&found);
    if std::env::var_os("ASSIZE_BLESS").is_some() {
        std::fs::write(&path, &table).expect("the table is written");
    }
    assert!(wrong.is_empty(), "{wrong}");
    let committed = std::fs::read_to_string(&path).expect("the table is there");
    assert_eq!(table, committed, "tests/editions/table.txt is not fresh");
}
