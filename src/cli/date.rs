//! `assize date`: which edition a server keeps.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde::Serialize;
use tokio::sync::watch;

use super::connection::{self, Connection};
use super::selection::{Ground, Selection, ground, seconds};
use super::signal::signal;
use super::subject::find;
use super::{CliError, Display, Exit};
use crate::engine::date::{
    Answer, Itinerary, Mark, Metered, Ready, Seen, dated, decides, families, look, plan_leg,
    reason, sentence, supposed,
};
use crate::engine::{Pause, RunOptions, Stop};
use crate::report::{Screen, Steps};
use crate::transport::{Http, Paced, Pacer, Target, Transport};
use crate::verdict::{Ending, Recorder};

/// Tells which edition of a contract a server keeps, judged by its behaviour alone.
#[derive(Debug, Args)]
pub(super) struct DateArgs {
    /// The contract.
    #[arg(default_value = "thenvoi")]
    contract: String,
    /// The base URL of the server.
    #[arg(long, env = "ASSIZE_URL", value_name = "URL")]
    url: Option<String>,
    /// The configuration [default: assize.toml, if there is one].
    #[arg(long, env = "ASSIZE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// How many requests may be sent.
    #[arg(long, default_value_t = 300, value_name = "N")]
    max_requests: u64,
    /// Let requirements decide that rest on this assumption (`A19`), or on `all`.
    #[arg(long, value_name = "A")]
    assume: Vec<String>,
    /// Seconds that one request may take [default: 10].
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
    #[command(flatten)]
    connection: Connection,
    /// What goes to standard output.
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    format: DateFormat,
    #[command(flatten)]
    display: Display,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DateFormat {
    /// For a person at a terminal.
    Text,
    /// All of it, for programs.
    Json,
}

/// How many procedures run at once: few requests, and no server is to be rushed for them.
const WORKERS: usize = 2;

pub(super) fn date(arguments: &DateArgs) -> Result<Exit, CliError> {
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| CliError::Input(format!("no runtime: {error}")))?;
    let at = |edition: Option<String>| {
        let selection = Selection {
            contract: Some(arguments.contract.clone()),
            edition,
            overlay: Vec::new(),
            url: arguments.url.clone(),
            config: arguments.config.clone(),
            seed: 0,
            random: 0,
            only: Vec::new(),
            probe_budget: 0,
            no_probes: true,
            workflow: Vec::new(),
            input: Vec::new(),
            timeout: arguments.timeout,
            workers: WORKERS,
        };
        ground(&selection, runtime.handle())
    };
    let newest = at(None)?;
    let subject = find(&arguments.contract)?;
    let dates = subject.contract.editions();
    if dates.len() < 2 {
        return Err(CliError::Input(format!(
            "{} has {}: there is nothing to tell apart",
            arguments.contract,
            if dates.is_empty() {
                "no editions"
            } else {
                "only one edition"
            }
        )));
    }
    let Some(url) = newest.url.clone() else {
        return Err(CliError::Input(
            "which server? Add --url, e.g. --url http://127.0.0.1:8080".to_owned(),
        ));
    };
    let mut benches = BTreeMap::new();
    for date in &dates {
        benches.insert(*date, at(Some(date.to_string()))?.bench);
    }
    let may = |requirement: &_| decides(requirement, newest.demo, &arguments.assume);
    let itinerary = if newest.loaded.embedded {
        Itinerary::embedded(arguments.max_requests, &may)
            .map_err(|error| CliError::Input(error.to_string()))?
    } else {
        let requirements = dated(&dates, &subject.contract.requirements);
        let apis: Vec<_> = benches
            .iter()
            .map(|(date, bench)| (*date, &*bench.api))
            .collect();
        let expected = supposed(
            &apis,
            &requirements,
            &families(&requirements),
            &newest.bench.workflows,
        );
        Itinerary::new(dates, &requirements, &expected, &may)
    };
    if itinerary.legs.is_empty() {
        return Err(nothing_tells(arguments, &itinerary));
    }
    let mut legs = Vec::with_capacity(itinerary.legs.len());
    for leg in &itinerary.legs {
        let mut bench = benches
            .remove(&leg.edition)
            .expect("each leg has an edition of its own");
        let plan = plan_leg(&mut bench, leg, newest.loopback);
        legs.push(Ready {
            edition: leg.edition,
            bench,
            plan,
        });
    }
    runtime.block_on(run(arguments, newest, &url, &itinerary, &legs))
}

