//! The event log: one JSON object per line, written during a run and read back later.

use std::io::{self, BufRead, Read as _, Write};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::verdict::{Event, FORMAT_VERSION};

/// So much is held back at most, in bytes and in time.
const HELD: usize = 64 << 10;
const HELD_FOR: Duration = Duration::from_millis(250);

/// A line that is longer is none of ours: bodies are bounded.
const LONGEST_LINE: u64 = 64 << 20;

/// Writes events as lines. What reaches the writer is always whole lines, so that a crash
/// tears at most what the operating system itself tears.
pub struct LogWriter<W: Write> {
    out: W,
    held: Vec<u8>,
    flushed: Instant,
}

impl<W: Write> LogWriter<W> {
    /// A log in `out`, which needs no buffer of its own.
    pub fn new(out: W) -> Self {
        Self {
            out,
            held: Vec::with_capacity(HELD),
            flushed: Instant::now(),
        }
    }

    /// Adds an event.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write(&mut self, event: &Event) -> io::Result<()> {
        let whole = self.held.len();
        if let Err(error) = serde_json::to_writer(&mut self.held, event) {
            self.held.truncate(whole);
            return Err(error.into());
        }
        self.held.push(b'\n');
        if self.held.len() >= HELD || self.flushed.elapsed() >= HELD_FOR {
            self.flush()?;
        }
        Ok(())
    }

    /// Hands everything over.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn flush(&mut self) -> io::Result<()> {
        self.flushed = Instant::now();
        let result = self.out.write_all(&self.held);
        // After a failure the rest would be torn; repeating it would only repeat lines.
        self.held.clear();
        result?;
        self.out.flush()
    }
}

impl<W: Write> Drop for LogWriter<W> {
    fn drop(&mut self) {
        // There is nobody left to tell; who wants to know flushes before.
        let _ = self.flush();
    }
}

/// Why a log cannot be read (further). An error of the user or the environment.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file cannot be read.
    #[error("the event log cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The last line is not complete: the run that wrote it was killed. All before is good.
    #[error("the event log breaks off in line {line}; everything before it was read")]
    Torn {
        /// The line, from 1.
        line: u64,
    },
    /// A line is no event.
    #[error("line {line} of the event log is no event: {why}")]
    Malformed {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
    /// There is nothing in it.
    #[error("the event log is empty")]
    Empty,
    /// It begins with something else than a log does.
    #[error("this is no event log of assize: its first line is no run-started event")]
    Foreign,
    /// Another version wrote it.
    #[error("the event log has format version {found}, and this assize reads version {FORMAT_VERSION}; read it with the assize that wrote it{}", .writer.as_ref().map(|one| format!(" ({one})")).unwrap_or_default())]
    Version {
        /// Its version.
        found: u64,
        /// Which assize wrote it.
        writer: Option<String>,
    },
}

/// The events of a log. It ends at the first error.
pub struct LogReader<R> {
    reader: R,
    line: u64,
    begun: bool,
    over: bool,
    buffer: Vec<u8>,
}

/// Reads a log, event by event, so that it may be longer than memory.
pub fn read_log<R: BufRead>(reader: R) -> LogReader<R> {
    LogReader {
        reader,
        line: 0,
        begun: false,
        over: false,
        buffer: Vec::new(),
    }
}

impl<R: BufRead> LogReader<R> {
    fn read(&mut self) -> Result<Option<Event>, LogError> {
        loop {
            self.buffer.clear();
            let read = self
                .reader
                .by_ref()
                .take(LONGEST_LINE)
                .read_until(b'\n', &mut self.buffer)?;
            if read == 0 {
                return if self.begun {
                    Ok(None)
                } else {
                    Err(LogError::Empty)
                };
            }
            self.line += 1;
            if !self.buffer.trim_ascii().is_empty() {
                break;
            }
        }
        if !self.begun {
            self.begin()?;
        }
        match serde_json::from_slice::<Event>(&self.buffer) {
            Ok(event) => Ok(Some(event)),
            Err(_) if !self.buffer.ends_with(b"\n") => Err(LogError::Torn { line: self.line }),
            Err(error) => Err(LogError::Malformed {
                line: self.line,
                why: error.to_string(),
            }),
        }
    }

