//! The layers: who may import whom, and what every file must have.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const VOCABULARY: &[&str] = &[
    "pointer",
    "near",
    "document",
    "http",
    "api",
    "case",
    "procedure",
    "verdict",
];
const TOOLS: &[&str] = &["schema", "encode", "broken", "provision", "access"];
const COMPOSITION: &[&str] = &["engine", "cli"];

/// Module → the modules of this crate that it may import. A change here needs a line in
/// `docs/decisions/`.
fn allowed() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut table: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    table.insert("pointer", vec![]);
    table.insert("document", vec!["pointer"]);
    table.insert("http", vec![]);
    table.insert("api", vec!["document", "pointer", "http"]);
    table.insert("case", vec!["api", "document", "pointer", "http"]);
    table.insert("verdict", vec!["pointer", "http"]);
    table.insert("procedure", vec!["case", "http", "verdict"]);
    table.insert("near", vec![]);
    table.insert("schema", VOCABULARY.to_vec());
    table.insert("broken", [VOCABULARY, &["schema"]].concat());
    table.insert("encode", [VOCABULARY, &["schema"]].concat());
    table.insert("provision", [VOCABULARY, &["encode"]].concat());
    table.insert("access", [VOCABULARY, &["provision"]].concat());
    let stage = [VOCABULARY, TOOLS].concat();
    for name in [
        "spec",
        "contract",
        "generate",
        "sequence",
        "transport",
        "checks",
        "rules",
        "probes",
        "workflow",
        "report",
    ] {
        table.insert(name, stage.clone());
    }
    // The reference server shares nothing with what judges it.
    table.insert("reference", vec![]);
    let stages: Vec<&str> = table.keys().copied().collect();
    table.insert("engine", stages.clone());
    table.insert("cli", [stages.as_slice(), COMPOSITION].concat());
    table
}

/// Modules that may be async.
const ASYNC: &[&str] = &[
    "transport",
    "reference",
    "engine",
    "cli",
    "procedure",
    "provision",
    "sequence",
    "probes",
    "workflow",
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    files(Path::new("src"), &mut found);
    found.sort();
    found
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a source is text");
            (path, text)
        })
        .collect()
}

fn module(path: &Path) -> String {
    let inside = path.strip_prefix("src").expect("it is in src");
    let first = inside.components().next().expect("it has a name");
    first
        .as_os_str()
        .to_string_lossy()
        .trim_end_matches(".rs")
        .to_owned()
}

#[test]
fn modules_import_only_what_their_layer_allows() {
    let table = allowed();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let module = module(&path);
        if module == "lib" || module == "main" {
            continue;
        }
        let Some(allowed) = table.get(module.as_str()) else {
            wrong.push(format!(
                "{}: the module {module} is not in the table",
                path.display()
            ));
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for (at, _) in code.match_indices("crate::") {
                let name: String = code[at + 7..]
                    .chars()
                    .take_while(|one| one.is_ascii_alphanumeric() || *one == '_')
                    .collect();
                if !name.is_empty() && name != module && !allowed.contains(&name.as_str()) {
                    wrong.push(format!(
                        "{}:{}: {module} may not import {name}",
                        path.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_opens_with_what_it_is() {
    let without: Vec<String> = sources()
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//!"))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(
        without.is_empty(),
        "no //! on the first line: {}",
        without.join(", ")
    );
}

#[test]
fn names_say_something() {
    let empty = [
        "util", "utils", "helper", "helpers", "common", "misc", "imp",
    ];
    for (path, _) in sources() {
        for part in path.with_extension("").components() {
            let part = part.as_os_str().to_string_lossy();
            assert!(!empty.contains(&&*part), "{} says nothing", path.display());
        }
    }
}

#[test]
fn only_some_modules_are_async() {
    for (path, text) in sources() {
        let module = module(&path);
        if !ASYNC.contains(&module.as_str()) {
            for (number, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                let awaits = code.match_indices(".await").any(|(at, _)| {
                    !code[at + 6..].starts_with(|one: char| one.is_alphanumeric() || one == '_')
                });
                assert!(
                    !code.contains("async fn") && !awaits,
                    "{}:{}: {module} is not async",
                    path.display(),
                    number + 1
                );
            }
        }
    }
}

#[test]
fn only_schema_knows_the_validator_and_only_spec_the_strict_parser() {
    for (path, text) in sources() {
        let module = module(&path);
        for (word, home) in [
            ("jsonschema::", "schema"),
            ("referencing::", "schema"),
            ("openapiv3::", "spec"),
            ("cel::", "rules"),
        ] {
            if module != home {
                assert!(!text.contains(word), "{} uses {word}", path.display());
            }
        }
    }
}
