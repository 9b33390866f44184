//! What a rule says of an exchange.

use serde_json::Value;

use super::expression::{Expression, Outcome};
use super::facts::Facts;
use super::reads;
use crate::api::Api;
use crate::broken::{Broken, words};
use crate::http::Exchange;
use crate::procedure::Purpose;
use crate::schema::Schemas;

/// Characters of an expression in a message.
const EXPRESSION: usize = 300;

/// An exchange, and what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Observed<'a> {
    /// The description.
    pub api: &'a Api,
    /// Its schemas.
    pub schemas: &'a Schemas,
    /// The operation that was addressed: index into [`Api::operations`].
    pub operation: usize,
    /// Why the request was sent.
    pub purpose: &'a Purpose,
    /// What was sent and what came back.
    pub exchange: &'a Exchange,
}

/// What a rule says of an exchange that it selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// It was kept.
    Kept,
    /// It was broken, in at least one way.
    Broken(Vec<Broken>),
    /// The exchange does not decide, and why.
    Undecided(String),
    /// The rule is wrong for this exchange, and why.
    Error(String),
}

/// Whether an expression holds; `None` when `when` does not select the exchange.
pub(super) fn by_expression(
    observed: &Observed<'_>,
    facts: &Facts,
    when: Option<&Expression>,
    that: &Expression,
) -> Option<Judged> {
    match when.map(|when| when.evaluate(facts)) {
        None | Some(Outcome::Yes) => {}
        // What is not there cannot be what is looked for.
        Some(Outcome::No | Outcome::Absent(_)) => return None,
        Some(Outcome::Error(why)) => return Some(error("when", when?, &why)),
    }
    Some(match that.evaluate(facts) {
        Outcome::Yes => Judged::Kept,
        Outcome::No => Judged::Broken(vec![broken(observed, facts, that)]),
        Outcome::Absent(why) => error(
            "that",
            that,
            &format!("{why}; use has() for what may be absent"),
        ),
        Outcome::Error(why) => error("that", that, &why),
    })
}

fn error(member: &str, expression: &Expression, why: &str) -> Judged {
    Judged::Error(format!(
        "`{member}` cannot be evaluated: {}, in `{}`",
        words::one_line(why, EXPRESSION),
        words::one_line(expression.text(), EXPRESSION)
    ))
}

/// The finding for an expression that does not hold, with the values that it reads.
fn broken(observed: &Observed<'_>, facts: &Facts, that: &Expression) -> Broken {
    let (part, paths) = that.offender(facts);
    let part = words::one_line(part, EXPRESSION);
    let status = observed.exchange.status();
    let read: Vec<String> = paths
        .iter()
        .map(|path| format!("{path} is {}", reads::show(path, observed)))
        .collect();
    Broken {
        title: format!("answered {status}, and `{part}` does not hold"),
        cause: format!("{status} {part}"),
        expected: part,
        actual: if read.is_empty() {
            words::status(status)
        } else {
            read.join("\n")
        },
        place: None,
    }
}

/// A body as JSON, if it is some.
pub(super) fn request_body(exchange: &Exchange) -> Option<Value> {
    if exchange.request.body.is_empty() {
        return None;
    }
    serde_json::from_slice(&exchange.request.body).ok()
}
