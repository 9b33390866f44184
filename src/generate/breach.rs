//! Violations of schemas: each keyword at a site broken once.

use serde_json::Value;

use super::boundary::resized;
use super::compound::MAX_ITEMS;
use super::mutate::{Wrong, violating};
use super::number::Bounds;
use super::plan::{Base, Plan, Root};
use super::site::Site;
use super::text::{self, Rules};
use crate::case::ViolationKind;
use crate::document::Place;
use crate::http::is_json;
use crate::pointer::Pointer;

/// The name that no description knows.
const UNEXPECTED: &str = "assizeUnexpected";

/// One site and the base around it.
pub(super) struct Spot<'e, 'd> {
    pub(super) base: &'e Base,
    pub(super) root: Root,
    pub(super) whole: &'e Value,
    pub(super) site: &'e Site<'d>,
}

/// What a violation is called and which keywords it breaks.
struct Broken {
    kind: ViolationKind,
    keywords: &'static [&'static str],
    /// What follows the kind in the case id, where a kind has several.
    suffix: Option<&'static str>,
    place: Option<Place>,
    detail: String,
}

impl Spot<'_, '_> {
    /// Plans the first of the candidates that violates just the one thing.
    fn put(&self, plan: &mut Plan<'_>, broken: &Broken, candidates: Vec<Value>) {
        let label = self.label(plan, &self.site.pointer, broken);
        let mut why = "there is no value that violates it".to_owned();
        for candidate in candidates {
            let mut whole = self.whole.clone();
            if !self.site.pointer.set(&mut whole, candidate) {
                continue;
            }
            let wrong = self.wrong(broken, self.site.pointer.clone());
            match violating(plan, self.base, self.root, &wrong, whole, &label) {
                Ok(()) => return,
                Err(reason) => why = reason,
            }
        }
        plan.note(format!("violating/{label}"), why);
    }

    fn wrong(&self, broken: &Broken, part: Pointer) -> Wrong<'_, '_> {
        Wrong {
            kind: broken.kind,
            keywords: broken.keywords,
            part,
            place: broken.place.clone(),
            detail: broken.detail.clone(),
            site: self.site,
        }
    }

    fn label(&self, plan: &Plan<'_>, pointer: &Pointer, broken: &Broken) -> String {
        let place = plan.label(self.root, pointer);
        match broken.suffix {
            Some(suffix) => format!("{place}/{}/{suffix}", broken.kind.name()),
            None => format!("{place}/{}", broken.kind.name()),
        }
    }

    /// Plans all violations at the site.
    pub(super) fn all(&self, plan: &mut Plan<'_>) {
        self.wrong_type(plan);
        self.bad_enum(plan);
        match &self.site.value {
            Value::String(text) => {
                self.lengths(plan);
                self.format(plan, text);
                self.pattern(plan, text);
            }
            Value::Number(_) => self.bounds(plan),
            Value::Array(elements) => {
                self.items(plan, elements.len());
                self.not_unique(plan, elements);
            }
            Value::Object(_) => {
                self.missing(plan);
                self.unknown(plan);
            }
            _ => {}
        }
    }

    fn wrong_type(&self, plan: &mut Plan<'_>) {
        let flat = &self.site.flat;
        let Some((place, _)) = flat.first("type") else {
            return;
        };
        let Some(types) = flat.types() else {
            return;
        };
        let allows = |name: &str| types.contains(&name);
        // In text, anything is a string, and one thing is a list of one.
        let textual = match self.root {
            Root::Parameter(index) => plan.operation.parameters[index].content.is_none(),
            Root::Body => {
                let body = self.base.input.body.as_ref();
                !body.is_some_and(|body| is_json(&body.media_type))
            }
        };
        let whole_body = self.root == Root::Body && self.site.pointer.is_root();
        if textual && (allows("string") || allows("array") || whole_body) {
            return;
        }
        let mut candidates = Vec::new();
        if !allows("string") {
            candidates.push(Value::from("assize-wrong-type"));
        }
        if !allows("integer") && !allows("number") {
            candidates.push(Value::from(12_345));
        }
        if !allows("boolean") {
            candidates.push(Value::Bool(true));
        }
        if !allows("object") {
            candidates.push(serde_json::json!({"assize": "wrong type"}));
        }
        if !allows("array") {
            candidates.push(serde_json::json!(["assize-wrong-type"]));
        }
        let broken = Broken {
            kind: ViolationKind::WrongType,
            keywords: &["type", "enum", "const"],
            suffix: None,
            place: Some(place),
            detail: format!("not of type {}", types.join(" or ")),
        };
        self.put(plan, &broken, candidates);
    }

