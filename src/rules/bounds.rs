//! What an expression may cost. CEL always ends, but loops within loops over large bodies, and
//! sums within them, can still cost any time and memory.
//!
//! Before it is used, each expression is rewritten: what a loop runs over, what is added up,
//! and what functions inside of loops take is wrapped in a call that charges its size to a
//! budget. The names of such calls cannot be written in CEL.

use std::cell::Cell;

use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, operators};
use cel::common::types::{CelBytes, CelList, CelMap, CelString, DYN_TYPE};
use cel::common::value::{CowVal, Val};
use cel::{Env, ExecutionError};

/// The longest expression, in bytes.
pub(super) const LONGEST: usize = 4096;
/// The deepest expression, as it is rewritten. Evaluation takes 32 KiB of the stack for each
/// level where it is not optimized, and threads have 2 MiB.
pub(super) const DEEPEST: usize = 40;
/// What one evaluation may spend: about one for each part of each value that is looked at.
const BUDGET: u64 = 2_000_000;
/// The function that charges its argument. No CEL identifier begins with `@`.
const CHARGE: &str = "@charge";
/// Bytes of a text that cost as much as a value.
const BYTES: usize = 16;
/// Deeper parts of values are not looked at.
const LEVELS: usize = 200;

thread_local! {
    /// What is left, and `None` when it did not suffice.
    static LEFT: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Evaluates within the budget; `None` when it does not suffice.
pub(super) fn within<T>(evaluate: impl FnOnce() -> T) -> Option<T> {
    LEFT.set(Some(BUDGET));
    let result = evaluate();
    // An error may have been absorbed, e.g. by `|| true`; the budget tells all the same.
    LEFT.get().map(|_| result)
}

/// Adds the function to an environment.
pub(super) fn charging(env: &mut Env) {
    env.add_overload(CHARGE, "charge_dyn", vec![DYN_TYPE], charge)
        .expect("no other function has this name");
}

fn charge<'b, 'v>(mut arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let value = arguments.remove(0);
    let mut left = LEFT.get();
    take(value.as_ref(), LEVELS, &mut left);
    LEFT.set(left);
    match left {
        Some(_) => Ok(value),
        None => Err(ExecutionError::function_error(
            CHARGE,
            "it costs more than is allowed",
        )),
    }
}

/// Takes the size of a value from what is left.
fn take(value: &dyn Val, levels: usize, left: &mut Option<u64>) {
    let text = |bytes: usize| 1 + (bytes / BYTES) as u64;
    let own = if let Some(string) = value.downcast_ref::<CelString<'_>>() {
        text(string.inner().len())
    } else if let Some(bytes) = value.downcast_ref::<CelBytes<'_>>() {
        text(bytes.inner().len())
    } else {
        1
    };
    *left = left.and_then(|left| left.checked_sub(own));
    if levels == 0 {
        return;
    }
    if let Some(list) = value.downcast_ref::<CelList<'_>>() {
        for element in list.inner() {
            if left.is_none() {
                return;
            }
            take(&**element, levels - 1, left);
        }
    } else if let Some(map) = value.downcast_ref::<CelMap<'_>>() {
        for member in map.inner().values() {
            if left.is_none() {
                return;
            }
            take(&**member, levels - 1, left);
        }
    }
}

/// Whether the expression is nested deeper than allowed.
pub(super) fn is_deep(tree: &IdedExpr) -> bool {
    deeper_than(tree, DEEPEST)
}

fn deeper_than(tree: &IdedExpr, limit: usize) -> bool {
    let Some(limit) = limit.checked_sub(1) else {
        return true;
    };
    children(&tree.expr)
        .into_iter()
        .any(|child| deeper_than(child, limit))
}

