//! Probes know no API: what they call stands in requirements, and mistakes there are told.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use assize::access::Access;
use assize::engine;
use assize::probes::{self, Known, mistakes};
use assize::verdict::ProbeRule;
use serde_json::{Value, json};

fn told(rule: Value) -> Vec<String> {
    let latest = *engine::editions().last().expect("there are editions");
    let (bench, _) = engine::bench_at(latest).expect("the contract is sound");
    let (contract, api) = (bench.contract, bench.api);
    let mut operations = BTreeSet::new();
    for operation in &api.operations {
        operations.insert(operation.id.clone());
        operations.insert(operation.signature());
    }
    let mut recipes = contract.resources.clone();
    recipes.extend(contract.access.iter().flat_map(Access::recipes));
    let known = Known {
        api: &api,
        operations: operations.iter().map(String::as_str).collect(),
        identities: contract.identities.keys().map(String::as_str).collect(),
        kinds: contract.kinds.keys().map(String::as_str).collect(),
        recipes: &recipes,
        access: contract.access.as_ref(),
    };
    let rule: ProbeRule = serde_json::from_value(rule).expect("it is a rule");
    mistakes(&rule, &known)
        .into_iter()
        .map(|mistake| format!("{}: {}", mistake.at, mistake.message))
        .collect()
}

#[test]
fn mistakes_are_told_with_the_names_that_are_meant() {
    let rule = |name: &str, aspect: &str, with: Value| json!({"name": name, "aspect": aspect, "with": with});
    assert_eq!(
        told(rule("rate-limits", "status", json!({}))),
        ["/name: there is no probe rate-limits; is rate-limit meant?"]
    );
    assert_eq!(
        told(rule(
            "rate-limit",
            "stats",
            json!({"identities": ["brst"], "call": {"operation": "getMyProfil", "wth": {}}, "statuss": 429, "status": 42})
        )),
        [
            "/aspect: there is no aspect of rate-limit stats; is status meant?",
            "/with/identities/0: there is no identity brst; is burst meant?",
            "/with/call/wth: there is no member of a call wth; is with meant?",
            "/with/call/operation: there is no operation getMyProfil; is getMyProfile meant?",
            "/with/statuss: there is no parameter of rate-limit statuss; is status meant?",
            "/with/status: expected a status, not 42",
        ]
    );
    assert_eq!(
        told(rule("rate-limit", "status", json!({}))),
        [
            "/with: the probe rate-limit needs the parameter identities: list of an identity",
            "/with: the probe rate-limit needs the parameter call: a call",
        ]
    );
    assert_eq!(
        told(rule(
            "quotas",
            "status",
            json!({
                "identity": "quota_chats", "resource": "chats",
                "create": {"operation": "createMyChatRoom", "with": {"pages": 1}},
                "count": {"operation": "listMyChats", "with": {"pagesize": 1}, "body": "{rom.id}"},
                "also": [{"create": {"operation": "createAgentChat", "as": "agnt {guest.api_key}"}}],
            })
        )),
        [
            "/with/create/with/pages: there is no parameter of createMyChatRoom pages",
            "/with/count/with/pagesize: there is no parameter of listMyChats pagesize; is page_size meant?",
            "/with/count/body: there is no resource rom; is room meant?",
            "/with/also/0/create/as: there is no kind of identity agnt; is agent meant?",
            "/with/also/0: count is missing: a call",
        ]
    );
    assert_eq!(
        told(rule(
            "isolation",
            "read",
            json!({"resources": ["rom"], "relations": ["other-organisation"], "operations": ["/api/v2/*"]})
        )),
        [
            "/with/resources/0: there is no resource of [access] rom; is room meant?",
            "/with/relations/0: there is no relation of [access] other-organisation; is other-organization meant?",
            "/with/operations/0: no path begins with /api/v2/",
        ]
    );
}

#[test]
fn probes_are_sorted_and_documented() {
    assert!(probes::ALL.windows(2).all(|pair| pair[0].id < pair[1].id));
    for probe in probes::ALL {
        for section in ["## What", "## Why it matters", "## Basis"] {
            assert!(
                probe.docs.contains(section),
                "{} has no {section}",
                probe.id
            );
        }
        assert!(
            probe
                .aspects
                .iter()
                .all(|aspect| !aspect.docs.trim().is_empty())
        );
        assert!(
            probe
                .parameters
                .iter()
                .all(|one| !one.docs.trim().is_empty())
        );
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn no_probe_knows_an_operation_or_an_identity_of_thenvoi() {
    let latest = *engine::editions().last().expect("there are editions");
    let (bench, _) = engine::bench_at(latest).expect("the contract is sound");
    let contract = bench.contract;
    let mut words: BTreeSet<String> = contract
        .operations_named()
        .into_iter()
        .map(|(_, name)| name.trim_end_matches('*').to_owned())
        .collect();
    let general = ["user", "agent", "burst", "nobody", "message", "room"];
    words.extend(
        contract
            .identities
            .into_keys()
            .chain(contract.resources.into_keys()),
    );
    words.retain(|word| !general.contains(&word.as_str()) && word.len() > 2);
    words.insert("thenvoi".to_owned());
    let mut files = Vec::new();
    for folder in ["src/probes", "src/access"] {
        sources(Path::new(folder), &mut files);
    }
    for file in files {
        let text = fs::read_to_string(&file)
            .expect("a source is text")
            .to_lowercase();
        for word in &words {
            let word = word.to_lowercase();
            let whole = text.match_indices(word.as_str()).any(|(at, _)| {
                let letter =
                    |one: Option<char>| one.is_some_and(|one| one.is_alphanumeric() || one == '_');
                !letter(text[..at].chars().next_back())
                    && !letter(text[at + word.len()..].chars().next())
            });
            assert!(!whole, "{} knows {word}", file.display());
        }
    }
}
