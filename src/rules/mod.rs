//! Requirements that are verified by an expression or a schema, judged on every exchange.
//!
//! ```text
//! [Requirement] ─Rules::compile, once per run→ rules by operation
//! Observed (one exchange) ─Rules::judge→ [(requirement, Judged)]
//! ```
//!
//! Nothing is sent for them: they look at what cases, set-up, probes and workflows exchange
//! with the target anyway. An exchange that no rule selects costs a look into a table.

mod bounds;
mod expression;
mod facts;
mod judged;
mod reads;
mod scope;
mod shape;
mod values;

use std::sync::Arc;

pub use expression::{Expression, NotAnExpression};
pub use judged::{Judged, Observed};
use shape::Shape;

use crate::api::Api;
use crate::pointer::Pointer;
use crate::verdict::{ExpressionRule, Requirement, RuleNote, SchemaRule, Verify};
use facts::Facts;

/// A requirement that each exchange of its operations is judged by.
#[derive(Debug)]
struct Rule {
    /// Index into the requirements that were compiled.
    requirement: usize,
    /// Indices into [`Api::operations`].
    operations: Vec<usize>,
    /// How it judges, or why it cannot.
    way: Result<Way, String>,
}

#[derive(Debug)]
enum Way {
    Expression(Box<Conditions>),
    Schema(Box<Shape>),
}

#[derive(Debug)]
struct Conditions {
    when: Option<Expression>,
    that: Expression,
}

/// All rules of a run.
#[derive(Debug, Default)]
pub struct Rules {
    rules: Vec<Rule>,
    /// By operation: indices into `rules`.
    by_operation: Vec<Vec<usize>>,
}

impl Rules {
    /// Compiles those of the requirements that are verified by an expression or a schema. One
    /// that cannot be compiled is no error here: the run reports it, and goes on.
    pub fn compile(api: &Api, requirements: &[Requirement]) -> Self {
        let mut rules = Self {
            rules: Vec::new(),
            by_operation: vec![Vec::new(); api.operations.len()],
        };
        for (requirement, written) in requirements.iter().enumerate() {
            let (patterns, way) = match &written.verify {
                Verify::Expression(rule) => (&rule.operations, expression(rule)),
                Verify::Schema(rule) => (
                    &rule.operations,
                    Shape::compile(&written.id, rule).map(|shape| Way::Schema(Box::new(shape))),
                ),
                Verify::Workflow(_) | Verify::Probe(_) => continue,
            };
            let operations: Vec<usize> = api
                .operations
                .iter()
                .enumerate()
                .filter(|(_, one)| patterns.iter().any(|pattern| one.is_meant_by(pattern)))
                .map(|(index, _)| index)
                .collect();
            if way.is_ok() {
                for operation in &operations {
                    rules.by_operation[*operation].push(rules.rules.len());
                }
            }
            let way = way.map_err(|mistake| mistake.message);
            rules.rules.push(Rule {
                requirement,
                operations,
                way,
            });
        }
        rules
    }

    /// What a run has to know of each rule to give a verdict at its end.
    pub fn notes(&self, api: &Api) -> Vec<RuleNote> {
        self.rules
            .iter()
            .map(|rule| RuleNote {
                requirement: rule.requirement,
                operations: rule
                    .operations
                    .iter()
                    .map(|index| Arc::from(api.operations[*index].id.as_str()))
                    .collect(),
                problem: rule.way.as_ref().err().cloned(),
            })
            .collect()
    }

    /// What the rules say of an exchange, by index of the requirement; rules that do not select
    /// it say nothing. An exchange without an answer shows nothing.
    pub fn judge(&self, observed: &Observed<'_>) -> Vec<(usize, Judged)> {
        let selected = match self.by_operation.get(observed.operation) {
            Some(selected) if !selected.is_empty() => selected,
            _ => return Vec::new(),
        };
        let Some(response) = observed.exchange.response() else {
            return Vec::new();
        };
        let selected = || selected.iter().map(|index| &self.rules[*index]);
        let expressions = || {
            selected().filter_map(|rule| match &rule.way {
                Ok(Way::Expression(one)) => Some((rule, one.when.as_ref(), &one.that)),
                _ => None,
            })
        };
        let mut judged = Vec::new();
        if expressions().next().is_some() {
            // Once for all of them, with the bodies only where one of them reads them.
            let reads = |body: &str| {
                expressions().any(|(_, when, that)| {
                    that.reads(body) || when.is_some_and(|when| when.reads(body))
                })
            };
            let facts = Facts::of(observed, reads("request"), reads("response"));
            for (rule, when, that) in expressions() {
                let result = match &facts {
                    _ if response.truncated && that.reads("response") => Some(Judged::Undecided(
                        "an answer is longer than what is read of it".to_owned(),
                    )),
                    Ok(facts) => judged::by_expression(observed, facts, when, that),
                    Err(why) => Some(Judged::Undecided(why.clone())),
                };
                judged.extend(result.map(|result| (rule.requirement, result)));
            }
        }
        for rule in selected() {
            if let Ok(Way::Schema(shape)) = &rule.way {
                let result = shape.judge(observed, response);
                judged.extend(result.map(|result| (rule.requirement, result)));
            }
        }
        judged
    }
}

/// A mistake in how a requirement is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The part of the requirement as it is written.
    pub pointer: Pointer,
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
}

/// The mistakes in the way in which a requirement is verified: expressions and schemas that
/// cannot be used.
pub fn mistakes(requirement: &Requirement) -> Vec<Mistake> {
    match &requirement.verify {
        Verify::Expression(rule) => {
            let mut found = Vec::new();
            let parts = [("when", rule.when.as_ref()), ("that", Some(&rule.that))];
            for (member, text) in parts {
                if let Some(Err(problem)) = text.map(|text| Expression::compile(text)) {
                    found.push(wrong(member, text.map_or("", |text| text), &problem));
                }
            }
            found
        }
        Verify::Schema(rule) => schema_mistakes(&requirement.id, rule),
        Verify::Workflow(_) | Verify::Probe(_) => Vec::new(),
    }
}

fn schema_mistakes(id: &str, rule: &SchemaRule) -> Vec<Mistake> {
    Shape::compile(id, rule).err().into_iter().collect()
}

fn expression(rule: &ExpressionRule) -> Result<Way, Mistake> {
    let compile = |member: &str, text: &str| {
        Expression::compile(text).map_err(|problem| wrong(member, text, &problem))
    };
    Ok(Way::Expression(Box::new(Conditions {
        when: rule
            .when
            .as_deref()
            .map(|text| compile("when", text))
            .transpose()?,
        that: compile("that", &rule.that)?,
    })))
}

fn wrong(member: &str, text: &str, problem: &NotAnExpression) -> Mistake {
    Mistake {
        pointer: Pointer::root().child("expression").child(member),
        message: format!(
            "`{member}` is no expression that can be used: {problem}, in `{}`",
            crate::broken::words::one_line(text, 200)
        ),
    }
}

#[cfg(test)]
mod tests;
