//! How a parameter is written: the style tables of OpenAPI (Parameter Object, `style`) and
//! RFC 6570, to which they refer.

use serde_json::Value;

use super::escape;
use crate::api::{Parameter, ParameterLocation, Style};
use crate::http::is_json;

/// How one parameter, or one property of a form, is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Writing<'a> {
    pub(super) name: &'a str,
    pub(super) style: Style,
    pub(super) explode: bool,
    pub(super) allow_reserved: bool,
    /// The media type of a parameter with `content`.
    pub(super) content: Option<&'a str>,
}

/// A value as far as parameters can hold one.
enum Shape {
    Scalar(String),
    List(Vec<String>),
    Record(Vec<(String, String)>),
}

impl<'a> Writing<'a> {
    pub(super) fn of(parameter: &'a Parameter) -> Self {
        Self {
            name: &parameter.name,
            style: parameter.style,
            explode: parameter.explode,
            allow_reserved: parameter.allow_reserved,
            content: parameter.content.as_ref().map(|one| one.name.as_str()),
        }
    }

    pub(super) fn default_for(location: ParameterLocation, name: &'a str) -> Self {
        let form = matches!(
            location,
            ParameterLocation::Query | ParameterLocation::Cookie
        );
        Self {
            name,
            style: if form { Style::Form } else { Style::Simple },
            explode: form,
            allow_reserved: false,
            content: None,
        }
    }

    fn shape(&self, value: &Value) -> Result<Shape, String> {
        if let Some(media_type) = self.content {
            return match value {
                _ if is_json(media_type) => Ok(Shape::Scalar(ascii_json(value))),
                Value::String(text) => Ok(Shape::Scalar(text.clone())),
                _ => Err(format!("{media_type} is written for strings alone")),
            };
        }
        match value {
            Value::Array(elements) => elements
                .iter()
                .map(|element| scalar(element).ok_or_else(|| inner(element)))
                .collect::<Result<_, _>>()
                .map(Shape::List),
            Value::Object(members) => members
                .iter()
                .map(|(name, member)| {
                    let text = scalar(member).ok_or_else(|| inner(member))?;
                    Ok((name.clone(), text))
                })
                .collect::<Result<_, String>>()
                .map(Shape::Record),
            Value::Null => Err("null has no text".to_owned()),
            other => Ok(Shape::Scalar(scalar(other).expect("it is a scalar"))),
        }
    }

    /// What replaces the parameter in the path template.
    pub(super) fn path(&self, value: &Value) -> Result<String, String> {
        let shape = self.shape(value)?;
        let empty = || "the path would lose the segment".to_owned();
        let joined = |items: &[String], separator: &str| items.join(separator);
        let values = |escape: fn(&str) -> String, items: &[String]| {
            items.iter().map(|item| escape(item)).collect::<Vec<_>>()
        };
        let text = match (self.style, shape) {
            (_, Shape::List(items)) if items.is_empty() => return Err(empty()),
            (_, Shape::Record(members)) if members.is_empty() => return Err(empty()),
            (Style::Label, Shape::Scalar(text)) => format!(".{}", escape::value(&text)),
            (Style::Label, Shape::List(items)) => {
                let separator = if self.explode { "." } else { "," };
                let items = values(escape::without_dots, &items);
                format!(".{}", joined(&items, separator))
            }
            (Style::Label, Shape::Record(members)) => {
                let (equals, separator) = if self.explode { ("=", ".") } else { (",", ",") };
                let items = pairs(&members, equals, escape::without_dots);
                format!(".{}", items.join(separator))
            }
            (Style::Matrix, Shape::Scalar(text)) => matrix(self.name, &text),
            (Style::Matrix, Shape::List(items)) if self.explode => {
                items.iter().map(|item| matrix(self.name, item)).collect()
            }
            (Style::Matrix, Shape::List(items)) => {
                let items = values(escape::value, &items);
                format!(";{}={}", escape::value(self.name), joined(&items, ","))
            }
            (Style::Matrix, Shape::Record(members)) if self.explode => members
                .iter()
                .map(|(name, text)| matrix(name, text))
                .collect(),
            (Style::Matrix, Shape::Record(members)) => {
                let items = pairs(&members, ",", escape::value);
                format!(";{}={}", escape::value(self.name), items.join(","))
            }
            (_, Shape::Scalar(text)) => escape::value(&text),
            (style, Shape::List(items)) => {
                let items = values(escape::value, &items);
                joined(&items, delimiter(style))
            }
            (_, Shape::Record(members)) => {
                let equals = if self.explode { "=" } else { "," };
                pairs(&members, equals, escape::value).join(",")
            }
        };
        if text.is_empty() {
            Err(empty())
        } else {
            Ok(text)
        }
    }

