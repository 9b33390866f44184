//! Targets: JSONPath expressions (RFC 9535), what they match, and why they match nothing.

use std::collections::HashSet;

use serde_json::Value;
use serde_json_path::JsonPath;

use super::limits::{OverlayLimits, Size};
use super::mistake::{Mistake, kind};
use crate::near::near;
use crate::pointer::Pointer;

/// A JSONPath, parsed.
#[derive(Clone, Debug)]
pub(super) struct Target {
    path: JsonPath,
    text: String,
    effort: Effort,
    /// Where it stands in the overlay.
    place: Pointer,
}

/// What makes a query expensive, counted in its text outside of quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Effort {
    /// `..`.
    descents: u32,
    /// `$` inside of filters: queries over the whole for each candidate.
    roots: u32,
    /// How often a node can come twice at most: the product over brackets of how many
    /// selectors they hold.
    unions: u128,
}

impl Target {
    /// Parses the expression that stands at `place`.
    pub(super) fn parse(
        text: &str,
        place: &Pointer,
        limits: &OverlayLimits,
    ) -> Result<Self, Mistake> {
        let wrong = |message: String| Mistake::new(place.clone(), message);
        if text.len() > limits.target {
            let most = limits.target;
            return Err(wrong(format!("a target of more than {most} characters")));
        }
        if !text.starts_with('$') {
            return Err(
                wrong(format!("`{text}` is no JSONPath: it must begin with `$`"))
                    .help("e.g. `$.paths['/pets'].get`"),
            );
        }
        let path = JsonPath::parse(text).map_err(|error| {
            wrong(format!(
                "`{text}` is no JSONPath: at character {}, {}",
                error.position(),
                error.message()
            ))
            .help("RFC 9535 has the grammar; names with other characters than letters, digits and `_` are written as `['name']`")
        })?;
        Ok(Self {
            path,
            text: text.to_owned(),
            effort: effort(text),
            place: place.clone(),
        })
    }

    /// What it matches in `root`, in order, nothing twice.
    pub(super) fn find(
        &self,
        root: &Value,
        size: Size,
        limits: &OverlayLimits,
    ) -> Result<Vec<Pointer>, Mistake> {
        let wrong = |message: String| Mistake::new(self.place.clone(), message);
        let (values, depth) = (size.values as u128, size.depth as u128);
        let steps = values
            .saturating_mul(depth.saturating_pow(self.effort.descents.saturating_sub(1)))
            .saturating_mul(values.saturating_pow(self.effort.roots))
            .saturating_mul(self.effort.unions);
        if steps > limits.steps {
            return Err(wrong(format!(
                "finding `{}` in {values} values could take too long",
                self.text
            ))
            .help("name what is meant more closely, with fewer `..` and no `$` in filters"));
        }
        let mut seen = HashSet::new();
        let found: Vec<Pointer> = self
            .path
            .query_located(root)
            .locations()
            .map(|location| Pointer::new(location.to_json_pointer()))
            .filter(|pointer| seen.insert(pointer.clone()))
            .collect();
        if found.is_empty() {
            let mistake = wrong(format!("the target `{}` matches nothing", self.text));
            return Err(match hint(&self.text, root) {
                Some(hint) => mistake.help(hint),
                None => mistake,
            });
        }
        if found.len() > limits.matches {
            let most = limits.matches;
            return Err(wrong(format!(
                "`{}` matches more than {most} parts",
                self.text
            )));
        }
        Ok(found)
    }
}

fn effort(text: &str) -> Effort {
    let mut effort = Effort {
        descents: 0,
        roots: 0,
        unions: 1,
    };
    // For each open bracket, how many selectors it holds; parentheses hold arguments.
    let mut open: Vec<Option<u128>> = Vec::new();
    let mut characters = text.chars().enumerate().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '\'' | '"' => {
                while let Some((_, inner)) = characters.next() {
                    if inner == '\\' {
                        characters.next();
                    } else if inner == character {
                        break;
                    }
                }
            }
            '.' if characters.peek().is_some_and(|(_, next)| *next == '.') => effort.descents += 1,
            '$' if at > 0 => effort.roots += 1,
            '[' => open.push(Some(1)),
            '(' => open.push(None),
            ',' => {
                if let Some(Some(selectors)) = open.last_mut() {
                    *selectors += 1;
                }
            }
            ']' | ')' => {
                if let Some(Some(selectors)) = open.pop() {
                    effort.unions = effort.unions.saturating_mul(selectors);
                }
            }
            _ => {}
        }
    }
    effort
}

