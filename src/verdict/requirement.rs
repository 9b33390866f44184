//! Requirements: normative sentences with a source.

use serde::{Deserialize, Serialize};

/// How strong a requirement is (RFC 2119).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumptions: Vec<String>,
    /// The probe that verifies it.
    pub probe: String,
    /// Which of the things that the probe looks at.
    pub aspect: String,
    /// What else shows the same cause.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covers: Vec<Covers>,
}
