//! Reports of recorded runs, as they are read.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::File;
use std::io::{BufReader, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use assize::http::{Credentials, Exchange, Request, Response, Secret};
use assize::report::{Format, Live, LogError, LogWriter, Style, read_log, write};
use assize::verdict::{
    Ending, Event, ExchangeEvent, ExchangeRef, FORMAT_VERSION, Finding, Promise, Recorder, Run,
    RunStarted,
};

fn log(name: &str) -> Vec<Result<Event, LogError>> {
    let path = format!("{}/fixtures/runs/{name}.ndjson", env!("CARGO_MANIFEST_DIR"));
    read_log(BufReader::new(File::open(path).unwrap())).collect()
}

fn events(name: &str) -> Vec<Event> {
    log(name).into_iter().filter_map(Result::ok).collect()
}

fn masked() -> Style {
    Style {
        masked: true,
        ..Style::default()
    }
}

fn report(format: Format, run: &Run, style: &Style) -> String {
    let mut bytes = Vec::new();
    write(format, run, &mut bytes, style).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn snapshots(name: &str) {
    let run = Run::of(events(name));
    for format in [Format::Text, Format::Markdown, Format::Junit] {
        let file = format!("{name}.{}", format.extension());
        insta::assert_snapshot!(file, report(format, &run, &masked()));
    }
}

#[test]
fn a_run_that_keeps_everything() {
    assert!(log("kept").iter().all(Result::is_ok));
    snapshots("kept");
}

#[test]
fn a_run_with_findings() {
    assert!(log("broken").iter().all(Result::is_ok));
    snapshots("broken");
    let run = Run::of(events("broken"));
    let verbose = Style {
        verbose: true,
        ..masked()
    };
    insta::assert_snapshot!("broken-verbose.txt", report(Format::Text, &run, &verbose));
    let quiet = Style {
        quiet: true,
        ..masked()
    };
    insta::assert_snapshot!("broken-quiet.txt", report(Format::Text, &run, &quiet));
    let narrow = Style {
        width: 50,
        ..masked()
    };
    insta::assert_snapshot!("broken-narrow.txt", report(Format::Text, &run, &narrow));
}

#[test]
fn a_run_that_broke_off() {
    assert!(matches!(
        log("torn").last(),
        Some(Err(LogError::Torn { line: 4 }))
    ));
    snapshots("torn");
}

#[test]
fn colour_is_all_that_colour_adds() {
    for name in ["kept", "broken", "torn"] {
        let run = Run::of(events(name));
        let plain = report(Format::Text, &run, &Style::default());
        assert!(!plain.contains('\x1b'), "{plain}");
        let style = Style {
            color: true,
            ..Style::default()
        };
        let colored = report(Format::Text, &run, &style);
        assert!(colored.contains('\x1b'));
        assert_eq!(anstream::adapter::strip_str(&colored).to_string(), plain);
        for format in [Format::Markdown, Format::Junit] {
            assert!(!report(format, &run, &style).contains('\x1b'));
        }
    }
}

#[test]
fn the_last_line_counts() {
    for name in ["kept", "broken", "torn"] {
        let run = Run::of(events(name));
        for quiet in [false, true] {
            let style = Style {
                quiet,
                ..Style::default()
            };
            let text = report(Format::Text, &run, &style);
            let last = text.lines().last().unwrap();
            assert!(
                last.ends_with(" error") && last.contains(" promises: "),
                "{last}"
            );
        }
    }
    let nothing = report(Format::Text, &Run::default(), &Style::default());
    assert!(nothing.ends_with(
        "0 promises: 0 pass, 0 fail, 0 skipped, 0 inconclusive, 0 not applicable, 0 error\n"
    ));
}

#[test]
fn masked_reports_do_not_depend_on_port_time_and_ids() {
    let path = format!("{}/fixtures/runs/broken.ndjson", env!("CARGO_MANIFEST_DIR"));
    let first = std::fs::read_to_string(path).unwrap();
    let second = first
        .replace(":41234", ":80")
        .replace("6f1c0b1e", "aaaaaaaa")
        .replace("13:00:00", "23:59:59")
        .replace("\"elapsed_us\":1834", "\"elapsed_us\":99")
        .replace("\"elapsed_ms\":12345", "\"elapsed_ms\":1");
    let run = |text: &str| Run::of(read_log(text.as_bytes()).map(Result::unwrap));
    for format in [Format::Text, Format::Markdown, Format::Junit] {
        let style = masked();
        assert_eq!(
            report(format, &run(&first), &style),
            report(format, &run(&second), &style)
        );
    }
}

#[test]
fn junit_is_xml_that_parses_back() {
    for name in ["kept", "broken", "torn"] {
        let run = Run::of(events(name));
        let xml = report(Format::Junit, &run, &Style::default());
        let parsed = quick_junit::Report::deserialize_from_str(&xml).unwrap();
        let rows = run.ledger().len();
        let cases: usize = parsed
            .test_suites
            .iter()
            .map(|suite| suite.test_cases.len())
            .sum();
        assert_eq!(cases, rows, "every promise is a test case");
    }
}

#[test]
fn the_log_has_no_report_made_from_its_result() {
    let run = Run::of(events("kept"));
    assert!(write(Format::Ndjson, &run, &mut Vec::new(), &Style::default()).is_err());
}

/// A writer that several hold.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[test]
fn progress_without_a_terminal_is_few_lines() {
    let out = Shared::default();
    let mut live = Live::lines(Box::new(out.clone()), false, Some(5));
    let mut run = Run::default();
    for event in events("broken") {
        run.apply(&event);
        live.on(&event, &run);
    }
    let text = out.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert_eq!(
        lines[0],
        "judging http://127.0.0.1:41234 by thenvoi, 5 cases"
    );
    assert!(lines[1].starts_with("done: 9 exchanges, "), "{text}");
    assert!(lines[1].ends_with(", 6 of 5 cases, 3 findings"), "{text}");
}

#[test]
fn no_report_shows_a_secret() {
    let secret = "thnv_u_1_hunter2";
    let recorder = Recorder::new(vec![Secret::new(secret)]);
    let mut response = Response {
        status: "500".parse().unwrap(),
        body: format!("{{\"you sent\":\"{secret}\",\"token\":\"fresh-token\"}}").into(),
        ..Response::default()
    };
    response.headers.insert("x-echo", secret.parse().unwrap());
    response
        .headers
        .insert("set-cookie", "sid=cookie-secret".parse().unwrap());
    let mut request = Request {
        target: format!("/x?key={secret}"),
        body: format!("{{\"password\":\"pass-secret\",\"a\":\"{secret}\"}}").into(),
        credentials: Credentials::Identity("alice".into()),
        ..Request::default()
    };
    request
        .headers
        .insert("authorization", format!("Bearer {secret}").parse().unwrap());
    let exchange = Exchange::new(request, Ok(response), Duration::from_millis(1));
    let record = recorder.record(&exchange);
    let id = ExchangeRef {
        sequence: "s".into(),
        ordinal: 0,
    };
    let finding = Finding {
        promise: Promise::check("server-error", "getX"),
        operation: Some("getX".to_owned()),
        title: "the server failed".to_owned(),
        cause: "500".to_owned(),
        expected: "a status below 500".to_owned(),
        actual: "status 500".to_owned(),
        location: None,
        exchange: Some(id.clone()),
        case: Some("getX/full".to_owned()),
    };
    let events = [
        Event::RunStarted(Box::new(RunStarted {
            format: FORMAT_VERSION,
            target: "http://localhost:1".to_owned(),
            checks: vec!["server-error".into()],
            rows: vec![(0, "getX".into())],
            operations: vec![("getX".into(), "GET /x".to_owned())],
            ..RunStarted::default()
        })),
        Event::Exchange(Box::new(ExchangeEvent {
            id,
            purpose: "case".into(),
            operation: Some("getX".into()),
            case: Some("getX/full".into()),
            record,
            passed: Vec::new(),
            undecided: Vec::new(),
            kept: Vec::new(),
            open: Vec::new(),
            errors: Vec::new(),
            findings: vec![finding],
        })),
        Event::RunFinished {
            ending: Ending::Complete,
            elapsed_ms: 1,
        },
    ];
    let out = Shared::default();
    let mut log = LogWriter::new(out.clone());
    let mut live = Live::lines(Box::new(out.clone()), false, None);
    let mut run = Run::default();
    for event in &events {
        log.write(event).unwrap();
        run.apply(event);
        live.on(event, &run);
    }
    log.flush().unwrap();
    let mut everything = out.text();
    let verbose = Style {
        verbose: true,
        ..Style::default()
    };
    for format in [Format::Text, Format::Markdown, Format::Junit] {
        everything.push_str(&report(format, &run, &verbose));
    }
    assert!(everything.contains("500") && everything.contains("$ASSIZE_ALICE_KEY"));
    for secret in ["hunter2", "fresh-token", "cookie-secret", "pass-secret"] {
        assert!(!everything.contains(secret), "{secret} in {everything}");
    }
}
