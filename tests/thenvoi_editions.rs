//! The Thenvoi contract at each of its editions, and contracts in folders.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use assize::api::{Api, Operation};
use assize::contract::{self, Contract, ContractError, EMBEDDED};
use assize::document::Place;
use assize::engine::{self, Edition, LoadError, Wanted};
use assize::pointer::Pointer;
use assize::spec::{self, NoFetch};
use serde_json::{Value, json};

const DATES: [&str; 7] = [
    "2025-12-28",
    "2026-01-14",
    "2026-02-03",
    "2026-02-10",
    "2026-02-17",
    "2026-02-24",
    "2026-03-03",
];

fn yaml(name: &str, text: &str) -> Result<Value, String> {
    spec::parse_yaml(name, text).map_err(|error| error.to_string())
}

/// The contract without its requirements, which are not the matter here.
fn thenvoi() -> Contract {
    let contract = contract::embedded("thenvoi", &yaml).expect("it is compiled in");
    Contract {
        requirements: Vec::new(),
        ..contract.expect("it is sound")
    }
}

fn load(contract: Contract, name: &str, edition: Option<&str>) -> Result<Edition, LoadError> {
    let input = engine::description_of(&contract);
    let wanted = Wanted {
        name,
        input: &input,
        edition,
        overlays: &[],
    };
    engine::load(contract, wanted, &NoFetch)
}

fn at(edition: &str) -> Edition {
    load(thenvoi(), "thenvoi", Some(edition)).expect("it loads")
}

fn operation<'a>(api: &'a Api, id: &str) -> &'a Operation {
    let index = api
        .find(id)
        .unwrap_or_else(|| panic!("there is no operation {id}"));
    &api.operations[index]
}

/// The component that an operation's response of this status refers to.
fn response(api: &Api, id: &str, status: &str) -> Option<String> {
    let place = operation(api, id).place.child("responses").child(status);
    let reference = api.document.get(&place)?.get("$ref")?.as_str()?;
    reference.rsplit('/').next().map(ToOwned::to_owned)
}

fn root(api: &Api) -> &Value {
    &api.document.sources[0].value
}

#[test]
fn there_are_seven_editions_which_the_reference_server_keeps() {
    let known: Vec<String> = thenvoi()
        .editions()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(known, DATES);
    let kept: Vec<String> = assize::reference::Edition::ALL
        .iter()
        .map(|edition| edition.date().to_string())
        .collect();
    assert_eq!(kept, DATES);
}

#[test]
fn every_edition_is_without_flaws_and_has_its_operations() {
    for (date, operations) in DATES.into_iter().zip([34, 34, 46, 67, 67, 67, 67]) {
        let edition = at(date);
        assert_eq!(edition.api.flaws, [], "{date}");
        assert_eq!(edition.api.operations.len(), operations, "{date}");
        assert_eq!(edition.api.version, date);
        let described = root(&edition.api)["info"]["description"]
            .as_str()
            .unwrap_or_default();
        assert!(
            described.contains(&format!("as of {date}.")),
            "{date}: {described}"
        );
    }
}

#[test]
fn no_component_of_an_edition_is_unused() {
    for date in DATES {
        let edition = at(date);
        let text = root(&edition.api).to_string();
        for (section, components) in root(&edition.api)["components"].as_object().expect("some") {
            for name in components.as_object().expect("some").keys() {
                let used = match section.as_str() {
                    "securitySchemes" => format!("\"{name}\":[]"),
                    _ => format!("#/components/{section}/{name}\""),
                };
                assert!(text.contains(&used), "{date}: {section}/{name}");
            }
        }
    }
}

#[test]
fn unknown_properties_are_refused_from_2026_01_14_on() {
    let closed = |api: &Api| -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (name, schema) in root(api)["components"]["schemas"]
            .as_object()
            .expect("some")
        {
            if name.ends_with("Request") && schema["additionalProperties"] == json!(false) {
                found.insert(name.clone());
            }
        }
        found
    };
    assert!(closed(&at(DATES[0]).api).is_empty());
    assert_eq!(closed(&at(DATES[1]).api).len(), 8);
    assert_eq!(closed(&at(DATES[2]).api).len(), 9);
    let last = at(DATES[6]);
    assert_eq!(closed(&last.api).len(), 14);
    // Nothing that may hold properties of a body is open but what the contract calls free-form.
    for date in &DATES[1..] {
        let edition = at(date);
        let mut open = Vec::new();
        for (name, schema) in root(&edition.api)["components"]["schemas"]
            .as_object()
            .expect("some")
        {
            // `ContactRequest` and its kin are no bodies.
            let body = closed(&last.api).contains(name);
            let mut inside = vec![(format!("{name} "), schema)];
            while let Some((place, value)) = inside.pop() {
                let Some(members) = value.as_object().filter(|_| body) else {
                    continue;
                };
                if members.contains_key("properties")
                    && members.contains_key("type")
                    && members.get("additionalProperties") != Some(&json!(false))
                {
                    open.push(place.clone());
                }
                for (key, value) in members {
                    inside.push((format!("{place}/{key}"), value));
                }
            }
        }
        open.retain(|place| !place.ends_with("/metadata"));
        assert!(open.is_empty(), "{date}: {open:?}");
    }
}

