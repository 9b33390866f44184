//! Rows that change or remove: first whoever is denied, one after the other, with a look of
//! the owner afterwards; then whoever is allowed to.

use serde_json::{Value, json};

use super::board::Board;
use crate::probes::Scene;
use crate::probes::scene::pretty;
use crate::procedure::Purpose;
use crate::provision::select;
use crate::verdict::{Expectation, Observed, Sameness};

/// What the owner sees of a resource, and the last exchange that showed it.
pub(super) struct Sight {
    state: Value,
    ordinal: u32,
    /// Why it tells nothing.
    blind: Option<String>,
}

impl Board<'_> {
    /// Lets everybody try who is denied to.
    pub(super) async fn denied(&mut self, scene: &mut Scene, row: usize) {
        let mut columns: Vec<usize> = (0..self.row(row).cells.len()).collect();
        columns.retain(|column| {
            self.cell(row, *column).expected != Expectation::Allowed
                && self.is_open(scene, row, *column)
        });
        if columns.is_empty() {
            return;
        }
        let before = match self.sight.take() {
            Some(sight) => sight,
            None => self.look(scene, row).await,
        };
        let mut accepted = false;
        for &column in &columns {
            let answer = self.send(scene, &self.row(row).call, column).await;
            match answer {
                Ok(answer) => {
                    self.note(row, column, Ok(&answer));
                    if answer.is_success() {
                        accepted = true;
                        self.undo(scene, row, &answer).await;
                        if let Err(why) = self.remake(scene, row).await {
                            self.give_up(row, &columns, &why);
                            return;
                        }
                    } else {
                        self.existence(scene, row, column, &answer).await;
                    }
                }
                Err(why) => self.note(row, column, Err(why)),
            }
        }
        let refused: Vec<usize> = columns
            .into_iter()
            .filter(|column| {
                let slot = &self.slots[row][*column];
                slot.exchange.is_some() && !matches!(slot.observed, Observed::Allowed { .. })
            })
            .collect();
        if accepted {
            // What the owner sees now is another one.
            self.one_by_one(scene, row, &refused).await;
            return;
        }
        let after = self.look(scene, row).await;
        match compare(&before, &after) {
            Sameness::No { .. } => self.one_by_one(scene, row, &refused).await,
            sameness => {
                for column in refused {
                    self.slots[row][column].untouched = Some((sameness.clone(), after.ordinal));
                }
                // The next row begins with it.
                self.sight = Some(after);
            }
        }
    }

    /// Finds out whose denied attempt changes something.
    async fn one_by_one(&mut self, scene: &mut Scene, row: usize, columns: &[usize]) {
        for &column in columns {
            if let Err(why) = self.remake(scene, row).await {
                self.give_up(row, columns, &why);
                return;
            }
            let before = self.look(scene, row).await;
            if let Err(why) = self.send(scene, &self.row(row).call, column).await {
                self.note(row, column, Err(why));
                continue;
            }
            let after = self.look(scene, row).await;
            self.slots[row][column].untouched = Some((compare(&before, &after), after.ordinal));
        }
        // Whoever comes next finds it as it should be.
        if let Err(why) = self.remake(scene, row).await {
            self.give_up(row, &[], &why);
        }
    }

    fn give_up(&mut self, row: usize, columns: &[usize], why: &str) {
        for &column in columns {
            let slot = &mut self.slots[row][column];
            if slot.exchange.is_none() {
                slot.observed = Observed::Missing {
                    why: why.to_owned(),
                };
            }
        }
    }

    /// Lets everybody do it who may, on a resource of its own where it must be.
    pub(super) async fn allowed(&mut self, scene: &mut Scene, row: usize) {
        for column in 0..self.row(row).cells.len() {
            let cell = self.cell(row, column);
            if cell.expected != Expectation::Allowed || !self.is_open(scene, row, column) {
                continue;
            }
            let instance = self.instance_of(row);
            let key = (
                self.row(row).operation,
                cell.relation.word().to_owned(),
                instance.kind.clone(),
            );
            if let Some(owner) = self.done.get(&key) {
                let why = format!("{} does it to the one of {owner}", cell.relation);
                self.slots[row][column].observed = Observed::Omitted { why };
                continue;
            }
            self.done.insert(key, instance.owner.clone());
            let mut answer = self.attempt(scene, row, column).await;
            // What was done before may stand in the way.
            if answer
                .as_ref()
                .is_ok_and(|one| (400..500).contains(&one.status()) && one.status() != 429)
            {
                answer = match self.remake(scene, row).await {
                    Ok(()) => self.attempt(scene, row, column).await,
                    Err(why) => Err(why),
                };
            }
            if let Ok(answer) = &answer {
                self.undo(scene, row, answer).await;
            }
            self.note(row, column, answer.as_ref().map_err(Clone::clone));
        }
    }

    async fn attempt(
        &self,
        scene: &mut Scene,
        row: usize,
        column: usize,
    ) -> Result<crate::procedure::Answer, String> {
        let planned = self.row(row);
        let instance = self.instance_of(row);
        for call in &self.access.rules[planned.rule].first {
            let call = instance.fill_call(call);
            scene.kitchen.provide_call(&call, None).await?;
            scene.kitchen.call(&call, None, Purpose::Setup).await?;
        }
        self.send(scene, &planned.call, column).await
    }

    /// What the owner sees.
    async fn look(&self, scene: &mut Scene, row: usize) -> Sight {
        let instance = self.instance_of(row);
        let calls = self
            .access
            .resources
            .get(&instance.kind)
            .map_or(&[][..], |resource| &resource.look);
        let mut sight = Sight {
            state: Value::Null,
            ordinal: 0,
            blind: None,
        };
        if calls.is_empty() {
            sight.blind = Some("the table names no call that shows its state".to_owned());
        }
        let mut states = Vec::new();
        for call in calls {
            let call = instance.fill_call(call);
            let answer = scene
                .kitchen
                .call(&call, Some(&instance.owner), Purpose::Probe)
                .await;
            match answer {
                Ok(answer) => {
                    sight.ordinal = answer.ordinal;
                    let path = call.output.get("state").map_or("", String::as_str);
                    let path = scene.kitchen.fill(&Value::from(path));
                    let path = path.map(|path| super::text(&path)).unwrap_or_default();
                    let state = answer.json().and_then(|body| select(body, &path));
                    states.push(json!({
                        "operation": call.operation,
                        "status": answer.status(),
                        "state": state,
                    }));
                    if matches!(answer.status(), 0 | 401 | 429 | 500..) {
                        let why = format!("{} answered {}", call.operation, answer.status());
                        sight.blind = Some(why);
                    }
                }
                Err(why) => sight.blind = Some(why),
            }
        }
        sight.state = Value::Array(states);
        sight
    }
}

fn compare(before: &Sight, after: &Sight) -> Sameness {
    if let Some(why) = before.blind.as_ref().or(after.blind.as_ref()) {
        return Sameness::Unknown { why: why.clone() };
    }
    let nothing = |state: &Value| {
        state.as_array().is_none_or(|all| {
            all.iter()
                .all(|one| one["state"].is_null() || one["status"] == json!(404))
        })
    };
    if nothing(&before.state) {
        return Sameness::Unknown {
            why: "its owner was not shown it before either".to_owned(),
        };
    }
    if before.state == after.state {
        return Sameness::Yes;
    }
    Sameness::No {
        expected: pretty(&before.state),
        actual: pretty(&after.state),
    }
}
