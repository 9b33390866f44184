//! Edges: one conforming case for each constraint that the description states, at its limit.

use serde_json::Value;

use super::base::root_node;
use super::bind;
use super::compound::MAX_ITEMS;
use super::mutate::conforming;
use super::number::Bounds;
use super::plan::{Base, Bases, Plan, Root};
use super::shape::{Flat, flatten};
use super::site::{Site, sites};
use super::supply::parameter_value;
use super::text::{self, Rules};
use super::value::Extent;
use crate::api::ParameterLocation;
use crate::case::{Argument, Intent, Origin};
use crate::encode;
use crate::pointer::Pointer;

/// Members of an `enum` that are tried.
const MAX_MEMBERS: usize = 32;

/// Plans all edges of the main base.
pub(super) fn boundaries(plan: &mut Plan<'_>, bases: &Bases) {
    let Some(main) = &bases.main else {
        return;
    };
    for root in plan.roots(&main.input) {
        let base = bases.around(plan, root).unwrap_or(main);
        let Some(node) = root_node(plan, root, base.content) else {
            continue;
        };
        let Some(value) = plan.value(&base.input, root).cloned() else {
            continue;
        };
        let name = plan.name(root);
        for site in sites(&plan.api.document, plan.schemas, &node, &value, name) {
            if plan.is_bound(root, &site.pointer) {
                continue;
            }
            let edge = Edge {
                base,
                root,
                whole: &value,
                site: &site,
            };
            edge.all(plan);
        }
        if let Root::Parameter(index) = root {
            omitted_parameter(plan, base, index);
        }
    }
    if let Some(minimal) = &bases.minimal {
        for index in 0..plan.operation.parameters.len() {
            alone(plan, minimal, index);
        }
    }
}

/// The base without one optional parameter.
fn omitted_parameter(plan: &mut Plan<'_>, base: &Base, index: usize) {
    let parameter = &plan.operation.parameters[index];
    let root = Root::Parameter(index);
    let bound = plan.is_bound(root, &Pointer::root());
    if parameter.required || parameter.location == ParameterLocation::Path || bound {
        return;
    }
    let mut input = base.input.clone();
    input
        .arguments
        .retain(|one| one.location != parameter.location || one.name != parameter.name);
    if !plan.is_new(&input) {
        return;
    }
    let label = plan.label(root, &Pointer::root());
    let case = format!("boundary/{label}/omitted");
    plan.freshen(&mut input, base, &case, None);
    let origin = Origin::Boundary(format!("{label} omitted"));
    plan.push(
        &case,
        Intent::Conforming,
        origin,
        Some(base.id.clone()),
        input,
    );
}

/// The minimal base with one optional parameter.
fn alone(plan: &mut Plan<'_>, minimal: &Base, index: usize) {
    let parameter = &plan.operation.parameters[index];
    let root = Root::Parameter(index);
    if !encode::is_sent(parameter.location, &parameter.name)
        || plan.value(&minimal.input, root).is_some()
    {
        return;
    }
    // Why there is no value was said when the full base was made.
    let Ok(made) = parameter_value(plan, index, Extent::Full) else {
        return;
    };
    let stated = is_singled_out(plan, index);
    let mut input = minimal.input.clone();
    let argument = Argument {
        location: parameter.location,
        name: parameter.name.clone(),
        value: made.value,
        reference: None,
    };
    bind::insert(plan, &mut input, index, argument);
    if !plan.is_new(&input) {
        return;
    }
    let label = plan.label(root, &Pointer::root());
    let case = format!("boundary/{label}/alone");
    plan.freshen(&mut input, minimal, &case, Some((root, &Pointer::root())));
    let edge = format!("{label} alone");
    let origin = if stated {
        Origin::Boundary(edge)
    } else {
        Origin::Variant(edge)
    };
    plan.push(
        &case,
        Intent::Conforming,
        origin,
        Some(minimal.id.clone()),
        input,
    );
}

/// Whether the description tells which values a parameter has, so that any that it allows
/// means something to the server. Free text may be a token that only the server can issue.
pub(super) fn is_singled_out(plan: &Plan<'_>, index: usize) -> bool {
    if !plan.operation.parameters[index].examples.is_empty() {
        return true;
    }
    root_node(plan, Root::Parameter(index), None).is_some_and(|node| {
        let flat = flatten(&plan.api.document, &node, |_, _| Vec::new());
        let is_list = flat.types().is_some_and(|types| types == ["array"]);
        let element =
            is_list.then(|| flatten(&plan.api.document, &flat.element(0), |_, _| Vec::new()));
        singles_out(&flat) || element.as_ref().is_some_and(singles_out)
    })
}

fn singles_out(flat: &Flat<'_>) -> bool {
    let listed = ["enum", "const", "default", "example", "examples"];
    listed.iter().any(|keyword| flat.first(keyword).is_some())
        || flat.types().is_some_and(|types| {
            types
                .iter()
                .all(|one| matches!(*one, "boolean" | "integer" | "number" | "null"))
        })
}

