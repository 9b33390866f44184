//! Faults of the reading and validation of requests.

super::declare::faults! { Validation:
    /// A body of any media type is read as JSON.
    /// The parser is called without a look at `Content-Type`.
    CONTENT_TYPE_IGNORED = "content-type-ignored" is Validation
        caught by ["violating-accepted"],
    /// Properties in the free metadata of an event are refused.
    /// Strictness was switched on for every object of every schema.
    FREE_METADATA_CLOSED = "free-metadata-closed" is Validation since "2026-01-14"
        caught by ["THV-STR-005"],
    /// A malformed id in a path answers 500.
    /// The text goes to the database, which cannot cast it.
    MALFORMED_ID_CRASHES = "malformed-id-crashes" is Crash
        caught by ["server-error"],
    /// Malformed JSON answers 500.
    /// The parser's exception reaches the last handler.
    MALFORMED_JSON_CRASHES = "malformed-json-crashes" is Crash
        caught by ["server-error"],
    /// Unknown properties of nested objects are ignored.
    /// The check compares the names of the top level.
    NESTED_PROPERTY_IGNORED = "nested-property-ignored" is Validation since "2026-01-14"
        caught by ["THV-STR-006"],
    /// Numbers and booleans are accepted where texts are promised.
    /// The framework casts parameters before they are validated.
    NUMBERS_TAKEN_FOR_TEXT = "numbers-taken-for-text" is Validation
        caught by ["violating-accepted"],
    /// A name or a description of exactly the longest allowed length answers 500.
    /// The column is one character narrower than the validation allows.
    SERVER_ERROR_ON_BOUNDARY = "server-error-on-boundary" is Crash
        caught by ["server-error"],
    /// Unknown properties answer 422.
    /// They are taken for any other error of the schema.
    UNKNOWN_PROPERTY_ANSWERS_422 = "unknown-property-answers-422" is Status since "2026-01-14"
        caught by ["THV-STR-001"],
    /// Unknown properties of a body are ignored.
    /// The behaviour before 2026-01-14.
    UNKNOWN_PROPERTY_IGNORED = "unknown-property-ignored" is FormerEdition since "2026-01-14"
        caught by ["THV-STR-001"],
    /// Unknown properties answer 400, and the operation is performed with the known ones.
    /// The check runs beside the controller and not before it.
    UNKNOWN_PROPERTY_STORED = "unknown-property-refused-but-stored" is Property since "2026-01-14"
        caught by ["THV-STR-002"],
    /// Unknown properties are refused before the release that says so.
    /// The release of 2026-01-14 was deployed in part.
    UNKNOWN_PROPERTY_REFUSED_EARLY = "unknown-property-refused-early" is Validation until "2026-01-14"
        caught by ["THV-STR-003"],
    /// The refusal of an unknown property does not tell which one.
    /// A message of the validator's whole, without its path.
    UNKNOWN_PROPERTY_UNNAMED = "unknown-property-unnamed" is Field since "2026-01-14"
        caught by ["THV-STR-004"],
}
