//! A pointer to its line and column, by a second scan of the source.
//!
//! Positions are not kept when a description is read: that would cost large descriptions
//! more than reading them, and most positions are never asked for.

use saphyr_parser::{Event, Parser};

use super::json_scan;
use super::text::position;
use super::yaml;
use crate::document::{Format, Source};
use crate::pointer::{Location, Pointer};

/// Where the part `pointer` of a source stands: the key of a member, the beginning of an
/// element. Where the text has no such part, e.g. because it came in with a normalization or
/// through an alias, the nearest part around it that the text has.
pub fn locate(source: &Source, pointer: &Pointer) -> Location {
    let tokens: Vec<_> = pointer.tokens().collect();
    let tokens: Vec<&str> = tokens.iter().map(AsRef::as_ref).collect();
    match source.format {
        Format::Json => position(
            &source.name,
            &source.text,
            json_scan::offset(&source.text, &tokens),
        ),
        Format::Yaml => in_yaml(source, &tokens),
    }
}

/// The way along the tokens while the text is read. It is the same for both notations: a
/// match replaces what was found on the same level, since the last of equal keys counts.
pub(super) struct Trail<'t, P> {
    tokens: &'t [&'t str],
    /// How many tokens lead to the innermost open collection, as far as it lies on the way;
    /// with the level of nesting at which that collection is.
    on_way: usize,
    found: P,
}

impl<'t, P> Trail<'t, P> {
    pub(super) fn new(tokens: &'t [&'t str], root: P) -> Self {
        Self {
            tokens,
            on_way: 0,
            found: root,
        }
    }

    /// Whether the collection at `level` (0 is the root) lies on the way and has a token after it.
    pub(super) fn wanted(&self, level: usize) -> Option<&'t str> {
        (level == self.on_way)
            .then(|| self.tokens.get(level).copied())
            .flatten()
    }

    /// The token of the collection at `level` was met at `position`; its value comes next.
    pub(super) fn step(&mut self, level: usize, position: P) {
        self.on_way = level + 1;
        self.found = position;
    }

    /// The value of a member or element of the collection at `level` is complete.
    pub(super) fn leave(&mut self, level: usize) {
        self.on_way = self.on_way.min(level);
    }

    pub(super) fn found(self) -> P {
        self.found
    }
}

enum Frame {
    Sequence(usize),
    /// Whether a key comes next.
    Mapping(bool),
}

fn in_yaml(source: &Source, tokens: &[&str]) -> Location {
    let start = Location {
        source: source.name.clone(),
        line: 1,
        column: 1,
    };
    let mut trail = Trail::new(tokens, start);
    let mut frames: Vec<Frame> = Vec::new();
    let mut rooted = false;
    for event in Parser::new_from_str(&source.text) {
        let Ok((event, span)) = event else { break };
        let here = || yaml::location(&source.name, span.start);
        let level = frames.len().saturating_sub(1);
        let opens = match &event {
            Event::SequenceStart(..) => Some(Frame::Sequence(0)),
            Event::MappingStart(..) => Some(Frame::Mapping(true)),
            Event::SequenceEnd | Event::MappingEnd => {
                frames.pop();
                complete(&mut frames, &mut trail);
                continue;
            }
            Event::Scalar(..) | Event::Alias(_) => None,
            _ => continue,
        };
        if !rooted {
            rooted = true;
            trail = Trail::new(tokens, here());
        }
        match frames.last_mut() {
            Some(Frame::Mapping(key @ true)) => {
                if let Event::Scalar(text, ..) = &event
                    && trail.wanted(level) == Some(text)
                {
                    trail.step(level, here());
                }
                *key = false;
                continue;
            }
            Some(Frame::Sequence(index)) => {
                if trail
                    .wanted(level)
                    .is_some_and(|token| token.parse() == Ok(*index))
                {
                    trail.step(level, here());
                }
            }
            _ => {}
        }
        match opens {
            Some(frame) => frames.push(frame),
            None => complete(&mut frames, &mut trail),
        }
    }
    trail.found()
}

/// A value inside of the innermost open collection is complete.
fn complete(frames: &mut [Frame], trail: &mut Trail<'_, Location>) {
    let level = frames.len().saturating_sub(1);
    match frames.last_mut() {
        Some(Frame::Sequence(index)) => *index += 1,
        Some(Frame::Mapping(key)) => *key = true,
        None => return,
    }
    trail.leave(level);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, format: Format, pointer: &str) -> String {
        let source = Source {
            uri: String::new(),
            name: "x".into(),
            text: text.into(),
            format,
            value: serde_json::Value::Null,
        };
        locate(&source, &Pointer::new(pointer)).to_string()
    }

    #[test]
    fn keys_and_elements_are_found_in_yaml() {
        let text = "# first\nopenapi: 3.1.0\npaths:\n  /a/{b}:\n    - x: 1\n    - ü: 2\n      y: 3\nz: {a: [1, {b: 2}]}\n";
        assert_eq!(at(text, Format::Yaml, ""), "x:2:1");
        assert_eq!(at(text, Format::Yaml, "/paths"), "x:3:1");
        assert_eq!(at(text, Format::Yaml, "/paths/~1a~1{b}"), "x:4:3");
        assert_eq!(at(text, Format::Yaml, "/paths/~1a~1{b}/1"), "x:6:7");
        assert_eq!(at(text, Format::Yaml, "/paths/~1a~1{b}/1/y"), "x:7:7");
        assert_eq!(
            at(text, Format::Yaml, "/paths/~1a~1{b}/1/y/deeper"),
            "x:7:7"
        );
        assert_eq!(at(text, Format::Yaml, "/paths/none"), "x:3:1");
        assert_eq!(at(text, Format::Yaml, "/z/a/1/b"), "x:8:13");
        assert_eq!(at(text, Format::Yaml, "/x"), "x:2:1");
    }

    #[test]
    fn keys_and_elements_are_found_in_json() {
        let text = "{\n \"a\": [1, {\"b\\n\": \"}\\\"]\"}, 3],\n \"ü\": true, \"c\": {\"d\": 1}}";
        assert_eq!(at(text, Format::Json, ""), "x:1:1");
        assert_eq!(at(text, Format::Json, "/a"), "x:2:2");
        assert_eq!(at(text, Format::Json, "/a/0"), "x:2:8");
        assert_eq!(at(text, Format::Json, "/a/1/b\n"), "x:2:12");
        assert_eq!(at(text, Format::Json, "/a/2"), "x:2:28");
        assert_eq!(at(text, Format::Json, "/c/d"), "x:3:19");
        assert_eq!(at(text, Format::Json, "/c/e"), "x:3:13");
        assert_eq!(at(text, Format::Json, "/d"), "x:1:1");
    }

    #[test]
    fn the_last_of_equal_keys_counts() {
        let json = "{\"a\": {\"b\": 1},\n \"a\": {\"c\": 1}}";
        assert_eq!(at(json, Format::Json, "/a/c"), "x:2:8");
        assert_eq!(at(json, Format::Json, "/a/b"), "x:2:2");
        assert_eq!(at("a: {b: 1}\na: {c: 1}\n", Format::Yaml, "/a/b"), "x:2:1");
    }
}
