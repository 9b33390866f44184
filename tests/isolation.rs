//! The matrix of access, observed on the reference server in process: nothing is wrong on the
//! faultless one, each fault is where it is, and an identity that is missing costs its cells
//! alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use assize::engine::{self, PlanOptions, Sitting, bench_at};
use assize::reference::{Edition, Fault, FaultSet};
use assize::report::{Format, Style, write};
use assize::verdict::{Event, Matrix, Observed, Promise, Run, Verdict};

fn latest() -> Edition {
    *engine::editions().last().expect("there are editions")
}

/// The requirements that the matrix decides, without some identities.
fn sitting(without: &[&str]) -> Sitting {
    let (mut bench, cast) = bench_at(latest()).expect("the contract is sound");
    bench
        .requirements
        .retain(|one| one.probe().is_some_and(|rule| rule.name == "isolation"));
    let mut identities = (*bench.identities).clone();
    identities
        .known
        .retain(|name, _| !without.contains(&name.as_str()));
    bench.identities = Arc::new(identities);
    let options = PlanOptions {
        seed: 0,
        random: 0,
        // Every requirement, and no operation.
        only: vec!["THV-".to_owned()],
        budget: 100,
        loopback: true,
        probes: true,
    };
    let plan = engine::plan(&bench, &options);
    Sitting::new(latest(), bench, plan, &cast).expect("it can be sent")
}

fn verdicts(run: &Run) -> BTreeMap<String, Verdict> {
    let rows = run.ledger().into_iter();
    rows.filter_map(|row| match row.promise {
        Promise::Requirement { id } => Some((id.to_string(), row.verdict)),
        _ => None,
    })
    .collect()
}

fn matrix(run: &Run) -> &Matrix {
    run.matrices
        .get("probe/isolation")
        .expect("it was observed")
}

fn with(fault: &str) -> FaultSet {
    let fault = Fault::from_id(fault).unwrap_or_else(|| panic!("there is no fault {fault}"));
    [fault].into_iter().collect()
}

#[test]
fn on_the_faultless_server_every_cell_is_as_the_contract_says() {
    let run = sitting(&[]).against(latest(), FaultSet::default());
    for (id, verdict) in verdicts(&run) {
        assert_eq!(verdict, Verdict::Pass, "{id}");
    }
    let matrix = matrix(&run);
    for (row, identity, cell) in matrix.cells() {
        let right = cell
            .as_expected()
            .unwrap_or(matches!(cell.observed, Observed::Omitted { .. }));
        assert!(right, "{} × {identity}: {cell:?}", row.operation);
    }
    // Fewer than one for each of the 1,288 cells, set-up included: what others show is not tried.
    assert!(run.exchanges < 1_000, "{} exchanges", run.exchanges);
    let mut text = Vec::new();
    let style = Style {
        masked: true,
        verbose: true,
        ..Style::default()
    };
    write(Format::Text, &run, &mut text, &style).expect("memory does not fail");
    let text = String::from_utf8(text).expect("text");
    let (_, table) = text.split_once("Access: ").expect("the table is printed");
    let (table, _) = table.split_once("\n\n").expect("something follows");
    insta::assert_snapshot!("matrix.txt", table);
    let mut text = Vec::new();
    write(Format::Markdown, &run, &mut text, &style).expect("memory does not fail");
    let text = String::from_utf8(text).expect("text");
    let table = text
        .lines()
        .filter(|line| line.starts_with("| room of user |"))
        .count();
    assert_eq!(table, 25);
}

#[test]
fn each_fault_is_seen_where_it_is() {
    let sitting = sitting(&[]);
    for (fault, requirement) in [
        ("memory-readable-across-organizations", "THV-MEM-001"),
        ("memory-listed-across-organizations", "THV-MEM-002"),
        ("memory-deletable-by-other-agent", "THV-MEM-003"),
        ("memory-search-leaks-across-organizations", "THV-MEM-006"),
        ("memory-about-subject-private", "THV-MEM-008"),
        ("memory-count-leaks-across-organizations", "THV-MEM-017"),
        ("memory-changed-although-refused", "THV-MEM-019"),
        ("messages-readable-by-organization", "THV-SEC-001"),
        ("rooms-exported-with-largest-page", "THV-SEC-002"),
        ("message-sent-into-foreign-room", "THV-SEC-005"),
        ("contact-removable-by-anybody", "THV-SEC-006"),
        ("room-existence-told-by-message", "THV-SEC-007"),
    ] {
        let run = sitting.against(latest(), with(fault));
        for (id, verdict) in verdicts(&run) {
            assert_eq!(
                verdict == Verdict::Fail,
                id == requirement,
                "{fault}: {id} {verdict:?}"
            );
        }
        let findings = run.findings();
        let finding = &findings.first().expect("it accuses").finding;
        assert!(
            finding.exchange.is_some() && finding.location.is_some(),
            "{finding:?}"
        );
    }
}

#[test]
fn a_missing_identity_costs_its_cells_and_no_others() {
    let run = sitting(&["stranger_agent"]).against(latest(), FaultSet::default());
    let why = "the identity stranger_agent is not configured";
    for (row, identity, cell) in matrix(&run).cells() {
        let missing = matches!(&cell.observed, Observed::Missing { why: told } if told == why);
        let named = &**identity == "stranger_agent" || &*row.owner == "stranger_agent";
        // The room of the stranger has that agent in it.
        let in_it = &*row.resource == "room" && &*row.owner == "stranger";
        // A request between a person abroad and a guest needs a witness.
        let witness = row.resource.starts_with("user-") && &*row.owner == "stranger";
        assert!(!missing || named || in_it || witness, "{row:?}");
        assert!(missing || cell.as_expected() != Some(false), "{cell:?}");
    }
    let verdicts = verdicts(&run);
    assert_eq!(verdicts["THV-MEM-008"], Verdict::Pass);
    let Verdict::Inconclusive(told) = &verdicts["THV-MEM-001"] else {
        panic!("{:?}", verdicts["THV-MEM-001"]);
    };
    assert!(
        told.contains("could not be tried") && told.ends_with(why),
        "{told}"
    );
}

#[test]
fn the_matrix_is_in_the_log_and_old_logs_have_none() {
    let run = sitting(&[]).against(latest(), FaultSet::default());
    let event = Event::Matrix(Box::new(matrix(&run).clone()));
    let line = serde_json::to_string(&event).expect("events serialize");
    assert!(line.starts_with(r#"{"event":"matrix""#), "{}", &line[..80]);
    let again: Event = serde_json::from_str(&line).expect("events deserialize");
    assert_eq!(again, event);
    assert!(Run::of([]).matrices.is_empty());
}
