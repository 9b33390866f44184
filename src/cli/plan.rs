//! `assize plan`: the deterministic list of cases.

use std::io::Write as _;

use clap::Args;

use super::selection::{Prepared, Selection, prepare};
use super::{CliError, Exit};
use crate::generate;
use crate::workflow;

/// Prints the cases, one per line, and what no case was made for.
#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    selection: Selection,
}

pub(super) fn plan(arguments: &PlanArgs) -> Result<Exit, CliError> {
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| CliError::Input(format!("no runtime: {error}")))?;
    let Prepared {
        bench,
        plan,
        loaded,
        ..
    } = prepare(&arguments.selection, runtime.handle())?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut print = || -> std::io::Result<()> {
        if let Some(edition) = loaded.edition {
            writeln!(out, "# {}, edition {}", loaded.name, edition.date)?;
            if let Some(note) = edition.note() {
                writeln!(out, "# {note}")?;
            }
        }
        for overlay in &loaded.overlays {
            writeln!(out, "# overlay: {overlay}")?;
        }
        for sequence in &plan.sequences {
            if let Some(why) = &sequence.plan.skip {
                writeln!(out, "# {}: not sent: {why}", sequence.id)?;
            }
            let identity = sequence.plan.identity.as_deref().unwrap_or("nobody");
            for case in &sequence.cases {
                writeln!(
                    out,
                    "{}\t{identity}\t{}",
                    case.id,
                    generate::describe(&bench.api, case)
                )?;
            }
        }
        for group in &plan.probes {
            let ids = group.requirements.iter().map(|one| one.id.as_str());
            let ids: Vec<&str> = ids.collect();
            writeln!(out, "{}\t{}", group.id, ids.join(" "))?;
        }
        for task in &plan.workflows {
            writeln!(
                out,
                "{}\t{}\t{}",
                workflow::sequence_id(&task.requirement.id),
                task.document.identities(task.workflow).join(","),
                task.document.workflows[task.workflow].id
            )?;
        }
        for unplanned in &plan.unplanned {
            writeln!(
                out,
                "# {}: no case for {}: {}",
                unplanned.operation, unplanned.what, unplanned.why
            )?;
        }
        out.flush()
    };
    print().map_err(|error| CliError::Output {
        what: "the plan".to_owned(),
        error,
    })?;
    Ok(Exit::Kept)
}