    /// The pairs `name=value` of a query or a form.
    pub(super) fn query(&self, value: &Value) -> Result<Vec<String>, String> {
        let escape = |text: &str, separator| {
            if self.allow_reserved {
                escape::reserved(text, separator)
            } else {
                escape::value(text)
            }
        };
        let name = escape::value(self.name);
        Ok(match self.shape(value)? {
            Shape::Scalar(text) => vec![format!("{name}={}", escape(&text, None))],
            // A list of nothing is no value (RFC 6570, section 2.3).
            Shape::List(items) if items.is_empty() => Vec::new(),
            Shape::Record(members) if members.is_empty() => Vec::new(),
            Shape::List(_) if self.style == Style::DeepObject => {
                return Err("OpenAPI does not define deepObject for arrays".to_owned());
            }
            Shape::List(items) if self.explode => items
                .iter()
                .map(|item| format!("{name}={}", escape(item, None)))
                .collect(),
            Shape::List(items) => {
                self.unambiguous(items.iter())?;
                let items: Vec<_> = items.iter().map(|item| escape(item, Some(','))).collect();
                vec![format!("{name}={}", items.join(delimiter(self.style)))]
            }
            Shape::Record(members) if self.style == Style::DeepObject => members
                .iter()
                .map(|(member, text)| {
                    let member = escape::value(member);
                    format!("{name}%5B{member}%5D={}", escape(text, None))
                })
                .collect(),
            Shape::Record(members) if self.explode => members
                .iter()
                .map(|(member, text)| format!("{}={}", escape::value(member), escape(text, None)))
                .collect(),
            Shape::Record(members) => {
                let flat: Vec<_> = members.into_iter().flat_map(|(a, b)| [a, b]).collect();
                self.unambiguous(flat.iter())?;
                let items: Vec<_> = flat.iter().map(|item| escape(item, Some(','))).collect();
                vec![format!("{name}={}", items.join(delimiter(self.style)))]
            }
        })
    }

    /// Space, pipe and tab separate only after decoding, so no item may hold them.
    fn unambiguous<'t>(&self, mut items: impl Iterator<Item = &'t String>) -> Result<(), String> {
        let separator = match self.style {
            Style::SpaceDelimited => ' ',
            Style::PipeDelimited => '|',
            Style::Tabs => '\t',
            _ => return Ok(()),
        };
        match items.find(|item| item.contains(separator)) {
            Some(item) => Err(format!("{item:?} holds the separator of the style")),
            None => Ok(()),
        }
    }

    /// The value of the header; `None` when there is nothing to send.
    pub(super) fn header(&self, value: &Value) -> Result<Option<String>, String> {
        let text = match self.shape(value)? {
            Shape::Scalar(text) => text,
            Shape::List(items) if items.is_empty() => return Ok(None),
            Shape::Record(members) if members.is_empty() => return Ok(None),
            Shape::List(items) => {
                no_commas(items.iter())?;
                items.join(",")
            }
            Shape::Record(members) => {
                no_commas(members.iter().flat_map(|(name, text)| [name, text]))?;
                let equals = if self.explode { "=" } else { "," };
                pairs(&members, equals, ToOwned::to_owned).join(",")
            }
        };
        if text.trim_matches([' ', '\t']) != text {
            return Err("white space around a header value is not part of it".to_owned());
        }
        if let Some(bad) = text.chars().find(|one| !matches!(one, ' '..='~' | '\t')) {
            return Err(format!("a header value cannot hold {bad:?}"));
        }
        Ok(Some(text))
    }

    /// The pair of a cookie; `None` when there is nothing to send.
    pub(super) fn cookie(&self, value: &Value) -> Result<Option<String>, String> {
        let pairs = self.query(value)?;
        match pairs.as_slice() {
            [] => Ok(None),
            [pair] => Ok(Some(pair.clone())),
            _ => Err("a cookie holds one value, and explode asks for several".to_owned()),
        }
    }
}

fn delimiter(style: Style) -> &'static str {
    match style {
        Style::SpaceDelimited => "%20",
        Style::PipeDelimited => "%7C",
        Style::Tabs => "%09",
        _ => ",",
    }
}

fn pairs(members: &[(String, String)], equals: &str, escape: fn(&str) -> String) -> Vec<String> {
    members
        .iter()
        .map(|(name, text)| format!("{}{equals}{}", escape(name), escape(text)))
        .collect()
}

/// `;name=value`, or `;name` for an empty value (RFC 6570, section 3.2.7).
fn matrix(name: &str, text: &str) -> String {
    let name = escape::value(name);
    if text.is_empty() {
        format!(";{name}")
    } else {
        format!(";{name}={}", escape::value(text))
    }
}

fn no_commas<'t>(mut items: impl Iterator<Item = &'t String>) -> Result<(), String> {
    match items.find(|item| item.contains(',')) {
        Some(item) => Err(format!("{item:?} holds the comma that separates")),
        None => Ok(()),
    }
}

/// The text of a string, number or boolean.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn inner(value: &Value) -> String {
    match value {
        Value::Null => "null has no text".to_owned(),
        _ => "OpenAPI does not define nested arrays and objects here".to_owned(),
    }
}

/// JSON in ASCII, so that it fits into headers too.
pub(super) fn ascii_json(value: &Value) -> String {
    use std::fmt::Write;
    let mut ascii = String::new();
    for character in value.to_string().chars() {
        if character.is_ascii() {
            ascii.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(ascii, "\\u{unit:04x}").expect("writing to a string does not fail");
            }
        }
    }
    ascii
}
