//! `assize check`: tests a server.

use std::fs::File;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use http::{HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::fetch::HttpFetch;
use super::identities::{self, Cast};
use super::subject::{self, Loaded};
use super::{CliError, Display, Exit, config};
use crate::checks;
use crate::engine::{self, Bench, Locator, Plan, PlanOptions, RunOptions, Stop};
use crate::reference;
use crate::report::{self, Format, Live, LogWriter, Screen, Style};
use crate::schema::Schemas;
use crate::transport::{Http, Limits, Paced, Pacer, Settings, Target, Tls, Transport};
use crate::verdict::{
    Counts, Ending, FORMAT_VERSION, FlawNote, Recorder, Run, RunStarted, Verdict,
};

/// What is tested, and with which cases.
#[derive(Debug, Args)]
pub(super) struct Selection {
    /// A contract that is compiled in (`thenvoi`), a contract folder, or an API description:
    /// a file, a URL, `-` for standard input. Default: thenvoi.
    #[arg(value_name = "CONTRACT|SPEC")]
    pub(super) contract: Option<String>,
    /// The base URL of the server. Without it, a compiled-in contract is tested against the
    /// embedded reference server.
    #[arg(long, env = "ASSIZE_URL", value_name = "URL")]
    pub(super) url: Option<String>,
    /// The configuration [default: assize.toml, if there is one].
    #[arg(long, env = "ASSIZE_CONFIG", value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The seed of all random choices.
    #[arg(long, env = "ASSIZE_SEED", default_value_t = 0)]
    pub(super) seed: u64,
    /// Random conforming cases for each operation, besides the systematic ones.
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(super) random: usize,
    /// Only operations and requirements whose id or path contains TEXT. May be repeated.
    #[arg(long, value_name = "TEXT")]
    pub(super) only: Vec<String>,
    /// How many requests a search for an undeclared limit may take.
    #[arg(long, default_value_t = 200, value_name = "N")]
    pub(super) probe_budget: u64,
    /// No probes: only the checks of each exchange.
    #[arg(long)]
    pub(super) no_probes: bool,
    /// Seconds that one request may take [default: 10; 20 for descriptions].
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(super) timeout: Option<Duration>,
    /// How many sequences run at once.
    #[arg(long, env = "ASSIZE_WORKERS", default_value_t = 8, value_name = "N")]
    pub(super) workers: usize,
}

/// Tests a server.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    selection: Selection,
    /// Requests per second, at most.
    #[arg(long, env = "ASSIZE_RATE", value_name = "N")]
    rate: Option<f64>,
    /// Seconds that the whole run may take.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    max_time: Option<Duration>,
    /// A header for every request, as `Name: value`. May be repeated.
    #[arg(long, short = 'H', value_name = "HEADER")]
    header: Vec<String>,
    /// A PEM file with further certificate authorities.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Accept any certificate of the server.
    #[arg(long)]
    insecure: bool,
    /// Let requirements accuse that rest on this assumption (`A19`), or on `all`.
    #[arg(long, value_name = "A")]
    assume: Vec<String>,
    /// Skipped and inconclusive promises fail too.
    #[arg(long)]
    strict: bool,
    /// What goes to standard output.
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    format: Format,
    /// A report besides, as FORMAT or FORMAT=PATH. May be repeated.
    #[arg(long, value_name = "FORMAT[=PATH]")]
    report: Vec<String>,
    /// The folder for the event log and the reports [default: a new one in reports/runs].
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Mask times, ports and ids in reports, so that they can be compared.
    #[arg(long, hide = true)]
    masked: bool,
    #[command(flatten)]
    display: Display,
}

/// A time in seconds, as an argument gives it.
fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text
        .parse()
        .map_err(|_| "this is no number of seconds".to_owned())?;
    match Duration::try_from_secs_f64(number) {
        Ok(time) if !time.is_zero() => Ok(time),
        _ => Err("this allows no time at all".to_owned()),
    }
}

