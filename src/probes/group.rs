//! Which requirements are decided by one sequence, and whom that needs.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::parameter::{Kind, complete};
use super::{Probe, Setting, Sharing};
use crate::provision::{Identities, OperationPlan, Recipes, references};
use crate::verdict::{ProbeRule, Requirement, hex};

/// One sequence of a probe and the requirements that it decides.
#[derive(Clone)]
pub struct Group {
    /// The probe.
    pub probe: &'static Probe,
    /// The id of the sequence: `probe/NAME`, or `probe/NAME/KEY`.
    pub id: String,
    /// The requirements, all of which name the probe.
    pub requirements: Vec<Requirement>,
}

/// The groups of the requirements of one probe, in the order in which they first appear.
pub fn groups(
    probe: &'static Probe,
    requirements: Vec<Requirement>,
    setting: &Needs<'_>,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for requirement in requirements {
        let id = requirement.probe().map_or_else(
            || sequence_id(probe),
            |rule| match key(probe, rule, setting) {
                Some(key) => format!("{}/{key}", sequence_id(probe)),
                None => sequence_id(probe),
            },
        );
        match groups.iter_mut().find(|group| group.id == id) {
            Some(group) => group.requirements.push(requirement),
            None => groups.push(Group {
                probe,
                id,
                requirements: vec![requirement],
            }),
        }
    }
    groups
}

/// The id of a probe's only sequence in the plan.
pub fn sequence_id(probe: &Probe) -> String {
    format!("probe/{}", probe.id)
}

fn key(probe: &Probe, rule: &ProbeRule, needs: &Needs<'_>) -> Option<String> {
    let with = complete(probe, &rule.with);
    match probe.sharing {
        Sharing::All => None,
        Sharing::Parameters if with == complete(probe, &Map::new()) => None,
        Sharing::Parameters => {
            let digest = Sha256::digest(Value::Object(with).to_string().as_bytes());
            Some(hex(&digest[..3]))
        }
        Sharing::Tenant => {
            let first = needs.identities_of(probe, &with).into_iter().next()?;
            let tenant = needs
                .identities
                .known
                .get(&first)
                .and_then(|facts| facts.organization.clone());
            Some(tenant.unwrap_or(first))
        }
    }
}

/// What tells whom a probe needs.
#[derive(Clone, Copy)]
pub struct Needs<'n> {
    /// What is known of the identities.
    pub identities: &'n Identities,
    /// How resources are made.
    pub recipes: &'n Recipes,
    /// The operations, by id, with what they need.
    pub plan: &'n dyn Fn(&str) -> Option<&'n OperationPlan>,
}

impl Needs<'_> {
    /// The identities that these parameters need, those that they name themselves first.
    pub fn identities_of(&self, probe: &Probe, with: &Map<String, Value>) -> Vec<String> {
        let mut found = Wanted {
            needs: *self,
            identities: Vec::new(),
            recipes: BTreeSet::new(),
        };
        // Whoever is named by a parameter of its own calls where a call names nobody.
        let caller = with.get("identity").and_then(Value::as_str);
        for parameter in probe.parameters {
            if let Some(value) = with.get(parameter.name) {
                found.look(parameter.kind, value, caller);
            }
        }
        found.identities
    }
}

struct Wanted<'n> {
    needs: Needs<'n>,
    identities: Vec<String>,
    recipes: BTreeSet<String>,
}

impl Wanted<'_> {
    fn add(&mut self, name: &str) {
        if name.contains(' ') {
            // A key that a resource yields.
            self.resources(&Value::from(name));
        } else if !self.identities.iter().any(|one| one == name) {
            self.identities.push(name.to_owned());
        }
    }

    fn look(&mut self, kind: &Kind, value: &Value, caller: Option<&str>) {
        match (kind, value) {
            (Kind::Identity, Value::String(name)) => self.add(name),
            (Kind::Recipe, Value::String(name)) => self.recipe(name),
            (Kind::Call, Value::Object(call)) => self.call(call, caller),
            (Kind::List(inner), Value::Array(elements)) => {
                for element in elements {
                    self.look(inner, element, caller);
                }
            }
            (Kind::Record(members), Value::Object(given)) => {
                for (name, kind, _) in *members {
                    if let Some(value) = given.get(*name) {
                        self.look(kind, value, caller);
                    }
                }
            }
            _ => {}
        }
    }

    fn call(&mut self, call: &Map<String, Value>, caller: Option<&str>) {
        let plan = || {
            let operation = call.get("operation").and_then(Value::as_str)?;
            (self.needs.plan)(operation)?.identity.clone()
        };
        let who = call.get("as").and_then(Value::as_str).or(caller);
        if let Some(who) = who.map(ToOwned::to_owned).or_else(plan) {
            self.add(&who);
        }
        self.resources(&Value::Object(call.clone()));
    }

    fn resources(&mut self, value: &Value) {
        for reference in references(value) {
            self.recipe(&reference.resource);
        }
    }

    fn recipe(&mut self, name: &str) {
        let Some(recipe) = self.needs.recipes.get(name) else {
            return;
        };
        if !self.recipes.insert(name.to_owned()) {
            return;
        }
        for step in recipe.steps.iter().chain(&recipe.delete) {
            if let Ok(Value::Object(call)) = serde_json::to_value(step) {
                self.call(&call, None);
            }
        }
    }
}

/// The distinct parameters of a group, defaults filled in, each with its requirements.
pub(super) fn by_parameters(group: &Group) -> Vec<(Map<String, Value>, Vec<Requirement>)> {
    let mut sets: Vec<(Map<String, Value>, Vec<Requirement>)> = Vec::new();
    for requirement in &group.requirements {
        let Some(rule) = requirement.probe() else {
            continue;
        };
        let with = complete(group.probe, &rule.with);
        match sets.iter_mut().find(|(known, _)| *known == with) {
            Some((_, requirements)) => requirements.push(requirement.clone()),
            None => sets.push((with, vec![requirement.clone()])),
        }
    }
    sets
}

impl Setting {
    /// The first of these identities that has all credentials of an alternative of the
    /// operation.
    pub(super) fn holder<'i>(
        &self,
        operation: usize,
        identities: &'i [String],
    ) -> Option<&'i String> {
        let alternatives = &self.api.operations[operation].security;
        let holds = |name: &String, scheme: &String| {
            self.credentials
                .get(scheme)
                .is_some_and(|holders| holders.contains(name))
        };
        alternatives.iter().find_map(|alternative| {
            identities.iter().find(|name| {
                let mut schemes = alternative.schemes.keys();
                !alternative.schemes.is_empty() && schemes.all(|scheme| holds(name, scheme))
            })
        })
    }
}
