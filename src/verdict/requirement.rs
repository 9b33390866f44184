//! Requirements: normative sentences with a source.

use std::fmt;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How strong a requirement is (RFC 2119).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "the words are those of RFC 2119")]
pub enum Level {
    #[serde(rename = "MUST")]
    Must,
    #[serde(rename = "SHOULD")]
    Should,
    #[serde(rename = "MAY")]
    May,
}

/// Why a requirement may accuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The contract's source says it.
    Stated,
    /// Published clients show it.
    Clients,
    /// A numbered assumption of ours.
    Assumed,
}

/// Which findings of checks have the same cause as a failed requirement. They are attached
/// to it as evidence instead of accusing again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Covers {
    /// The check.
    pub check: String,
    /// Only on these operations; all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<String>,
    /// Only causes that contain this text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// One normative sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Written", into = "Written")]
pub struct Requirement {
    /// Stable id, e.g. `THV-MEM-004`.
    pub id: String,
    /// How strong it is.
    pub level: Level,
    /// The sentence; it stands alone.
    pub text: String,
    /// Where it comes from: changelog date and heading, or assumption.
    pub source: String,
    /// Why it may accuse.
    pub basis: Basis,
    /// The assumptions it rests on, e.g. `A17`.
    pub assumptions: Vec<String>,
    /// The first edition that it belongs to; all earlier ones when absent.
    pub since: Option<Date>,
    /// The first edition that it no longer belongs to; all later ones when absent.
    pub until: Option<Date>,
    /// The one way in which it is verified.
    pub verify: Verify,
    /// What else shows the same cause.
    pub covers: Vec<Covers>,
}

impl Requirement {
    /// Whether it belongs to the edition of this date.
    pub fn holds_at(&self, edition: Date) -> bool {
        self.since.is_none_or(|since| since <= edition)
            && self.until.is_none_or(|until| edition < until)
    }

    /// The workflow that verifies it, if one does.
    pub fn workflow(&self) -> Option<&WorkflowRule> {
        match &self.verify {
            Verify::Workflow(rule) => Some(rule),
            _ => None,
        }
    }

    /// The probe that verifies it, if one does.
    pub fn probe(&self) -> Option<&ProbeRule> {
        match &self.verify {
            Verify::Probe(rule) => Some(rule),
            _ => None,
        }
    }
}

/// How a requirement is verified.
#[derive(Clone, Debug, PartialEq)]
pub enum Verify {
    /// Every response of some operations must match a schema.
    Schema(SchemaRule),
    /// A CEL expression must hold for every exchange that it selects.
    Expression(ExpressionRule),
    /// An Arazzo workflow must succeed.
    Workflow(WorkflowRule),
    /// A probe looks at it.
    Probe(ProbeRule),
}

impl fmt::Display for Verify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schema(rule) => write!(f, "schema of {}", rule.operations.join(", ")),
            Self::Expression(rule) => write!(f, "expression {}", rule.that),
            Self::Workflow(rule) => write!(f, "workflow {}", rule.id),
            Self::Probe(rule) => write!(f, "probe {}, aspect {}", rule.name, rule.aspect),
        }
    }
}

/// Responses that must match a schema.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SchemaRule {
    /// Ids of operations, or paths with `*`.
    pub operations: Vec<String>,
    /// Statuses such as `201` or `2XX`; `2XX` when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<String>,
    /// The parts of the body that must match, as a JSONPath (RFC 9535); the whole body when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The JSON Schema (2020-12); the one that the description has for the response when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Value>,
}