#[test]
fn messages_promise_their_status_and_sender_by_and_by() {
    for (index, date) in DATES.into_iter().enumerate() {
        let edition = at(date);
        let schemas = &root(&edition.api)["components"]["schemas"];
        let status = schemas["HumanChatMessage"].get("then").is_some();
        assert_eq!(status, index >= 2, "{date}");
        let required = schemas["ChatMessage"]["required"].as_array().expect("some");
        assert_eq!(
            required.contains(&json!("sender_name")),
            index >= 3,
            "{date}"
        );
    }
}

#[test]
fn the_answers_to_used_up_quotas_change_with_their_dates() {
    let agents = ["createMyAgent", "registerMyAgent"];
    let rooms = [
        "createMyChatRoom",
        "createAgentChat",
        "addMyChatParticipant",
        "addAgentChatParticipant",
    ];
    let messages = [
        "sendMyChatMessage",
        "createAgentChatMessage",
        "createAgentChatEvent",
    ];
    for (index, date) in DATES.into_iter().enumerate() {
        let edition = at(date);
        let of = |id: &str| {
            ["403", "422", "429", "4XX"]
                .map(|status| response(&edition.api, id, status).unwrap_or_default())
        };
        for id in agents {
            let expected = match index {
                0..3 => ["Forbidden", "", "RateLimitedOrLimit", "OtherRefusal"],
                3..5 => ["Forbidden", "Unprocessable", "RateLimitedOrLimit", ""],
                _ => ["ForbiddenOrLimit", "Unprocessable", "RateLimited", ""],
            };
            assert_eq!(of(id), expected, "{date} {id}");
        }
        for id in rooms {
            let expected = match index {
                0..5 => ["Forbidden", "Unprocessable", "RateLimitedOrLimit", ""],
                _ => ["ForbiddenOrLimit", "Unprocessable", "RateLimited", ""],
            };
            assert_eq!(of(id), expected, "{date} {id}");
        }
        for id in messages {
            let expected = match index {
                0..4 => ["Forbidden", "UnprocessableOrLimit", "RateLimited", ""],
                4 => ["Forbidden", "Unprocessable", "RateLimitedOrLimit", ""],
                _ => ["ForbiddenOrLimit", "Unprocessable", "RateLimited", ""],
            };
            assert_eq!(of(id), expected, "{date} {id}");
        }
    }
}

/// The answers to a used-up quota are the same object before and after the statuses changed.
#[test]
fn what_a_used_up_quota_answers_stays() {
    let schema = |api: &Api, component: &str| {
        root(api)["components"]["responses"][component]["content"]["application/json"]["schema"]
            .clone()
    };
    assert_eq!(
        schema(&at("2026-02-17").api, "RateLimitedOrLimit"),
        schema(&at("2026-02-24").api, "ForbiddenOrLimit")
    );
}

#[test]
fn operations_come_with_the_entry_that_the_changelog_has_for_them() {
    for (index, date) in DATES.into_iter().enumerate() {
        let edition = at(date);
        let has = |text: &str| {
            edition
                .api
                .operations
                .iter()
                .any(|one| one.path.contains(text))
        };
        assert_eq!(has("/memories"), index >= 2, "{date}");
        assert_eq!(has("/contacts"), index >= 3, "{date}");
        // No operation notes an entry of a later day. The undated split is printed below that
        // of 2026-01-14.
        let day = date.max("2026-01-14");
        for operation in &edition.api.operations {
            let noted = match operation.extensions.get("x-changelog") {
                Some(Value::Array(all)) => all.clone(),
                Some(one) => vec![one.clone()],
                None => Vec::new(),
            };
            for one in noted {
                assert!(
                    one.as_str().expect("a date") <= day,
                    "{date}: {} {one}",
                    operation.id
                );
            }
        }
    }
}

