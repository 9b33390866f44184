//! `assize check`: tests a server.

use std::fs::File;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::connection::{self, Connection, base_url};
use super::output::{folder, requested, write_reports};
use super::selection::{Prepared, Selection, prepare, seconds};
use super::signal::signal;
use super::subject::Loaded;
use super::{CliError, Display, Exit};
use crate::api::Api;
use crate::checks;
use crate::engine::{self, Bench, Locator, Plan, RunOptions, Stop};
use crate::reference;
use crate::report::{Format, Live, LogWriter, Screen};
use crate::spec;
use crate::transport::{Http, Paced, Pacer, Settings, Target, Transport};
use crate::verdict::{
    Counts, Ending, FORMAT_VERSION, FlawNote, Recorder, Run, RunStarted, Verdict,
};

/// How many flaws are shown with the lines around them.
const SNIPPETS: usize = 20;

/// Tests a server.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) selection: Selection,
    #[command(flatten)]
    connection: Connection,
    /// Seconds that the whole run may take.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    max_time: Option<Duration>,
    /// Let requirements accuse that rest on this assumption (`A19`), or on `all`.
    #[arg(long, value_name = "A")]
    assume: Vec<String>,
    /// Skipped and inconclusive promises fail too.
    #[arg(long)]
    strict: bool,
    /// What goes to standard output.
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(super) format: Format,
    /// A report besides, as FORMAT or FORMAT=PATH. May be repeated.
    #[arg(long, value_name = "FORMAT[=PATH]")]
    pub(super) report: Vec<String>,
    /// The folder for the event log and the reports [default: a new one in reports/runs].
    #[arg(long, value_name = "FOLDER")]
    pub(super) out: Option<PathBuf>,
    /// Mask times, ports and ids in reports, so that they can be compared.
    #[arg(long, hide = true)]
    pub(super) masked: bool,
    #[command(flatten)]
    pub(super) display: Display,
}

pub(super) fn check(arguments: &CheckArgs) -> Result<Exit, CliError> {
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| CliError::Input(format!("no runtime: {error}")))?;
    let reports = requested(&arguments.report)?;
    let mut prepared = prepare(&arguments.selection, runtime.handle())?;
    let base = base_url(&prepared)?;
    let settings = arguments.connection.settings(
        &prepared.config,
        &prepared.cast,
        arguments.selection.timeout,
        arguments.selection.workers,
    )?;
    Arc::make_mut(&mut prepared.bench.identities).always =
        settings.headers.keys().cloned().collect();
    let folder = folder(arguments, &prepared.loaded.name)?;
    runtime.block_on(run(arguments, prepared, base, settings, &folder, &reports))
}

async fn run(
    arguments: &CheckArgs,
    prepared: Prepared,
    base: Option<String>,
    mut settings: Settings,
    folder: &Path,
    reports: &[(Format, Option<PathBuf>)],
) -> Result<Exit, CliError> {
    let Prepared {
        bench,
        plan,
        loaded,
        cast,
        demo,
        config,
        ..
    } = prepared;
    let mut notes = Vec::new();
    let embedded = base.is_none();
    settings.base = match base {
        Some(base) => base,
        None => embedded_server(&loaded).await?,
    };
    notes.extend(loaded.edition.and_then(|edition| edition.note()));
    for overlay in &loaded.overlays {
        notes.push(format!("overlay: {overlay}"));
    }
    if demo && !embedded {
        notes.push("identities: the demo identities of `assize serve`, since none are configured and the target is on this machine".to_owned());
    }
    if arguments.connection.insecure {
        notes.push("the certificate of the server is not verified (--insecure)".to_owned());
    }
    let given = connection::secrets(&settings);
    let target = Target::new(settings)?;
    let shown = target.base().clone();
    let mut secrets = cast.secrets;
    secrets.extend(target.secrets());
    secrets.extend(given);
    let pacer = Pacer::new(
        arguments.connection.rate.or(config.target.rate),
        in_flight(arguments),
    );
    let transport: Arc<dyn Transport> = Arc::new(Paced::new(Arc::new(Http::new(target)?), pacer));
    let first = started(arguments, &bench, &plan, &loaded, shown, notes, demo);
    let (stop, _) = watch::channel(None);
    let options = RunOptions {
        workers: arguments.selection.workers,
        budget: arguments.max_time,
        recorder: Recorder::new(secrets),
        stop: stop.clone(),
        pause: engine::Pause::Sleep,
    };
    let interrupting = tokio::spawn(async move {
        signal().await;
        stop.send_replace(Some(Stop::Interrupted));
        // A second signal does not wait for anything.
        signal().await;
        std::process::exit(4);
    });
    let color = arguments.display.color;
    let terminal = std::io::stderr().is_terminal();
    let screen = Screen {
        terminal,
        color: color.on(terminal),
        quiet: arguments.display.quiet || arguments.format == Format::Ndjson,
    };
    let mut live = Live::new(screen, Some(plan.cases() as u64));
    let log_path = folder.join("events.ndjson");
    let log = File::create(&log_path).map_err(|error| CliError::Output {
        what: log_path.display().to_string(),
        error,
    })?;
    let mut log = LogWriter::new(log);
    let mut piped = (arguments.format == Format::Ndjson).then(|| LogWriter::new(std::io::stdout()));
    let mut lost: Option<CliError> = None;
    let mut outcome = Run::default();
    let token: Arc<str> = token(arguments).into();
    engine::run(&bench, &plan, first, transport, &token, options, |event| {
        // A full disk must not end the run: what is known is still reported.
        if let Err(error) = log.write(&event)
            && lost.is_none()
        {
            lost = Some(CliError::Output {
                what: log_path.display().to_string(),
                error,
            });
        }
        if let Some(piped) = &mut piped
            && piped.write(&event).is_err()
        {
            // Whoever read standard output has gone; the file has everything.
        }
        outcome.apply(&event);
        live.on(&event, &outcome);
    })
    .await;
    interrupting.abort();
    if let Err(error) = log.flush()
        && lost.is_none()
    {
        lost = Some(CliError::Output {
            what: log_path.display().to_string(),
            error,
        });
    }
    write_reports(arguments, &outcome, folder, reports)?;
    if let Some(error) = lost {
        return Err(error);
    }
    let exit = exit(&outcome, arguments.strict);
    if exit == Exit::Kept && nothing_succeeded(&outcome) {
        return Err(CliError::Target(format!(
            "nothing succeeded: none of the {} operations answered a 2xx; is the base path right, and are credentials configured?",
            outcome.operations.len()
        )));
    }
    Ok(exit)
}