/// An expression over every exchange with some operations: cases, set-up, probes, workflows.
///
/// Both expressions are CEL and see these variables:
/// - `request`: `method`, `path` (decoded, without the query), `query` (name → string, or list
///   of strings when it is repeated), `headers` (names in lower case), `body` (only if it is
///   JSON), `identity` (who sends it: a name, `nobody`, or `NAME with a wrong secret`)
/// - `response`: `status`, `headers`, `body` (only if it is JSON)
/// - `operation`: its id
/// - `case`: `conforming` (true for conforming cases alone), `kind` (what a violating case
///   violates, e.g. `unknown-property`; empty for all others)
/// - `purpose`: `case`, `setup`, `cleanup`, `probe` or `workflow`
///
/// What may be absent needs `has()`: looking at what is not there is an error.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpressionRule {
    /// Ids of operations, or paths with `*`.
    pub operations: Vec<String>,
    /// Selects exchanges: true or false; all when absent. One that lacks what this looks at is
    /// not selected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// What must hold for those: true or false.
    pub that: String,
}

/// A workflow that must succeed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkflowRule {
    /// Its `workflowId`.
    pub id: String,
    /// Its inputs.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub inputs: Map<String, Value>,
}

/// One thing that a probe looks at.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProbeRule {
    /// The probe.
    pub name: String,
    /// Which of the things that it looks at.
    pub aspect: String,
    /// Its parameters.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub with: Map<String, Value>,
}

/// The JSON Schema of a file of requirements.
pub fn written_requirements() -> schemars::Schema {
    schemars::schema_for!(Vec<Written>)
}

/// A requirement as it is written.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Requirement", extend("oneOf" = [
    {"required": ["schema"]}, {"required": ["expression"]},
    {"required": ["workflow"]}, {"required": ["probe"]}
]))]
struct Written {
    /// Stable id, e.g. `THV-MEM-004`.
    id: String,
    /// How strong it is (RFC 2119).
    level: Level,
    /// One sentence that stands alone.
    text: String,
    /// Where it comes from: date and heading, or assumption.
    source: String,
    /// Why it may accuse: only what is stated accuses every server.
    basis: Basis,
    /// The assumptions it rests on, e.g. `A17`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    assumptions: Vec<String>,
    /// The first edition that it belongs to; all earlier ones when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Date>,
    /// The first edition that it no longer belongs to; all later ones when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Date>,
    /// Every response of some operations must match a schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    schema: Option<SchemaRule>,
    /// A CEL expression must hold for every exchange that it selects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expression: Option<ExpressionRule>,
    /// An Arazzo workflow must succeed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    workflow: Option<WorkflowRule>,
    /// A probe looks at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probe: Option<ProbeRule>,
    /// Which findings of checks have the same cause.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    covers: Vec<Covers>,
}

impl TryFrom<Written> for Requirement {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let ways = [
            written.schema.map(Verify::Schema),
            written.expression.map(Verify::Expression),
            written.workflow.map(Verify::Workflow),
            written.probe.map(Verify::Probe),
        ];
        let mut ways = ways.into_iter().flatten();
        let (Some(verify), None) = (ways.next(), ways.next()) else {
            return Err(
                "a requirement is verified in exactly one way: schema, expression, workflow or probe"
                    .to_owned(),
            );
        };
        Ok(Self {
            id: written.id,
            level: written.level,
            text: written.text,
            source: written.source,
            basis: written.basis,
            assumptions: written.assumptions,
            since: written.since,
            until: written.until,
            verify,
            covers: written.covers,
        })
    }
}

impl From<Requirement> for Written {
    fn from(requirement: Requirement) -> Self {
        let mut written = Self {
            id: requirement.id,
            level: requirement.level,
            text: requirement.text,
            source: requirement.source,
            basis: requirement.basis,
            assumptions: requirement.assumptions,
            since: requirement.since,
            until: requirement.until,
            schema: None,
            expression: None,
            workflow: None,
            probe: None,
            covers: requirement.covers,
        };
        match requirement.verify {
            Verify::Schema(rule) => written.schema = Some(rule),
            Verify::Expression(rule) => written.expression = Some(rule),
            Verify::Workflow(rule) => written.workflow = Some(rule),
            Verify::Probe(rule) => written.probe = Some(rule),
        }
        written
    }
}
