//! One change to a base: what conforming edges and violations have in common.

use serde_json::Value;

use super::bind::bind_below;
use super::plan::{Base, Plan, Root, covers};
use super::site::Site;
use crate::api::Direction;
use crate::case::{Intent, Origin, Violation, ViolationKind};
use crate::document::Place;
use crate::encode;
use crate::pointer::Pointer;
use crate::schema::Mismatch;

/// Plans a conforming case: `base` with `value` as the new value of `root`, changed at
/// `changed`; `stated` if the description singles the value out. Tells whether the value is
/// one that the description allows.
pub(super) fn conforming(
    plan: &mut Plan<'_>,
    base: &Base,
    root: Root,
    changed: &Pointer,
    value: Value,
    label: &str,
    stated: bool,
) -> bool {
    if !plan.is_valid(root, base.content, &value) {
        return false;
    }
    let mut changing = base.clone();
    plan.set(&mut changing.input, root, changed, value);
    if plan.holds_bound(root, changed) {
        bind_below(plan, &mut changing, changed);
    }
    let mut input = changing.input;
    if !plan.is_new(&input) {
        return true;
    }
    let case = format!("boundary/{label}");
    plan.freshen(&mut input, base, &case, Some((root, changed)));
    // Slashes within the label tell the place from the constraint for people.
    let edge = match label.rsplit_once('/') {
        Some((place, constraint)) => format!("{place} {constraint}"),
        None => label.to_owned(),
    };
    let origin = if stated {
        Origin::Boundary(edge)
    } else {
        Origin::Variant(edge)
    };
    let intent = Intent::Conforming;
    plan.push(&case, intent, origin, Some(base.id.clone()), input);
    true
}

/// A violation to try.
pub(super) struct Wrong<'s, 'd> {
    pub(super) kind: ViolationKind,
    /// Keywords of which one must fail, and only these may.
    pub(super) keywords: &'static [&'static str],
    /// What is wrong with the request: the site itself, or a property that is missing there.
    pub(super) part: Pointer,
    /// Where the keyword stands, when it is known beforehand.
    pub(super) place: Option<Place>,
    pub(super) detail: String,
    /// The site whose schema holds the keyword.
    pub(super) site: &'s Site<'d>,
}

/// Plans a violating case if `value` violates just what it should. The error says why not.
pub(super) fn violating(
    plan: &mut Plan<'_>,
    base: &Base,
    root: Root,
    wrong: &Wrong<'_, '_>,
    value: Value,
    label: &str,
) -> Result<(), String> {
    let found = only(plan, base, root, wrong, &value)?;
    if let Root::Parameter(index) = root {
        let parameter = &plan.operation.parameters[index];
        let text = wrong
            .site
            .flat
            .types()
            .is_some_and(|types| types.contains(&"string"));
        // What it breaks may be a format or pattern, and that is another violation.
        if wrong.kind == ViolationKind::WrongType && text && parameter.content.is_none() {
            return Err("as text it is of type string".to_owned());
        }
    }
    if !counts(plan, base, root, &wrong.part, &value) {
        return Err("as text it could be read as a valid value".to_owned());
    }
    let mut stale = base.input.clone();
    plan.set(&mut stale, root, &wrong.part, value);
    let mut input = stale.clone();
    let case = format!("violating/{label}");
    plan.freshen(&mut input, base, &case, Some((root, &wrong.part)));
    let still = plan
        .value(&input, root)
        .is_some_and(|value| only(plan, base, root, wrong, value).is_ok());
    let input = if still { input } else { stale };
    if let Err(error) = encode::request(
        plan.api,
        plan.operation,
        &input,
        crate::http::Credentials::None,
    ) {
        return Err(error.to_string());
    }
    let violation = Violation {
        kind: wrong.kind,
        part: plan.part(root, &wrong.part),
        detail: wrong.detail.clone(),
        place: wrong.place.clone().or(found),
    };
    plan.push(
        &case,
        Intent::Violating(violation),
        Origin::Mutation,
        Some(base.id.clone()),
        input,
    );
    Ok(())
}

/// Whether a violation is still one after serialization.
fn counts(plan: &Plan<'_>, base: &Base, root: Root, changed: &Pointer, value: &Value) -> bool {
    match root {
        Root::Parameter(index) => {
            let parameter = &plan.operation.parameters[index];
            encode::still_violates(plan.schemas, plan.operation, parameter, value)
        }
        Root::Body => {
            let media_type = base.input.body.as_ref().map(|body| &body.media_type);
            plan.schema(root, base.content)
                .zip(media_type)
                .is_some_and(|(schema, name)| {
                    encode::body_still_violates(plan.schemas, schema, name, changed, value)
                })
        }
    }
}

/// Whether the value fails for the keywords at the site and for nothing else, as far as can
/// be told; gives the place of the keyword.
fn only(
    plan: &Plan<'_>,
    base: &Base,
    root: Root,
    wrong: &Wrong<'_, '_>,
    value: &Value,
) -> Result<Option<Place>, String> {
    if plan.is_valid(root, base.content, value) {
        return Err("the schema accepts it all the same".to_owned());
    }
    let here = &wrong.site.pointer;
    let errors = plan.errors(root, base.content, value);
    let judged = judge(&errors, wrong, here);
    // In a union the errors may be those of another branch: then the schemas that hold at
    // the site decide.
    if judged.is_err() && wrong.site.in_union {
        let local = here.get(value).ok_or("it is gone")?;
        let mut errors: Vec<Mismatch> = Vec::new();
        for (place, _) in &wrong.site.flat.parts {
            let found = plan
                .schemas
                .errors_at(place, Direction::Request, local, 10)
                .map_err(|problem| problem.to_string())?;
            errors.extend(found);
        }
        return judge(&errors, wrong, &Pointer::root());
    }
    judged
}

fn judge(
    errors: &[Mismatch],
    wrong: &Wrong<'_, '_>,
    here: &Pointer,
) -> Result<Option<Place>, String> {
    let mut place = None;
    let mut union = None;
    for error in errors {
        let at_site = error.instance == *here;
        // A value of another type may fail everything that is said about its place.
        let expected = at_site
            && (wrong.keywords.contains(&error.keyword.as_str())
                || wrong.kind == ViolationKind::WrongType);
        if expected {
            if place.is_none() && wrong.keywords.contains(&error.keyword.as_str()) {
                place = Some(error.schema.clone());
            }
        } else if matches!(error.keyword.as_str(), "oneOf" | "anyOf")
            && covers(&error.instance, here)
        {
            union.get_or_insert_with(|| error.schema.clone());
        } else {
            return Err(format!(
                "it would also violate {} at {:?}",
                error.keyword,
                error.instance.as_str()
            ));
        }
    }
    place
        .or(union)
        .map(Some)
        .ok_or_else(|| "it does not violate what it should".to_owned())
}
