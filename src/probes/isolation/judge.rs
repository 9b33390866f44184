//! From cells to the verdict on a requirement.

use std::sync::Arc;

use super::Cells;
use crate::api::{Api, Operation};
use crate::verdict::{
    Cell, Decision, ExchangeRef, Expectation, Finding, Matrix, MatrixRow, Observed, Promise,
    Requirement, Sameness, Verdict,
};

/// What a cell says of an aspect.
enum Says {
    Kept(u32),
    Broken {
        title: String,
        expected: String,
        actual: String,
        ordinal: u32,
    },
    Undecided(String),
    Missing(String),
    /// Another cell or another aspect says it.
    Nothing,
}

/// Decides a requirement, and notes in the cells that it judges them.
pub(super) fn decide(
    requirement: &Requirement,
    cells: &Cells,
    matrix: &mut Matrix,
    api: &Api,
    sequence: &Arc<str>,
) -> Decision {
    let id: Arc<str> = requirement.id.as_str().into();
    let aspect = requirement.probe().map_or("", |rule| rule.aspect.as_str());
    let mut tally = Tally::default();
    let identities = matrix.identities.clone();
    for row in &mut matrix.rows {
        let operation = api.find(&row.operation).map(|at| &api.operations[at]);
        if !cells.takes_row(row, operation) {
            continue;
        }
        for (identity, at) in identities.iter().zip(0..) {
            let cell = &row.cells[at];
            if !cells.takes_cell(identity, cell) || !belongs(aspect, row, cell) {
                continue;
            }
            let says = says(aspect, row, identity, cell);
            let relation = Arc::clone(&cell.relation);
            tally.chosen += 1;
            if !matches!(says, Says::Nothing) {
                row.cells[at].judged_by.push(Arc::clone(&id));
            }
            tally.take(requirement, row, &relation, aspect, says, sequence);
        }
    }
    Decision {
        requirement: id,
        verdict: tally.verdict(),
        evidence: tally.evidence,
        findings: tally.findings,
    }
}

#[derive(Default)]
struct Tally {
    chosen: usize,
    missing: usize,
    undecided: usize,
    first_missing: Option<String>,
    first_undecided: Option<String>,
    evidence: Vec<u32>,
    findings: Vec<Finding>,
}

impl Tally {
    fn take(
        &mut self,
        requirement: &Requirement,
        row: &MatrixRow,
        relation: &str,
        aspect: &str,
        says: Says,
        sequence: &Arc<str>,
    ) {
        match says {
            Says::Nothing => {}
            Says::Kept(ordinal) => self.evidence.push(ordinal),
            Says::Undecided(why) => {
                self.undecided += 1;
                let why = format!(
                    "{} on {} of {}: {why}",
                    row.operation, row.resource, row.owner
                );
                self.first_undecided.get_or_insert(why);
            }
            Says::Missing(why) => {
                self.missing += 1;
                self.first_missing.get_or_insert(why);
            }
            Says::Broken {
                title,
                expected,
                actual,
                ordinal,
            } => {
                self.evidence.push(ordinal);
                self.findings.push(Finding {
                    promise: Promise::requirement(&requirement.id),
                    operation: Some(row.operation.to_string()),
                    title,
                    cause: format!("{} {relation} {aspect}", row.resource),
                    expected,
                    actual,
                    location: None,
                    exchange: Some(ExchangeRef {
                        sequence: Arc::clone(sequence),
                        ordinal,
                    }),
                    case: None,
                });
            }
        }
    }

    fn verdict(&self) -> Verdict {
        if !self.findings.is_empty() {
            return Verdict::Fail;
        }
        if let Some(why) = &self.first_undecided {
            let more = match self.undecided {
                1 => String::new(),
                all => format!(" ({} of {} cells)", all, self.chosen),
            };
            return Verdict::Inconclusive(format!("{why}{more}"));
        }
        match (&self.first_missing, self.evidence.len()) {
            (Some(why), 0) => Verdict::Skipped(why.clone()),
            (Some(why), kept) => Verdict::Inconclusive(format!(
                "{kept} cells are as they should be, and {} could not be tried: {why}",
                self.missing
            )),
            (None, 0) => Verdict::Inconclusive("no cell of the table shows it".to_owned()),
            (None, _) => Verdict::Pass,
        }
    }
}

impl Cells {
    fn takes_row(&self, row: &MatrixRow, operation: Option<&Operation>) -> bool {
        let resource =
            self.resources.is_empty() || self.resources.iter().any(|one| *one.0 == *row.resource);
        let operation = self.operations.is_empty()
            || self
                .operations
                .iter()
                .any(|pattern| match pattern.0.strip_suffix('*') {
                    Some(prefix) => operation.is_some_and(|one| one.path.starts_with(prefix)),
                    None => *pattern.0 == *row.operation,
                });
        resource && operation
    }