#[test]
fn what_overlays_wrote_is_located_in_them() {
    let api = at("2026-03-03").api;
    let located = |pointer: &str| {
        let (source, pointer) = api
            .document
            .written(&Place::new(0, Pointer::new(pointer)))
            .expect("it is written somewhere");
        let location = spec::locate(source, &pointer);
        let line = source
            .text
            .lines()
            .nth(location.line as usize - 1)
            .unwrap_or_default();
        (location.source.to_string(), line.trim().to_owned())
    };
    let of = |file: &str| format!("specs/thenvoi/{file}");
    assert_eq!(
        located("/paths/~1api~1v1~1agent~1memories/post/operationId"),
        (
            of("editions/2026-02-03-memories.overlay.yaml"),
            "operationId: createAgentMemory".to_owned()
        )
    );
    assert_eq!(
        located("/components/schemas/ChatMessage/required/5"),
        (
            of("editions/2026-02-10-contacts.overlay.yaml"),
            "required: [sender_name]".to_owned()
        )
    );
    assert_eq!(
        located("/paths/~1api~1v1~1me~1chats/post/responses/403/$ref"),
        (
            of("editions/2026-02-24-quotas.overlay.yaml"),
            "'403': {$ref: '#/components/responses/ForbiddenOrLimit'}".to_owned()
        )
    );
    assert_eq!(
        located("/paths/~1api~1v1~1me~1chats/post/operationId"),
        (
            of("openapi.yaml"),
            "operationId: createMyChatRoom".to_owned()
        )
    );
}

#[test]
fn every_action_says_what_it_does() {
    for (_, overlay) in at("2026-03-03").overlays {
        assert!(overlay.description.is_some(), "{}", overlay.title);
        assert_eq!(overlay.extends.as_deref(), Some("../openapi.yaml"));
        for action in &overlay.actions {
            assert!(
                action.description.is_some(),
                "{}: {}",
                overlay.title,
                action.target
            );
        }
    }
}

/// The files of a contract are compiled in one by one; none may be forgotten.
#[test]
fn everything_in_a_contract_folder_is_compiled_in() {
    for embedded in EMBEDDED {
        let folder = Path::new("specs").join(embedded.name);
        let listed = |names: &[(&'static str, &'static str)]| -> BTreeMap<String, String> {
            names
                .iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                .collect()
        };
        for (inner, compiled) in [
            ("editions", listed(embedded.overlays)),
            ("requirements", listed(embedded.requirements)),
        ] {
            let mut there = BTreeMap::new();
            for entry in std::fs::read_dir(folder.join(inner)).expect("the folder is there") {
                let path = entry.expect("an entry").path();
                let name = path
                    .file_name()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned();
                there.insert(name, std::fs::read_to_string(&path).expect("text"));
            }
            let names = |map: &BTreeMap<String, String>| map.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(&compiled), names(&there), "{}/{inner}", embedded.name);
            assert_eq!(compiled, there);
        }
    }
}

/// A small contract in a folder.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let usual = [
        (
            "openapi.yaml",
            "openapi: 3.1.0\ninfo: {title: Pets, version: '1'}\npaths:\n  /pets:\n    get: {operationId: listPets, responses: {'200': {description: All}}}\n",
        ),
        (
            "contract.toml",
            "name = \"pets\"\ndescription = \"openapi.yaml\"\nedition = \"2026-01-01\"\n",
        ),
    ];
    for (name, text) in usual.iter().chain(files) {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }
    folder
}

const ADD: &str = "overlay: 1.0.0\ninfo: {title: More, version: '1'}\nactions:\n- target: $.paths\n  update:\n    /toys:\n      get: {operationId: listToys, responses: {'200': {description: All}}}\n";
const DROP: &str = "overlay: 1.0.0\ninfo: {title: Less, version: '1'}\nactions:\n- target: $.paths['/pets']\n  remove: true\n";

fn read(folder: &tempfile::TempDir) -> Result<Contract, ContractError> {
    contract::read(folder.path(), &yaml)
}

fn ids(edition: &Edition) -> Vec<&str> {
    edition
        .api
        .operations
        .iter()
        .map(|one| one.id.as_str())
        .collect()
}

#[test]
fn a_folder_has_editions_of_its_own() {
    let folder = folder(&[
        ("editions/2026-02-01-more.overlay.yaml", ADD),
        ("editions/2026-03-01-less.overlay.yaml", DROP),
        ("editions/README.md", "Not an overlay."),
    ]);
    let contract = read(&folder).expect("it is sound");
    let of = |edition| load(contract.clone(), "pets", edition).expect("it loads");
    assert_eq!(ids(&of(Some("2026-01-31"))), ["listPets"]);
    assert_eq!(ids(&of(Some("2026-02-28"))), ["listPets", "listToys"]);
    assert_eq!(ids(&of(None)), ["listToys"]);
}

