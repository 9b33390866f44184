//! Nothing of the changelog is left out: every sentence of it has requirements, every
//! requirement belongs to a sentence, and `specs/thenvoi/README.md` says the same as the files.

use std::collections::{BTreeMap, BTreeSet};

use assize::contract::{self, Contract};
use assize::engine::{self, Edition};
use assize::spec;
use assize::verdict::{Basis, Requirement, Verify};
use serde_json::Value;

const README: &str = include_str!("../specs/thenvoi/README.md");
const ASSUMPTIONS: &str = include_str!("../specs/thenvoi/ASSUMPTIONS.md");

/// How many bullets and sentences of each entry promise something. Counted in the changelog
/// itself: whoever changes a number has read the entry again.
const SENTENCES: [(&str, usize); 7] = [
    ("2026-03-03", 2),
    ("2026-02-24", 4),
    ("2026-02-17", 3),
    ("2026-02-10", 13),
    ("2026-02-03", 15),
    ("2026-01-14", 3),
    ("2025-12-28", 13),
];

fn yaml(name: &str, text: &str) -> Result<Value, String> {
    spec::parse_yaml(name, text).map_err(|error| error.to_string())
}

fn contract() -> Contract {
    contract::embedded("thenvoi", &yaml)
        .expect("it is compiled in")
        .expect("sound")
}

/// The cells of the rows of the page's tables that begin with this.
fn rows(prefix: &str) -> Vec<Vec<&'static str>> {
    README
        .lines()
        .filter(|line| line.starts_with(&format!("| {prefix}")))
        .map(|line| {
            let cells = line.trim_matches('|').split(" | ");
            cells.map(str::trim).collect()
        })
        .collect()
}

/// The requirements of each numbered sentence.
fn sentences() -> BTreeMap<&'static str, Vec<&'static str>> {
    let rows = rows("CL-");
    let sentences: BTreeMap<_, Vec<_>> = rows
        .iter()
        .map(|cells| (cells[0], cells[3].split(", ").collect()))
        .collect();
    assert_eq!(sentences.len(), rows.len(), "a number is there twice");
    sentences
}

/// How the page tells the way in which a requirement is verified.
fn way(verify: &Verify) -> String {
    match verify {
        Verify::Schema(_) => "schema".to_owned(),
        Verify::Expression(_) => "expression".to_owned(),
        Verify::Workflow(_) | Verify::Probe(_) => verify.to_string(),
    }
}

fn row(requirement: &Requirement) -> Vec<String> {
    let date = |date: Option<jiff::civil::Date>| date.map_or(String::new(), |it| it.to_string());
    let basis = match requirement.basis {
        Basis::Stated => "stated",
        Basis::Clients => "clients",
        Basis::Assumed => "assumed",
    };
    let basis = [basis]
        .into_iter()
        .chain(requirement.assumptions.iter().map(String::as_str))
        .collect::<Vec<_>>();
    vec![
        requirement.id.clone(),
        format!("{:?}", requirement.level).to_uppercase(),
        requirement.text.clone(),
        date(requirement.since),
        date(requirement.until),
        basis.join(" "),
        way(&requirement.verify),
    ]
}

#[test]
fn every_sentence_of_the_changelog_has_a_number_and_a_requirement() {
    let sentences = sentences();
    let expected: BTreeSet<String> = SENTENCES
        .iter()
        .flat_map(|(date, count)| (1..=*count).map(move |n| format!("CL-{date}-{n:02}")))
        .collect();
    let numbered: BTreeSet<String> = sentences.keys().map(|id| (*id).to_owned()).collect();
    assert_eq!(numbered, expected);
    for (number, ids) in sentences {
        assert!(
            ids.iter().all(|id| id.starts_with("THV-")),
            "{number} has no requirement: {ids:?}"
        );
    }
}

#[test]
fn every_requirement_belongs_to_a_sentence_that_is_there() {
    let mapped: BTreeSet<&str> = sentences().into_values().flatten().collect();
    let contract = contract();
    let written: BTreeSet<&str> = contract
        .requirements
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    assert_eq!(mapped, written);
}

#[test]
fn the_page_says_what_the_files_say() {
    let told: Vec<Vec<String>> = rows("THV-")
        .into_iter()
        .map(|cells| cells.into_iter().map(ToOwned::to_owned).collect())
        .collect();
    let mut told: BTreeMap<String, Vec<String>> =
        told.into_iter().map(|row| (row[0].clone(), row)).collect();
    let contract = contract();
    for requirement in &contract.requirements {
        let row = row(requirement);
        assert_eq!(
            told.remove(&requirement.id),
            Some(row.clone()),
            "the row should be\n| {} |",
            row.join(" | ")
        );
    }
    assert!(told.is_empty(), "in no file: {:?}", told.keys());
    let count = format!("{} requirements", contract.requirements.len());
    assert!(README.contains(&count), "the page should say {count}");
}

#[test]
fn ids_are_sorted_in_each_file_and_on_the_page() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("specs/thenvoi");
    for entry in std::fs::read_dir(folder.join("requirements")).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).expect("a text");
        let list = yaml(&name, &text).expect("it loads");
        let ids: Vec<&str> = list
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one["id"].as_str().expect("a text"))
            .collect();
        assert!(ids.is_sorted(), "{name}: {ids:?}");
        let areas: BTreeSet<&str> = ids.iter().map(|id| &id[..7]).collect();
        assert_eq!(areas.len(), 1, "{name} is about one area");
    }
    for table in README.split("### ").skip(1 + SENTENCES.len()) {
        let ids: Vec<&str> = table
            .lines()
            .filter_map(|line| line.strip_prefix("| THV-")?.split(' ').next())
            .collect();
        assert!(ids.is_sorted(), "{ids:?}");
    }
}

