//! Where a description comes from, and getting its bytes within limits.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use url::Url;

use super::SpecError;
use crate::near::near;

/// What the user named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file.
    Path(PathBuf),
    /// An `http` or `https` URL.
    Url(String),
    /// The text that came through standard input.
    Stdin(Vec<u8>),
    /// A text compiled into the program.
    Embedded {
        /// What to call it.
        name: String,
        /// The text.
        text: String,
    },
}

impl Input {
    /// An argument of the command line: a URL when it begins like one, else a path. Standard
    /// input (`-`) is for the caller to read.
    pub fn from_argument(argument: &str) -> Self {
        let is_url = ["http://", "https://"].iter().any(|scheme| {
            argument
                .get(..scheme.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        });
        if is_url {
            Self::Url(argument.to_owned())
        } else {
            Self::Path(PathBuf::from(argument))
        }
    }

    /// How messages call it.
    pub fn name(&self) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Url(url) => url.clone(),
            Self::Stdin(_) => "<stdin>".to_owned(),
            Self::Embedded { name, .. } => name.clone(),
        }
    }
}

/// How URLs are fetched: `spec` has no network of its own.
pub trait Fetch {
    /// The body of a successful answer to `GET url`; otherwise the reason, as a fragment that
    /// fits after "cannot be fetched:". Redirects must stay on the host.
    fn fetch(&self, url: &str) -> Result<Vec<u8>, String>;
}

/// Refuses every URL: for descriptions that must be complete in files.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFetch;

impl Fetch for NoFetch {
    fn fetch(&self, _url: &str) -> Result<Vec<u8>, String> {
        Err("the network is not used here".to_owned())
    }
}

/// How much is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one source.
    pub bytes: u64,
    /// Bytes of all sources.
    pub total_bytes: u64,
    /// Sources of one description.
    pub sources: usize,
    /// Levels of nesting. JSON is bound to 128 besides.
    pub depth: usize,
    /// Values that YAML aliases may add.
    pub expansion: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 * 1024 * 1024,
            total_bytes: 256 * 1024 * 1024,
            sources: 1000,
            depth: 128,
            expansion: 1_000_000,
        }
    }
}

/// The bytes of what the user named, with its absolute URI.
pub(super) fn open(
    input: &Input,
    fetch: &dyn Fetch,
    limits: &Limits,
) -> Result<(Vec<u8>, String), SpecError> {
    let (bytes, uri) = match input {
        Input::Path(path) => (file(path, limits)?, file_uri(path)?),
        Input::Url(url) => {
            let failed = |reason| SpecError::Fetch {
                url: url.clone(),
                reason,
            };
            let mut parsed = Url::parse(url).map_err(|error| failed(error.to_string()))?;
            parsed.set_fragment(None);
            let bytes = fetch.fetch(parsed.as_str()).map_err(failed)?;
            (bytes, parsed.to_string())
        }
        // Relative references of a stream are looked for where the program runs.
        Input::Stdin(bytes) => (bytes.clone(), file_uri(Path::new("<stdin>"))?),
        Input::Embedded { name, text } => (text.as_bytes().to_vec(), embedded_uri(name)),
    };
    if bytes.len() as u64 > limits.bytes {
        return Err(SpecError::TooLarge {
            name: input.name(),
            limit: limits.bytes,
        });
    }
    Ok((bytes, uri))
}

fn embedded_uri(name: &str) -> String {
    let mut uri = Url::parse("embedded:///").expect("a valid URL");
    uri.set_path(name);
    uri.to_string()
}

fn file_uri(path: &Path) -> Result<String, SpecError> {
    let unreadable = |reason: String| SpecError::Unreadable {
        path: path.display().to_string(),
        reason,
    };
    let absolute = std::path::absolute(path).map_err(|error| unreadable(error.to_string()))?;
    Url::from_file_path(&absolute)
        .map(|url| url.to_string())
        .map_err(|()| unreadable("the path cannot be written as a URL".to_owned()))
}

/// The bytes of a file, one more than the limit at most.
pub(super) fn file(path: &Path, limits: &Limits) -> Result<Vec<u8>, SpecError> {
    let shown = path.display().to_string();
    if path.is_dir() {
        return Err(SpecError::Folder {
            path: shown,
            near: descriptions_in(path),
        });
    }
    let unreadable = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => SpecError::Missing {
            path: path.display().to_string(),
            near: neighbours(path),
        },
        _ => SpecError::Unreadable {
            path: path.display().to_string(),
            reason: error.to_string(),
        },
    };
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(limits.bytes + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > limits.bytes {
        return Err(SpecError::TooLarge {
            name: shown,
            limit: limits.bytes,
        });
    }
    Ok(bytes)
}

/// The names in a folder, at most a thousand, in order.
fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .take(1000)
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

fn is_description(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| {
        ["json", "yaml", "yml"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

fn descriptions_in(folder: &Path) -> Vec<String> {
    let mut names = names_in(folder);
    names.retain(|name| is_description(name));
    // `openapi.yaml` before `package.json`.
    names.sort_by_key(|name| !(name.contains("openapi") || name.contains("swagger")));
    names.truncate(3);
    names
        .iter()
        .map(|name| folder.join(name).display().to_string())
        .collect()
}

/// What may have been meant by a path that does not exist.
fn neighbours(path: &Path) -> Vec<String> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let Some(wanted) = path.file_name().and_then(|name| name.to_str()) else {
        return Vec::new();
    };
    let names = names_in(folder);
    let mut found = near(wanted, names.iter().map(String::as_str));
    if found.is_empty() {
        // The same name with another extension.
        let stem = path.file_stem();
        found = names
            .iter()
            .map(String::as_str)
            .filter(|name| is_description(name) && Path::new(name).file_stem() == stem)
            .take(3)
            .collect();
    }
    let parent = path.parent().unwrap_or(Path::new(""));
    found
        .into_iter()
        .map(|name| parent.join(name).display().to_string())
        .collect()
}
