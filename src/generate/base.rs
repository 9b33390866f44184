//! The bases: examples, the full request, the minimal one, other media types, random ones.

use serde_json::Value;

use super::bind;
use super::boundary::is_singled_out;
use super::plan::{Base, Bases, Plan, Root};
use super::shape::{Node, flatten};
use super::site::sites;
use super::value::{Extent, Made};
use crate::api::{MediaType, ParameterLocation};
use crate::case::{Argument, CaseBody, Input, Intent, Origin, Payload};
use crate::encode::concrete_media_type;
use crate::http::is_json;
use crate::pointer::Pointer;
use crate::schema::is_read_only;

/// Headers that OpenAPI takes out of the hands of parameters (Parameter Object, `name`).
const RESERVED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];

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

/// The contents in the order in which they are preferred: JSON first.
fn content_order(plan: &Plan<'_>) -> Vec<usize> {
    let contents = plan.contents();
    let mut order: Vec<usize> = (0..contents.len()).collect();
    order.sort_by_key(|index| !is_json(&contents[*index].name));
    order
}

/// The names of examples and schemas' own examples of a content.
fn content_examples(plan: &Plan<'_>, content: &MediaType) -> Vec<(String, Value)> {
    let mut found: Vec<(String, Value)> = content
        .examples
        .iter()
        .map(|one| (one.name.clone(), one.value.clone()))
        .collect();
    if found.is_empty()
        && let Some(id) = content.schema
    {
        let flat = flatten(&plan.api.document, &plan.node(id), |_, _| Vec::new());
        if let Some((_, value)) = flat.first("example") {
            found.push(("schema".to_owned(), value.clone()));
        } else if let Some((_, Value::Array(values))) = flat.first("examples") {
            let named =
                |(index, value): (usize, &Value)| (format!("schema-{}", index + 1), value.clone());
            found.extend(values.iter().enumerate().map(named));
        }
    }
    found
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

fn without_read_only(plan: &Plan<'_>, content: &MediaType, mut value: Value) -> Value {
    let Some(id) = content.schema else {
        return value;
    };
    let document = &plan.api.document;
    let read_only: Vec<Pointer> = sites(document, plan.schemas, &plan.node(id), &value, "body")
        .into_iter()
        .filter(|site| {
            site.is_property
                && site
                    .node
                    .0
                    .iter()
                    .any(|place| is_read_only(document, place))
        })
        .map(|site| site.pointer)
        .collect();
    for pointer in read_only {
        pointer.remove(&mut value);
    }
    value
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

fn body_of(plan: &Plan<'_>, label: &str, index: usize, extent: Extent) -> Result<Made, String> {
    let content = &plan.contents()[index];
    let media_type = concrete_media_type(&content.name)
        .ok_or_else(|| format!("{} is a range of media types", content.name))?;
    let Some(id) = content.schema else {
        let example = content.examples.first().map(|one| one.value.clone());
        let value = match example {
            Some(value) => value,
            None if is_json(&media_type) => Value::Object(serde_json::Map::new()),
            None if media_type.starts_with("text/") || media_type.ends_with("/octet-stream") => {
                Value::String("assize".to_owned())
            }
            None => return Err(format!("{} has no schema", content.name)),
        };
        return Ok(Made {
            value,
            fresh: Vec::new(),
        });
    };
    let place = plan.api.schema_place(id).clone();
    let name = if extent == Extent::Random {
        label
    } else {
        "body"
    };
    let mut maker = plan.maker(&format!("{name}/{}", content.name), extent);
    match maker.root(id, &place, "value") {
        Ok(made) => Ok(made),
        Err(reason) if extent == Extent::Minimal => {
            let mut maker = plan.maker(&format!("body/{}", content.name), Extent::Full);
            let made = maker.root(id, &place, "value").map_err(|_| reason)?;
            Ok(reduced(plan, index, made))
        }
        Err(reason) => Err(reason),
    }
}

/// The value without each optional property that it can do without.
fn reduced(plan: &Plan<'_>, content: usize, mut made: Made) -> Made {
    let Some(id) = plan.schema(Root::Body, Some(content)) else {
        return made;
    };
    let document = &plan.api.document;
    let all = sites(document, plan.schemas, &plan.node(id), &made.value, "value");
    for site in all {
        if !site.is_property || site.required.is_some() {
            continue;
        }
        let mut fewer = made.value.clone();
        if site.pointer.remove(&mut fewer).is_some()
            && plan.is_valid(Root::Body, Some(content), &fewer)
        {
            made.value = fewer;
        }
    }
    let value = &made.value;
    made.fresh
        .retain(|one| one.pointer.get(value).is_some_and(Value::is_string));
    made
}

/// A value for a parameter: its example, its default, else a generated one.
pub(super) fn parameter_value(
    plan: &Plan<'_>,
    index: usize,
    extent: Extent,
) -> Result<Made, String> {
    let parameter = &plan.operation.parameters[index];
    let root = Root::Parameter(index);
    let schema = plan.schema(root, None);
    let mut given: Vec<Value> = parameter
        .examples
        .iter()
        .chain(parameter.content.iter().flat_map(|one| &one.examples))
        .map(|one| one.value.clone())
        .collect();
    if let Some(id) = schema {
        let flat = flatten(&plan.api.document, &plan.node(id), |_, _| Vec::new());
        given.extend(flat.first("default").map(|(_, value)| value.clone()));
        given.extend(flat.first("example").map(|(_, value)| value.clone()));
    }
    // Null and nothing have no text; an example that says so is no help.
    let usable = |value: &Value| match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(elements) => !elements.is_empty(),
        _ => true,
    };
    if let Some(value) = given
        .into_iter()
        .find(|value| usable(value) && plan.is_valid(root, None, value))
        && extent != Extent::Random
    {
        return Ok(Made {
            value,
            fresh: Vec::new(),
        });
    }
    let label = format!("parameter/{}/{}", parameter.location, parameter.name);
    let Some(id) = schema else {
        let mut stream = plan.stream(&label);
        return if parameter.content.is_some() {
            Err("its content has no schema".to_owned())
        } else {
            let text = format!("{}-{}", parameter.name, stream.hex(6));
            Ok(Made {
                value: text.into(),
                fresh: Vec::new(),
            })
        };
    };
    let place = plan.api.schema_place(id).clone();
    let made = plan
        .maker(&label, extent)
        .root(id, &place, &parameter.name)?;
    if usable(&made.value) {
        return Ok(made);
    }
    // An empty list is not sent at all: ask for more.
    let full = plan
        .maker(&label, Extent::Full)
        .root(id, &place, &parameter.name)?;
    Ok(full)
}

pub(super) fn is_sent(parameter: &crate::api::Parameter) -> bool {
    parameter.location != ParameterLocation::Header
        || !RESERVED_HEADERS
            .iter()
            .any(|name| parameter.name.eq_ignore_ascii_case(name))
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
        if !wanted || !is_sent(parameter) || (is_conditional(parameter) && !required) {
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
    Some(base)
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
