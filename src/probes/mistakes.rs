//! What is wrong with the way a requirement names its probe: found when the contract is
//! loaded, told with near names.

use serde_json::{Map, Value};

use super::parameter::{Kind, Parameter};
use super::{ALL, find};
use crate::access::{Access, Instance};
use crate::api::Api;
use crate::near::near;
use crate::pointer::Pointer;
use crate::provision::{Recipes, references};
use crate::verdict::ProbeRule;

/// What names may mean.
pub struct Known<'k> {
    /// The operations.
    pub api: &'k Api,
    /// The operations of all editions, by id and by `METHOD /path`.
    pub operations: Vec<&'k str>,
    /// The identities that the contract needs.
    pub identities: Vec<&'k str>,
    /// The kinds of identities.
    pub kinds: Vec<&'k str>,
    /// The recipes.
    pub recipes: &'k Recipes,
    /// The access table.
    pub access: Option<&'k Access>,
}

/// Something that is wrong with a probe rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where, in the value of `probe`.
    pub at: Pointer,
    /// What, in words.
    pub message: String,
}

/// Resources that probes themselves provide.
const OWN: &[&str] = &["run", "created", "candidate", "it"];
/// How deep references in values are looked for.
const DEPTH: u8 = 32;

/// Everything that is wrong with a rule.
pub fn mistakes(rule: &ProbeRule, known: &Known<'_>) -> Vec<Mistake> {
    let mut all = Found {
        known,
        mistakes: Vec::new(),
    };
    let Some(probe) = find(&rule.name) else {
        let ids = ALL.iter().map(|probe| probe.id);
        all.unknown(&Pointer::new("/name"), "probe", &rule.name, ids);
        return all.mistakes;
    };
    if probe.aspect(&rule.aspect).is_none() {
        let names = probe.aspects.iter().map(|aspect| aspect.name);
        let what = format!("aspect of {}", probe.id);
        all.unknown(&Pointer::new("/aspect"), &what, &rule.aspect, names);
    }
    let with = Pointer::new("/with");
    for (name, value) in &rule.with {
        let at = with.child(name);
        if let Some(parameter) = probe.parameters.iter().find(|one| one.name == name) {
            all.check(parameter.kind, value, &at);
        } else {
            let names = probe.parameters.iter().map(|one| one.name);
            all.unknown(&at, &format!("parameter of {}", probe.id), name, names);
        }
    }
    let missing = |one: &&Parameter| {
        !one.optional && one.default.is_none() && !rule.with.contains_key(one.name)
    };
    for parameter in probe.parameters.iter().filter(missing) {
        all.say(
            &with,
            format!(
                "the probe {} needs the parameter {}: {}",
                probe.id,
                parameter.name,
                parameter.kind.describe()
            ),
        );
    }
    all.mistakes
}

struct Found<'k> {
    known: &'k Known<'k>,
    mistakes: Vec<Mistake>,
}

