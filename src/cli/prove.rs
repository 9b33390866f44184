//! `assize prove`: the kill matrix of the reference server.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use clap::Args;

use super::{CliError, Display, Exit};
use crate::engine::prove::{self, Job};
use crate::engine::{Sitting, editions};
use crate::reference::{self, Edition, Fault};
use crate::report::proof::{self, ProofFormat};
use crate::report::{Screen, Steps, Style};
use crate::verdict::Proof;

/// Proves that every check, probe and requirement can fail, and fails only with reason.
#[derive(Debug, Args)]
pub(super) struct ProveArgs {
    /// The contract.
    #[arg(default_value = "thenvoi")]
    contract: String,
    /// Only this fault. May be repeated.
    #[arg(long, value_name = "ID")]
    fault: Vec<String>,
    /// Only faults whose id, class or catchers contain TEXT. May be repeated.
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// Only the edition of this date. May be repeated.
    #[arg(long, value_name = "DATE")]
    edition: Vec<String>,
    /// How many runs at once [default: one for each processor].
    #[arg(long, env = "ASSIZE_WORKERS", value_name = "N")]
    workers: Option<usize>,
    /// What goes to standard output: text, json, markdown.
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    format: ProofFormat,
    /// A report besides, as FORMAT=PATH. May be repeated.
    #[arg(long, value_name = "FORMAT=PATH")]
    report: Vec<String>,
    #[command(flatten)]
    display: Display,
}

pub(super) fn prove(arguments: &ProveArgs) -> Result<Exit, CliError> {
    let dates = dates(arguments)?;
    let faults = faults(arguments)?;
    let reports = reports(arguments)?;
    let sittings = dates
        .into_iter()
        .map(Sitting::at)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| CliError::Input(error.to_string()))?;
    let terminal = std::io::stderr().is_terminal();
    let screen = Screen {
        terminal,
        color: arguments.display.color.on(terminal),
        quiet: arguments.display.quiet,
    };
    let chosen: Vec<Edition> = sittings.iter().map(|one| one.edition).collect();
    let jobs = prove::jobs(&chosen, &faults);
    let steps = Mutex::new((Steps::new(screen, jobs.len(), "runs"), 0));
    let workers = arguments
        .workers
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    let proof = prove::prove(&sittings, &jobs, workers, &|job: Job, run| {
        let caught = job.fault.map(|fault| prove::caught(fault, run));
        let mut steps = steps.lock().unwrap_or_else(PoisonError::into_inner);
        let (steps, wrong) = &mut *steps;
        *wrong += usize::from(match caught {
            Some(caught) => !caught,
            None => !run.findings().is_empty(),
        });
        steps.step(&format!("{wrong} not as expected"));
    });
    steps
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .0
        .finish();
    write(arguments, &proof, &reports)?;
    Ok(if proof.holds() {
        Exit::Kept
    } else {
        Exit::Findings
    })
}

/// The editions to judge; all without `--edition`.
fn dates(arguments: &ProveArgs) -> Result<Vec<Edition>, CliError> {
    let (name, date) = match arguments.contract.split_once('@') {
        Some((name, date)) => (name, Some(date)),
        None => (arguments.contract.as_str(), None),
    };
    if name != "thenvoi" {
        return Err(CliError::Input(format!(
            "{}: prove on anybody else's server is not possible: faults are seeded in the reference server, and that keeps the contract thenvoi",
            arguments.contract
        )));
    }
    let wanted: Vec<&str> = arguments
        .edition
        .iter()
        .map(String::as_str)
        .chain(date)
        .collect();
    let known = || {
        let dates: Vec<String> = editions()
            .iter()
            .map(|one| one.date().to_string())
            .collect();
        dates.join(", ")
    };
    for date in &wanted {
        if !editions().iter().any(|one| one.date().to_string() == *date) {
            return Err(CliError::Input(format!(
                "thenvoi has no edition {date}; it has: {}",
                known()
            )));
        }
    }
    Ok(editions()
        .iter()
        .copied()
        .filter(|one| wanted.is_empty() || wanted.contains(&one.date().to_string().as_str()))
        .collect())
}

/// The faults to try; all without `--fault` and `--only`.
fn faults(arguments: &ProveArgs) -> Result<Vec<Fault>, CliError> {
    let named: Vec<Fault> = super::serve::faults(&arguments.fault)?.iter().collect();
    let matches = |fault: &Fault| {
        let texts = [fault.id(), fault.class().id()];
        arguments.only.iter().any(|only| {
            texts
                .iter()
                .chain(fault.caught_by())
                .any(|text| text.contains(only.as_str()))
        })
    };
    let all = named.is_empty() && arguments.only.is_empty();
    let chosen: Vec<Fault> = reference::ALL
        .iter()
        .copied()
        .filter(|fault| all || named.contains(fault) || matches(fault))
        .collect();
    if chosen.is_empty() {
        return Err(CliError::Input(format!(
            "--only {}: no fault matches; `assize list faults` shows all",
            arguments.only.join(" ")
        )));
    }
    Ok(chosen)
}

fn reports(arguments: &ProveArgs) -> Result<Vec<(ProofFormat, PathBuf)>, CliError> {
    arguments
        .report
        .iter()
        .map(|text| {
            let wrong = |why: String| CliError::Input(format!("--report {text}: {why}"));
            let (format, path) = text
                .split_once('=')
                .ok_or_else(|| wrong("write it as FORMAT=PATH".to_owned()))?;
            Ok((format.parse().map_err(wrong)?, PathBuf::from(path)))
        })
        .collect()
}

fn write(
    arguments: &ProveArgs,
    proof: &Proof,
    reports: &[(ProofFormat, PathBuf)],
) -> Result<(), CliError> {
    for (format, path) in reports {
        let written = || {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
            proof::write(*format, proof, &mut out, &Style::default())?;
            out.flush()
        };
        written().map_err(|error| CliError::Output {
            what: path.display().to_string(),
            error,
        })?;
    }
    let stdout = std::io::stdout();
    let style = Style {
        color: arguments.display.color.on(stdout.is_terminal()),
        verbose: arguments.display.verbose,
        quiet: arguments.display.quiet,
        ..Style::default()
    };
    let mut out = std::io::BufWriter::new(stdout.lock());
    proof::write(arguments.format, proof, &mut out, &style)
        .and_then(|()| out.flush())
        .map_err(|error| CliError::Output {
            what: "standard output".to_owned(),
            error,
        })
}
