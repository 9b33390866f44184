//! Laws of the ledger, over runs that are made up: it is whole, counts add up, every open
//! verdict has its reason, every pass its exchange, and the order of arrival does not show.

use std::sync::Arc;

use assize::verdict::{
    Counts, Decision, Event, ExchangeEvent, ExchangeRecord, ExchangeRef, Finding, Promise,
    Requirement, RuleNote, Run, RunStarted, Verdict,
};
use proptest::prelude::*;
use serde_json::json;

const REQUIREMENTS: usize = 6;
const CHECKS: usize = 3;
const OPERATIONS: [&str; 2] = ["one", "two"];

fn requirement(index: usize, basis: &str) -> Requirement {
    let mut written = json!({
        "id": format!("R-{index}"), "level": "MUST", "text": "It MUST.", "source": "s",
        "basis": basis,
    });
    let members = written.as_object_mut().expect("an object");
    if basis == "assumed" {
        members.insert("assumptions".to_owned(), json!(["A1"]));
    }
    let (name, way) = match index % 3 {
        0 => ("expression", json!({"operations": ["one"], "that": "true"})),
        1 => ("schema", json!({"operations": ["one", "two"]})),
        _ => ("probe", json!({"name": "p", "aspect": "a"})),
    };
    members.insert(name.to_owned(), way);
    serde_json::from_value(written).expect("a requirement")
}

fn is_rule(index: usize) -> bool {
    index % 3 != 2
}

fn started(bases: &[u8], own_server: bool, problem: Option<usize>) -> RunStarted {
    let rests_on = |index: usize| ["stated", "clients", "assumed"][usize::from(bases[index] % 3)];
    RunStarted {
        requirements: (0..REQUIREMENTS)
            .map(|index| requirement(index, rests_on(index)))
            .collect(),
        rules: (0..REQUIREMENTS)
            .filter(|index| is_rule(*index))
            .map(|index| RuleNote {
                requirement: index,
                operations: vec!["one".into()],
                problem: (problem == Some(index)).then(|| "it is no CEL".to_owned()),
            })
            .collect(),
        operations: OPERATIONS
            .map(|id| (id.into(), format!("GET /{id}")))
            .to_vec(),
        checks: (0..CHECKS)
            .map(|index| format!("check-{index}").into())
            .collect(),
        rows: (0..CHECKS)
            .flat_map(|check| OPERATIONS.map(|operation| (check, operation.into())))
            .collect(),
        own_server,
        ..RunStarted::default()
    }
}

/// What one exchange says of one promise.
#[derive(Clone, Copy, Debug)]
struct Said {
    requirement: usize,
    check: usize,
    what: u8,
}

fn finding(promise: Promise, id: &ExchangeRef, cause: u8) -> Finding {
    Finding {
        promise,
        operation: Some("one".to_owned()),
        title: "t".to_owned(),
        cause: cause.to_string(),
        expected: "e".to_owned(),
        actual: "a".to_owned(),
        location: None,
        exchange: Some(id.clone()),
        case: None,
    }
}

fn exchange(
    sequence: usize,
    ordinal: usize,
    operation: usize,
    status: u16,
    said: &[Said],
) -> Event {
    let id = ExchangeRef {
        sequence: format!("s{sequence}").into(),
        ordinal: u32::try_from(ordinal).expect("few"),
    };
    let mut event = ExchangeEvent {
        id: id.clone(),
        purpose: "case".into(),
        operation: Some(OPERATIONS[operation].into()),
        case: None,
        record: ExchangeRecord {
            status: (status > 0).then_some(status),
            ..ExchangeRecord::default()
        },
        passed: Vec::new(),
        undecided: Vec::new(),
        kept: Vec::new(),
        open: Vec::new(),
        errors: Vec::new(),
        findings: Vec::new(),
    };
    for one in said {
        let reason = || format!("why {}", one.what);
        if is_rule(one.requirement) {
            match one.what % 4 {
                0 => event.kept.push(one.requirement),
                1 => event.open.push((one.requirement, reason())),
                2 => event.errors.push((one.requirement, reason())),
                _ => {
                    let promise = Promise::requirement(&format!("R-{}", one.requirement));
                    event.findings.push(finding(promise, &id, one.what));
                }
            }
        }
        match one.what / 4 % 3 {
            0 => event.passed.push(one.check),
            1 => event.undecided.push((one.check, reason())),
            _ => {
                let promise =
                    Promise::check(&format!("check-{}", one.check), OPERATIONS[operation]);
                event.findings.push(finding(promise, &id, one.what));
            }
        }
    }
    Event::Exchange(Box::new(event))
}

