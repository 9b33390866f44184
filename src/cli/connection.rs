//! How the server is reached: the arguments that `check` and `date` share.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use http::{HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest as _, Sha256};

use super::selection::{Prepared, seconds};
use super::{CliError, config};
use crate::engine::Cast;
use crate::http::Secret;
use crate::transport::{Limits, Settings, Tls};

/// How the server is reached.
#[derive(Debug, Args)]
pub(super) struct Connection {
    /// Requests per second, at most.
    #[arg(long, env = "ASSIZE_RATE", value_name = "N")]
    pub(super) rate: Option<f64>,
    /// A header for every request, as `Name: value`. May be repeated.
    #[arg(long, short = 'H', value_name = "HEADER")]
    header: Vec<String>,
    /// A PEM file with further certificate authorities.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Accept any certificate of the server.
    #[arg(long)]
    pub(super) insecure: bool,
}

/// The base URL, or `None` for the embedded server.
pub(super) fn base_url(prepared: &Prepared) -> Result<Option<String>, CliError> {
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

impl Connection {
    /// What a target is made of, without its base URL.
    pub(super) fn settings(
        &self,
        config: &config::Config,
        cast: &Cast,
        timeout: Option<Duration>,
        workers: usize,
    ) -> Result<Settings, CliError> {
        let target = &config.target;
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
        for header in &self.header {
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
        let total = timeout.or(configured).unwrap_or(Limits::default().total);
        Ok(Settings {
            base: String::new(),
            identities: cast.applied.clone(),
            headers,
            limits: Limits {
                total,
                ..Limits::default()
            },
            tls: Tls {
                authorities: self.ca.clone().or_else(|| target.ca.clone()),
                client: target.client_certificate.clone(),
                accept_invalid: self.insecure,
            },
            connections: workers.max(32),
        })
    }
}

/// What the headers that the user gives may hold: they are sent, and not shown.
pub(super) fn secrets(settings: &Settings) -> Vec<Secret> {
    settings
        .headers
        .values()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| [Some(value), value.split_once(' ').map(|(_, rest)| rest)])
        .flatten()
        .map(Secret::new)
        .collect()
}

/// What makes the names of a run's resources unique on the server.
pub(super) fn token() -> String {
    let now = jiff::Timestamp::now().as_nanosecond();
    let digest = Sha256::digest(format!("{now} {}", std::process::id()));
    format!(
        "{:02x}{:02x}{:02x}{:02x}",
        digest[0], digest[1], digest[2], digest[3]
    )
}
