//! `strict-bodies`: unknown properties are refused and change nothing.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::Scene;
use super::declare::declare_probe;
use super::notes::Breach;
use super::parameter::{Pattern, read};
use super::scene::items;
use crate::api::Operation;
use crate::case::{Bound, Part};
use crate::pointer::Pointer;
use crate::procedure::{Answer, Purpose};
use crate::provision::{Call, Effect, OperationPlan};
use crate::schema::closed_objects;
use crate::verdict::hex;

declare_probe! {
    /// Adds an unknown property to a good body of every operation that has one.
    ///
    /// ## What
    /// For every closed object in the body, at every depth, a request with one property
    /// more is sent, and then the same without it. If that succeeds, the first must have been
    /// refused with the status, and the list that the contract names as the operation's
    /// `effect` must not have shown the marker that the request carried in its known
    /// properties. The list is shown to hold it after the second request, so that its absence
    /// proved something.
    ///
    /// ## Why it matters
    /// A misspelt property that is ignored is a setting that silently does not take effect;
    /// one that is refused but stored leaves what the client believes does not exist.
    ///
    /// ## Basis
    /// `additionalProperties: false` of the description, and the contract's own words on the
    /// status.
    "strict-bodies", sharing: Parameters,
    aspects: {
        /// An unknown property of the body itself is refused with the status.
        "top-level",
        /// An unknown property of an object within the body is refused with the status.
        "nested",
        /// The refused request changed nothing.
        "unchanged",
    },
    parameters: StrictBodies {
        /// The operations that are tried; all when empty.
        only: Vec<Pattern> = [],
        /// Operations that are left out.
        except: Vec<Pattern> = [],
        /// The status of the refusal.
        status: u16 = 400,
        /// The property that no body has.
        property: String = "assizeUnexpected",
    },
    run: Each(run)
}

/// How many pages of a list are read.
const PAGES: u64 = 20;

async fn run(scene: &mut Scene, with: &Map<String, Value>) -> Result<(), String> {
    let rule: StrictBodies = read(with)?;
    let api = scene.kitchen.api();
    for (index, operation) in api.operations.iter().enumerate() {
        let media = operation
            .body
            .as_ref()
            .and_then(|body| body.contents.first());
        let Some((media, schema)) = media.and_then(|media| Some((media, media.schema?))) else {
            continue;
        };
        let chosen = rule.only.is_empty() || named(&rule.only, operation);
        if !chosen || named(&rule.except, operation) {
            continue;
        }
        let Some(example) = media.examples.first() else {
            let why = format!(
                "the description has no `example` of the body of {}",
                operation.id
            );
            scene.notes.undecided("top-level", why.clone());
            scene.notes.undecided("nested", why);
            continue;
        };
        let plan = scene.plan(index);
        // With every property set that could be marked, all closed objects are reached.
        for (round, at) in closed_objects(&api, schema, &example.value)
            .into_iter()
            .enumerate()
        {
            scene.kitchen.spend();
            let trial = Trial {
                rule: &rule,
                operation,
                plan: &plan,
                example: &example.value,
                at: &at,
                round,
            };
            if let Err(why) = one(scene, &trial).await {
                scene
                    .notes
                    .undecided(trial.aspect(), format!("{}: {why}", operation.id));
            }
        }
    }
    Ok(())
}

fn named(patterns: &[Pattern], operation: &Operation) -> bool {
    patterns
        .iter()
        .any(|pattern| match pattern.0.strip_suffix('*') {
            Some(prefix) => operation.path.starts_with(prefix),
            None => pattern.0 == operation.id,
        })
}

/// One object of one body that gets a property more.
struct Trial<'t> {
    rule: &'t StrictBodies,
    operation: &'t Operation,
    plan: &'t OperationPlan,
    example: &'t Value,
    at: &'t Pointer,
    round: usize,
}

impl Trial<'_> {
    fn aspect(&self) -> &'static str {
        if self.at.is_root() {
            "top-level"
        } else {
            "nested"
        }
    }

    fn place(&self) -> String {
        if self.at.is_root() {
            "the body".to_owned()
        } else {
            format!("{} of the body", self.at)
        }
    }
}

