//! The access matrix as a table: what is expected of each identity, and what was observed.

use crate::verdict::{Cell, Expectation, Matrix, MatrixRow, Observed};

/// What the marks mean, in the order of the table.
pub(super) const LEGEND: &str = "+ allowed and - denied, as the contract says; ! the other way round, with the status; ? undecided; ~ another cell shows the same; blank: not tried. (x) only observed: no requirement judges it.";

/// A cell in as few characters as tell it.
pub(super) fn mark(cell: &Cell) -> String {
    let mark = match (&cell.expected, &cell.observed) {
        (Expectation::Allowed, Observed::Allowed { .. }) => "+".to_owned(),
        (Expectation::Denied { .. }, Observed::Denied { status }) => format!("-{status}"),
        (_, Observed::Allowed { status } | Observed::Denied { status }) => format!("!{status}"),
        (_, Observed::Undecided { .. }) => "?".to_owned(),
        (_, Observed::Omitted { .. }) => return "~".to_owned(),
        (_, Observed::Missing { .. }) => return String::new(),
    };
    if cell.judged_by.is_empty() {
        format!("({mark})")
    } else {
        mark
    }
}

/// The rows of each resource with its owner.
pub(super) fn blocks<'m>(
    rows: impl IntoIterator<Item = &'m MatrixRow>,
) -> Vec<(String, Vec<&'m MatrixRow>)> {
    let mut blocks: Vec<(String, Vec<&MatrixRow>)> = Vec::new();
    for row in rows {
        let name = format!("{} of {}", row.resource, row.owner);
        match blocks.last_mut() {
            Some((last, rows)) if *last == name => rows.push(row),
            _ => blocks.push((name, vec![row])),
        }
    }
    blocks
}

/// How many cells are what: as expected, the other way round, undecided, not tried.
pub(super) fn counts(matrix: &Matrix) -> String {
    let (mut right, mut wrong, mut undecided, mut same, mut missing, mut observed) =
        (0, 0, 0, 0, 0, 0);
    for (_, _, cell) in matrix.cells() {
        match (&cell.observed, cell.as_expected()) {
            (_, Some(true)) => right += 1,
            (_, Some(false)) => wrong += 1,
            (Observed::Omitted { .. }, _) => same += 1,
            (Observed::Missing { .. }, _) => missing += 1,
            _ => undecided += 1,
        }
        let tried = !matches!(
            cell.observed,
            Observed::Omitted { .. } | Observed::Missing { .. }
        );
        observed += usize::from(tried && cell.judged_by.is_empty());
    }
    format!(
        "{} cells: {right} as expected, {wrong} not, {undecided} undecided, {same} shown by others, {missing} not tried; {observed} observed and not judged",
        matrix.cells().count()
    )
}

/// Why cells were not tried or are undecided: reason → how many, in their order.
pub(super) fn reasons(matrix: &Matrix) -> Vec<(String, usize)> {
    let mut reasons: Vec<(String, usize)> = Vec::new();
    for (row, identity, cell) in matrix.cells() {
        let reason = match &cell.observed {
            Observed::Missing { why } => format!("not tried: {why}"),
            Observed::Undecided { why } => {
                format!(
                    "{} by {identity} on {} of {}: {why}",
                    row.operation, row.resource, row.owner
                )
            }
            _ => continue,
        };
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => reasons.push((reason, 1)),
        }
    }
    reasons
}