    fn bad_enum(&self, plan: &mut Plan<'_>) {
        let flat = &self.site.flat;
        let Some((place, members)) = flat.first("enum").or_else(|| flat.first("const")) else {
            return;
        };
        let single = std::slice::from_ref(members);
        let members = match members {
            Value::Array(members) if place.pointer.last().as_deref() == Some("enum") => members,
            _ => single,
        };
        let candidates: Vec<Value> = match &self.site.value {
            Value::String(text) => {
                let tails = ["-assize", "x", ""].map(|tail| Value::from(format!("{text}{tail}")));
                let mut all = vec![Value::from("assize-no-such-value"), Value::from("zz")];
                all.extend(tails);
                all
            }
            Value::Number(_) => {
                let numbers = members.iter().filter_map(Value::as_i64);
                let low = numbers.clone().min().unwrap_or(0);
                let high = numbers.max().unwrap_or(0);
                vec![high.saturating_add(1).into(), low.saturating_sub(1).into()]
            }
            Value::Bool(truth) => vec![Value::Bool(!truth)],
            _ => return,
        };
        let broken = Broken {
            kind: ViolationKind::BadEnum,
            keywords: &["enum", "const"],
            suffix: None,
            place: Some(place),
            detail: "not one of the values that are listed".to_owned(),
        };
        let candidates = candidates
            .into_iter()
            .filter(|one| !members.contains(one))
            .collect();
        self.put(plan, &broken, candidates);
    }

    fn lengths(&self, plan: &mut Plan<'_>) {
        let flat = &self.site.flat;
        let rules = Rules::of(flat);
        for (keyword, lowest) in [("minLength", false), ("maxLength", true)] {
            let Some((place, limit)) = flat.count(keyword, lowest) else {
                continue;
            };
            let (length, words) = if lowest {
                (limit.saturating_add(1), "longer than maxLength")
            } else if limit > 0 {
                (limit - 1, "shorter than minLength")
            } else {
                continue;
            };
            let broken = Broken {
                kind: ViolationKind::BadLength,
                keywords: if lowest {
                    &["maxLength"]
                } else {
                    &["minLength"]
                },
                suffix: Some(if lowest { "maxLength" } else { "minLength" }),
                place: Some(place),
                detail: format!("{words} {limit}"),
            };
            if length > text::MAX_LENGTH {
                let label = self.label(plan, &self.site.pointer, &broken);
                let why = format!("{length} characters are more than {}", text::MAX_LENGTH);
                plan.note(format!("violating/{label}"), why);
                continue;
            }
            let mut stream = plan.stream(&format!("violating{}/{keyword}", self.site.pointer));
            let drawn = rules.exactly(length).draw(&self.site.name, &mut stream);
            let mut candidates: Vec<Value> = drawn.into_iter().map(Value::from).collect();
            candidates.push("a".repeat(length).into());
            candidates.push("1".repeat(length).into());
            self.put(plan, &broken, candidates);
        }
    }

    fn format(&self, plan: &mut Plan<'_>, text: &str) {
        for (place, format) in self.site.flat.all("format") {
            let Some(format) = format.as_str() else {
                continue;
            };
            let wrong = text::not_of(format, text.chars().count());
            if wrong.is_empty() {
                continue;
            }
            let broken = Broken {
                kind: ViolationKind::BadFormat,
                keywords: &["format"],
                suffix: None,
                place: Some(place),
                detail: format!("not of format {format}"),
            };
            self.put(plan, &broken, wrong.into_iter().map(Value::from).collect());
        }
    }

    fn pattern(&self, plan: &mut Plan<'_>, text: &str) {
        let Some((place, pattern)) = self.site.flat.first("pattern") else {
            return;
        };
        let Some(pattern) = pattern.as_str() else {
            return;
        };
        let length = text.chars().count();
        let tail: String = text.chars().skip(1).collect();
        let head: String = text.chars().take(length.saturating_sub(1)).collect();
        let filled = |one: &str| one.repeat(length.max(1));
        let candidates = [
            format!("!{tail}"),
            format!("{head}!"),
            format!(" {tail}"),
            filled("!"),
            filled(" "),
            filled("a"),
            filled("A"),
            filled("1"),
            filled("é"),
            format!("{text}\n"),
            String::new(),
        ];
        let candidates = candidates
            .into_iter()
            .filter(|one| !super::pattern::matches(pattern, one))
            .map(Value::from)
            .collect();
        let broken = Broken {
            kind: ViolationKind::BadPattern,
            keywords: &["pattern"],
            suffix: None,
            place: Some(place),
            detail: format!("no match of the pattern {pattern}"),
        };
        self.put(plan, &broken, candidates);
    }

