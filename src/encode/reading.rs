//! What a server may read in a parameter: a violation counts only if no reading is valid.

use serde_json::{Map, Number, Value};

use super::parameter::{Writing, scalar};
use crate::api::{Direction, Operation, Parameter, ParameterLocation, SchemaId, Style};
use crate::http::is_json;
use crate::pointer::Pointer;
use crate::schema::Schemas;

/// Whether `value`, once it is written as `parameter` of `operation`, still violates the
/// schema.
///
/// A parameter travels as text: `null`, `true` and `123` are valid strings, one text is a
/// list of one, a list may be read as its first or last element, and an empty list is not
/// sent at all. Where any of these readings is valid, where the value cannot be written and
/// where the schema cannot be used, this is no violation.
pub fn still_violates(
    schemas: &Schemas,
    operation: &Operation,
    parameter: &Parameter,
    value: &Value,
) -> bool {
    let writing = Writing::of(parameter);
    let written = match parameter.location {
        ParameterLocation::Path => writing.path(value).is_ok(),
        ParameterLocation::Query => writing.query(value).is_ok(),
        ParameterLocation::Header => writing.header(value).is_ok(),
        ParameterLocation::Cookie => writing.cookie(value).is_ok(),
    };
    if !written {
        return false;
    }
    let content = parameter.content.as_ref();
    let Some(schema) = parameter
        .schema
        .or_else(|| content.and_then(|content| content.schema))
    else {
        return false;
    };
    if is_absent(value) {
        return parameter.required;
    }
    if let Value::String(text) = value
        && text.trim().is_empty()
        && (parameter.allow_empty || !parameter.required)
    {
        return false;
    }
    // With an exploded object, each of its members is a parameter: one that has the name of
    // another parameter is that one.
    if let Value::Object(members) = value
        && parameter.explode
        && parameter.style == Style::Form
        && members.keys().any(|name| {
            operation
                .parameters
                .iter()
                .any(|other| other.location == parameter.location && other.name == *name)
        })
    {
        return false;
    }
    let readings = match content {
        Some(content) if is_json(&content.name) => vec![value.clone()],
        _ => readings(&parameter.name, separator(parameter.style), value),
    };
    readings
        .iter()
        .all(|reading| schemas.is_valid(schema, Direction::Request, reading) == Ok(false))
}

/// Whether `value`, which violates its schema at `changed`, still does so once it is written
/// as a body of this media type.
///
/// JSON keeps types; in forms and plain text everything is text, as in parameters.
pub fn body_still_violates(
    schemas: &Schemas,
    schema: SchemaId,
    media_type: &str,
    changed: &Pointer,
    value: &Value,
) -> bool {
    let invalid =
        |reading: &Value| schemas.is_valid(schema, Direction::Request, reading) == Ok(false);
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    if is_json(&essence) || essence.contains("json") {
        return true;
    }
    let is_form = matches!(
        essence.as_str(),
        "application/x-www-form-urlencoded" | "multipart/form-data"
    );
    if !is_form {
        let mut found = Vec::new();
        scalars(&scalar(value).unwrap_or_default(), &mut found);
        return found.iter().all(invalid);
    }
    let Some(name) = changed.tokens().next() else {
        return true;
    };
    let property = Pointer::root().child(&name);
    let Some(written) = property.get(value) else {
        return true;
    };
    let mut found = readings(&name, ",", written);
    found.push(written.clone());
    let mut without = value.clone();
    property.remove(&mut without);
    if is_absent(written) {
        return invalid(&without);
    }
    found.iter().all(|reading| {
        let mut whole = value.clone();
        property.set(&mut whole, reading.clone());
        invalid(&whole)
    })
}

fn is_absent(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

fn separator(style: Style) -> &'static str {
    match style {
        Style::SpaceDelimited => " ",
        Style::PipeDelimited => "|",
        Style::Tabs => "\t",
        _ => ",",
    }
}

