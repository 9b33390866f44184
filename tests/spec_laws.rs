//! What must hold for every description, and what takes a file system or a host to see.

use std::cell::RefCell;
use std::collections::BTreeSet;

use assize::api::{Api, Operation};
use assize::document::{Document, Format};
use assize::pointer::Pointer;
use assize::spec::{self, Fetch, Input, NoFetch};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn stdin(text: &str) -> Document {
    spec::read(&Input::Stdin(text.as_bytes().to_vec()), &NoFetch).expect("a description")
}

fn api(description: &Value) -> Api {
    spec::load(
        &Input::Stdin(description.to_string().into_bytes()),
        &NoFetch,
    )
    .expect("a description")
}

/// Any JSON value, with keys that need care.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        "[ -~]{0,8}".prop_map(Value::from),
        "\\PC{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec(("[a-c/~\"{\\\\:ü ]{0,3}", inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn pointers(value: &Value, here: &Pointer, found: &mut Vec<Pointer>) {
    found.push(here.clone());
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                pointers(value, &here.child(key), found);
            }
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                pointers(value, &here.index(index), found);
            }
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn json_is_read_as_it_is_written_and_as_yaml_alike(value in values()) {
        let whole = json!({"openapi": "3.1.0", "info": {}, "x-value": value});
        let text = serde_json::to_string_pretty(&whole).expect("JSON");
        let as_json = stdin(&text);
        prop_assert_eq!(as_json.sources[0].format, Format::Json);
        prop_assert_eq!(&*as_json.sources[0].value, &whole);
        // A comment makes it YAML, one line later.
        let as_yaml = stdin(&format!("# YAML\n{text}"));
        prop_assert_eq!(as_yaml.sources[0].format, Format::Yaml);
        prop_assert_eq!(&*as_yaml.sources[0].value, &whole);
        let mut all = Vec::new();
        pointers(&whole, &Pointer::root(), &mut all);
        let mut seen = BTreeSet::new();
        for pointer in all {
            let in_json = spec::locate(&as_json.sources[0], &pointer);
            let in_yaml = spec::locate(&as_yaml.sources[0], &pointer);
            prop_assert_eq!(in_json.line + 1, in_yaml.line, "{}", &pointer);
            prop_assert_eq!(in_json.column, in_yaml.column, "{}", &pointer);
            prop_assert!(seen.insert((in_json.line, in_json.column)), "{} has a place of its own", &pointer);
        }
    }

    #[test]
    fn no_description_makes_it_panic(value in values(), parts in prop::collection::vec(values(), 12)) {
        let [a, b, c, d, e, f, g, h, i, j, k, l]: [Value; 12] =
            parts.try_into().expect("as many as asked for");
        for version in [json!({"swagger": "2.0"}), json!({"openapi": "3.0.0"}), json!({"openapi": "3.2.0"})] {
            let mut whole = json!({
                "info": a,
                "servers": [b, {"url": c}],
                "security": [d],
                "host": e.clone(),
                "paths": {
                    "/x/{y}": {
                        "parameters": [f, {"name": "q", "in": "query", "schema": value, "style": e}],
                        "get": {"responses": {"200": {"description": "", "content": {"a/b": {"schema": g, "examples": h}}, "schema": g}}},
                        "put": i,
                        "post": {"parameters": j, "responses": k.clone(), "requestBody": k}
                    }
                },
                "components": {"schemas": {"A": l.clone()}, "securitySchemes": l},
            });
            whole.as_object_mut().expect("an object").extend(version.as_object().cloned().unwrap_or_default());
            let api = api(&whole);
            for flaw in &api.flaws {
                spec::snippet(&api.document, &flaw.place, &flaw.message, None, true);
            }
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}", yaml in "([a-c]|[ \\n:\\-\\[\\]{}&*!<>|?#\"',])*{0,60}") {
        for text in [text, yaml] {
            let whole = format!("openapi: 3.1.0\nx: {text}");
            for text in [text, whole] {
                let input = Input::Stdin(text.into_bytes());
                if let Ok(document) = spec::read(&input, &NoFetch) {
                    let _ = spec::locate(&document.sources[0], &Pointer::new("/x/a/0"));
                }
            }
        }
    }
}

#[test]
fn a_missing_file_suggests_its_neighbours() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("openapi.yaml"), "openapi: 3.1.0").expect("a file");
    let error = |name: &str| {
        let path = folder.path().join(name);
        let error = spec::read(&Input::Path(path.clone()), &NoFetch).expect_err("not there");
        error
            .to_string()
            .replace(&folder.path().display().to_string(), "DIR")
    };
    assert_eq!(
        error("opneapi.yaml"),
        "DIR/opneapi.yaml: there is no such file; did you mean DIR/openapi.yaml?"
    );
    assert_eq!(
        error("openapi.json"),
        "DIR/openapi.json: there is no such file; did you mean DIR/openapi.yaml?"
    );
    assert_eq!(error("zzz"), "DIR/zzz: there is no such file");
    assert_eq!(
        error("absent/openapi.yaml"),
        "DIR/absent/openapi.yaml: there is no such file"
    );
}

#[test]
fn too_large_says_the_limit() {
    let limits = spec::Limits {
        bytes: 1024 * 1024,
        ..spec::Limits::default()
    };
    let input = Input::Stdin(vec![b' '; 1024 * 1024 + 1]);
    let error = spec::read_within(&input, &NoFetch, &limits).expect_err("too large");
    assert_eq!(
        error.to_string(),
        "<stdin>: larger than 1 MiB, the most that is read; split the description, or raise the limit"
    );
}

