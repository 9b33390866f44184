//! Arrays and objects.

use serde_json::{Map, Value};

use super::shape::{Flat, Node};
use super::text::Rules;
use super::value::{Attempt, Extent, Maker, fits};
use crate::pointer::Pointer;
use crate::schema::is_read_only;

/// Optional parts are left out below this depth.
const OPTIONAL_DEPTH: usize = 8;
/// Elements of one array.
pub(super) const MAX_ITEMS: usize = 1_000;

impl<'a> Maker<'a> {
    pub(super) fn array(
        &mut self,
        flat: &Flat<'a>,
        name: &str,
        at: &Pointer,
        depth: usize,
    ) -> Attempt {
        let least = flat.count("minItems", false).map_or(0, |(_, count)| count);
        let contained = flat.first("contains").map(|(place, _)| {
            let count = flat
                .count("minContains", false)
                .map_or(1, |(_, count)| count);
            (Node::one(place), count)
        });
        let least = least.max(contained.as_ref().map_or(0, |(_, count)| *count));
        let most = flat
            .count("maxItems", true)
            .map_or(usize::MAX, |(_, count)| count);
        if least > most || least > MAX_ITEMS {
            return Err(format!("an array of {least} items is not made"));
        }
        let modest = self.is_modest(depth);
        let prefix = flat
            .all("prefixItems")
            .filter_map(|(_, items)| items.as_array().map(Vec::len))
            .max()
            .unwrap_or(0);
        let wanted = match self.extent {
            _ if modest => least,
            Extent::Minimal => least,
            Extent::Full => least.max(prefix.max(1)).min(most),
            Extent::Random => least.max(self.stream.below(4)).min(most),
        };
        let unique = flat
            .all("uniqueItems")
            .any(|(_, value)| *value == Value::Bool(true));
        let mut elements: Vec<Value> = Vec::new();
        while elements.len() < wanted {
            let index = elements.len();
            let mut node = flat.element(index);
            if let Some((contains, count)) = &contained
                && index < *count
            {
                node.0.extend(contains.0.iter().cloned());
            }
            match self.element(&node, name, at, depth, &elements, unique) {
                Ok(element) => elements.push(element),
                Err(_) if elements.len() >= least => break,
                Err(problem) => return Err(problem),
            }
        }
        Ok(Value::Array(elements))
    }

    /// One more element, different from the others where that is asked.
    fn element(
        &mut self,
        node: &Node,
        name: &str,
        at: &Pointer,
        depth: usize,
        before: &[Value],
        unique: bool,
    ) -> Attempt {
        let at = at.index(before.len());
        // `names` holds things called `name`.
        let singular = name.strip_suffix('s').unwrap_or(name);
        let tries = if unique { 30 } else { 1 };
        let extent = self.extent;
        for attempt in 0..tries {
            let known = self.fresh.len();
            // When the usual way gives the same again, chance may not.
            if attempt > 2 {
                self.extent = Extent::Random;
            }
            let made = self.make(node, singular, &at, depth + 1);
            self.extent = extent;
            let made = made?;
            if !unique || !before.contains(&made) {
                return Ok(made);
            }
            self.fresh.truncate(known);
            if let Some(other) = self.another_listed(node, before) {
                return Ok(other);
            }
            if attempt > 2 && made.is_boolean() {
                return Ok(Value::Bool(made == Value::Bool(false)));
            }
        }
        Err("there are not enough different items".to_owned())
    }

    /// A listed value that is not there yet.
    fn another_listed(&mut self, node: &Node, before: &[Value]) -> Option<Value> {
        let flat = self.flat(node, 0);
        let (_, options) = flat.first("enum")?;
        options
            .as_array()?
            .iter()
            .find(|option| !before.contains(option) && fits(&flat, option))
            .cloned()
    }

    fn is_modest(&self, depth: usize) -> bool {
        depth > OPTIONAL_DEPTH || self.is_spent()
    }

