//! A large description, the same on every run: 2,000 operations, nested schemas, references.

use std::fmt::Write as _;

use assize::spec::Input;

/// Operations come in groups: each has one collection with five operations.
const GROUPS: usize = 400;

/// Another description to measure with, by path.
pub(crate) const FROM_FILE: &str = "ASSIZE_BENCH_SPEC";

/// The description to measure with: the one that [`FROM_FILE`] names, else the generated one.
pub(crate) fn description() -> Input {
    match std::env::var_os(FROM_FILE) {
        Some(path) => Input::Path(path.into()),
        None => Input::Embedded {
            name: "large.json".to_owned(),
            text: text(),
        },
    }
}

/// About three megabytes of OpenAPI 3.1: 800 paths, 1,200 schemas.
pub(crate) fn text() -> String {
    let mut paths = String::new();
    let mut schemas = String::new();
    for group in 0..GROUPS {
        if group > 0 {
            paths.push(',');
            schemas.push(',');
        }
        push_paths(&mut paths, group);
        push_schemas(&mut schemas, group);
    }
    format!(
        r#"{{"openapi":"3.1.0","info":{{"title":"Large","version":"1"}},"paths":{{{paths}}},"components":{{"schemas":{{{schemas}}}}}}}"#
    )
}

/// A list, a creation, and reading, changing and deleting one.
fn push_paths(text: &mut String, group: usize) {
    let answer = |status: &str, schema: &str| {
        format!(
            r#""{status}":{{"description":"What the service answers when all went well, as it does on most days.","content":{{"application/json":{{"schema":{schema}}}}}}}"#
        )
    };
    let one = format!(r##"{{"$ref":"#/components/schemas/Thing{group}"}}"##);
    let draft = format!(r##"{{"$ref":"#/components/schemas/Draft{group}"}}"##);
    let list = format!(
        r#"{{"type":"object","required":["data"],"properties":{{"data":{{"type":"array","items":{one}}},"next":{{"type":["string","null"]}}}}}}"#
    );
    let error = answer(
        "422",
        r#"{"type":"object","required":["message"],"properties":{"message":{"type":"string"},"fields":{"type":"object","additionalProperties":{"type":"array","items":{"type":"string"}}}}}"#,
    );
    let body = format!(
        r#""requestBody":{{"required":true,"content":{{"application/json":{{"schema":{draft}}}}}}}"#
    );
    let operation = |id: &str, more: &str, answers: &str| {
        format!(
            r#"{{"operationId":"{id}{group}","summary":"An operation on the things of group {group}","description":"{}","tags":["group-{group}"],{more}"responses":{{{answers},{error}}}}}"#,
            "Long prose about what it does, for whom, and since when. ".repeat(6),
        )
    };
    let paging = r#""parameters":[{"name":"limit","in":"query","schema":{"type":"integer","minimum":1,"maximum":100}},{"name":"cursor","in":"query","schema":{"type":"string","maxLength":64}},{"name":"order","in":"query","schema":{"enum":["asc","desc"]}}],"#;
    write!(
        text,
        r#""/group{group}/things":{{"get":{},"post":{}}},"/group{group}/things/{{id}}":{{"parameters":[{{"name":"id","in":"path","required":true,"schema":{{"type":"string","format":"uuid"}}}}],"get":{},"put":{},"delete":{}}}"#,
        operation("list", paging, &answer("200", &list)),
        operation("create", &format!("{body},"), &answer("201", &one)),
        operation("read", "", &answer("200", &one)),
        operation("change", &format!("{body},"), &answer("200", &one)),
        operation("delete", "", r#""204":{"description":"Gone"}"#),
    )
    .expect("writing to a string does not fail");
}

/// What is sent, and what is answered: the same with an id, its parts, and a neighbour.
fn push_schemas(text: &mut String, group: usize) {
    let neighbour = (group + 1) % GROUPS;
    let mut properties = String::new();
    for index in 0..12 {
        let schema = match index % 6 {
            0 => r#"{"type":"string","minLength":1,"maxLength":120,"description":"A name that people read"}"#.to_owned(),
            1 => r#"{"type":"integer","minimum":0,"maximum":65535,"description":"How many there are"}"#.to_owned(),
            2 => r#"{"type":"string","format":"date-time","description":"When it happened"}"#.to_owned(),
            3 => r#"{"enum":["draft","open","closed"],"description":"How far it is"}"#.to_owned(),
            4 => r#"{"type":"array","maxItems":5,"items":{"type":"string","pattern":"^[a-z]{2,8}$"},"description":"Labels"}"#.to_owned(),
            _ => r#"{"type":"object","required":["x"],"properties":{"x":{"type":"number"},"y":{"type":"number"},"note":{"type":["string","null"]}},"description":"Where it is"}"#.to_owned(),
        };
        write!(properties, r#""field{index}":{schema},"#)
            .expect("writing to a string does not fail");
    }
    write!(
        text,
        r##""Draft{group}":{{"type":"object","required":["field0","field3"],"properties":{{{properties}"part":{{"$ref":"#/components/schemas/Part{group}"}}}}}},"Thing{group}":{{"allOf":[{{"$ref":"#/components/schemas/Draft{group}"}},{{"type":"object","required":["id"],"properties":{{"id":{{"type":"string","format":"uuid"}},"neighbour":{{"anyOf":[{{"$ref":"#/components/schemas/Part{neighbour}"}},{{"type":"null"}}]}}}}}}]}},"Part{group}":{{"type":"object","required":["kind"],"properties":{{"kind":{{"const":"part{group}"}},"size":{{"type":"integer","minimum":1}},"parts":{{"type":"array","maxItems":3,"items":{{"$ref":"#/components/schemas/Part{group}"}}}}}}}}"##
    )
    .expect("writing to a string does not fail");
}
