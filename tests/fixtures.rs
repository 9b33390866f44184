//! One named test for each fixture, and the audit of the registries that they belong to.

#[path = "fixtures/check_fixture.rs"]
mod check_fixture;
#[path = "fixtures/checks.rs"]
mod checks;
#[path = "fixtures/laws.rs"]
mod laws;
#[path = "fixtures/overlays.rs"]
mod overlays;
#[path = "fixtures/registry.rs"]
mod registry;
#[path = "fixtures/rules.rs"]
mod rules;
#[path = "fixtures/workflow.rs"]
mod workflow;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = checks::trials();
    trials.extend(rules::trials());
    trials.extend(laws::trials());
    trials.extend(overlays::trials());
    trials.extend(registry::trials());
    trials.extend(workflow::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}
