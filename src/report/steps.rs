//! Progress over a known number of steps: a bar on a terminal, a few lines elsewhere.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::live::Screen;

/// How often a line is printed where there is no terminal.
const LINES_EVERY: Duration = Duration::from_secs(5);

/// Shows how many steps are done.
pub struct Steps {
    bar: Option<ProgressBar>,
    quiet: bool,
    total: usize,
    done: usize,
    thing: &'static str,
    shown: Instant,
}

impl Steps {
    /// Progress on standard error over `total` things, their word in the plural.
    pub fn new(screen: Screen, total: usize, thing: &'static str) -> Self {
        let bar = (screen.terminal && !screen.quiet).then(|| {
            let template = if screen.color {
                "{bar:30.cyan/dim} {pos}/{len} {prefix}, {msg}, {eta} left"
            } else {
                "{bar:30} {pos}/{len} {prefix}, {msg}, {eta} left"
            };
            let style = ProgressStyle::with_template(template)
                .expect("the template is well-formed")
                .progress_chars("━╸─");
            let bar =
                ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
            bar.set_style(style);
            bar.set_prefix(thing);
            bar
        });
        Self {
            bar,
            quiet: screen.quiet,
            total,
            done: 0,
            thing,
            shown: Instant::now(),
        }
    }

    /// One more is done; `message` says how it stands.
    pub fn step(&mut self, message: &str) {
        self.done += 1;
        if let Some(bar) = &self.bar {
            bar.set_message(message.to_owned());
            bar.set_position(self.done as u64);
        } else if !self.quiet && self.shown.elapsed() >= LINES_EVERY {
            self.shown = Instant::now();
            anstream::eprintln!("{}/{} {}, {message}", self.done, self.total, self.thing);
        }
    }

    /// Nothing more comes.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
