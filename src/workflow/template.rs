//! Values with runtime expressions in them, parsed once.

use serde_json::{Map, Value};

use super::document::Minor;
use super::expression::{self, Access, Expression};
use super::jsonpath::Query;
use super::node::Node;
use super::problem::Problem;
use crate::pointer::Pointer;

/// A value that is complete once its expressions are known.
#[derive(Clone, Debug)]
pub(super) enum Template {
    /// As it is written.
    Literal(Value),
    /// A string that is nothing but an expression: the value keeps its type.
    Expression(Expression),
    /// A string with `{$…}` in it.
    Text(Vec<Piece>),
    /// A Selector Object of Arazzo 1.1.
    Selected(Expression, Selector),
    /// A list with some of these in it.
    List(Vec<Template>),
    /// An object with some of these in it.
    Object(Vec<(String, Template)>),
}

#[derive(Clone, Debug)]
pub(super) enum Piece {
    Text(String),
    Expression(Expression),
}

/// What selects in a value.
#[derive(Clone, Debug)]
pub(super) enum Selector {
    Path(Query),
    Pointer(Pointer),
}

/// What knows the value of an expression.
pub(super) type Lookup<'l> = &'l dyn Fn(&Expression) -> Option<Value>;

impl Template {
    pub(super) fn read(node: &Node<'_>, minor: Minor) -> Result<Self, Problem> {
        Ok(match node.value {
            Value::String(text) => Self::of_text(text).map_err(|why| node.problem(why))?,
            Value::Array(elements) => {
                let mut list = Vec::with_capacity(elements.len());
                for element in node.elements()? {
                    list.push(Self::read(&element, minor)?);
                }
                if list.iter().all(|one| matches!(one, Self::Literal(_))) {
                    Self::Literal(node.value.clone())
                } else {
                    Self::List(list)
                }
            }
            Value::Object(members) => {
                if minor == Minor::One && is_selector(members) {
                    return Self::selector(node);
                }
                let mut object = Vec::with_capacity(members.len());
                for (name, value) in members {
                    let at = node.at.child(name);
                    object.push((name.clone(), Self::read(&Node { value, at }, minor)?));
                }
                if object
                    .iter()
                    .all(|(_, one)| matches!(one, Self::Literal(_)))
                {
                    Self::Literal(node.value.clone())
                } else {
                    Self::Object(object)
                }
            }
            scalar => Self::Literal(scalar.clone()),
        })
    }

    /// The template that a string is.
    ///
    /// # Errors
    /// What is wrong with an expression in it.
    pub(super) fn of_text(text: &str) -> Result<Self, String> {
        if let Some(found) = expression::whole(text)? {
            return Ok(Self::Expression(found));
        }
        let pieces = pieces(text)?;
        if pieces.iter().any(|one| matches!(one, Piece::Expression(_))) {
            Ok(Self::Text(pieces))
        } else {
            Ok(Self::Literal(Value::from(text)))
        }
    }

    fn selector(node: &Node<'_>) -> Result<Self, Problem> {
        let members = node.any_members("a selector")?;
        let context = members.required("context")?;
        let found = expression::parse(context.text()?).map_err(|why| context.problem(why))?;
        let selector = members.required("selector")?;
        let kind = members.required("type")?;
        Ok(Self::Selected(found, Selector::read(&selector, &kind)?))
    }

    /// Whether it is written as a text: a string that is not wholly an expression.
    pub(super) fn is_text(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Literal(Value::String(_)))
    }

    /// The value, or the first expression that nothing is known of.
    pub(super) fn fill<'t>(&'t self, lookup: Lookup<'_>) -> Result<Value, &'t Expression> {
        Ok(match self {
            Self::Literal(value) => value.clone(),
            Self::Expression(expression) => lookup(expression).ok_or(expression)?,
            Self::Text(pieces) => Value::String(fill_text(pieces, lookup)?),
            Self::Selected(expression, selector) => lookup(expression)
                .and_then(|value| selector.select(&value))
                .ok_or(expression)?,
            Self::List(elements) => elements
                .iter()
                .map(|one| one.fill(lookup))
                .collect::<Result<_, _>>()?,
            Self::Object(members) => Value::Object(
                members
                    .iter()
                    .map(|(name, one)| Ok((name.clone(), one.fill(lookup)?)))
                    .collect::<Result<Map<_, _>, _>>()?,
            ),
        })
    }

    /// Calls `found` with every expression in it.
    pub(super) fn expressions<'t>(&'t self, found: &mut dyn FnMut(&'t Expression)) {
        match self {
            Self::Literal(_) => {}
            Self::Expression(one) | Self::Selected(one, _) => found(one),
            Self::Text(pieces) => in_pieces(pieces, found),
            Self::List(elements) => elements.iter().for_each(|one| one.expressions(found)),
            Self::Object(members) => members.iter().for_each(|(_, one)| one.expressions(found)),
        }
    }
}

pub(super) fn in_pieces<'t>(pieces: &'t [Piece], found: &mut dyn FnMut(&'t Expression)) {
    for piece in pieces {
        if let Piece::Expression(one) = piece {
            found(one);
        }
    }
}

/// The text with its expressions as text: strings as they are, everything else as JSON
/// (Arazzo 1.1, "Runtime Expressions").
pub(super) fn fill_text<'t>(
    pieces: &'t [Piece],
    lookup: Lookup<'_>,
) -> Result<String, &'t Expression> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Expression(expression) => {
                text.push_str(&plain(&lookup(expression).ok_or(expression)?));
            }
        }
    }
    Ok(text)
}

/// A value as text.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn is_selector(members: &Map<String, Value>) -> bool {
    members.len() == 3
        && members.contains_key("selector")
        && members.contains_key("type")
        && members
            .get("context")
            .and_then(Value::as_str)
            .is_some_and(|text| text.starts_with('$'))
}

