//! What somebody is to a resource.

use std::collections::BTreeMap;
use std::fmt;

use super::Instance;
use crate::api::Operation;

/// Who takes part, by name. Somebody who is not in it has no credentials.
pub type Cast = BTreeMap<String, Caller>;

/// What relations depend on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The kind, e.g. `user`.
    pub kind: String,
    /// The organization.
    pub organization: String,
    /// The security schemes that the kind has credentials for.
    pub schemes: Vec<String>,
}

impl Caller {
    /// Whether its credentials fit the operation.
    fn is_known_to(&self, operation: &Operation) -> bool {
        operation.security.is_empty()
            || operation.security.iter().any(|alternative| {
                alternative
                    .schemes
                    .keys()
                    .all(|scheme| self.schemes.contains(scheme))
            })
    }
}

/// What somebody is to a resource, for one operation. Exactly one holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// No credentials.
    Nobody,
    /// Credentials that are not for this operation.
    WrongKind,
    /// The owner.
    Owner,
    /// In this role of the resource.
    Role(String),
    /// Of the owner's organization and kind.
    SameKind,
    /// Of the owner's organization and another kind.
    OtherKind,
    /// Of another organization.
    OtherOrganization,
}

impl Relation {
    /// What `name` is to the resource when it calls the operation.
    pub fn of(name: &str, instance: &Instance, operation: &Operation, cast: &Cast) -> Self {
        let Some(caller) = cast.get(name) else {
            return Self::Nobody;
        };
        if !caller.is_known_to(operation) {
            return Self::WrongKind;
        }
        if instance.owner == name {
            return Self::Owner;
        }
        if let Some((role, _)) = instance.roles.iter().find(|(_, who)| *who == name) {
            return Self::Role(role.clone());
        }
        match cast.get(&instance.owner) {
            Some(owner) if owner.organization != caller.organization => Self::OtherOrganization,
            Some(owner) if owner.kind != caller.kind => Self::OtherKind,
            _ => Self::SameKind,
        }
    }

    /// The word for it, as in the table.
    pub fn word(&self) -> &str {
        match self {
            Self::Nobody => "nobody",
            Self::WrongKind => "wrong-kind",
            Self::Owner => "owner",
            Self::Role(role) => role,
            Self::SameKind => "same-kind",
            Self::OtherKind => "other-kind",
            Self::OtherOrganization => "other-organization",
        }
    }

    /// The words that no role may have.
    pub(super) const WORDS: [&'static str; 6] = [
        "nobody",
        "wrong-kind",
        "owner",
        "same-kind",
        "other-kind",
        "other-organization",
    ];

    /// Whether it is refused before the resource is looked at.
    pub fn is_outside(&self) -> bool {
        matches!(self, Self::Nobody | Self::WrongKind)
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}
