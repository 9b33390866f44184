//! `docs/your-contract.md`, followed: its commands print what it shows, its excerpts stand in
//! `specs/notes`, and the contract there judges each edition's server as it says.

mod notes;
mod page;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use assize::api::{Api, Direction, SchemaId};
use assize::contract::FORMS;
use assize::document::{Document, Format, Place, Source};
use assize::pointer::Pointer;
use assize::schema::Schemas;
use assize::spec;
use notes::Behaviour;
use page::{Block, blocks, compare};
use serde_json::Value;
use tokio::runtime::Runtime;

/// The servers of the page, by port: two editions, and a fault.
const SERVERS: [(&str, Behaviour); 3] = [
    (
        "8081",
        Behaviour {
            archive: false,
            forgets_owner: false,
        },
    ),
    (
        "8082",
        Behaviour {
            archive: true,
            forgets_owner: false,
        },
    ),
    (
        "8083",
        Behaviour {
            archive: true,
            forgets_owner: true,
        },
    ),
];

/// The keys that the page exports.
const KEYS: [(&str, &str); 3] = [
    ("NOTES_ANN_KEY", "ann-key"),
    ("NOTES_BEN_KEY", "ben-key"),
    ("NOTES_ADMIN_KEY", "admin-key"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Starts a server on a free port; it runs as long as the runtime.
fn start(runtime: &Runtime, behaviour: Behaviour) -> u16 {
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0)))
        .expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let router = notes::router(behaviour);
    runtime.spawn(async move { axum::serve(listener, router).await });
    port
}

/// A folder with a copy of `specs/notes` in it.
fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(
        &root().join("specs/notes"),
        &folder.path().join("specs/notes"),
    );
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

/// assize, knowing nothing of the environment.
fn assize(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assize"));
    command.args(arguments).current_dir(folder);
    for name in [
        "ASSIZE_URL",
        "ASSIZE_CONFIG",
        "ASSIZE_SEED",
        "ASSIZE_WORKERS",
    ] {
        command.env_remove(name);
    }
    command
}

