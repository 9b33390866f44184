//! Short words for people: what was expected, what was there.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;

/// The longest excerpt of a value, in characters.
const EXCERPT: usize = 80;

/// A value on one line, cut when it is long.
pub fn excerpt(value: &Value) -> String {
    let mut text = String::new();
    render(value, &mut text);
    cut(text, EXCERPT)
}

/// Cuts a text after `limit` characters, with a sign that something is missing.
fn cut(text: String, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// Renders until it is long enough to be cut, so that a large value costs little.
fn render(value: &Value, text: &mut String) {
    if text.len() > 4 * EXCERPT {
        return;
    }
    match value {
        Value::String(string) if string.len() > 4 * EXCERPT => {
            let head: String = string.chars().take(EXCERPT).collect();
            text.push_str(&Value::String(head).to_string());
        }
        Value::Array(elements) => {
            text.push('[');
            for (index, element) in elements.iter().take(EXCERPT).enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                render(element, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            text.push('{');
            for (index, (name, member)) in members.iter().take(EXCERPT).enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                text.push_str(&Value::String(cut(name.clone(), EXCERPT)).to_string());
                text.push_str(": ");
                render(member, text);
            }
            text.push('}');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

/// What the schema wanted. `keyword` is the value of the keyword that failed, if it is known.
pub(super) fn expected(kind: &Kind, keyword: Option<&Value>) -> String {
    match kind {
        Kind::Type { kind } => match kind {
            TypeKind::Single(one) => one.to_string(),
            TypeKind::Multiple(many) => join(many.iter().map(|one| one.to_string())),
        },
        Kind::Enum { options } => match &**options {
            Value::Array(options) if options.len() == 1 => excerpt(&options[0]),
            Value::Array(options) => format!(
                "one of {}",
                cut(
                    options.iter().map(excerpt).collect::<Vec<_>>().join(", "),
                    2 * EXCERPT
                )
            ),
            other => excerpt(other),
        },
        Kind::Constant { expected_value } => excerpt(expected_value),
        Kind::Minimum { limit } => format!("at least {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("more than {limit}"),
        Kind::Maximum { limit } => format!("at most {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("less than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("a multiple of {multiple_of}"),
        Kind::MinLength { limit } => format!("at least {}", count(*limit, "character")),
        Kind::MaxLength { limit } => format!("at most {}", count(*limit, "character")),
        Kind::MinItems { limit } => format!("at least {}", count(*limit, "item")),
        Kind::MaxItems { limit } => format!("at most {}", count(*limit, "item")),
        Kind::MinProperties { limit } => format!("at least {} properties", *limit),
        Kind::MaxProperties { limit } => format!("at most {} properties", *limit),
        Kind::Pattern { pattern } => format!("a match of {}", cut(pattern.clone(), EXCERPT)),
        Kind::Format { format } => format!("format {format}"),
        Kind::Required { property } => format!("property {}", excerpt(property)),
        Kind::AdditionalProperties { .. } | Kind::UnevaluatedProperties { .. } => {
            "no unknown property".to_owned()
        }
        Kind::AdditionalItems { .. } | Kind::UnevaluatedItems { .. } => "no more items".to_owned(),
        Kind::UniqueItems => "unique items".to_owned(),
        Kind::Contains => "an item that `contains` describes".to_owned(),
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => {
            "a value of one of the alternatives".to_owned()
        }
        Kind::OneOfMultipleValid { .. } => "a value of exactly one of the alternatives".to_owned(),
        Kind::Not { .. } => "a value outside of `not`".to_owned(),
        Kind::FalseSchema => "nothing".to_owned(),
        Kind::PropertyNames { .. } => "property names that the schema allows".to_owned(),
        Kind::Custom { .. } => match keyword.and_then(Value::as_str) {
            Some(format) => format!("format {format}"),
            None => "a value that the keyword allows".to_owned(),
        },
        Kind::ContentEncoding { content_encoding } => format!("content in {content_encoding}"),
        Kind::ContentMediaType { content_media_type } => {
            format!("content of type {content_media_type}")
        }
        Kind::FromUtf8 { .. } => "text in UTF-8".to_owned(),
        Kind::BacktrackLimitExceeded { .. }
        | Kind::RegexEngineFailure { .. }
        | Kind::Referencing(_) => "a value that can be decided".to_owned(),
    }
}

/// What was there instead.
pub(super) fn actual(kind: &Kind, instance: &Value) -> String {
    match kind {
        Kind::Required { .. } => "absent".to_owned(),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            cut(
                unexpected
                    .iter()
                    .map(|name| Value::String(name.clone()).to_string())
                    .collect::<Vec<_>>()
                    .join(", "),
                2 * EXCERPT,
            )
        }
        Kind::MinLength { .. } | Kind::MaxLength { .. } => match instance {
            Value::String(text) => {
                let length = text.chars().count() as u64;
                format!("{}: {}", count(length, "character"), excerpt(instance))
            }
            _ => excerpt(instance),
        },
        Kind::MinItems { .. } | Kind::MaxItems { .. } => match instance {
            Value::Array(elements) => count(elements.len() as u64, "item"),
            _ => excerpt(instance),
        },
        Kind::MinProperties { .. } | Kind::MaxProperties { .. } => match instance {
            Value::Object(members) => format!("{} properties", members.len()),
            _ => excerpt(instance),
        },
        Kind::Type { .. } => match instance {
            Value::Object(_) => format!("object {}", excerpt(instance)),
            Value::Array(_) => format!("array {}", excerpt(instance)),
            Value::Null => "null".to_owned(),
            Value::Bool(_) => format!("boolean {instance}"),
            Value::Number(_) => format!("number {instance}"),
            Value::String(_) => format!("string {}", excerpt(instance)),
        },
        _ => excerpt(instance),
    }
}

fn count(number: u64, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

fn join(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(" or ")
}
