//! What is inferred of producers, and what is not sent: each from a trial on a foreign server.

use std::sync::Arc;

use assize::api::Api;
use assize::case::Payload;
use assize::generate;
use assize::procedure::{Procedure as _, Step};
use assize::provision::{Identities, OperationPlan, Recipes};
use assize::schema::Schemas;
use assize::sequence::{self, Hints, Sequence};
use assize::spec::{self, Input, NoFetch};
use serde_json::{Map, Value, json};

fn api(paths: &str) -> Api {
    let text = format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n  {paths}\n");
    spec::load(&Input::Stdin(text.into_bytes()), &NoFetch).expect("a description")
}

fn infer(api: &Api) -> (Recipes, Vec<OperationPlan>) {
    let schemas = Schemas::new(api);
    let sample = |index: usize| {
        generate::bases(api, &schemas, index, &generate::Options::default())
            .into_iter()
            .map(|case| {
                let arguments: Map<String, Value> = case
                    .input
                    .arguments
                    .into_iter()
                    .map(|one| (one.name, one.value))
                    .collect();
                let body = match case.input.body.map(|body| body.payload) {
                    Some(Payload::Value(value)) => Some(value),
                    _ => None,
                };
                (arguments, body)
            })
            .collect()
    };
    let hints = Hints {
        overrides: &[],
        recipes: &Recipes::new(),
        identity: &|_| None,
        sample: &sample,
    };
    sequence::infer(api, &hints)
}

/// The plan of the operation with this id.
fn plan<'p>(api: &Api, plans: &'p [OperationPlan], id: &str) -> &'p OperationPlan {
    &plans[api.find(id).expect("the operation is there")]
}

#[test]
fn nothing_deletes_a_collection_that_is_not_the_runs_own() {
    let api = api(r"{
        '/rooms': {
          delete: {operationId: clear, responses: {'204': {description: d}}},
          post: {operationId: make, responses: {'201': {description: d, content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}}}}},
        '/rooms/bulk_delete': {post: {operationId: bulk, responses: {'200': {description: d}}}},
        '/rooms/{room}/notes': {
          parameters: [{name: room, in: path, required: true, schema: {type: string}}],
          delete: {operationId: clearNotes, responses: {'204': {description: d}}}}}");
    let (_, plans) = infer(&api);
    assert!(plan(&api, &plans, "clear").skip.is_some());
    assert_eq!(plan(&api, &plans, "clearNotes").skip, None);
    assert!(plan(&api, &plans, "bulk").skip.is_some());
}

#[test]
fn what_the_plan_skips_is_not_sent() {
    let api = Arc::new(api(
        "{'/rooms': {delete: {operationId: clear, responses: {'204': {description: d}}}}}",
    ));
    let (recipes, plans) = infer(&api);
    let cases = generate::cases(
        &api,
        &Schemas::new(&api),
        0,
        &[],
        &generate::Options::default(),
    );
    let count = cases.cases.len();
    let sequence = Sequence {
        id: "clear".to_owned(),
        operation: 0,
        plan: plans[0].clone(),
        cases: cases.cases.into_iter().map(Arc::new).collect(),
    };
    let mut procedure = sequence::procedure(
        sequence,
        api,
        Arc::new(recipes),
        Arc::new(Identities::default()),
        "t".into(),
    );
    let Step::Done(outcome) = procedure.step(Vec::new()) else {
        panic!("something was sent");
    };
    assert!(count > 0);
    assert_eq!(outcome.unsent.len(), count);
}

