//! `assize plan`: the deterministic list of cases.

use std::io::Write as _;

use clap::Args;

use super::selection::{Prepared, Selection, prepare};
use super::{CliError, Exit};
use crate::generate;

/// Prints the cases, one per line, and what no case was made for.
#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    selection: Selection,
}

pub(super) fn plan(arguments: &PlanArgs) -> Result<Exit, CliError> {
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| CliError::Input(format!("no runtime: {error}")))?;
    let Prepared { bench, plan, .. } = prepare(&arguments.selection, runtime.handle())?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut print = || -> std::io::Result<()> {
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
