//! The table of access: its expansion has exactly one cell for each identity × operation ×
//! owner's resource, relations are total, and an operation that takes an id must have a row.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use assize::access::{self, Access, Caller, Cast, Instance, Relation, expand};
use assize::api::Api;
use assize::contract::ContractFile;
use assize::engine;
use assize::spec::{self, Input, NoFetch};
use assize::verdict::AccessClass;
use proptest::prelude::*;

fn api(text: &str) -> Api {
    let input = Input::Embedded {
        name: "api.yaml".to_owned(),
        text: text.to_owned(),
    };
    spec::load(&input, &NoFetch).expect("the description loads")
}

/// The contract as of its latest edition.
fn thenvoi() -> (ContractFile, Arc<Api>) {
    let latest = *engine::editions().last().expect("there are editions");
    let (bench, _) = engine::bench_at(latest).expect("the contract is sound");
    (bench.contract, bench.api)
}

const SMALL: &str = "
openapi: 3.1.0
info: {title: Notes, version: '1'}
components:
  securitySchemes:
    userKey: {type: apiKey, in: header, name: X-User}
    agentKey: {type: apiKey, in: header, name: X-Agent}
paths:
  /me/notes/{id}:
    get: {operationId: getNote, security: [{userKey: []}], parameters: [&id {name: id, in: path, required: true, schema: {type: string}}], responses: {'200': {description: It.}}}
    delete: {operationId: deleteNote, security: [{userKey: []}], parameters: [*id], responses: {'204': {description: Gone.}}}
  /agent/notes/{id}:
    get: {operationId: readNote, security: [{agentKey: []}], parameters: [*id], responses: {'200': {description: It.}}}
  /agent/notes:
    post:
      operationId: linkNote
      security: [{agentKey: []}]
      requestBody: {content: {application/json: {schema: {type: object, properties: {link: {type: object, properties: {note_id: {type: string}}}}}}}}
      responses: {'201': {description: Done.}}
";

/// A table over the small description: owners and roles are drawn from the identities.
fn table() -> impl Strategy<Value = (Access, Cast)> {
    let names = ["ann", "bob", "cid", "dot"];
    let caller = (prop::bool::ANY, 0..2u8).prop_map(|(user, organization)| Caller {
        kind: if user { "user" } else { "agent" }.to_owned(),
        organization: format!("org{organization}"),
        schemes: vec![if user { "userKey" } else { "agentKey" }.to_owned()],
    });
    let cast = prop::collection::vec(caller, names.len());
    let owners = prop::collection::btree_map(0..4usize, prop::option::of(0..4usize), 1..4);
    let kinds = prop::collection::vec(owners, 1..3);
    let classes = prop::sample::subsequence(AccessClass::ALL.to_vec(), 1..4);
    (cast, kinds, classes).prop_map(move |(callers, kinds, classes)| {
        let cast: Cast = names
            .iter()
            .map(|name| (*name).to_owned())
            .zip(callers)
            .collect();
        let resources: BTreeMap<String, access::SharedResource> = kinds
            .into_iter()
            .enumerate()
            .map(|(at, owners)| {
                let owners = owners.into_iter().map(|(owner, reader)| {
                    let mut words = BTreeMap::from([("owner".to_owned(), names[owner].to_owned())]);
                    words.extend(reader.map(|who| ("reader".to_owned(), names[who].to_owned())));
                    words
                });
                let resource = access::SharedResource {
                    owners: owners.collect(),
                    ..access::SharedResource::default()
                };
                (format!("kind{at}"), resource)
            })
            .collect();
        let mut allowed = vec!["owner".to_owned()];
        let read_by_others = resources
            .values()
            .any(|one| one.owners.iter().any(|words| words.contains_key("reader")));
        allowed.extend(read_by_others.then(|| "reader".to_owned()));
        let rule = |class: AccessClass| access::Rule {
            resources: resources.keys().cloned().collect(),
            operations: vec!["/me/*".to_owned(), "readNote".to_owned()],
            class,
            with: serde_json::Map::new(),
            variants: Vec::new(),
            body: None,
            items: None,
            shown: None,
            total: None,
            first: Vec::new(),
            allowed: allowed.clone(),
            denied: BTreeMap::new(),
        };
        let rules = classes.into_iter().map(rule).collect();
        let denied = [
            "nobody",
            "wrong-kind",
            "same-kind",
            "other-kind",
            "other-organization",
        ];
        let mut identities: Vec<String> = names.map(str::to_owned).to_vec();
        identities.push("nobody".to_owned());
        let access = Access {
            identities,
            denied: denied.map(|word| (word.to_owned(), vec![404])).into(),
            resources,
            rules,
            ..Access::default()
        };
        (access, cast)
    })
}

