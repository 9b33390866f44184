//! What was expected against what came, line by line.

use similar::{ChangeTag, TextDiff};

use super::plain;

/// Lines of either side that are compared; a finding shows the place, not the document.
const LINES: usize = 60;
/// Characters of a line.
const COLUMNS: usize = 400;

/// On which side a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Both,
    Expected,
    Actual,
}

impl Side {
    /// The sign in front of the line.
    pub(super) fn sign(self) -> char {
        match self {
            Self::Both => ' ',
            Self::Expected => '-',
            Self::Actual => '+',
        }
    }
}

/// The diff of both texts, safe to print.
pub(super) fn lines(expected: &str, actual: &str) -> Vec<(Side, String)> {
    let expected = bounded(expected);
    let actual = bounded(actual);
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    let actual: Vec<&str> = actual.iter().map(String::as_str).collect();
    TextDiff::from_slices(&expected, &actual)
        .iter_all_changes()
        .map(|change| {
            let side = match change.tag() {
                ChangeTag::Equal => Side::Both,
                ChangeTag::Delete => Side::Expected,
                ChangeTag::Insert => Side::Actual,
            };
            (side, (*change.value()).to_owned())
        })
        .collect()
}

fn bounded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text
        .lines()
        .take(LINES)
        .map(|line| plain::cut(&plain::line(line), COLUMNS).into_owned())
        .collect();
    let more = text.lines().count() - lines.len();
    if more > 0 {
        lines.push(format!("… {more} more lines"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lines_stand_once() {
        let diff = lines("status 200\nid: string", "status 200\nid: 7");
        assert_eq!(
            diff,
            [
                (Side::Both, "status 200".to_owned()),
                (Side::Expected, "id: string".to_owned()),
                (Side::Actual, "id: 7".to_owned()),
            ]
        );
    }

    #[test]
    fn endless_texts_are_bounded() {
        let long = "x\n".repeat(100_000);
        assert_eq!(lines(&long, &"y".repeat(1_000_000)).len(), LINES + 2);
    }
}
