//! What a sequence sends, withholds and removes, against a server of a few lines.

use std::sync::Arc;
use std::time::Duration;

use assize::api::Api;
use assize::generate::{self, Options};
use assize::http::{Credentials, Exchange, Request, Response};
use assize::procedure::{Answer, Outcome, Procedure as _, Step};
use assize::provision::{Call, Identities, IdentityFacts, OperationPlan, Recipe, Recipes};
use assize::schema::Schemas;
use assize::sequence::{self, Sequence};
use assize::spec::{self, Input, NoFetch};
use serde_json::json;

const ROOMS: &str = "openapi: 3.1.0
info: {title: t, version: '1'}
components: {securitySchemes: {key: {type: http, scheme: bearer}}}
paths:
  /rooms:
    post: {operationId: make, security: [{key: []}], responses: {'201': {description: d}}}
  /rooms/{room}:
    parameters: [{name: room, in: path, required: true, schema: {type: string}}]
    get: {operationId: get, responses: {'200': {description: d}}}
    delete: {operationId: delete, responses: {'204': {description: d}}}
";

fn api() -> Arc<Api> {
    let input = Input::Stdin(ROOMS.as_bytes().to_vec());
    Arc::new(spec::load(&input, &NoFetch).expect("a description"))
}

fn rooms(output: &str, shared: bool) -> Recipes {
    let recipe = Recipe {
        steps: vec![Call {
            operation: if shared { "get" } else { "make" }.to_owned(),
            arguments: if shared {
                json!({"room": "x"})
                    .as_object()
                    .cloned()
                    .unwrap_or_default()
            } else {
                serde_json::Map::new()
            },
            output: [("id".to_owned(), output.to_owned())].into(),
            ..Call::default()
        }],
        shared,
        delete: (!shared).then(|| delete("{rooms.id}")),
        kept: None,
    };
    [("rooms".to_owned(), recipe)].into()
}

fn delete(room: &str) -> Call {
    Call {
        operation: "delete".to_owned(),
        arguments: json!({"room": room})
            .as_object()
            .cloned()
            .unwrap_or_default(),
        ..Call::default()
    }
}

/// A plan whose path names a room of the recipe.
fn in_a_room() -> OperationPlan {
    let reference = assize::case::Reference {
        resource: "rooms".to_owned(),
        output: "id".to_owned(),
    };
    OperationPlan {
        bindings: vec![assize::case::Binding {
            part: assize::case::Part::Parameter(
                assize::api::ParameterLocation::Path,
                "room".to_owned(),
            ),
            bound: assize::case::Bound::Reference(reference),
        }],
        ..OperationPlan::default()
    }
}

