//! One fault of each class over a real socket: the run must fail, and one of those that must
//! notice the fault must have. Without a fault, nothing may be found. All faults are tried
//! in process, see `prove`.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use assize::engine::prove::caught;
use assize::reference::{self, Class, Fault};
use assize::report::read_log;
use assize::verdict::{Promise, Run};
use libtest_mimic::{Arguments, Failed, Trial};

struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(faults: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_assize"));
        command
            .args(["serve", "--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        for fault in faults {
            command.args(["--fault", fault]);
        }
        let mut child = command.spawn().expect("the server starts");
        let out = child.stdout.take().expect("its output is piped");
        let mut url = String::new();
        BufReader::new(out)
            .read_line(&mut url)
            .expect("it prints its URL");
        Self {
            child,
            url: url.trim().to_owned(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone afterwards.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn check(url: &str) -> Result<(i32, Run, String), Failed> {
    let folder = tempfile::tempdir()?;
    let output = Command::new(env!("CARGO_BIN_EXE_assize"))
        .args(["check", "--url", url, "--out", "run"])
        .current_dir(folder.path())
        .output()?;
    let log = std::fs::File::open(folder.path().join("run/events.ndjson"))?;
    let mut run = Run::default();
    for event in read_log(BufReader::new(log)) {
        run.apply(&event.map_err(|error| error.to_string())?);
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok((output.status.code().unwrap_or(-1), run, text))
}

fn causes(run: &Run) -> BTreeSet<String> {
    run.findings()
        .into_iter()
        .map(|group| match group.finding.promise {
            Promise::Requirement { id } => id.to_string(),
            Promise::Check { check, .. } => check.to_string(),
            Promise::Part { part } => part.to_string(),
        })
        .collect()
}

fn over_a_socket(fault: Fault) -> Result<(), Failed> {
    let server = Server::start(&[fault.id()]);
    let (code, run, text) = check(&server.url)?;
    if code != 1 || !caught(fault, &run) {
        let found = causes(&run);
        return Err(format!(
            "exit {code}, causes {found:?}, expected one of {:?}\n{text}",
            fault.caught_by()
        )
        .into());
    }
    Ok(())
}

fn silent() -> Result<(), Failed> {
    let server = Server::start(&[]);
    // The second run meets what the first one left: used-up quotas, rooms, memories.
    for round in ["first", "second"] {
        let (code, run, text) = check(&server.url)?;
        if code != 0 || !run.findings().is_empty() {
            return Err(format!("{round} run: exit {code}\n{text}").into());
        }
    }
    Ok(())
}

/// The first fault of each class that the newest edition can have. Races are left to `prove`:
/// over a socket it is chance whether two requests meet.
fn sample() -> impl Iterator<Item = Fault> {
    let classes = Class::ALL.iter().filter(|class| **class != Class::Race);
    classes.filter_map(|class| {
        reference::ALL
            .iter()
            .copied()
            .find(|fault| fault.class() == *class && fault.until().is_none())
    })
}

fn main() {
    let mut arguments = Arguments::from_args();
    // Two processes each, and two cores.
    arguments.test_threads.get_or_insert(2);
    let mut trials = vec![Trial::test("none", silent)];
    trials.extend(sample().map(|fault| Trial::test(fault.id(), move || over_a_socket(fault))));
    libtest_mimic::run(&arguments, trials).exit();
}
