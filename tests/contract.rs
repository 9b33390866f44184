//! The Thenvoi contract holds together: everything that one file names, another one has.

use std::collections::BTreeSet;

use assize::api::Api;
use assize::contract::{self, Contract};
use assize::engine;
use assize::provision::Call;
use assize::reference::{self, IdentityKind};
use assize::spec::{self, NoFetch};
use assize::verdict::{Basis, Requirement};
use assize::{checks, probes};

/// The contract as of its latest edition.
fn contract() -> (Contract, Api) {
    let yaml =
        |name: &str, text: &str| spec::parse_yaml(name, text).map_err(|error| error.to_string());
    let contract = contract::embedded("thenvoi", &yaml)
        .expect("it is compiled in")
        .expect("sound");
    let input = engine::description_of(&contract);
    let wanted = engine::Wanted {
        name: "thenvoi",
        input: &input,
        edition: None,
        overlays: &[],
    };
    let edition = engine::load(contract, wanted, &NoFetch).expect("the description loads");
    (edition.contract, edition.api)
}

#[test]
fn the_description_has_no_flaw_and_enough_operations() {
    let (_, api) = contract();
    assert_eq!(api.flaws, []);
    assert!(
        api.operations.len() >= 58,
        "{} operations",
        api.operations.len()
    );
}

#[test]
fn every_operation_that_the_changelog_names_is_there() {
    let (_, api) = contract();
    let offered: BTreeSet<String> = api
        .operations
        .iter()
        .map(|operation| {
            let path: Vec<&str> = operation
                .path
                .split('/')
                .map(|part| if part.starts_with('{') { ":id" } else { part })
                .collect();
            format!("{} {}", operation.method, path.join("/"))
        })
        .collect();
    for named in [
        "POST /api/v1/me/agents",
        "POST /api/v1/me/agents/register",
        "GET /api/v1/me/contacts",
        "POST /api/v1/me/contacts/requests",
        "GET /api/v1/me/contacts/requests/received",
        "GET /api/v1/me/contacts/requests/sent",
        "POST /api/v1/me/contacts/requests/:id/approve",
        "POST /api/v1/me/contacts/requests/:id/reject",
        "POST /api/v1/me/contacts/requests/:id/cancel",
        "DELETE /api/v1/me/contacts/:id",
        "GET /api/v1/agent/contacts",
        "POST /api/v1/agent/memories",
        "GET /api/v1/agent/memories",
        "GET /api/v1/agent/memories/:id",
        "DELETE /api/v1/agent/memories/:id",
        "GET /api/v1/me/memories",
        "GET /api/v1/me/memories/:id",
        "GET /api/v1/agent/me",
    ] {
        assert!(offered.contains(named), "{named} is missing");
    }
    for operation in api
        .operations
        .iter()
        .filter(|one| one.path.starts_with("/api/v1/me/memories"))
    {
        assert_eq!(operation.tags, ["Human API"], "{}", operation.id);
    }
}

#[test]
fn what_recipes_and_plans_name_exists() {
    let (contract, api) = contract();
    let known = |call: &Call| {
        assert!(
            api.find(&call.operation).is_some(),
            "there is no operation {}",
            call.operation
        );
        if let Some(identity) = &call.identity {
            let (kind, issued) = identity.split_once(' ').unwrap_or((identity, ""));
            let exists = if issued.is_empty() {
                contract.file.identities.contains_key(kind)
            } else {
                contract.file.kinds.contains_key(kind)
            };
            assert!(
                exists,
                "{}: there is no identity {identity}",
                call.operation
            );
        }
    };
    for recipe in contract.file.resources.values() {
        recipe.steps.iter().chain(&recipe.delete).for_each(known);
    }
    for one in &contract.file.operations {
        one.delete.iter().for_each(known);
        for name in one.matches.iter().filter(|name| !name.ends_with('*')) {
            assert!(api.find(name).is_some(), "there is no operation {name}");
        }
        for need in &one.needs {
            assert!(
                contract.file.resources.contains_key(need),
                "no recipe makes {need}"
            );
        }
    }
}

#[test]
fn the_embedded_server_plays_every_identity() {
    let (contract, _) = contract();
    for (name, need) in &contract.file.identities {
        let demo = need.demo.as_deref().expect("each has a part");
        let played = reference::identities()
            .iter()
            .find(|identity| identity.name == demo)
            .unwrap_or_else(|| panic!("nobody plays {name}"));
        let kind = if played.kind == IdentityKind::User {
            "user"
        } else {
            "agent"
        };
        assert_eq!(kind, need.kind, "{name}");
    }
}

#[test]
fn every_requirement_has_a_probe_that_looks_at_it() {
    let (contract, _) = contract();
    let assumptions = include_str!("../specs/thenvoi/ASSUMPTIONS.md");
    for requirement in &contract.requirements {
        let Some(rule) = requirement.probe() else {
            continue;
        };
        let probe = probes::find(&rule.name).expect("the probe exists");
        assert!(probe.aspect(&rule.aspect).is_some(), "{}", requirement.id);
        for covers in &requirement.covers {
            assert!(checks::find(&covers.check).is_some(), "{}", covers.check);
        }
        for assumption in &requirement.assumptions {
            assert!(
                assumptions.contains(&format!("**{assumption}.")),
                "{assumption}"
            );
        }
        let rests = requirement.basis == Basis::Assumed;
        assert_eq!(
            rests,
            !requirement.assumptions.is_empty(),
            "{}",
            requirement.id
        );
    }
    for probe in probes::ALL {
        for aspect in probe.aspects {
            let judged = contract
                .requirements
                .iter()
                .filter_map(Requirement::probe)
                .any(|rule| rule.name == probe.id && rule.aspect == aspect.name);
            assert!(
                judged,
                "no requirement rests on {} of {}",
                aspect.name, probe.id
            );
        }
    }
}

#[test]
fn every_requirement_has_a_fault_and_every_fault_names_what_exists() {
    let yaml =
        |name: &str, text: &str| spec::parse_yaml(name, text).map_err(|error| error.to_string());
    // Of every edition.
    let contract = contract::embedded("thenvoi", &yaml)
        .expect("it is compiled in")
        .expect("sound");
    let mut caught = BTreeSet::new();
    for fault in reference::ALL {
        for id in fault.caught_by() {
            let known = checks::find(id).is_some()
                || contract.requirements.iter().any(|one| one.id == **id);
            assert!(known, "{}: nothing is called {id}", fault.id());
            caught.insert(*id);
        }
    }
    let without: Vec<&str> = contract
        .requirements
        .iter()
        .map(|one| one.id.as_str())
        .filter(|id| !caught.contains(id))
        .collect();
    // No fault names these first, though `prove` shows that some fault breaks each of them; the
    // list must shrink.
    assert_eq!(without, ["THV-CON-002", "THV-CON-004", "THV-SPL-002"]);
}
