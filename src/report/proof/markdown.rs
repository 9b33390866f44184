//! A proof as Markdown tables.

use std::io::{self, Write};

use crate::verdict::{Proof, Seen};

pub(super) fn write(proof: &Proof, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "# Proof of {}\n\n{}\n",
        proof.contract,
        proof.summary()
    )?;
    writeln!(out, "## The faultless server\n")?;
    writeln!(
        out,
        "| edition | exchanges | requirements passed | false alarms |"
    )?;
    writeln!(out, "|---|---:|---:|---|")?;
    for one in &proof.silence {
        let (passed, all) = one.passed;
        writeln!(
            out,
            "| {} | {} | {passed} of {all} | {} |",
            one.edition,
            one.exchanges,
            cell(&lines(&one.alarms))
        )?;
    }
    writeln!(out, "\n## Faults\n")?;
    writeln!(
        out,
        "| fault | class | edition | killed by | not by | also by |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    for fault in &proof.faults {
        for trial in &fault.trials {
            let by = if trial.killed() {
                trial.by.join(", ")
            } else {
                "**survived**".to_owned()
            };
            writeln!(
                out,
                "| {} | {} | {} | {by} | {} | {} |",
                fault.id,
                fault.class,
                trial.edition,
                trial.missed.join(", "),
                trial.also.join(", ")
            )?;
        }
    }
    writeln!(out, "\n## What kills which\n")?;
    writeln!(out, "| requirement or check | faults |\n|---|---|")?;
    for (promise, faults) in proof.kills() {
        let faults: Vec<&str> = faults.into_iter().collect();
        writeln!(out, "| {} | {} |", cell(promise), faults.join(", "))?;
    }
    if !proof.never_exercised.is_empty() {
        writeln!(out, "\n## Never exercised\n")?;
        for one in &proof.never_exercised {
            writeln!(out, "- {}: {}", one.requirement, cell(&one.instead))?;
        }
    }
    if let Some(open) = proof.unproven.as_ref().filter(|open| !open.is_empty()) {
        writeln!(out, "\n## Without a fault that it kills\n")?;
        for one in open {
            writeln!(out, "- {} {}", one.kind, one.id)?;
        }
    }
    Ok(())
}

fn lines(all: &[Seen]) -> String {
    let all: Vec<String> = all
        .iter()
        .map(|one| format!("{}: {}", one.promise, one.title))
        .collect();
    all.join("; ")
}

/// A text that ends no cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}