#[test]
fn the_page_can_be_followed() {
    let text = fs::read_to_string(root().join("docs/your-contract.md")).expect("the page");
    let runtime = Runtime::new().expect("a runtime");
    let ports = SERVERS.map(|(shown, behaviour)| (shown, start(&runtime, behaviour).to_string()));
    let folder = desk();
    let mut exported: Vec<(String, String)> = Vec::new();
    let mut wrong = Vec::new();
    let (mut ran, mut unrun) = (0, 0);
    for (line, block) in blocks(&text) {
        let told = match block {
            Block::NotRun => {
                unrun += 1;
                Ok(())
            }
            Block::From { file, text } => fs::read_to_string(root().join(&file))
                .map_err(|error| format!("{file}: {error}"))
                .and_then(|whole| {
                    if whole.contains(&text) {
                        Ok(())
                    } else {
                        Err(format!("{file} does not say:\n{text}"))
                    }
                }),
            Block::Save { file, text } => {
                fs::write(folder.path().join(file), text).map_err(|error| error.to_string())
            }
            Block::Export { name, value } => {
                exported.push((name, value));
                Ok(())
            }
            Block::Run { arguments, shown } => {
                ran += 1;
                let mut words: Vec<String> = arguments;
                for word in &mut words {
                    for (shown, real) in &ports {
                        *word = word.replace(shown, real);
                    }
                }
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let output = assize(folder.path(), &words)
                    .envs(exported.iter().map(|(name, value)| (name, value)))
                    .output()
                    .expect("the binary runs");
                compare(&shown, &output)
            }
            Block::Unknown(what) => Err(format!(
                "{what}; a block is of `assize …` and `export …`, `# from FILE`, `# save as FILE`, or after `<!-- not run: WHY -->`"
            )),
        };
        if let Err(told) = told {
            wrong.push(format!("docs/your-contract.md:{line}: {told}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(ran >= 20, "only {ran} commands were run");
    assert_eq!(unrun, 1, "blocks that are not run");
}

/// The promises with findings, and whether the run ended well.
fn findings(contract: &str, behaviour: Behaviour) -> (Option<i32>, BTreeSet<String>) {
    let runtime = Runtime::new().expect("a runtime");
    let url = format!("http://127.0.0.1:{}", start(&runtime, behaviour));
    let folder = desk();
    let config = ["--config", "specs/notes/assize.toml", "--quiet"];
    let output = assize(folder.path(), &["check", contract, "--url", &url])
        .args(config)
        .envs(KEYS)
        .output()
        .expect("the binary runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let promises = text.lines().filter_map(|line| {
        let (number, rest) = line.split_once(". ")?;
        number.parse::<u32>().ok()?;
        Some(rest.split("  ").next()?.to_owned())
    });
    (output.status.code(), promises.collect())
}

/// Both editions' contracts on all servers, three times over: nothing depends on chance.
#[test]
fn each_server_keeps_its_edition_and_no_other() {
    let late = "response-schema × createNote, response-schema × getNote, response-schema × listAllNotes, response-schema × listNotes, undocumented-status × deleteNote, NOTES-005 × createNote, NOTES-007 × getNote, NOTES-009 × restoreNote";
    let early = "NOTES-006 × getNote, undocumented-status × deleteNote";
    let leak = "NOTES-004 × getNote";
    let leak_early = format!("{leak}, {early}");
    for (contract, expected) in [
        ("specs/notes@2026-01-15", ["", early, &leak_early]),
        ("specs/notes@2026-04-01", [late, "", leak]),
    ] {
        for ((_, behaviour), expected) in SERVERS.into_iter().zip(expected) {
            let expected: BTreeSet<String> = expected
                .split(", ")
                .filter(|one| !one.is_empty())
                .map(ToOwned::to_owned)
                .collect();
            let code = i32::from(!expected.is_empty());
            for _ in 0..3 {
                assert_eq!(
                    findings(contract, behaviour),
                    (Some(code), expected.clone()),
                    "{contract} on {behaviour:?}"
                );
            }
        }
    }
}

/// What a shipped schema says of a value.
fn mistakes_in(value: &Value, schema: &Path) -> Vec<String> {
    let text = fs::read_to_string(schema).expect("it is shipped");
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    let api = Api {
        document: Document {
            sources: vec![Source {
                uri: "file:///schema".to_owned(),
                name: "schema".into(),
                text: "".into(),
                format: Format::Json,
                value: schema.into(),
            }],
            ..Document::default()
        },
        schemas: vec![Place::new(0, Pointer::root())],
        ..Api::default()
    };
    Schemas::new(&api)
        .errors(SchemaId(0), Direction::Request, value, 10)
        .expect("a schema")
        .into_iter()
        .map(|one| format!("{}: {}", one.instance.as_str(), one.message))
        .collect()
}

#[test]
fn the_files_of_the_example_keep_the_shipped_schemas() {
    let schema =
        |form: usize| root().join(format!("specs/schemas/{}.schema.json", FORMS[form].name));
    let folder = root().join("specs/notes");
    let text = fs::read_to_string(folder.join("contract.toml")).expect("a contract");
    let table: toml::Table = toml::from_str(&text).expect("TOML");
    let value = serde_json::to_value(table).expect("JSON");
    assert_eq!(mistakes_in(&value, &schema(0)), [""; 0]);
    let file = folder.join("requirements/notes.yaml");
    let text = fs::read_to_string(&file).expect("requirements");
    let value = spec::parse_yaml("notes.yaml", &text).expect("YAML");
    assert_eq!(mistakes_in(&value, &schema(1)), [""; 0]);
}

/// What a stranger's contract can lack, in words and without a request.
#[test]
fn a_contract_whose_editions_nothing_tells_apart_says_so() {
    let folder = desk();
    let file = folder.path().join("specs/notes/requirements/notes.yaml");
    let text = fs::read_to_string(&file).expect("requirements");
    for (from, to, expected) in [
        (
            "  since: 2026-04-01",
            "  # always",
            "specs/notes: no requirement tells its editions apart.",
        ),
        (
            "  basis: stated\n",
            "  basis: assumed\n  assumptions: [A1]\n",
            "specs/notes: every requirement that tells its editions apart is held back: NOTES-006 rests on A1; --assume lets it decide",
        ),
    ] {
        let changed = text.replace(from, to);
        assert_ne!(changed, text);
        fs::write(&file, changed).expect("written");
        let output = assize(
            folder.path(),
            &["date", "specs/notes", "--url", "http://127.0.0.1:9"],
        )
        .args(["--config", "specs/notes/assize.toml"])
        .envs(KEYS)
        .output()
        .expect("the binary runs");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains(expected), "{told}");
        assert_eq!(output.status.code(), Some(2), "{told}");
    }
}
