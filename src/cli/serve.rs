//! `assize serve`: the reference server on a socket.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;
use jiff::civil::Date;
use tokio::net::TcpListener;

use super::{CliError, Display, Exit};
use crate::reference::{self, Edition, Fault, FaultSet, Log, Settings};

/// The reference server of a contract on 127.0.0.1.
#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// The contract; `thenvoi@DATE` is the same with `--edition DATE`.
    #[arg(default_value = "thenvoi")]
    contract: String,
    /// Keep the edition in force on this day; without it, the latest.
    #[arg(long, value_name = "DATE")]
    edition: Option<String>,
    /// The port; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Break a promise on purpose; `assize list faults` shows which. May be repeated.
    #[arg(long, value_name = "ID")]
    fault: Vec<String>,
    /// The seed of all ids.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    #[command(flatten)]
    display: Display,
}

pub(super) fn serve(arguments: &ServeArgs) -> Result<Exit, CliError> {
    let (contract, day) = match arguments.contract.split_once('@') {
        Some((contract, day)) => (contract, Some(day)),
        None => (arguments.contract.as_str(), None),
    };
    if contract != "thenvoi" {
        return Err(CliError::Input(format!(
            "{contract}: only the contract thenvoi has a reference server"
        )));
    }
    let edition = edition(day, arguments.edition.as_deref())?;
    let faults = faults(&arguments.fault)?;
    let settings = Settings {
        seed: arguments.seed,
        faults,
        edition,
        ..Settings::default()
    };
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| CliError::Input(format!("no runtime: {error}")))?;
    runtime.block_on(async {
        let address = SocketAddr::from(([127, 0, 0, 1], arguments.port));
        let listener = TcpListener::bind(address).await.map_err(|error| {
            CliError::Input(format!(
                "cannot listen on {address}: {error}; --port 0 takes a free port"
            ))
        })?;
        let address = listener
            .local_addr()
            .map_err(|error| CliError::Input(error.to_string()))?;
        match announce(address, edition, &arguments.fault) {
            // Who reads only the URL and goes still wants the server.
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                return Err(CliError::Output {
                    what: "the address".to_owned(),
                    error,
                });
            }
            _ => {}
        }
        let log: Option<Log> = arguments
            .display
            .verbose
            .then(|| Arc::new(|line: &reference::LogLine| anstream::eprintln!("{line}")) as Log);
        reference::serve(listener, settings, log, super::signal::signal())
            .await
            .map_err(|error| CliError::Target(format!("the server stopped: {error}")))
    })?;
    Ok(Exit::Kept)
}

/// The edition in force on a day, given after the contract's name or by `--edition`.
fn edition(of_contract: Option<&str>, of_option: Option<&str>) -> Result<Edition, CliError> {
    let day = match (of_contract, of_option) {
        (Some(one), Some(other)) if one != other => {
            return Err(CliError::Input(format!(
                "the contract says {one} and --edition says {other}; one of them is enough"
            )));
        }
        (Some(day), _) | (None, Some(day)) => day,
        (None, None) => return Ok(Edition::default()),
    };
    let date: Date = day.parse().map_err(|_| {
        CliError::Input(format!(
            "{day} is no date; editions are named like {}",
            Edition::default().date()
        ))
    })?;
    Edition::at(date).ok_or_else(|| {
        let dates = Edition::ALL.map(|edition| edition.date().to_string());
        let dates = dates.join(", ");
        CliError::Input(format!(
            "there was no edition on {day} yet; the editions are {dates}"
        ))
    })
}

/// The faults with these ids.
pub(super) fn faults(ids: &[String]) -> Result<FaultSet, CliError> {
    ids.iter()
        .map(|id| {
            Fault::from_id(id).ok_or_else(|| {
                CliError::Input(format!(
                    "there is no fault {id}; `assize list faults` shows all"
                ))
            })
        })
        .collect()
}

/// The URL on the first line, then who may log in.
fn announce(address: SocketAddr, edition: Edition, faults: &[String]) -> std::io::Result<()> {
    let mut out = anstream::stdout().lock();
    writeln!(out, "http://{address}")?;
    writeln!(out, "\nedition: {}", edition.date())?;
    if !faults.is_empty() {
        writeln!(out, "faults: {}", faults.join(", "))?;
    }
    writeln!(
        out,
        "\n{:<10} {:<6} {:<19} X-API-Key",
        "identity", "kind", "organization"
    )?;
    for identity in reference::identities() {
        let kind = match identity.kind {
            reference::IdentityKind::User => "user",
            reference::IdentityKind::Agent => "agent",
        };
        write!(
            out,
            "{:<10} {kind:<6} {:<19} {}",
            identity.name, identity.organization, identity.key
        )?;
        match identity.bearer {
            Some(bearer) => writeln!(out, "  (or Authorization: Bearer {bearer})")?,
            None => writeln!(out)?,
        }
    }
    out.flush()
}
