//! A case: one request to send, conforming, or violating exactly one thing.

use std::fmt;
use std::sync::Arc;

use http::Method;
use serde_json::Value;

use crate::api::ParameterLocation;
use crate::document::Place;
use crate::pointer::Pointer;

/// A value that only the run knows: an output of a resource that it creates.
/// Written `{chat.id}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    /// The resource, e.g. `chat`.
    pub resource: String,
    /// The output of it, e.g. `id`.
    pub output: String,
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{{{}.{}}}", self.resource, self.output)
    }
}

/// A part of a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// A parameter.
    Parameter(ParameterLocation, String),
    /// A part of the body; the root is the whole.
    Body(Pointer),
    /// The `Content-Type` of the body.
    ContentType,
    /// The credentials.
    Credentials,
    /// The method.
    Method,
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(location, name) => write!(formatter, "{location}.{name}"),
            Self::Body(pointer) => write!(formatter, "body{pointer}"),
            Self::ContentType => formatter.write_str("content-type"),
            Self::Credentials => formatter.write_str("credentials"),
            Self::Method => formatter.write_str("method"),
        }
    }
}

/// What a binding puts into a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Bound {
    /// An output of a resource.
    Reference(Reference),
    /// A fixed value; strings within may hold references, e.g. `[{"id": "{agent.id}"}]`.
    Value(Value),
}

/// A part of every request to an operation that the run must fill with something live:
/// path parameters, foreign keys, fixed values.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// The part.
    pub part: Part,
    /// What goes there.
    pub bound: Bound,
}

/// What a violating case does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ViolationKind {
    /// A value of another JSON type.
    WrongType,
    /// A required property or parameter is left out.
    MissingRequired,
    /// A number beyond `minimum`, `maximum` or their exclusive forms, or no multiple.
    OutOfBounds,
    /// A string, array or object shorter or longer than allowed.
    BadLength,
    /// A value outside `enum` or `const`.
    BadEnum,
    /// A string that is not of its `format`.
    BadFormat,
    /// A string that does not match `pattern`.
    BadPattern,
    /// Elements that are not unique although they must be.
    NotUnique,
    /// A property that a closed object does not know.
    UnknownProperty,
    /// No credentials where they are required.
    MissingCredentials,
    /// Credentials that the server cannot know.
    InvalidCredentials,
    /// A body with a media type that is not offered.
    WrongContentType,
    /// A body that is no JSON although it says so.
    MalformedJson,
    /// A method that the path does not offer.
    UnsupportedMethod,
    /// Any other keyword of the schema.
    OtherKeyword,
}

impl ViolationKind {
    /// The kebab-case name, as in case ids and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::WrongType => "wrong-type",
            Self::MissingRequired => "missing-required",
            Self::OutOfBounds => "out-of-bounds",
            Self::BadLength => "bad-length",
            Self::BadEnum => "bad-enum",
            Self::BadFormat => "bad-format",
            Self::BadPattern => "bad-pattern",
            Self::NotUnique => "not-unique",
            Self::UnknownProperty => "unknown-property",
            Self::MissingCredentials => "missing-credentials",
            Self::InvalidCredentials => "invalid-credentials",
            Self::WrongContentType => "wrong-content-type",
            Self::MalformedJson => "malformed-json",
            Self::UnsupportedMethod => "unsupported-method",
            Self::OtherKeyword => "other-keyword",
        }
    }
}

/// The one thing that a case violates.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// The kind.
    pub kind: ViolationKind,
    /// The part of the request that is wrong.
    pub part: Part,
    /// In words, e.g. `longer than maxLength 100`.
    pub detail: String,
    /// The keyword of the description that forbids it.
    pub place: Option<Place>,
}

/// Whether a case keeps the contract.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    /// It keeps it.
    Conforming,
    /// It violates one thing.
    Violating(Violation),
}

/// Where a case comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// An example of the description, by name.
    Example(String),
    /// All properties and parameters.
    Full,
    /// Only the required ones.
    Minimal,
    /// One constraint at its edge, e.g. `title maxLength 120`; the description states
    /// explicitly that the value is allowed.
    Boundary(String),
    /// A base case with another form in one place, e.g. `query/page alone`; the value there
    /// is one of many, and the description does not single it out.
    Variant(String),
    /// A random value.
    Random,
    /// A base case with one thing wrong.
    Mutation,
}

impl Origin {
    /// The name of the kind, as in case ids.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Example(_) => "example",
            Self::Full => "full",
            Self::Minimal => "minimal",
            Self::Boundary(_) | Self::Variant(_) => "boundary",
            Self::Random => "random",
            Self::Mutation => "violating",
        }
    }
}

/// A value of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// Where it travels.
    pub location: ParameterLocation,
    /// The name.
    pub name: String,
    /// The value; a placeholder of the right shape when `reference` is set.
    pub value: Value,
    /// What replaces the value when the request is built.
    pub reference: Option<Reference>,
}

/// The body of a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Payload {
    /// A value, written as the media type wants it.
    Value(Value),
    /// Bytes as they are.
    Raw(bytes::Bytes),
}

/// The body of a case with its media type.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseBody {
    /// The `Content-Type` to send.
    pub media_type: String,
    /// The content.
    pub payload: Payload,
    /// Parts of the value that are replaced when the request is built.
    pub references: Vec<(Pointer, Reference)>,
}

/// Whose credentials a case uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaseCredentials {
    /// Those of the identity of the operation.
    #[default]
    Regular,
    /// None.
    Missing,
    /// Spoiled ones.
    Invalid,
}

/// Everything a request is made of, but for what only the run knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Input {
    /// Parameters, in the order in which the operation lists them.
    pub arguments: Vec<Argument>,
    /// The body.
    pub body: Option<CaseBody>,
    /// The credentials.
    pub credentials: CaseCredentials,
    /// Another method than the operation's.
    pub method: Option<Method>,
}

/// One request to send.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Unique in the plan and stable: `operation/origin/part/keyword…`.
    pub id: Arc<str>,
    /// The operation: index into [`crate::api::Api::operations`].
    pub operation: usize,
    /// Whether it keeps the contract.
    pub intent: Intent,
    /// Where it comes from.
    pub origin: Origin,
    /// For a case made from another by one change: that one's id.
    pub base: Option<Arc<str>>,
    /// The request.
    pub input: Input,
}

impl Case {
    /// Whether it keeps the contract.
    pub fn is_conforming(&self) -> bool {
        self.intent == Intent::Conforming
    }

    /// What it violates.
    pub fn violation(&self) -> Option<&Violation> {
        match &self.intent {
            Intent::Violating(violation) => Some(violation),
            Intent::Conforming => None,
        }
    }
}