    fn takes_cell(&self, identity: &str, cell: &Cell) -> bool {
        let relation =
            self.relations.is_empty() || self.relations.iter().any(|one| *one.0 == *cell.relation);
        let identity =
            self.identities.is_empty() || self.identities.iter().any(|one| one.0 == identity);
        relation && identity
    }
}

/// Whether the aspect can be seen in the cell at all.
fn belongs(aspect: &str, row: &MatrixRow, cell: &Cell) -> bool {
    let denied = matches!(cell.expected, Expectation::Denied { .. });
    match aspect {
        "status" => denied && !row.class.is_listing(),
        "existence" => cell.expected.hides() && !row.class.is_listing(),
        "untouched" => denied && row.class.changes(),
        class => class == row.class.word(),
    }
}

fn says(aspect: &str, row: &MatrixRow, identity: &str, cell: &Cell) -> Says {
    if let Observed::Missing { why } = &cell.observed {
        return Says::Missing(why.clone());
    }
    if let Observed::Omitted { .. } = &cell.observed {
        return Says::Nothing;
    }
    let who = format!("{identity} ({})", cell.relation);
    let what = format!("{} of {}", row.resource, row.owner);
    match aspect {
        "status" => status(row, &who, &what, cell),
        "existence" => sameness(cell.existence.as_ref(), || {
            format!("{} by {who} tells that the {what} exists", row.operation)
        }),
        "untouched" => sameness(cell.untouched.as_ref(), || {
            format!(
                "{} by {who} was refused and changed the {what} all the same",
                row.operation
            )
        }),
        _ => class(row, &who, &what, cell),
    }
}

fn class(row: &MatrixRow, who: &str, what: &str, cell: &Cell) -> Says {
    let ordinal = cell.exchange.unwrap_or_default();
    let lists = row.class.is_listing();
    match (cell.as_expected(), &cell.observed) {
        (Some(true), _) => Says::Kept(ordinal),
        (Some(false), Observed::Allowed { status }) => Says::Broken {
            title: if lists {
                format!("{} shows {who} the {what} ({})", row.operation, row.class)
            } else {
                format!("{} by {who} on the {what} succeeded", row.operation)
            },
            expected: if lists {
                "nothing of it".to_owned()
            } else {
                statuses(&cell.expected)
            },
            actual: if lists {
                format!("{status} with it")
            } else {
                status.to_string()
            },
            ordinal,
        },
        (Some(false), Observed::Denied { status }) => Says::Broken {
            title: if lists {
                format!(
                    "{} does not show {who} the {what} ({})",
                    row.operation, row.class
                )
            } else {
                format!("{} by {who} on the {what} was refused", row.operation)
            },
            expected: if lists { "2xx with it" } else { "2xx" }.to_owned(),
            actual: if lists && (200..300).contains(status) {
                format!("{status} without it")
            } else {
                status.to_string()
            },
            ordinal,
        },
        (_, Observed::Undecided { why }) => Says::Undecided(format!("{who}: {why}")),
        _ => Says::Nothing,
    }
}

fn status(row: &MatrixRow, who: &str, what: &str, cell: &Cell) -> Says {
    let ordinal = cell.exchange.unwrap_or_default();
    let Expectation::Denied { statuses: wanted } = &cell.expected else {
        return Says::Nothing;
    };
    match &cell.observed {
        Observed::Denied { status } if wanted.contains(status) => Says::Kept(ordinal),
        Observed::Denied { status } => Says::Broken {
            title: format!(
                "{} by {who} on the {what} was refused with {status}",
                row.operation
            ),
            expected: statuses(&cell.expected),
            actual: status.to_string(),
            ordinal,
        },
        Observed::Undecided { why } => Says::Undecided(format!("{who}: {why}")),
        // That it succeeded is the finding of another aspect.
        _ => Says::Nothing,
    }
}

fn statuses(expected: &Expectation) -> String {
    match expected {
        Expectation::Allowed => "2xx".to_owned(),
        Expectation::Denied { statuses } => {
            let all: Vec<String> = statuses.iter().map(u16::to_string).collect();
            all.join(" or ")
        }
    }
}

fn sameness(seen: Option<&(Sameness, u32)>, title: impl FnOnce() -> String) -> Says {
    match seen {
        None => Says::Nothing,
        Some((Sameness::Yes, ordinal)) => Says::Kept(*ordinal),
        Some((Sameness::Unknown { why }, _)) => Says::Undecided(why.clone()),
        Some((Sameness::No { expected, actual }, ordinal)) => Says::Broken {
            title: title(),
            expected: expected.clone(),
            actual: actual.clone(),
            ordinal: *ordinal,
        },
    }
}
