//! The `format` keyword: those of JSON Schema, and the ones that OpenAPI adds.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jsonschema::paths::Location;
use jsonschema::{Draft, Keyword, ValidationError, Validator};
use serde_json::{Map, Value, json};

/// The formats of JSON Schema 2020-12 that are asserted.
const STANDARD: &[&str] = &[
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
];

static VALIDATORS: LazyLock<BTreeMap<&str, Validator>> = LazyLock::new(|| {
    STANDARD
        .iter()
        .map(|name| {
            let validator = jsonschema::options()
                .with_draft(Draft::Draft202012)
                .should_validate_formats(true)
                .build(&json!({ "format": name }))
                .expect("a schema of one known format compiles");
            (*name, validator)
        })
        .collect()
});

/// Whether values are held to this format; all others are annotations.
pub fn is_asserted(name: &str) -> bool {
    matches!(name, "int32" | "int64" | "byte") || STANDARD.contains(&name)
}

enum Format {
    Standard(&'static str, &'static Validator),
    Range(&'static str, f64, f64),
    Base64,
    Annotation,
}

/// Makes the keyword for a schema.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the signature is that of jsonschema"
)]
pub(super) fn keyword<'a>(
    _parent: &'a Map<String, Value>,
    value: &'a Value,
    _path: Location,
) -> Result<Box<dyn for<'i> Keyword<'i>>, ValidationError<'a>> {
    // Bounds as numbers: an integer beyond 64 bits is a float in `serde_json`, and the
    // rounding of 2^63 - 1 to 2^63 errs on the side of silence.
    let format = match value.as_str().unwrap_or_default() {
        "int32" => Format::Range("int32", f64::from(i32::MIN), f64::from(i32::MAX)),
        "int64" => Format::Range("int64", i64::MIN as f64, i64::MAX as f64),
        "byte" => Format::Base64,
        name => VALIDATORS
            .get_key_value(name)
            .map_or(Format::Annotation, |(name, validator)| {
                Format::Standard(name, validator)
            }),
    };
    Ok(Box::new(format))
}

impl Format {
    fn name(&self) -> &'static str {
        match self {
            Self::Standard(name, _) | Self::Range(name, ..) => name,
            Self::Base64 => "byte",
            Self::Annotation => "",
        }
    }
}

impl<'i> Keyword<'i> for Format {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) {
            Ok(())
        } else {
            Err(ValidationError::custom(format!(
                "not of format {}",
                self.name()
            )))
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        match (self, instance) {
            (Self::Standard(_, validator), Value::String(_)) => validator.is_valid(instance),
            (Self::Range(_, low, high), Value::Number(number)) => number
                .as_f64()
                .is_none_or(|number| (*low..=*high).contains(&number)),
            (Self::Base64, Value::String(text)) => is_base64(text),
            _ => true,
        }
    }
}

/// Base64 in either alphabet, padded or not, folded or not (RFC 4648): descriptions do not
/// say which.
fn is_base64(text: &str) -> bool {
    let mut length = 0_usize;
    let mut padding = 0_usize;
    for character in text.chars() {
        match character {
            '\r' | '\n' => {}
            '=' => padding += 1,
            'A'..='Z' | 'a'..='z' | '0'..='9' | '+' | '/' | '-' | '_' if padding == 0 => {
                length += 1;
            }
            _ => return false,
        }
    }
    length % 4 != 1 && padding <= 2 && (padding == 0 || (length + padding).is_multiple_of(4))
}

#[cfg(test)]
mod tests {
    use super::is_base64;

    #[test]
    fn base64_in_all_its_forms() {
        for good in ["", "QQ==", "QQ", "QUI=", "_-8", "QUJD\r\nQUJD"] {
            assert!(is_base64(good), "{good}");
        }
        for bad in ["Q", "QQ=", "Q=Q=", "a b=", "é"] {
            assert!(!is_base64(bad), "{bad}");
        }
    }
}
