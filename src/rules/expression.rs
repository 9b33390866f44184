//! A CEL expression over one exchange: compiled once, evaluated within bounds.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock};

use cel::common::ast::IdedExpr;
use cel::common::types::CelBool;
use cel::{Context, Env, ExecutionError, Value};

use super::bounds::{self, LONGEST};
use super::facts::Facts;
use super::reads::Path;
use super::scope;
use crate::broken::words;

/// Reading an expression uses the stack for each level of it, before its depth is known.
const STACK: usize = 64 << 20;

/// Standard CEL, and the function that charges for loops.
static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut environment = Env::stdlib();
    bounds::charging(&mut environment);
    Arc::new(environment)
});

/// Why a text is no expression that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct NotAnExpression {
    /// The line in the expression, from 1; 0 when it is not about one place.
    pub line: usize,
    /// The column in it, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for NotAnExpression {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)?;
        match self.line {
            0 => Ok(()),
            1 => write!(formatter, " at its column {}", self.column),
            line => write!(formatter, " at its line {line}, column {}", self.column),
        }
    }
}

impl NotAnExpression {
    fn whole(message: String) -> Self {
        Self {
            line: 0,
            column: 0,
            message,
        }
    }
}

/// What an evaluation ends with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Yes,
    No,
    /// Something is not there that the expression looks at.
    Absent(String),
    /// It cannot be evaluated.
    Error(String),
}

/// An expression that is ready for use.
#[derive(Debug)]
pub struct Expression {
    whole: Part,
    /// The parts that `&&` joins, when there are several.
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    text: String,
    tree: IdedExpr,
    /// What it reads of the exchange.
    reads: Vec<Path>,
}

impl Expression {
    /// Compiles a text.
    ///
    /// # Errors
    /// What is wrong with it: no CEL, too long or too deep, names that nothing has.
    pub fn compile(text: &str) -> Result<Self, NotAnExpression> {
        if text.len() > LONGEST {
            return Err(NotAnExpression::whole(format!(
                "it is longer than {LONGEST} bytes"
            )));
        }
        // A stack that suffices for any text that is this short.
        let compiled = std::thread::scope(|threads| {
            std::thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(threads, || Self::compile_here(text))
                .map(std::thread::ScopedJoinHandle::join)
        });
        match compiled {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(NotAnExpression::whole(
                "the parser of CEL fails on it".to_owned(),
            )),
            Err(error) => Err(NotAnExpression::whole(format!(
                "there is no thread to read it: {error}"
            ))),
        }
    }

    fn compile_here(text: &str) -> Result<Self, NotAnExpression> {
        let whole = Part::compile(text)?;
        let pieces = conjuncts(text);
        let parts = if pieces.len() > 1 {
            // Should a piece be none, the whole is still right.
            let parts: Result<Vec<Part>, _> = pieces.into_iter().map(Part::compile).collect();
            parts.unwrap_or_default()
        } else {
            Vec::new()
        };
        Ok(Self { whole, parts })
    }

    /// The expression as it is written.
    pub fn text(&self) -> &str {
        &self.whole.text
    }

    /// Whether it looks at the body of `variable`, which is `request` or `response`.
    pub(super) fn reads(&self, variable: &str) -> bool {
        self.whole
            .reads
            .iter()
            .any(|path| path.reads_body_of(variable))
    }

    /// Whether it holds.
    pub(super) fn evaluate(&self, facts: &Facts) -> Outcome {
        self.whole.evaluate(facts)
    }

    /// The part that keeps an expression from holding, and what that reads.
    pub(super) fn offender(&self, facts: &Facts) -> (&str, &[Path]) {
        let part = self
            .parts
            .iter()
            .find(|part| part.evaluate(facts) == Outcome::No)
            .unwrap_or(&self.whole);
        (&part.text, &part.reads)
    }
}