async fn run(
    arguments: &DateArgs,
    newest: Ground,
    url: &str,
    itinerary: &Itinerary,
    legs: &[Ready],
) -> Result<Exit, CliError> {
    let mut settings =
        arguments
            .connection
            .settings(&newest.config, &newest.cast, arguments.timeout, WORKERS)?;
    settings.base = url.to_owned();
    let given = connection::secrets(&settings);
    let target = Target::new(settings)?;
    let shown = target.base().clone();
    let mut secrets = newest.cast.secrets.clone();
    secrets.extend(target.secrets());
    secrets.extend(given);
    let pacer = Pacer::new(
        arguments.connection.rate.or(newest.config.target.rate),
        WORKERS * 4,
    );
    let way = Paced::new(Arc::new(Http::new(target)?), pacer);
    let metered = Arc::new(Metered::new(Arc::new(way), arguments.max_requests));
    let transport: Arc<dyn Transport> = metered.clone();
    let terminal = std::io::stderr().is_terminal();
    let screen = Screen {
        terminal,
        color: arguments.display.color.on(terminal),
        quiet: arguments.display.quiet,
    };
    if !screen.quiet {
        anstream::eprintln!("{}", announcement(arguments, &shown, itinerary));
    }
    let (stop, _) = watch::channel(None);
    let stopping = stop.clone();
    let interrupting = tokio::spawn(async move {
        signal().await;
        stopping.send_replace(Some(Stop::Interrupted));
        signal().await;
        std::process::exit(4);
    });
    let planned = usize::try_from(itinerary.requests.unwrap_or(0)).unwrap_or(usize::MAX);
    let steps = Mutex::new(Steps::new(screen, planned, "requests"));
    let looked = look(
        &newest.loaded.name,
        legs,
        &transport,
        &connection::token(),
        || RunOptions {
            workers: WORKERS,
            budget: None,
            recorder: Recorder::new(secrets.clone()),
            stop: stop.clone(),
            pause: Pause::Sleep,
        },
        || {
            steps
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .step("dating");
        },
    )
    .await;
    interrupting.abort();
    steps
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .finish();
    match looked.ending {
        Some(Ending::Unreachable(why)) => return Err(CliError::Target(why)),
        Some(Ending::Complete) => {}
        _ => return Ok(Exit::Early),
    }
    if !looked.succeeded {
        return Err(CliError::Target(
            "nothing succeeded: no request was answered with a 2xx; is the base path right, and are credentials configured?".to_owned(),
        ));
    }
    let (answer, seen) = itinerary.answer(&looked.seen);
    let told = Told {
        format: 1,
        contract: newest.loaded.name.clone(),
        target: shown,
        requests: metered.sent(),
        sentence: sentence(&answer),
        answer: &answer,
        marks: itinerary.marks.iter().zip(&seen).collect(),
        left_out: &itinerary.left_out,
    };
    write(arguments, &told).map_err(|error| CliError::Output {
        what: "standard output".to_owned(),
        error,
    })?;
    if answer.editions.is_empty() {
        return Err(CliError::Target(told.sentence));
    }
    Ok(if answer.is_exact() {
        Exit::Kept
    } else {
        Exit::Findings
    })
}

/// Why no request would tell anything.
fn nothing_tells(arguments: &DateArgs, itinerary: &Itinerary) -> CliError {
    let contract = &arguments.contract;
    let held = |mark: &Mark| Some((mark.id.clone(), itinerary.held_back.get(&mark.id)?));
    CliError::Input(match itinerary.marks.iter().find_map(held) {
        Some((id, why)) => format!(
            "{contract}: every requirement that tells its editions apart is held back: {id} {why}; --assume lets it decide"
        ),
        None => format!(
            "{contract}: no requirement tells its editions apart. One does when another takes its place on the day it ends, in the same way: a workflow or a probe with other numbers, or a rule on the same operations; or when it is about an operation that only some editions have"
        ),
    })
}

/// What is going to be sent.
fn announcement(arguments: &DateArgs, shown: &str, itinerary: &Itinerary) -> String {
    let looked_at = itinerary.marks.len() - itinerary.held_back_marks();
    let requests = match itinerary.requests {
        Some(requests) => format!(
            "about {requests} requests, at most {}",
            arguments.max_requests
        ),
        None => format!("at most {} requests", arguments.max_requests),
    };
    format!(
        "dating {shown} by {}: {looked_at} requirements that tell {} editions apart, {requests}",
        arguments.contract,
        itinerary.editions.len()
    )
}

/// Everything that is told.
#[derive(Serialize)]
struct Told<'a> {
    format: u32,
    contract: String,
    target: String,
    requests: u64,
    sentence: String,
    answer: &'a Answer,
    marks: Vec<(&'a Mark, &'a Seen)>,
    left_out: &'a [String],
}

fn write(arguments: &DateArgs, told: &Told<'_>) -> std::io::Result<()> {
    let mut out = anstream::stdout().lock();
    if arguments.format == DateFormat::Json {
        serde_json::to_writer_pretty(&mut out, told)?;
        writeln!(out)?;
        return out.flush();
    }
    let answer = told.answer;
    if !arguments.display.quiet {
        for later in answer.later.iter().skip(1) {
            let more = match later.more {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            writeln!(
                out,
                "does not keep {}: {}{more}",
                later.edition,
                reason(&later.first)
            )?;
        }
        for (id, why) in answer.undecided.iter().filter(|(id, _)| {
            arguments.display.verbose || answer.between.iter().any(|(one, _)| one == id)
        }) {
            writeln!(out, "not decided: {id}: {why}")?;
        }
        if !told.left_out.is_empty() {
            let which = if arguments.display.verbose {
                told.left_out.join(", ")
            } else {
                format!("{} requirements", told.left_out.len())
            };
            let limit = arguments.max_requests;
            writeln!(out, "not looked at within {limit} requests: {which}")?;
        }
        if arguments.display.verbose {
            for (mark, seen) in &told.marks {
                match seen {
                    Seen::Kept => writeln!(out, "kept: {}", mark.id)?,
                    Seen::Broken(how) => writeln!(out, "broken: {}: {how}", mark.id)?,
                    Seen::Unknown(_) => {}
                }
            }
        }
    }
    writeln!(out, "{}", told.sentence)?;
    out.flush()
}