#[test]
fn a_put_that_creates_takes_no_conditional_headers() {
    let api = api(r"{
        '/buckets/{id}': {
          parameters: [{name: id, in: path, required: true, schema: {type: string}}],
          put: {operationId: put, parameters: [
              {name: If-None-Match, in: header, schema: {type: string}},
              {name: lang, in: query, schema: {type: string}}],
            responses: {'201': {description: d}}},
          delete: {operationId: delete, responses: {'200': {description: d}}}},
        '/buckets/{bucket_id}/collections': {
          parameters: [{name: bucket_id, in: path, required: true, schema: {type: string}}],
          post: {operationId: post, responses: {'201': {description: d, content: {application/json: {schema:
            {type: object, properties: {data: {type: object, properties: {schema: {type: object}}}}}}}}}}},
        '/buckets/{bucket_id}/collections/{id}': {
          parameters: [{name: bucket_id, in: path, required: true, schema: {type: string}},
            {name: id, in: path, required: true, schema: {type: string}}],
          delete: {operationId: deleteCollection, responses: {'200': {description: d}}}}}");
    let (recipes, plans) = infer(&api);
    let call = &recipes["buckets"].steps[0];
    assert_eq!(
        Value::Object(call.arguments.clone()),
        json!({"id": "{run.unique}"})
    );
    let full = generate::bases(&api, &Schemas::new(&api), 0, &generate::Options::default());
    let names = |case: &assize::case::Case| -> Vec<String> {
        case.input
            .arguments
            .iter()
            .map(|one| one.name.clone())
            .collect()
    };
    assert!(
        full.iter()
            .all(|case| !names(case).contains(&"If-None-Match".to_owned()))
    );
    // The schema of the answer names no id, but leaves room for one in the wrapper.
    let delete = plan(&api, &plans, "post")
        .delete
        .as_ref()
        .expect("can be removed");
    assert_eq!(delete.output["id"], "/data/id");
    assert_eq!(
        Value::Object(delete.arguments.clone()),
        json!({"bucket_id": "{buckets.id}", "id": "{created.id}"})
    );
}

#[test]
fn a_name_in_the_body_names_the_item() {
    let api = api(r"{
        '/user': {post: {operationId: make, requestBody: {required: true, content: {application/json: {schema:
            {type: object, properties: {username: {type: string}, age: {type: integer}}}}}},
          responses: {default: {description: d}}}},
        '/user/{username}': {
          parameters: [{name: username, in: path, required: true, schema: {type: string}}],
          delete: {operationId: delete, responses: {'204': {description: d}}}}}");
    let (recipes, plans) = infer(&api);
    let call = &recipes["user"].steps[0];
    assert_eq!(
        call.body.as_ref().expect("a body")["username"],
        "{run.unique}"
    );
    assert_eq!(call.output["id"], "{run.unique}");
    assert_eq!(plan(&api, &plans, "delete").skip, None);
    let delete = plan(&api, &plans, "make")
        .delete
        .as_ref()
        .expect("can be removed");
    assert_eq!(delete.output["id"], "request/username");
}

#[test]
fn a_slash_at_the_end_is_the_same_collection_and_names_are_new() {
    let made = "responses: {'201': {description: d, content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}}}";
    let api = api(&format!(
        r"{{
        '/flows/': {{post: {{operationId: make, requestBody: {{required: true, content: {{application/json: {{schema:
            {{type: object, required: [name], properties: {{name: {{type: string}}, flow_id: {{type: string}}}}}}}}}}}}, {made}}}}},
        '/flows/{{id}}': {{
          parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}],
          delete: {{operationId: delete, responses: {{'204': {{description: d}}}}}}}}}}"
    ));
    let (recipes, plans) = infer(&api);
    let body = recipes["flows"].steps[0].body.as_ref().expect("a body");
    assert_eq!(body["name"], "{run.unique}");
    assert_eq!(plan(&api, &plans, "delete").skip, None);
}

#[test]
fn optional_references_make_no_circle() {
    let half = |own: &str, other: &str| {
        format!(
            r"/{own}s: {{post: {{operationId: {own}, requestBody: {{required: true, content: {{application/json: {{schema:
            {{type: object, properties: {{{other}_id: {{type: string}}}}}}}}}}}},
            responses: {{'201': {{description: d, content: {{application/json: {{schema: {{type: object, properties: {{id: {{type: string}}}}}}}}}}}}}}}}}},
            '/{own}s/{{id}}': {{
              parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}],
              get: {{operationId: get-{own}, responses: {{'200': {{description: d}}}}}}}}"
        )
    };
    let api = api(&format!(
        "{{{}, {}}}",
        half("flow", "task"),
        half("task", "flow")
    ));
    let (recipes, _) = infer(&api);
    assert_eq!(recipes["flows"].steps[0].body, Some(json!({})));
    assert_eq!(recipes["tasks"].steps[0].body, Some(json!({})));
}

#[test]
fn a_listed_path_value_names_nothing() {
    let api = api(r"{'/count/{by}': {
        parameters: [{name: by, in: path, required: true, schema: {type: string, enum: [day, hour]}}],
        post: {operationId: count, responses: {'200': {description: d}}}}}");
    let (_, plans) = infer(&api);
    assert_eq!(plans[0].skip, None);
}
