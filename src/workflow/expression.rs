//! Runtime expressions: `$response.body#/data/id`, `$steps.create.outputs.id`.
//!
//! Arazzo 1.1, section "Runtime Expressions", and one of ours: `$resources.room.id` is an
//! output of a recipe of the contract.

use super::problem::instead;
use crate::near::near;
use crate::pointer::Pointer;

/// What an expression begins with.
const ROOTS: &[&str] = &[
    "url",
    "method",
    "statusCode",
    "request",
    "response",
    "inputs",
    "outputs",
    "steps",
    "workflows",
    "sourceDescriptions",
    "components",
    "resources",
    "self",
    "message",
];

/// An expression, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Expression {
    /// As it is written.
    pub(super) text: String,
    pub(super) root: Root,
    /// What is selected in the value of the root.
    pub(super) path: Vec<Access>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Root {
    Url,
    Method,
    StatusCode,
    Own,
    Request(Part),
    Response(Part),
    Inputs,
    Outputs,
    Step(String),
    Workflow(String, Side),
    Source(String, String),
    Component(String),
    Resource(String, String),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    Header(String),
    Query(String),
    Path(String),
    Body,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Inputs,
    Outputs,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Access {
    Name(String),
    Index(usize),
    Pointer(Pointer),
}

/// The expression that a whole string is; `None` when it is no expression but a text.
///
/// # Errors
/// What is wrong with a string that means to be one.
pub(super) fn whole(text: &str) -> Result<Option<Expression>, String> {
    let Some(rest) = text.strip_prefix('$') else {
        return Ok(None);
    };
    let end = rest
        .find(|one: char| !one.is_ascii_alphanumeric())
        .unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    if ROOTS.contains(&name) && (after.is_empty() || after.starts_with('.')) {
        return parse(text).map(Some);
    }
    if after.starts_with('.') && !near(name, ROOTS.iter().copied()).is_empty() {
        return Err(format!(
            "`{text}` is no runtime expression{}",
            instead(name, ROOTS.iter().copied())
        ));
    }
    Ok(None)
}

/// Parses an expression.
///
/// # Errors
/// What is wrong with it.
pub(super) fn parse(text: &str) -> Result<Expression, String> {
    let wrong = |why: &str| format!("`{text}`: {why}");
    let rest = text
        .strip_prefix('$')
        .ok_or_else(|| wrong("a runtime expression begins with $"))?;
    let (name, after) = match rest.find(|one: char| !one.is_ascii_alphanumeric()) {
        Some(end) => rest.split_at(end),
        None => (rest, ""),
    };
    let member = || {
        after
            .strip_prefix('.')
            .filter(|rest| !rest.is_empty())
            .ok_or_else(|| wrong("a name is missing after it"))
    };
    let alone = |root: Root| {
        if after.is_empty() {
            Ok((root, ""))
        } else {
            Err(wrong("nothing may follow it"))
        }
    };
    let (root, path) = match name {
        "url" => alone(Root::Url)?,
        "method" => alone(Root::Method)?,
        "statusCode" => alone(Root::StatusCode)?,
        "self" => alone(Root::Own)?,
        "request" => {
            let (part, path) = part(member()?).map_err(|why| wrong(&why))?;
            (Root::Request(part), path)
        }
        "response" => {
            let (part, path) = part(member()?).map_err(|why| wrong(&why))?;
            if matches!(part, Part::Query(_) | Part::Path(_)) {
                return Err(wrong("a response has only `header` and `body`"));
            }
            (Root::Response(part), path)
        }
        "inputs" => (Root::Inputs, member().map(|_| after)?),
        "outputs" => (Root::Outputs, member().map(|_| after)?),
        "steps" => {
            let (id, rest) = identifier(member()?);
            let path = rest.strip_prefix(".outputs").ok_or_else(|| {
                wrong("write `$steps.ID.outputs.NAME`: only the outputs of a step are known")
            })?;
            (Root::Step(id.to_owned()), path)
        }
        "workflows" => {
            let (id, rest) = identifier(member()?);
            let (side, path) = if let Some(path) = rest.strip_prefix(".outputs") {
                (Side::Outputs, path)
            } else if let Some(path) = rest.strip_prefix(".inputs") {
                (Side::Inputs, path)
            } else {
                return Err(wrong(
                    "write `$workflows.ID.inputs.NAME` or `$workflows.ID.outputs.NAME`",
                ));
            };
            (Root::Workflow(id.to_owned(), side), path)
        }
        "sourceDescriptions" => {
            let (id, rest) = identifier(member()?);
            let field = rest.strip_prefix('.').unwrap_or_default();
            (Root::Source(id.to_owned(), field.to_owned()), "")
        }
        "components" => {
            let name = member()?
                .strip_prefix("parameters.")
                .ok_or_else(|| wrong("of components, only parameters have a value"))?;
            (Root::Component(name.to_owned()), "")
        }
        "resources" => {
            let (resource, rest) = identifier(member()?);
            let (output, path) = identifier(rest.strip_prefix('.').unwrap_or_default());
            if resource.is_empty() || output.is_empty() {
                return Err(wrong("write `$resources.NAME.OUTPUT`"));
            }
            (Root::Resource(resource.to_owned(), output.to_owned()), path)
        }
        "message" => return Err(wrong("messages are of AsyncAPI, which is not supported")),
        _ => {
            return Err(format!(
                "`{text}` is no runtime expression{}",
                instead(name, ROOTS.iter().copied())
            ));
        }
    };
    let path = accesses(path).map_err(|why| wrong(&why))?;
    let named = matches!(
        root,
        Root::Inputs | Root::Outputs | Root::Step(_) | Root::Workflow(..)
    );
    if named && !matches!(path.first(), Some(Access::Name(_))) {
        return Err(wrong("the name of a value is missing"));
    }
    Ok(Expression {
        text: text.to_owned(),
        root,
        path,
    })
}

/// What stands after `$request.` or `$response.`.
fn part(text: &str) -> Result<(Part, &str), String> {
    let named = |prefix: &str| text.strip_prefix(prefix).filter(|name| !name.is_empty());
    if let Some(path) = text.strip_prefix("body") {
        if path.is_empty() || path.starts_with(['.', '[', '#']) {
            return Ok((Part::Body, path));
        }
    } else if let Some(name) = named("header.") {
        return Ok((Part::Header(name.to_ascii_lowercase()), ""));
    } else if let Some(name) = named("query.") {
        return Ok((Part::Query(name.to_owned()), ""));
    } else if let Some(name) = named("path.") {
        return Ok((Part::Path(name.to_owned()), ""));
    }
    Err("what is wanted of it: `body`, `header.NAME`, `query.NAME` or `path.NAME`?".to_owned())
}

fn identifier(text: &str) -> (&str, &str) {
    let end = text
        .find(|one: char| !one.is_ascii_alphanumeric() && one != '-' && one != '_')
        .unwrap_or(text.len());
    text.split_at(end)
}

/// The characters that no name in an expression has.
fn ends_name(one: char) -> bool {
    matches!(one, '.' | '[' | ']' | '#' | '{' | '}') || one.is_whitespace()
}

/// `.name`, `[0]`, `['name']` any number of times, then `#/json/pointer`.
pub(super) fn accesses(text: &str) -> Result<Vec<Access>, String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        match first {
            '.' => {
                let end = after.find(ends_name).unwrap_or(after.len());
                let (name, next) = after.split_at(end);
                if name.is_empty() {
                    return Err("a name is missing after a dot".to_owned());
                }
                found.push(Access::Name(name.to_owned()));
                rest = next;
            }
            '[' => {
                let (inner, next) = after
                    .split_once(']')
                    .ok_or("a closing bracket is missing")?;
                found.push(index(inner.trim())?);
                rest = next;
            }
            '#' => {
                found.push(Access::Pointer(pointer(after)?));
                rest = "";
            }
            other => {
                return Err(format!(
                    "`{other}` cannot stand here; within other text, write the expression as `{{$…}}`"
                ));
            }
        }
    }
    Ok(found)
}

