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
    /// File name and text of each requirements file.
    pub requirements: &'static [(&'static str, &'static str)],
}

/// All of them, by name.
pub const EMBEDDED: &[Embedded] = &[Embedded {
    name: "thenvoi",
    contract: include_str!("../../specs/thenvoi/contract.toml"),
    description: include_str!("../../specs/thenvoi/openapi.yaml"),
    description_name: "specs/thenvoi/openapi.yaml",
    requirements: &[
        (
            "access.yaml",
            include_str!("../../specs/thenvoi/requirements/access.yaml"),
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
    ],
}];