/// Everything that a server may make of the text.
fn readings(name: &str, separator: &str, value: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    match value {
        Value::Array(elements) => {
            let texts: Vec<_> = elements.iter().filter_map(scalar).collect();
            for text in &texts {
                scalars(text, &mut found);
            }
            scalars(&texts.join(separator), &mut found);
            lists(&texts, &mut found);
        }
        Value::Object(members) => {
            let texts: Vec<_> = members
                .iter()
                .filter_map(|(name, member)| Some((name.clone(), scalar(member)?)))
                .collect();
            for (_, text) in &texts {
                scalars(text, &mut found);
            }
            let flat: Vec<_> = texts
                .iter()
                .flat_map(|(name, text)| [name.clone(), text.clone()])
                .collect();
            scalars(&flat.join(separator), &mut found);
            lists(&flat, &mut found);
            records(&texts, &mut found);
        }
        other => {
            let text = scalar(other).unwrap_or_default();
            scalars(&text, &mut found);
            let texts: Vec<_> = text.split(separator).map(str::to_owned).collect();
            lists(&texts, &mut found);
            lists(std::slice::from_ref(&text), &mut found);
            let pairs: Vec<_> = texts
                .chunks_exact(2)
                .map(|pair| (pair[0].clone(), pair[1].clone()))
                .collect();
            if texts.len() == pairs.len() * 2 {
                records(&pairs, &mut found);
            }
            records(&[(name.to_owned(), text)], &mut found);
        }
    }
    found
}

/// The readings of one text: a string, and whatever it parses as, leniently.
fn scalars(text: &str, found: &mut Vec<Value>) {
    found.push(Value::String(text.to_owned()));
    found.extend(parsed(text));
}

fn parsed(text: &str) -> Vec<Value> {
    let trimmed = text.trim();
    let mut found = Vec::new();
    if let Ok(integer) = trimmed.parse::<i64>() {
        found.push(integer.into());
    } else if let Ok(integer) = trimmed.parse::<u64>() {
        found.push(integer.into());
    } else if let Some(number) = trimmed.parse().ok().and_then(Number::from_f64) {
        found.push(Value::Number(number));
    }
    match trimmed.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" | "t" | "y" => found.push(Value::Bool(true)),
        "false" | "0" | "no" | "off" | "f" | "n" => found.push(Value::Bool(false)),
        "null" | "nil" | "none" | "" => found.push(Value::Null),
        _ => {}
    }
    found
}

/// How many combinations of readings are tried before each text is read alone.
const MAX_COMBINATIONS: usize = 256;

/// All texts read in all combinations; when those are too many, all as strings, and all as
/// whatever they parse as.
fn combinations(texts: &[String]) -> Vec<Vec<Value>> {
    let mut found = vec![Vec::new()];
    for text in texts {
        let mut choices = vec![Value::String(text.clone())];
        choices.extend(parsed(text));
        if found.len() * choices.len() > MAX_COMBINATIONS {
            let strings = texts.iter().cloned().map(Value::String).collect();
            let likely = texts.iter().map(|text| {
                let first = parsed(text).into_iter().next();
                first.unwrap_or_else(|| Value::String(text.clone()))
            });
            return vec![strings, likely.collect()];
        }
        found = found
            .iter()
            .flat_map(|start| {
                choices.iter().map(move |choice| {
                    let mut longer = start.clone();
                    longer.push(choice.clone());
                    longer
                })
            })
            .collect();
    }
    found
}

fn lists(texts: &[String], found: &mut Vec<Value>) {
    found.extend(combinations(texts).into_iter().map(Value::Array));
}

fn records(texts: &[(String, String)], found: &mut Vec<Value>) {
    let values: Vec<_> = texts.iter().map(|(_, text)| text.clone()).collect();
    found.extend(combinations(&values).into_iter().map(|values| {
        let names = texts.iter().map(|(name, _)| name.clone());
        Value::Object(names.zip(values).collect::<Map<_, _>>())
    }));
}
