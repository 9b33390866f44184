//! Violations: one thing wrong, everything else kept. Those of schemas are in `breach`.

use super::base::root_node;
use super::breach::Spot;
use super::plan::{Base, Bases, Plan, Root};
use super::site::sites;
use crate::api::ParameterLocation;
use crate::case::{
    CaseCredentials, Input, Intent, Origin, Part, Payload, Violation, ViolationKind,
};
use crate::document::Place;
use crate::encode;
use crate::http::{Credentials, Method, is_json};
use crate::pointer::Pointer;

/// Plans all violations of the main base.
pub(super) fn violations(plan: &mut Plan<'_>, bases: &Bases) {
    let (Some(main), Some(general)) = (&bases.main, bases.general()) else {
        plan.note("violating", "there is no conforming case to make them from");
        return;
    };
    for root in plan.roots(&main.input) {
        let base = bases.around(plan, root).unwrap_or(main);
        if let Root::Parameter(index) = root {
            missing_parameter(plan, base, index);
        }
        let Some(node) = root_node(plan, root, base.content) else {
            continue;
        };
        let Some(value) = plan.value(&base.input, root).cloned() else {
            continue;
        };
        let name = plan.name(root);
        for site in sites(&plan.api.document, plan.schemas, &node, &value, name) {
            let spot = Spot {
                base,
                root,
                whole: &value,
                site: &site,
            };
            spot.all(plan);
        }
    }
    missing_body(plan, general);
    credentials(plan, general);
    content_type(plan, general);
    malformed(plan, general);
    method(plan, general);
}

/// Plans a violation of something other than a schema.
fn plain(
    plan: &mut Plan<'_>,
    base: &Base,
    label: &str,
    violation: Violation,
    change: impl FnOnce(&mut Input),
) {
    let case = format!("violating/{label}");
    let mut input = base.input.clone();
    plan.freshen(&mut input, base, &case, None);
    change(&mut input);
    let intent = Intent::Violating(violation);
    plan.push(
        &case,
        intent,
        Origin::Mutation,
        Some(base.id.clone()),
        input,
    );
}

fn missing_parameter(plan: &mut Plan<'_>, base: &Base, index: usize) {
    let parameter = &plan.operation.parameters[index];
    if !parameter.required || parameter.location == ParameterLocation::Path {
        return;
    }
    let root = Root::Parameter(index);
    let label = plan.label(root, &Pointer::root());
    let violation = Violation {
        kind: ViolationKind::MissingRequired,
        part: plan.part(root, &Pointer::root()),
        detail: format!("required parameter {} left out", parameter.name),
        place: Some(parameter.place.child("required")),
    };
    let (location, name) = (parameter.location, parameter.name.clone());
    plain(
        plan,
        base,
        &format!("{label}/missing-required"),
        violation,
        |input| {
            input
                .arguments
                .retain(|one| one.location != location || one.name != name);
        },
    );
}

fn missing_body(plan: &mut Plan<'_>, base: &Base) {
    let Some(body) = plan.operation.body.as_ref().filter(|body| body.required) else {
        return;
    };
    if base.input.body.is_none() {
        return;
    }
    let violation = Violation {
        kind: ViolationKind::MissingRequired,
        part: Part::Body(Pointer::root()),
        detail: "required body left out".to_owned(),
        place: Some(body.place.child("required")),
    };
    plain(plan, base, "body/missing-required", violation, |input| {
        input.body = None;
    });
}

fn credentials(plan: &mut Plan<'_>, base: &Base) {
    if !plan.operation.needs_credentials() {
        return;
    }
    for (kind, which, detail) in [
        (
            ViolationKind::MissingCredentials,
            CaseCredentials::Missing,
            "no credentials",
        ),
        (
            ViolationKind::InvalidCredentials,
            CaseCredentials::Invalid,
            "credentials that the server cannot know",
        ),
    ] {
        let violation = Violation {
            kind,
            part: Part::Credentials,
            detail: detail.to_owned(),
            place: None,
        };
        let label = format!("credentials/{}", kind.name());
        plain(plan, base, &label, violation, |input| {
            input.credentials = which;
        });
    }
}

