//! Reports: each a pure function of the folded [`Run`], one file per format.
//!
//! The event log ([`LogWriter`], [`read_log`]) and the progress on the terminal ([`Live`])
//! alone listen while a run goes on; every other report can be made from the log later.

mod access;
mod curl;
mod diff;
mod evidence;
mod excerpt;
mod junit;
mod live;
mod markdown;
mod mask;
mod ndjson;
mod plain;
pub mod proof;
mod steps;
mod style;
mod text;

use std::io::{self, Write};
use std::str::FromStr;

pub use self::curl::curl;
pub use self::live::{Live, Screen};
pub use self::ndjson::{LogError, LogReader, LogWriter, read_log};
pub use self::steps::Steps;
pub use self::style::Style;
use crate::verdict::Run;

/// A form in which a run can be written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// For a person at a terminal.
    Text,
    /// The event log itself, one JSON object per line.
    Ndjson,
    /// JUnit XML, for CI systems.
    Junit,
    /// Markdown with diffs, for reviews and issues.
    Markdown,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 4] = [Self::Text, Self::Ndjson, Self::Junit, Self::Markdown];

    /// The name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Ndjson => "ndjson",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
        }
    }

    /// The usual end of a file's name, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Ndjson => "ndjson",
            Self::Junit => "xml",
            Self::Markdown => "md",
        }
    }
}

/// The name of a format that does not exist. An error of the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no report format {given:?}; {}", hint(.given))]
pub struct UnknownFormat {
    /// What was asked for.
    pub given: String,
}

fn hint(given: &str) -> String {
    let lower = given.to_lowercase();
    let near = Format::ALL
        .iter()
        .map(|format| {
            let name = format.name();
            let alike = similar::TextDiff::from_chars(&*lower, name).ratio();
            (alike, format.extension() == lower, name)
        })
        .filter(|(alike, extension, _)| *extension || *alike >= 0.6)
        .max_by(|a, b| {
            (a.1, a.0)
                .partial_cmp(&(b.1, b.0))
                .expect("ratios are numbers")
        });
    match near {
        Some((_, _, name)) => format!("did you mean {name}?"),
        None => format!("there are {}", Format::ALL.map(Format::name).join(", ")),
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == text)
            .ok_or_else(|| UnknownFormat {
                given: text.to_owned(),
            })
    }
}

/// Writes the report of a run.
///
/// # Errors
/// When `out` fails, and with [`Format::Ndjson`]: a [`Run`] holds no more than the last
/// exchange of each cause, so that the log cannot be made from it. It is written while the
/// run goes on, by a [`LogWriter`].
pub fn write(format: Format, run: &Run, out: &mut dyn Write, style: &Style) -> io::Result<()> {
    let masked = style.masked.then(|| mask::masked(run));
    let run = masked.as_ref().unwrap_or(run);
    match format {
        Format::Text => text::write(run, out, style),
        Format::Junit => junit::write(run, out, style),
        Format::Markdown => markdown::write(run, out, style),
        Format::Ndjson => Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "the event log is written during a run and cannot be made from its result",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_found_by_name_and_near_names_are_told() {
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
        let message = |text: &str| text.parse::<Format>().expect_err("unknown").to_string();
        assert!(message("juint").ends_with("did you mean junit?"));
        assert!(message("md").ends_with("did you mean markdown?"));
        assert!(message("Text").ends_with("did you mean text?"));
        assert!(message("pdf").ends_with("there are text, ndjson, junit, markdown"));
    }
}
