//! The variables that expressions see: one exchange as values of CEL.

use std::borrow::Cow;
use std::collections::BTreeMap;

use cel::common::value::CowVal;
use cel::context::VariableResolver;
use http::HeaderMap;
use percent_encoding::percent_decode_str;

use super::judged::{Observed, request_body};
use super::values::{self, MOST_PARTS, Owned};
use crate::procedure::Purpose;

/// The values of the variables.
pub(super) struct Facts {
    request: Owned,
    response: Owned,
    operation: Owned,
    case: Owned,
    purpose: Owned,
}

impl VariableResolver for Facts {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let value = match variable {
            "request" => &self.request,
            "response" => &self.response,
            "operation" => &self.operation,
            "case" => &self.case,
            "purpose" => &self.purpose,
            _ => return None,
        };
        Some(CowVal::Borrowed(&**value))
    }
}

impl Facts {
    /// The facts of an exchange that was answered, with the bodies only where they are read.
    ///
    /// # Errors
    /// That the bodies are too large.
    pub(super) fn of(
        observed: &Observed<'_>,
        request_is_read: bool,
        response_is_read: bool,
    ) -> Result<Self, String> {
        let exchange = observed.exchange;
        let request = &exchange.request;
        let mut left = MOST_PARTS;
        let too_large = || {
            format!("a body has more than {MOST_PARTS} parts, which are too many for expressions")
        };
        let (path, query) = split(&request.target);
        let mut sent = vec![
            ("method".to_owned(), values::text(request.method.as_str())),
            ("path".to_owned(), values::text(decoded(path))),
            ("query".to_owned(), query_value(query)),
            ("headers".to_owned(), headers_value(&request.headers)),
            (
                "identity".to_owned(),
                values::text(request.credentials.label()),
            ),
        ];
        if request_is_read && let Some(body) = request_body(exchange) {
            let body = values::json(&body, &mut left).ok_or_else(too_large)?;
            sent.push(("body".to_owned(), body));
        }
        let mut answered = vec![(
            "status".to_owned(),
            values::integer(i64::from(exchange.status())),
        )];
        if let Some(response) = exchange.response() {
            answered.push(("headers".to_owned(), headers_value(&response.headers)));
        }
        if response_is_read && let Some(body) = exchange.json() {
            let body = values::json(body, &mut left).ok_or_else(too_large)?;
            answered.push(("body".to_owned(), body));
        }
        let (conforming, kind) = case(observed.purpose);
        Ok(Self {
            request: values::map(sent),
            response: values::map(answered),
            operation: values::text(observed.api.operations[observed.operation].id.as_str()),
            case: values::map([
                ("conforming".to_owned(), values::boolean(conforming)),
                ("kind".to_owned(), values::text(kind)),
            ]),
            purpose: values::text(&*observed.purpose.name()),
        })
    }
}

/// Whether the request is a conforming case, and what it violates if it is another.
pub(super) fn case(purpose: &Purpose) -> (bool, &'static str) {
    match purpose {
        Purpose::Case { case, .. } => (
            case.is_conforming(),
            case.violation().map_or("", |one| one.kind.name()),
        ),
        _ => (false, ""),
    }
}

/// Path and query of a target.
pub(super) fn split(target: &str) -> (&str, &str) {
    target.split_once('?').unwrap_or((target, ""))
}

pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// The parameters of a query in the order of their names, each with its values.
pub(super) fn query(query: &str) -> BTreeMap<String, Vec<String>> {
    let mut parameters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        parameters
            .entry(name.into_owned())
            .or_default()
            .push(value.into_owned());
    }
    parameters
}

/// A parameter that stands once is a string; one that is repeated is a list of strings.
fn query_value(text: &str) -> Owned {
    values::map(query(text).into_iter().map(|(name, mut all)| {
        let value = if all.len() == 1 {
            values::text(all.remove(0))
        } else {
            values::list(all.into_iter().map(values::text).collect())
        };
        (name, value)
    }))
}

/// Headers by name in lower case; those that are repeated are joined with a comma (RFC 9110,
/// section 5.3).
pub(super) fn headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut joined: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        joined
            .entry(name.as_str().to_owned())
            .and_modify(|before| {
                before.push_str(", ");
                before.push_str(&value);
            })
            .or_insert_with(|| value.into_owned());
    }
    joined
}

fn headers_value(all: &HeaderMap) -> Owned {
    values::map(
        headers(all)
            .into_iter()
            .map(|(name, value)| (name, values::text(value))),
    )
}
