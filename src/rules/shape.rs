//! Responses that must match a schema: one of the requirement, or that of the description.

use std::sync::Arc;

use http::Method;
use serde_json::Value;
use serde_json_path::JsonPath;

use super::Mistake;
use super::judged::{Judged, Observed};
use crate::api::{Api, Direction, SchemaId, StatusPattern};
use crate::broken::{media_type, mismatch, words};
use crate::document::{Document, Format, Place, Source};
use crate::http::{Response, is_json};
use crate::pointer::Pointer;
use crate::schema::{Mismatch, SchemaProblem, Schemas, schema_mistake};
use crate::verdict::SchemaRule;

/// The longest JSONPath, in bytes.
const LONGEST_PATH: usize = 1024;
/// Parts of one body that are validated. One mistake often shows in each of many.
const MOST_PARTS: usize = 10_000;
/// Mismatches that are looked at in one exchange.
const MOST_MISMATCHES: usize = 200;
/// Findings of one exchange.
const MOST_BROKEN: usize = 10;

/// A schema rule that is ready for use.
#[derive(Debug)]
pub(super) struct Shape {
    statuses: Vec<StatusPattern>,
    at: Option<JsonPath>,
    own: Option<Own>,
}

/// The schema of a requirement, as a description that holds nothing else.
#[derive(Debug)]
struct Own {
    api: Api,
    schemas: Schemas,
}

/// The only schema of [`Own`].
const ONLY: SchemaId = SchemaId(0);

impl Own {
    fn compile(id: &str, schema: &Value) -> Result<Self, SchemaProblem> {
        let api = Api {
            document: Document {
                sources: vec![Source {
                    uri: "assize://requirement/".to_owned(),
                    name: id.into(),
                    text: "".into(),
                    format: Format::Json,
                    value: Arc::new(schema.clone()),
                }],
                ..Document::default()
            },
            schemas: vec![Place::new(0, Pointer::root())],
            ..Api::default()
        };
        let schemas = Schemas::new(&api);
        schemas
            .check(ONLY, Direction::Response)
            .map_err(Clone::clone)?;
        Ok(Self { api, schemas })
    }
}

impl Shape {
    /// Compiles a rule of the requirement `id`.
    pub(super) fn compile(id: &str, rule: &SchemaRule) -> Result<Self, Mistake> {
        let member = |name: &str| Pointer::root().child("schema").child(name);
        let mut statuses = Vec::new();
        for (index, text) in rule.statuses.iter().enumerate() {
            statuses.push(StatusPattern::parse(text).ok_or_else(|| Mistake {
                pointer: member("statuses").index(index),
                message: format!("{text} is no status; write 201, 2XX or default"),
            })?);
        }
        if statuses.is_empty() {
            statuses.push(StatusPattern::Range(2));
        }
        let at = rule.at.as_deref().map(path).transpose();
        let at = at.map_err(|message| Mistake {
            pointer: member("at"),
            message,
        })?;
        if at.is_some() && rule.schema.is_none() {
            return Err(Mistake {
                pointer: member("at"),
                message: "`at` needs a `schema` of its own: the schema of the description is for the whole body".to_owned(),
            });
        }
        let own = rule.schema.as_ref().map(|schema| {
            if let Some((part, message)) = schema_mistake(schema) {
                return Err(Mistake {
                    pointer: member("schema").join(&part),
                    message,
                });
            }
            Own::compile(id, schema).map_err(|problem| Mistake {
                pointer: problem.place.as_ref().map_or(member("schema"), |place| {
                    member("schema").join(&place.pointer)
                }),
                message: format!("this is no JSON Schema (2020-12): {problem}"),
            })
        });
        Ok(Self {
            statuses,
            at,
            own: own.transpose()?,
        })
    }

