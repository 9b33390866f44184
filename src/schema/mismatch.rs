//! Why a value is not valid, as data.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use super::compile::{Compiled, gave_up, is_deep, place_of};
use super::{MAX_DEPTH, Schemas, words};
use crate::document::Place;
use crate::pointer::Pointer;

/// `anyOf` and `oneOf` inside each other are reduced to one branch this many times.
const MAX_NESTED_ALTERNATIVES: usize = 16;

/// One way in which a value is not what its schema says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The part of the value.
    pub instance: Pointer,
    /// The keyword that failed, e.g. `maxLength`.
    pub keyword: String,
    /// Where that keyword stands.
    pub schema: Place,
    /// One sentence without a full stop.
    pub message: String,
    /// What the schema wants, in a few words: `string`, `one of "a", "b"`, `at least 1`.
    pub expected: String,
    /// What was there, in a few words.
    pub actual: String,
}

/// At most `limit` mismatches.
pub(super) fn collect(
    schemas: &Schemas,
    compiled: &Compiled,
    at: &Place,
    value: &Value,
    limit: usize,
) -> Vec<Mismatch> {
    if is_deep(value, MAX_DEPTH) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for error in compiled.0.iter_errors(value) {
        if found.len() >= limit {
            break;
        }
        flatten(schemas, at, &error, MAX_NESTED_ALTERNATIVES, &mut found);
    }
    found.truncate(limit);
    found
}

fn flatten(
    schemas: &Schemas,
    at: &Place,
    error: &ValidationError<'_>,
    depth: usize,
    found: &mut Vec<Mismatch>,
) {
    if gave_up(error) {
        return;
    }
    let place = error
        .absolute_keyword_location()
        .and_then(|uri| place_of(&schemas.uris, uri.as_str()))
        .unwrap_or_else(|| at.clone());
    let (Kind::AnyOf { context } | Kind::OneOfNotValid { context }) = error.kind() else {
        found.push(mismatch(schemas, error, place));
        return;
    };
    let branch = if depth == 0 {
        None
    } else {
        discriminated(schemas, &place, error.instance())
            .and_then(|index| context.get(index))
            .or_else(|| nearest(error, context))
    };
    match branch {
        Some(errors) if !errors.is_empty() => {
            for error in errors {
                flatten(schemas, &place, error, depth - 1, found);
            }
        }
        _ => {
            let mut whole = mismatch(schemas, error, place);
            if let Some(types) = only_types(error, context) {
                whole.expected = types;
            }
            found.push(whole);
        }
    }
}

/// The branch that the discriminator of the schema names (OpenAPI, Discriminator Object).
fn discriminated(schemas: &Schemas, alternatives: &Place, instance: &Value) -> Option<usize> {
    let schema = schemas.get(&Place::new(
        alternatives.source,
        alternatives.pointer.parent()?,
    ))?;
    let discriminator = schema.get("discriminator")?;
    let name = instance
        .get(discriminator.get("propertyName")?.as_str()?)?
        .as_str()?;
    let target = discriminator
        .get("mapping")
        .and_then(|mapping| mapping.get(name))
        .and_then(Value::as_str)
        .unwrap_or(name);
    let ending = format!("/{}", target.rsplit('/').next().unwrap_or(target));
    schemas
        .get(alternatives)?
        .as_array()?
        .iter()
        .position(|branch| {
            branch
                .get("$ref")
                .and_then(Value::as_str)
                .is_some_and(|reference| reference == target || reference.ends_with(&ending))
        })
}

/// The branch that comes nearest: one that at least has the right type, then the one with
/// the fewest errors. `None` when no branch stands out, so that none is blamed.
fn nearest<'c>(
    error: &ValidationError<'_>,
    context: &'c [Vec<ValidationError<'static>>],
) -> Option<&'c Vec<ValidationError<'static>>> {
    let here = error.instance_path().as_str();
    let right_type: Vec<_> = context
        .iter()
        .filter(|errors| {
            !errors.iter().any(|one| {
                one.instance_path().as_str() == here
                    && matches!(one.kind(), Kind::Type { .. } | Kind::FalseSchema)
            })
        })
        .collect();
    // A wrong `const` or `enum` one level down is how unions without a discriminator tell
    // their members apart.
    let tag = |errors: &[ValidationError<'static>]| {
        errors
            .iter()
            .filter(|one| matches!(one.kind(), Kind::Constant { .. } | Kind::Enum { .. }))
            .count()
    };
    let best = right_type
        .iter()
        .map(|errors| (tag(errors), errors.len()))
        .min()?;
    let mut nearest = right_type
        .into_iter()
        .filter(|errors| (tag(errors), errors.len()) == best);
    let first = nearest.next()?;
    nearest.next().is_none().then_some(first)
}

/// When every branch fails for its type alone: those types.
fn only_types(
    error: &ValidationError<'_>,
    context: &[Vec<ValidationError<'static>>],
) -> Option<String> {
    let here = error.instance_path().as_str();
    let mut types: Vec<String> = Vec::new();
    for errors in context {
        let wrong = errors.iter().find(|one| {
            one.instance_path().as_str() == here && matches!(one.kind(), Kind::Type { .. })
        })?;
        let expected = words::expected(wrong.kind(), None);
        if !types.contains(&expected) {
            types.push(expected);
        }
    }
    (!types.is_empty()).then(|| types.join(" or "))
}

fn mismatch(schemas: &Schemas, error: &ValidationError<'_>, place: Place) -> Mismatch {
    let kind = error.kind();
    let expected = words::expected(kind, schemas.get(&place));
    let actual = words::actual(kind, error.instance());
    let message = match kind {
        Kind::Required { property } => format!("required {} is absent", words::excerpt(property)),
        Kind::AdditionalProperties { .. } | Kind::UnevaluatedProperties { .. } => {
            format!("unknown property {actual}")
        }
        Kind::Custom { .. } => format!("{actual} is not of {expected}"),
        _ => format!("expected {expected}, got {actual}"),
    };
    Mismatch {
        instance: Pointer::new(error.instance_path().as_str()),
        keyword: match kind.keyword() {
            "falseSchema" => place
                .pointer
                .last()
                .map_or_else(|| "false".to_owned(), std::borrow::Cow::into_owned),
            keyword => keyword.to_owned(),
        },
        schema: place,
        message,
        expected,
        actual,
    }
}
