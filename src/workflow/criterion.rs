//! Criteria: what must hold of a step, or for an action to be taken.

use serde_json::Value;

use super::condition::Condition;
use super::document::Minor;
use super::expression::{self, Access, Expression, Part, Root};
use super::jsonpath::Query;
use super::node::Node;
use super::problem::Problem;
use super::template::{Lookup, Piece, fill_text, in_pieces, kind_of, pieces, plain};
use crate::pointer::Pointer;
use crate::schema::{Pattern, excerpt};
use crate::verdict::{is_secret_member, redact_members};

/// A criterion.
#[derive(Clone, Debug)]
pub(super) struct Criterion {
    pub(super) at: Pointer,
    /// In words, as a finding shows what was expected.
    pub(super) expected: String,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Simple(Condition),
    Regex(Expression, Text<Pattern>),
    Path(Expression, Text<Query>),
}

/// What is compiled already, or has expressions in it that are known later.
#[derive(Clone, Debug)]
enum Text<T> {
    Ready(T),
    Later(Vec<Piece>),
}

/// What a criterion says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Holds {
    Yes,
    /// What was there instead.
    No(String),
    /// It cannot be decided, and why: the document is wrong, not the server.
    Unclear(String),
}

impl Criterion {
    pub(super) fn read(node: &Node<'_>, minor: Minor) -> Result<Self, Problem> {
        let members = node.members("a criterion", &["context", "condition", "type"])?;
        let condition = members.required("condition")?;
        let text = condition.text()?;
        let kind = match members.get("type") {
            Some(kind) => kind_of(&kind)?,
            None => "simple",
        };
        let context = || {
            let context = members.required("context")?;
            expression::parse(context.text()?).map_err(|why| context.problem(why))
        };
        let (kind, expected) = match kind {
            "simple" => {
                let parsed = Condition::parse(text).map_err(|why| {
                    let help = if members.get("context").is_some() && members.get("type").is_none()
                    {
                        "; with a `context`, say `type: jsonpath` or `type: regex`"
                    } else {
                        ""
                    };
                    condition.problem(format!("{why}{help}"))
                })?;
                (Kind::Simple(parsed), text.to_owned())
            }
            "regex" => {
                let context = context()?;
                let expected = format!("{} matches {text}", context.text);
                let pattern =
                    Text::read(text, minor, regex).map_err(|why| condition.problem(why))?;
                (Kind::Regex(context, pattern), expected)
            }
            "jsonpath" => {
                let context = context()?;
                let expected = format!("{} has {text}", context.text);
                let query =
                    Text::read(text, minor, Query::parse).map_err(|why| condition.problem(why))?;
                (Kind::Path(context, query), expected)
            }
            other => {
                let at = members.at.child("type");
                return Err(Problem::new(
                    &at,
                    format!(
                        "there is no type `{other}` of a criterion; there is simple, regex, jsonpath"
                    ),
                ));
            }
        };
        Ok(Self {
            at: node.at.clone(),
            expected,
            kind,
        })
    }

    /// Whether it holds.
    pub(super) fn judge(&self, lookup: Lookup<'_>) -> Holds {
        let held = match &self.kind {
            Kind::Simple(condition) => condition.holds(lookup),
            Kind::Regex(context, pattern) => {
                let pattern = match pattern.compiled(lookup, regex) {
                    Ok(pattern) => pattern,
                    Err(why) => return Holds::Unclear(why),
                };
                match lookup(context) {
                    None | Some(Value::Null) => false,
                    Some(value) => pattern.is_match(&plain(&value)),
                }
            }
            Kind::Path(context, query) => {
                let query = match query.compiled(lookup, Query::parse) {
                    Ok(query) => query,
                    Err(why) => return Holds::Unclear(why),
                };
                lookup(context).is_some_and(|value| query.finds(&value))
            }
        };
        if held {
            Holds::Yes
        } else {
            Holds::No(self.actual(lookup))
        }
    }

