//! The access matrix for a terminal: one block for each owner's resource, one line for each
//! operation, one column for each identity. Lines in which everything is as expected are
//! counted; `--verbose` shows them too.

use std::fmt::Write as _;

use anstyle::Style as Ansi;

use super::super::access::{LEGEND, blocks, counts, mark, reasons};
use super::super::style::{DIM, GREEN, RED, YELLOW};
use super::Page;
use crate::verdict::{Cell, Matrix, MatrixRow, Observed, Run};

/// The longest name of an identity that a column has room for.
const WIDEST: usize = 14;

pub(super) fn matrices(run: &Run, page: &mut Page<'_>) {
    for matrix in run.matrices.values() {
        page.heading(
            "Access: identity × operation × owner's resource",
            Ansi::new(),
        );
        let rows: Vec<&MatrixRow> = matrix
            .rows
            .iter()
            .filter(|row| page.style().verbose || is_notable(row))
            .collect();
        if !rows.is_empty() {
            page.wrapped(2, LEGEND, DIM);
            table(matrix, &rows, page);
        }
        if rows.len() < matrix.rows.len() {
            let others = format!(
                "{} operations on resources without anything unexpected (--verbose)",
                matrix.rows.len() - rows.len()
            );
            page.wrapped(2, &others, DIM);
        }
        page.wrapped(2, &counts(matrix), Ansi::new());
        for (reason, count) in reasons(matrix) {
            page.hanging(2, "", 0, &format!("{count} × {reason}"), DIM);
        }
    }
}

/// Whether something in a row is not as expected, or not known.
fn is_notable(row: &MatrixRow) -> bool {
    row.cells.iter().any(|cell| {
        cell.as_expected() == Some(false) || matches!(cell.observed, Observed::Undecided { .. })
    })
}

fn table(matrix: &Matrix, rows: &[&MatrixRow], page: &mut Page<'_>) {
    let widest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
    let first = widest(&mut rows.iter().map(|row| row.operation.chars().count()));
    let columns: Vec<usize> = (0..matrix.identities.len())
        .map(|at| {
            let cells = rows.iter().filter_map(|row| row.cells.get(at));
            let cells = widest(&mut cells.map(|cell| mark(cell).chars().count()));
            let name = matrix.identities[at].chars().count().min(WIDEST);
            cells.max(name)
        })
        .collect();
    for (name, rows) in blocks(rows.iter().copied()) {
        let mut head = format!("{name:<width$}", width = first + 8);
        for (identity, width) in matrix.identities.iter().zip(&columns) {
            let identity: String = identity.chars().take(WIDEST).collect();
            let _ = write!(head, "  {identity:<width$}");
        }
        let head = page.style().paint(DIM, head.trim_end());
        page.put(2, &head);
        for row in rows {
            let mut line = format!("{:<first$}  {:<6}", row.operation, row.class);
            for (cell, width) in row.cells.iter().zip(&columns) {
                let text = mark(cell);
                let space = width.saturating_sub(text.chars().count());
                line.push_str("  ");
                line.push_str(&page.style().paint(color(cell), text));
                line.extend(std::iter::repeat_n(' ', space));
            }
            page.put(2, line.trim_end());
        }
    }
}

fn color(cell: &Cell) -> Ansi {
    match cell.as_expected() {
        Some(true) => GREEN,
        Some(false) => RED,
        None => YELLOW,
    }
}
