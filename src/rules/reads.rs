//! What an expression reads of an exchange, for findings: `response.body.error.code`.

use std::fmt;

use serde_json::Value;

use super::facts::{case, decoded, headers, query, split};
use super::judged::{Observed, request_body};
use crate::broken::words;
use crate::verdict::{REDACTED, is_secret_header, is_secret_member};

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Segment {
    Member(String),
    Element(usize),
}

/// A variable and the way into it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Path {
    variable: String,
    segments: Vec<Segment>,
}

impl Path {
    pub(super) fn new(variable: &str, segments: Vec<Segment>) -> Self {
        Self {
            variable: variable.to_owned(),
            segments,
        }
    }

    /// Whether it needs the body of `request` or `response`.
    pub(super) fn reads_body_of(&self, variable: &str) -> bool {
        self.variable == variable
            && match self.segments.first() {
                Some(Segment::Member(member)) => member == "body",
                _ => true,
            }
    }

    /// Whether a member on the way is one that holds secrets.
    fn is_secret(&self) -> bool {
        self.segments.iter().any(|segment| match segment {
            Segment::Member(name) => is_secret_member(name) || is_secret_header(name),
            Segment::Element(_) => false,
        })
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.variable)?;
        self.segments.iter().try_for_each(|segment| match segment {
            Segment::Member(name)
                if !name.is_empty()
                    && name
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') =>
            {
                write!(formatter, ".{name}")
            }
            Segment::Member(name) => write!(formatter, "[{}]", Value::from(name.as_str())),
            Segment::Element(at) => write!(formatter, "[{at}]"),
        })
    }
}

/// The value at a path for a person: short, and without secrets.
pub(super) fn show(path: &Path, observed: &Observed<'_>) -> String {
    let Some(value) = value(path, observed) else {
        return "absent".to_owned();
    };
    if path.is_secret() && (value.is_string() || value.is_number()) {
        return REDACTED.to_owned();
    }
    words::line(&value)
}

fn value(path: &Path, observed: &Observed<'_>) -> Option<Value> {
    let exchange = observed.exchange;
    let request = &exchange.request;
    let (target, parameters) = split(&request.target);
    let mut segments = path.segments.iter();
    let first = match segments.next() {
        Some(Segment::Member(name)) => name.as_str(),
        Some(Segment::Element(_)) => return None,
        None => "",
    };
    let start = match (path.variable.as_str(), first) {
        ("operation", "") => observed.api.operations[observed.operation]
            .id
            .clone()
            .into(),
        ("purpose", "") => Value::from(&*observed.purpose.name()),
        ("case", "conforming") => case(observed.purpose).0.into(),
        ("case", "kind") => case(observed.purpose).1.into(),
        ("request", "method") => request.method.as_str().into(),
        ("request", "path") => decoded(target).as_ref().into(),
        ("request", "identity") => request.credentials.label().into(),
        ("request", "headers") => serde_json::to_value(headers(&request.headers)).ok()?,
        ("request", "query") => query(parameters)
            .into_iter()
            .map(|(name, all)| match all.as_slice() {
                [one] => (name, Value::from(one.as_str())),
                _ => (name, Value::from(all)),
            })
            .collect(),
        ("request", "body") => request_body(exchange)?,
        ("response", "status") => exchange.status().into(),
        ("response", "headers") => {
            serde_json::to_value(headers(&exchange.response()?.headers)).ok()?
        }
        ("response", "body") => exchange.json()?.clone(),
        // A whole variable would not be short.
        (_, "") => return Some(Value::from("…")),
        _ => return None,
    };
    segments
        .try_fold(&start, |value, segment| match segment {
            Segment::Member(name) => value.get(name),
            Segment::Element(at) => value.get(at),
        })
        .cloned()
}
