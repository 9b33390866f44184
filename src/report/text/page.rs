//! Lines of text with indents, wrapped to a width.

use anstyle::Style as Ansi;

use super::super::plain;
use super::super::style::{BOLD, Style};

/// No line is wrapped to less, however narrow the terminal is.
const NARROWEST: usize = 30;

/// A text that is being put together.
pub(in crate::report) struct Page<'s> {
    style: &'s Style,
    text: String,
}

impl<'s> Page<'s> {
    pub(in crate::report) fn new(style: &'s Style) -> Self {
        Self {
            style,
            text: String::new(),
        }
    }

    pub(in crate::report) fn style(&self) -> &'s Style {
        self.style
    }

    /// A line as it is.
    pub(in crate::report) fn put(&mut self, indent: usize, line: &str) {
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// An empty line, unless the page is empty or one is there.
    pub(in crate::report) fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    pub(in crate::report) fn heading(&mut self, text: &str, color: Ansi) {
        self.blank();
        let ansi = color.effects(color.get_effects() | BOLD.get_effects());
        let line = self.style.paint(ansi, text);
        self.put(0, &line);
    }

    /// How many columns are left beside an indent.
    pub(in crate::report) fn room(&self, indent: usize) -> usize {
        self.style.width.saturating_sub(indent).max(NARROWEST)
    }

    /// A text that begins after `lead` (already painted, `columns` wide) and goes on below
    /// its own beginning, or below the lead when too little room is beside it.
    pub(in crate::report) fn hanging(
        &mut self,
        indent: usize,
        lead: &str,
        columns: usize,
        text: &str,
        ansi: Ansi,
    ) {
        let text = plain::line(text);
        if columns > 0 && indent + columns + NARROWEST > self.style.width {
            self.put(indent, lead.trim_end());
            self.hanging(indent + 2, "", 0, &text, ansi);
            return;
        }
        let within = indent + columns;
        let lines = plain::wrap(&text, self.room(within));
        if lines.is_empty() {
            self.put(indent, lead.trim_end());
        }
        for (at, line) in lines.iter().enumerate() {
            let line = self.style.paint(ansi, line);
            if at == 0 {
                self.put(indent, &format!("{lead}{line}"));
            } else {
                self.put(within, &line);
            }
        }
    }

    /// A wrapped text.
    pub(in crate::report) fn wrapped(&mut self, indent: usize, text: &str, ansi: Ansi) {
        self.hanging(indent, "", 0, text, ansi);
    }

    pub(in crate::report) fn finish(self) -> String {
        self.text
    }
}