#[test]
fn requirements_belong_to_their_editions() {
    let requirement = |id: &str, dates: &str| {
        format!(
            "- {{id: {id}, level: MUST, text: T, source: S, basis: stated, {dates}, expression: {{operations: [listPets], that: \"true\"}}}}\n"
        )
    };
    let all = [
        requirement("P-1", "until: 2026-02-01"),
        requirement("P-2", "since: 2026-02-01"),
    ];
    let folder = folder(&[
        ("requirements/a.yaml", &all.concat()),
        ("editions/2026-02-01-more.overlay.yaml", ADD),
    ]);
    let contract = read(&folder).expect("it is sound");
    let ids = |edition: &str| -> Vec<String> {
        let loaded = load(contract.clone(), "pets", Some(edition)).expect("it loads");
        let requirements = loaded.contract.requirements.into_iter();
        requirements.map(|one| one.id).collect()
    };
    assert_eq!(ids("2026-01-31"), ["P-1"]);
    assert_eq!(ids("2026-02-01"), ["P-2"]);
}

#[test]
fn operations_of_other_editions_may_be_named_and_of_no_edition_not() {
    let name = |operation: &str| {
        format!(
            "name = \"pets\"\ndescription = \"openapi.yaml\"\nedition = \"2026-01-01\"\n[[operations]]\nmatch = [\"/pets*\", \"{operation}\"]\n"
        )
    };
    for (operation, known) in [
        ("listToys", true),
        ("listPets", true),
        ("GET /pets", true),
        ("listToy", false),
    ] {
        let toml = name(operation);
        let folder = folder(&[
            ("contract.toml", &toml),
            ("editions/2026-02-01-more.overlay.yaml", ADD),
            ("editions/2026-03-01-less.overlay.yaml", DROP),
        ]);
        let contract = read(&folder).expect("it is sound");
        for edition in ["2026-01-01", "2026-02-01", "2026-03-01"] {
            let loaded = load(contract.clone(), "pets", Some(edition));
            match loaded {
                Ok(_) => assert!(known, "{operation} {edition}"),
                Err(error) => {
                    assert!(!known, "{operation} {edition}: {error}");
                    let expected = "the description has no operation listToy in any edition; did you mean listToys?";
                    assert!(error.to_string().ends_with(expected), "{error}");
                    assert!(error.to_string().contains("contract.toml"), "{error}");
                }
            }
        }
    }
}

#[test]
fn mistakes_in_a_folder_are_told() {
    let undated = "name = \"pets\"\ndescription = \"openapi.yaml\"\n";
    let requirement = "- {id: P-1, level: MUST, text: T, source: S, basis: stated, since: 2026-02-01, probe: {name: p, aspect: a}}\n";
    for (files, expected) in [
        (
            vec![("editions/more.overlay.yaml", ADD)],
            "more.overlay.yaml: overlays in editions/ are named after the day",
        ),
        (
            vec![("editions/2026-01-01-more.overlay.yaml", ADD)],
            "it must be of a later day than the description itself, whose `edition` in contract.toml is 2026-01-01",
        ),
        (
            vec![
                ("contract.toml", undated),
                ("editions/2026-02-01-more.overlay.yaml", ADD),
            ],
            "contract.toml: there are overlays in editions/, so that `edition` must say",
        ),
        (
            vec![
                ("contract.toml", undated),
                ("requirements/a.yaml", requirement),
            ],
            "contract.toml: the requirement P-1 has `since` or `until`, so that `edition` must say",
        ),
    ] {
        let folder = folder(&files);
        let error = read(&folder).expect_err("it is wrong").to_string();
        assert!(error.contains(expected), "{error}");
    }
    let toys = ADD.replace("$.paths", "$.path");
    let folder = folder(&[("editions/2026-02-01-more.overlay.yaml", &toys)]);
    let contract = read(&folder).expect("it is sound");
    let error = load(contract, "pets", None)
        .expect_err("it is wrong")
        .to_string();
    assert!(
        error.starts_with("the target `$.path` matches nothing\n"),
        "{error}"
    );
    assert!(
        error.contains("2026-02-01-more.overlay.yaml:4:3"),
        "{error}"
    );
    assert!(error.contains("did you mean `paths`?"), "{error}");
}
