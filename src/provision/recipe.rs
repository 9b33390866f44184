//! How resources come to be: recipes of calls, and what each operation needs.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::api::Operation;
use crate::case::Binding;

/// One call of an operation. Strings in arguments and body may hold references such as
/// `{room.id}`; a string that is nothing but one takes the referenced value with its type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The id of the operation.
    pub operation: String,
    /// The identity: a name, or `kind {resource.output}` for a key that a resource yielded.
    /// Without one: the identity of the operation's plan.
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// Parameters by name.
    #[serde(default, rename = "with", skip_serializing_if = "Map::is_empty")]
    pub arguments: Map<String, Value>,
    /// The JSON body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Other bodies to try, in order, when the answer is a 4xx.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Value>,
    /// Outputs: name → where in the answer, see [`super::select`]. In a plan's `delete`, a
    /// path that begins with `request` selects in the body of the creating request.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub output: BTreeMap<String, String>,
}

/// How a resource is made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The calls, in order. Outputs of earlier ones are available to later ones.
    pub steps: Vec<Call>,
    /// Whether one is enough for all cases of a sequence: it is only read, never changed.
    #[serde(default)]
    pub shared: bool,
    /// How it is removed again; without it, it stays, and the run says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete: Option<Call>,
    /// Why nothing needs to be removed, e.g. because it goes with its owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
}

/// Recipes by name of the resource.
pub type Recipes = BTreeMap<String, Recipe>;

/// What a contract says of the plans of some operations. Several may apply to one; later
/// ones win.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperationOverride {
    /// Which operations: ids, or beginnings of paths that end in `*`.
    #[serde(rename = "match")]
    pub matches: Vec<String>,
    /// The identity: a name, or `kind {resource.output}`.
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// Parts to fill: `path.id`, `query.page`, `header.X`, `body/message/id` → value with
    /// references.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Value>,
    /// Resources that must exist although no request names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// How to remove what a success created; the outputs of the answer are `{created.…}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete: Option<Call>,
    /// Why what it creates needs no removal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
    /// What shows whether a request took effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// Why no request takes effect, e.g. because the operation only reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effectless: Option<String>,
    /// Why no case is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip: Option<String>,
    /// Rules that the description cannot express. A refusal of a conforming request is then
    /// undecided, even where the description is complete.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
}

/// What shows whether a request took effect.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// The operation whose answer shows it.
    pub list: String,
    /// Its parameters, besides those of the request that have the same names.
    #[serde(default, rename = "with", skip_serializing_if = "Map::is_empty")]
    pub arguments: Map<String, Value>,
    /// A JSON Pointer into the body of the request: the part that carries a marker, or that
    /// names what is added or taken away.
    pub mark: String,
    /// Whether the request takes the marked away instead of adding it.
    #[serde(default)]
    pub removes: bool,
    /// Whose request it is; whoever usually sends the operation when absent. What there is only
    /// one of, such as a profile, is changed by the cases of the operation at the same time:
    /// then it must be somebody whose own nothing else changes.
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
}

impl OperationOverride {
    /// Whether it applies to the operation.
    pub fn applies(&self, operation: &Operation) -> bool {
        self.matches
            .iter()
            .any(|pattern| operation.is_meant_by(pattern))
    }
}

/// What an operation needs before a conforming request to it can succeed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OperationPlan {
    /// Whose credentials: a name, or `kind {resource.output}`; `None` for nobody's.
    pub identity: Option<String>,
    /// What goes into each request.
    pub bindings: Vec<Binding>,
    /// Resources that must exist although no request names them.
    pub needs: Vec<String>,
    /// Whether a success creates something.
    pub creates: bool,
    /// How to remove what a successful request to it created.
    pub delete: Option<Call>,
    /// Whether every success creates something new, because the contract says so.
    pub certain: bool,
    /// Why what it creates stays.
    pub kept: Option<String>,
    /// Why no case of it is sent.
    pub skip: Option<String>,
    /// Rules that the description cannot express.
    pub rules: Vec<String>,
}
