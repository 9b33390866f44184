//! `assize report`: any report from a recorded run.

use std::fs::File;
use std::io::{BufReader, IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::Args;

use super::{CliError, Display, Exit};
use crate::report::{self, Format, LogError, Style, read_log};
use crate::verdict::Run;

/// Makes a report from a recorded run.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// The folder of the run, or its event log.
    run: PathBuf,
    /// The format.
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    format: Format,
    #[command(flatten)]
    display: Display,
}

pub(super) fn report(arguments: &ReportArgs) -> Result<Exit, CliError> {
    let path = if arguments.run.is_dir() {
        arguments.run.join("events.ndjson")
    } else {
        arguments.run.clone()
    };
    let wrong = |message: String| CliError::Input(format!("{}: {message}", path.display()));
    let file = File::open(&path).map_err(|error| {
        wrong(format!(
            "cannot be read: {error}; name the folder of a run or its events.ndjson"
        ))
    })?;
    let mut run = Run::default();
    for event in read_log(BufReader::new(file)) {
        match event {
            Ok(event) => run.apply(&event),
            Err(error @ LogError::Torn { .. }) => {
                anstream::eprintln!("warning: {}: {error}", path.display());
                break;
            }
            Err(error) => return Err(wrong(error.to_string())),
        }
    }
    if run.started.is_none() {
        return Err(wrong("there is no event in it".to_owned()));
    }
    let stdout = std::io::stdout();
    let style = Style {
        color: arguments.display.color.on(stdout.is_terminal()),
        verbose: arguments.display.verbose,
        quiet: arguments.display.quiet,
        ..Style::default()
    };
    let mut out = std::io::BufWriter::new(stdout.lock());
    report::write(arguments.format, &run, &mut out, &style)
        .and_then(|()| out.flush())
        .map_err(|error| CliError::Output {
            what: "standard output".to_owned(),
            error,
        })?;
    Ok(Exit::Kept)
}
