//! The main job through the binary: the Thenvoi contract against the embedded server.

use std::collections::BTreeSet;
use std::io::BufReader;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use assize::report::read_log;
use assize::verdict::{Counts, Event, Run, Verdict};

fn assize(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_assize"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("ASSIZE_URL")
        .output()
        .expect("the binary runs")
}

fn log(path: &Path) -> Vec<Event> {
    let file = std::fs::File::open(path).expect("a log");
    read_log(BufReader::new(file))
        .collect::<Result<_, _>>()
        .expect("a whole log")
}

#[test]
fn from_an_empty_folder_every_promise_has_a_verdict() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = assize(folder.path(), &["--out", "run"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}");

    let run = Run::of(log(&folder.path().join("run/events.ndjson")));
    let ledger = run.ledger();
    let counts = Counts::of(&ledger);
    assert_eq!(counts.fail + counts.error, 0, "{text}");
    let open = counts.skipped + counts.inconclusive + counts.not_applicable;
    assert!(
        open * 20 <= counts.total(),
        "{open} of {} are not judged",
        counts.total()
    );
    for row in &ledger {
        match &row.verdict {
            Verdict::Pass => assert!(row.exchanges > 0, "{} passes on nothing", row.promise),
            verdict => assert!(
                verdict.reason().is_some_and(|why| !why.is_empty()),
                "{}",
                row.promise
            ),
        }
    }
    assert_eq!(run.never_succeeded(), Vec::<std::sync::Arc<str>>::new());
    assert!(run.unsent.is_empty(), "{:?}", run.unsent);
    assert!(run.cut.is_empty());

    let last = text
        .lines()
        .rev()
        .find(|line| !line.is_empty())
        .expect("a last line");
    let expected = format!(
        "{} promises: {} pass, {} fail, {} skipped, {} inconclusive, {} not applicable, {} error",
        counts.total(),
        counts.pass,
        counts.fail,
        counts.skipped,
        counts.inconclusive,
        counts.not_applicable,
        counts.error
    );
    assert_eq!(last, expected);

    // The reports are a function of the log.
    let again = assize(folder.path(), &["report", "run"]);
    assert_eq!(String::from_utf8_lossy(&again.stdout), text);
}

/// Verdicts, fingerprints of findings and case ids of a run with so many workers.
fn essence(
    edition: &str,
    workers: &str,
) -> (Vec<String>, BTreeSet<(String, String)>, BTreeSet<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["--quiet", "--edition", edition, "--workers", workers];
    assize(folder.path(), &[&arguments[..], &["--out", "run"]].concat());
    let events = log(&folder.path().join("run/events.ndjson"));
    let cases = events
        .iter()
        .filter_map(|event| match event {
            Event::Exchange(exchange) => exchange.case.as_deref().map(ToOwned::to_owned),
            _ => None,
        })
        .collect();
    let run = Run::of(events);
    let verdicts = run
        .ledger()
        .iter()
        .map(|row| format!("{} {:?}", row.promise, row.verdict))
        .collect();
    let findings = run
        .findings()
        .into_iter()
        .map(|group| {
            (
                group.finding.promise.to_string(),
                group.finding.fingerprint(),
            )
        })
        .collect();
    (verdicts, findings, cases)
}

#[test]
fn runs_with_one_and_with_eight_workers_are_equal_at_every_edition() {
    for edition in assize::reference::Edition::ALL {
        let date = edition.date().to_string();
        let one = essence(&date, "1");
        assert!(!one.0.is_empty(), "{date}");
        assert_eq!(one, essence(&date, "8"), "{date}");
    }
}

#[test]
fn the_plan_is_the_same_byte_for_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = assize(folder.path(), &["plan"]);
    assert_eq!(first.status.code(), Some(0));
    let lines = first
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.starts_with(b"#"))
        .count();
    assert!(lines > 500, "{lines} cases");
    for arguments in [
        &["plan"][..],
        &["plan", "--workers", "1"],
        &["plan", "--workers", "8"],
    ] {
        assert!(
            assize(folder.path(), arguments).stdout == first.stdout,
            "{arguments:?} differs"
        );
    }
    let other = assize(folder.path(), &["plan", "--seed", "1"]);
    assert!(other.stdout != first.stdout, "the seed decides nothing");
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_keeps_what_it_received() {
    let folder = tempfile::tempdir().expect("a folder");
    let child = Command::new(env!("CARGO_BIN_EXE_assize"))
        .args(["--rate", "50", "--out", "run"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let path = folder.path().join("run/events.ndjson");
    // It is in the middle once the log has some exchanges.
    for _ in 0..200 {
        std::thread::sleep(Duration::from_millis(50));
        let some = std::fs::read_to_string(&path).is_ok_and(|text| text.lines().count() > 20);
        if some {
            break;
        }
    }
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(killed.is_ok_and(|status| status.success()));
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(4), "{text}");
    let events = log(&path);
    let run = Run::of(events.clone());
    assert!(run.exchanges > 20);
    assert!(matches!(
        run.ending,
        Some(assize::verdict::Ending::Interrupted)
    ));
    for report in ["run/report.md", "run/junit.xml"] {
        assert!(folder.path().join(report).is_file(), "{report} is missing");
    }
    assert!(text.contains("promises:"), "{text}");
    // What it had made is removed, or told.
    let made = |operation: &str, status: u16| {
        let seen = events.iter().filter(|event| match event {
            Event::Exchange(exchange) => {
                exchange.operation.as_deref() == Some(operation)
                    && exchange.record.status == Some(status)
            }
            _ => false,
        });
        seen.count()
    };
    let agents = made("registerMyAgent", 201) + made("createMyAgent", 201);
    assert_eq!(agents, made("deleteMyAgent", 200), "{text}");
}

#[test]
fn no_output_shows_a_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = assize(folder.path(), &["--verbose", "--out", "run"]);
    let mut all = output.stdout;
    all.extend(output.stderr);
    for file in ["run/events.ndjson", "run/report.md", "run/junit.xml"] {
        all.extend(std::fs::read(folder.path().join(file)).expect("written"));
    }
    let all = String::from_utf8_lossy(&all);
    for identity in assize::reference::identities() {
        assert!(
            !all.contains(identity.key),
            "the key of {} is shown",
            identity.name
        );
    }
    // Nor those that the server made during the run.
    assert!(!all.contains("thnv_a_"), "a key that was issued is shown");
}