    /// Calls `found` with every expression in it.
    pub(super) fn expressions<'c>(&'c self, found: &mut dyn FnMut(&'c Expression)) {
        match &self.kind {
            Kind::Simple(condition) => condition.expressions(found),
            Kind::Regex(context, text) => {
                found(context);
                text.expressions(found);
            }
            Kind::Path(context, text) => {
                found(context);
                text.expressions(found);
            }
        }
    }

    /// What it expects in words, with the numbers of the inputs: the same workflow may stand
    /// for several promises that differ in them alone.
    pub(super) fn told(&self, lookup: Lookup<'_>) -> String {
        let mut known: Vec<(&str, String)> = Vec::new();
        self.expressions(&mut |expression| {
            if let (Root::Inputs, Some(value @ (Value::Number(_) | Value::Bool(_)))) =
                (&expression.root, lookup(expression))
            {
                known.push((&expression.text, value.to_string()));
            }
        });
        // One name may be the beginning of another.
        known.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        let mut told = self.expected.clone();
        for (name, value) in known {
            told = told.replace(name, &value);
        }
        told
    }

    /// The values of its expressions, a line each.
    fn actual(&self, lookup: Lookup<'_>) -> String {
        let mut lines: Vec<String> = Vec::new();
        self.expressions(&mut |expression| {
            let line = format!("{} is {}", expression.text, shown(expression, lookup));
            if !lines.contains(&line) {
                lines.push(line);
            }
        });
        lines.join("\n")
    }
}

/// The value of an expression in few words and without secrets.
fn shown(expression: &Expression, lookup: Lookup<'_>) -> String {
    let Some(value) = lookup(expression) else {
        return "not there".to_owned();
    };
    let last = match (expression.path.last(), &expression.root) {
        (Some(Access::Name(name)), _) => name.clone(),
        (Some(Access::Pointer(pointer)), _) => pointer.last().map(Into::into).unwrap_or_default(),
        (None, Root::Request(Part::Header(name)) | Root::Response(Part::Header(name))) => {
            name.clone()
        }
        (None, Root::Resource(_, output)) => output.clone(),
        _ => String::new(),
    };
    if is_secret_member(&last) || matches!(last.as_str(), "authorization" | "cookie" | "set-cookie")
    {
        return "‹a secret›".to_owned();
    }
    let text = excerpt(&value);
    redact_members(&text).unwrap_or(text)
}

fn regex(text: &str) -> Result<Pattern, String> {
    Pattern::new(text).ok_or_else(|| format!("`{text}` is no regular expression (ECMA 262)"))
}

