//! `isolation`: each identity × each operation × each owner's resource.

mod absent;
mod board;
mod judge;
mod listing;
mod outline;
mod read;
mod write;

use serde_json::{Map, Value};

use self::board::Board;
use super::declare::{Conclusion, declare_probe};
use super::parameter::{Identity, Pattern, RelationWord, Resource};
use super::{Scene, complete};
use crate::access::expand;
use crate::verdict::{Decision, Requirement, Verdict};

declare_probe! {
    /// Tries each identity on each operation on each owner's resource.
    ///
    /// ## What
    /// `[access]` of the contract says how the resources of several owners are made, and which
    /// relation to a resource allows which operation; what happens is compared with it.
    /// Everybody reads, lists, searches
    /// for and counts each of them; whoever is denied tries to change and to remove it, after
    /// which the owner looks at it again; and whoever is allowed to does it, last. A list
    /// proves something only when it shows the resource to somebody who may see it. Where
    /// denial must not tell that the resource exists, the answer is compared with that for an
    /// id that nobody has. A requirement judges the cells that its parameters choose; a cell
    /// that none chooses is told as observed.
    ///
    /// ## Why it matters
    /// A leak between tenants is the worst thing that an API can do, and a new operation is
    /// where it happens: one that takes an id and has no row is an error of the contract.
    ///
    /// ## Basis
    /// The contract's own words on who may see and change what; OWASP API1:2023, broken object
    /// level authorization.
    "isolation", sharing: All,
    aspects: {
        /// Cells that read by an id are allowed or denied as the table says.
        "read",
        /// Lists show or do not show the resource as the table says.
        "list",
        /// Searches find or do not find the resource as the table says.
        "search",
        /// Totals count or do not count the resource as the table says.
        "count",
        /// Cells that change something are allowed or denied as the table says.
        "write",
        /// Cells that remove something are allowed or denied as the table says.
        "delete",
        /// A denial has one of the statuses of the table.
        "status",
        /// Where the table denies with 404 alone, the answer is that for an id that nobody has.
        "existence",
        /// After a denied change the owner finds the resource as it was.
        "untouched",
    },
    parameters: Cells {
        /// Kinds of resources; all when empty.
        resources: Vec<Resource> = [],
        /// Operations; all when empty.
        operations: Vec<Pattern> = [],
        /// Relations of the identity to the resource; all when empty.
        relations: Vec<RelationWord> = [],
        /// Identities; all when empty.
        identities: Vec<Identity> = [],
    },
    run: All(run)
}

async fn run(scene: &mut Scene, requirements: &[Requirement]) -> Conclusion {
    let Some(table) = scene.setting.access.clone() else {
        let why = "the contract has no table of access";
        return Conclusion {
            decisions: requirements.iter().map(|one| skipped(one, why)).collect(),
            matrix: None,
        };
    };
    let api = scene.kitchen.api();
    let (access, cast) = &*table;
    let planned = expand(access, &api, cast);
    let mut board = Board::new(access, &planned, &api);
    for instance in 0..planned.instances.len() {
        board.instance(scene, instance).await;
    }
    let mut matrix = board.matrix(&scene.sequence);
    let chosen: Vec<Cells> = requirements.iter().map(cells).collect();
    let decisions = requirements
        .iter()
        .zip(&chosen)
        .map(|(requirement, cells)| {
            judge::decide(requirement, cells, &mut matrix, &api, &scene.sequence)
        })
        .collect();
    Conclusion {
        decisions,
        matrix: Some(matrix),
    }
}

fn cells(requirement: &Requirement) -> Cells {
    let nothing = Map::new();
    let with = requirement.probe().map_or(&nothing, |rule| &rule.with);
    super::parameter::read(&complete(&PROBE, with)).unwrap_or_else(|_: String| Cells {
        // It was checked when the contract was loaded; what cannot be read judges nothing.
        resources: vec![Resource(String::new())],
        operations: Vec::new(),
        relations: Vec::new(),
        identities: Vec::new(),
    })
}

fn skipped(requirement: &Requirement, why: &str) -> Decision {
    Decision {
        requirement: requirement.id.as_str().into(),
        verdict: Verdict::Skipped(why.to_owned()),
        evidence: Vec::new(),
        findings: Vec::new(),
    }
}

/// A text of a value, for tables and findings.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