async fn one(scene: &mut Scene, trial: &Trial<'_>) -> Result<(), String> {
    let (operation, plan, at) = (trial.operation, trial.plan, trial.at);
    let mut call = conforming(operation, plan, trial.example);
    let known = scene.setting.effects.get(&operation.id).cloned();
    let effect = known.clone().flatten();
    if let Some(effect) = effect.as_ref().filter(|effect| !effect.removes) {
        let unique = format!(
            "{}-{}-{}",
            scene.kitchen.unique(),
            operation.id,
            trial.round
        );
        mark(&mut call, &effect.mark, &unique);
    }
    let who = effect
        .as_ref()
        .and_then(|effect| effect.identity.as_deref())
        .or(plan.identity.as_deref());
    scene.kitchen.provide(plan.needs.clone()).await?;
    scene.kitchen.provide_call(&call, who).await?;
    let before = match effect.as_ref().filter(|effect| effect.removes) {
        Some(effect) => Some(look(scene, who, &call, effect).await?),
        None => None,
    };
    let mut spoiled = call.clone();
    let body = spoiled.body.as_mut().ok_or("there is no body")?;
    at.child(&trial.rule.property)
        .set(body, json!("unexpected"));
    let refused = scene.kitchen.call(&spoiled, who, Purpose::Probe).await?;
    if refused.is_success() {
        status_broken(scene, trial, &refused);
        return Ok(());
    }
    if matches!(refused.status(), 0 | 401 | 429 | 500..) {
        return Err(format!(
            "a request with an unknown property was answered {}",
            refused.status()
        ));
    }
    // Only a refused request must change nothing. Before the control takes effect:
    let after = match &effect {
        Some(effect) => Some(look(scene, who, &call, effect).await?),
        None => None,
    };
    if let (Some(effect), Some(after)) = (&effect, &after)
        && after.shown != effect.removes
        && before.as_ref().is_none_or(|before| before.shown)
    {
        took_effect(scene, trial, effect, &refused, after);
    }
    // The same request without the property must succeed; else it was refused for
    // something else, and nothing is known.
    let control = scene.kitchen.call(&call, who, Purpose::Probe).await?;
    if !control.is_success() {
        return Err(format!(
            "the request without the unknown property was answered {} too",
            control.status()
        ));
    }
    if refused.status() == trial.rule.status {
        scene.notes.kept(trial.aspect(), &refused);
    } else {
        status_broken(scene, trial, &refused);
    }
    let shown = match (&effect, &before) {
        (None, _) => None,
        (Some(_), Some(before)) => Some(before.shown),
        (Some(effect), None) => Some(look(scene, who, &call, effect).await?.shown),
    };
    match (shown, after) {
        (Some(true), Some(after)) => scene.notes.kept("unchanged", &after.answer),
        (Some(_), _) => {
            let why = format!(
                "the effect of {} does not show even when it succeeds",
                operation.id
            );
            scene.notes.undecided("unchanged", why);
        }
        (None, _) if known.is_none() => {
            let why = format!("the contract names no effect of {}", operation.id);
            scene.notes.undecided("unchanged", why);
        }
        // It is known to have none.
        (None, _) => {}
    }
    scene
        .kitchen
        .remove_created(plan, &operation.id, &control)
        .await;
    Ok(())
}

fn status_broken(scene: &mut Scene, trial: &Trial<'_>, answer: &Answer) {
    let status = answer.status();
    let wanted = trial.rule.status;
    scene.notes.broken(
        trial.aspect(),
        answer,
        Breach {
            operation: &trial.operation.id,
            title: format!(
                "an unknown property in {} was answered {status} instead of {wanted}",
                trial.place()
            ),
            cause: if answer.is_success() {
                "accepted"
            } else {
                "status"
            },
            expected: wanted.to_string(),
            actual: status.to_string(),
        },
    );
}

