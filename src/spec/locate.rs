//! A pointer to its line and column, by a second scan of the source.
//!
//! Positions are not kept when a description is read: that would cost large descriptions
//! more than reading them, and most positions are never asked for.

use saphyr_parser::{Event, Parser};

use super::text::position;
use super::trail::Trail;
use super::{json_scan, yaml};
use crate::document::{Format, Source};
use crate::pointer::{Location, Pointer};

/// Where the part `pointer` of a source stands: the key of a member, the beginning of an
/// element. Where the text has no such part, e.g. because it came in with a normalization or
/// through an alias, the nearest part around it that the text has.
pub fn locate(source: &Source, pointer: &Pointer) -> Location {
    let mut found = locate_all(source, &[pointer]);
    found.pop().expect("one location for each pointer")
}

/// [`locate`] for several parts in one reading of the source, in their order.
pub fn locate_all(source: &Source, pointers: &[&Pointer]) -> Vec<Location> {
    match source.format {
        Format::Json => json_scan::offsets(&source.text, pointers)
            .into_iter()
            .map(|offset| position(&source.name, &source.text, offset))
            .collect(),
        Format::Yaml => in_yaml(source, pointers),
    }
}

enum Frame {
    Sequence(usize),
    /// Whether a key comes next.
    Mapping(bool),
}

fn in_yaml(source: &Source, pointers: &[&Pointer]) -> Vec<Location> {
    let start = Location {
        source: source.name.clone(),
        line: 1,
        column: 1,
    };
    let mut trail = Trail::new(pointers, &start);
    let mut frames: Vec<Frame> = Vec::new();
    let mut rooted = false;
    for event in Parser::new_from_str(&source.text) {
        let Ok((event, span)) = event else { break };
        let here = || yaml::location(&source.name, span.start);
        let frame = match &event {
            Event::SequenceStart(..) => Some(Frame::Sequence(0)),
            Event::MappingStart(..) => Some(Frame::Mapping(true)),
            Event::SequenceEnd | Event::MappingEnd => {
                frames.pop();
                trail.close();
                complete(&mut frames);
                continue;
            }
            Event::Scalar(..) | Event::Alias(_) => None,
            _ => continue,
        };
        if !rooted {
            rooted = true;
            trail = Trail::new(pointers, &here());
        }
        match frames.last_mut() {
            Some(Frame::Mapping(key @ true)) => {
                *key = false;
                match &event {
                    Event::Scalar(text, ..) if !trail.is_off() => {
                        trail.step(&here(), |token| token == text);
                    }
                    _ => trail.step(&start, |_| false),
                }
                continue;
            }
            Some(Frame::Sequence(index)) if !trail.is_off() => {
                trail.step(&here(), |token| token.parse() == Ok(*index));
            }
            Some(Frame::Sequence(_)) => trail.step(&start, |_| false),
            _ => {}
        }
        match frame {
            Some(frame) => {
                frames.push(frame);
                trail.open();
            }
            None => complete(&mut frames),
        }
    }
    trail.found()
}

/// A value inside of the innermost open collection is complete.
fn complete(frames: &mut [Frame]) {
    match frames.last_mut() {
        Some(Frame::Sequence(index)) => *index += 1,
        Some(Frame::Mapping(key)) => *key = true,
        None => {}
    }
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
            value: serde_json::Value::Null.into(),
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
    fn several_are_found_at_once() {
        let source = Source {
            uri: String::new(),
            name: "x".into(),
            text: "{\"a\": {\"b\": [0, 1]}, \"c\": 2}".into(),
            format: Format::Json,
            value: serde_json::Value::Null.into(),
        };
        let pointers = ["/c", "/a/b/1", "/a", "/a/b", "/a/x", ""].map(Pointer::new);
        let columns: Vec<u32> = locate_all(&source, &pointers.each_ref())
            .iter()
            .map(|location| location.column)
            .collect();
        assert_eq!(columns, [22, 17, 2, 8, 2, 1]);
    }

    #[test]
    fn the_last_of_equal_keys_counts() {
        let json = "{\"a\": {\"b\": 1},\n \"a\": {\"c\": 1}}";
        assert_eq!(at(json, Format::Json, "/a/c"), "x:2:8");
        assert_eq!(at(json, Format::Json, "/a/b"), "x:2:2");
        assert_eq!(at("a: {b: 1}\na: {c: 1}\n", Format::Yaml, "/a/b"), "x:2:1");
    }
}
