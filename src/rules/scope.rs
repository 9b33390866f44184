//! The names in an expression: what it reads of the exchange, and names that nothing has.

use std::collections::BTreeSet;

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators};

use super::bounds::children;
use super::reads::{Path, Segment};
use crate::near::near;

/// The variables with their members; those without any are plain values.
const VARIABLES: [(&str, &[&str]); 5] = [
    (
        "request",
        &["method", "path", "query", "headers", "body", "identity"],
    ),
    ("response", &["status", "headers", "body"]),
    ("operation", &[]),
    ("case", &["conforming", "kind"]),
    ("purpose", &[]),
];

/// Names of types, which CEL has as values.
const TYPES: [&str; 11] = [
    "bool",
    "bytes",
    "double",
    "int",
    "list",
    "map",
    "null_type",
    "string",
    "type",
    "uint",
    "optional",
];

/// The functions and methods of standard CEL.
const FUNCTIONS: [&str; 31] = [
    "bool",
    "bytes",
    "contains",
    "double",
    "duration",
    "dyn",
    "endsWith",
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getFullYear",
    "getHours",
    "getMilliseconds",
    "getMinutes",
    "getMonth",
    "getSeconds",
    "hasValue",
    "int",
    "matches",
    "none",
    "of",
    "or",
    "orValue",
    "size",
    "startsWith",
    "string",
    "timestamp",
    "type",
    "uint",
    "value",
];

/// Macros, which look like functions.
const MACROS: [&str; 6] = ["all", "exists", "exists_one", "filter", "has", "map"];

/// A name that nothing has.
pub(super) struct Unknown {
    /// The id of the expression that uses it.
    pub(super) expression: u64,
    pub(super) message: String,
}

/// What the expression reads of an exchange.
///
/// # Errors
/// A name that no variable, member or function has.
pub(super) fn paths(tree: &IdedExpr) -> Result<Vec<Path>, Unknown> {
    let mut found = BTreeSet::new();
    walk(tree, &mut Vec::new(), &mut found)?;
    Ok(found.into_iter().collect())
}

fn walk<'t>(
    tree: &'t IdedExpr,
    local: &mut Vec<&'t str>,
    found: &mut BTreeSet<Path>,
) -> Result<(), Unknown> {
    if let Some((name, segments)) = chain(tree) {
        if !local.contains(&name) && !name.starts_with('@') {
            found.extend(known(tree, name, segments)?);
        }
        return Ok(());
    }
    match &tree.expr {
        Expr::Call(call) => function(tree, call)?,
        Expr::Comprehension(loops) => {
            walk(&loops.iter_range, local, found)?;
            let outside = local.len();
            local.push(&loops.iter_var);
            local.extend(loops.iter_var2.as_deref());
            for part in [&loops.loop_cond, &loops.loop_step, &loops.result] {
                walk(part, local, found)?;
            }
            local.truncate(outside);
            return Ok(());
        }
        _ => {}
    }
    // The target of `optional.of(x)` is no value.
    for child in children(&tree.expr) {
        walk(child, local, found)?;
    }
    Ok(())
}

/// A variable with the members and elements that are read of it: `response.body.data[0]`.
fn chain(tree: &IdedExpr) -> Option<(&str, Vec<Segment>)> {
    let mut segments = Vec::new();
    let mut tree = tree;
    loop {
        match &tree.expr {
            Expr::Ident(name) => {
                segments.reverse();
                return Some((name, segments));
            }
            Expr::Select(select) => {
                segments.push(Segment::Member(select.field.clone()));
                tree = &select.operand;
            }
            Expr::Call(call) if call.func_name == operators::INDEX => {
                let [inner, index] = call.args.as_slice() else {
                    return None;
                };
                segments.push(match &index.expr {
                    Expr::Literal(LiteralValue::String(name)) => {
                        Segment::Member(name.inner().to_owned())
                    }
                    Expr::Literal(LiteralValue::Int(at)) => {
                        Segment::Element(usize::try_from(*at.inner()).ok()?)
                    }
                    _ => return None,
                });
                tree = inner;
            }
            _ => return None,
        }
    }
}

/// The path, if `name` is a variable; nothing if it is a type.
fn known(tree: &IdedExpr, name: &str, segments: Vec<Segment>) -> Result<Option<Path>, Unknown> {
    let Some((_, members)) = VARIABLES.iter().find(|(known, _)| *known == name) else {
        if TYPES.contains(&name) {
            return Ok(None);
        }
        let names = VARIABLES.iter().map(|(known, _)| *known);
        return Err(unknown(tree, "variable", name, names));
    };
    match segments.first() {
        Some(Segment::Member(member))
            if !members.is_empty() && !members.contains(&member.as_str()) =>
        {
            let what = format!("{name} has no member");
            Err(Unknown {
                expression: tree.id,
                message: format!(
                    "{what} {member}; {}",
                    suggestion(member, members.iter().copied())
                ),
            })
        }
        _ => Ok(Some(Path::new(name, segments))),
    }
}

fn function(tree: &IdedExpr, call: &CallExpr) -> Result<(), Unknown> {
    let name = call.func_name.as_str();
    let is_operator = name
        .bytes()
        .any(|byte| !byte.is_ascii_alphanumeric() && byte != b'_')
        || name.starts_with('_');
    if is_operator || FUNCTIONS.contains(&name) {
        return Ok(());
    }
    if MACROS.contains(&name) {
        return Err(Unknown {
            expression: tree.id,
            message: format!("{name} is called in a way that it does not have"),
        });
    }
    let names = FUNCTIONS.iter().chain(&MACROS).copied();
    Err(unknown(tree, "function", name, names))
}

fn unknown<'n>(
    tree: &IdedExpr,
    kind: &str,
    name: &str,
    names: impl Iterator<Item = &'n str>,
) -> Unknown {
    Unknown {
        expression: tree.id,
        message: format!("there is no {kind} {name}; {}", suggestion(name, names)),
    }
}

fn suggestion<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.collect();
    let near = near(name, names.iter().copied());
    if near.is_empty() {
        format!("there is {}", names.join(", "))
    } else {
        format!("did you mean {}?", near.join(" or "))
    }
}