/// Everything but the network.
pub(super) struct Prepared {
    pub(super) bench: Bench,
    pub(super) plan: Plan,
    loaded: Loaded,
    cast: Cast,
    config: config::Config,
    /// The base URL; `None` for the embedded server.
    url: Option<String>,
    demo: bool,
}

/// Loads, casts and plans.
pub(super) fn prepare(selection: &Selection, handle: &Handle) -> Result<Prepared, CliError> {
    let config = config::read(selection.config.as_deref())?;
    let timeout = selection.timeout.unwrap_or(Duration::from_secs(20));
    let fetch = HttpFetch::new(handle.clone(), timeout);
    let loaded = subject::load(selection.contract.as_deref(), &fetch)?;
    let url = selection.url.clone().or_else(|| config.target.url.clone());
    let loopback = url.as_deref().is_none_or(is_loopback);
    let demo = loaded.embedded && loopback && config.identities.is_empty();
    let cast = if demo {
        identities::demo(&loaded.contract.file, &loaded.api)?
    } else {
        identities::configured(&config, &loaded.contract.file, &loaded.api)?
    };
    let bench = Bench {
        api: Arc::clone(&loaded.api),
        schemas: Arc::new(Schemas::new(&loaded.api)),
        contract: loaded.contract.file.clone(),
        requirements: loaded.contract.requirements.clone(),
        identities: Arc::new(cast.identities.clone()),
        credentials: cast.holders.clone(),
    };
    let plan = engine::plan(
        &bench,
        &PlanOptions {
            seed: selection.seed,
            random: selection.random,
            only: selection.only.clone(),
            budget: selection.probe_budget,
            loopback,
            probes: !selection.no_probes,
        },
    );
    if plan.sequences.is_empty() && plan.requirements.is_empty() {
        return Err(CliError::Input(if selection.only.is_empty() {
            format!("{} has no operation: there is nothing to test", loaded.name)
        } else {
            format!(
                "--only {}: no operation and no requirement matches",
                selection.only.join(" ")
            )
        }));
    }
    Ok(Prepared {
        bench,
        plan,
        loaded,
        cast,
        config,
        url,
        demo,
    })
}

