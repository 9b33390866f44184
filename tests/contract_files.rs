//! The files of a contract: the JSON Schemas that are shipped are those of the code, the
//! files of Thenvoi keep them, and each mistake is told with its place and near names.

use std::path::Path;
use std::process::Command;

use assize::api::{Api, Direction, SchemaId};
use assize::contract::FORMS;
use assize::document::{Document, Format, Place, Source};
use assize::pointer::Pointer;
use assize::schema::Schemas;
use assize::spec;
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// `ASSIZE_REGENERATE=1 cargo test --test contract_files` writes them anew.
#[test]
fn the_schemas_that_are_shipped_are_fresh() {
    for form in &FORMS {
        let file = root().join(format!("specs/schemas/{}.schema.json", form.name));
        let fresh = format!("{:#}\n", form.schema());
        if std::env::var_os("ASSIZE_REGENERATE").is_some() {
            std::fs::write(&file, &fresh).expect("written");
        }
        let shipped = std::fs::read_to_string(&file).expect("it is shipped");
        assert_eq!(shipped, fresh, "{} is stale", file.display());
    }
}

fn mistakes_in(value: &Value, schema: Value) -> Vec<String> {
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
fn the_files_of_thenvoi_keep_the_schemas() {
    let folder = root().join("specs/thenvoi");
    let text = std::fs::read_to_string(folder.join("contract.toml")).expect("a contract");
    let table: toml::Table = toml::from_str(&text).expect("TOML");
    let value = serde_json::to_value(table).expect("JSON");
    assert_eq!(mistakes_in(&value, FORMS[0].schema()), [""; 0]);
    for file in std::fs::read_dir(folder.join("requirements")).expect("requirements") {
        let file = file.expect("a file").path();
        let text = std::fs::read_to_string(&file).expect("text");
        let value = spec::parse_yaml(&file.display().to_string(), &text).expect("YAML");
        assert_eq!(
            mistakes_in(&value, FORMS[1].schema()),
            [""; 0],
            "{}",
            file.display()
        );
    }
}

const TOML: &str = "name = \"shop\"\ndescription = \"openapi.yaml\"\n";
const DESCRIPTION: &str = "openapi: 3.1.0
info: {title: Shop, version: '1'}
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
paths:
  /items:
    get: {operationId: listItems, responses: {'200': {description: all}}}
";

/// What is told about a contract, by lines.
fn told(toml: &str, requirements: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let shop = folder.path().join("shop");
    std::fs::create_dir_all(shop.join("requirements")).expect("made");
    std::fs::write(shop.join("contract.toml"), toml).expect("written");
    std::fs::write(shop.join("openapi.yaml"), DESCRIPTION).expect("written");
    std::fs::write(shop.join("ASSUMPTIONS.md"), "- **A1. One.** Yes.\n").expect("written");
    std::fs::write(shop.join("requirements/shop.yaml"), requirements).expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_assize"))
        .args(["plan", "shop"])
        .current_dir(folder.path())
        .env_remove("ASSIZE_URL")
        .output()
        .expect("the binary runs");
    let text = String::from_utf8_lossy(&output.stderr).replace('\\', "/");
    assert_eq!(
        output.status.code(),
        Some(if text.is_empty() { 0 } else { 2 }),
        "{text}"
    );
    text.lines().map(ToOwned::to_owned).collect()
}

/// A requirement with these members instead of or besides the usual ones.
fn requirement(members: &str) -> String {
    let mut text = String::new();
    for usual in [
        "id: SHOP-1",
        "level: MUST",
        "text: It MUST.",
        "source: the page",
        "basis: stated",
    ] {
        let name = usual.split(':').next().expect("a name");
        if !members
            .lines()
            .any(|line| line.starts_with(&format!("{name}:")))
        {
            text.push_str(usual);
            text.push('\n');
        }
    }
    text += members;
    let lines: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
    format!("- {}\n", lines.join("\n").trim_start())
}

const RULE: &str = "expression: { operations: [listItems], that: response.status == 200 }";

#[test]
fn a_contract_without_mistakes_is_told_nothing() {
    assert_eq!(told(TOML, &requirement(RULE)), [""; 0]);
}

#[test]
fn each_mistake_in_requirements_has_its_place() {
    let file = "shop/requirements/shop.yaml";
    for (members, expected) in [
        (
            format!("sorce: the page\n{RULE}"),
            ":6:3: there is no member sorce; did you mean source?",
        ),
        (format!("levl: MUST\nlevel: MUTS\n{RULE}"), ":5:3: there is no member levl; did you mean level?"),
        (format!("level: MUTS\n{RULE}"), ":5:3: \"MUTS\" is none of MUST, SHOULD, MAY; did you mean MUST?"),
        (format!("basis: state\n{RULE}"), ":5:3: \"state\" is none of stated, clients, assumed; did you mean stated?"),
        (format!("since: 2026-02-30\n{RULE}"), ":6:3: \"2026-02-30\" is no date; write it as 2026-02-10"),
        (
            format!("since: 2026-02-10\nuntil: 2026-02-10\n{RULE}"),
            ":7:3: until 2026-02-10 is not after since 2026-02-10: it would never hold",
        ),
        (String::new(), ":1:3: nothing verifies it: add one of schema, expression, workflow, probe"),
        (
            format!("{RULE}\nprobe: {{ name: quotas, aspect: chats }}"),
            ":7:3: it is verified by expression and by probe; a requirement is verified in exactly one way",
        ),
        (
            "probe: { name: quota, aspect: chats }".to_owned(),
            ":6:12: SHOP-1: there is no probe quota; is quotas meant?",
        ),
        (
            "probe: { name: quotas, aspect: statu }".to_owned(),
            ":6:26: SHOP-1: there is no aspect of quotas statu; is status meant?",
        ),
        (
            "expression: { operations: [listItem], that: 'true' }".to_owned(),
            ":6:30: SHOP-1: the description has no operation listItem; did you mean listItems?",
        ),
        (
            "expression: { operations: ['/things*'], that: 'true' }".to_owned(),
            ":6:30: SHOP-1: the description has no operation /things*",
        ),
        (
            "expression: { operations: [listItems], when: response.body, that: response.stats == 1 }".to_owned(),
            ":6:63: SHOP-1: `that` is no expression that can be used: response has no member stats; did you mean status? at its column 9, in `response.stats == 1`",
        ),
        (
            "schema: { operations: [listItems], schema: { type: objct } }".to_owned(),
            ":6:48: SHOP-1: \"objct\" cannot stand here in a JSON Schema (2020-12)",
        ),
        (
            format!("basis: assumed\nassumptions: [A1, A7]\n{RULE}"),
            ":6:21: SHOP-1: ASSUMPTIONS.md has no assumption A7",
        ),
        (
            format!("basis: assumed\n{RULE}"),
            ":5:3: what is assumed needs `assumptions`, e.g. [A17]",
        ),
        (
            format!("{RULE}\ncovers: [{{ check: response-shema }}]"),
            ":7:14: SHOP-1: there is no check response-shema; did you mean response-schema?",
        ),
    ] {
        let told = told(TOML, &requirement(&members));
        let expected = format!("{file}{expected}");
        assert!(
            told.iter().any(|line| line.trim_start_matches("error: ") == expected),
            "{expected}\n{}",
            told.join("\n")
        );
    }
}

#[test]
fn all_mistakes_of_all_files_are_told_in_order() {
    let twice = requirement(RULE) + &requirement(&format!("txt: x\n{RULE}"));
    assert_eq!(
        told(TOML, &twice),
        [
            "error: shop/requirements/shop.yaml:7:3: the id SHOP-1 is used twice",
            "shop/requirements/shop.yaml:12:3: there is no member txt; did you mean text?",
        ]
    );
}

#[test]
fn each_mistake_in_the_contract_has_its_place() {
    for (toml, expected) in [
        (
            "name = \"shop\"\ndescripton = \"openapi.yaml\"\n",
            "error: shop/contract.toml:1:1: the member description is missing",
        ),
        (
            &*format!("{TOML}[kind.user]\nschemes = []\n"),
            "error: shop/contract.toml:3:2: there is no member kind; did you mean kinds?",
        ),
        (
            &*format!("{TOML}complete = 1\n"),
            "error: shop/contract.toml:3:1: expected boolean, got number 1",
        ),
        (
            &*format!("{TOML}[[operations]]\nmatch = [\"listItem\"]\n"),
            "error: shop/contract.toml:4:10: the description has no operation listItem; did you mean listItems?",
        ),
        (
            &*format!(
                "{TOML}[identities.one]\nkind = \"usr\"\norganization = \"o\"\npurpose = \"p\"\n[kinds.user]\nschemes = []\n"
            ),
            "error: shop/contract.toml:4:1: there is no kind usr; did you mean user?",
        ),
        (
            &*format!(
                "{TOML}[[operations]]\nmatch = [\"listItems\"]\nas = \"anna\"\n[identities.ann]\nkind = \"user\"\norganization = \"o\"\npurpose = \"p\"\n[kinds.user]\nschemes = [\"key\"]\n"
            ),
            "error: shop/contract.toml:5:1: there is no identity anna; did you mean ann?",
        ),
        (
            &*format!(
                "{TOML}[resources.item]\nsteps = []\n[[operations]]\nmatch = [\"listItems\"]\nset = {{ \"query.of\" = \"{{itm.id}}\" }}\n"
            ),
            "error: shop/contract.toml:7:9: there is no resource itm; did you mean item?",
        ),
        (
            &*format!("{TOML}[kinds.user]\nschemes = [\"kye\"]\n"),
            "error: shop/contract.toml:4:12: the description has no security scheme kye; did you mean key?",
        ),
        (
            &*format!(
                "{TOML}[access]\nidentities = []\nresources = {{}}\n[[access.rules]]\nresources = []\noperations = [\"listItem\"]\nclass = \"list\"\n"
            ),
            "error: shop/contract.toml:8:15: the description has no operation listItem; did you mean listItems?",
        ),
        (
            "name = \"shop\n",
            "error: shop/contract.toml:1:13: invalid basic string, expected `\"`",
        ),
    ] {
        let told = told(toml, &requirement(RULE));
        assert_eq!(
            told.first().map(String::as_str),
            Some(expected),
            "{told:#?}"
        );
    }
}
