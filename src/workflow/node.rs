//! A part of a document with its pointer: typed reading with a [`Problem`] for each mistake.

use serde_json::{Map, Value};

use super::problem::{Problem, instead};
use crate::pointer::Pointer;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node<'v> {
    pub(super) value: &'v Value,
    pub(super) at: Pointer,
}

/// The members of an object whose names were checked.
#[derive(Clone, Debug)]
pub(super) struct Members<'v> {
    map: &'v Map<String, Value>,
    what: &'static str,
    pub(super) at: Pointer,
}

impl<'v> Node<'v> {
    pub(super) fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(&self.at, message)
    }

    /// The members of an object that knows these and any `x-…`.
    pub(super) fn members(
        &self,
        what: &'static str,
        known: &[&str],
    ) -> Result<Members<'v>, Problem> {
        let members = self.any_members(what)?;
        for name in members.map.keys() {
            if !name.starts_with("x-") && !known.contains(&name.as_str()) {
                return Err(Problem::new(
                    &self.at.child(name),
                    format!(
                        "{what} has no member `{name}`{}",
                        instead(name, known.iter().copied())
                    ),
                ));
            }
        }
        Ok(members)
    }

    /// The members of an object that may have any.
    pub(super) fn any_members(&self, what: &'static str) -> Result<Members<'v>, Problem> {
        let map = self
            .value
            .as_object()
            .ok_or_else(|| self.problem(format!("{what} is an object, this is none")))?;
        Ok(Members {
            map,
            what,
            at: self.at.clone(),
        })
    }

    pub(super) fn text(&self) -> Result<&'v str, Problem> {
        self.value
            .as_str()
            .ok_or_else(|| self.problem("this must be a string"))
    }

    pub(super) fn elements(&self) -> Result<Vec<Node<'v>>, Problem> {
        let list = self
            .value
            .as_array()
            .ok_or_else(|| self.problem("this must be a list"))?;
        Ok(list
            .iter()
            .enumerate()
            .map(|(index, value)| Node {
                value,
                at: self.at.index(index),
            })
            .collect())
    }
}

impl<'v> Members<'v> {
    pub(super) fn get(&self, name: &str) -> Option<Node<'v>> {
        self.map.get(name).map(|value| Node {
            value,
            at: self.at.child(name),
        })
    }

    pub(super) fn required(&self, name: &str) -> Result<Node<'v>, Problem> {
        self.get(name)
            .ok_or_else(|| Problem::new(&self.at, format!("{} lacks `{name}`", self.what)))
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&'v str>, Problem> {
        self.get(name).map(|node| node.text()).transpose()
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.get(name) {
            None => Ok(false),
            Some(node) => node
                .value
                .as_bool()
                .ok_or_else(|| node.problem("this must be true or false")),
        }
    }

    pub(super) fn list(&self, name: &str) -> Result<Vec<Node<'v>>, Problem> {
        self.get(name)
            .map_or_else(|| Ok(Vec::new()), |node| node.elements())
    }

    /// The members of a map from names, each with its node.
    pub(super) fn map(&self, name: &str) -> Result<Vec<(&'v str, Node<'v>)>, Problem> {
        let Some(node) = self.get(name) else {
            return Ok(Vec::new());
        };
        let map = node
            .value
            .as_object()
            .ok_or_else(|| node.problem("this must be an object"))?;
        Ok(map
            .iter()
            .map(|(name, value)| {
                let at = node.at.child(name);
                (name.as_str(), Node { value, at })
            })
            .collect())
    }

    /// Says that a member is not supported, when it is there.
    pub(super) fn refuse(&self, name: &str, why: &str) -> Result<(), Problem> {
        match self.get(name) {
            Some(node) => Err(node.problem(format!("`{name}` is not supported: {why}"))),
            None => Ok(()),
        }
    }
}
