//! Source → `Document`: the root and everything that its `$ref`s name, transitively.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use url::Url;

use super::dialect::Dialect;
use super::input::{Fetch, Input, Limits};
use super::parsed::{Parsed, parse};
use super::{SpecError, input, text};
use crate::document::{Document, Place, Source};

/// Reads a description and all files and URLs that it refers to, within the default limits.
///
/// # Errors
/// When the root cannot be read or is no OpenAPI description at all. A referenced source
/// that cannot be read is noted in [`Document::unread`].
pub fn read(input: &Input, fetch: &dyn Fetch) -> Result<Document, SpecError> {
    read_within(input, fetch, &Limits::default())
}

/// [`read`] within limits of the caller.
///
/// # Errors
/// As [`read`].
pub fn read_within(
    input: &Input,
    fetch: &dyn Fetch,
    limits: &Limits,
) -> Result<Document, SpecError> {
    let (bytes, uri) = input::open(input, fetch, limits)?;
    let mut reader = Reader {
        document: Document::default(),
        known: HashSet::new(),
        bytes_left: limits.total_bytes,
        fetch,
        limits,
    };
    reader.add(&input.name(), uri, bytes)?;
    let root = &reader.document.sources[0];
    if root.value.is_null() {
        return Err(SpecError::Empty { name: input.name() });
    }
    Dialect::of(&reader.document)?;
    reader.read_all_references(0);
    Ok(reader.document)
}

/// Reads what the first source of a document refers to and was not read before: overlays may
/// have brought new references. Within the default limits.
pub fn read_new_references(document: &mut Document, fetch: &dyn Fetch) {
    let limits = &Limits::default();
    let read: u64 = document
        .sources
        .iter()
        .map(|source| source.text.len() as u64)
        .sum();
    let uris = document.sources.iter().map(|source| source.uri.clone());
    let known = uris.chain(document.unread.keys().cloned()).collect();
    let before = document.sources.len();
    let mut reader = Reader {
        document: std::mem::take(document),
        known,
        bytes_left: limits.total_bytes.saturating_sub(read),
        fetch,
        limits,
    };
    if before > 0 {
        reader.read_references(0);
        reader.read_all_references(before);
    }
    *document = reader.document;
}

/// The most bytes of a document that is no description.
const SMALL: u64 = 4 << 20;

/// Reads a JSON or YAML document that is no description, such as an overlay or workflows.
/// Unlike in a description, a key that stands twice is an error.
///
/// # Errors
/// When it cannot be read, is larger than 4 MiB, is neither JSON nor YAML, or exceeds the
/// default [`Limits`].
pub fn read_source(input: &Input, fetch: &dyn Fetch) -> Result<Source, SpecError> {
    let limits = Limits {
        bytes: SMALL,
        ..Limits::default()
    };
    let (bytes, uri) = input::open(input, fetch, &limits)?;
    let name = input.name();
    let text = text::decode(&name, bytes)?;
    one_source(&name, text, uri, &limits)
}

/// [`read_source`] of a text that was read already.
///
/// # Errors
/// As [`read_source`].
pub fn read_source_text(name: &str, text: &str) -> Result<Source, SpecError> {
    one_source(name, text.to_owned(), String::new(), &Limits::default())
}

fn one_source(name: &str, text: String, uri: String, limits: &Limits) -> Result<Source, SpecError> {
    let (parsed, format) = parse(name, &text, limits)?;
    let source = Source {
        uri,
        name: Arc::from(name),
        text: Arc::from(parsed.repaired.unwrap_or(text)),
        format,
        value: Arc::new(parsed.value),
    };
    match parsed.duplicates.first() {
        None => Ok(source),
        Some(pointer) => Err(SpecError::DuplicateKey {
            location: super::locate(&source, pointer),
            key: pointer.last().unwrap_or_default().into_owned(),
        }),
    }
}

struct Reader<'r> {
    document: Document,
    /// The URIs of all sources, read or not.
    known: HashSet<String>,
    bytes_left: u64,
    fetch: &'r dyn Fetch,
    limits: &'r Limits,
}

