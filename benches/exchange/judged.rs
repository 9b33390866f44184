//! The whole way of `assize check`: send, judge, write down, fold.

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;

use assize::case::Case;
use assize::checks;
use assize::contract::ContractFile;
use assize::engine::{self, Bench, Pause, Plan, PlanOptions, RunOptions};
use assize::provision::Identities;
use assize::report::LogWriter;
use assize::schema::Schemas;
use assize::spec::{self, Input, NoFetch};
use assize::transport::{Http, InProcess, Paced, Pacer, Settings, Target, Transport};
use assize::verdict::{FORMAT_VERSION, Recorder, Run, RunStarted};
use axum::Router;
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// As many as `assize check` drives side by side.
const WORKERS: usize = 8;

const DESCRIPTION: &str = r#"{
  "openapi": "3.1.0",
  "info": {"title": "Things", "version": "1"},
  "paths": {"/things/{id}": {"get": {
    "operationId": "readThing",
    "parameters": [
      {"name": "id", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}},
      {"name": "fields", "in": "query", "schema": {"type": "string", "maxLength": 40}}
    ],
    "responses": {"200": {"description": "It", "content": {"application/json": {"schema": {
      "type": "object",
      "required": ["id", "name", "price", "labels"],
      "additionalProperties": false,
      "properties": {
        "id": {"type": "string", "format": "uuid"},
        "name": {"type": "string", "minLength": 1, "maxLength": 120},
        "price": {"type": "number", "minimum": 0},
        "open": {"type": "boolean"},
        "labels": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$"}},
        "at": {"type": "string", "format": "date-time"}
      }
    }}}}}
  }}}
}"#;

/// A description of one operation, with as many conforming cases as are wanted.
pub(crate) struct Judged {
    bench: Bench,
    plan: Plan,
}

impl Judged {
    /// `sequences` sequences of cases that are `exchanges` together.
    pub(crate) fn new(sequences: usize, exchanges: usize) -> Self {
        let input = Input::Embedded {
            name: "things.json".to_owned(),
            text: DESCRIPTION.to_owned(),
        };
        let api = Arc::new(spec::load(&input, &NoFetch).expect("the description is right"));
        let bench = Bench {
            schemas: Arc::new(Schemas::new(&api)),
            api,
            contract: ContractFile::default(),
            requirements: Vec::new(),
            workflows: assize::workflow::Library::default(),
            identities: Arc::new(Identities::default()),
            credentials: BTreeMap::new(),
        };
        let options = PlanOptions {
            seed: 0,
            random: 900,
            only: Vec::new(),
            budget: 0,
            loopback: true,
            probes: false,
        };
        let mut plan = engine::plan(&bench, &options);
        let mut first = plan.sequences.remove(0);
        first.cases.retain(|case| case.is_conforming());
        plan.sequences = (0..sequences)
            .map(|number| {
                let mut sequence = first.clone();
                sequence.id = format!("{}-{number}", first.id);
                sequence.cases = repeated(&first.cases, exchanges / sequences);
                sequence
            })
            .collect();
        Self { bench, plan }
    }

    /// Runs all of it; tells how many exchanges were judged, and that all were found right.
    pub(crate) fn run(&self, runtime: &Runtime, transport: Arc<dyn Transport>) -> u64 {
        let folder = tempfile::tempdir().expect("a folder for the log");
        let file = File::create(folder.path().join("events.ndjson")).expect("a file for the log");
        let mut log = LogWriter::new(file);
        let mut outcome = Run::default();
        let (stop, _) = watch::channel(None);
        let options = RunOptions {
            workers: WORKERS,
            budget: None,
            recorder: Recorder::new(Vec::new()),
            stop,
            pause: Pause::Sleep,
        };
        runtime.block_on(engine::run(
            &self.bench,
            &self.plan,
            self.started(),
            transport,
            &"bench".into(),
            options,
            |event| {
                log.write(&event).expect("the log is written");
                outcome.apply(&event);
            },
        ));
        log.flush().expect("the log is written");
        assert!(
            outcome.unanswered == 0 && outcome.unsent.is_empty(),
            "{outcome:?}"
        );
        assert_eq!(outcome.causes(), 0, "the server keeps its description");
        outcome.exchanges
    }

    fn started(&self) -> RunStarted {
        RunStarted {
            format: FORMAT_VERSION,
            operations: self
                .bench
                .api
                .operations
                .iter()
                .map(|one| (one.id.as_str().into(), one.signature()))
                .collect(),
            checks: checks::ALL.iter().map(|check| check.id.into()).collect(),
            rows: self.plan.rows.clone(),
            ..RunStarted::default()
        }
    }
}

/// The cases again and again, each time with another id.
fn repeated(cases: &[Arc<Case>], count: usize) -> Vec<Arc<Case>> {
    cases
        .iter()
        .cycle()
        .take(count)
        .enumerate()
        .map(|(number, case)| {
            let mut case = (**case).clone();
            case.id = format!("{}-{number}", case.id).into();
            case.base = None;
            Arc::new(case)
        })
        .collect()
}

fn target(base: &str, connections: usize) -> Target {
    Target::new(Settings {
        base: base.to_owned(),
        connections,
        ..Settings::default()
    })
    .expect("the address is right")
}

/// Over sockets, paced as `assize check` does it.
pub(crate) fn over_sockets(base: &str, in_flight: usize) -> Arc<dyn Transport> {
    let http = Http::new(target(base, in_flight)).expect("nothing is needed for it");
    Arc::new(Paced::new(Arc::new(http), Pacer::new(None, in_flight)))
}

/// Into this process.
pub(crate) fn in_process(router: Router, in_flight: usize) -> Arc<dyn Transport> {
    let inner = InProcess::new(target("http://in.process", in_flight), router);
    Arc::new(Paced::new(Arc::new(inner), Pacer::new(None, in_flight)))
}
