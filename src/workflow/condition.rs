//! Simple conditions: `$statusCode == 200 && $response.body.data != null`.
//!
//! Arazzo 1.1, "Criterion Object": literals, comparisons, `!`, `&&`, `||`, parentheses.

mod parse;

use std::cmp::Ordering;
use std::fmt;

use serde_json::{Number, Value};

use super::expression::Expression;
use super::template::Lookup;

/// A condition, parsed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Condition {
    /// `true`, `null`, `1.5`, `'text'`.
    Literal(Value),
    Expression(Expression),
    Not(Box<Condition>),
    /// All of them hold.
    And(Vec<Condition>),
    /// One of them holds.
    Or(Vec<Condition>),
    Compare(Comparison, Box<Condition>, Box<Condition>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

impl Condition {
    /// Parses a condition.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        parse::condition(text)
    }

    /// Whether it holds. What nothing is known of is null.
    pub(super) fn holds(&self, lookup: Lookup<'_>) -> bool {
        is_true(&self.value(lookup))
    }

    fn value(&self, lookup: Lookup<'_>) -> Value {
        Value::Bool(match self {
            Self::Literal(value) => return value.clone(),
            Self::Expression(expression) => return lookup(expression).unwrap_or_default(),
            Self::Not(inner) => !inner.holds(lookup),
            Self::And(all) => all.iter().all(|one| one.holds(lookup)),
            Self::Or(some) => some.iter().any(|one| one.holds(lookup)),
            Self::Compare(comparison, left, right) => {
                compare(*comparison, &left.value(lookup), &right.value(lookup))
            }
        })
    }

    /// Calls `found` with every expression in it.
    pub(super) fn expressions<'c>(&'c self, found: &mut dyn FnMut(&'c Expression)) {
        match self {
            Self::Literal(_) => {}
            Self::Expression(expression) => found(expression),
            Self::Not(inner) => inner.expressions(found),
            Self::And(all) | Self::Or(all) => all.iter().for_each(|one| one.expressions(found)),
            Self::Compare(_, left, right) => {
                left.expressions(found);
                right.expressions(found);
            }
        }
    }
}

/// Whether a value that stands alone passes: false, null, 0 and the empty string do not.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

fn compare(comparison: Comparison, left: &Value, right: &Value) -> bool {
    match comparison {
        Comparison::Equal => loosely_equal(left, right),
        Comparison::NotEqual => !loosely_equal(left, right),
        Comparison::Less => order(left, right).is_some_and(Ordering::is_lt),
        Comparison::LessOrEqual => order(left, right).is_some_and(Ordering::is_le),
        Comparison::Greater => order(left, right).is_some_and(Ordering::is_gt),
        Comparison::GreaterOrEqual => order(left, right).is_some_and(Ordering::is_ge),
    }
}

/// Equality with a numeric string for a number.
fn loosely_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(_), Value::String(_)) | (Value::String(_), Value::Number(_)) => {
            order(left, right).is_some_and(Ordering::is_eq)
        }
        _ => equal(left, right),
    }
}

/// Equality in which strings are compared whatever their case.
fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            number_order(left, right).is_some_and(Ordering::is_eq)
        }
        (Value::String(left), Value::String(right)) => {
            left == right || left.to_lowercase() == right.to_lowercase()
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(one, other)| equal(one, other))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(name, one)| right.get(name).is_some_and(|other| equal(one, other)))
        }
        _ => left == right,
    }
}

/// The order of numbers and numeric strings, else of strings whatever their case; other
/// values have none.
fn order(left: &Value, right: &Value) -> Option<Ordering> {
    if let (Some(left), Some(right)) = (number(left), number(right)) {
        return number_order(&left, &right);
    }
    match (left, right) {
        (Value::String(left), Value::String(right)) => {
            Some(left.to_lowercase().cmp(&right.to_lowercase()))
        }
        _ => None,
    }
}

fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => serde_json::from_str(text.trim()).ok(),
        _ => None,
    }
}

fn number_order(left: &Number, right: &Number) -> Option<Ordering> {
    match (left.as_i128(), right.as_i128()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, all: &[Self], word: &str| {
            for (index, one) in all.iter().enumerate() {
                if index > 0 {
                    write!(f, " {word} ")?;
                }
                write!(f, "({one})")?;
            }
            Ok(())
        };
        match self {
            Self::Literal(Value::String(text)) => write!(f, "'{}'", text.replace('\'', "''")),
            Self::Literal(value) => write!(f, "{value}"),
            Self::Expression(expression) => f.write_str(&expression.text),
            Self::Not(inner) => write!(f, "!({inner})"),
            Self::And(all) => list(f, all, "&&"),
            Self::Or(all) => list(f, all, "||"),
            Self::Compare(comparison, left, right) => {
                write!(f, "({left}) {} ({right})", comparison.sign())
            }
        }
    }
}

impl Comparison {
    fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
        }
    }
}

#[cfg(test)]
mod tests;