    /// Whether an answer matches; `None` when its status is not selected.
    pub(super) fn judge(&self, observed: &Observed<'_>, response: &Response) -> Option<Judged> {
        let status = response.status.as_u16();
        if !self.statuses.iter().any(|one| one.matches(status)) {
            return None;
        }
        let undecided = |why: &str| Some(Judged::Undecided(why.to_owned()));
        if observed.exchange.request.method == Method::HEAD {
            return undecided("answers to HEAD have no body");
        }
        if response.truncated {
            return undecided("an answer is longer than what is read of it");
        }
        let Some(body) = observed.exchange.json() else {
            // What does not parse, and a wrong media type, are the matter of checks.
            return undecided("an answer has no JSON body");
        };
        let result = match &self.own {
            Some(own) => self.by_own(own, status, body),
            None => by_description(observed, response, status, body),
        };
        Some(result.unwrap_or_else(Judged::Undecided))
    }

    fn by_own(&self, own: &Own, status: u16, body: &Value) -> Result<Judged, String> {
        let parts: Vec<(Pointer, &Value)> = match &self.at {
            None => vec![(Pointer::root(), body)],
            Some(path) => path
                .query_located(body)
                .into_iter()
                .map(|node| (Pointer::new(node.location().to_json_pointer()), node.node()))
                .collect(),
        };
        if let (true, Some(path)) = (parts.is_empty(), &self.at) {
            return Err(format!("an answer has nothing at {path}"));
        }
        if parts.len() > MOST_PARTS {
            return Err(format!(
                "an answer has more than {MOST_PARTS} parts to judge"
            ));
        }
        let root = &own.api.schemas[0];
        let mut broken = Vec::new();
        let mut looked_at = 0;
        for (pointer, part) in parts {
            if looked_at >= MOST_MISMATCHES || broken.len() >= MOST_BROKEN {
                break;
            }
            let mismatches = mismatches(&own.schemas, ONLY, part)?;
            looked_at += mismatches.len();
            let document = &own.api.document;
            for mut one in mismatch::broken(document, root, &pointer, part, status, &mismatches) {
                // It stands in the requirement, not in the description.
                one.place = None;
                if !broken
                    .iter()
                    .any(|known: &crate::broken::Broken| known.cause == one.cause)
                {
                    broken.push(one);
                }
            }
        }
        Ok(if broken.is_empty() {
            Judged::Kept
        } else {
            Judged::Broken(broken)
        })
    }
}

/// Judges the whole body by what the description says of it.
fn by_description(
    observed: &Observed<'_>,
    response: &Response,
    status: u16,
    body: &Value,
) -> Result<Judged, String> {
    let operation = &observed.api.operations[observed.operation];
    let media = operation
        .response_for(status)
        .zip(media_type::header(response))
        .and_then(|(promise, header)| media_type::choose(&promise.contents, header));
    let header = media_type::header(response).map_or("", |header| header);
    let schema = media
        .and_then(|media| media.schema)
        .filter(|_| is_json(header));
    let Some(schema) = schema else {
        return Err(format!(
            "the description has no schema for {status} of {}",
            operation.id
        ));
    };
    let mismatches = mismatches(observed.schemas, schema, body)?;
    let root = observed.api.schema_place(schema);
    let document = &observed.api.document;
    let broken = mismatch::broken(document, root, &Pointer::root(), body, status, &mismatches);
    Ok(if broken.is_empty() {
        Judged::Kept
    } else {
        Judged::Broken(broken)
    })
}

fn mismatches(schemas: &Schemas, schema: SchemaId, value: &Value) -> Result<Vec<Mismatch>, String> {
    let flawed =
        |problem: &SchemaProblem| words::one_line(&format!("the schema is flawed: {problem}"), 300);
    let direction = Direction::Response;
    if schemas.is_valid(schema, direction, value).map_err(flawed)? {
        return Ok(Vec::new());
    }
    let found = schemas
        .errors(schema, direction, value, MOST_MISMATCHES)
        .map_err(flawed)?;
    if found.is_empty() {
        return Err("a body is not valid, for a reason that cannot be told".to_owned());
    }
    Ok(found)
}

fn path(text: &str) -> Result<JsonPath, String> {
    if text.len() > LONGEST_PATH {
        return Err(format!("this JSONPath is longer than {LONGEST_PATH} bytes"));
    }
    JsonPath::parse(text).map_err(|error| {
        format!(
            "this is no JSONPath (RFC 9535): {} at its column {}",
            words::one_line(error.message(), 200),
            error.position() + 1
        )
    })
}
