//! The matrix while it is being observed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::absent::Absent;
use super::write::Sight;
use crate::access::{Access, Expanded, Instance, PlannedCell, PlannedRow};
use crate::api::Api;
use crate::probes::Scene;
use crate::procedure::{Answer, Purpose};
use crate::provision::Call;
use crate::verdict::{Cell, Matrix, MatrixRow, Observed, Sameness};

/// What was observed in a cell so far.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) observed: Observed,
    pub(super) exchange: Option<u32>,
    pub(super) existence: Option<(Sameness, u32)>,
    pub(super) untouched: Option<(Sameness, u32)>,
}

/// The matrix while it is being observed.
pub(super) struct Board<'b> {
    pub(super) access: &'b Access,
    pub(super) planned: &'b Expanded,
    pub(super) api: &'b Api,
    pub(super) slots: Vec<Vec<Slot>>,
    /// Refusals before any resource is looked at: operation, relation → where it was tried.
    outside: HashMap<(usize, String), String>,
    /// What was allowed: operation, relation, kind → whose it was tried on.
    pub(super) done: HashMap<(usize, String, String), String>,
    /// Answers for ids that nobody has: operation, rule, column.
    pub(super) absent: BTreeMap<(usize, usize, usize), Option<Absent>>,
    /// What the owner of the current resource saw last.
    pub(super) sight: Option<Sight>,
}

impl<'b> Board<'b> {
    pub(super) fn new(access: &'b Access, planned: &'b Expanded, api: &'b Api) -> Self {
        let slot = || Slot {
            observed: Observed::Missing {
                why: "the run ended before it was tried".to_owned(),
            },
            exchange: None,
            existence: None,
            untouched: None,
        };
        let columns = planned.identities.len();
        Self {
            access,
            planned,
            api,
            slots: planned
                .rows
                .iter()
                .map(|_| (0..columns).map(|_| slot()).collect())
                .collect(),
            outside: HashMap::new(),
            done: HashMap::new(),
            absent: BTreeMap::new(),
            sight: None,
        }
    }

    /// Observes all rows of one resource: first whoever only reads, then whoever is denied to
    /// change it, then whoever may.
    pub(super) async fn instance(&mut self, scene: &mut Scene, at: usize) {
        self.sight = None;
        let mut rows: Vec<usize> = (0..self.planned.rows.len())
            .filter(|row| self.planned.rows[*row].instance == at)
            .collect();
        if rows.is_empty() {
            return;
        }
        // In the order of classes; those of one class stay in the order of the rules.
        rows.sort_by_key(|row| self.planned.rows[*row].class);
        if let Err(why) = self.make(scene, at).await {
            for row in rows {
                for slot in &mut self.slots[row] {
                    slot.observed = Observed::Missing { why: why.clone() };
                }
            }
            return;
        }
        for &row in &rows {
            if !self.planned.rows[row].class.changes() {
                self.read(scene, row).await;
            }
        }
        let changing: Vec<usize> = rows
            .into_iter()
            .filter(|row| self.planned.rows[*row].class.changes())
            .collect();
        for &row in &changing {
            self.denied(scene, row).await;
        }
        for row in changing {
            self.allowed(scene, row).await;
        }
    }

