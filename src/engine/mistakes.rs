//! Mistakes in the files of a contract, with file, line and column.

use serde_json::Value;

use crate::contract::{Mistake, locate_in_toml};
use crate::document::{Format, Source};
use crate::pointer::Location;
use crate::spec;

/// So many are told at once.
const TOLD: usize = 20;

/// The mistakes, a line for each, as `file:line:column: what`.
pub fn located(mistakes: &[Mistake]) -> String {
    let mut lines: Vec<(Location, &str)> = mistakes
        .iter()
        .map(|mistake| (location(mistake), mistake.message.as_str()))
        .collect();
    lines.sort_by(|(a, _), (b, _)| {
        (&a.source, a.line, a.column).cmp(&(&b.source, b.line, b.column))
    });
    let more = lines.len().saturating_sub(TOLD);
    let mut told: Vec<String> = lines
        .into_iter()
        .take(TOLD)
        .map(|(location, message)| format!("{location}: {message}"))
        .collect();
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    told.join("\n")
}

fn location(mistake: &Mistake) -> Location {
    let file = &mistake.file;
    let is_toml = std::path::Path::new(&*file.name)
        .extension()
        .is_some_and(|extension| extension == "toml");
    if is_toml {
        return locate_in_toml(file, &mistake.pointer);
    }
    let source = Source {
        uri: String::new(),
        name: file.name.clone(),
        text: file.text.clone(),
        format: Format::Yaml,
        value: Value::Null.into(),
    };
    spec::locate(&source, &mistake.pointer)
}
