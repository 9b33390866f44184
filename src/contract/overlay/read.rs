//! Source → [`Overlay`]: what an overlay says, checked.

use serde_json::{Map, Value};

use super::limits::OverlayLimits;
use super::mistake::{Mistake, kind};
use super::target::Target;
use crate::document::Source;
use crate::near::near;
use crate::pointer::Pointer;

/// An overlay: what it is for, and its actions in order.
#[derive(Clone, Debug)]
pub struct Overlay {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// `info.description` (1.1).
    pub description: Option<String>,
    /// `extends`: the description it was written for. It is not followed: what an overlay is
    /// applied to, the user or the contract says.
    pub extends: Option<String>,
    /// The changes.
    pub actions: Vec<Action>,
    /// Whether it is 1.1 or later: arrays are concatenated, and primitives can be targets.
    pub(super) modern: bool,
}

/// One change.
#[derive(Clone, Debug)]
pub struct Action {
    /// The JSONPath as written.
    pub target: String,
    /// `description`.
    pub description: Option<String>,
    pub(super) path: Target,
    pub(super) change: Change,
    /// Where the action stands in the overlay.
    pub(super) place: Pointer,
}

/// What an action does to what its target matches.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// Merges or appends the `update` member of the action.
    Update,
    /// Merges or appends what this matches.
    Copy(Target),
    /// Takes it away.
    Remove,
}

const VERSIONS: &str = "write `overlay: 1.0.0` or `overlay: 1.1.0`";

impl Overlay {
    /// Reads an overlay.
    pub(super) fn read(source: &Source, limits: &OverlayLimits) -> Result<Self, Mistake> {
        let root = Pointer::root();
        let Value::Object(members) = &*source.value else {
            return Err(Mistake::new(
                root,
                format!(
                    "an overlay is an object, and this is {}",
                    kind(&source.value)
                ),
            )
            .help("it has `overlay`, `info` and `actions`"));
        };
        let modern = version(members)?;
        known(members, &root, &["overlay", "info", "extends", "actions"])?;
        let extends = text(members, &root, "extends")?;
        let info = &root.child("info");
        let described = match members.get("info") {
            Some(Value::Object(described)) => described,
            Some(other) => {
                let message = format!("`info` must be an object, not {}", kind(other));
                return Err(Mistake::new(info.clone(), message));
            }
            None => {
                return Err(Mistake::new(root, "the overlay has no `info`")
                    .help("add `info` with `title` and `version`"));
            }
        };
        if !modern && described.contains_key("description") {
            return Err(Mistake::new(
                info.child("description"),
                "`description` of `info` came with Overlay 1.1",
            )
            .help("write `overlay: 1.1.0`"));
        }
        known(described, info, &["title", "version", "description"])?;
        let actions = match members.get("actions") {
            Some(Value::Array(actions)) if !actions.is_empty() => actions,
            Some(Value::Array(_)) => {
                return Err(Mistake::new(root.child("actions"), "there is no action"));
            }
            Some(other) => {
                let message = format!("`actions` must be an array, not {}", kind(other));
                return Err(Mistake::new(root.child("actions"), message));
            }
            None => return Err(Mistake::new(root, "the overlay has no `actions`")),
        };
        if actions.len() > limits.actions {
            let message = format!("there are more than {} actions", limits.actions);
            return Err(Mistake::new(root.child("actions"), message));
        }
        let required = |key| {
            text(described, info, key)?
                .ok_or_else(|| Mistake::new(info.clone(), format!("`info` has no `{key}`")))
        };
        Ok(Self {
            title: required("title")?,
            version: required("version")?,
            description: text(described, info, "description")?,
            extends,
            actions: actions
                .iter()
                .enumerate()
                .map(|(index, one)| action(one, root.child("actions").index(index), modern, limits))
                .collect::<Result<_, _>>()?,
            modern,
        })
    }
}

