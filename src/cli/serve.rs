//! `assize serve`: the reference server on a socket.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;

use super::subject::Subject;
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
    let subject = super::subject::find(&arguments.contract)?;
    if subject.name != "thenvoi" || !subject.embedded {
        return Err(CliError::Input(format!(
            "{}: only the contract thenvoi has a reference server",
            subject.name
        )));
    }
    let edition = edition(&subject, arguments.edition.as_deref())?;
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
fn edition(subject: &Subject, option: Option<&str>) -> Result<Edition, CliError> {
    let asked = subject.edition(option)?;
    let in_force = subject.contract.in_force(&subject.name, asked);
    let in_force = in_force.map_err(|error| CliError::Input(error.to_string()))?;
    Ok(in_force
        .and_then(|in_force| Edition::at(in_force.date))
        .unwrap_or_default())
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

#[cfg(test)]
mod tests {
    use super::super::subject::find;
    use super::*;

    fn kept(contract: &str, option: Option<&str>) -> Result<Edition, String> {
        let subject = find(contract).map_err(|error| error.to_string())?;
        edition(&subject, option).map_err(|error| error.to_string())
    }

    #[test]
    fn a_day_means_the_edition_in_force() {
        assert_eq!(kept("thenvoi", None), Ok(Edition::Security));
        assert_eq!(kept("thenvoi@2026-02-17", None), Ok(Edition::MessageLimit));
        assert_eq!(kept("thenvoi", Some("2026-02-12")), Ok(Edition::Contacts));
        let both = kept("thenvoi@2026-02-12", Some("2026-02-12"));
        assert_eq!(both, Ok(Edition::Contacts));
    }

    #[test]
    fn a_day_without_an_edition_is_told_with_those_there_are() {
        for (contract, option) in [("thenvoi@2025-12-27", None), ("thenvoi", Some("soon"))] {
            let error = kept(contract, option).expect_err("there is no such edition");
            assert!(error.contains("2025-12-28, 2026-01-14"), "{error}");
        }
        let both = kept("thenvoi@2026-02-12", Some("2026-02-13"));
        assert!(both.is_err_and(|error| error.contains("which edition?")));
    }

    #[test]
    fn the_server_has_the_editions_of_the_contract() {
        let subject = find("thenvoi").expect("it is compiled in");
        let own = Edition::ALL.map(Edition::date);
        assert_eq!(subject.contract.editions(), own);
    }
}
