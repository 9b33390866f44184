//! The bases: examples, the full request, the minimal one, other media types, random ones.

use serde_json::Value;

use super::bind;
use super::boundary::is_singled_out;
use super::plan::{Base, Bases, Plan, Root};
use super::shape::Node;
use super::supply::{body_of, content_examples, content_order, parameter_value, without_read_only};
use super::value::{Extent, Made};
use crate::api::ParameterLocation;
use crate::case::{Argument, CaseBody, Input, Intent, Origin, Part, Payload};
use crate::encode::{self, EncodeError, concrete_media_type};
use crate::http::Credentials;
use crate::pointer::Pointer;

/// Parts that are left out of a base because they cannot be written.
const MAX_UNWRITABLE: usize = 50;

/// Headers that make a request depend on the state of what it names (RFC 9110, sections 13.1
/// and 14.2): with any value but a current one, a refusal is right.
const CONDITIONAL_HEADERS: [&str; 6] = [
    "if-match",
    "if-none-match",
    "if-modified-since",
    "if-unmodified-since",
    "if-range",
    "range",
];

fn is_conditional(parameter: &crate::api::Parameter) -> bool {
    parameter.location == ParameterLocation::Header
        && CONDITIONAL_HEADERS
            .iter()
            .any(|name| parameter.name.eq_ignore_ascii_case(name))
}

/// Makes and plans all bases.
pub(super) fn bases(plan: &mut Plan<'_>) -> Bases {
    let mut bases = Bases::default();
    let mut first_example = None;
    for base in examples(plan) {
        if first_example.is_none() {
            first_example = Some(base);
        }
    }
    let full = full(plan);
    let minimal = minimal(plan);
    other_contents(plan, full.as_ref());
    bases.plain = full.as_ref().and_then(|full| plain(plan, full));
    bases.main = full.or(first_example).or_else(|| minimal.clone());
    bases.minimal = minimal;
    bases
}

fn examples(plan: &mut Plan<'_>) -> Vec<Base> {
    let mut bases = Vec::new();
    for index in content_order(plan) {
        let content = &plan.contents()[index];
        for (name, value) in content_examples(plan, content) {
            let label = format!("example/{name}");
            let value = without_read_only(plan, content, value);
            if !plan.is_valid(Root::Body, Some(index), &value) {
                let reason = plan
                    .errors(Root::Body, Some(index), &value)
                    .into_iter()
                    .next()
                    .map_or_else(
                        || "its schema cannot be used".to_owned(),
                        |one| format!("{} at {:?}", one.message, one.instance.as_str()),
                    );
                plan.note(label, format!("the example is not valid: {reason}"));
                continue;
            }
            let made = Made {
                value,
                fresh: Vec::new(),
            };
            if let Some(base) = assemble(plan, &label, Extent::Minimal, Some((index, made))) {
                bases.extend(add(plan, base, &label, Origin::Example(name), true));
            }
        }
    }
    if plan.contents().is_empty()
        && plan
            .operation
            .parameters
            .iter()
            .any(|one| !one.examples.is_empty())
    {
        let label = "example/parameters";
        if let Some(mut base) = assemble(plan, label, Extent::Full, None) {
            // Only what is required or has an example.
            let parameters = &plan.operation.parameters;
            base.input.arguments.retain(|argument| {
                parameters.iter().any(|one| {
                    one.location == argument.location
                        && one.name == argument.name
                        && (one.required || !one.examples.is_empty())
                })
            });
            let origin = Origin::Example("parameters".to_owned());
            bases.extend(add(plan, base, label, origin, true));
        }
    }
    bases
}

fn full(plan: &mut Plan<'_>) -> Option<Base> {
    let body = body(plan, "full", Extent::Full)?;
    let base = assemble(plan, "full", Extent::Full, body)?;
    add(plan, base, "full", Origin::Full, true)
}