/// Whether the version is 1.1.
fn version(members: &Map<String, Value>) -> Result<bool, Mistake> {
    let place = Pointer::root().child("overlay");
    let found = match members.get("overlay") {
        Some(Value::String(text)) => text,
        Some(other) => {
            let message = format!("`overlay: {other}` is not a string");
            return Err(Mistake::new(place, message).help(VERSIONS));
        }
        None => {
            let looks = near("overlay", members.keys().map(String::as_str));
            let mistake = Mistake::new(Pointer::root(), "this is no overlay: it has no `overlay`");
            return Err(mistake.help(match looks.first() {
                Some(other) => format!("did you mean `overlay` where it says `{other}`?"),
                None => VERSIONS.to_owned(),
            }));
        }
    };
    let mut numbers = found.split('.');
    let patch = |one: Option<&str>| {
        one.is_some_and(|one| !one.is_empty() && one.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match (
        numbers.next(),
        numbers.next(),
        numbers.next(),
        numbers.next(),
    ) {
        (Some("1"), Some("0"), third, None) if patch(third) => Ok(false),
        (Some("1"), Some("1"), third, None) if patch(third) => Ok(true),
        _ => Err(Mistake::new(
            place,
            format!("`overlay: {found}` is no version that is supported"),
        )
        .help(VERSIONS)),
    }
}

fn action(
    value: &Value,
    place: Pointer,
    modern: bool,
    limits: &OverlayLimits,
) -> Result<Action, Mistake> {
    let Value::Object(members) = value else {
        let message = format!("an action is an object, and this is {}", kind(value));
        return Err(Mistake::new(place, message));
    };
    if !modern && members.contains_key("copy") {
        return Err(
            Mistake::new(place.child("copy"), "`copy` came with Overlay 1.1")
                .help("write `overlay: 1.1.0`"),
        );
    }
    known(
        members,
        &place,
        &["target", "description", "update", "copy", "remove"],
    )?;
    let Some(target) = text(members, &place, "target")? else {
        return Err(Mistake::new(place, "the action has no `target`")
            .help("`target` is a JSONPath, e.g. `$.paths['/pets'].get`"));
    };
    let path = Target::parse(&target, &place.child("target"), limits)?;
    let remove = match members.get("remove") {
        None => false,
        Some(Value::Bool(remove)) => *remove,
        Some(other) => {
            let message = format!("`remove` must be true or false, not {}", kind(other));
            return Err(Mistake::new(place.child("remove"), message));
        }
    };
    let update = members.contains_key("update");
    let copy = text(members, &place, "copy")?;
    let change = match (remove, update, copy) {
        (true, false, None) => Change::Remove,
        (false, true, None) => Change::Update,
        (false, false, Some(from)) => {
            Change::Copy(Target::parse(&from, &place.child("copy"), limits)?)
        }
        (false, false, None) => {
            return Err(Mistake::new(place, "the action does nothing")
                .help("add `update`, `copy` (1.1) or `remove: true`"));
        }
        (remove, _, _) => {
            let both = if remove && update {
                "`update` and `remove`"
            } else if remove {
                "`copy` and `remove`"
            } else {
                "`update` and `copy`"
            };
            return Err(Mistake::new(place, format!("the action has both {both}"))
                .help("make two actions of it; they are applied in order"));
        }
    };
    Ok(Action {
        target,
        description: text(members, &place, "description")?,
        path,
        change,
        place,
    })
}

/// A member that must be a string.
fn text(
    members: &Map<String, Value>,
    holder: &Pointer,
    key: &str,
) -> Result<Option<String>, Mistake> {
    match members.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => {
            let message = format!("`{key}` must be a string, not {}", kind(other));
            let mistake = Mistake::new(holder.child(key), message);
            Err(match other {
                Value::Number(_) | Value::Bool(_) => mistake.help("put it in quotation marks"),
                _ => mistake,
            })
        }
    }
}

/// Refuses members that are neither known nor extensions.
fn known(members: &Map<String, Value>, holder: &Pointer, names: &[&str]) -> Result<(), Mistake> {
    for key in members.keys() {
        if names.contains(&key.as_str()) || key.starts_with("x-") {
            continue;
        }
        let mistake = Mistake::new(holder.child(key), format!("nothing is called `{key}` here"));
        return Err(
            mistake.help(match near(key, names.iter().copied()).first() {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!(
                    "there are {}, and extensions that begin with `x-`",
                    names.join(", ")
                ),
            }),
        );
    }
    Ok(())
}