/// All workflows by id.
fn workflows() -> BTreeMap<String, Value> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("specs/thenvoi/workflows");
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        let document = yaml(&path.display().to_string(), &text).expect("it loads");
        for workflow in document["workflows"].as_array().expect("a list") {
            let id = workflow["workflowId"].as_str().expect("a text");
            let before = all.insert(id.to_owned(), workflow.clone());
            assert!(before.is_none(), "{id} is there twice");
        }
    }
    all
}

#[test]
fn every_workflow_verifies_one_requirement() {
    let written: Vec<String> = workflows().into_keys().collect();
    let mut named: Vec<String> = contract()
        .requirements
        .iter()
        .filter_map(|one| match &one.verify {
            Verify::Workflow(rule) => Some(rule.id.clone()),
            _ => None,
        })
        .collect();
    named.sort();
    assert_eq!(written, named);
}

#[test]
fn what_is_assumed_is_written_down_once() {
    let contract = contract();
    for requirement in &contract.requirements {
        let rests = requirement.basis == Basis::Assumed;
        let id = &requirement.id;
        assert_eq!(rests, !requirement.assumptions.is_empty(), "{id}");
        for assumption in &requirement.assumptions {
            let written = ASSUMPTIONS.matches(&format!("**{assumption}.")).count();
            assert_eq!(written, 1, "{assumption} of {id}");
        }
    }
}

#[test]
fn a_requirement_comes_no_earlier_than_the_entry_that_it_is_from() {
    let sentences = sentences();
    for requirement in &contract().requirements {
        let first = sentences
            .iter()
            .filter(|(_, ids)| ids.contains(&requirement.id.as_str()))
            .map(|(number, _)| number[3..13].parse::<jiff::civil::Date>().expect("a date"))
            .min()
            .expect("another test says so");
        // What an entry tells of the time before it ends with the entry; and what it tells of
        // the message limit is as old as the limit.
        let past = requirement.until.is_some_and(|until| until <= first);
        let limit = ["THV-QUO-016", "THV-QUO-020"].contains(&requirement.id.as_str());
        if past || limit {
            continue;
        }
        let since = requirement.since;
        let base = first == jiff::civil::date(2025, 12, 28);
        assert!(
            since.is_some_and(|since| since >= first) || (since.is_none() && base),
            "{} is from {first}, and holds since {since:?}",
            requirement.id
        );
    }
}

/// The periods that the changelog leaves open: no requirement on these quotas is older.
#[test]
fn no_requirement_judges_an_open_period() {
    for requirement in &contract().requirements {
        let Some(rule) = requirement.probe().filter(|rule| rule.name == "quotas") else {
            continue;
        };
        let earliest = match rule.with["resource"].as_str().expect("a text") {
            "agents" => Some(jiff::civil::date(2026, 2, 10)),
            "chats" | "participants" => Some(jiff::civil::date(2026, 2, 24)),
            _ => None,
        };
        assert!(
            requirement.since >= earliest,
            "{} is older than what the changelog says of it",
            requirement.id
        );
    }
}

/// Every edition, with the requirements that belong to it.
fn editions() -> Vec<Edition> {
    let all = contract();
    all.editions()
        .into_iter()
        .map(|date| {
            let input = engine::description_of(&all);
            let wanted = engine::Wanted {
                name: "thenvoi",
                input: &input,
                edition: Some(&date.to_string()),
                overlays: &[],
            };
            engine::load(contract(), wanted, &spec::NoFetch).expect("every edition loads")
        })
        .collect()
}

/// The texts of all members with one of these names, at any depth.
fn named<'v>(value: &'v Value, names: &[&str], found: &mut Vec<&'v str>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if names.contains(&name.as_str()) => found.push(text),
                    Value::Array(list) if names.contains(&name.as_str()) => {
                        found.extend(list.iter().filter_map(Value::as_str));
                    }
                    other => named(other, names, found),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|one| named(one, names, found)),
        _ => {}
    }
}

#[test]
fn every_operation_that_a_rule_names_is_in_each_of_its_editions() {
    let workflows = workflows();
    let editions = editions();
    assert_eq!(editions.len(), SENTENCES.len());
    for edition in &editions {
        let date = edition.date.expect("it is dated").date;
        for requirement in &edition.contract.requirements {
            assert!(requirement.holds_at(date));
            let mut operations: Vec<&str> = Vec::new();
            let with;
            match &requirement.verify {
                Verify::Schema(rule) => {
                    operations.extend(rule.operations.iter().map(String::as_str));
                }
                Verify::Expression(rule) => {
                    operations.extend(rule.operations.iter().map(String::as_str));
                }
                Verify::Workflow(rule) => {
                    named(&workflows[&rule.id], &["operationId"], &mut operations);
                }
                Verify::Probe(rule) => {
                    with = Value::Object(rule.with.clone());
                    named(&with, &["operation", "operations"], &mut operations);
                }
            }
            for covers in &requirement.covers {
                operations.extend(covers.operations.iter().map(String::as_str));
            }
            for name in operations {
                let known = edition
                    .api
                    .operations
                    .iter()
                    .any(|one| match name.strip_suffix('*') {
                        Some(prefix) => one.path.starts_with(prefix),
                        None => one.id == name,
                    });
                assert!(known, "{}: no {name} as of {date}", requirement.id);
            }
        }
    }
}
