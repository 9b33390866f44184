//! `assize list` and `assize explain`: the documentation of what judges.

use std::fmt::Write as _;
use std::io::Write as _;

use clap::{Args, ValueEnum};

use super::subject::find;
use super::{CliError, Exit, editions, requirement};
use crate::contract::{ContractError, FORMS};
use crate::reference;
use crate::verdict::Requirement;
use crate::{checks, probes};

/// What can be listed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// Generic checks of exchanges.
    Checks,
    /// Probes, which verify requirements.
    Probes,
    /// The requirements of a contract.
    Requirements,
    /// Faults of the reference server.
    Faults,
    /// The editions of a contract.
    Editions,
    /// JSON Schemas of the files of a contract.
    Schemas,
}

/// Lists what there is.
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// What.
    kind: Kind,
    /// Of which contract; for editions and requirements.
    #[arg(default_value = "thenvoi")]
    contract: String,
}

/// Explains one of them.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// Its id, as `assize list` shows it; `CONTRACT@DATE` for an edition, `schema:NAME` for the
    /// JSON Schema of a file of a contract.
    id: String,
    /// Of which contract; for requirements.
    #[arg(default_value = "thenvoi")]
    contract: String,
}

/// The requirements of a contract: of all editions, or of the one that is named.
fn requirements(contract: &str) -> Result<Vec<Requirement>, CliError> {
    let subject = find(contract)?;
    if subject.contract.toml.is_none() {
        return Err(CliError::Input(format!(
            "{contract} is no contract: it is neither compiled in nor a folder with contract.toml"
        )));
    }
    let in_force = subject
        .contract
        .in_force(&subject.name, subject.edition.as_deref())
        .map_err(ContractError::from)?;
    let Some(date) = in_force else {
        return Ok(subject.contract.requirements);
    };
    Ok(match subject.edition {
        Some(_) => subject.contract.at(date.date).requirements,
        None => subject.contract.requirements,
    })
}

fn first_line(text: &str) -> &str {
    text.lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default()
}

/// All of a kind: id and one line.
fn entries(kind: Kind, contract: &str) -> Result<Vec<(String, String)>, CliError> {
    Ok(match kind {
        Kind::Checks => checks::ALL
            .iter()
            .map(|one| (one.id.to_owned(), one.summary.to_owned()))
            .collect(),
        Kind::Probes => probes::ALL
            .iter()
            .map(|one| (one.id.to_owned(), first_line(one.docs).to_owned()))
            .collect(),
        Kind::Requirements => requirements(contract)?
            .into_iter()
            .map(|one| (requirement::headline(&one), one.text))
            .collect(),
        Kind::Faults => reference::ALL
            .iter()
            .map(|one| (one.id().to_owned(), first_line(one.doc()).to_owned()))
            .collect(),
        Kind::Editions => editions::list(contract)?,
        Kind::Schemas => FORMS
            .iter()
            .map(|form| (format!("schema:{}", form.name), form.about.to_owned()))
            .collect(),
    })
}

pub(super) fn list(arguments: &ListArgs) -> Result<Exit, CliError> {
    if arguments.contract != "thenvoi"
        && !matches!(arguments.kind, Kind::Editions | Kind::Requirements)
    {
        return Err(CliError::Input(format!(
            "{}: only editions and requirements are listed by contract; the others are those of assize",
            arguments.contract
        )));
    }
    let entries = entries(arguments.kind, &arguments.contract)?;
    let width = entries
        .iter()
        .map(|(id, _)| id.len())
        .max()
        .unwrap_or_default();
    let mut text = String::new();
    for (id, line) in entries {
        let _ = writeln!(text, "{id:<width$}  {line}");
    }
    print(&text)
}

pub(super) fn explain(arguments: &ExplainArgs) -> Result<Exit, CliError> {
    let id = arguments.id.as_str();
    if let Some(check) = checks::find(id) {
        return print(&format!("# check {id}\n\n{}", check.docs()));
    }
    if let Some(probe) = probes::find(id) {
        return print(&probe_page(probe));
    }
    if let Some(one) = requirements(&arguments.contract)?
        .iter()
        .find(|one| one.id == id)
    {
        return print(&requirement::explain(one));
    }
    if let Some(form) = id
        .strip_prefix("schema:")
        .and_then(|name| FORMS.iter().find(|form| form.name == name))
    {
        return print(&format!("{:#}\n", form.schema()));
    }
    if let Some(fault) = reference::Fault::from_id(id) {
        return print(&format!(
            "# fault {id}\n\n{}\n\nCaught by: {}\n",
            fault.doc(),
            fault.caught_by().join(", ")
        ));
    }
    if let Some(text) = editions::explain(id)? {
        return print(&text);
    }
    let mut known: Vec<String> = Vec::new();
    let kinds = [
        Kind::Checks,
        Kind::Probes,
        Kind::Requirements,
        Kind::Faults,
        Kind::Schemas,
    ];
    for kind in kinds {
        let entries = entries(kind, &arguments.contract)?.into_iter();
        // What follows the id of a requirement is no part of it.
        known.extend(entries.filter_map(|(id, _)| Some(id.split("  ").next()?.to_owned())));
    }
    let wanted = id.to_ascii_lowercase();
    let mut near: Vec<&str> = known
        .iter()
        .map(String::as_str)
        .filter(|known| {
            let known = known.to_ascii_lowercase();
            known.contains(&wanted) || wanted.contains(&known)
        })
        .collect();
    if near.is_empty() {
        near = crate::near::near(id, known.iter().map(String::as_str));
    }
    Err(CliError::Input(format!(
        "nothing is called {id}{}; `assize list checks|probes|requirements|faults|editions|schemas` shows all",
        if near.is_empty() {
            String::new()
        } else {
            format!(", but there is {}", near.join(", "))
        }
    )))
}

/// What a probe does, looks at and takes.
fn probe_page(probe: &probes::Probe) -> String {
    let flush = |docs: &str| {
        let lines: Vec<&str> = docs.lines().map(str::trim).collect();
        lines.join("\n")
    };
    let inline = |docs: &str| flush(docs).trim().replace('\n', " ");
    let mut page = format!(
        "# probe {}\n\n{}\n\n## Aspects\n\n",
        probe.id,
        flush(probe.docs)
    );
    for aspect in probe.aspects {
        let _ = writeln!(page, "- `{}`: {}", aspect.name, inline(aspect.docs));
    }
    let _ = write!(page, "\n## Parameters\n\n");
    for parameter in probe.parameters {
        let need = match parameter.default {
            Some(default) => format!("default {}", default()),
            None if parameter.optional => "may be left out".to_owned(),
            None => "needed".to_owned(),
        };
        let _ = writeln!(
            page,
            "- `{}` ({}; {need}): {}",
            parameter.name,
            parameter.kind.describe(),
            inline(parameter.docs)
        );
    }
    page
}

fn print(text: &str) -> Result<Exit, CliError> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| CliError::Output {
            what: "the output".to_owned(),
            error,
        })?;
    Ok(Exit::Kept)
}
