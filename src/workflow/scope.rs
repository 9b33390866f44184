//! What is known when an expression is looked at.

use std::borrow::Cow;
use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::document::Document;
use super::expression::{Access, Expression, Part, Root, Side};
use super::template::walk;
use crate::api::ParameterLocation;
use crate::case::Argument;
use crate::http::{Exchange, HeaderMap};

/// Names and values.
pub(super) type Values = Map<String, Value>;

/// What is known at one point of a workflow.
pub(super) struct Scope<'s> {
    pub(super) document: &'s Document,
    pub(super) inputs: &'s Values,
    /// Outputs by step.
    pub(super) steps: &'s BTreeMap<String, Values>,
    /// Inputs and outputs by workflow that has run.
    pub(super) workflows: &'s BTreeMap<String, (Values, Values)>,
    /// The outputs of the workflow that the step called, or of the workflow at its end.
    pub(super) outputs: &'s Values,
    /// The exchange of the step, with its arguments.
    pub(super) exchange: Option<(&'s Exchange, &'s [Argument])>,
    /// The outputs of recipes.
    pub(super) resource: &'s dyn Fn(&str, &str) -> Option<Value>,
}

/// How deep parameters of the components may refer to each other.
const DEEPEST: u8 = 8;

impl Scope<'_> {
    /// The value of an expression; `None` when nothing is known of it.
    pub(super) fn value(&self, expression: &Expression) -> Option<Value> {
        self.value_within(expression, DEEPEST)
    }

    fn value_within(&self, expression: &Expression, depth: u8) -> Option<Value> {
        let path = &expression.path;
        let (base, path): (Cow<'_, Value>, &[Access]) = match &expression.root {
            Root::Inputs => named(self.inputs, path)?,
            Root::Outputs => named(self.outputs, path)?,
            Root::Step(id) => named(self.steps.get(id)?, path)?,
            Root::Workflow(id, side) => {
                let (inputs, outputs) = self.workflows.get(id)?;
                let values = match side {
                    Side::Inputs => inputs,
                    Side::Outputs => outputs,
                };
                named(values, path)?
            }
            Root::Own => (Cow::Owned(self.document.own.clone()?.into()), path),
            Root::Source(name, field) => (Cow::Owned(self.source(name, field)?.into()), path),
            Root::Resource(name, output) => (Cow::Owned((self.resource)(name, output)?), path),
            Root::Component(name) => {
                let parameter = self.document.parameters.get(name)?;
                let depth = depth.checked_sub(1)?;
                let lookup = |inner: &Expression| self.value_within(inner, depth);
                (Cow::Owned(parameter.value.fill(&lookup).ok()?), path)
            }
            root => (self.of_exchange(root)?, path),
        };
        walk(&base, path).cloned()
    }

    fn source(&self, name: &str, field: &str) -> Option<String> {
        let (_, url) = self
            .document
            .sources
            .iter()
            .find(|(known, _)| known == name)?;
        match field {
            "url" => Some(url.clone()),
            "type" => Some("openapi".to_owned()),
            _ => None,
        }
    }

    fn of_exchange(&self, root: &Root) -> Option<Cow<'_, Value>> {
        let (exchange, arguments) = self.exchange?;
        let request = &exchange.request;
        Some(match root {
            Root::Url => Cow::Owned(request.target.as_str().into()),
            Root::Method => Cow::Owned(request.method.as_str().into()),
            Root::StatusCode => Cow::Owned(exchange.response()?.status.as_u16().into()),
            Root::Request(Part::Header(name)) => header(&request.headers, name)?,
            Root::Request(Part::Query(name)) => Cow::Owned(query(&request.target, name)?.into()),
            Root::Request(Part::Path(name)) => Cow::Borrowed(
                arguments
                    .iter()
                    .find(|one| one.location == ParameterLocation::Path && one.name == *name)
                    .map(|one| &one.value)?,
            ),
            Root::Request(Part::Body) => Cow::Owned(body(&request.body)?),
            Root::Response(Part::Header(name)) => header(&exchange.response()?.headers, name)?,
            Root::Response(Part::Body) => match exchange.json() {
                Some(json) => Cow::Borrowed(json),
                None if exchange.response()?.truncated => return None,
                None => Cow::Owned(body(&exchange.response()?.body)?),
            },
            _ => return None,
        })
    }
}

/// The value whose name the path begins with. A name may have dots in it: the longest that
/// is there counts.
fn named<'v>(values: &'v Values, path: &'v [Access]) -> Option<(Cow<'v, Value>, &'v [Access])> {
    let names: Vec<&str> = path
        .iter()
        .map_while(|access| match access {
            Access::Name(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    (1..=names.len()).rev().find_map(|count| {
        let value = values.get(&names[..count].join("."))?;
        Some((Cow::Borrowed(value), &path[count..]))
    })
}

fn header(headers: &HeaderMap, name: &str) -> Option<Cow<'static, Value>> {
    let value = headers.get(name)?;
    Some(Cow::Owned(
        String::from_utf8_lossy(value.as_bytes())
            .into_owned()
            .into(),
    ))
}

fn query(target: &str, name: &str) -> Option<String> {
    let (_, query) = target.split_once('?')?;
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(key) == name).then(|| decoded(value))
    })
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}

/// A body as JSON, else as text; `None` for none.
fn body(bytes: &[u8]) -> Option<Value> {
    if bytes.is_empty() {
        return None;
    }
    serde_json::from_slice(bytes)
        .ok()
        .or_else(|| std::str::from_utf8(bytes).ok().map(Value::from))
}
