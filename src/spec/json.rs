//! JSON text to a value, with a note of every key that stands twice.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::parsed::Parsed;
use super::{Limits, SpecError};
use crate::pointer::{Location, Pointer};

/// Reads JSON (RFC 8259). The last of several equal keys counts.
pub(super) fn parse(name: &str, text: &str, limits: &Limits) -> Result<Parsed, SpecError> {
    let mut duplicates = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Node {
        duplicates: &mut duplicates,
    }
    .deserialize(&mut deserializer)
    .and_then(|value| deserializer.end().map(|()| value))
    .map_err(|error| {
        let location = Location {
            source: name.into(),
            line: u32::try_from(error.line()).unwrap_or(u32::MAX),
            column: u32::try_from(error.column()).unwrap_or(u32::MAX).max(1),
        };
        let message = error.to_string();
        if message.starts_with("recursion limit exceeded") {
            return SpecError::TooDeep {
                location,
                limit: limits.depth,
            };
        }
        // The place is said already.
        let message = message
            .rsplit_once(" at line ")
            .map_or(message.as_str(), |(message, _)| message);
        SpecError::Syntax {
            location,
            format: "JSON",
            message: message.to_owned(),
        }
    })?;
    let duplicates = duplicates
        .into_iter()
        .map(|tokens| {
            tokens
                .iter()
                .rev()
                .fold(Pointer::root(), |pointer, token| pointer.child(token))
        })
        .collect();
    Ok(Parsed {
        value,
        duplicates,
        repaired: None,
    })
}

/// One value. `duplicates` holds the tokens of each pointer from the leaf to the root: every
/// level appends its own on the way out, so that nothing is kept for keys that are unique.
struct Node<'d> {
    duplicates: &'d mut Vec<Vec<String>>,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        loop {
            let before = self.duplicates.len();
            let element = access.next_element_seed(Node {
                duplicates: self.duplicates,
            })?;
            let Some(element) = element else {
                return Ok(Value::Array(elements));
            };
            for pointer in &mut self.duplicates[before..] {
                pointer.push(elements.len().to_string());
            }
            elements.push(element);
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let before = self.duplicates.len();
            let value = access.next_value_seed(Node {
                duplicates: self.duplicates,
            })?;
            for pointer in &mut self.duplicates[before..] {
                pointer.push(key.clone());
            }
            if members.contains_key(&key) {
                self.duplicates.push(vec![key.clone()]);
            }
            members.insert(key, value);
        }
        Ok(Value::Object(members))
    }
}
