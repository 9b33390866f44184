//! Reports of a [`Proof`]: text, Markdown, JSON.

mod markdown;
mod text;

use std::io::{self, Write};
use std::str::FromStr;

use super::Style;
use crate::verdict::Proof;

/// A form in which a proof can be written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofFormat {
    /// For a person at a terminal.
    Text,
    /// All of it, for programs.
    Json,
    /// Tables for reviews.
    Markdown,
}

impl FromStr for ProofFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            "markdown" => Ok(Self::Markdown),
            other => Err(format!(
                "there is no report format {other:?} of a proof; there are text, json, markdown"
            )),
        }
    }
}

/// Writes a proof down.
///
/// # Errors
/// When `out` fails.
pub fn write(
    format: ProofFormat,
    proof: &Proof,
    out: &mut dyn Write,
    style: &Style,
) -> io::Result<()> {
    match format {
        ProofFormat::Text => text::write(proof, out, style),
        ProofFormat::Markdown => markdown::write(proof, out),
        ProofFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, proof)?;
            writeln!(out)
        }
    }
}
