//! Where a part of a TOML text stands.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::ContractText;
use crate::pointer::{Location, Pointer};

/// The location of a part of a TOML file: of its key, or of the element of an array; of the
/// nearest part around it where the text has no such part.
pub fn locate_in_toml(file: &ContractText, pointer: &Pointer) -> Location {
    let offset = DeTable::parse(&file.text).map_or(0, |table| find(table.get_ref(), pointer));
    at_offset(file, offset)
}

/// The location of a byte of a text.
pub(super) fn at_offset(file: &ContractText, offset: usize) -> Location {
    let before = file.text.get(..offset).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|one| *one != '\n').count() + 1;
    Location {
        source: file.name.clone(),
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX),
    }
}

enum Inside<'t, 'i> {
    Table(&'t DeTable<'i>),
    Value(&'t DeValue<'i>),
}

fn find(table: &DeTable<'_>, pointer: &Pointer) -> usize {
    let mut found = 0;
    let mut inside = Inside::Table(table);
    for token in pointer.tokens() {
        let (span, value): (Range<usize>, &Spanned<DeValue<'_>>) = match inside {
            Inside::Table(table) | Inside::Value(DeValue::Table(table)) => {
                let Some((key, value)) = table
                    .iter()
                    .find(|(key, _)| key.get_ref().as_ref() == &*token)
                else {
                    return found;
                };
                (key.span(), value)
            }
            Inside::Value(DeValue::Array(elements)) => {
                let index = token.parse::<usize>().ok();
                let Some(value) = index.and_then(|index| elements.get(index)) else {
                    return found;
                };
                (value.span(), value)
            }
            Inside::Value(_) => return found,
        };
        found = span.start;
        inside = Inside::Value(value.get_ref());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_elements_are_found() {
        let file = ContractText {
            name: "c.toml".into(),
            text: "name = \"x\"\n\n[resources.room]\nsteps = [\n  { operation = \"a\" },\n  { operation = \"b\" },\n]\n\n[[operations]]\nmatch = [\"c\"]\n\n[[operations]]\nmatch = [\"d\", \"e\"]\n".into(),
        };
        for (pointer, expected) in [
            ("/name", "c.toml:1:1"),
            ("/resources/room/steps/1/operation", "c.toml:6:5"),
            ("/operations/1/match/1", "c.toml:13:15"),
            ("/resources/room/none", "c.toml:3:12"),
            ("/none", "c.toml:1:1"),
        ] {
            let location = locate_in_toml(&file, &Pointer::new(pointer));
            assert_eq!(location.to_string(), expected, "{pointer}");
        }
    }
}
