//! What keeps a description from being read at all: the user's input is wrong.

use std::fmt::Write as _;

use crate::pointer::Location;

/// Why there is no description to work with. Everything less than that is a
/// [`crate::api::Flaw`]. Each message says what, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// There is no such file.
    #[error("{path}: there is no such file{}", suggestion(near))]
    Missing {
        /// The path as given.
        path: String,
        /// Names in the same folder that are similar, or look like descriptions.
        near: Vec<String>,
    },
    /// A folder instead of a file.
    #[error(
        "{path}: this is a folder, not a file; name the description in it{}",
        suggestion(near)
    )]
    Folder {
        /// The path as given.
        path: String,
        /// Files in it that look like descriptions.
        near: Vec<String>,
    },
    /// The file exists, and reading it failed.
    #[error("{path}: cannot be read: {reason}; check the path and its permissions")]
    Unreadable {
        /// The path as given.
        path: String,
        /// What the operating system says.
        reason: String,
    },
    /// The URL did not answer with a description.
    #[error(
        "{url}: cannot be fetched: {reason}; check the URL, or save the description to a file and name that"
    )]
    Fetch {
        /// The URL as given.
        url: String,
        /// What the transport says.
        reason: String,
    },
    /// More bytes than allowed.
    #[error("{name}: larger than {} MiB, the most that is read; split the description, or raise the limit", limit / (1024 * 1024))]
    TooLarge {
        /// The source.
        name: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// Nothing but white space or comments.
    #[error(
        "{name}: empty; an OpenAPI description begins with `openapi: 3.1.0`, `info` and `paths`"
    )]
    Empty {
        /// The source.
        name: String,
    },
    /// Bytes that are no text.
    #[error("{name}: this is {kind}, not text; an OpenAPI description is JSON or YAML")]
    Binary {
        /// The source.
        name: String,
        /// What it looks like, e.g. `a ZIP archive`.
        kind: &'static str,
    },
    /// Text that is not in a Unicode encoding.
    #[error("{location}: the byte 0x{byte:02X} is no UTF-8; save the description as UTF-8")]
    Encoding {
        /// Where the first bad byte stands.
        location: Location,
        /// The byte.
        byte: u8,
    },
    /// A web page.
    #[error(
        "{name}: this is an HTML page, not a description; the description is often at /openapi.json, /openapi.yaml, /v3/api-docs or /swagger.json of the same server"
    )]
    Html {
        /// The source.
        name: String,
    },
    /// An XML document.
    #[error("{name}: this is XML, not a description; an OpenAPI description is JSON or YAML")]
    Xml {
        /// The source.
        name: String,
    },
    /// The text is neither JSON nor YAML.
    #[error("{location}: not valid {format}: {message}")]
    Syntax {
        /// Where reading stopped.
        location: Location,
        /// `JSON` or `YAML`.
        format: &'static str,
        /// What the parser says.
        message: String,
    },
    /// A YAML stream of several documents.
    #[error(
        "{location}: a second YAML document begins here; a description is one document, so put each into a file of its own"
    )]
    SeveralDocuments {
        /// Where the second one begins.
        location: Location,
    },
    /// A key that stands twice in an object, where that is no matter of taste.
    #[error(
        "{location}: the key `{key}` stands more than once in this object; remove or rename the others"
    )]
    DuplicateKey {
        /// Where the last one stands.
        location: Location,
        /// The key.
        key: String,
    },
    /// Aliases that multiply beyond measure.
    #[error(
        "{location}: the YAML aliases expand to more than {limit} values (a \"YAML bomb\"); write the repeated parts with `$ref` instead"
    )]
    Expansion {
        /// The alias at which the limit was passed.
        location: Location,
        /// The limit.
        limit: usize,
    },
    /// Nesting beyond measure.
    #[error(
        "{location}: nested more than {limit} levels deep; move inner parts to `components` and use `$ref`"
    )]
    TooDeep {
        /// Where the limit was passed.
        location: Location,
        /// The limit.
        limit: usize,
    },
    /// JSON or YAML, and no description.
    #[error("{name}: no OpenAPI description: {found}; {advice}")]
    NotOpenApi {
        /// The source.
        name: String,
        /// What stands there instead.
        found: String,
        /// What to do.
        advice: String,
    },
    /// A version of OpenAPI that does not exist or is not supported.
    #[error(
        "{location}: `{key}: {version}` is no version that is supported; supported are swagger 2.0 and openapi 3.0, 3.1 and 3.2"
    )]
    UnknownVersion {
        /// Where the version stands.
        location: Location,
        /// `openapi` or `swagger`.
        key: &'static str,
        /// What it says.
        version: String,
    },
}

/// `; did you mean a, b?`, or nothing.
fn suggestion(near: &[String]) -> String {
    let mut text = String::new();
    for (at, name) in near.iter().enumerate() {
        let before = match at {
            0 => "; did you mean ",
            _ => " or ",
        };
        let _ = write!(text, "{before}{name}");
    }
    if !near.is_empty() {
        text.push('?');
    }
    text
}
