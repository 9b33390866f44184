//! A server that keeps one edition, judged by the contract of another, for every pair.
//!
//! Nothing is found where both are the same. Elsewhere, what is found stands in
//! `editions/table.txt`, and of the requirements it is exactly those that hold in the
//! contract's edition and not in the server's, less what cannot be observed, which stands in
//! `editions/unobserved.txt` with its reason. `ASSIZE_BLESS=1` writes the table anew.

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

/// What cannot be observed: lines `SERVER CONTRACT REQUIREMENT reason`, `*` for any edition.
struct Unobserved(Vec<(String, String, String)>);

impl Unobserved {
    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("the list is there");
        let lines = text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self(
            lines
                .map(|line| {
                    let words: Vec<&str> = line.split_whitespace().collect();
                    assert!(words.len() > 4, "without a reason: {line}");
                    (words[0].into(), words[1].into(), words[2].into())
                })
                .collect(),
        )
    }

    /// The lines that speak of it.
    fn of(&self, server: Edition, contract: Edition, id: &str) -> impl Iterator<Item = usize> {
        let (server, contract) = (server.date().to_string(), contract.date().to_string());
        let fits = move |word: &str, date: &str| word == "*" || word == date;
        self.0
            .iter()
            .enumerate()
            .filter(move |(_, (one, other, requirement))| {
                fits(one, &server) && fits(other, &contract) && requirement == id
            })
            .map(|(index, _)| index)
            .collect::<Vec<_>>()
            .into_iter()
    }
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
    let unobserved = Unobserved::read(&folder.join("unobserved.txt"));
    let mut used: BTreeSet<usize> = BTreeSet::new();
    let mut wrong = String::new();
    for ((server, contract), found) in &found {
        let sitting = sittings
            .iter()
            .find(|one| one.edition == *contract)
            .expect("made of the sittings");
        if server == contract && !found.is_empty() {
            let _ = writeln!(wrong, "{} judged by itself: {found:?}", server.date());
        }
        let expected: BTreeSet<&str> = sitting
            .plan
            .requirements
            .iter()
            .filter(|one: &&Requirement| !one.holds_at(server.date()))
            .map(|one| one.id.as_str())
            .collect();
        for id in &expected {
            let lines: Vec<usize> = unobserved.of(*server, *contract, id).collect();
            let seen = found.requirements.contains(*id);
            if !seen {
                used.extend(&lines);
            }
            if seen == lines.is_empty() {
                continue;
            }
            let _ = writeln!(
                wrong,
                "{} judged by {}: {id} {}",
                server.date(),
                contract.date(),
                if seen {
                    "is listed as unobserved, and was found"
                } else {
                    "was not found"
                }
            );
        }
        for id in found
            .requirements
            .iter()
            .filter(|id| !expected.contains(id.as_str()))
        {
            let _ = writeln!(
                wrong,
                "{} judged by {}: {id} holds in both, and was found",
                server.date(),
                contract.date()
            );
        }
    }
    for (index, (server, contract, id)) in unobserved.0.iter().enumerate() {
        if !used.contains(&index) {
            let _ = writeln!(
                wrong,
                "unobserved.txt: {server} {contract} {id} is not needed"
            );
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