/// The example with everything live that the plan binds.
fn conforming(operation: &Operation, plan: &OperationPlan, example: &Value) -> Call {
    let mut call = Call {
        operation: operation.id.clone(),
        body: Some(example.clone()),
        ..Call::default()
    };
    for binding in &plan.bindings {
        let value = match &binding.bound {
            Bound::Reference(reference) => json!(reference.to_string()),
            Bound::Value(value) => value.clone(),
        };
        match (&binding.part, &mut call.body) {
            (Part::Parameter(_, name), _) => {
                call.arguments.insert(name.clone(), value);
            }
            // What the example leaves out, it need not have.
            (Part::Body(pointer), Some(body)) if pointer.get(body).is_some() => {
                pointer.set(body, value);
            }
            _ => {}
        }
    }
    call
}

/// Puts a text that nothing else has into the marked part, unless that is bound.
fn mark(call: &mut Call, pointer: &str, unique: &str) {
    let Some(body) = &mut call.body else { return };
    let pointer = Pointer::new(pointer);
    if pointer
        .get(body)
        .and_then(Value::as_str)
        .is_some_and(|text| text.starts_with('{'))
    {
        return;
    }
    let marker = if pointer.as_str().ends_with("_id") {
        let digest = Sha256::digest(unique.as_bytes());
        let hex = hex(&digest[..16]);
        format!(
            "{}-{}-4{}-8{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[13..16],
            &hex[17..20],
            &hex[20..]
        )
    } else {
        format!("mark {unique}")
    };
    pointer.set(body, json!(marker));
}

/// What a list shows of a marker.
struct Seen {
    marker: String,
    shown: bool,
    answer: Answer,
}

/// Reads the pages of the list that shows the effect until the marker is there.
async fn look(
    scene: &mut Scene,
    who: Option<&str>,
    call: &Call,
    effect: &Effect,
) -> Result<Seen, String> {
    let api = scene.kitchen.api();
    let index = api
        .find(&effect.list)
        .ok_or_else(|| format!("there is no {}", effect.list))?;
    let listing = &api.operations[index];
    let mut list = Call {
        operation: effect.list.clone(),
        arguments: effect.arguments.clone(),
        ..Call::default()
    };
    let mut pages = 1;
    for parameter in &listing.parameters {
        let name = &parameter.name;
        if list.arguments.contains_key(name) {
            continue;
        }
        // The same room.
        if let Some(same) = call.arguments.get(name) {
            list.arguments.insert(name.clone(), same.clone());
        } else if name == "page" {
            pages = PAGES;
        } else if let ("page_size" | "per_page" | "limit", Some(most)) = (
            name.as_str(),
            parameter
                .schema
                .and_then(|schema| api.schema(schema)?.get("maximum")),
        ) {
            list.arguments.insert(name.clone(), most.clone());
        }
    }
    let place = Pointer::new(effect.mark.as_str());
    let body = call
        .body
        .as_ref()
        .map(|body| scene.kitchen.fill(body))
        .transpose()?;
    let Some(Value::String(marker)) = body.as_ref().and_then(|body| place.get(body)).cloned()
    else {
        return Err(format!(
            "the example of {} has no text at {}",
            call.operation, effect.mark
        ));
    };
    let mut page = 1;
    loop {
        if pages > 1 {
            list.arguments.insert("page".to_owned(), json!(page));
        }
        let answer = scene.kitchen.call(&list, who, Purpose::Probe).await?;
        if !answer.is_success() {
            return Err(format!("{} answered {}", effect.list, answer.status()));
        }
        let shown = answer
            .response()
            .is_some_and(|response| String::from_utf8_lossy(&response.body).contains(&marker));
        let empty = items(&answer, None).is_none_or(Vec::is_empty);
        if shown || empty || page >= pages {
            return Ok(Seen {
                marker,
                shown,
                answer,
            });
        }
        page += 1;
    }
}

fn took_effect(
    scene: &mut Scene,
    trial: &Trial<'_>,
    effect: &Effect,
    refused: &Answer,
    seen: &Seen,
) {
    let id = &trial.operation.id;
    let shows = if effect.removes {
        "no longer shows"
    } else {
        "shows"
    };
    scene.notes.broken(
        "unchanged",
        &seen.answer,
        Breach {
            operation: id,
            title: format!(
                "{id} refused an unknown property with {} and took effect all the same",
                refused.status()
            ),
            cause: "took effect",
            expected: format!("{} shows no effect", effect.list),
            actual: format!("{} {shows} {}", effect.list, seen.marker),
        },
    );
}
