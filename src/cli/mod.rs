//! The command line: one file per command.

mod check;
mod config;
mod connection;
mod date;
mod editions;
mod exit;
mod explain;
mod fetch;
mod identities;
mod output;
mod plan;
mod prove;
mod report;
mod requirement;
mod selection;
mod serve;
mod signal;
mod subject;
mod workflows;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
pub use exit::{CliError, Exit};

/// Decides whether an HTTP API keeps its promises.
///
/// Without a command: `assize check`. Without any argument: the Thenvoi contract, compiled
/// in, against the embedded reference server.
#[derive(Debug, Parser)]
#[command(name = "assize", version, args_conflicts_with_subcommands = true, after_help = exit::HELP)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: check::CheckArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Test a server: a verdict for every promise.
    #[command(after_help = exit::HELP)]
    Check(check::CheckArgs),
    /// Print the deterministic list of cases; nothing is sent.
    Plan(plan::PlanArgs),
    /// Tell which edition of a contract a server keeps.
    #[command(after_help = exit::HELP)]
    Date(date::DateArgs),
    /// Prove the checks: every fault of the reference server, and the faultless one.
    Prove(prove::ProveArgs),
    /// Run the reference server of a contract on a socket.
    Serve(serve::ServeArgs),
    /// Make a report from a recorded run.
    Report(report::ReportArgs),
    /// List checks, probes, requirements, faults or editions.
    List(explain::ListArgs),
    /// Explain a check, probe, requirement, fault or edition.
    Explain(explain::ExplainArgs),
}

/// What is shown, and how.
#[derive(Clone, Debug, Default, Args)]
struct Display {
    /// Only findings and the last line.
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Every row of the ledger.
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    verbose: bool,
    /// When to use colour; `NO_COLOR` is honoured.
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    color: Color,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Whether to use colour on a stream that is a terminal or not.
    fn on(self, terminal: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => {
                terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        }
    }
}

/// Runs the program with the arguments of the process.
///
/// A panic is a bug of assize; it ends with [`Exit::Bug`], its message on standard error.
pub fn main() -> ExitCode {
    std::panic::catch_unwind(|| run(std::env::args_os())).unwrap_or_else(|_| {
        anstream::eprintln!("this is a bug in assize; please report it with the lines above");
        Exit::Bug.into()
    })
}

fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors; what cannot be printed, nobody reads.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Input.into()
            } else {
                Exit::Kept.into()
            };
        }
    };
    let result = match cli.command {
        None => check::check(&cli.check),
        Some(Command::Check(arguments)) => check::check(&arguments),
        Some(Command::Plan(arguments)) => plan::plan(&arguments),
        Some(Command::Date(arguments)) => date::date(&arguments),
        Some(Command::Prove(arguments)) => prove::prove(&arguments),
        Some(Command::Serve(arguments)) => serve::serve(&arguments),
        Some(Command::Report(arguments)) => report::report(&arguments),
        Some(Command::List(arguments)) => explain::list(&arguments),
        Some(Command::Explain(arguments)) => explain::explain(&arguments),
    };
    match result {
        Ok(exit) => exit.into(),
        // Whoever read the output has gone, and knows.
        Err(error) if error.is_broken_pipe() => Exit::Kept.into(),
        Err(error) => {
            anstream::eprintln!("error: {error}");
            error.exit().into()
        }
    }
}
