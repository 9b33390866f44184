//! A proof for a person at a terminal.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use super::super::style::{BOLD, DIM, GREEN, RED, Style, counted};
use crate::verdict::{FaultRow, Proof, Seen, Trial};

/// How many findings of one trial are shown.
const SHOWN: usize = 5;

pub(super) fn write(proof: &Proof, out: &mut dyn Write, style: &Style) -> io::Result<()> {
    if !style.quiet {
        heading(proof, out, style)?;
        classes(proof, out, style)?;
    }
    survivors(proof, out, style)?;
    alarms(proof, out, style)?;
    open(proof, out, style)?;
    let color = if proof.holds() { GREEN } else { RED };
    writeln!(out, "{}", style.paint(color, proof.summary()))
}

fn heading(proof: &Proof, out: &mut dyn Write, style: &Style) -> io::Result<()> {
    let trials: usize = proof.faults.iter().map(|fault| fault.trials.len()).sum();
    let exchanges: u64 = proof
        .faults
        .iter()
        .flat_map(|fault| &fault.trials)
        .map(|trial| trial.exchanges)
        .chain(proof.silence.iter().map(|one| one.exchanges))
        .sum();
    writeln!(
        out,
        "{} against the reference server: {} at {}, {}, {} in {}\n",
        style.paint(BOLD, &proof.contract),
        counted(proof.faults.len() as u64, "fault"),
        counted(proof.editions.len() as u64, "edition"),
        counted(trials as u64, "trial"),
        counted(exchanges, "exchange"),
        style.time(Duration::from_millis(proof.elapsed_ms)),
    )
}

fn classes(proof: &Proof, out: &mut dyn Write, style: &Style) -> io::Result<()> {
    let mut classes: BTreeMap<&str, Vec<&FaultRow>> = BTreeMap::new();
    for fault in &proof.faults {
        classes.entry(&fault.class).or_default().push(fault);
    }
    let width = classes.keys().map(|class| class.len()).max().unwrap_or(0);
    for (class, faults) in classes {
        let killed = faults.iter().filter(|fault| fault.killed()).count();
        let color = if killed == faults.len() { GREEN } else { RED };
        let count = format!("{killed:>3} of {:<3}", faults.len());
        writeln!(
            out,
            "  {class:<width$}  {} killed",
            style.paint(color, count)
        )?;
        if style.verbose {
            for fault in faults {
                for trial in &fault.trials {
                    row(fault, trial, out, style)?;
                }
            }
        }
    }
    writeln!(out)
}

fn row(fault: &FaultRow, trial: &Trial, out: &mut dyn Write, style: &Style) -> io::Result<()> {
    let word = if trial.killed() {
        style.paint(GREEN, "killed  ")
    } else {
        style.paint(RED, "survived")
    };
    write!(out, "    {word}  {}  {}", trial.edition, fault.id)?;
    if trial.killed() {
        write!(out, "  by {}", trial.by.join(", "))?;
    }
    if !trial.missed.is_empty() {
        write!(out, "  not by {}", trial.missed.join(", "))?;
    }
    if !trial.also.is_empty() {
        let also = format!("also by {}", trial.also.join(", "));
        write!(out, "  {}", style.paint(DIM, also))?;
    }
    writeln!(out)
}

fn survivors(proof: &Proof, out: &mut dyn Write, style: &Style) -> io::Result<()> {
    for fault in proof.faults.iter().filter(|fault| !fault.killed()) {
        let name = style.paint(BOLD, &fault.id);
        if fault.trials.is_empty() {
            writeln!(
                out,
                "{} {name}: tried nowhere",
                style.paint(RED, "survived")
            )?;
        }
        for trial in fault.trials.iter().filter(|trial| !trial.killed()) {
            writeln!(
                out,
                "{} {name} at {}\n  {}",
                style.paint(RED, "survived"),
                trial.edition,
                fault.doc
            )?;
            writeln!(out, "  expected  {}", fault.caught_by.join(" or "))?;
            if let Some(why) = &trial.cut {
                writeln!(out, "  ended     {why}")?;
            }
            if trial.seen.is_empty() {
                writeln!(out, "  seen      nothing")?;
            }
            for (index, seen) in trial.seen.iter().take(SHOWN).enumerate() {
                let label = if index == 0 { "seen" } else { "" };
                writeln!(out, "  {label:<8}  {}", line(seen))?;
            }
            if let Some(more) = trial.seen.len().checked_sub(SHOWN).filter(|more| *more > 0) {
                writeln!(out, "            and {more} more")?;
            }
        }
    }
    Ok(())
}

fn line(seen: &Seen) -> String {
    match &seen.operation {
        Some(operation) => format!("{} on {operation}: {}", seen.promise, seen.title),
        None => format!("{}: {}", seen.promise, seen.title),
    }
}

fn alarms(proof: &Proof, out: &mut dyn Write, style: &Style) -> io::Result<()> {
    for one in &proof.silence {
        for alarm in &one.alarms {
            writeln!(
                out,
                "{} at {}: {}",
                style.paint(RED, "false alarm"),
                one.edition,
                line(alarm)
            )?;
        }
    }
    Ok(())
}

fn open(proof: &Proof, out: &mut dyn Write, style: &Style) -> io::Result<()> {
    for one in &proof.never_exercised {
        writeln!(
            out,
            "{} {}: {}",
            style.paint(RED, "never exercised"),
            one.requirement,
            one.instead
        )?;
    }
    for one in proof.unproven.iter().flatten() {
        writeln!(
            out,
            "{} the {} {}",
            style.paint(RED, "no fault is caught by"),
            one.kind,
            one.id
        )?;
    }
    Ok(())
}