fn index(text: &str) -> Result<Access, String> {
    if let Some(name) = text
        .strip_prefix('\'')
        .and_then(|text| text.strip_suffix('\''))
    {
        return Ok(Access::Name(name.to_owned()));
    }
    text.parse()
        .map(Access::Index)
        .map_err(|_| format!("`[{text}]` is no index: write a number from 0, or a name in quotes"))
}

/// A JSON Pointer as RFC 6901 writes it.
pub(super) fn pointer(text: &str) -> Result<Pointer, String> {
    let escapes = text
        .match_indices('~')
        .all(|(at, _)| text[at + 1..].starts_with(['0', '1']));
    if !escapes || !(text.is_empty() || text.starts_with('/')) {
        return Err(format!(
            "`{text}` is no JSON Pointer: each step begins with a slash, e.g. /data/0/id"
        ));
    }
    Ok(Pointer::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_understood() {
        let name = |text: &str| Access::Name(text.to_owned());
        let pointer = |text: &str| Access::Pointer(Pointer::new(text));
        let table = [
            ("$url", Root::Url, vec![]),
            ("$method", Root::Method, vec![]),
            ("$statusCode", Root::StatusCode, vec![]),
            ("$self", Root::Own, vec![]),
            (
                "$request.header.X-Id",
                Root::Request(Part::Header("x-id".to_owned())),
                vec![],
            ),
            (
                "$request.query.a.b[c]",
                Root::Request(Part::Query("a.b[c]".to_owned())),
                vec![],
            ),
            (
                "$request.path.id",
                Root::Request(Part::Path("id".to_owned())),
                vec![],
            ),
            (
                "$request.body#/a~1b",
                Root::Request(Part::Body),
                vec![pointer("/a~1b")],
            ),
            ("$response.body", Root::Response(Part::Body), vec![]),
            (
                "$response.body#",
                Root::Response(Part::Body),
                vec![pointer("")],
            ),
            (
                "$response.body.data[0]['x y'].id",
                Root::Response(Part::Body),
                vec![name("data"), Access::Index(0), name("x y"), name("id")],
            ),
            ("$inputs.x-store-id", Root::Inputs, vec![name("x-store-id")]),
            (
                "$steps.a-b_1.outputs.pets#/0/id",
                Root::Step("a-b_1".to_owned()),
                vec![name("pets"), pointer("/0/id")],
            ),
            (
                "$workflows.w.inputs.user.name",
                Root::Workflow("w".to_owned(), Side::Inputs),
                vec![name("user"), name("name")],
            ),
            ("$outputs.bar", Root::Outputs, vec![name("bar")]),
            (
                "$sourceDescriptions.pets.url",
                Root::Source("pets".to_owned(), "url".to_owned()),
                vec![],
            ),
            (
                "$components.parameters.page.size",
                Root::Component("page.size".to_owned()),
                vec![],
            ),
            (
                "$resources.shared_room.id",
                Root::Resource("shared_room".to_owned(), "id".to_owned()),
                vec![],
            ),
        ];
        for (text, root, path) in table {
            let parsed = whole(text)
                .unwrap_or_else(|why| panic!("{text}: {why}"))
                .unwrap_or_else(|| panic!("{text} is an expression"));
            assert_eq!((parsed.root, parsed.path), (root, path), "{text}");
        }
    }

    #[test]
    fn texts_are_not_taken_for_expressions() {
        for text in [
            "",
            "$",
            "$5.00",
            "5 $inputs",
            "$ref",
            "$urls",
            "$input",
            "$x.y",
        ] {
            assert_eq!(whole(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn mistakes_are_told() {
        for (text, says) in [
            ("$input.name", "did you mean inputs?"),
            ("$respnse.body", "did you mean response?"),
            ("$inputs", "a name is missing"),
            ("$inputs.", "a name is missing"),
            ("$inputs.a b", "`{$…}`"),
            ("$response.query.x", "only `header` and `body`"),
            ("$response.status", "what is wanted of it"),
            ("$response.body#data", "no JSON Pointer"),
            ("$response.body#/a~2", "no JSON Pointer"),
            ("$response.body[x]", "no index"),
            ("$response.body[0", "bracket is missing"),
            ("$steps.a.x", "only the outputs"),
            ("$steps.a.outputs", "name of a value"),
            ("$workflows.a", "$workflows.ID.inputs.NAME"),
            ("$message.payload", "AsyncAPI"),
            ("$statusCode.x", "nothing may follow"),
            ("$resources.room", "$resources.NAME.OUTPUT"),
            ("$components.inputs.x", "only parameters"),
        ] {
            let why = whole(text).expect_err(text);
            assert!(why.contains(says), "{text}: {why}");
        }
    }
}