fn content_type(plan: &mut Plan<'_>, base: &Base) {
    if base.input.body.is_none() {
        return;
    }
    let offers = |name: &str| {
        plan.contents().iter().any(|content| {
            let offered = content.name.split(';').next().unwrap_or_default().trim();
            offered.eq_ignore_ascii_case(name)
                || offered.starts_with('*')
                || offered
                    .strip_suffix('*')
                    .is_some_and(|start| name.starts_with(&start.to_ascii_lowercase()))
        })
    };
    let Some(name) = ["text/plain", "application/xml"]
        .into_iter()
        .find(|name| !offers(name))
    else {
        plan.note(
            "violating/content-type/wrong-content-type",
            "text/plain and application/xml are both offered",
        );
        return;
    };
    let violation = Violation {
        kind: ViolationKind::WrongContentType,
        part: Part::ContentType,
        detail: format!("the body is called {name}, which is not offered"),
        place: plan
            .operation
            .body
            .as_ref()
            .map(|body| body.place.child("content")),
    };
    plain(
        plan,
        base,
        "content-type/wrong-content-type",
        violation,
        |input| {
            if let Some(body) = &mut input.body {
                name.clone_into(&mut body.media_type);
            }
        },
    );
}

fn malformed(plan: &mut Plan<'_>, base: &Base) {
    let Some(body) = base
        .input
        .body
        .as_ref()
        .filter(|body| is_json(&body.media_type))
    else {
        return;
    };
    let closes = matches!(&body.payload, Payload::Value(value) if value.is_object() || value.is_array() || value.is_string());
    let Ok(request) = encode::request(plan.api, plan.operation, &base.input, Credentials::None)
    else {
        return;
    };
    if !closes || request.body.is_empty() {
        plan.note(
            "violating/body/malformed-json",
            "a cut-off scalar may be another scalar",
        );
        return;
    }
    let cut = request.body.slice(..request.body.len() - 1);
    let violation = Violation {
        kind: ViolationKind::MalformedJson,
        part: Part::Body(Pointer::root()),
        detail: "the JSON text is cut off before its end".to_owned(),
        place: None,
    };
    plain(plan, base, "body/malformed-json", violation, |input| {
        if let Some(body) = &mut input.body {
            body.payload = Payload::Raw(cut);
            body.references.clear();
        }
    });
}

/// A method that the path does not offer, once for each path.
fn method(plan: &mut Plan<'_>, base: &Base) {
    let operations = &plan.api.operations;
    let path = &plan.operation.path;
    if operations[..plan.index]
        .iter()
        .any(|other| other.path == *path)
    {
        return;
    }
    let label = "method/unsupported-method";
    // Those that do least if a server offers them after all come first.
    let candidates = [Method::PATCH, Method::PUT, Method::POST, Method::DELETE];
    let offered = |method: &Method| {
        operations
            .iter()
            .any(|other| other.method == *method && may_match(&other.path, path))
    };
    let Some(method) = candidates.into_iter().find(|method| !offered(method)) else {
        plan.note(
            format!("violating/{label}"),
            "PATCH, PUT, POST and DELETE are offered, here or on a path that also matches",
        );
        return;
    };
    let violation = Violation {
        kind: ViolationKind::UnsupportedMethod,
        part: Part::Method,
        detail: format!("{method} is not offered on {path}"),
        place: plan
            .operation
            .place
            .pointer
            .parent()
            .map(|pointer| Place::new(plan.operation.place.source, pointer)),
    };
    plain(plan, base, label, violation, |input| {
        input.method = Some(method);
    });
}

/// Whether one request path can be meant by both templates.
fn may_match(one: &str, other: &str) -> bool {
    let one: Vec<_> = one.trim_end_matches('/').split('/').collect();
    let other: Vec<_> = other.trim_end_matches('/').split('/').collect();
    one.len() == other.len()
        && one
            .iter()
            .zip(&other)
            .all(|(a, b)| a == b || a.contains('{') || b.contains('{'))
}
