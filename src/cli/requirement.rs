//! Requirements in `assize list` and `assize explain`.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::verdict::{Requirement, SchemaRule, Verify};

/// The word for a level or a basis.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

/// When it holds: `since 2026-02-24`, `until 2026-02-17`, both, or nothing.
fn dates(requirement: &Requirement) -> String {
    let since = requirement.since.map(|date| format!("since {date}"));
    let until = requirement.until.map(|date| format!("until {date}"));
    let both: Vec<String> = since.into_iter().chain(until).collect();
    both.join(" ")
}

/// Id, level, basis and dates, as the list shows them.
pub(super) fn headline(requirement: &Requirement) -> String {
    let mut text = format!(
        "{}  {:<6}  {:<7}",
        requirement.id,
        word(&requirement.level),
        word(&requirement.basis)
    );
    let dates = dates(requirement);
    if !dates.is_empty() {
        let _ = write!(text, "  {dates}");
    }
    text
}

/// Everything about it.
pub(super) fn explain(requirement: &Requirement) -> String {
    let mut text = format!(
        "# requirement {}\n\n{}\n\n",
        requirement.id, requirement.text
    );
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{name}: {value}");
    };
    line("Level", &word(&requirement.level));
    line("Source", &requirement.source);
    let basis = word(&requirement.basis);
    if requirement.assumptions.is_empty() {
        line("Basis", &basis);
    } else {
        let assumptions = requirement.assumptions.join(", ");
        line("Basis", &format!("{basis} ({assumptions})"));
    }
    let dates = dates(requirement);
    line(
        "Holds",
        if dates.is_empty() {
            "in every edition"
        } else {
            &dates
        },
    );
    for covers in &requirement.covers {
        let mut what = covers.check.clone();
        if !covers.operations.is_empty() {
            let _ = write!(what, " × {}", covers.operations.join(", "));
        }
        if let Some(cause) = &covers.cause {
            let _ = write!(what, ", where the cause has `{cause}`");
        }
        line("Explains", &what);
    }
    way(&requirement.verify, &mut line);
    text
}

fn way(verify: &Verify, line: &mut impl FnMut(&str, &str)) {
    match verify {
        Verify::Schema(rule) => {
            line("Verified by", "a schema, on every exchange of a run");
            schema(rule, line);
        }
        Verify::Expression(rule) => {
            line(
                "Verified by",
                "an expression (CEL), on every exchange of a run",
            );
            line("  operations", &rule.operations.join(", "));
            line("  when", rule.when.as_deref().unwrap_or("always").trim());
            line("  that", rule.that.trim());
        }
        Verify::Workflow(rule) => {
            line("Verified by", &format!("workflow {}", rule.id));
            parameters("inputs", &rule.inputs, line);
        }
        Verify::Probe(rule) => {
            let name = format!("probe {}, aspect {}", rule.name, rule.aspect);
            line("Verified by", &name);
            parameters("with", &rule.with, line);
        }
    }
}

fn schema(rule: &SchemaRule, line: &mut impl FnMut(&str, &str)) {
    line("  operations", &rule.operations.join(", "));
    let statuses = rule.statuses.join(", ");
    line(
        "  statuses",
        if statuses.is_empty() {
            "2XX"
        } else {
            &statuses
        },
    );
    line("  at", rule.at.as_deref().unwrap_or("the whole body"));
    match &rule.schema {
        Some(schema) => line("  schema", &schema.to_string()),
        None => line("  schema", "that of the description"),
    }
}

fn parameters(name: &str, values: &Map<String, Value>, line: &mut impl FnMut(&str, &str)) {
    for (parameter, value) in values {
        line(&format!("  {name} {parameter}"), &value.to_string());
    }
}