impl Found<'_> {
    fn say(&mut self, at: &Pointer, message: String) {
        self.mistakes.push(Mistake {
            at: at.clone(),
            message,
        });
    }

    fn unknown<'n>(
        &mut self,
        at: &Pointer,
        what: &str,
        name: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) {
        let names: Vec<&str> = names.into_iter().collect();
        let near = near(name, names.iter().copied());
        let help = match (near.is_empty(), names.len()) {
            (false, _) => format!("; is {} meant?", near.join(" or ")),
            (true, 1..=12) => format!("; there is {}", names.join(", ")),
            _ => String::new(),
        };
        self.say(at, format!("there is no {what} {name}{help}"));
    }

    fn named<'n>(
        &mut self,
        at: &Pointer,
        what: &str,
        value: &Value,
        names: impl IntoIterator<Item = &'n str>,
    ) {
        let names: Vec<&str> = names.into_iter().collect();
        match value.as_str() {
            Some(name) if names.contains(&name) => {}
            Some(name) => self.unknown(at, what, name, names),
            None => self.say(at, format!("expected the name of one {what}, not {value}")),
        }
    }

    fn check(&mut self, kind: &Kind, value: &Value, at: &Pointer) {
        let known = self.known;
        let operations = || known.operations.iter().copied();
        let right = match kind {
            Kind::Text => value.is_string(),
            Kind::Number => value.is_u64(),
            Kind::Status => value
                .as_u64()
                .is_some_and(|status| (100..600).contains(&status)),
            Kind::Pointer => value
                .as_str()
                .is_some_and(|text| text.is_empty() || text.starts_with('/')),
            Kind::Expected => value.as_object().is_some_and(|members| {
                members
                    .keys()
                    .all(|name| name.is_empty() || name.starts_with('/'))
            }),
            Kind::Identity => {
                self.named(at, "identity", value, known.identities.iter().copied());
                true
            }
            Kind::Operation => {
                self.named(at, "operation", value, operations());
                true
            }
            Kind::Pattern => {
                match value.as_str().and_then(|text| text.strip_suffix('*')) {
                    Some(prefix) => {
                        let begins = known.operations.iter().any(|one| {
                            one.split_once(' ')
                                .is_some_and(|(_, path)| path.starts_with(prefix))
                        });
                        if !begins {
                            self.say(at, format!("no path begins with {prefix}"));
                        }
                    }
                    None => self.named(at, "operation", value, operations()),
                }
                true
            }
            Kind::Recipe => {
                let names = known.recipes.keys().map(String::as_str);
                self.named(at, "resource", value, names);
                true
            }
            Kind::Resource => {
                let kinds = known.access.iter().flat_map(|one| one.resources.keys());
                self.named(at, "resource of [access]", value, kinds.map(String::as_str));
                true
            }
            Kind::Relation => {
                let words = relations(known.access);
                self.named(
                    at,
                    "relation of [access]",
                    value,
                    words.iter().map(|one| &**one),
                );
                true
            }
            Kind::Call => value.as_object().is_some_and(|members| {
                self.call(members, at);
                true
            }),
            Kind::Record(members) => value.as_object().is_some_and(|given| {
                self.record(members, given, at);
                true
            }),
            Kind::List(inner) => value.as_array().is_some_and(|elements| {
                for (index, element) in elements.iter().enumerate() {
                    self.check(inner, element, &at.index(index));
                }
                true
            }),
        };
        if !right {
            let text: String = value.to_string().chars().take(60).collect();
            self.say(at, format!("expected {}, not {text}", kind.describe()));
        }
    }

    fn record(
        &mut self,
        members: &[(&'static str, &'static Kind, bool)],
        given: &Map<String, Value>,
        at: &Pointer,
    ) {
        for (name, value) in given {
            let at = at.child(name);
            if let Some((_, kind, _)) = members.iter().find(|(known, ..)| known == name) {
                self.check(kind, value, &at);
            } else {
                let names = members.iter().map(|(known, ..)| *known);
                self.unknown(&at, "member", name, names);
            }
        }
        for (name, kind, optional) in members {
            if !optional && !given.contains_key(*name) {
                self.say(at, format!("{name} is missing: {}", kind.describe()));
            }
        }
    }

    fn call(&mut self, members: &Map<String, Value>, at: &Pointer) {
        const MEMBERS: [&str; 6] = ["operation", "as", "with", "body", "alternatives", "output"];
        for name in members.keys() {
            if !MEMBERS.contains(&name.as_str()) {
                self.unknown(&at.child(name), "member of a call", name, MEMBERS);
            }
        }
        let known = self.known;
        let Some(operation) = members.get("operation") else {
            self.say(at, "operation is missing: an operation".to_owned());
            return;
        };
        self.check(&Kind::Operation, operation, &at.child("operation"));
        let operation = operation.as_str().and_then(|id| known.api.find(id));
        if let (Some(index), Some(with)) = (operation, members.get("with")) {
            let operation = &known.api.operations[index];
            let names = || operation.parameters.iter().map(|one| one.name.as_str());
            for name in with.as_object().into_iter().flat_map(Map::keys) {
                if !names().any(|known| known == name) {
                    let what = format!("parameter of {}", operation.id);
                    self.unknown(&at.child("with").child(name), &what, name, names());
                }
            }
        }
        if let Some(who) = members.get("as") {
            match who.as_str().and_then(|text| text.split_once(' ')) {
                Some((kind, _)) => {
                    let kind = Value::from(kind);
                    let kinds = known.kinds.iter().copied();
                    self.named(&at.child("as"), "kind of identity", &kind, kinds);
                }
                None => self.check(&Kind::Identity, who, &at.child("as")),
            }
        }
        for (name, value) in members {
            self.references(value, &at.child(name), DEPTH);
        }
    }

    fn references(&mut self, value: &Value, at: &Pointer, depth: u8) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        match value {
            Value::String(_) => {
                let known = self.known;
                for reference in references(value) {
                    let name = reference.resource.as_str();
                    if !OWN.contains(&name) && !known.recipes.contains_key(name) {
                        let names = known.recipes.keys().map(String::as_str);
                        self.unknown(at, "resource", name, names);
                    }
                }
            }
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    self.references(element, &at.index(index), depth);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    self.references(member, &at.child(name), depth);
                }
            }
            _ => {}
        }
    }
}

/// The words for relations that a table can have.
fn relations(access: Option<&Access>) -> Vec<String> {
    let Some(access) = access else {
        return Vec::new();
    };
    let plain = [
        "nobody",
        "wrong-kind",
        "owner",
        "same-kind",
        "other-kind",
        "other-organization",
    ];
    let roles = Instance::all(access)
        .into_iter()
        .flat_map(|instance| instance.roles.into_keys());
    let mut words: Vec<String> = plain.map(str::to_owned).into_iter().chain(roles).collect();
    words.sort_unstable();
    words.dedup();
    words
}