/// One site and the base around it.
struct Edge<'e, 'd> {
    base: &'e Base,
    root: Root,
    whole: &'e Value,
    site: &'e Site<'d>,
}

impl Edge<'_, '_> {
    /// Plans the case with `value` at the site. When the description does not allow it, that
    /// is said if `expected`.
    fn put(&self, plan: &mut Plan<'_>, constraint: &str, value: Value, expected: bool) {
        self.place(plan, constraint, value, expected, true);
    }

    /// The same; `stated` if the description singles the value out.
    fn place(
        &self,
        plan: &mut Plan<'_>,
        constraint: &str,
        value: Value,
        expected: bool,
        stated: bool,
    ) {
        let mut whole = self.whole.clone();
        if !self.site.pointer.set(&mut whole, value) {
            return;
        }
        let label = self.label(plan, constraint);
        let (base, root, at) = (self.base, self.root, &self.site.pointer);
        if !conforming(plan, base, root, at, whole, &label, stated) && expected {
            plan.note(
                format!("boundary/{label}"),
                "other keywords forbid the value at the edge",
            );
        }
    }

    fn label(&self, plan: &Plan<'_>, constraint: &str) -> String {
        let place = plan.label(self.root, &self.site.pointer);
        format!("{place}/{constraint}")
    }

    fn skip(&self, plan: &mut Plan<'_>, constraint: &str, why: impl Into<String>) {
        let label = self.label(plan, constraint);
        plan.note(format!("boundary/{label}"), why);
    }

    fn all(&self, plan: &mut Plan<'_>) {
        self.omitted(plan);
        self.listed(plan);
        match &self.site.value {
            Value::String(_) => self.lengths(plan),
            Value::Number(_) => self.bounds(plan),
            Value::Array(_) => self.items(plan),
            Value::Bool(truth) => {
                let other = if *truth { "false" } else { "true" };
                self.put(plan, other, Value::Bool(!truth), false);
            }
            _ => {}
        }
        self.types(plan);
        self.branches(plan);
    }

    fn omitted(&self, plan: &mut Plan<'_>) {
        if !self.site.is_property || self.site.required.is_some() {
            return;
        }
        let mut whole = self.whole.clone();
        if self.site.pointer.remove(&mut whole).is_some() {
            let label = self.label(plan, "omitted");
            let (base, root, at) = (self.base, self.root, &self.site.pointer);
            conforming(plan, base, root, at, whole, &label, true);
        }
    }

    fn listed(&self, plan: &mut Plan<'_>) {
        let Some((_, Value::Array(members))) = self.site.flat.first("enum") else {
            return;
        };
        if members.len() > MAX_MEMBERS {
            let why = format!(
                "there are {} members; {MAX_MEMBERS} are tried",
                members.len()
            );
            self.skip(plan, "enum", why);
        }
        for member in members.iter().take(MAX_MEMBERS) {
            if *member != self.site.value {
                let name = slug(member);
                self.put(plan, &format!("enum/{name}"), member.clone(), false);
            }
        }
    }

    fn lengths(&self, plan: &mut Plan<'_>) {
        let flat = &self.site.flat;
        if flat.first("enum").is_some() || flat.first("const").is_some() {
            return;
        }
        let rules = Rules::of(flat);
        // An example shows that not any text will do, e.g. that of a language.
        let free = ["example", "examples", "default"]
            .iter()
            .all(|keyword| flat.first(keyword).is_none());
        for (keyword, lowest) in [("minLength", false), ("maxLength", true)] {
            let Some((_, length)) = flat.count(keyword, lowest) else {
                continue;
            };
            if length > text::MAX_LENGTH {
                let why = format!("{length} characters are more than {}", text::MAX_LENGTH);
                self.skip(plan, keyword, why);
                continue;
            }
            let label = self.label(plan, keyword);
            let mut stream = plan.stream(&label);
            match rules.exactly(length).draw(&self.site.name, &mut stream) {
                Some(text) => self.place(plan, keyword, Value::String(text), true, free),
                None => self.skip(
                    plan,
                    keyword,
                    "no string of that length keeps format and pattern",
                ),
            }
        }
    }

    fn bounds(&self, plan: &mut Plan<'_>) {
        let flat = &self.site.flat;
        if flat.first("enum").is_some() || flat.first("const").is_some() {
            return;
        }
        let integer = flat.types().is_some_and(|types| !types.contains(&"number"));
        let bounds = Bounds::of(flat, integer);
        for (side, bound) in [(-1, &bounds.low), (1, &bounds.high)] {
            let Some((place, _, _)) = bound else {
                continue;
            };
            let keyword = place.pointer.last().unwrap_or_default().into_owned();
            match bounds.edge(side) {
                Some(edge) => self.put(plan, &keyword, edge, true),
                None => self.skip(plan, &keyword, "the edge is no number that can be sent"),
            }
        }
    }

