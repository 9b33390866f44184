//! Where results go: the folder of a run, its reports, standard output.

use std::fs::File;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use super::CliError;
use super::check::CheckArgs;
use crate::report::{self, Format, Style};
use crate::verdict::Run;

/// The reports besides standard output: format and path.
pub(super) fn requested(reports: &[String]) -> Result<Vec<(Format, Option<PathBuf>)>, CliError> {
    reports
        .iter()
        .map(|text| {
            let (format, path) = match text.split_once('=') {
                Some((format, path)) => (format, Some(PathBuf::from(path))),
                None => (text.as_str(), None),
            };
            let format = format
                .parse::<Format>()
                .map_err(|error| CliError::Input(format!("--report {text}: {error}")))?;
            Ok((format, path))
        })
        .collect()
}

/// The folder for this run: named, or new in `reports/runs`.
pub(super) fn folder(arguments: &CheckArgs, name: &str) -> Result<PathBuf, CliError> {
    let folder = arguments.out.clone().unwrap_or_else(|| {
        let stem: String = Path::new(name)
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default()
            .chars()
            .filter(|one| one.is_ascii_alphanumeric() || matches!(one, '-' | '_'))
            .collect();
        let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%S").to_string();
        let runs = Path::new("reports").join("runs");
        let base = format!("{now}-{}", if stem.is_empty() { "run" } else { &stem });
        let mut folder = runs.join(&base);
        let mut count = 1;
        while folder.exists() {
            count += 1;
            folder = runs.join(format!("{base}-{count}"));
        }
        folder
    });
    std::fs::create_dir_all(&folder).map_err(|error| CliError::Output {
        what: format!("{} (--out names another folder)", folder.display()),
        error,
    })?;
    Ok(folder)
}

/// Writes all reports. One that cannot be written does not keep the others from it.
pub(super) fn write_reports(
    arguments: &CheckArgs,
    run: &Run,
    folder: &Path,
    reports: &[(Format, Option<PathBuf>)],
) -> Result<(), CliError> {
    let plain = Style {
        masked: arguments.masked,
        ..Style::default()
    };
    let mut files = vec![
        (Format::Markdown, folder.join("report.md")),
        (Format::Junit, folder.join("junit.xml")),
    ];
    for (format, path) in reports {
        let default = || folder.join(format!("report.{}", format.extension()));
        files.push((*format, path.clone().unwrap_or_else(default)));
    }
    // One report that cannot be written does not keep the others from being written.
    let mut failed = None;
    for (format, path) in files {
        let written = if format == Format::Ndjson {
            std::fs::copy(folder.join("events.ndjson"), &path).map(drop)
        } else {
            write_file(format, run, &path, &plain)
        };
        if let Err(error) = written {
            failed.get_or_insert(CliError::Output {
                what: path.display().to_string(),
                error,
            });
        }
    }
    if arguments.format != Format::Ndjson {
        let stdout = std::io::stdout();
        let style = Style {
            color: arguments.display.color.on(stdout.is_terminal()),
            verbose: arguments.display.verbose,
            quiet: arguments.display.quiet,
            ..plain
        };
        let mut out = std::io::BufWriter::new(stdout.lock());
        let written =
            report::write(arguments.format, run, &mut out, &style).and_then(|()| out.flush());
        // `assize check | head` is no failure: the files have everything.
        if let Err(error) = written
            && error.kind() != std::io::ErrorKind::BrokenPipe
        {
            failed.get_or_insert(CliError::Output {
                what: "standard output".to_owned(),
                error,
            });
        }
    }
    failed.map_or(Ok(()), Err)
}

fn write_file(format: Format, run: &Run, path: &Path, style: &Style) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut out = std::io::BufWriter::new(File::create(path)?);
    report::write(format, run, &mut out, style)?;
    out.flush()
}
