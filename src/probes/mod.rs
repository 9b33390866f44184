//! Probes: active procedures for requirements that need traffic of their own.
//!
//! A probe is straight-line code over a [`Provisioner`]: the engine sends what it asks for.
//! It knows no API: what it calls and expects are parameters, which requirements give in
//! `with`. It looks at several *aspects*; each requirement names its probe and aspect.

mod declare;
mod group;
mod isolation;
mod members;
mod mistakes;
mod notes;
mod parameter;
mod quotas;
mod race;
mod rate_limit;
mod scene;
mod soft_delete;
mod strict_bodies;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use declare::{Aspect, Conclusion, Conduct, Deciding, Probe, Running, Sharing};
pub use group::{Group, Needs, groups, sequence_id};
pub use mistakes::{Known, Mistake, mistakes};
pub use notes::Notes;
pub use parameter::{Kind, Parameter, complete};
pub use scene::Scene;

use crate::access::{Access, Cast};
use crate::api::Api;
use crate::procedure::{Outcome, Scripted};
use crate::provision::{Effect, Identities, OperationPlan, Provisioner, Recipes};

/// All probes, sorted by id.
pub const ALL: &[&Probe] = &[
    &isolation::PROBE,
    &members::PROBE,
    &quotas::PROBE,
    &race::PROBE,
    &rate_limit::PROBE,
    &soft_delete::PROBE,
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
    /// For each security scheme, the identities that have credentials for it.
    pub credentials: Arc<BTreeMap<String, Vec<String>>>,
    /// What each operation needs, in the order of the description.
    pub plans: Arc<Vec<OperationPlan>>,
    /// By operation id: what shows its effect; `None` where the contract says that it has
    /// none.
    pub effects: Arc<BTreeMap<String, Option<Effect>>>,
    /// Who may do what with whose resource, and what the contract says of the identities.
    pub access: Option<Arc<(Access, Cast)>>,
    /// Makes the names of this run unique.
    pub token: Arc<str>,
    /// How many requests one search for an undeclared limit may take.
    pub budget: u64,
    /// Why an identity may not be used although it is configured.
    pub spared: Arc<BTreeMap<String, String>>,
}

/// The procedure that runs a probe and decides the requirements of its group.
pub fn procedure(group: Group, setting: Setting) -> Scripted {
    let id = group.id.clone();
    Scripted::new(id.clone(), move |script| async move {
        let kitchen = Provisioner::new(
            Arc::clone(&setting.api),
            Arc::clone(&setting.recipes),
            Arc::clone(&setting.identities),
            script,
            &setting.token,
            &id,
        );
        let mut scene = Scene {
            kitchen,
            notes: Notes::new(&id),
            setting,
            sequence: id.as_str().into(),
        };
        let mut outcome = Outcome::default();
        match group.probe.conduct {
            Conduct::Each(run) => {
                for (with, requirements) in group::by_parameters(&group) {
                    scene.notes = Notes::new(&id);
                    let stopped = run(&mut scene, &with).await.err();
                    let decided = scene.notes.decisions(&requirements, stopped.as_deref());
                    outcome.decisions.extend(decided);
                    scene.kitchen.spend();
                }
            }
            Conduct::All(run) => {
                let conclusion = run(&mut scene, &group.requirements).await;
                outcome.decisions = conclusion.decisions;
                outcome.matrix = conclusion.matrix;
            }
        }
        outcome.left = scene.kitchen.clean_up().await;
        outcome
    })
}