/// The expressions directly inside of one.
pub(super) fn children(expr: &Expr) -> Vec<&IdedExpr> {
    match expr {
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => Vec::new(),
        Expr::Call(call) => call
            .target
            .as_deref()
            .into_iter()
            .chain(&call.args)
            .collect(),
        Expr::Comprehension(loops) => vec![
            &loops.iter_range,
            &loops.accu_init,
            &loops.loop_cond,
            &loops.loop_step,
            &loops.result,
        ],
        Expr::List(list) => list.elements.iter().collect(),
        Expr::Map(map) => map
            .entries
            .iter()
            .flat_map(|one| entry(&one.expr))
            .collect(),
        Expr::Struct(strukt) => strukt
            .entries
            .iter()
            .flat_map(|one| entry(&one.expr))
            .collect(),
        Expr::Select(select) => vec![&*select.operand],
    }
}

fn entry(entry: &EntryExpr) -> Vec<&IdedExpr> {
    match entry {
        EntryExpr::StructField(field) => vec![&field.value],
        EntryExpr::MapEntry(entry) => vec![&entry.key, &entry.value],
    }
}

/// Rewrites an expression so that its loops and sums are charged.
pub(super) fn charge_in(tree: &mut IdedExpr) {
    rewrite(tree, false);
}

fn rewrite(tree: &mut IdedExpr, in_loop: bool) {
    match &mut tree.expr {
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => {}
        Expr::Call(call) => {
            let charged = match call.func_name.as_str() {
                operators::ADD => true,
                // These look at booleans, or only pass on what is there.
                operators::LOGICAL_AND
                | operators::LOGICAL_OR
                | operators::LOGICAL_NOT
                | operators::CONDITIONAL
                | operators::INDEX
                | operators::OPT_INDEX
                | operators::OPT_SELECT
                | operators::NOT_STRICTLY_FALSE => false,
                _ => in_loop,
            };
            for part in call.target.as_deref_mut().into_iter().chain(&mut call.args) {
                rewrite(part, in_loop);
                if charged && is_charged(part) {
                    wrap(part);
                }
            }
        }
        Expr::Comprehension(loops) => {
            rewrite(&mut loops.iter_range, in_loop);
            wrap(&mut loops.iter_range);
            rewrite(&mut loops.accu_init, in_loop);
            for part in [
                &mut loops.loop_cond,
                &mut loops.loop_step,
                &mut loops.result,
            ] {
                rewrite(part, true);
            }
        }
        Expr::List(list) => list.elements.iter_mut().for_each(|one| {
            rewrite(one, in_loop);
            if is_charged(one) {
                wrap(one);
            }
        }),
        Expr::Map(map) => map
            .entries
            .iter_mut()
            .for_each(|one| rewrite_entry(&mut one.expr, in_loop)),
        Expr::Struct(strukt) => strukt
            .entries
            .iter_mut()
            .for_each(|one| rewrite_entry(&mut one.expr, in_loop)),
        Expr::Select(select) => rewrite(&mut select.operand, in_loop),
    }
}

fn rewrite_entry(entry: &mut EntryExpr, in_loop: bool) {
    match entry {
        EntryExpr::StructField(field) => rewrite(&mut field.value, in_loop),
        EntryExpr::MapEntry(entry) => {
            rewrite(&mut entry.key, in_loop);
            rewrite(&mut entry.value, in_loop);
            if is_charged(&entry.value) {
                wrap(&mut entry.value);
            }
        }
    }
}

/// Whether a part is charged: not literals, not the accumulators of loops, which the
/// evaluation recognizes by their shape; not lists, whose elements are; and not what may be
/// the first part of a function's name.
fn is_charged(part: &IdedExpr) -> bool {
    match &part.expr {
        Expr::Literal(_) | Expr::List(_) => false,
        Expr::Ident(name) => !name.starts_with('@') && name != "optional",
        _ => true,
    }
}

fn wrap(part: &mut IdedExpr) {
    let inner = std::mem::take(part);
    *part = IdedExpr {
        id: inner.id,
        expr: Expr::Call(CallExpr {
            target: None,
            func_name: CHARGE.to_owned(),
            args: vec![inner],
        }),
    };
}
