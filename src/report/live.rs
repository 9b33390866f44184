//! Progress while a run goes on: a bar on a terminal, a few lines elsewhere.

use std::fmt::Write as _;
use std::io::Write;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::plain;
use super::style::{RED, Style, counted};
use crate::verdict::{Ending, Event, Run};

/// How often the bar's text changes.
const REFRESH: Duration = Duration::from_millis(100);
/// How often the bar is drawn without any event.
const TICK: Duration = Duration::from_millis(250);
/// How often a line is printed where there is no terminal.
const LINES_EVERY: Duration = Duration::from_secs(5);

/// Where progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Whether standard error is a terminal.
    pub terminal: bool,
    /// Whether colour is wanted.
    pub color: bool,
    /// Nothing at all.
    pub quiet: bool,
}

enum Way {
    Silent,
    Bar(ProgressBar),
    Lines(Box<dyn Write + Send>),
}

/// Listens to a run and shows how far it is.
pub struct Live {
    way: Way,
    style: Style,
    planned: Option<u64>,
    begun: Instant,
    shown: Option<Instant>,
    every: Duration,
    cases: u64,
    causes: usize,
    findings: usize,
}

impl Live {
    /// Progress on standard error, a bar if it is a terminal. `planned` is the number of
    /// cases, for the remaining time.
    pub fn new(screen: Screen, planned: Option<u64>) -> Self {
        let way = if screen.quiet {
            Way::Silent
        } else if screen.terminal {
            Way::Bar(bar(screen.color, planned))
        } else {
            Way::Lines(Box::new(std::io::stderr()))
        };
        Self::by(way, screen.color, planned)
    }

    /// Progress in lines, into `out`.
    pub fn lines(out: Box<dyn Write + Send>, color: bool, planned: Option<u64>) -> Self {
        Self::by(Way::Lines(out), color, planned)
    }

    fn by(way: Way, color: bool, planned: Option<u64>) -> Self {
        let every = match way {
            Way::Lines(_) => LINES_EVERY,
            Way::Bar(_) | Way::Silent => REFRESH,
        };
        Self {
            way,
            style: Style {
                color,
                ..Style::default()
            },
            planned,
            begun: Instant::now(),
            shown: None,
            every,
            cases: 0,
            causes: 0,
            findings: 0,
        }
    }

    /// Takes notice of an event; `run` has it folded in already.
    pub fn on(&mut self, event: &Event, run: &Run) {
        if matches!(self.way, Way::Silent) {
            return;
        }
        match event {
            Event::RunStarted(started) => {
                self.begun = Instant::now();
                self.shown = Some(self.begun);
                let mut text = format!(
                    "judging {} by {}",
                    plain::line(&started.target),
                    plain::line(&started.contract)
                );
                if let Some(planned) = self.planned {
                    let _ = write!(text, ", {}", counted(planned, "case"));
                }
                self.say(&text);
                return;
            }
            Event::Exchange(exchange) => self.cases += u64::from(exchange.case.is_some()),
            Event::SequenceFinished { unsent, .. } => self.cases += unsent.len() as u64,
            Event::Matrix(_) => {}
            Event::RunFinished { ending, .. } => {
                self.finish(ending, run);
                return;
            }
        }
        if let Way::Bar(bar) = &self.way {
            bar.set_position(self.cases);
        }
        if self.shown.is_none_or(|at| at.elapsed() >= self.every) {
            self.shown = Some(Instant::now());
            self.count(run);
            let text = self.state(run);
            match &mut self.way {
                Way::Bar(bar) => bar.set_message(text),
                Way::Lines(_) => self.say(&text),
                Way::Silent => {}
            }
        }
    }

    fn finish(&mut self, ending: &Ending, run: &Run) {
        self.count(run);
        if let Way::Bar(bar) = &self.way {
            bar.finish_and_clear();
            // What follows is the report: the last line is an ordinary one.
            self.way = Way::Lines(Box::new(std::io::stderr()));
        }
        let how = match ending {
            Ending::Complete => "done".to_owned(),
            Ending::Interrupted => "interrupted".to_owned(),
            Ending::Budget(why) => format!("ended early ({})", plain::line(why)),
            Ending::Unreachable(why) => {
                format!("the target cannot be tested ({})", plain::line(why))
            }
        };
        let text = format!("{how}: {}", self.state(run));
        self.say(&text);
    }

    /// Findings are counted anew only when there is another cause.
    fn count(&mut self, run: &Run) {
        if run.causes() != self.causes {
            self.causes = run.causes();
            self.findings = run.findings().len();
        }
    }

    fn state(&self, run: &Run) -> String {
        let seconds = self.begun.elapsed().as_secs_f64().max(0.001);
        let rate = run.exchanges as f64 / seconds;
        let mut text = format!("{}, {rate:.0}/s", counted(run.exchanges, "exchange"));
        if let (Some(planned), Way::Lines(_)) = (self.planned, &self.way) {
            let _ = write!(text, ", {} of {planned} cases", self.cases);
        }
        let findings = counted(self.findings as u64, "finding");
        text.push_str(", ");
        text.push_str(&if self.findings > 0 {
            self.style.paint(RED, findings)
        } else {
            findings
        });
        text
    }

    /// Whoever has closed standard error does not want to read it.
    fn say(&mut self, text: &str) {
        match &mut self.way {
            Way::Silent => {}
            Way::Bar(bar) => bar.println(text),
            Way::Lines(out) => {
                let _ = writeln!(out, "{text}").and_then(|()| out.flush());
            }
        }
    }
}

fn bar(color: bool, planned: Option<u64>) -> ProgressBar {
    let template = match (planned, color) {
        (Some(_), true) => "{bar:30.cyan/dim} {pos}/{len} cases, {msg}, {eta} left",
        (Some(_), false) => "{bar:30} {pos}/{len} cases, {msg}, {eta} left",
        (None, true) => "{spinner:.cyan} {pos} cases, {msg}",
        (None, false) => "{spinner} {pos} cases, {msg}",
    };
    let style = ProgressStyle::with_template(template).expect("the template is well-formed");
    let bar = ProgressBar::with_draw_target(planned, ProgressDrawTarget::stderr());
    bar.set_message(counted(0, "exchange"));
    bar.set_style(style.progress_chars("━╸─"));
    // The remaining time goes on although nothing arrives.
    bar.enable_steady_tick(TICK);
    bar
}
