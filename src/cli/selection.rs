//! What is tested, and with which cases: the arguments that `check` and `plan` share.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::runtime::Handle;

use super::fetch::HttpFetch;
use super::identities;
use super::subject::{self, Loaded, Wanted};
use super::{CliError, config, workflows};
use crate::engine::{self, Bench, Cast, Plan, PlanOptions};
use crate::schema::Schemas;

/// What is tested, and with which cases.
#[derive(Debug, Args)]
pub(super) struct Selection {
    /// A contract that is compiled in (`thenvoi`), a contract folder, or an API description:
    /// a file, a URL, `-` for standard input. A contract may be followed by `@` and a day.
    /// Default: thenvoi.
    #[arg(value_name = "CONTRACT|SPEC")]
    pub(super) contract: Option<String>,
    /// The contract as of this day [default: its latest edition].
    #[arg(long, value_name = "DATE")]
    pub(super) edition: Option<String>,
    /// An OpenAPI Overlay (1.0, 1.1) to apply to the description: a file or a URL. May be
    /// repeated; they are applied in order, after those of the edition.
    #[arg(long, value_name = "FILE")]
    pub(super) overlay: Vec<String>,
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
    /// No probes and no workflows of the contract: only the checks of each exchange.
    #[arg(long)]
    pub(super) no_probes: bool,
    /// An Arazzo document: each of its workflows must succeed. May be repeated.
    #[arg(long, value_name = "FILE")]
    pub(super) workflow: Vec<String>,
    /// An input of these workflows, as NAME=VALUE; the value is JSON, or else a text. May be
    /// repeated.
    #[arg(long, value_name = "NAME=VALUE", requires = "workflow")]
    pub(super) input: Vec<String>,
    /// Seconds that one request may take [default: 10; 20 for descriptions].
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(super) timeout: Option<Duration>,
    /// How many sequences run at once.
    #[arg(long, env = "ASSIZE_WORKERS", default_value_t = 8, value_name = "N")]
    pub(super) workers: usize,
}

/// A time in seconds, as an argument gives it.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
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
    pub(super) loaded: Loaded,
    pub(super) cast: Cast,
    pub(super) config: config::Config,
    /// The base URL; `None` for the embedded server.
    pub(super) url: Option<String>,
    /// Whether the identities of the embedded server are used.
    pub(super) demo: bool,
}

/// Everything but the plan and the network.
pub(super) struct Ground {
    pub(super) bench: Bench,
    pub(super) loaded: Loaded,
    pub(super) cast: Cast,
    pub(super) config: config::Config,
    /// The base URL; `None` for the embedded server.
    pub(super) url: Option<String>,
    /// Whether the identities of the embedded server are used.
    pub(super) demo: bool,
    /// Whether the target is on this machine.
    pub(super) loopback: bool,
}

/// The way to descriptions elsewhere.
fn fetch(selection: &Selection, handle: &Handle) -> HttpFetch {
    let timeout = selection.timeout.unwrap_or(Duration::from_secs(20));
    HttpFetch::new(handle.clone(), timeout)
}

/// Loads and casts.
pub(super) fn ground(selection: &Selection, handle: &Handle) -> Result<Ground, CliError> {
    let config = config::read(selection.config.as_deref())?;
    let fetch = fetch(selection, handle);
    let wanted = Wanted {
        contract: selection.contract.as_deref(),
        edition: selection.edition.as_deref(),
        overlays: &selection.overlay,
    };
    let loaded = subject::load(wanted, &fetch)?;
    let url = selection.url.clone().or_else(|| config.target.url.clone());
    let loopback = url.as_deref().is_none_or(is_loopback);
    let demo = loaded.embedded && loopback && config.identities.is_empty();
    let cast = if demo {
        engine::demo(&loaded.contract.file, &loaded.api)
            .map_err(|error| CliError::Input(error.to_string()))?
    } else {
        identities::configured(&config, &loaded.contract.file, &loaded.api)?
    };
    let workflows = workflows::library(selection, &loaded.contract, &fetch)?;
    let mut requirements = loaded.contract.requirements.clone();
    requirements.extend(workflows::promises(selection, &workflows, &requirements)?);
    let bench = Bench {
        api: Arc::clone(&loaded.api),
        schemas: Arc::new(Schemas::new(&loaded.api)),
        contract: loaded.contract.file.clone(),
        requirements,
        workflows,
        identities: Arc::new(cast.identities.clone()),
        credentials: cast.holders.clone(),
    };
    Ok(Ground {
        bench,
        loaded,
        cast,
        config,
        url,
        demo,
        loopback,
    })
}

/// Loads, casts and plans.
pub(super) fn prepare(selection: &Selection, handle: &Handle) -> Result<Prepared, CliError> {
    let Ground {
        bench,
        loaded,
        cast,
        config,
        url,
        demo,
        loopback,
    } = ground(selection, handle)?;
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
    workflows::check(&bench, &plan, &fetch(selection, handle))?;
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