    fn bounds(&self, plan: &mut Plan<'_>) {
        let flat = &self.site.flat;
        let integer = flat.types().is_some_and(|types| !types.contains(&"number"));
        let bounds = Bounds::of(flat, integer);
        for (side, bound) in [(-1_i8, &bounds.low), (1, &bounds.high)] {
            let Some((place, limit, excluded)) = bound else {
                continue;
            };
            let keyword = match (side, excluded) {
                (-1, false) => "minimum",
                (-1, true) => "exclusiveMinimum",
                (_, false) => "maximum",
                (_, true) => "exclusiveMaximum",
            };
            let broken = Broken {
                kind: ViolationKind::OutOfBounds,
                keywords: match (side, excluded) {
                    (-1, false) => &["minimum"],
                    (-1, true) => &["exclusiveMinimum"],
                    (_, false) => &["maximum"],
                    (_, true) => &["exclusiveMaximum"],
                },
                suffix: Some(keyword),
                place: Some(place.clone()),
                detail: format!("beyond {keyword} {limit}"),
            };
            self.put(plan, &broken, bounds.beyond(side).into_iter().collect());
        }
        if let Some((place, step)) = &bounds.multiple
            && !(integer && step.fract() == 0.0 && *step <= 1.0)
        {
            let broken = Broken {
                kind: ViolationKind::OutOfBounds,
                keywords: &["multipleOf"],
                suffix: Some("multipleOf"),
                place: Some(place.clone()),
                detail: format!("no multiple of {step}"),
            };
            self.put(plan, &broken, bounds.no_multiple().into_iter().collect());
        }
        for (place, format) in flat.all("format") {
            let (name, beyond) = match format.as_str() {
                Some("int32") => ("int32", Value::from(i64::from(i32::MAX) + 1)),
                Some("int64") => ("int64", Value::from(1e19)),
                _ => continue,
            };
            let broken = Broken {
                kind: ViolationKind::BadFormat,
                keywords: &["format"],
                suffix: None,
                place: Some(place),
                detail: format!("beyond format {name}"),
            };
            // Where a bound is tighter anyway, its own case says more.
            if bounds.high.is_none() {
                self.put(plan, &broken, vec![beyond]);
            }
        }
    }

    fn items(&self, plan: &mut Plan<'_>, present: usize) {
        let flat = &self.site.flat;
        for (keyword, lowest) in [("minItems", false), ("maxItems", true)] {
            let Some((place, limit)) = flat.count(keyword, lowest) else {
                continue;
            };
            let (length, words) = if lowest {
                (limit.saturating_add(1), "more items than maxItems")
            } else if limit > 0 {
                (limit - 1, "fewer items than minItems")
            } else {
                continue;
            };
            let broken = Broken {
                kind: ViolationKind::BadLength,
                keywords: if lowest { &["maxItems"] } else { &["minItems"] },
                suffix: Some(if lowest { "maxItems" } else { "minItems" }),
                place: Some(place),
                detail: format!("{words} {limit}"),
            };
            let label = self.label(plan, &self.site.pointer, &broken);
            if length > MAX_ITEMS.max(present) {
                let why = format!("{length} items are more than {MAX_ITEMS}");
                plan.note(format!("violating/{label}"), why);
                continue;
            }
            match resized(plan, self.site, length, &label) {
                Ok(items) => self.put(plan, &broken, vec![items]),
                Err(why) => plan.note(format!("violating/{label}"), why),
            }
        }
    }

    fn not_unique(&self, plan: &mut Plan<'_>, elements: &[Value]) {
        let unique = self.site.flat.all("uniqueItems");
        let Some((place, _)) = unique
            .into_iter()
            .find(|(_, value)| **value == Value::Bool(true))
        else {
            return;
        };
        let broken = Broken {
            kind: ViolationKind::NotUnique,
            keywords: &["uniqueItems"],
            suffix: None,
            place: Some(place),
            detail: "the same item twice".to_owned(),
        };
        let mut candidates = Vec::new();
        if let Some(first) = elements.first() {
            let mut twice = elements.to_vec();
            twice.push(first.clone());
            candidates.push(Value::Array(twice));
            let mut same = elements.to_vec();
            if let [.., last] = same.as_mut_slice() {
                last.clone_from(first);
            }
            candidates.push(Value::Array(same));
        }
        self.put(plan, &broken, candidates);
    }

    fn missing(&self, plan: &mut Plan<'_>) {
        for (name, place) in self.site.flat.required() {
            let at = self.site.pointer.child(&name);
            let mut whole = self.whole.clone();
            // Where another alternative does without it, it is not required by itself.
            if at.remove(&mut whole).is_none()
                || plan.is_valid(self.root, self.base.content, &whole)
            {
                continue;
            }
            let broken = Broken {
                kind: ViolationKind::MissingRequired,
                keywords: &["required"],
                suffix: None,
                place: Some(place),
                detail: format!("required property {name} left out"),
            };
            let label = self.label(plan, &at, &broken);
            let wrong = self.wrong(&broken, at);
            if let Err(why) = violating(plan, self.base, self.root, &wrong, whole, &label) {
                plan.note(format!("violating/{label}"), why);
            }
        }
    }

    fn unknown(&self, plan: &mut Plan<'_>) {
        let Some(place) = self.site.flat.closed() else {
            return;
        };
        let broken = Broken {
            kind: ViolationKind::UnknownProperty,
            keywords: &["additionalProperties", "unevaluatedProperties"],
            suffix: None,
            place: Some(place),
            detail: format!("property {UNEXPECTED}, which the closed object does not know"),
        };
        let mut whole = self.whole.clone();
        let at = self.site.pointer.child(UNEXPECTED);
        at.set(&mut whole, Value::from("assize"));
        let label = self.label(plan, &self.site.pointer, &broken);
        let wrong = self.wrong(&broken, at);
        if let Err(why) = violating(plan, self.base, self.root, &wrong, whole, &label) {
            plan.note(format!("violating/{label}"), why);
        }
    }
}
