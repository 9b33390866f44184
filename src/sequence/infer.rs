//! Who produces what others need: recipes and plans, from names, schemas and links.
//!
//! The resource behind a path parameter is named by the collection before it: `{petId}` in
//! `/pets/{petId}` is a `pets`. It is made by a link's source, a POST on the collection or
//! a PUT on the item, and for operations that only read it may be found in the list. What
//! the run did not make itself is never written to.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::foreign_key::foreign_keys;
use super::path::removes;
use super::producer::{Producer, bound_path, is_listed, producers, recipe, removal};
use crate::api::{Api, Operation, ParameterLocation};
use crate::case::{Binding, Bound, Part};
use crate::pointer::Pointer;
use crate::provision::{OperationOverride, OperationPlan, Recipes, references};

/// Arguments and body of a request to a producer, for the operation at this index.
pub type Sample<'a> = &'a dyn Fn(usize) -> Vec<(Map<String, Value>, Option<Value>)>;

/// What the inference may use besides the description.
pub struct Hints<'a> {
    /// What the contract says of operations.
    pub overrides: &'a [OperationOverride],
    /// The recipes of the contract.
    pub recipes: &'a Recipes,
    /// The identity for an operation without an override.
    pub identity: &'a dyn Fn(&Operation) -> Option<String>,
    /// Conforming requests to producers, the most promising first.
    pub sample: Sample<'a>,
}

/// Recipes, and the plan of each operation in the order of the description.
pub fn infer(api: &Api, hints: &Hints<'_>) -> (Recipes, Vec<OperationPlan>) {
    let producers = producers(api, hints);
    let mut recipes = hints.recipes.clone();
    for (resource, producer) in &producers {
        if !recipes.contains_key(resource) {
            recipes.insert(
                resource.clone(),
                recipe(api, resource, producer, &producers, hints),
            );
        }
    }
    let plans = (0..api.operations.len())
        .map(|index| plan(api, index, &producers, hints))
        .collect();
    (recipes, plans)
}

fn plan(
    api: &Api,
    index: usize,
    producers: &BTreeMap<String, Producer>,
    hints: &Hints<'_>,
) -> OperationPlan {
    let operation = &api.operations[index];
    let mut plan = OperationPlan {
        identity: (hints.identity)(operation),
        ..OperationPlan::default()
    };
    let overrides: Vec<&OperationOverride> = hints
        .overrides
        .iter()
        .filter(|one| one.applies(operation))
        .collect();
    let mut bindings: BTreeMap<Part, Bound> = BTreeMap::new();
    let mut unbound = Vec::new();
    for (parameter, reference) in bound_path(operation, producers) {
        let part = Part::Parameter(ParameterLocation::Path, parameter.clone());
        match reference {
            Some(reference) => {
                bindings.insert(part, Bound::Reference(reference));
            }
            None if is_listed(api, operation, &parameter) => {}
            None => unbound.push(parameter),
        }
    }
    for (_, body) in (hints.sample)(index).into_iter().take(1) {
        for (pointer, reference) in body.iter().flat_map(|one| foreign_keys(one, producers)) {
            bindings.insert(Part::Body(pointer), Bound::Reference(reference));
        }
    }
    if let Some(delete) = removal(api, index, producers, hints) {
        plan.creates = true;
        plan.delete = delete;
    }
    for one in overrides {
        if let Some(identity) = &one.identity {
            plan.identity = (identity != "nobody").then(|| identity.clone());
        }
        for (part, value) in &one.set {
            let part = part_named(part);
            unbound.retain(|name| part != Part::Parameter(ParameterLocation::Path, name.clone()));
            bindings.insert(part, bound(value));
        }
        plan.needs.extend(one.needs.iter().cloned());
        plan.rules.extend(one.rules.iter().cloned());
        if one.kept.is_some() {
            plan.delete = None;
        }
        plan.delete = one.delete.clone().or(plan.delete);
        plan.kept = one.kept.clone().or(plan.kept);
        plan.skip = one.skip.clone().or(plan.skip);
        plan.creates |= one.delete.is_some() || one.kept.is_some();
        plan.certain |= one.delete.is_some();
    }
    // An override of a whole takes the place of what was inferred within it.
    let set: Vec<String> = hints
        .overrides
        .iter()
        .filter(|one| one.applies(operation))
        .flat_map(|one| one.set.keys().cloned())
        .collect();
    bindings.retain(|part, _| {
        let Part::Body(pointer) = part else {
            return true;
        };
        !set.iter().any(|one| {
            one.strip_prefix("body").is_some_and(|outer| {
                pointer
                    .as_str()
                    .strip_prefix(outer)
                    .is_some_and(|rest| rest.starts_with('/'))
            })
        })
    });
    if let (false, Some(parameter)) = (operation.is_safe(), unbound.first()) {
        plan.skip.get_or_insert_with(|| {
            format!(
                "nothing that this run makes can stand for {{{parameter}}}, and it writes to nothing else"
            )
        });
    }
    // What the contract says of an operation is what it removes.
    let aimed = !plan.needs.is_empty()
        || !set.is_empty()
        || bindings
            .keys()
            .any(|part| matches!(part, Part::Parameter(ParameterLocation::Path, _)));
    if removes(operation) && !aimed {
        plan.skip
            .get_or_insert_with(|| "it would delete what this run did not make".to_owned());
    }
    plan.bindings = bindings
        .into_iter()
        .map(|(part, bound)| Binding { part, bound })
        .collect();
    plan
}

fn bound(value: &Value) -> Bound {
    if let Value::String(text) = value
        && let [reference] = references(value).as_slice()
        && *text == reference.to_string()
    {
        return Bound::Reference(reference.clone());
    }
    Bound::Value(value.clone())
}

/// The part that `path.id`, `query.page`, `header.X`, `cookie.c` or `body/a/b` names.
fn part_named(text: &str) -> Part {
    let (head, rest) = text.split_once('.').unwrap_or((text, ""));
    let location = match head {
        "path" => ParameterLocation::Path,
        "query" => ParameterLocation::Query,
        "header" => ParameterLocation::Header,
        "cookie" => ParameterLocation::Cookie,
        _ => return Part::Body(Pointer::new(text.strip_prefix("body").unwrap_or(text))),
    };
    Part::Parameter(location, rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_named() {
        assert_eq!(
            part_named("path.chat_id"),
            Part::Parameter(ParameterLocation::Path, "chat_id".to_owned())
        );
        assert_eq!(part_named("body/a/0"), Part::Body(Pointer::new("/a/0")));
    }
}
