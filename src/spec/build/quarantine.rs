//! Setting aside the uses of schemas that cannot be understood.

use std::collections::HashMap;

use crate::api::{Api, MediaType, Operation, SchemaId};
use crate::document::Place;
use crate::spec::flaws::Flaws;

/// Takes every use of a broken schema out of the operations, and says so in its flaw.
pub(super) fn quarantine(api: &mut Api, broken: &HashMap<Place, usize>, flaws: &mut Flaws) {
    if broken.is_empty() {
        return;
    }
    let schemas = &api.schemas;
    let mut judge = |schema: &mut Option<SchemaId>, label: &dyn Fn() -> String| {
        let flaw = schema.and_then(|id| broken.get(schemas.get(id.0 as usize)?));
        if let Some(flaw) = flaw {
            flaws.at(*flaw).lost(label());
            *schema = None;
        }
    };
    for operation in &mut api.operations {
        each_schema(operation, &mut judge);
    }
}

type Judge<'j> = dyn FnMut(&mut Option<SchemaId>, &dyn Fn() -> String) + 'j;

/// Shows every schema of an operation together with what it describes.
fn each_schema(operation: &mut Operation, judge: &mut Judge<'_>) {
    let id = &operation.id;
    for parameter in &mut operation.parameters {
        let label = || {
            format!(
                "{} parameter `{}` of {id}",
                parameter.location, parameter.name
            )
        };
        judge(&mut parameter.schema, &label);
        if let Some(content) = &mut parameter.content {
            media_type(content, judge, &label);
        }
    }
    for content in operation
        .body
        .iter_mut()
        .flat_map(|body| &mut body.contents)
    {
        media_type(content, judge, &|| format!("request body of {id}"));
    }
    for response in &mut operation.responses {
        let label = || format!("response {} of {id}", response.status);
        for content in &mut response.contents {
            media_type(content, judge, &label);
        }
        for header in &mut response.headers {
            judge(&mut header.schema, &|| {
                format!("header {} of {}", header.name, label())
            });
        }
    }
}

fn media_type(content: &mut MediaType, judge: &mut Judge<'_>, label: &dyn Fn() -> String) {
    judge(&mut content.schema, label);
    judge(&mut content.item_schema, label);
}
