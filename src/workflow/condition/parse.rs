//! From the text of a condition to its tree.

use serde_json::Value;

use super::{Comparison, Condition};
use crate::workflow::expression;

/// The longest condition.
const LONGEST: usize = 4096;
/// The deepest nesting of parentheses and `!`.
const DEEPEST: usize = 32;

pub(super) fn condition(text: &str) -> Result<Condition, String> {
    if text.len() > LONGEST {
        return Err(format!(
            "a condition of more than {LONGEST} bytes is not read"
        ));
    }
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
    };
    let found = parser.either()?;
    parser.space();
    if parser.at < text.len() {
        return Err(parser.wrong("the end, or an operator such as == or &&"));
    }
    Ok(found)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, token: &str) -> bool {
        self.space();
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn wrong(&self, expected: &str) -> String {
        let found = match self.rest().chars().next() {
            None => "it ends".to_owned(),
            Some('=') => "there is `=`; equality is written ==".to_owned(),
            Some('"') => "there is `\"`; strings stand in single quotes".to_owned(),
            Some(one) => format!("there is `{one}`"),
        };
        let column = self.text[..self.at].chars().count() + 1;
        format!(
            "`{}` is no condition: at character {column}, {expected} was expected, and {found}",
            self.text
        )
    }

    fn either(&mut self) -> Result<Condition, String> {
        let mut some = vec![self.both()?];
        while self.take("||") {
            some.push(self.both()?);
        }
        Ok(one_or(some, Condition::Or))
    }

    fn both(&mut self) -> Result<Condition, String> {
        let mut all = vec![self.comparison()?];
        while self.take("&&") {
            all.push(self.comparison()?);
        }
        Ok(one_or(all, Condition::And))
    }

    fn comparison(&mut self) -> Result<Condition, String> {
        let left = self.unary()?;
        let signs = [
            ("==", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ];
        for (sign, comparison) in signs {
            if self.take(sign) {
                let right = self.unary()?;
                return Ok(Condition::Compare(
                    comparison,
                    Box::new(left),
                    Box::new(right),
                ));
            }
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Condition, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!(
                "a condition nested more than {DEEPEST} levels deep is not read"
            ));
        }
        let found = if self.take("!") {
            Condition::Not(Box::new(self.unary()?))
        } else if self.take("(") {
            let inner = self.either()?;
            if !self.take(")") {
                return Err(self.wrong("a closing parenthesis"));
            }
            inner
        } else {
            self.operand()?
        };
        self.depth -= 1;
        Ok(found)
    }

    fn operand(&mut self) -> Result<Condition, String> {
        self.space();
        match self.rest().chars().next() {
            Some('$') => self.expression(),
            Some('\'') => self.string(),
            Some('-' | '0'..='9') => self.number(),
            _ => {
                for (word, value) in [
                    ("true", Value::Bool(true)),
                    ("false", Value::Bool(false)),
                    ("null", Value::Null),
                ] {
                    let whole = |after: &str| {
                        !after.starts_with(|one: char| one.is_alphanumeric() || one == '_')
                    };
                    if self.rest().strip_prefix(word).is_some_and(whole) {
                        self.at += word.len();
                        return Ok(Condition::Literal(value));
                    }
                }
                Err(self.wrong("a runtime expression ($…), 'text', a number, true, false or null"))
            }
        }
    }

    /// A string: two quotes within it mean one.
    fn string(&mut self) -> Result<Condition, String> {
        let start = self.at;
        let mut value = String::new();
        self.at += 1;
        loop {
            let Some(end) = self.rest().find('\'') else {
                self.at = start;
                return Err(format!(
                    "`{}` is no condition: the string that begins at character {} has no end",
                    self.text,
                    self.text[..start].chars().count() + 1
                ));
            };
            value.push_str(&self.rest()[..end]);
            self.at += end + 1;
            if !self.rest().starts_with('\'') {
                return Ok(Condition::Literal(Value::String(value)));
            }
            value.push('\'');
            self.at += 1;
        }
    }

    fn number(&mut self) -> Result<Condition, String> {
        let rest = self.rest();
        let end = rest
            .find(|one: char| !(one.is_alphanumeric() || matches!(one, '-' | '+' | '.')))
            .unwrap_or(rest.len());
        match serde_json::from_str(&rest[..end]) {
            Ok(Value::Number(number)) => {
                self.at += end;
                Ok(Condition::Literal(Value::Number(number)))
            }
            _ => Err(self.wrong("a number such as 200 or -1.5e3")),
        }
    }

    /// An expression reaches up to a blank, an operator or a parenthesis; `[0]` and `.name`
    /// may follow.
    fn expression(&mut self) -> Result<Condition, String> {
        let start = self.at;
        self.at += end_of_expression(self.rest());
        let mut found = expression::parse(&self.text[start..self.at])?;
        while self.rest().starts_with('[') {
            let from = self.at;
            let rest = self.rest();
            let close = rest
                .find(']')
                .ok_or_else(|| self.wrong("an index with its closing bracket"))?;
            self.at += close + 1;
            self.at += end_of_expression(self.rest());
            found
                .path
                .extend(expression::accesses(&self.text[from..self.at])?);
        }
        self.text[start..self.at].clone_into(&mut found.text);
        Ok(Condition::Expression(found))
    }
}

fn one_or(mut all: Vec<Condition>, more: fn(Vec<Condition>) -> Condition) -> Condition {
    match (all.pop(), all.is_empty()) {
        (Some(one), true) => one,
        (last, _) => {
            all.extend(last);
            more(all)
        }
    }
}

fn end_of_expression(text: &str) -> usize {
    text.char_indices()
        .find(|(at, one)| match one {
            '(' | ')' | '[' | ']' | '<' | '>' | '=' | '\'' | '"' | ',' => true,
            '!' | '&' | '|' => ["!=", "&&", "||"]
                .iter()
                .any(|operator| text[*at..].starts_with(operator)),
            other => other.is_whitespace(),
        })
        .map_or(text.len(), |(at, _)| at)
}
