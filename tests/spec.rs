//! One named test for each description under `fixtures/spec`: what is read from it, and every
//! flaw with the lines it shows, must be what the `.out` file beside it says.
//!
//! `UPDATE=1 cargo test --test spec` writes the `.out` files anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use assize::api::{Api, Example, MediaType, Operation, SchemaId};
use assize::document::Document;
use assize::spec::{self, Fetch, Input, Limits, SpecError};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new("fixtures/spec");
    let mut trials = Vec::new();
    for group in names(folder) {
        for name in names(&folder.join(&group)) {
            if Path::new(&name)
                .extension()
                .is_some_and(|extension| extension == "out")
            {
                continue;
            }
            let path = folder.join(&group).join(&name);
            trials.push(Trial::test(format!("{group}/{name}"), move || {
                compare(&path)
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("the fixtures are there")
        .map(|entry| {
            let name = entry.expect("a readable folder").file_name();
            name.into_string().expect("fixtures have plain names")
        })
        .collect();
    names.sort();
    names
}

/// A folder stands for a description of several files, the first of which is `openapi.yaml`.
fn compare(path: &Path) -> Result<(), Failed> {
    let root = match path.join("openapi.yaml") {
        inner if inner.is_file() => inner,
        _ => path.to_owned(),
    };
    let actual = show(&root);
    let mut golden = PathBuf::from(path).into_os_string();
    golden.push(".out");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&golden, &actual)?;
        return Ok(());
    }
    let expected = std::fs::read_to_string(&golden)?;
    if actual == expected {
        return Ok(());
    }
    let diff = similar::TextDiff::from_lines(&expected, &actual);
    Err(diff.unified_diff().to_string().into())
}

/// A host that has one file, and nothing else.
struct OneHost;

impl Fetch for OneHost {
    fn fetch(&self, url: &str) -> Result<Vec<u8>, String> {
        match url {
            "https://api.example.com/openapi.yaml" => {
                Ok(include_bytes!("../fixtures/spec/references/remote.yaml").to_vec())
            }
            "https://api.example.com/common.yaml" => Ok(b"Name: {type: string}\n".to_vec()),
            _ => Err("404 Not Found".to_owned()),
        }
    }
}

fn show(path: &Path) -> String {
    let limits = Limits {
        bytes: 100_000,
        ..Limits::default()
    };
    let input = if path.ends_with("remote.yaml") {
        Input::Url("https://api.example.com/openapi.yaml".to_owned())
    } else {
        Input::Path(path.to_owned())
    };
    let result = spec::read_within(&input, &OneHost, &limits).and_then(|document| {
        let strict = spec::strict::opinion(&document);
        spec::api(document).map(|api| (api, strict))
    });
    match result {
        Ok((api, strict)) => {
            let mut text = show_api(&api);
            if let Some(flaw) = strict {
                let _ = writeln!(text, "\nstrict: {}", flaw.message);
            }
            text
        }
        Err(error) => show_error(&error),
    }
}

fn show_error(error: &SpecError) -> String {
    format!("error: {error}\n")
}

fn show_api(api: &Api) -> String {
    let mut text = format!("{} — {} {}\n", api.dialect, api.title, api.version);
    for server in &api.servers {
        let _ = writeln!(text, "server {server}");
    }
    for (name, scheme) in &api.security_schemes {
        let _ = writeln!(text, "security scheme {name}: {:?}", scheme.kind);
    }
    for operation in &api.operations {
        show_operation(&mut text, api, operation);
    }
    for flaw in &api.flaws {
        text.push('\n');
        text.push_str(&flaw_shown(&api.document, flaw));
    }
    text
}

fn flaw_shown(document: &Document, flaw: &assize::api::Flaw) -> String {
    let mut text = spec::snippet(
        document,
        &flaw.place,
        &flaw.message,
        flaw.help.as_deref(),
        false,
    );
    text.push('\n');
    if let Some(lost) = &flaw.quarantined {
        let _ = writeln!(text, "quarantined: {lost}");
    }
    text
}

fn show_operation(text: &mut String, api: &Api, operation: &Operation) {
    let _ = write!(text, "\n{}", operation.signature());
    if operation.id != operation.signature() {
        let _ = write!(text, " ({})", operation.id);
    }
    if operation.deprecated {
        text.push_str(" deprecated");
    }
    if !operation.tags.is_empty() {
        let _ = write!(text, " tags {}", operation.tags.join(", "));
    }
    text.push('\n');
    for parameter in &operation.parameters {
        let _ = write!(text, "  {} {}", parameter.location, parameter.name);
        if parameter.required {
            text.push_str(" required");
        }
        let _ = write!(text, " {:?}", parameter.style);
        if parameter.explode {
            text.push_str(" explode");
        }
        show_schema(text, api, parameter.schema);
        if let Some(content) = &parameter.content {
            let _ = write!(text, " as {}", content.name);
            show_schema(text, api, content.schema);
        }
        show_examples(text, &parameter.examples);
        text.push('\n');
    }
    if let Some(body) = &operation.body {
        let required = if body.required { " required" } else { "" };
        let _ = writeln!(text, "  body{required}");
        show_contents(text, api, &body.contents);
    }
    for response in &operation.responses {
        let _ = writeln!(text, "  {}", response.status);
        show_contents(text, api, &response.contents);
        for header in &response.headers {
            let required = if header.required { " required" } else { "" };
            let _ = write!(text, "    header {}{required}", header.name);
            show_schema(text, api, header.schema);
            text.push('\n');
        }
        for link in &response.links {
            let _ = writeln!(
                text,
                "    link {} to {} {:?}",
                link.name, link.operation, link.parameters
            );
        }
    }
    if !operation.security.is_empty() {
        let alternatives: Vec<String> = operation
            .security
            .iter()
            .map(|one| format!("{:?}", one.schemes))
            .collect();
        let _ = writeln!(text, "  security {}", alternatives.join(" or "));
    }
    if !operation.extensions.is_empty() {
        let _ = writeln!(text, "  extensions {:?}", operation.extensions);
    }
}

fn show_contents(text: &mut String, api: &Api, contents: &[MediaType]) {
    for content in contents {
        let _ = write!(text, "    {}", content.name);
        show_schema(text, api, content.schema);
        if content.item_schema.is_some() {
            text.push_str(" items");
            show_schema(text, api, content.item_schema);
        }
        for (property, encoding) in &content.encoding {
            let _ = write!(text, " {property}={encoding:?}");
        }
        show_examples(text, &content.examples);
        text.push('\n');
    }
}

/// The schema as it is after normalization, with its place.
fn show_schema(text: &mut String, api: &Api, schema: Option<SchemaId>) {
    match schema {
        None => text.push_str(" -"),
        Some(id) => {
            let place = api.schema_place(id);
            let value = api.schema(id).map(ToString::to_string);
            let _ = write!(
                text,
                " {} at {}#{}",
                value.unwrap_or_else(|| "nothing".to_owned()),
                place.source,
                place.pointer
            );
        }
    }
}

fn show_examples(text: &mut String, examples: &[Example]) {
    for example in examples {
        let _ = write!(text, " e.g. {}={}", example.name, example.value);
    }
}