/// The end of a sequence that decides on the requirement of a probe.
fn end(sequence: usize, decision: Option<u8>) -> Event {
    let name: Arc<str> = format!("s{sequence}").into();
    let decide = |what: u8| {
        let evidence = vec![0];
        let requirement: Arc<str> = format!("R-{}", 3 * (sequence % 2) + 2).into();
        let id = ExchangeRef {
            sequence: Arc::clone(&name),
            ordinal: 0,
        };
        let promise = Promise::requirement(&requirement);
        let reason = "because".to_owned();
        let (verdict, evidence, findings) = match what % 5 {
            0 => (Verdict::Pass, evidence, Vec::new()),
            1 => (Verdict::Fail, evidence, vec![finding(promise, &id, 0)]),
            2 => (Verdict::Skipped(reason), Vec::new(), Vec::new()),
            3 => (Verdict::NotApplicable(reason), Vec::new(), Vec::new()),
            _ => (Verdict::Error(reason), Vec::new(), Vec::new()),
        };
        Decision {
            requirement,
            verdict,
            evidence,
            findings,
        }
    };
    Event::SequenceFinished {
        decisions: decision.map(decide).into_iter().collect(),
        sequence: Arc::clone(&name),
        left: std::collections::BTreeMap::new(),
        unsent: Vec::new(),
        cut: None,
    }
}

fn law(run: &Run) {
    let started = run.started.as_ref().expect("it began");
    let rows = run.ledger();
    assert_eq!(rows.len(), started.requirements.len() + started.rows.len());
    let counts = Counts::of(&rows);
    assert_eq!(counts.total(), rows.len());
    let findings = run.findings();
    for row in &rows {
        let accused = findings
            .iter()
            .any(|group| group.finding.promise == row.promise);
        match &row.verdict {
            Verdict::Pass => {
                assert!(row.exchanges > 0, "{row:?}");
                assert!(!row.evidence.is_empty(), "{row:?}");
                assert!(!accused, "{row:?}");
            }
            Verdict::Fail => assert!(accused && row.exchanges > 0, "{row:?}"),
            other => assert!(other.reason().is_some_and(|why| !why.is_empty()), "{row:?}"),
        }
        assert!(
            row.evidence.len() as u64 <= row.exchanges && row.evidence.len() <= 3,
            "{row:?}"
        );
        assert!(row.evidence.is_sorted(), "{row:?}");
    }
}

fn said() -> impl Strategy<Value = Said> {
    (0..REQUIREMENTS, 0..CHECKS, any::<u8>()).prop_map(|(requirement, check, what)| Said {
        requirement,
        check,
        what,
    })
}

type Sent = (usize, u16, Vec<Said>);

fn sequences() -> impl Strategy<Value = Vec<(Vec<Sent>, Option<u8>)>> {
    let sent = (
        0..OPERATIONS.len(),
        prop_oneof![Just(0_u16), Just(200), Just(403)],
        proptest::collection::vec(said(), 0..3),
    );
    let sequence = (proptest::collection::vec(sent, 0..6), any::<Option<u8>>());
    proptest::collection::vec(sequence, 0..3)
}

proptest! {
    #[test]
    fn the_ledger_is_whole_and_the_order_of_arrival_does_not_show(
        bases in proptest::collection::vec(any::<u8>(), REQUIREMENTS),
        own_server in any::<bool>(),
        problem in proptest::option::of(0..REQUIREMENTS),
        sequences in sequences(),
    ) {
        let first = Event::RunStarted(Box::new(started(&bases, own_server, problem)));
        // A rule that cannot be used says nothing of any exchange.
        let usable = |said: &[Said]| -> Vec<Said> {
            let says = |one: &&Said| Some(one.requirement) != problem;
            said.iter().filter(says).copied().collect()
        };
        let told: Vec<Vec<Event>> = sequences
            .iter()
            .enumerate()
            .map(|(sequence, (sent, decision))| {
                let exchanges = sent.iter().enumerate().map(|(ordinal, (operation, status, said))| {
                    exchange(sequence, ordinal, *operation, *status, &usable(said))
                });
                let decision = decision.filter(|_| !sent.is_empty());
                exchanges.chain([end(sequence, decision)]).collect()
            })
            .collect();
        let one_by_one = [first.clone()].into_iter().chain(told.iter().flatten().cloned());
        let one_by_one = Run::of(one_by_one);
        law(&one_by_one);
        // Side by side: a turn for each sequence.
        let longest = told.iter().map(Vec::len).max().unwrap_or(0);
        let turns = (0..longest).flat_map(|turn| {
            told.iter().rev().filter_map(move |sequence| sequence.get(turn).cloned())
        });
        let side_by_side = Run::of([first].into_iter().chain(turns));
        // Two sequences that decide the same requirement are no runs of ours.
        if sequences.len() <= 2 {
            prop_assert_eq!(one_by_one.ledger(), side_by_side.ledger());
            prop_assert_eq!(one_by_one.findings(), side_by_side.findings());
        }
    }
}

#[test]
fn logs_from_before_there_were_rules_are_read() {
    let line = r#"{"event":"exchange","sequence":"s","ordinal":0,"purpose":"case","method":"GET","target":"/","credentials":"nobody","elapsed_us":1}"#;
    let event: Event = serde_json::from_str(line).expect("an event");
    let Event::Exchange(event) = event else {
        panic!("an exchange")
    };
    assert!(event.kept.is_empty() && event.open.is_empty() && event.errors.is_empty());
}