    pub(super) fn object(&mut self, flat: &Flat<'a>, at: &Pointer, depth: usize) -> Attempt {
        let required = flat.required();
        let is_required = |name: &str| required.iter().any(|(one, _)| one == name);
        let most = flat
            .count("maxProperties", true)
            .map_or(usize::MAX, |(_, count)| count);
        let least = flat
            .count("minProperties", false)
            .map_or(0, |(_, count)| count);
        if least > MAX_ITEMS {
            return Err(format!("an object of {least} properties is not made"));
        }
        let modest = self.is_modest(depth);
        let mut properties = flat.properties();
        for (name, _) in &required {
            if !flat.knows(name) {
                properties.push((name.clone(), flat.property(name)));
            }
        }
        let mut optional_left = most.saturating_sub(required.len());
        let mut members = Map::new();
        for (name, node) in &properties {
            let needed = is_required(name);
            if node
                .0
                .iter()
                .any(|place| is_read_only(self.document, place))
            {
                continue;
            }
            let wanted = needed
                || !modest
                    && optional_left > 0
                    && match self.extent {
                        Extent::Full => true,
                        Extent::Minimal => false,
                        Extent::Random => self.stream.coin(),
                    };
            if !wanted {
                continue;
            }
            let known = self.fresh.len();
            let here = at.child(name);
            let tag = flat.tags.iter().find(|(property, _)| property == name);
            let made = match tag {
                Some((_, value)) => Ok(Value::String(value.clone())),
                None => self.make(node, name, &here, depth + 1),
            };
            match made {
                Ok(value) => {
                    members.insert(name.clone(), value);
                    if !needed {
                        optional_left -= 1;
                    }
                }
                Err(_) if !needed => self.fresh.truncate(known),
                Err(problem) => return Err(format!("{name}: {problem}")),
            }
        }
        for (property, value) in &flat.tags {
            if flat.knows(property) && is_required(property) {
                members.insert(property.clone(), Value::String(value.clone()));
            }
        }
        self.dependents(flat, &mut members, at, depth)?;
        self.fill(flat, &mut members, least, most, at, depth)?;
        Ok(Value::Object(members))
    }

    /// What `dependentRequired` asks for besides.
    fn dependents(
        &mut self,
        flat: &Flat<'a>,
        members: &mut Map<String, Value>,
        at: &Pointer,
        depth: usize,
    ) -> Result<(), String> {
        // Each round may bring in what another property depends on.
        for _ in 0..8 {
            let missing: Vec<String> = flat
                .all("dependentRequired")
                .filter_map(|(_, value)| value.as_object())
                .flatten()
                .filter(|(name, _)| members.contains_key(*name))
                .flat_map(|(_, names)| names.as_array().into_iter().flatten())
                .filter_map(Value::as_str)
                .filter(|name| !members.contains_key(*name))
                .map(str::to_owned)
                .collect();
            if missing.is_empty() {
                break;
            }
            for name in missing {
                let value = self.make(&flat.property(&name), &name, &at.child(&name), depth + 1)?;
                members.insert(name, value);
            }
        }
        Ok(())
    }

    /// Further properties up to `minProperties`: optional ones, then new ones. A full map
    /// without named properties gets one entry.
    fn fill(
        &mut self,
        flat: &Flat<'a>,
        members: &mut Map<String, Value>,
        least: usize,
        most: usize,
        at: &Pointer,
        depth: usize,
    ) -> Result<(), String> {
        let map = flat.all("properties").next().is_none()
            && ["additionalProperties", "patternProperties"]
                .iter()
                .flat_map(|keyword| flat.all(keyword))
                .any(|(_, value)| value.is_object());
        let entry = map && most > 0 && self.extent == Extent::Full && !self.is_modest(depth);
        let wanted = if entry { least.max(1) } else { least };
        for (name, node) in flat.properties() {
            if members.len() >= wanted {
                return Ok(());
            }
            if members.contains_key(&name)
                || node
                    .0
                    .iter()
                    .any(|place| is_read_only(self.document, place))
            {
                continue;
            }
            if let Ok(value) = self.make(&node, &name, &at.child(&name), depth + 1) {
                members.insert(name, value);
            }
        }
        let mut tries = 0;
        while members.len() < wanted.min(MAX_ITEMS) {
            tries += 1;
            let name = self.new_name(flat, members.len())?;
            let node = flat.property(&name);
            match self.make(&node, &name, &at.child(&name), depth + 1) {
                Ok(value) => {
                    members.insert(name, value);
                }
                Err(_) if members.len() >= least => return Ok(()),
                Err(problem) => return Err(problem),
            }
            if tries > 2 * MAX_ITEMS {
                return Err("there are not enough property names".to_owned());
            }
        }
        Ok(())
    }

    /// A name that `propertyNames` and `patternProperties` allow.
    fn new_name(&mut self, flat: &Flat<'a>, index: usize) -> Result<String, String> {
        if let Some((place, _)) = flat.first("propertyNames") {
            let names = self.flat(&Node::one(place), 0);
            let value = match self.listed(&names) {
                Some(listed) => listed?,
                None => Rules::of(&names)
                    .draw("key", &mut self.stream)
                    .map(Value::String)
                    .ok_or_else(|| "no property name is found".to_owned())?,
            };
            return value
                .as_str()
                .map(str::to_owned)
                .ok_or_else(|| "no property name is found".to_owned());
        }
        let closed = flat.closed().is_some();
        let patterns = flat
            .all("patternProperties")
            .filter_map(|(_, value)| value.as_object())
            .flatten()
            .map(|(pattern, _)| pattern)
            .next();
        if let (Some(pattern), true) = (patterns, closed || index == 0) {
            return super::pattern::sample(pattern, 1, Some(64), &mut self.stream)
                .ok_or_else(|| "no property name is found".to_owned());
        }
        if closed {
            return Err("a closed object has too few properties".to_owned());
        }
        Ok(format!("key-{}", self.stream.hex(4)))
    }
}
