//! Probes: active procedures for requirements that need traffic of their own.
//!
//! A probe is straight-line code over a [`Provisioner`]: the engine sends what it asks for.
//! It looks at several *aspects*; each requirement names its probe and aspect.

mod declare;
mod memory_isolation;
mod memory_rights;
mod messages;
mod notes;
mod quotas;
mod rate_limit;
mod scene;
mod strict_bodies;

use std::sync::Arc;

pub use declare::{Probe, Running};
pub use notes::Notes;
pub use scene::Scene;

use crate::api::Api;
use crate::procedure::{Outcome, Scripted};
use crate::provision::{Identities, OperationPlan, Provisioner, Recipes};
use crate::verdict::Requirement;

/// All probes, sorted by id.
pub const ALL: &[&Probe] = &[
    &memory_isolation::PROBE,
    &memory_rights::PROBE,
    &messages::PROBE,
    &quotas::PROBE,
    &rate_limit::PROBE,
    &strict_bodies::PROBE,
];

/// The probe with this id.
pub fn find(id: &str) -> Option<&'static Probe> {
    ALL.iter().copied().find(|probe| probe.id == id)
}

/// What all probes of a run share.
#[derive(Clone)]
pub struct Setting {
    /// What is probed.
    pub api: Arc<Api>,
    /// How resources are made.
    pub recipes: Arc<Recipes>,
    /// Who may be used.
    pub identities: Arc<Identities>,
    /// What each operation needs, in the order of the description.
    pub plans: Arc<Vec<OperationPlan>>,
    /// Makes the names of this run unique.
    pub token: Arc<str>,
    /// How many requests one search for an undeclared limit may take.
    pub budget: u64,
}

/// The id of a probe's sequence in the plan.
pub fn sequence_id(probe: &Probe) -> String {
    format!("probe/{}", probe.id)
}

/// The procedure that runs a probe and decides `requirements`, all of which name it.
pub fn procedure(
    probe: &'static Probe,
    setting: Setting,
    requirements: Vec<Requirement>,
) -> Scripted {
    let id = sequence_id(probe);
    Scripted::new(id.clone(), move |script| async move {
        let kitchen = Provisioner::new(
            setting.api,
            setting.recipes,
            setting.identities,
            script,
            &setting.token,
            &id,
        );
        let mut scene = Scene {
            kitchen,
            notes: Notes::new(&id),
            plans: setting.plans,
            budget: setting.budget,
        };
        let stopped = (probe.run)(&mut scene).await.err();
        let left = scene.kitchen.clean_up().await;
        Outcome {
            decisions: scene.notes.decisions(&requirements, stopped.as_deref()),
            left,
            unsent: Vec::new(),
        }
    })
}