impl<T: Clone> Text<T> {
    fn read(
        text: &str,
        minor: Minor,
        compile: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Self, String> {
        let filled = |pieces: &[Piece]| {
            let mut pieces = pieces.iter();
            pieces.any(|one| matches!(one, Piece::Expression(_)))
        };
        match minor {
            Minor::One => {
                let pieces = pieces(text)?;
                if filled(&pieces) {
                    return Ok(Self::Later(pieces));
                }
            }
            // It would be compared as it stands, and accuse every server.
            Minor::Zero => {
                if pieces(text).is_ok_and(|pieces| filled(&pieces)) {
                    return Err(
                        "`{$…}` within a condition came with Arazzo 1.1; this document says 1.0"
                            .to_owned(),
                    );
                }
            }
        }
        compile(text).map(Self::Ready)
    }

    fn compiled(
        &self,
        lookup: Lookup<'_>,
        compile: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, String> {
        match self {
            Self::Ready(compiled) => Ok(compiled.clone()),
            Self::Later(pieces) => {
                let text = fill_text(pieces, lookup)
                    .map_err(|missing| format!("nothing is known of {}", missing.text))?;
                compile(&text)
            }
        }
    }
}

impl<T> Text<T> {
    fn expressions<'t>(&'t self, found: &mut dyn FnMut(&'t Expression)) {
        if let Self::Later(pieces) = self {
            in_pieces(pieces, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn judge(criterion: &Value, minor: Minor) -> Result<Holds, String> {
        let node = Node {
            value: criterion,
            at: Pointer::root(),
        };
        let body = json!({"status": "active", "pets": [{"id": 7}], "api_key": "hidden-1"});
        let lookup = |expression: &Expression| match &expression.root {
            Root::StatusCode => Some(json!(204)),
            Root::Response(Part::Body) => {
                super::super::template::walk(&body, &expression.path).cloned()
            }
            Root::Inputs => Some(json!("act")),
            _ => None,
        };
        Criterion::read(&node, minor)
            .map(|criterion| criterion.judge(&lookup))
            .map_err(|problem| problem.message)
    }

    #[test]
    fn expressions_within_conditions_are_refused_before_1_1() {
        for kind in ["jsonpath", "regex"] {
            let criterion = json!({"context": "$response.body", "condition": "$[?@.status == '{$inputs.status}']", "type": kind});
            let told = judge(&criterion, Minor::Zero).expect_err("it is refused");
            assert!(told.contains("came with Arazzo 1.1"), "{told}");
        }
    }

    #[test]
    fn all_types_are_judged() {
        let no = |text: &str| Holds::No(text.to_owned());
        for (criterion, expected) in [
            (json!({"condition": "$statusCode == 204"}), Holds::Yes),
            (
                json!({"condition": "$statusCode == 200 && $response.body#/none == null"}),
                no("$statusCode is 204\n$response.body#/none is not there"),
            ),
            (
                json!({"context": "$statusCode", "condition": "^2\\d{2}$", "type": "regex"}),
                Holds::Yes,
            ),
            (
                json!({"context": "$response.body#/status", "condition": "^{$inputs.x}ive$", "type": "regex"}),
                Holds::Yes,
            ),
            (
                json!({"context": "$response.body#/none", "condition": ".*", "type": "regex"}),
                no("$response.body#/none is not there"),
            ),
            (
                json!({"context": "$response.body", "condition": "$.pets[?@.id == 7]", "type": "jsonpath"}),
                Holds::Yes,
            ),
            (
                json!({"context": "$response.body", "condition": "$[?count(@.pets) > 0]", "type": {"type": "jsonpath", "version": "rfc9535"}}),
                no(
                    "$response.body is {\"status\": \"active\", \"pets\": [{\"id\": 7}], \"api_key\": \"‹redacted›\"}",
                ),
            ),
            (
                json!({"condition": "$response.body.api_key == 'x'"}),
                no("$response.body.api_key is ‹a secret›"),
            ),
        ] {
            assert_eq!(judge(&criterion, Minor::One), Ok(expected), "{criterion}");
        }
        let broken =
            json!({"context": "$statusCode", "condition": "({$inputs.x}", "type": "regex"});
        assert!(matches!(judge(&broken, Minor::One), Ok(Holds::Unclear(_))));
    }

    #[test]
    fn mistakes_are_told() {
        for (criterion, says) in [
            (
                json!({"condition": "$statusCode", "typ": "regex"}),
                "did you mean type?",
            ),
            (json!({"context": "$response.body"}), "lacks `condition`"),
            (
                json!({"condition": "^2", "type": "regex"}),
                "lacks `context`",
            ),
            (
                json!({"context": "$response.body", "condition": "$.data[*]"}),
                "say `type: jsonpath`",
            ),
            (
                json!({"context": "$response.body", "condition": "//a", "type": "xpath"}),
                "XPath is not supported",
            ),
            (
                json!({"context": "$response.body", "condition": "$", "type": {"type": "jsonpath", "version": "draft-goessner-dispatch-jsonpath-00"}}),
                "is not supported; leave it out",
            ),
            (
                json!({"context": "$response.body", "condition": "(", "type": "regex"}),
                "no regular expression",
            ),
            (
                json!({"context": "$response.body", "condition": "$", "type": "cel"}),
                "there is simple, regex, jsonpath",
            ),
        ] {
            let why = judge(&criterion, Minor::One).expect_err("a mistake");
            assert!(why.contains(says), "{criterion}: {why}");
        }
    }
}