/// Runs the sequence of an operation; `serve` gives status and body of each answer.
fn run(
    id: &str,
    plan: OperationPlan,
    recipes: Recipes,
    identities: Identities,
    serve: impl Fn(&Request) -> (u16, &'static str),
) -> (Vec<Request>, Outcome) {
    let api = api();
    let operation = api.find(id).expect("the operation is there");
    let options = Options::default();
    let generated = generate::cases(
        &api,
        &Schemas::new(&api),
        operation,
        &plan.bindings,
        &options,
    );
    let sequence = Sequence {
        id: id.to_owned(),
        operation,
        plan,
        cases: generated.cases.into_iter().map(Arc::new).collect(),
    };
    let recipes = Arc::new(recipes);
    let mut procedure =
        sequence::procedure(sequence, api, recipes, Arc::new(identities), "t".into());
    let (mut sent, mut answers) = (Vec::new(), Vec::new());
    loop {
        match procedure.step(std::mem::take(&mut answers)) {
            Step::Done(outcome) => return (sent, outcome),
            Step::Wait(_) => {}
            Step::Send(requests) => {
                for outgoing in requests {
                    let (status, body) = serve(&outgoing.request);
                    sent.push(outgoing.request.clone());
                    let mut response = Response {
                        status: status.try_into().expect("a status"),
                        body: body.into(),
                        ..Response::default()
                    };
                    let json = http::HeaderValue::from_static("application/json");
                    response.headers.insert("content-type", json);
                    answers.push(Answer {
                        ordinal: u32::try_from(sent.len()).expect("few requests"),
                        exchange: Arc::new(Exchange::new(
                            outgoing.request,
                            Ok(response),
                            Duration::ZERO,
                        )),
                    });
                }
            }
        }
    }
}

fn deletions(sent: &[Request]) -> usize {
    sent.iter().filter(|one| one.method == "DELETE").count()
}

#[test]
fn what_a_case_deleted_is_not_deleted_again() {
    let gone = |request: &Request| match request.method.as_str() {
        "POST" => (201, r#"{"id": "7"}"#),
        _ => (204, ""),
    };
    let (sent, outcome) = run(
        "delete",
        in_a_room(),
        rooms("/id", false),
        Identities::default(),
        gone,
    );
    let made = sent.iter().filter(|one| one.method == "POST").count();
    assert_eq!(deletions(&sent), made);
    assert!(outcome.left.is_empty(), "{:?}", outcome.left);
}

#[test]
fn what_was_made_and_cannot_be_named_is_left() {
    let nameless = |_: &Request| (201, "{}");
    let (_, outcome) = run(
        "get",
        in_a_room(),
        rooms("/id", false),
        Identities::default(),
        nameless,
    );
    let what: Vec<&String> = outcome.left.keys().collect();
    assert_eq!(what, ["rooms: the answer of make has nothing at /id"]);
}

#[test]
fn no_undeclared_method_on_what_was_only_found() {
    let found = |_: &Request| (200, r#"{"id": "7"}"#);
    let (sent, outcome) = run(
        "get",
        in_a_room(),
        rooms("/id", true),
        Identities::default(),
        found,
    );
    assert!(sent.iter().all(|one| one.method == "GET"));
    assert!(
        outcome
            .unsent
            .iter()
            .any(|(case, _)| case.input.method.is_some())
    );
}

fn tester() -> Identities {
    Identities {
        known: [("tester".to_owned(), IdentityFacts::default())].into(),
        ..Identities::default()
    }
}

#[test]
fn a_header_of_every_request_is_no_lack_of_credentials() {
    let identities = Identities {
        always: vec![http::header::AUTHORIZATION],
        ..tester()
    };
    let serve = |_: &Request| (201, r#"{"id": "7"}"#);
    let (_, outcome) = run(
        "make",
        OperationPlan::default(),
        Recipes::new(),
        identities,
        serve,
    );
    assert_eq!(outcome.unsent.len(), 2, "{:?}", outcome.unsent);
}

#[test]
fn nobodys_credentials_cannot_be_spoiled() {
    let serve = |_: &Request| (201, r#"{"id": "7"}"#);
    let (_, outcome) = run(
        "make",
        OperationPlan::default(),
        Recipes::new(),
        tester(),
        serve,
    );
    assert_eq!(outcome.unsent.len(), 1, "{:?}", outcome.unsent);
}

#[test]
fn what_wrong_credentials_made_is_removed_with_them() {
    let plan = OperationPlan {
        identity: Some("tester".to_owned()),
        creates: true,
        delete: Some(Call {
            identity: Some("tester".to_owned()),
            output: [("id".to_owned(), "/id".to_owned())].into(),
            ..delete("{created.id}")
        }),
        ..OperationPlan::default()
    };
    let owned = |request: &Request| match (request.method.as_str(), &request.credentials) {
        ("DELETE", Credentials::Invalid(_)) => (204, ""),
        ("DELETE", _) if request.target.ends_with("/8") => (403, ""),
        ("DELETE", _) => (204, ""),
        (_, Credentials::Invalid(_)) => (201, r#"{"id": "8"}"#),
        _ => (201, r#"{"id": "7"}"#),
    };
    let (sent, outcome) = run("make", plan, Recipes::new(), tester(), owned);
    assert!(outcome.left.is_empty(), "{:?}", outcome.left);
    assert!(sent.iter().any(|one| one.method == "DELETE"
        && matches!(one.credentials, Credentials::Invalid(_))));
}
