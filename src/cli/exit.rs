//! Exit codes, and the errors that lead to them.

use std::process::ExitCode;

use crate::contract::ContractError;
use crate::engine::{LoadError, located};
use crate::spec::SpecError;
use crate::transport::SetupError;

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Every promise kept.
    Kept,
    /// New findings.
    Findings,
    /// The user's input is wrong.
    Input,
    /// The target could not be tested.
    Target,
    /// The run ended early.
    Early,
    /// A bug in assize.
    Bug,
}

/// The exit codes, as the help shows them.
pub(super) const HELP: &str = "Exit codes:\n  \
    0   every promise kept\n  \
    1   new findings\n  \
    2   the input is wrong (arguments, configuration, description)\n  \
    3   the target could not be tested (unreachable, credentials refused)\n  \
    4   the run ended early (interrupted, budget spent)\n  \
    70  a bug in assize";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Kept => 0,
            Exit::Findings => 1,
            Exit::Input => 2,
            Exit::Target => 3,
            Exit::Early => 4,
            Exit::Bug => 70,
        })
    }
}

/// Why a command cannot do its work.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The description cannot be used at all.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// The contract cannot be used.
    #[error(transparent)]
    Contract(ContractError),
    /// An overlay cannot be applied; the message shows its lines.
    #[error("{0}")]
    Overlay(String),
    /// The target is described wrongly.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// Anything else that the user can mend; the message says what, where and how.
    #[error("{0}")]
    Input(String),
    /// The target could not be tested.
    #[error("{0}")]
    Target(String),
    /// The output could not be written.
    #[error("cannot write {what}: {error}")]
    Output {
        /// What was to be written.
        what: String,
        /// Why it failed.
        error: std::io::Error,
    },
}

impl From<ContractError> for CliError {
    fn from(error: ContractError) -> Self {
        match error {
            ContractError::Mistakes(mistakes) => Self::Input(located(&mistakes)),
            other => Self::Contract(other),
        }
    }
}

impl From<LoadError> for CliError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Spec(error) => Self::Spec(error),
            LoadError::Contract(error) => error.into(),
            LoadError::Overlay(message) => Self::Overlay(message),
        }
    }
}

impl CliError {
    /// Whether it is only that nobody reads the output any more.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output { error, .. } if error.kind() == std::io::ErrorKind::BrokenPipe)
    }

    /// The exit code that belongs to it.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Target(_) => Exit::Target,
            _ => Exit::Input,
        }
    }
}
