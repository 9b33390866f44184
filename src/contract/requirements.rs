//! Requirements files: read, and every mistake in them found.

use serde_json::Value;

use super::mistake::{ContractText, Mistake};
use super::{ContractError, ReadYaml, form};
use crate::pointer::Pointer;
use crate::verdict::{Basis, Requirement};

/// A file of requirements, and whose ids stand in it, in order.
#[derive(Clone, Debug, Default)]
pub struct Written {
    files: Vec<(ContractText, Vec<String>)>,
}

impl Written {
    /// The mistake `message` at the part `pointer` of a requirement.
    pub fn mistake(&self, id: &str, pointer: &Pointer, message: &str) -> Option<Mistake> {
        self.files.iter().find_map(|(file, ids)| {
            let index = ids.iter().position(|one| one == id)?;
            Some(Mistake {
                file: file.clone(),
                pointer: Pointer::root().index(index).join(pointer),
                message: format!("{id}: {message}"),
            })
        })
    }
}

/// Reads all files, given by name and text; the requirements come by id.
pub(super) fn read(
    files: impl Iterator<Item = (String, String)>,
    yaml: ReadYaml<'_>,
) -> Result<(Vec<Requirement>, Written), ContractError> {
    let mut all: Vec<Requirement> = Vec::new();
    let mut written = Written::default();
    let mut mistakes = Vec::new();
    for (name, text) in files {
        let value = yaml(&name, &text).map_err(|message| ContractError::Invalid {
            // The message names the file with line and column.
            message: message
                .strip_prefix(&format!("{name}:"))
                .map_or(message.clone(), |rest| rest.trim_start().to_owned()),
            file: name.clone(),
        })?;
        let file = ContractText {
            name: name.into(),
            text: text.into(),
        };
        let mistake = |pointer: Pointer, message: String| Mistake {
            file: file.clone(),
            pointer,
            message,
        };
        let Value::Array(entries) = &value else {
            let message = "this is not a list of requirements".to_owned();
            mistakes.push(mistake(Pointer::root(), message));
            continue;
        };
        let of_form = form::REQUIREMENTS.mistakes(&value);
        let mut ids = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let at = Pointer::root().index(index);
            let id = entry.get("id").and_then(Value::as_str).unwrap_or_default();
            if !id.is_empty()
                && (ids.iter().any(|one| one == id) || all.iter().any(|one| one.id == id))
            {
                mistakes.push(mistake(
                    at.child("id"),
                    format!("the id {id} is used twice"),
                ));
            }
            ids.push(id.to_owned());
            let inside = |pointer: &Pointer| {
                pointer
                    .as_str()
                    .strip_prefix(at.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            if of_form.iter().any(|(pointer, _)| inside(pointer)) {
                continue;
            }
            match serde_json::from_value::<Requirement>(entry.clone()) {
                Ok(requirement) => {
                    let found = contradictions(&requirement);
                    mistakes.extend(
                        found
                            .into_iter()
                            .map(|(member, message)| mistake(at.child(member), message)),
                    );
                    all.push(requirement);
                }
                Err(error) => mistakes.push(mistake(at, error.to_string())),
            }
        }
        mistakes.extend(
            of_form
                .into_iter()
                .map(|(pointer, message)| mistake(pointer, message)),
        );
        written.files.push((file, ids));
    }
    if mistakes.is_empty() {
        all.sort_by(|a, b| a.id.cmp(&b.id));
        Ok((all, written))
    } else {
        Err(ContractError::Mistakes(mistakes))
    }
}

/// Members that do not go together.
fn contradictions(requirement: &Requirement) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    if let (Some(since), Some(until)) = (requirement.since, requirement.until)
        && until <= since
    {
        found.push((
            "until",
            format!("until {until} is not after since {since}: it would never hold"),
        ));
    }
    if requirement.basis == Basis::Assumed && requirement.assumptions.is_empty() {
        found.push((
            "basis",
            "what is assumed needs `assumptions`, e.g. [A17]".to_owned(),
        ));
    }
    found
}