/// Takes a text with `{$…}` in it apart.
///
/// # Errors
/// What is wrong with an expression in it.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut plain = String::new();
    while let Some(open) = rest.find("{$") {
        let inner = &rest[open + 1..];
        let end = inner.find('}');
        let found = match end {
            Some(end) => expression::whole(&inner[..end])?,
            None => expression::whole(inner)
                .ok()
                .flatten()
                .map(|_| format!("`{}`: a closing brace is missing", &rest[open..]))
                .map_or(Ok(None), Err)?,
        };
        if let (Some(expression), Some(end)) = (found, end) {
            plain.push_str(&rest[..open]);
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Expression(expression));
            rest = &inner[end + 1..];
        } else {
            plain.push_str(&rest[..open + 2]);
            rest = &rest[open + 2..];
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Ok(pieces)
}

impl Selector {
    /// Reads a selector; `kind` is its `type`: a name, or an Expression Type Object.
    pub(super) fn read(selector: &Node<'_>, kind: &Node<'_>) -> Result<Self, Problem> {
        let name = kind_of(kind)?;
        let text = selector.text()?;
        match name {
            "jsonpath" => Query::parse(text).map(Self::Path),
            "jsonpointer" => expression::pointer(text).map(Self::Pointer),
            other => {
                return Err(kind.problem(format!(
                    "there is no type `{other}` of a selector; there is jsonpath, jsonpointer"
                )));
            }
        }
        .map_err(|why| selector.problem(why))
    }

    pub(super) fn select(&self, value: &Value) -> Option<Value> {
        match self {
            Self::Path(query) => query.select(value),
            Self::Pointer(pointer) => pointer.get(value).cloned(),
        }
    }

    pub(super) fn places(&self, value: &Value) -> Vec<Pointer> {
        match self {
            Self::Path(query) => query.places(value),
            Self::Pointer(pointer) => vec![pointer.clone()],
        }
    }
}

/// The name of an expression's type; `XPath` and old versions of JSONPath are refused.
pub(super) fn kind_of<'v>(node: &Node<'v>) -> Result<&'v str, Problem> {
    let name = if node.value.is_object() {
        let members = node.members("a type", &["type", "version"])?;
        let name = members.required("type")?.text()?;
        let version = members.required("version")?;
        match (name, version.text()?) {
            ("xpath", _) | ("jsonpath", "rfc9535") | ("jsonpointer", "rfc6901") => {}
            (name, other) => {
                return Err(version.problem(format!(
                    "the version `{other}` of {name} is not supported; leave it out for JSONPath as RFC 9535 has it"
                )));
            }
        }
        name
    } else {
        node.text()?
    };
    if name == "xpath" {
        return Err(node.problem(
            "XPath is not supported: bodies are judged as JSON; write a condition of type jsonpath or regex",
        ));
    }
    Ok(name)
}

/// What `path` selects in `value`.
pub(super) fn walk<'v>(value: &'v Value, path: &[Access]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, access| match access {
        Access::Name(name) => value.get(name.as_str()),
        Access::Index(index) => value.get(*index),
        Access::Pointer(pointer) => pointer.get(value),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filled(value: &Value, minor: Minor) -> Result<Value, String> {
        let node = Node {
            value,
            at: Pointer::root(),
        };
        let lookup = |expression: &Expression| match expression.text.as_str() {
            "$inputs.n" => Some(json!(3)),
            "$inputs.t" => Some(json!("te\"xt")),
            "$inputs.o" => Some(json!({"a": [1, 2]})),
            _ => None,
        };
        let template = Template::read(&node, minor).map_err(|problem| problem.message)?;
        template
            .fill(&lookup)
            .map_err(|missing| format!("nothing is known of {}", missing.text))
    }

    #[test]
    fn whole_expressions_keep_their_type_and_embedded_ones_become_text() {
        let selector = json!({"context": "$inputs.o", "selector": "$.a[1]", "type": "jsonpath"});
        for (value, expected) in [
            (json!("$inputs.n"), json!(3)),
            (json!("{$inputs.n}"), json!("3")),
            (json!("a {$inputs.n} b {$inputs.t}"), json!("a 3 b te\"xt")),
            (json!("is {$inputs.o}"), json!("is {\"a\":[1,2]}")),
            (
                json!({"x": ["$inputs.o", 1]}),
                json!({"x": [{"a": [1, 2]}, 1]}),
            ),
            (json!("costs {$5} {$x}"), json!("costs {$5} {$x}")),
            (json!("{\"a\": {\"b\": 1}}"), json!("{\"a\": {\"b\": 1}}")),
            (selector.clone(), json!(2)),
        ] {
            assert_eq!(filled(&value, Minor::One), Ok(expected), "{value}");
        }
        // Selectors came with 1.1.
        assert!(
            filled(&selector, Minor::Zero)
                .expect("an object")
                .is_object()
        );
    }

    #[test]
    fn what_is_missing_or_wrong_is_told() {
        for (value, says) in [
            (json!(["$inputs.z"]), "nothing is known of $inputs.z"),
            (json!("a {$inputs.n"), "closing brace"),
            (json!("a {$input.n}"), "did you mean inputs?"),
            (
                json!({"context": "$inputs.o", "selector": "/a", "type": "xpath"}),
                "XPath is not supported",
            ),
            (
                json!({"context": "$inputs.o", "selector": "a", "type": "jsonpath"}),
                "no JSONPath",
            ),
        ] {
            let why = filled(&value, Minor::One).expect_err("wrong");
            assert!(why.contains(says), "{value}: {why}");
        }
    }
}
