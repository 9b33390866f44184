//! A run without what servers, clocks and ports put into it, for comparison.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Run;
use crate::verdict::Ending;

impl Run {
    /// The same run with every text that a server or the clock had a part in replaced by
    /// what `change` makes of it, and without times. Promises, causes and fingerprints stay.
    #[must_use]
    pub fn map_texts(&self, change: &dyn Fn(&str) -> String) -> Self {
        let mut run = self.clone();
        let apply = |text: &mut String| *text = change(text);
        run.elapsed_ms = 0;
        if let Some(started) = run.started.as_mut().map(Arc::make_mut) {
            apply(&mut started.target);
            apply(&mut started.started);
            started.notes.iter_mut().for_each(apply);
        }
        if let Some(Ending::Budget(why) | Ending::Unreachable(why)) = &mut run.ending {
            apply(why);
        }
        run.left = run
            .left
            .iter()
            .map(|(what, count)| (change(what), *count))
            .collect();
        run.unsent.iter_mut().for_each(|(_, why)| apply(why));
        run.cut.iter_mut().for_each(|(_, why)| apply(why));
        for row in run.rows.values_mut().flat_map(BTreeMap::values_mut) {
            row.undecided.iter_mut().for_each(apply);
        }
        for (_, decision) in run.decisions.values_mut() {
            decision.verdict.reason_mut().into_iter().for_each(apply);
        }
        for tally in run.judged.values_mut() {
            tally.reasons_mut().for_each(apply);
        }
        for matrix in run.matrices.values_mut() {
            matrix.map_texts(change);
        }
        for group in run.findings.values_mut() {
            apply(&mut group.finding.title);
            apply(&mut group.finding.expected);
            apply(&mut group.finding.actual);
            if let Some(record) = &mut group.record {
                record.map_texts(change);
            }
        }
        run
    }
}