/// The full base without optional parameters of free text, when there are any: their values
/// often mean something that no description tells, and one that the server does not know
/// would hide all else.
fn plain(plan: &mut Plan<'_>, full: &Base) -> Option<Base> {
    let mut base = full.clone();
    let parameters = &plan.operation.parameters;
    base.input.arguments.retain(|argument| {
        parameters.iter().enumerate().any(|(index, one)| {
            one.location == argument.location
                && one.name == argument.name
                && (one.required
                    || one.location == ParameterLocation::Path
                    || plan.is_bound(Root::Parameter(index), &Pointer::root())
                    || is_singled_out(plan, index))
        })
    });
    base.fresh
        .retain(|(root, _)| plan.value(&base.input, *root).is_some());
    if base.input.arguments.len() == full.input.arguments.len() {
        return None;
    }
    let label = "boundary/free-text/omitted";
    let origin = Origin::Variant("free text omitted".to_owned());
    add(plan, base, label, origin, false)
}

fn minimal(plan: &mut Plan<'_>) -> Option<Base> {
    let required = plan
        .operation
        .body
        .as_ref()
        .is_some_and(|body| body.required);
    let body = if required {
        body(plan, "minimal", Extent::Minimal)?
    } else {
        None
    };
    let base = assemble(plan, "minimal", Extent::Minimal, body)?;
    add(plan, base, "minimal", Origin::Minimal, false)
}

/// A body in the preferred content that has one. The outer `None`: there must be one, and
/// there is none.
#[expect(clippy::option_option, reason = "no body is different from no request")]
fn body(plan: &mut Plan<'_>, label: &str, extent: Extent) -> Option<Option<(usize, Made)>> {
    let required = plan
        .operation
        .body
        .as_ref()
        .is_some_and(|body| body.required);
    for index in content_order(plan) {
        match body_of(plan, label, index, extent) {
            Ok(made) => return Some(Some((index, made))),
            Err(reason) => {
                let name = &plan.contents()[index].name;
                plan.note(format!("{label} with {name}"), reason);
            }
        }
    }
    (!required || plan.contents().is_empty()).then_some(None)
}

/// Puts parameters and body together, with bindings. `None` when a required part is missing;
/// the reason is noted.
fn assemble(
    plan: &mut Plan<'_>,
    label: &str,
    extent: Extent,
    body: Option<(usize, Made)>,
) -> Option<Base> {
    let mut base = Base {
        id: label.into(),
        input: Input::default(),
        content: None,
        fresh: Vec::new(),
    };
    for (index, parameter) in plan.operation.parameters.iter().enumerate() {
        let required = parameter.required || parameter.location == ParameterLocation::Path;
        let wanted = required
            || match extent {
                Extent::Full => true,
                Extent::Minimal => false,
                Extent::Random => plan.stream(&format!("{label}/{}", parameter.name)).coin(),
            };
        if !wanted
            || !encode::is_sent(parameter.location, &parameter.name)
            || (is_conditional(parameter) && !required)
        {
            continue;
        }
        match parameter_value(plan, index, extent) {
            Ok(made) => {
                base.input.arguments.push(Argument {
                    location: parameter.location,
                    name: parameter.name.clone(),
                    value: made.value,
                    reference: None,
                });
                let root = Root::Parameter(index);
                base.fresh
                    .extend(made.fresh.into_iter().map(|one| (root, one)));
            }
            Err(reason) => {
                let what = plan.label(Root::Parameter(index), &Pointer::root());
                // A bound parameter gets its value in any case.
                if required && !plan.is_bound(Root::Parameter(index), &Pointer::root()) {
                    plan.note(label, format!("{what}: {reason}"));
                    return None;
                }
                plan.note(what, reason);
            }
        }
    }
    if let Some((index, made)) = body {
        let name = &plan.contents()[index].name;
        let Some(media_type) = concrete_media_type(name) else {
            plan.note(label, format!("{name} is a range of media types"));
            return None;
        };
        base.content = Some(index);
        base.input.body = Some(CaseBody {
            media_type,
            payload: Payload::Value(made.value),
            references: Vec::new(),
        });
        base.fresh
            .extend(made.fresh.into_iter().map(|one| (Root::Body, one)));
    }
    bind::bind(plan, &mut base);
    leave_out_unwritable(plan, &mut base);
    Some(base)
}

