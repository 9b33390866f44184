//! From rules over relations to cells: each identity × operation × owner's resource.

use std::collections::HashSet;

use super::{Access, Cast, Instance, Relation, Rule};
use crate::api::{Api, Operation, ParameterLocation};
use crate::provision::Call;
use crate::verdict::{AccessClass, Expectation};

/// The table, expanded.
#[derive(Clone, Debug, Default)]
pub struct Expanded {
    /// The columns.
    pub identities: Vec<String>,
    /// Every owner's resource.
    pub instances: Vec<Instance>,
    /// The rows, by instance and in the order of the rules.
    pub rows: Vec<PlannedRow>,
}

/// One operation on one owner's resource.
#[derive(Clone, Debug)]
pub struct PlannedRow {
    /// Index into [`Expanded::instances`].
    pub instance: usize,
    /// Index into [`Api::operations`].
    pub operation: usize,
    /// Index into [`Access::rules`].
    pub rule: usize,
    /// What the operation does.
    pub class: AccessClass,
    /// The call, without an identity.
    pub call: Call,
    /// Further calls that must not show the resource to whoever is denied to see it.
    pub variants: Vec<Call>,
    /// One for each identity, in the order of the columns.
    pub cells: Vec<PlannedCell>,
}

/// What the table says of an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedCell {
    /// What it is to the resource.
    pub relation: Relation,
    /// What it must get.
    pub expected: Expectation,
}

/// Expands the table for the operations that the description has. Operations that it does
/// not have, as those of later editions, make no row; what the rules leave open makes no
/// row either and is a mistake, see [`super::mistakes`].
pub fn expand(access: &Access, api: &Api, cast: &Cast) -> Expanded {
    let instances = Instance::all(access);
    let mut rows = Vec::new();
    let mut seen = HashSet::new();
    for (at, instance) in instances.iter().enumerate() {
        for (number, rule) in access.rules.iter().enumerate() {
            if !rule.resources.contains(&instance.kind) {
                continue;
            }
            for (index, operation) in api.operations.iter().enumerate() {
                if !rule.applies(operation) || !seen.insert((at, index, rule.class)) {
                    continue;
                }
                let cells: Option<Vec<PlannedCell>> = access
                    .identities
                    .iter()
                    .map(|name| {
                        let relation = Relation::of(name, instance, operation, cast);
                        let expected = rule.expects(access, &relation)?;
                        Some(PlannedCell { relation, expected })
                    })
                    .collect();
                if let Some(cells) = cells {
                    let call = instance.fill_call(&rule.call(operation));
                    let variants = rule.variants.iter().map(|with| {
                        let mut call = rule.call(operation);
                        call.arguments.extend(with.clone());
                        instance.fill_call(&call)
                    });
                    rows.push(PlannedRow {
                        variants: variants.collect(),
                        instance: at,
                        operation: index,
                        rule: number,
                        class: rule.class,
                        call,
                        cells,
                    });
                }
            }
        }
    }
    Expanded {
        identities: access.identities.clone(),
        instances,
        rows,
    }
}

impl Rule {
    /// What somebody in this relation must get; `None` when nothing says it.
    pub(super) fn expects(&self, access: &Access, relation: &Relation) -> Option<Expectation> {
        let word = relation.word();
        if self.allowed.iter().any(|one| one == word) {
            return Some(Expectation::Allowed);
        }
        let statuses = self.denied.get(word).or_else(|| access.denied.get(word))?;
        Some(Expectation::Denied {
            statuses: statuses.clone(),
        })
    }

    /// The call of one of its operations.
    fn call(&self, operation: &Operation) -> Call {
        let mut arguments = self.with.clone();
        let mut path = operation
            .parameters
            .iter()
            .filter(|parameter| parameter.location == ParameterLocation::Path);
        if let (true, Some(only), None) = (arguments.is_empty(), path.next(), path.next()) {
            arguments.insert(only.name.clone(), "{it.id}".into());
        }
        Call {
            operation: operation.id.clone(),
            arguments,
            body: self.body.clone(),
            ..Call::default()
        }
    }
}