/// Whether a URL leads to this machine.
fn is_loopback(url: &str) -> bool {
    let Ok(url) = url::Url::parse(url) else {
        return false;
    };
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Resolves when the user interrupts or the system asks to stop.
pub(super) async fn signal() {
    let interrupt = async {
        // Without a handler, the signal ends the process as it always does.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                () = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    interrupt.await;
}

pub(super) fn check(arguments: &CheckArgs) -> Result<Exit, CliError> {
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| CliError::Input(format!("no runtime: {error}")))?;
    let reports = requested(&arguments.report)?;
    let mut prepared = prepare(&arguments.selection, runtime.handle())?;
    let base = base_url(&prepared)?;
    let settings = settings(arguments, &prepared)?;
    Arc::make_mut(&mut prepared.bench.identities).always =
        settings.headers.keys().cloned().collect();
    let folder = folder(arguments, &prepared.loaded.name)?;
    runtime.block_on(run(arguments, prepared, base, settings, &folder, &reports))
}

/// The base URL, or `None` for the embedded server.
fn base_url(prepared: &Prepared) -> Result<Option<String>, CliError> {
    if prepared.url.is_some() || prepared.loaded.embedded {
        return Ok(prepared.url.clone());
    }
    let named = prepared
        .bench
        .api
        .servers
        .first()
        .filter(|url| url.starts_with("http"));
    Err(CliError::Input(match named {
        Some(server) => format!(
            "which server? The description names {server}, but nothing is sent to a host that you did not name; add --url {server}"
        ),
        None => "which server? Add --url, e.g. --url http://127.0.0.1:8080".to_owned(),
    }))
}

/// The reports besides standard output: format and path.
fn requested(reports: &[String]) -> Result<Vec<(Format, Option<PathBuf>)>, CliError> {
    reports
        .iter()
        .map(|text| {
            let (format, path) = match text.split_once('=') {
                Some((format, path)) => (format, Some(PathBuf::from(path))),
                None => (text.as_str(), None),
            };
            let format = format
                .parse::<Format>()
                .map_err(|error| CliError::Input(format!("--report {text}: {error}")))?;
            Ok((format, path))
        })
        .collect()
}

fn settings(arguments: &CheckArgs, prepared: &Prepared) -> Result<Settings, CliError> {
    let target = &prepared.config.target;
    let mut headers = HeaderMap::new();
    let mut add = |name: &str, value: &str| -> Result<(), CliError> {
        let wrong = || CliError::Input(format!("{name}: {value}: this is no HTTP header"));
        let name = HeaderName::from_bytes(name.trim().as_bytes()).map_err(|_| wrong())?;
        let value = HeaderValue::from_str(value.trim()).map_err(|_| wrong())?;
        headers.insert(name, value);
        Ok(())
    };
    for (name, value) in &target.headers {
        add(name, value)?;
    }
    for header in &arguments.header {
        let (name, value) = header.split_once(':').ok_or_else(|| {
            CliError::Input(format!("--header {header}: write it as `Name: value`"))
        })?;
        add(name, value)?;
    }
    let configured = match target.timeout {
        Some(number) => Some(seconds(&number.to_string()).map_err(|why| {
            CliError::Input(format!("target.timeout in {}: {why}", config::FILE))
        })?),
        None => None,
    };
    let total = arguments
        .selection
        .timeout
        .or(configured)
        .unwrap_or(Limits::default().total);
    Ok(Settings {
        base: String::new(),
        identities: prepared.cast.applied.clone(),
        headers,
        limits: Limits {
            total,
            ..Limits::default()
        },
        tls: Tls {
            authorities: arguments.ca.clone().or_else(|| target.ca.clone()),
            client: target.client_certificate.clone(),
            accept_invalid: arguments.insecure,
        },
        connections: arguments.selection.workers.max(32),
    })
}

/// The folder for this run: named, or new in `reports/runs`.
fn folder(arguments: &CheckArgs, name: &str) -> Result<PathBuf, CliError> {
    let folder = match &arguments.out {
        Some(folder) => folder.clone(),
        None => {
            let stem: String = Path::new(name)
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
                .unwrap_or_default()
                .chars()
                .filter(|one| one.is_ascii_alphanumeric() || matches!(one, '-' | '_'))
                .collect();
            let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%S").to_string();
            let runs = Path::new("reports").join("runs");
            let base = format!("{now}-{}", if stem.is_empty() { "run" } else { &stem });
            let mut folder = runs.join(&base);
            let mut count = 1;
            while folder.exists() {
                count += 1;
                folder = runs.join(format!("{base}-{count}"));
            }
            folder
        }
    };
    std::fs::create_dir_all(&folder).map_err(|error| CliError::Output {
        what: folder.display().to_string(),
        error,
    })?;
    Ok(folder)
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
        None => embedded_server().await?,
    };
    if demo && !embedded {
        notes.push("identities: the demo identities of `assize serve`, since none are configured and the target is on this machine".to_owned());
    }
    if arguments.insecure {
        notes.push("the certificate of the server is not verified (--insecure)".to_owned());
    }
    let target = Target::new(settings)?;
    let shown = target.base().to_owned();
    let pacer = Pacer::new(arguments.rate.or(config.target.rate), in_flight(arguments));
    let transport: Arc<dyn Transport> = Arc::new(Paced::new(Arc::new(Http::new(target)?), pacer));
    let started = started(arguments, &bench, &plan, &loaded, shown, notes, demo);
    let (stop, _) = watch::channel(None);
    let options = RunOptions {
        workers: arguments.selection.workers,
        budget: arguments.max_time,
        recorder: Recorder::new(cast.secrets),
        stop: stop.clone(),
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
    let mut folded = Run::default();
    let token: Arc<str> = token(arguments).into();
    engine::run(
        &bench,
        &plan,
        started,
        transport,
        &token,
        options,
        |event| {
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
            folded.apply(&event);
            live.on(&event, &folded);
        },
    )
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
    write_reports(arguments, &folded, folder, reports)?;
    if let Some(error) = lost {
        return Err(error);
    }
    Ok(exit(&folded, arguments.strict))
}

/// As many requests as may be in flight: sequences of safe operations send batches.
fn in_flight(arguments: &CheckArgs) -> usize {
    arguments.selection.workers.max(1) * 4
}

/// Starts the reference server on a free port, and tells its base URL.
async fn embedded_server() -> Result<String, CliError> {
    let failed = |error: std::io::Error| {
        CliError::Target(format!("the embedded server could not start: {error}"))
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let settings = reference::Settings::default();
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
    let now = jiff::Timestamp::now().as_nanosecond();
    let digest = Sha256::digest(format!("{now} {}", std::process::id()));
    format!(
        "{:02x}{:02x}{:02x}{:02x}",
        digest[0], digest[1], digest[2], digest[3]
    )
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
    let locator = Locator::new(Arc::clone(&bench.api));
    let mut digest = Sha256::new();
    for source in &bench.api.document.sources {
        digest.update(source.text.as_bytes());
        digest.update([0]);
    }
    let digest = digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
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
        edition: bench.contract.edition.clone(),
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
        rows: plan.rows.clone(),
        flaws: bench
            .api
            .flaws
            .iter()
            .filter_map(|flaw| {
                Some(FlawNote {
                    location: locator.locate(&flaw.place)?,
                    message: flaw.message.clone(),
                    help: flaw.help.clone(),
                    quarantined: flaw.quarantined.clone(),
                })
            })
            .collect(),
        notes,
        assumed: arguments.assume.clone(),
        own_server,
    }
}

fn write_reports(
    arguments: &CheckArgs,
    run: &Run,
    folder: &Path,
    reports: &[(Format, Option<PathBuf>)],
) -> Result<(), CliError> {
    let plain = Style {
        masked: arguments.masked,
        ..Style::default()
    };
    let mut files = vec![
        (Format::Markdown, folder.join("report.md")),
        (Format::Junit, folder.join("junit.xml")),
    ];
    for (format, path) in reports {
        let default = || folder.join(format!("report.{}", format.extension()));
        files.push((*format, path.clone().unwrap_or_else(default)));
    }
    // One report that cannot be written does not keep the others from being written.
    let mut failed = None;
    for (format, path) in files {
        let written = if format == Format::Ndjson {
            std::fs::copy(folder.join("events.ndjson"), &path).map(drop)
        } else {
            write_file(format, run, &path, &plain)
        };
        if let Err(error) = written {
            failed.get_or_insert(CliError::Output {
                what: path.display().to_string(),
                error,
            });
        }
    }
    if arguments.format != Format::Ndjson {
        let stdout = std::io::stdout();
        let style = Style {
            color: arguments.display.color.on(stdout.is_terminal()),
            verbose: arguments.display.verbose,
            quiet: arguments.display.quiet,
            ..plain
        };
        let mut out = std::io::BufWriter::new(stdout.lock());
        let written =
            report::write(arguments.format, run, &mut out, &style).and_then(|()| out.flush());
        // `assize check | head` is no failure: the files have everything.
        if let Err(error) = written
            && error.kind() != std::io::ErrorKind::BrokenPipe
        {
            failed.get_or_insert(CliError::Output {
                what: "standard output".to_owned(),
                error,
            });
        }
    }
    failed.map_or(Ok(()), Err)
}

fn write_file(format: Format, run: &Run, path: &Path, style: &Style) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut out = std::io::BufWriter::new(File::create(path)?);
    report::write(format, run, &mut out, style)?;
    out.flush()
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