/// Takes optional parts out of a base that HTTP or their style cannot write, so that the rest
/// of the operation is tried.
fn leave_out_unwritable(plan: &mut Plan<'_>, base: &mut Base) {
    for _ in 0..MAX_UNWRITABLE {
        let result = encode::request(plan.api, plan.operation, &base.input, Credentials::None);
        let Err(error @ EncodeError::NotExpressible { .. }) = result else {
            return;
        };
        let reason = error.to_string();
        let EncodeError::NotExpressible { part, .. } = error else {
            return;
        };
        match &part {
            Part::Parameter(location, name) => {
                let optional = plan
                    .operation
                    .parameters
                    .iter()
                    .any(|one| one.location == *location && one.name == *name && !one.required);
                if !optional || *location == ParameterLocation::Path {
                    return;
                }
                base.input
                    .arguments
                    .retain(|one| one.location != *location || one.name != *name);
            }
            Part::Body(pointer) => {
                let Some(mut value) = plan.value(&base.input, Root::Body).cloned() else {
                    return;
                };
                if pointer.remove(&mut value).is_none()
                    || !plan.is_valid(Root::Body, base.content, &value)
                {
                    return;
                }
                plan.set(&mut base.input, Root::Body, pointer, value);
            }
            Part::ContentType | Part::Credentials | Part::Method => return,
        }
        plan.note(part.to_string(), reason);
    }
}

/// Plans a base as a case of its own. One that repeats an earlier case is left out.
fn add(
    plan: &mut Plan<'_>,
    mut base: Base,
    label: &str,
    origin: Origin,
    always: bool,
) -> Option<Base> {
    let new = plan.is_new(&shape_of(&base));
    if !new && !always {
        return None;
    }
    let template = base.clone();
    plan.freshen(&mut base.input, &template, label, None);
    let id = plan.push(label, Intent::Conforming, origin, None, base.input.clone())?;
    base.id = id;
    Some(base)
}

/// The input without what is arbitrary, to tell whether two bases are the same case.
fn shape_of(base: &Base) -> Input {
    let mut input = base.input.clone();
    for (root, fresh) in &base.fresh {
        if *root == Root::Body
            && let Some(CaseBody {
                payload: Payload::Value(value),
                ..
            }) = &mut input.body
        {
            fresh.pointer.set(value, Value::String(String::new()));
        }
    }
    input
}

/// One case for each further media type.
fn other_contents(plan: &mut Plan<'_>, full: Option<&Base>) {
    let Some(main) = full.and_then(|base| base.content) else {
        return;
    };
    for index in content_order(plan) {
        if index == main {
            continue;
        }
        let name = &plan.contents()[index].name;
        let label = format!("boundary/content-type/{}", name.replace('/', "-"));
        match body_of(plan, &label, index, Extent::Full) {
            Ok(made) => {
                if let Some(base) = assemble(plan, &label, Extent::Full, Some((index, made))) {
                    let origin = Origin::Boundary(format!("content-type {name}"));
                    add(plan, base, &label, origin, true);
                }
            }
            Err(reason) => plan.note(label, reason),
        }
    }
}

/// Random conforming cases.
pub(super) fn random(plan: &mut Plan<'_>) {
    for number in 1..=plan.options.random_per_operation {
        let label = format!("random/{number}");
        let Some(body) = body(plan, &label, Extent::Random) else {
            return;
        };
        let has_body = plan.operation.body.as_ref().is_some_and(|one| one.required)
            || plan.stream(&label).coin();
        let body = body.filter(|_| has_body);
        if let Some(base) = assemble(plan, &label, Extent::Random, body) {
            add(plan, base, &label, Origin::Random, false);
        }
    }
}

/// The node of a root's schema.
pub(super) fn root_node(plan: &Plan<'_>, root: Root, content: Option<usize>) -> Option<Node> {
    plan.schema(root, content).map(|id| plan.node(id))
}