impl Reader<'_> {
    /// Reads what the sources from this one on refer to, and what that refers to.
    fn read_all_references(&mut self, from: usize) {
        let mut at = from;
        while at < self.document.sources.len() {
            self.read_references(at);
            at += 1;
        }
    }

    fn add(&mut self, name: &str, uri: String, bytes: Vec<u8>) -> Result<(), SpecError> {
        self.bytes_left = self.bytes_left.saturating_sub(bytes.len() as u64);
        let text = text::decode(name, bytes)?;
        let (parsed, format) = parse(name, &text, self.limits)?;
        let Parsed {
            value,
            duplicates,
            repaired,
        } = parsed;
        let source = self.document.sources.len();
        self.document.duplicates.extend(
            duplicates
                .into_iter()
                .map(|pointer| Place::new(source, pointer)),
        );
        self.known.insert(uri.clone());
        self.document.sources.push(Source {
            uri,
            name: Arc::from(name),
            text: Arc::from(repaired.unwrap_or(text)),
            format,
            value: Arc::new(value),
        });
        Ok(())
    }

    /// Reads what the source `from` refers to and was not read before.
    fn read_references(&mut self, from: usize) {
        let source = &self.document.sources[from];
        let Ok(base) = Url::parse(&source.uri) else {
            return;
        };
        let mut wanted = Vec::new();
        let mut seen = HashSet::new();
        external_references(&source.value, &mut |reference| {
            let without_fragment = reference.split('#').next().unwrap_or_default();
            if !seen.insert(without_fragment.to_owned()) {
                return;
            }
            if let Ok(mut uri) = base.join(without_fragment) {
                uri.set_fragment(None);
                wanted.push(uri);
            }
        });
        for uri in wanted {
            if !self.known.insert(uri.to_string()) {
                continue;
            }
            if let Err(reason) = self.read_one(&uri) {
                self.document.unread.insert(uri.to_string(), reason);
            }
        }
    }

    fn read_one(&mut self, uri: &Url) -> Result<(), String> {
        if self.document.sources.len() >= self.limits.sources {
            return Err(format!(
                "the description consists of more than {} sources",
                self.limits.sources
            ));
        }
        if self.bytes_left == 0 {
            return Err("the sources of the description are too large together".to_owned());
        }
        let root = Url::parse(&self.document.sources[0].uri).map_err(|error| error.to_string())?;
        let (name, bytes) = match uri.scheme() {
            "file" if root.scheme() == "file" => self.file(uri)?,
            "http" | "https" if same_host(&root, uri) => {
                (uri.to_string(), self.fetch.fetch(uri.as_str())?)
            }
            "http" | "https" => {
                return Err(format!(
                    "it is on the host {}, which you did not name",
                    uri.host_str().unwrap_or_default()
                ));
            }
            "file" => return Err("a remote description may not name local files".to_owned()),
            other => return Err(format!("`{other}:` cannot be read from")),
        };
        if bytes.len() as u64 > self.limits.bytes.min(self.bytes_left) {
            return Err("it is too large".to_owned());
        }
        self.add(&name, uri.to_string(), bytes)
            .map_err(|error| match error {
                SpecError::Syntax {
                    location, message, ..
                } => format!("line {}, {message}", location.line),
                other => {
                    let whole = other.to_string();
                    whole
                        .strip_prefix(&format!("{name}: "))
                        .unwrap_or(&whole)
                        .to_owned()
                }
            })
    }

    fn file(&self, uri: &Url) -> Result<(String, Vec<u8>), String> {
        let path = uri
            .to_file_path()
            .map_err(|()| "its URL is no path".to_owned())?;
        if !path.exists() {
            return Err("there is no such file".to_owned());
        }
        // A pipe or a device could keep us waiting.
        if !path.is_file() {
            return Err("it is no ordinary file".to_owned());
        }
        let name = shown(&path);
        input::file(&path, self.limits)
            .map(|bytes| (name, bytes))
            .map_err(|error| match error {
                SpecError::Unreadable { reason, .. } => reason,
                SpecError::TooLarge { .. } => "it is too large".to_owned(),
                other => other.to_string(),
            })
    }
}

/// A path as short as the user would write it.
fn shown(path: &Path) -> String {
    std::env::current_dir()
        .ok()
        .and_then(|here| path.strip_prefix(here).ok())
        .unwrap_or(path)
        .display()
        .to_string()
}

fn same_host(root: &Url, other: &Url) -> bool {
    matches!(root.scheme(), "http" | "https")
        && root.host_str() == other.host_str()
        && root.port_or_known_default() == other.port_or_known_default()
}

/// Calls `found` with every `$ref` that names another source. The meta-schemas of JSON Schema
/// are known without reading them.
fn external_references<'v>(value: &'v Value, found: &mut impl FnMut(&'v str)) {
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        match value {
            // Reversed, so that sources come in the order of the text.
            Value::Array(elements) => waiting.extend(elements.iter().rev()),
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref")
                    && !reference.starts_with('#')
                    && !is_meta_schema(reference)
                {
                    found(reference);
                }
                waiting.extend(members.values().rev());
            }
            _ => {}
        }
    }
}

/// Whether a reference names a meta-schema of JSON Schema, which validators know by heart.
pub(super) fn is_meta_schema(reference: &str) -> bool {
    [
        "https://json-schema.org/draft",
        "http://json-schema.org/draft",
    ]
    .iter()
    .any(|start| reference.starts_with(start))
}
