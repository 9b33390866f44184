//! The values that bases are made of: bodies and arguments.

use serde_json::Value;

use super::plan::{Plan, Root};
use super::shape::flatten;
use super::site::sites;
use super::value::{Extent, Made};
use crate::api::MediaType;
use crate::encode::concrete_media_type;
use crate::http::is_json;
use crate::pointer::Pointer;
use crate::schema::is_read_only;

/// The contents in the order in which they are preferred: JSON first.
pub(super) fn content_order(plan: &Plan<'_>) -> Vec<usize> {
    let contents = plan.contents();
    let mut order: Vec<usize> = (0..contents.len()).collect();
    order.sort_by_key(|index| !is_json(&contents[*index].name));
    order
}

/// The names of examples and schemas' own examples of a content.
pub(super) fn content_examples(plan: &Plan<'_>, content: &MediaType) -> Vec<(String, Value)> {
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

/// The value without what requests leave out.
pub(super) fn without_read_only(plan: &Plan<'_>, content: &MediaType, mut value: Value) -> Value {
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

/// A body in the content with this index.
pub(super) fn body_of(
    plan: &Plan<'_>,
    label: &str,
    index: usize,
    extent: Extent,
) -> Result<Made, String> {
    let content = &plan.contents()[index];
    let media_type = concrete_media_type(&content.name)
        .ok_or_else(|| format!("{} is a range of media types", content.name))?;
    if let (None, Some(item)) = (content.schema, content.item_schema) {
        // A sequential media type: one item is a sequence.
        let place = plan.api.schema_place(item).clone();
        let mut made = plan
            .maker(&format!("{label}/item"), extent)
            .root(item, &place, "item")?;
        made.value = Value::Array(vec![made.value]);
        made.fresh.clear();
        return Ok(made);
    }
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