/// As many requests as may be in flight: sequences of safe operations send batches.
fn in_flight(arguments: &CheckArgs) -> usize {
    arguments.selection.workers.max(1) * 4
}

/// Starts the reference server, keeping the edition that is tested, on a free port, and tells its base URL.
async fn embedded_server(loaded: &Loaded) -> Result<String, CliError> {
    let failed = |error: std::io::Error| {
        CliError::Target(format!("the embedded server could not start: {error}"))
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let edition = loaded
        .edition
        .and_then(|edition| reference::Edition::at(edition.date));
    let settings = reference::Settings {
        edition: edition.unwrap_or_default(),
        ..reference::Settings::default()
    };
    tokio::spawn(reference::serve(
        listener,
        settings,
        None,
        std::future::pending(),
    ));
    Ok(format!("http://{address}"))
}

/// What makes the names of this run's resources unique on the server.
fn token(arguments: &CheckArgs) -> String {
    if arguments.masked {
        return "run".to_owned();
    }
    connection::token()
}

fn started(
    arguments: &CheckArgs,
    bench: &Bench,
    plan: &Plan,
    loaded: &Loaded,
    target: String,
    mut notes: Vec<String>,
    own_server: bool,
) -> RunStarted {
    let mut digest = Sha256::new();
    let document = &bench.api.document;
    for source in document.sources.iter().chain(&document.overlays) {
        digest.update(source.text.as_bytes());
        digest.update([0]);
    }
    let digest = crate::verdict::hex(&digest.finalize());
    if !plan.unplanned.is_empty() {
        notes.push(format!(
            "{} constraints without a case; `assize plan` tells which and why",
            plan.unplanned.len()
        ));
    }
    RunStarted {
        format: FORMAT_VERSION,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        contract: loaded.name.clone(),
        edition: loaded.edition.map(|edition| edition.date.to_string()),
        title: bench.api.title.clone(),
        digest,
        seed: arguments.selection.seed,
        target,
        started: jiff::Timestamp::now()
            .strftime("%Y-%m-%dT%H:%M:%SZ")
            .to_string(),
        operations: bench
            .api
            .operations
            .iter()
            .map(|one| (one.id.as_str().into(), one.signature()))
            .collect(),
        checks: checks::ALL.iter().map(|check| check.id.into()).collect(),
        requirements: plan.requirements.clone(),
        rules: plan.rules.notes(&bench.api),
        rows: plan.rows.clone(),
        flaws: flaws(&bench.api),
        notes,
        assumed: arguments.assume.clone(),
        own_server,
    }
}

/// The flaws of a description, located; the first with their lines.
fn flaws(api: &Arc<Api>) -> Vec<FlawNote> {
    let locator = Locator::new(Arc::clone(api));
    let first = &api.flaws[..api.flaws.len().min(SNIPPETS)];
    let mut snippets = spec::snippets(&api.document, first, false).into_iter();
    api.flaws
        .iter()
        .filter_map(|flaw| {
            let snippet = snippets.next();
            Some(FlawNote {
                location: locator.locate(&flaw.place)?,
                message: flaw.message.clone(),
                help: flaw.help.clone(),
                quarantined: flaw.quarantined.clone(),
                snippet,
            })
        })
        .collect()
}

/// Whether operations were tried and none of them ever answered a 2xx: then nothing is known
/// of the server but that it refuses.
fn nothing_succeeded(run: &Run) -> bool {
    !run.operations.is_empty()
        && run.operations.values().all(|tally| {
            !tally
                .statuses
                .keys()
                .any(|status| (200..300).contains(status))
        })
}

/// The exit code of a run.
pub(super) fn exit(run: &Run, strict: bool) -> Exit {
    let ledger = run.ledger();
    let counts = Counts::of(&ledger);
    let bug = ledger.iter().any(|row| {
        matches!(&row.verdict, Verdict::Error(reason) if reason.starts_with("a bug of assize"))
    });
    match &run.ending {
        _ if bug => Exit::Bug,
        Some(Ending::Unreachable(_)) => Exit::Target,
        Some(Ending::Interrupted | Ending::Budget(_)) | None => Exit::Early,
        Some(Ending::Complete) if counts.fail > 0 => Exit::Findings,
        Some(Ending::Complete) if counts.error > 0 => Exit::Target,
        Some(Ending::Complete) if strict && counts.skipped + counts.inconclusive > 0 => {
            Exit::Findings
        }
        Some(Ending::Complete) => Exit::Kept,
    }
}