    fn items(&self, plan: &mut Plan<'_>) {
        let flat = &self.site.flat;
        for (keyword, lowest) in [("minItems", false), ("maxItems", true)] {
            let Some((_, length)) = flat.count(keyword, lowest) else {
                continue;
            };
            if length > MAX_ITEMS {
                let why = format!("{length} items are more than {MAX_ITEMS}");
                self.skip(plan, keyword, why);
                continue;
            }
            if plan.holds_bound(self.root, &self.site.pointer) && length != 1 {
                self.skip(plan, keyword, "its items are bound to what the run creates");
                continue;
            }
            let label = self.label(plan, keyword);
            match resized(plan, self.site, length, &label) {
                Ok(items) => self.put(plan, keyword, items, true),
                Err(why) => self.skip(plan, keyword, why),
            }
        }
    }

    /// The other types that are allowed, null above all.
    fn types(&self, plan: &mut Plan<'_>) {
        let Some(types) = self.site.flat.types() else {
            return;
        };
        let label = self.label(plan, "type");
        for kind in types {
            let value = match (kind, &self.site.value) {
                ("null", value) if !value.is_null() => Value::Null,
                ("boolean", value) if !value.is_boolean() => Value::Bool(true),
                ("integer" | "number", value) if !value.is_number() => {
                    let bounds = Bounds::of(&self.site.flat, kind == "integer");
                    match bounds.draw(&mut plan.stream(&label)) {
                        Some(number) => number,
                        None => continue,
                    }
                }
                ("string", value) if !value.is_string() => {
                    let rules = Rules::of(&self.site.flat);
                    match rules.draw(&self.site.name, &mut plan.stream(&label)) {
                        Some(text) => Value::String(text),
                        None => continue,
                    }
                }
                _ => continue,
            };
            let stated = value.is_null();
            self.place(plan, &format!("type/{kind}"), value, false, stated);
        }
    }

    /// The branches of alternatives that the base does not take.
    fn branches(&self, plan: &mut Plan<'_>) {
        for alternation in &self.site.flat.alternations {
            let keyword = alternation.place.pointer.last().unwrap_or_default();
            for branch in 0..alternation.branches.min(MAX_MEMBERS) {
                if alternation.taken.contains(&branch) {
                    continue;
                }
                let constraint = match (keyword.as_ref(), branch) {
                    ("if", 0) => "then".to_owned(),
                    ("if", _) => "else".to_owned(),
                    (keyword, branch) => format!("{keyword}/{}", branch + 1),
                };
                let label = self.label(plan, &constraint);
                let mut maker = plan.maker(&label, Extent::Full);
                maker.forced.insert(alternation.place.clone(), branch);
                match maker.node(&self.site.node, &self.site.name) {
                    Ok(made) => self.place(plan, &constraint, made.value, true, false),
                    Err(why) => self.skip(plan, &constraint, why),
                }
            }
        }
    }
}

/// The array at a site with `length` items: its own first, then further ones.
pub(super) fn resized(
    plan: &mut Plan<'_>,
    site: &Site<'_>,
    length: usize,
    label: &str,
) -> Result<Value, String> {
    let Value::Array(present) = &site.value else {
        return Err("it is no array".to_owned());
    };
    if !plan.afford(length.saturating_sub(present.len())) {
        return Err("the long arrays of the operation have too many items in all".to_owned());
    }
    let mut items: Vec<Value> = present.iter().take(length).cloned().collect();
    let unique = site
        .flat
        .all("uniqueItems")
        .any(|(_, value)| *value == Value::Bool(true));
    let name = site.name.strip_suffix('s').unwrap_or(&site.name);
    let listed: Vec<Value> = {
        let element = site.flat.element(0);
        let flat = flatten(&plan.api.document, &element, |_, _| Vec::new());
        flat.first("enum")
            .and_then(|(_, members)| members.as_array().cloned())
            .unwrap_or_default()
    };
    let mut tries = 0;
    while items.len() < length {
        tries += 1;
        if tries > length + 50 {
            return Err(format!("there are no {length} different items"));
        }
        let element = site.flat.element(items.len());
        let fresh = listed.iter().find(|one| !items.contains(one));
        let item = match fresh {
            Some(member) if unique => member.clone(),
            _ => {
                let mut maker = plan.maker(&format!("{label}/{tries}"), Extent::Full);
                maker.node(&element, name)?.value
            }
        };
        if !unique || !items.contains(&item) {
            items.push(item);
        }
    }
    Ok(Value::Array(items))
}

/// A listed value as part of a case id.
fn slug(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let short: String = text
        .chars()
        .take(40)
        .map(|one| {
            if one.is_whitespace() || one == '/' {
                '-'
            } else {
                one
            }
        })
        .collect();
    if short.is_empty() {
        "empty".to_owned()
    } else {
        short
    }
}
