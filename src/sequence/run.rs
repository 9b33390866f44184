//! The procedure of a sequence: create, send the cases, clean up.

use std::collections::HashMap;
use std::sync::Arc;

use http::Method;

use crate::api::{Api, Operation, ParameterLocation};
use crate::case::{Bound, Case, Part};
use crate::http::Request;
use crate::procedure::{Answer, Outcome, Outgoing, Purpose, Scripted};
use crate::provision::{Identities, OperationPlan, Provisioner, Recipes};

/// How many cases of a safe operation are sent together. They cannot disturb each other; how
/// many are in flight is up to the transport, and more than those keep it from running dry.
const BATCH: usize = 64;

/// The cases of one operation with what they need.
#[derive(Clone, Debug)]
pub struct Sequence {
    /// Stable and unique: the id of the operation.
    pub id: String,
    /// The operation: index into [`Api::operations`].
    pub operation: usize,
    /// What it needs.
    pub plan: OperationPlan,
    /// The cases, bases before what was made from them.
    pub cases: Vec<Arc<Case>>,
}

struct Progress {
    accepted: HashMap<Arc<str>, bool>,
    outcome: Outcome,
}

impl Progress {
    fn outgoing(&self, case: &Arc<Case>, request: Request) -> Outgoing {
        let base_accepted = case.base.as_ref().map(|base| {
            // A base that could not be sent was not accepted.
            self.accepted.get(base).copied().unwrap_or(false)
        });
        Outgoing {
            request,
            operation: Some(case.operation),
            purpose: Purpose::Case {
                case: Arc::clone(case),
                base_accepted,
            },
        }
    }

    fn note(&mut self, case: &Arc<Case>, answer: &Answer) {
        self.accepted
            .insert(Arc::clone(&case.id), answer.is_success());
    }
}

/// The procedure of a sequence. `token` makes the names of this run's resources unique.
pub fn procedure(
    sequence: Sequence,
    api: Arc<Api>,
    recipes: Arc<Recipes>,
    identities: Arc<Identities>,
    token: Arc<str>,
) -> Scripted {
    Scripted::new(sequence.id.clone(), move |script| async move {
        let owned = Arc::clone(&recipes);
        let mut kitchen = Provisioner::new(
            Arc::clone(&api),
            recipes,
            identities,
            script,
            &token,
            &sequence.id,
        );
        let mut progress = Progress {
            accepted: HashMap::new(),
            outcome: Outcome::default(),
        };
        let mut sequence = sequence;
        let operation = &api.operations[sequence.operation];
        sequence.cases.retain(
            |case| match withheld(operation, &sequence.plan, &owned, case) {
                Some(why) => {
                    progress.outcome.unsent.push((Arc::clone(case), why));
                    false
                }
                None => true,
            },
        );
        if api.operations[sequence.operation].is_safe() {
            side_by_side(&sequence, &mut kitchen, &mut progress).await;
        } else {
            one_by_one(&sequence, &mut kitchen, &mut progress).await;
        }
        progress.outcome.left = kitchen.clean_up().await;
        progress.outcome
    })
}

/// Why a case is not sent at all: the plan says so, or it would use an undeclared method on
/// something that this run did not make, which the server might well obey.
fn withheld(
    operation: &Operation,
    plan: &OperationPlan,
    recipes: &Recipes,
    case: &Case,
) -> Option<String> {
    if let Some(why) = &plan.skip {
        return Some(why.clone());
    }
    let method = case.input.method.as_ref()?;
    let mut of_others = false;
    for binding in &plan.bindings {
        if let (Part::Parameter(ParameterLocation::Path, _), Bound::Reference(reference)) =
            (&binding.part, &binding.bound)
        {
            match recipes.get(&reference.resource) {
                Some(recipe) if recipe.shared => of_others = true,
                Some(_) => return None,
                None => {}
            }
        }
    }
    (of_others || *method == Method::DELETE).then(|| {
        format!(
            "{method} {} could hit what this run did not make, and it writes to nothing else",
            operation.path
        )
    })
}

/// Cases of a safe operation share their resources and travel in batches. A case waits for
/// the batch of its base.
async fn side_by_side(sequence: &Sequence, kitchen: &mut Provisioner, progress: &mut Progress) {
    let mut waiting: Vec<Arc<Case>> = Vec::new();
    let mut requests: Vec<Request> = Vec::new();
    for case in &sequence.cases {
        let other_method = case.input.method.is_some();
        let base_waits = case
            .base
            .as_ref()
            .is_some_and(|base| waiting.iter().any(|other| other.id == *base));
        if waiting.len() >= BATCH || base_waits || other_method {
            flush(&mut waiting, &mut requests, kitchen, progress).await;
        }
        let built = match kitchen.provide_for(case, &sequence.plan).await {
            Ok(()) => kitchen.build(case, &sequence.plan),
            Err(why) => Err(why),
        };
        match built {
            Ok(request) => {
                waiting.push(Arc::clone(case));
                requests.push(request);
            }
            Err(why) => progress.outcome.unsent.push((Arc::clone(case), why)),
        }
        if other_method {
            // Whatever it did, later cases must not depend on it.
            flush(&mut waiting, &mut requests, kitchen, progress).await;
            kitchen.spend();
        }
    }
    flush(&mut waiting, &mut requests, kitchen, progress).await;
}

async fn flush(
    waiting: &mut Vec<Arc<Case>>,
    requests: &mut Vec<Request>,
    kitchen: &Provisioner,
    progress: &mut Progress,
) {
    if waiting.is_empty() {
        return;
    }
    let cases = std::mem::take(waiting);
    let outgoing = cases
        .iter()
        .zip(requests.drain(..))
        .map(|(case, request)| progress.outgoing(case, request))
        .collect();
    let answers = kitchen.script().send_all(outgoing).await;
    for (case, answer) in cases.iter().zip(&answers) {
        progress.note(case, answer);
    }
}

/// Cases of any other operation go one after the other. Whatever was accepted has used its
/// resources up: the next case gets fresh ones, and what it created is removed at once.
async fn one_by_one(sequence: &Sequence, kitchen: &mut Provisioner, progress: &mut Progress) {
    for case in &sequence.cases {
        let built = match kitchen.provide_for(case, &sequence.plan).await {
            Ok(()) => kitchen.build(case, &sequence.plan),
            Err(why) => Err(why),
        };
        let request = match built {
            Ok(request) => request,
            Err(why) => {
                progress.outcome.unsent.push((Arc::clone(case), why));
                continue;
            }
        };
        let answer = kitchen
            .script()
            .send(progress.outgoing(case, request))
            .await;
        progress.note(case, &answer);
        if answer.is_success() {
            if answer.exchange.request.method == Method::DELETE {
                kitchen.removed_by(&sequence.id);
            }
            kitchen
                .remove_created(&sequence.plan, &sequence.id, &answer)
                .await;
            kitchen.spend();
        }
    }
}