    pub(super) fn row(&self, row: usize) -> &'b PlannedRow {
        &self.planned.rows[row]
    }

    pub(super) fn instance_of(&self, row: usize) -> &'b Instance {
        &self.planned.instances[self.planned.rows[row].instance]
    }

    pub(super) fn cell(&self, row: usize, column: usize) -> &'b PlannedCell {
        &self.planned.rows[row].cells[column]
    }

    /// The identity of a column; `None` for nobody.
    pub(super) fn identity(&self, column: usize) -> Option<&'b str> {
        let name = self.planned.identities[column].as_str();
        (name != "nobody").then_some(name)
    }

    /// Makes the resource, with identities that may be used.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) async fn make(&self, scene: &mut Scene, at: usize) -> Result<(), String> {
        let instance = &self.planned.instances[at];
        let recipes = Arc::clone(&scene.setting.recipes);
        let steps = recipes.get(&instance.name).map(|recipe| &recipe.steps);
        for name in steps
            .into_iter()
            .flatten()
            .filter_map(|step| step.identity.as_deref())
            .filter(|name| !name.contains(' '))
        {
            usable(scene, name)?;
        }
        scene.kitchen.provide([instance.name.clone()]).await
    }

    /// Makes the resource anew.
    pub(super) async fn remake(&mut self, scene: &mut Scene, row: usize) -> Result<(), String> {
        self.sight = None;
        let at = self.planned.rows[row].instance;
        scene.kitchen.forget(&self.planned.instances[at].name);
        self.make(scene, at).await
    }

    /// Whether the cell is to be tried; otherwise what is noted of it says why not.
    pub(super) fn is_open(&mut self, scene: &Scene, row: usize, column: usize) -> bool {
        if let Some(name) = self.identity(column)
            && let Err(why) = usable(scene, name)
        {
            self.slots[row][column].observed = Observed::Missing { why };
            return false;
        }
        let relation = &self.cell(row, column).relation;
        if !relation.is_outside() {
            return true;
        }
        let planned = self.row(row);
        let instance = self.instance_of(row);
        let here = format!("{} of {}", instance.kind, instance.owner);
        let key = (planned.operation, relation.word().to_owned());
        if let Some(place) = self.outside.get(&key) {
            let why = format!("refused before the resource is looked at, as on {place}");
            self.slots[row][column].observed = Observed::Omitted { why };
            return false;
        }
        self.outside.insert(key, here);
        true
    }

    /// Sends the call of a cell.
    pub(super) async fn send(
        &self,
        scene: &mut Scene,
        call: &Call,
        column: usize,
    ) -> Result<Answer, String> {
        scene.kitchen.provide_call(call, None).await?;
        scene
            .kitchen
            .call(call, self.identity(column), Purpose::Probe)
            .await
    }

    /// Removes again what a call that changes something made besides.
    pub(super) async fn undo(&self, scene: &mut Scene, row: usize, answer: &Answer) {
        let planned = self.row(row);
        let plan = scene.plan(planned.operation);
        if answer.is_success() {
            scene
                .kitchen
                .remove_created(&plan, &planned.call.operation, answer)
                .await;
        }
    }

    /// Notes what an answer says of a cell.
    pub(super) fn note(&mut self, row: usize, column: usize, answer: Result<&Answer, String>) {
        let slot = &mut self.slots[row][column];
        match answer {
            Ok(answer) => {
                slot.observed = classify(answer);
                slot.exchange = Some(answer.ordinal);
            }
            Err(why) => slot.observed = Observed::Missing { why },
        }
    }

    /// The matrix as it is told.
    pub(super) fn matrix(self, sequence: &Arc<str>) -> Matrix {
        let row = |(planned, slots): (&PlannedRow, Vec<Slot>)| {
            let instance = &self.planned.instances[planned.instance];
            let cells = planned.cells.iter().zip(slots);
            MatrixRow {
                resource: instance.kind.as_str().into(),
                owner: instance.owner.as_str().into(),
                operation: self.api.operations[planned.operation].id.as_str().into(),
                class: planned.class,
                cells: cells
                    .map(|(cell, slot)| Cell {
                        relation: cell.relation.word().into(),
                        expected: cell.expected.clone(),
                        observed: slot.observed,
                        exchange: slot.exchange,
                        existence: slot.existence,
                        untouched: slot.untouched,
                        judged_by: Vec::new(),
                    })
                    .collect(),
            }
        };
        Matrix {
            sequence: Arc::clone(sequence),
            identities: self
                .planned
                .identities
                .iter()
                .map(|name| name.as_str().into())
                .collect(),
            rows: self.planned.rows.iter().zip(self.slots).map(row).collect(),
        }
    }
}

/// Whether an identity may be used.
fn usable(scene: &Scene, name: &str) -> Result<(), String> {
    if !scene.kitchen.identities().known.contains_key(name) {
        return Err(format!("the identity {name} is not configured"));
    }
    let spared: &BTreeMap<String, String> = &scene.setting.spared;
    spared.get(name).map_or(Ok(()), |why| Err(why.clone()))
}

/// What a status says of rights.
pub(super) fn classify(answer: &Answer) -> Observed {
    match answer.status() {
        status @ 200..=299 => Observed::Allowed { status },
        status @ (401 | 403 | 404) => Observed::Denied { status },
        0 => Observed::Undecided {
            why: "no answer came".to_owned(),
        },
        status => Observed::Undecided {
            why: format!("it was answered {status}, which says nothing of rights"),
        },
    }
}

/// The names of the resources whose ids a call carries.
pub(super) fn ids_of(outputs: &serde_json::Map<String, Value>) -> HashSet<String> {
    outputs
        .values()
        .map(super::text)
        .filter(|text| text.len() >= 4)
        .collect()
}
