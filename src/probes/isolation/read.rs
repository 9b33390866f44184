//! Rows that change nothing: everybody at once.

use serde_json::Value;

use super::board::Board;
use super::listing::{asked, goes_on, listed};
use crate::case::Reference;
use crate::probes::Scene;
use crate::procedure::{Answer, Outgoing, Purpose};
use crate::verdict::{AccessClass, Expectation, Observed};

impl Board<'_> {
    pub(super) async fn read(&mut self, scene: &mut Scene, row: usize) {
        let planned = self.row(row);
        let columns: Vec<usize> = (0..planned.cells.len())
            .filter(|column| self.is_open(scene, row, *column))
            .collect();
        if let Err(why) = scene.kitchen.provide_call(&planned.call, None).await {
            for column in columns {
                self.note(row, column, Err(why.clone()));
            }
            return;
        }
        let mut requests = Vec::new();
        let mut sent = Vec::new();
        for column in columns {
            match scene.kitchen.request(&planned.call, self.identity(column)) {
                Ok((operation, request)) => {
                    sent.push(column);
                    requests.push(Outgoing {
                        request,
                        operation: Some(operation),
                        purpose: Purpose::Probe,
                    });
                }
                Err(why) => self.note(row, column, Err(why)),
            }
        }
        let answers = scene.kitchen.script().send_all(requests).await;
        let answers: Vec<(usize, Answer)> = sent.into_iter().zip(answers).collect();
        for (column, answer) in &answers {
            self.note(row, *column, Ok(answer));
        }
        if planned.class.is_listing() {
            self.listing(scene, row, &answers);
            self.variants(scene, row).await;
            return;
        }
        for (column, answer) in &answers {
            self.existence(scene, row, *column, answer).await;
        }
    }

    /// Asks in further ways whoever must not be shown the resource.
    async fn variants(&mut self, scene: &mut Scene, row: usize) {
        let planned = self.row(row);
        let Ok(id) = self.id_in_lists(scene, row) else {
            return;
        };
        let rule = &self.access.rules[planned.rule];
        for call in &planned.variants {
            for (column, cell) in planned.cells.iter().enumerate() {
                let absent = matches!(
                    self.slots[row][column].observed,
                    Observed::Denied { status: 200..=299 }
                );
                if cell.expected == Expectation::Allowed || !absent {
                    continue;
                }
                let Ok(answer) = self.send(scene, call, column).await else {
                    continue;
                };
                let observed = listed(planned.class, (rule, asked(call)), &id, &answer);
                if matches!(observed, Observed::Allowed { .. }) {
                    self.slots[row][column].observed = observed;
                    self.slots[row][column].exchange = Some(answer.ordinal);
                    self.doubt(row, column, true);
                }
            }
        }
    }

    /// The value that tells the resource of a row among others.
    fn id_in_lists(&self, scene: &Scene, row: usize) -> Result<Value, String> {
        let instance = self.instance_of(row);
        match &self.access.rules[self.row(row).rule].shown {
            Some(shown) => scene.kitchen.fill(&Value::from(instance.fill(shown))),
            None => scene.kitchen.output(&Reference {
                resource: instance.name.clone(),
                output: "id".to_owned(),
            }),
        }
    }

    /// What the answers of a row of lists show.
    fn listing(&mut self, scene: &Scene, row: usize, answers: &[(usize, Answer)]) {
        let planned = self.row(row);
        let rule = &self.access.rules[planned.rule];
        let id = match self.id_in_lists(scene, row) {
            Ok(id) => id,
            Err(why) => {
                for (column, _) in answers {
                    self.note(row, *column, Err(why.clone()));
                }
                return;
            }
        };
        let asked = asked(&planned.call);
        let mut seen_by_some = false;
        for (column, answer) in answers {
            let cell = self.cell(row, *column);
            let mut observed = listed(planned.class, (rule, asked), &id, answer);
            if let (Expectation::Allowed, Observed::Denied { status: 200..=299 }) =
                (&cell.expected, &observed)
                && goes_on(rule, asked, answer)
            {
                observed = Observed::Undecided {
                    why: "it is not on the first page".to_owned(),
                };
            }
            seen_by_some |= cell.expected == Expectation::Allowed
                && matches!(observed, Observed::Allowed { .. });
            self.slots[row][*column].observed = observed;
        }
        for (column, _) in answers {
            self.doubt(row, *column, seen_by_some);
        }
    }

    /// Takes back what proves nothing: an absence where nobody is shown it, and what follows
    /// from a list that leaks.
    fn doubt(&mut self, row: usize, column: usize, seen_by_some: bool) {
        if self.cell(row, column).expected == Expectation::Allowed {
            return;
        }
        let planned = self.row(row);
        let leaks = (0..self.planned.rows.len()).any(|other| {
            let earlier = self.row(other);
            earlier.class < planned.class
                && earlier.class >= AccessClass::List
                && earlier.instance == planned.instance
                && earlier.operation == planned.operation
                && matches!(self.slots[other][column].observed, Observed::Allowed { .. })
        });
        let operation = &planned.call.operation;
        let slot = &mut self.slots[row][column];
        match slot.observed {
            Observed::Allowed { .. } if leaks => {
                let why = format!("{operation} shows it without being asked for it already");
                slot.observed = Observed::Undecided { why };
            }
            Observed::Denied { status: 200..=299 } if !seen_by_some => {
                let why = format!(
                    "{operation} shows it to nobody who may see it, so that its absence proves nothing"
                );
                slot.observed = Observed::Undecided { why };
            }
            _ => {}
        }
    }
}
