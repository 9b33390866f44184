//! The proof: every fault is noticed by those that it names, in process, and everything that
//! judges is proven by a fault; and `assize prove` through the binary.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use assize::engine::prove::{jobs, prove};
use assize::engine::{Sitting, editions};
use assize::reference;
use assize::verdict::Proof;

fn assize(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_assize"))
        .arg("prove")
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the binary runs")
}

fn proof(path: &Path) -> Proof {
    let text = std::fs::read_to_string(path).expect("a report");
    serde_json::from_str(&text).expect("a proof")
}

#[test]
fn every_fault_is_killed_and_everything_that_judges_is_proven() {
    let sittings: Vec<Sitting> = editions()
        .iter()
        .map(|&edition| Sitting::at(edition).expect("the embedded contract is right"))
        .collect();
    // The last edition of each fault, and the first one too of those of quotas, whose statuses
    // changed; `.ci/run` tries both of all, in a release build.
    let mut jobs = jobs(editions(), reference::ALL);
    let mut tried = BTreeSet::new();
    jobs.retain(|job| {
        job.fault
            .is_none_or(|fault| tried.insert(fault.id()) || fault.id().starts_with("quota"))
    });
    let proof = prove(&sittings, &jobs, 2, &|_, _| {});

    let survivors: Vec<_> = proof.faults.iter().filter(|one| !one.killed()).collect();
    assert!(survivors.is_empty(), "{survivors:#?}");
    assert_eq!(proof.faults.len(), reference::ALL.len());
    let alarms: Vec<_> = proof.silence.iter().flat_map(|one| &one.alarms).collect();
    assert!(alarms.is_empty(), "{alarms:#?}");
    assert_eq!(proof.never_exercised, []);
    assert_eq!(proof.unproven, Some(Vec::new()));
    assert!(proof.holds());
}

#[test]
fn a_part_is_chosen_by_fault_and_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = assize(
        folder.path(),
        &[
            "--fault=sender-name-null",
            "--verbose",
            "--report=json=proof.json",
            "--report=markdown=proof.md",
        ],
    );
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("sender-name-null  by THV-MSG-001"), "{text}");
    let summary = "killed 1 of 1 · false alarms 0 · requirements never exercised 0";
    assert_eq!(text.lines().last(), Some(summary), "{text}");
    let written = proof(&folder.path().join("proof.json"));
    assert_eq!(written.summary(), summary);
    let markdown = std::fs::read_to_string(folder.path().join("proof.md")).expect("a report");
    assert!(
        markdown.contains("| sender-name-null | field |"),
        "{markdown}"
    );
    let output = assize(
        folder.path(),
        &["--only", "THV-MEM-002", "--format", "json"],
    );
    let proof: Proof = serde_json::from_slice(&output.stdout).expect("a proof");
    assert!(proof.unproven.is_none());
    assert!(!proof.faults.is_empty());
    for fault in &proof.faults {
        assert!(fault.caught_by.iter().any(|id| id == "THV-MEM-002"));
    }
}

#[test]
fn mistakes_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases: [(&[&str], &str); 5] = [
        (
            &["petstore.yaml"],
            "prove on anybody else's server is not possible",
        ),
        (&["--fault", "no-such"], "there is no fault no-such"),
        (&["--only", "no-such"], "no fault matches"),
        (&["--edition", "2026-01-01"], "has no edition 2026-01-01"),
        (&["--report", "pdf=x"], "there are text, json, markdown"),
    ];
    for (arguments, message) in cases {
        let output = assize(folder.path(), arguments);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
        assert!(text.contains(message), "{arguments:?}: {text}");
    }
}
