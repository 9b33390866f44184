//! The keywords of schemas, sorted by what they mean.

/// Keywords that came with JSON Schema 2020-12.
pub(super) const NEW: [&str; 21] = [
    "const",
    "if",
    "then",
    "else",
    "contains",
    "minContains",
    "maxContains",
    "propertyNames",
    "patternProperties",
    "prefixItems",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
    "contentEncoding",
    "contentMediaType",
    "$defs",
    "$comment",
    "$vocabulary",
    "examples",
];

/// Keywords that decide which values are valid.
const RESTRICTING: [&str; 24] = [
    "type",
    "nullable",
    "enum",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "items",
    "minItems",
    "maxItems",
    "uniqueItems",
    "properties",
    "required",
    "additionalProperties",
    "minProperties",
    "maxProperties",
    "allOf",
    "anyOf",
    "oneOf",
];

/// Keywords that only describe.
const DESCRIBING: [&str; 12] = [
    "title",
    "description",
    "default",
    "example",
    "examples",
    "readOnly",
    "writeOnly",
    "deprecated",
    "discriminator",
    "xml",
    "externalDocs",
    "not",
];

/// Whether the keyword is one of the older dialects, and not just kept there.
pub(super) fn is_known(keyword: &str) -> bool {
    restricts(keyword) || DESCRIBING.contains(&keyword)
}

/// Whether the keyword decides which values are valid.
pub(super) fn restricts(keyword: &str) -> bool {
    RESTRICTING.contains(&keyword)
}
