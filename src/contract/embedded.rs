//! The contracts that are compiled into the binary.

/// A contract in the binary: its files as text.
#[derive(Clone, Copy, Debug)]
pub struct Embedded {
    /// Its name on the command line.
    pub name: &'static str,
    /// `contract.toml`.
    pub contract: &'static str,
    /// The description.
    pub description: &'static str,
    /// The description's path in the source tree, as messages show it.
    pub description_name: &'static str,
    /// File name and text of each overlay in `editions/`.
    pub overlays: &'static [(&'static str, &'static str)],
    /// `ASSUMPTIONS.md`.
    pub assumptions: Option<&'static str>,
    /// File name and text of each requirements file.
    pub requirements: &'static [(&'static str, &'static str)],
    /// File name and text of each workflow document.
    pub workflows: &'static [(&'static str, &'static str)],
}

/// All of them, by name.
pub const EMBEDDED: &[Embedded] = &[Embedded {
    name: "thenvoi",
    contract: include_str!("../../specs/thenvoi/contract.toml"),
    description: include_str!("../../specs/thenvoi/openapi.yaml"),
    description_name: "specs/thenvoi/openapi.yaml",
    overlays: &[
        (
            "2026-01-14-strict-validation.overlay.yaml",
            include_str!("../../specs/thenvoi/editions/2026-01-14-strict-validation.overlay.yaml"),
        ),
        (
            "2026-02-03-memories.overlay.yaml",
            include_str!("../../specs/thenvoi/editions/2026-02-03-memories.overlay.yaml"),
        ),
        (
            "2026-02-10-contacts.overlay.yaml",
            include_str!("../../specs/thenvoi/editions/2026-02-10-contacts.overlay.yaml"),
        ),
        (
            "2026-02-17-message-limit.overlay.yaml",
            include_str!("../../specs/thenvoi/editions/2026-02-17-message-limit.overlay.yaml"),
        ),
        (
            "2026-02-24-quotas.overlay.yaml",
            include_str!("../../specs/thenvoi/editions/2026-02-24-quotas.overlay.yaml"),
        ),
        (
            "2026-03-03-security.overlay.yaml",
            include_str!("../../specs/thenvoi/editions/2026-03-03-security.overlay.yaml"),
        ),
    ],
    assumptions: Some(include_str!("../../specs/thenvoi/ASSUMPTIONS.md")),
    requirements: &[
        (
            "access.yaml",
            include_str!("../../specs/thenvoi/requirements/access.yaml"),
        ),
        (
            "apis.yaml",
            include_str!("../../specs/thenvoi/requirements/apis.yaml"),
        ),
        (
            "contacts.yaml",
            include_str!("../../specs/thenvoi/requirements/contacts.yaml"),
        ),
        (
            "memories.yaml",
            include_str!("../../specs/thenvoi/requirements/memories.yaml"),
        ),
        (
            "messages.yaml",
            include_str!("../../specs/thenvoi/requirements/messages.yaml"),
        ),
        (
            "quotas.yaml",
            include_str!("../../specs/thenvoi/requirements/quotas.yaml"),
        ),
        (
            "rates.yaml",
            include_str!("../../specs/thenvoi/requirements/rates.yaml"),
        ),
        (
            "strictness.yaml",
            include_str!("../../specs/thenvoi/requirements/strictness.yaml"),
        ),
        (
            "user-memories.yaml",
            include_str!("../../specs/thenvoi/requirements/user-memories.yaml"),
        ),
    ],
    workflows: &[
        (
            "access.arazzo.yaml",
            include_str!("../../specs/thenvoi/workflows/access.arazzo.yaml"),
        ),
        (
            "agent-contacts.arazzo.yaml",
            include_str!("../../specs/thenvoi/workflows/agent-contacts.arazzo.yaml"),
        ),
        (
            "apis.arazzo.yaml",
            include_str!("../../specs/thenvoi/workflows/apis.arazzo.yaml"),
        ),
        (
            "contacts.arazzo.yaml",
            include_str!("../../specs/thenvoi/workflows/contacts.arazzo.yaml"),
        ),
        (
            "memories.arazzo.yaml",
            include_str!("../../specs/thenvoi/workflows/memories.arazzo.yaml"),
        ),
        (
            "messages.arazzo.yaml",
            include_str!("../../specs/thenvoi/workflows/messages.arazzo.yaml"),
        ),
        (
            "strictness.arazzo.yaml",
            include_str!("../../specs/thenvoi/workflows/strictness.arazzo.yaml"),
        ),
        (
            "user-memories.arazzo.yaml",
            include_str!("../../specs/thenvoi/workflows/user-memories.arazzo.yaml"),
        ),
    ],
}];
