//! The table as it is written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::api::Operation;
use crate::provision::Call;
use crate::verdict::AccessClass;

/// `[access]` of a contract: who may do what with whose resource.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// Who takes part, in the order of the columns; `nobody` sends no credentials.
    pub identities: Vec<String>,
    /// Parameters of the query and members of bodies that hold an id. Those of the path
    /// always do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<String>,
    /// Operations that take an id and belong to no row, with the reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub exempt: BTreeMap<String, String>,
    /// By relation: the statuses of a denial, where a rule does not say otherwise.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub denied: BTreeMap<String, Vec<u16>>,
    /// What can be owned, by name.
    pub resources: BTreeMap<String, SharedResource>,
    /// Who may do what.
    pub rules: Vec<Rule>,
}

/// A kind of resource that several identities own one of.
///
/// In its calls `{owner}` and the names of the roles stand for identities, and `{it.NAME}`
/// for an output of the resource itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SharedResource {
    /// One table for each resource that is made: `owner`, and further roles such as
    /// `member`, each with an identity. Names in capitals are plain words.
    pub owners: Vec<BTreeMap<String, String>>,
    /// How it is made.
    pub steps: Vec<Call>,
    /// How it is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete: Option<Call>,
    /// Why nothing needs to be removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
    /// Calls that show its state to its owner; `output.state` selects the part that tells,
    /// the whole body without it. What they show must stay the same while others are denied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub look: Vec<Call>,
}

/// Who may perform some operations on some kinds of resources.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The kinds of resources.
    pub resources: Vec<String>,
    /// Ids of operations, or beginnings of paths that end in `*`.
    pub operations: Vec<String>,
    /// What the operations do.
    pub class: AccessClass,
    /// The parameters; without any, the only path parameter is `{it.id}`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub with: Map<String, Value>,
    /// In lists: parameters that are asked for besides those of `with`, one table for each
    /// further request. None of them may show the resource to whoever is denied to see it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<Map<String, Value>>,
    /// The body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// In lists: where the items are; without it, in the first array of the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<String>,
    /// In lists: the value that tells the resource among the items; `{it.id}` without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<String>,
    /// In counts: where the total is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    /// Calls before one that is allowed, so that it can succeed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub first: Vec<Call>,
    /// The relations that are allowed to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// The relations that are denied to, with the statuses.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub denied: BTreeMap<String, Vec<u16>>,
}

impl Rule {
    /// Whether it speaks of the operation.
    pub fn applies(&self, operation: &Operation) -> bool {
        self.operations
            .iter()
            .any(|pattern| match pattern.strip_suffix('*') {
                Some(prefix) => operation.path.starts_with(prefix),
                None => *pattern == operation.id,
            })
    }
}