#[test]
fn too_many_sources_are_refused_and_said() {
    struct Endless(RefCell<usize>);
    impl Fetch for Endless {
        fn fetch(&self, _url: &str) -> Result<Vec<u8>, String> {
            let mut count = self.0.borrow_mut();
            *count += 1;
            let text = format!(
                "openapi: 3.1.0\ninfo: {{title: t, version: v}}\npaths: {{/a: {{$ref: '{count}.yaml'}}}}\n$ref: '{count}.yaml'\n"
            );
            Ok(text.into_bytes())
        }
    }
    let fetch = Endless(RefCell::new(0));
    let limits = spec::Limits {
        sources: 10,
        ..spec::Limits::default()
    };
    let input = Input::Url("https://example.com/0.yaml".to_owned());
    let document = spec::read_within(&input, &fetch, &limits).expect("the root is read");
    assert_eq!(document.sources.len(), 10);
    assert_eq!(*fetch.0.borrow(), 10);
    assert_eq!(
        document.unread.values().collect::<Vec<_>>(),
        ["the description consists of more than 10 sources"]
    );
}

#[test]
fn both_loaders_see_the_same_operations() {
    let mut compared = 0;
    let folders = ["fixtures/spec/dialects", "fixtures/spec/flaws"];
    for folder in folders {
        for entry in std::fs::read_dir(folder).expect("the fixtures") {
            let path = entry.expect("a readable folder").path();
            if path.extension().is_some_and(|extension| extension == "out") {
                continue;
            }
            let document = spec::read(&Input::Path(path), &NoFetch).expect("a description");
            let root = &document.sources[0].value;
            let is_3_0 = root["openapi"]
                .as_str()
                .is_some_and(|version| version.starts_with("3.0"));
            let Ok(strict) = serde_json::from_value::<openapiv3::OpenAPI>((**root).clone()) else {
                continue;
            };
            if !is_3_0 {
                continue;
            }
            let theirs: BTreeSet<String> = strict
                .operations()
                .map(|(path, method, _)| format!("{} {path}", method.to_uppercase()))
                .collect();
            assert_eq!(spec::strict::opinion(&document), None);
            let api = spec::api(document).expect("a description");
            let ours: BTreeSet<String> = api.operations.iter().map(Operation::signature).collect();
            assert_eq!(ours, theirs);
            compared += 1;
        }
    }
    assert!(compared > 0);
}

#[test]
fn the_strict_opinion_points_at_the_part() {
    let document = stdin(
        r#"{"openapi": "3.0.0", "info": {"title": "t", "version": "v"}, "paths": {"/a": {"get": {
        "responses": {"200": {"description": "", "content": {"a/b": {"schema": {"properties": {"x": {"maxLength": "5"}}}}}}}}}}}"#,
    );
    let flaw = spec::strict::opinion(&document).expect("refused");
    assert_eq!(
        flaw.place.pointer.as_str(),
        "/paths/~1a/get/responses/200/content/a~1b/schema/properties/x"
    );
    assert!(
        flaw.message
            .ends_with("invalid type: string \"5\", expected usize"),
        "{}",
        flaw.message
    );
}

#[test]
fn a_chain_of_schemas_taints_its_users_and_no_one_else() {
    let mut schemas = Map::new();
    for index in 0..500 {
        let next = json!({"$ref": format!("#/components/schemas/S{}", index + 1)});
        schemas.insert(format!("S{index}"), json!({"properties": {"next": next}}));
    }
    schemas.insert("S500".to_owned(), json!({"type": "nonsense"}));
    schemas.insert(
        "Fine".to_owned(),
        json!({"properties": {"self": {"$ref": "#/components/schemas/Fine"}}}),
    );
    let response = |name: &str| json!({"description": "", "content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}}});
    let api = api(&json!({
        "openapi": "3.1.0", "info": {"title": "t", "version": "v"},
        "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": response("S0"), "201": response("Fine")}}}},
        "components": {"schemas": schemas}
    }));
    let responses = &api.operations[0].responses;
    assert!(responses[0].contents[0].schema.is_none());
    assert!(responses[1].contents[0].schema.is_some());
    assert_eq!(api.flaws.len(), 1);
    assert_eq!(
        api.flaws[0].quarantined.as_deref(),
        Some("response 200 of a")
    );
    assert_eq!(
        api.flaws[0].place.pointer.as_str(),
        "/components/schemas/S500/type"
    );
}

#[test]
fn schemas_are_touched_nowhere_but_where_schemas_are() {
    let bystander =
        json!({"type": "string", "nullable": true, "exclusiveMinimum": true, "minimum": 1});
    let description = json!({
        "openapi": "3.0.3", "info": {"title": "t", "version": "v"}, "paths": {},
        "components": {"schemas": {"A": {
            "type": "object",
            "example": bystander, "default": bystander, "enum": [bystander], "x-note": bystander,
            "properties": {"enum": {"type": "string", "nullable": true}}
        }}}
    });
    let api = api(&description);
    assert_eq!(api.flaws, []);
    let mut expected = description["components"]["schemas"]["A"].clone();
    expected["properties"]["enum"] = json!({"type": ["string", "null"]});
    assert_eq!(
        api.document.sources[0].value["components"]["schemas"]["A"],
        expected
    );
}