/// Which step of a path of plain names and indices leads nowhere, and what is there instead.
fn hint(text: &str, root: &Value) -> Option<String> {
    let mut value = root;
    let mut rest = text.strip_prefix('$')?;
    loop {
        let here = &text[..text.len() - rest.len()];
        let (step, after) = step(rest)?;
        let next = match (&step, value) {
            (Step::Name(name), Value::Object(members)) => members.get(name),
            (Step::Index(index), Value::Array(elements)) => elements.get(*index),
            _ => None,
        };
        if let Some(next) = next {
            value = next;
            rest = after;
            continue;
        }
        return Some(match (step, value) {
            (Step::Name(name), Value::Object(members)) => {
                let near = near(&name, members.keys().map(String::as_str));
                match near.first() {
                    Some(meant) => {
                        format!("`{here}` has no member `{name}`; did you mean `{meant}`?")
                    }
                    None => format!("`{here}` has no member `{name}`"),
                }
            }
            (Step::Index(_), Value::Array(elements)) => {
                format!("`{here}` has {} elements", elements.len())
            }
            (_, other) => format!("`{here}` is {}", kind(other)),
        });
    }
}

enum Step {
    Name(String),
    Index(usize),
}

/// The first step of a path, if it is a plain one, and the rest.
fn step(text: &str) -> Option<(Step, &str)> {
    if let Some(rest) = text.strip_prefix('.') {
        let end = rest
            .find(|one: char| !(one.is_alphanumeric() || one == '_' || !one.is_ascii()))
            .unwrap_or(rest.len());
        return (end > 0).then(|| (Step::Name(rest[..end].to_owned()), &rest[end..]));
    }
    let inner = text.strip_prefix('[')?;
    let quote = inner.chars().next()?;
    if quote == '\'' || quote == '"' {
        let end = inner[1..].find(quote)? + 1;
        let name = &inner[1..end];
        let rest = inner[end + 1..].strip_prefix(']')?;
        return (!name.contains('\\')).then(|| (Step::Name(name.to_owned()), rest));
    }
    let (index, rest) = inner.split_once(']')?;
    Some((Step::Index(index.parse().ok()?), rest))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn effort_is_counted_outside_of_quotes() {
        let of = |text: &str| {
            let effort = effort(text);
            (effort.descents, effort.roots, effort.unions)
        };
        assert_eq!(of("$.paths['/a,/b..$']['get','post']"), (0, 0, 2));
        assert_eq!(of("$..a[?@.b == $..c]..d[*,*][*,*]"), (3, 1, 4));
        assert_eq!(of("$[?match(@.a, 'x,y')]"), (0, 0, 1));
        assert_eq!(of(r"$['it\'s ..']"), (0, 0, 1));
    }

    #[test]
    fn explosive_paths_are_refused_before_they_run() {
        let mut value = json!([]);
        for _ in 0..100 {
            value = json!([value, 1]);
        }
        let limits = OverlayLimits::default();
        for text in ["$..*..*..*..*..*..*", &format!("${}", "[*,*]".repeat(60))] {
            let target = Target::parse(text, &Pointer::root(), &limits).expect("a path");
            let error = target
                .find(&value, Size::of(&value), &limits)
                .expect_err("too long");
            assert!(error.message.contains("too long"), "{}", error.message);
        }
    }

    #[test]
    fn hints_name_the_step_that_fails() {
        let value = json!({"paths": {"/pets": {"get": {"tags": ["a"]}}}});
        let of = |text: &str| hint(text, &value).unwrap_or_default();
        assert_eq!(
            of("$.paths['/pet'].get"),
            "`$.paths` has no member `/pet`; did you mean `/pets`?"
        );
        assert_eq!(
            of("$.paths['/pets'].got"),
            "`$.paths['/pets']` has no member `got`; did you mean `get`?"
        );
        assert_eq!(
            of("$.paths['/pets'].get.tags[3]"),
            "`$.paths['/pets'].get.tags` has 1 elements"
        );
        assert_eq!(
            of("$.paths['/pets'].get.tags.x"),
            "`$.paths['/pets'].get.tags` is an array"
        );
        assert_eq!(of("$..x"), "");
        assert_eq!(of("$.paths.*"), "");
    }
}