impl Part {
    fn compile(text: &str) -> Result<Self, NotAnExpression> {
        let (mut tree, source) =
            ENVIRONMENT
                .parser()
                .parse_with_source_info(text)
                .map_err(|errors| {
                    let first = errors.errors.first();
                    let (line, column) = first.map_or((0, 0), |first| first.pos);
                    let message = first.map_or("it is no CEL", |first| first.msg.as_str());
                    NotAnExpression {
                        line: usize::try_from(line).unwrap_or(0),
                        column: usize::try_from(column).unwrap_or(0),
                        message: words::one_line(message, 300),
                    }
                })?;
        let reads = scope::paths(&tree).map_err(|unknown| {
            let offset = source.offset_for(unknown.expression);
            let (line, column) =
                offset.map_or((0, 0), |(start, _)| line_and_column(text, start as usize));
            NotAnExpression {
                line,
                column,
                message: unknown.message,
            }
        })?;
        bounds::charge_in(&mut tree);
        if bounds::is_deep(&tree) {
            return Err(NotAnExpression::whole(format!(
                "it is nested deeper than {} levels",
                bounds::DEEPEST
            )));
        }
        Ok(Self {
            text: text.trim().to_owned(),
            tree,
            reads,
        })
    }

    fn evaluate(&self, facts: &Facts) -> Outcome {
        let evaluate = || {
            let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
            context.set_variable_resolver(facts);
            match Value::resolve_val(&self.tree, &context) {
                Ok(value) => match value.downcast_ref::<CelBool>() {
                    Some(answer) if *answer.inner() => Outcome::Yes,
                    Some(_) => Outcome::No,
                    None => Outcome::Error(format!(
                        "its value is of the type {}, not bool",
                        value.get_type().name()
                    )),
                },
                Err(ExecutionError::NoSuchKey(name)) => {
                    Outcome::Absent(format!("there is no {}", words::one_line(&name, 100)))
                }
                Err(ExecutionError::IndexOutOfBounds(_)) => {
                    Outcome::Absent("a list has fewer elements".to_owned())
                }
                Err(error) => Outcome::Error(words::one_line(&error.to_string(), 200)),
            }
        };
        match bounds::within(|| catch_unwind(AssertUnwindSafe(evaluate))) {
            Some(Ok(outcome)) => outcome,
            Some(Err(_)) => Outcome::Error("the evaluation of CEL fails on it".to_owned()),
            None => Outcome::Error("it costs more than is allowed".to_owned()),
        }
    }
}

/// Line and column, from 1, of a character.
fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before: String = text.chars().take(offset).collect();
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|one| *one != '\n').count() + 1;
    (line, column)
}

/// The texts that `&&` joins outside of brackets and literals; the whole text where anything
/// there binds less than `&&` does.
fn conjuncts(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut pieces = Vec::new();
    let (mut from, mut at, mut depth) = (0, 0, 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            quote @ (b'"' | b'\'') => at = end_of_literal(bytes, at, quote),
            // A comment, or what binds less than `&&`.
            b'/' if bytes.get(at + 1) == Some(&b'/') => break,
            b'?' | b'|' if depth == 0 => break,
            b'&' if depth == 0 && bytes.get(at + 1) == Some(&b'&') => {
                pieces.push(text[from..at].trim());
                at += 1;
                from = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    if at < bytes.len() {
        return vec![text];
    }
    pieces.push(text[from..].trim());
    pieces
}

/// Where a literal that begins with a quote ends. Raw and triple literals that this reads
/// wrongly lead to pieces that are no expressions, or to one piece.
fn end_of_literal(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != quote {
        if bytes[at] == b'\\' {
            at += 1;
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::conjuncts;

    #[test]
    fn conjuncts_are_found_outside_of_brackets_and_literals() {
        assert_eq!(
            conjuncts("a && f(b && c) && d == ' && ' && \"\\\" && \""),
            ["a", "f(b && c)", "d == ' && '", "\"\\\" && \""]
        );
        assert_eq!(conjuncts("a && b || c"), ["a && b || c"]);
        assert_eq!(conjuncts("a ? b : c && d"), ["a ? b : c && d"]);
    }
}
