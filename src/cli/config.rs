//! `assize.toml`: the target and the identities. Secrets stand in it only by reference.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::CliError;
use crate::http::Secret;

/// The name of the file that is read from the current folder.
pub(super) const FILE: &str = "assize.toml";

/// `assize.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// What is tested.
    #[serde(default)]
    pub(super) target: TargetConfig,
    /// Who may be used.
    #[serde(default)]
    pub(super) identities: BTreeMap<String, IdentityConfig>,
}

/// What is tested.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TargetConfig {
    /// The base URL.
    pub(super) url: Option<String>,
    /// Seconds that a request may take.
    pub(super) timeout: Option<f64>,
    /// Requests per second.
    pub(super) rate: Option<f64>,
    /// Headers of every request.
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    /// A PEM file with further certificate authorities.
    pub(super) ca: Option<PathBuf>,
    /// A PEM file with our certificate and its key.
    pub(super) client_certificate: Option<PathBuf>,
}

/// An identity.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IdentityConfig {
    /// Its kind; a contract that needs the identity knows it.
    pub(super) kind: Option<String>,
    /// Its organization.
    pub(super) organization: Option<String>,
    /// Whether probes may exhaust its quotas and rates.
    #[serde(default)]
    pub(super) expendable: bool,
    /// Declared limits by resource.
    #[serde(default)]
    pub(super) limits: BTreeMap<String, u64>,
    /// Secrets by security scheme.
    #[serde(default)]
    pub(super) credentials: BTreeMap<String, SecretRef>,
}

/// Where a secret is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SecretRef {
    /// An environment variable.
    env: Option<String>,
    /// A file; white space at its end is no part of the secret.
    file: Option<PathBuf>,
}

impl SecretRef {
    /// Reads the secret.
    pub(super) fn read(&self, what: &str) -> Result<Secret, CliError> {
        let text = match (&self.env, &self.file) {
            (Some(name), None) => std::env::var(name).map_err(|_| {
                CliError::Input(format!(
                    "{what}: the environment variable {name} is not set"
                ))
            })?,
            (None, Some(path)) => std::fs::read_to_string(path).map_err(|error| {
                CliError::Input(format!("{what}: cannot read {}: {error}", path.display()))
            })?,
            _ => {
                return Err(CliError::Input(format!(
                    "{what}: give either {{ env = \"NAME\" }} or {{ file = \"path\" }}"
                )));
            }
        };
        let text = text.trim_end();
        if text.is_empty() {
            return Err(CliError::Input(format!("{what}: the secret is empty")));
        }
        Ok(Secret::new(text))
    }
}

/// Reads the named file, else `assize.toml` of the current folder if there is one.
pub(super) fn read(named: Option<&Path>) -> Result<Config, CliError> {
    let path = match named {
        Some(path) => path,
        None if Path::new(FILE).is_file() => Path::new(FILE),
        None => return Ok(Config::default()),
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| CliError::Input(format!("cannot read {}: {error}", path.display())))?;
    toml::from_str(&text).map_err(|error| {
        let hint = if error.message().contains("expected struct SecretRef") {
            "\nsecrets stand in the configuration only by reference: { env = \"NAME\" } or { file = \"path\" }"
        } else {
            ""
        };
        CliError::Input(format!("{}: {error}{hint}", path.display()))
    })
}
