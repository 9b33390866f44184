//! What `contract.toml` says.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::{Access, Caller, Cast};
use crate::provision::{OperationOverride, Recipes};

/// `contract.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContractFile {
    /// A short name, e.g. `thenvoi`.
    pub name: String,
    /// The API description, relative to the folder.
    pub description: String,
    /// The date of the state that it describes, without the overlays in `editions/`.
    #[serde(default)]
    pub edition: Option<Date>,
    /// Whether the description decides everything: a conforming request must succeed.
    #[serde(default)]
    pub complete: bool,
    /// Kinds of identities.
    #[serde(default)]
    pub kinds: BTreeMap<String, Kind>,
    /// The identities that the contract needs.
    #[serde(default)]
    pub identities: BTreeMap<String, IdentityNeed>,
    /// How resources are made.
    #[serde(default)]
    pub resources: Recipes,
    /// What operations need.
    #[serde(default)]
    pub operations: Vec<OperationOverride>,
    /// Who may do what with whose resource.
    #[serde(default)]
    pub access: Option<Access>,
}

impl ContractFile {
    /// The identities as the access table sees them.
    pub fn cast(&self) -> Cast {
        let caller = |need: &IdentityNeed| Caller {
            kind: need.kind.clone(),
            organization: need.organization.clone(),
            schemes: self
                .kinds
                .get(&need.kind)
                .map(|kind| kind.schemes.clone())
                .unwrap_or_default(),
        };
        self.identities
            .iter()
            .map(|(name, need)| (name.clone(), caller(need)))
            .collect()
    }
}

/// A kind of identity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// The security schemes that such an identity has credentials for, the usual one first.
    pub schemes: Vec<String>,
}

/// An identity that the contract needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityNeed {
    /// Its kind.
    pub kind: String,
    /// Its organization: identities with the same word are in the same one.
    pub organization: String,
    /// What it is for.
    pub purpose: String,
    /// The identity of the embedded server that plays it.
    #[serde(default)]
    pub demo: Option<String>,
    /// Limits of its organization on the embedded server, by resource.
    #[serde(default)]
    pub limits: BTreeMap<String, u64>,
}