proptest! {
    #[test]
    fn each_identity_operation_and_resource_has_exactly_one_cell((access, cast) in table()) {
        let api = api(SMALL);
        let expanded = expand(&access, &api, &cast);
        let mut seen = BTreeSet::new();
        for row in &expanded.rows {
            prop_assert_eq!(row.cells.len(), access.identities.len());
            prop_assert!(seen.insert((row.instance, row.operation, row.class)));
        }
        let wanted = Instance::all(&access).len() * 3 * access.rules.len();
        prop_assert_eq!(seen.len(), wanted);
    }

    #[test]
    fn relations_are_total_and_follow_from_who_somebody_is((access, cast) in table()) {
        let api = api(SMALL);
        for instance in Instance::all(&access) {
            for operation in &api.operations {
                for name in &access.identities {
                    let relation = Relation::of(name, &instance, operation, &cast);
                    match cast.get(name) {
                        None => prop_assert_eq!(relation, Relation::Nobody),
                        Some(caller) => {
                            let scheme = operation.security[0].schemes.keys().next();
                            let fits = scheme.is_some_and(|one| caller.schemes.contains(one));
                            prop_assert_eq!(relation == Relation::WrongKind, !fits);
                            prop_assert!(relation != Relation::Owner || *name == instance.owner);
                            let foreign = cast[&instance.owner].organization != caller.organization;
                            let stranger = relation == Relation::OtherOrganization;
                            prop_assert!(!stranger || foreign);
                        }
                    }
                }
            }
        }
        let mistakes = access::mistakes(&access, &api, &cast, true);
        // The operation without a row takes no id that the table knows to be one.
        prop_assert_eq!(mistakes, Vec::<String>::new());
    }
}

#[test]
fn an_operation_that_takes_an_id_and_has_no_row_is_an_error_of_the_contract() {
    let (contract, api) = thenvoi();
    let mut access = contract.access.clone().expect("it has a table");
    let cast = contract.cast();
    assert_eq!(
        access::mistakes(&access, &api, &cast, true),
        Vec::<String>::new()
    );
    access
        .rules
        .retain(|rule| !rule.operations.contains(&"cancelContactRequest".to_owned()));
    let mistakes = access::mistakes(&access, &api, &cast, true);
    assert_eq!(
        mistakes,
        [
            "operation cancelContactRequest takes an id (path id) and has no row in [access]; say in [[access.rules]] who may call it, or in [access.exempt] why nobody owns what it names"
        ]
    );
    access
        .exempt
        .insert("cancelContactRequest".to_owned(), "a test".to_owned());
    assert_eq!(
        access::mistakes(&access, &api, &cast, true),
        Vec::<String>::new()
    );
}

#[test]
fn an_id_in_a_body_counts_when_the_table_says_so() {
    let api = api(SMALL);
    let mut access = Access {
        exempt: ["getNote", "deleteNote", "readNote"]
            .map(|name| (name.to_owned(), "a test".to_owned()))
            .into(),
        ..Access::default()
    };
    let cast = Cast::new();
    assert_eq!(
        access::mistakes(&access, &api, &cast, true),
        Vec::<String>::new()
    );
    access.ids = vec!["note_id".to_owned()];
    let mistakes = access::mistakes(&access, &api, &cast, true);
    assert!(
        mistakes[0].starts_with("operation linkNote takes an id (body note_id)"),
        "{mistakes:?}"
    );
}

#[test]
fn what_the_table_leaves_open_is_told_with_the_names_that_are_meant() {
    let (contract, api) = thenvoi();
    let mut access = contract.access.clone().expect("it has a table");
    let cast = contract.cast();
    access.denied.remove("other-organization");
    access.rules[0].operations = vec!["createAgentMemori".to_owned()];
    access.rules[1].allowed = vec!["ownr".to_owned()];
    let mistakes = access::mistakes(&access, &api, &cast, true).join("\n");
    for part in [
        "there is no operation createAgentMemori; is createAgentMemory",
        "there is no relation ownr; is owner meant?",
        "does not say whether other-organization may getMyChatRoom room: stranger is that to the one of user",
    ] {
        assert!(mistakes.contains(part), "{part} is not in\n{mistakes}");
    }
}

#[test]
fn the_table_of_thenvoi_covers_every_operation_with_an_id_for_everybody() {
    let (contract, api) = thenvoi();
    let access = contract.access.clone().expect("it has a table");
    let expanded = expand(&access, &api, &contract.cast());
    let cells: usize = expanded.rows.iter().map(|row| row.cells.len()).sum();
    assert!(cells > 700, "{cells}");
    let operations: BTreeSet<usize> = expanded.rows.iter().map(|row| row.operation).collect();
    for (index, operation) in api.operations.iter().enumerate() {
        let takes_one = operation.path.contains('{');
        assert!(
            !takes_one || operations.contains(&index),
            "{}",
            operation.id
        );
    }
}