    /// Looks at the first line before it is read as an event, since another version may have
    /// other events.
    fn begin(&mut self) -> Result<(), LogError> {
        self.begun = true;
        let value: Value = match serde_json::from_slice(&self.buffer) {
            Ok(value) => value,
            Err(_) if self.buffer.starts_with(b"{") && !self.buffer.ends_with(b"\n") => {
                return Err(LogError::Torn { line: self.line });
            }
            Err(_) => return Err(LogError::Foreign),
        };
        let format = value.get("format").and_then(Value::as_u64);
        match (value.get("event").and_then(Value::as_str), format) {
            (Some("run-started"), Some(found)) if found == u64::from(FORMAT_VERSION) => Ok(()),
            (Some("run-started"), Some(found)) => Err(LogError::Version {
                found,
                writer: value
                    .get("version")
                    .and_then(Value::as_str)
                    .map(|version| format!("assize {version}")),
            }),
            _ => Err(LogError::Foreign),
        }
    }
}

impl<R: BufRead> Iterator for LogReader<R> {
    type Item = Result<Event, LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let next = self.read().transpose();
        self.over = !matches!(next, Some(Ok(_)));
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::{Ending, RunStarted};

    fn events() -> [Event; 2] {
        let started = RunStarted {
            format: FORMAT_VERSION,
            version: "0.1.0".to_owned(),
            ..RunStarted::default()
        };
        [
            Event::RunStarted(Box::new(started)),
            Event::RunFinished {
                ending: Ending::Complete,
                elapsed_ms: 5,
            },
        ]
    }

    fn log() -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut writer = LogWriter::new(&mut bytes);
        for event in events() {
            writer.write(&event).expect("memory does not fail");
        }
        drop(writer);
        bytes
    }

    #[test]
    fn what_is_written_is_read_back() {
        let read: Vec<Event> = read_log(&log()[..])
            .map(|event| event.expect("good"))
            .collect();
        assert_eq!(read, events());
    }

    #[test]
    fn a_torn_end_is_told_wherever_it_is_torn() {
        let log = log();
        let whole = log.iter().position(|byte| *byte == b'\n').expect("lines") + 1;
        for end in whole + 1..log.len() - 1 {
            let mut reader = read_log(&log[..end]);
            assert!(matches!(reader.next(), Some(Ok(_))));
            assert!(matches!(
                reader.next(),
                Some(Err(LogError::Torn { line: 2 }))
            ));
            assert!(reader.next().is_none());
        }
        // Without the line break alone, nothing is lost.
        assert_eq!(read_log(&log[..log.len() - 1]).flatten().count(), 2);
        assert!(matches!(
            read_log(&log[..20]).next(),
            Some(Err(LogError::Torn { line: 1 }))
        ));
    }

    #[test]
    fn other_versions_and_other_files_are_refused() {
        let first = |bytes: &[u8]| match read_log(bytes).next() {
            Some(Err(error)) => error.to_string(),
            other => panic!("{other:?}"),
        };
        let newer = br#"{"event":"run-started","format":9,"version":"3.0.0","new":{}}"#;
        assert!(first(newer).contains("format version 9") && first(newer).contains("assize 3.0.0"));
        assert!(first(b"").contains("empty"));
        assert!(first(b"{\"openapi\":\"3.1.0\"}\n").contains("no event log"));
        assert!(first(b"<html>").contains("no event log"));
        let mut odd = log();
        odd.extend_from_slice(b"{\"event\":\"surprise\"}\n");
        let last = read_log(&odd[..])
            .last()
            .expect("an item")
            .expect_err("malformed");
        assert!(
            last.to_string()
                .starts_with("line 3 of the event log is no event")
        );
    }

    /// Counts how often it is called, and fails at will.
    struct Counting(usize);

    impl Write for Counting {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += 1;
            assert!(bytes.ends_with(b"\n"), "an event was split");
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn events_are_never_split_and_seldom_written() {
        let mut writer = LogWriter::new(Counting(0));
        for _ in 0..1000 {
            for event in events() {
                writer.write(&event).expect("never fails");
            }
        }
        assert!(writer.out.0 < 100, "{}", writer.out.0);
    }
}
