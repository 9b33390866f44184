//! JUnit XML: operations as suites, checks as test cases, requirements as a suite of theirs.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::evidence::evidence;
use super::style::Style;
use super::text::finding_block;
use crate::verdict::{Grouped, LedgerRow, Promise, Run, Verdict};

/// The suite of what flaws keep from being judged.
const SET_ASIDE: &str = "set aside";

/// Writes the report.
pub(super) fn write(run: &Run, out: &mut dyn Write, style: &Style) -> io::Result<()> {
    // Files hold no colour codes.
    let style = Style {
        color: false,
        ..*style
    };
    let mut report = Report::new("assize");
    if !style.masked {
        report.set_time(Duration::from_millis(run.elapsed_ms));
    }
    let findings = run.findings();
    let mut by_promise: BTreeMap<&Promise, Vec<&Grouped>> = BTreeMap::new();
    for group in &findings {
        by_promise
            .entry(&group.finding.promise)
            .or_default()
            .push(group);
    }
    let mut requirements = TestSuite::new("requirements");
    let mut operations: BTreeMap<&str, TestSuite> = BTreeMap::new();
    let rows = run.ledger();
    for row in &rows {
        let broken = by_promise.remove(&row.promise).unwrap_or_default();
        match &row.promise {
            Promise::Requirement { id } => {
                let mut case = case(id, row, &broken, run, &style);
                case.set_classname("requirements");
                requirements.add_test_case(case);
            }
            Promise::Check { check, operation } => {
                let mut case = case(check, row, &broken, run, &style);
                case.set_classname(&**operation);
                operations
                    .entry(operation)
                    .or_insert_with(|| TestSuite::new(&**operation))
                    .add_test_case(case);
            }
            Promise::Part { part } => {
                let mut case = case(part, row, &broken, run, &style);
                case.set_classname(SET_ASIDE);
                operations
                    .entry(SET_ASIDE)
                    .or_insert_with(|| TestSuite::new(SET_ASIDE))
                    .add_test_case(case);
            }
        }
    }
    if !requirements.test_cases.is_empty() {
        report.add_test_suite(requirements);
    }
    // In the order of the description.
    for (id, _) in run.started.iter().flat_map(|started| &started.operations) {
        report.add_test_suites(operations.remove(&**id));
    }
    report.add_test_suites(operations.into_values());
    if !by_promise.is_empty() {
        let mut suite = TestSuite::new("outside of the ledger");
        for (promise, groups) in by_promise {
            let status = failure("broken", &groups, run, &style);
            suite.add_test_case(TestCase::new(promise.to_string(), status));
        }
        report.add_test_suite(suite);
    }
    // In one piece first: the serializer hides why a writer fails.
    let text = report.to_string().map_err(io::Error::other)?;
    out.write_all(text.as_bytes())?;
    out.write_all(b"\n")
}

fn case(name: &str, row: &LedgerRow, broken: &[&Grouped], run: &Run, style: &Style) -> TestCase {
    let status = match &row.verdict {
        Verdict::Pass => TestCaseStatus::success(),
        Verdict::Fail => {
            let otherwise = row.text.as_deref().unwrap_or("the promise is broken");
            failure(otherwise, broken, run, style)
        }
        Verdict::Error(reason) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(reason).set_type("error");
            status
        }
        Verdict::Skipped(reason)
        | Verdict::Inconclusive(reason)
        | Verdict::NotApplicable(reason) => {
            let mut status = TestCaseStatus::skipped();
            status
                .set_message(format!("{}: {reason}", row.verdict.word()))
                .set_type(row.verdict.word());
            status
        }
    };
    let mut case = TestCase::new(name, status);
    case.set_assertions(usize::try_from(row.exchanges).unwrap_or(usize::MAX));
    if !row.evidence.is_empty() {
        case.add_property(("evidence", evidence(row, style.masked).as_str()));
    }
    if let Some(text) = &row.text {
        case.add_property(("text", text.as_str()));
    }
    case
}

fn failure(otherwise: &str, groups: &[&Grouped], run: &Run, style: &Style) -> TestCaseStatus {
    let base = run.started.as_ref().map_or("", |started| &started.target);
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    let titles: Vec<&str> = groups
        .iter()
        .map(|group| group.finding.title.as_str())
        .collect();
    let message = if titles.is_empty() {
        otherwise.to_owned()
    } else {
        titles.join("; ")
    };
    let text: Vec<String> = groups
        .iter()
        .map(|group| finding_block(run, group, base, style))
        .collect();
    status
        .set_message(message)
        .set_type("finding")
        .set_description(text.join("\n"));
    status
}
