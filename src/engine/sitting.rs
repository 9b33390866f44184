//! The contract as of one edition, planned, to be held against the reference server in this
//! process.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use tokio::sync::watch;

use super::Bench;
use super::cast::{Cast, CastError, demo};
use super::load::{LoadError, Wanted, description_of, load};
use super::plan::{Plan, PlanOptions, plan};
use super::run::{Pause, RunOptions, run};
use crate::checks;
use crate::contract;
use crate::reference::{self, Clock, Edition, FaultSet};
use crate::schema::Schemas;
use crate::spec::{self, NoFetch};
use crate::transport::{InProcess, Settings, SetupError, Target};
use crate::verdict::{Event, FORMAT_VERSION, Recorder, Run, RunStarted};
use crate::workflow::{self, Library};

/// The contract that the reference server keeps.
const NAME: &str = "thenvoi";

/// How many requests a search for an undeclared limit may take.
const BUDGET: u64 = 200;

/// How many procedures are under way at once: callers must meet on the server, or nothing
/// that is shared between them by mistake would show.
const WORKERS: usize = 8;

/// The longest that one run in this process may take: a fault may keep the server from
/// answering.
const LONGEST: Duration = Duration::from_secs(60);

/// The editions that can be judged, the first one first.
pub fn editions() -> &'static [Edition] {
    &Edition::ALL
}

/// Why the embedded contract cannot be planned. A test keeps it right.
#[derive(Debug, thiserror::Error)]
pub enum SittingError {
    /// The contract or its description.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// One of its workflows.
    #[error("{0}")]
    Workflow(String),
    /// Its identities.
    #[error(transparent)]
    Cast(#[from] CastError),
    /// The way to the server.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

/// The embedded contract as of an edition, with the identities of the reference server.
///
/// # Errors
/// What is wrong with the contract.
pub fn bench_at(edition: Edition) -> Result<(Bench, Cast), SittingError> {
    let yaml =
        |name: &str, text: &str| spec::parse_yaml(name, text).map_err(|error| error.to_string());
    let contract = contract::embedded(NAME, &yaml)
        .expect("the contract is compiled in")
        .map_err(LoadError::from)?;
    let input = description_of(&contract);
    let date = edition.date().to_string();
    let wanted = Wanted {
        name: NAME,
        input: &input,
        edition: Some(&date),
        overlays: &[],
    };
    let super::load::Edition { contract, api, .. } = load(contract, wanted, &NoFetch)?;
    let api = Arc::new(api);
    let cast = demo(&contract.file, &api)?;
    let mut workflows = Library::default();
    for (name, text) in &contract.workflows {
        let source = spec::read_source_text(name, text).map_err(LoadError::from)?;
        let document = workflow::read(&source.name, &source.value)
            .map_err(|problem| SittingError::Workflow(format!("{name}: {problem}")))?;
        workflows.add(document).map_err(SittingError::Workflow)?;
    }
    let bench = Bench {
        workflows,
        schemas: Arc::new(Schemas::new(&api)),
        api,
        contract: contract.file,
        requirements: contract.requirements,
        identities: Arc::new(cast.identities.clone()),
        credentials: cast.holders.clone(),
    };
    Ok((bench, cast))
}

/// A reference server in this process. Its time passes only when a procedure waits.
#[derive(Clone)]
pub struct OwnServer {
    router: axum::Router,
    clock: Clock,
}

impl OwnServer {
    /// A new server that keeps `edition`, but for `faults`.
    pub fn new(edition: Edition, faults: FaultSet) -> Self {
        // After the demo data and the last edition.
        let start: Timestamp = "2026-03-10T12:00:00Z".parse().expect("it is a time");
        let clock = Clock::manual(start);
        let router = reference::router(reference::Settings {
            clock: clock.clone(),
            faults,
            edition,
            ..reference::Settings::default()
        });
        Self { router, clock }
    }
}

/// The contract as of an edition, planned for the reference server.
pub struct Sitting {
    /// The edition.
    pub edition: Edition,
    /// What is judged.
    pub bench: Bench,
    /// The plan; every run shares it.
    pub plan: Plan,
    target: Target,
}

impl Sitting {
    /// The whole contract as of an edition.
    ///
    /// # Errors
    /// What is wrong with the contract.
    pub fn at(edition: Edition) -> Result<Self, SittingError> {
        let (bench, cast) = bench_at(edition)?;
        let options = PlanOptions {
            seed: 0,
            random: 0,
            only: Vec::new(),
            budget: BUDGET,
            loopback: true,
            probes: true,
        };
        let plan = plan(&bench, &options);
        Self::new(edition, bench, plan, &cast)
    }

    /// A plan of one's own.
    ///
    /// # Errors
    /// When the credentials cannot be sent.
    pub fn new(
        edition: Edition,
        bench: Bench,
        plan: Plan,
        cast: &Cast,
    ) -> Result<Self, SittingError> {
        let target = Target::new(Settings {
            base: "http://127.0.0.1".to_owned(),
            identities: cast.applied.clone(),
            ..Settings::default()
        })?;
        Ok(Self {
            edition,
            bench,
            plan,
            target,
        })
    }

    /// Judges a new server.
    pub fn against(&self, edition: Edition, faults: FaultSet) -> Run {
        self.judge(&OwnServer::new(edition, faults), "own", |_| {})
    }

    /// Judges a server, in one thread, so that the same server gives the same run. `token`
    /// makes the names of this run unique on it.
    pub fn judge(&self, server: &OwnServer, token: &str, mut tell: impl FnMut(&Event)) -> Run {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime of one thread needs nothing that the system could refuse");
        let transport = InProcess::new(self.target.clone(), server.router.clone());
        let clock = server.clock.clone();
        let (stop, _) = watch::channel(None);
        let options = RunOptions {
            workers: WORKERS,
            budget: Some(LONGEST),
            recorder: Recorder::default(),
            stop,
            pause: Pause::Skip(Arc::new(move |time| clock.advance(time))),
        };
        let mut outcome = Run::default();
        runtime.block_on(run(
            &self.bench,
            &self.plan,
            started(&self.bench, &self.plan, NAME, self.edition.date()),
            Arc::new(transport),
            &token.into(),
            options,
            |event| {
                outcome.apply(&event);
                tell(&event);
            },
        ));
        outcome
    }
}

/// The first event of a run on our own terms: what is found is judged by whoever asked.
pub(super) fn started(bench: &Bench, plan: &Plan, contract: &str, edition: Date) -> RunStarted {
    let api = &bench.api;
    RunStarted {
        format: FORMAT_VERSION,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        contract: contract.to_owned(),
        edition: Some(edition.to_string()),
        title: api.title.clone(),
        operations: api
            .operations
            .iter()
            .map(|one| (one.id.as_str().into(), one.signature()))
            .collect(),
        checks: checks::ALL.iter().map(|check| check.id.into()).collect(),
        requirements: plan.requirements.clone(),
        rules: plan.rules.notes(api),
        rows: plan.rows.clone(),
        own_server: true,
        ..RunStarted::default()
    }
}
