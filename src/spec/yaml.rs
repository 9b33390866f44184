//! YAML text to a value: the core schema of YAML 1.2, merge keys, bounded aliases.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};
use serde_json::{Map, Value};

use super::parsed::Parsed;
use super::yaml_scalar::scalar;
use super::{Limits, SpecError};
use crate::pointer::{Location, Pointer};

/// How many lines are indented for a careless author before the text is refused.
const REPAIRS: usize = 100;

/// Reads one YAML document. The last of several equal keys counts; keys that are no strings
/// become strings as written.
///
/// Lines inside of `{…}` and `[…]` must be indented deeper than what is around them. Many
/// parsers do not insist, so that even the examples of OpenAPI break the rule; such lines
/// are indented here, and [`Parsed::repaired`] is the text as it should have been.
pub(super) fn parse(name: &str, text: &str, limits: &Limits) -> Result<Parsed, SpecError> {
    let first = match attempt(name, text, limits) {
        Err(error) if indentation(&error).is_some() => error,
        result => return result,
    };
    let mut lines: Vec<String> = text.split('\n').map(ToOwned::to_owned).collect();
    let mut wrong = indentation(&first);
    for _ in 0..REPAIRS {
        let Some(line) = wrong.and_then(|line| lines.get_mut(line - 1)) else {
            break;
        };
        line.insert_str(0, &" ".repeat(64));
        let repaired = lines.join("\n");
        match attempt(name, &repaired, limits) {
            Ok(parsed) => {
                return Ok(Parsed {
                    repaired: Some(repaired),
                    ..parsed
                });
            }
            Err(error) => {
                let next = indentation(&error);
                // One repair must do for a line.
                wrong = if next > wrong { next } else { None };
            }
        }
    }
    Err(first)
}

/// The line that is not indented enough, if that is what is wrong.
fn indentation(error: &SpecError) -> Option<usize> {
    match error {
        SpecError::Syntax {
            location, message, ..
        } if message == "invalid indentation"
            || message == "invalid indentation in flow construct" =>
        {
            Some(location.line as usize)
        }
        _ => None,
    }
}

fn attempt(name: &str, text: &str, limits: &Limits) -> Result<Parsed, SpecError> {
    let mut builder = Builder {
        name,
        limits,
        frames: Vec::new(),
        anchors: HashMap::new(),
        expanded: 0,
        root: None,
        duplicates: Vec::new(),
    };
    let mut parser = Parser::new_from_str(text);
    let mut documents = 0;
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| SpecError::Syntax {
            location: location(name, *error.marker()),
            format: "YAML",
            message: explain(error.info(), text, error.marker().line()),
        })?;
        match event {
            Event::StreamEnd => break,
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return Err(SpecError::SeveralDocuments {
                        location: location(name, span.start),
                    });
                }
            }
            event => builder.take(event, span)?,
        }
    }
    Ok(Parsed {
        value: builder.root.unwrap_or(Value::Null),
        duplicates: builder.duplicates,
        repaired: None,
    })
}

/// Where a marker of the parser stands. Its columns count from 0.
pub(super) fn location(name: &str, marker: Marker) -> Location {
    Location {
        source: name.into(),
        line: u32::try_from(marker.line().max(1)).unwrap_or(u32::MAX),
        column: u32::try_from(marker.col() + 1).unwrap_or(u32::MAX),
    }
}

/// The parser's words, with what is most often the cause.
fn explain(info: &str, text: &str, line: usize) -> String {
    let written = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let indent = &written[..written.len() - written.trim_start().len()];
    if indent.contains('\t') {
        return format!("{info}; YAML is indented with spaces, and this line begins with a tab");
    }
    info.to_owned()
}

/// A collection that is not closed yet.
struct Frame {
    content: Content,
    anchor: usize,
    depth: usize,
}

enum Content {
    Sequence(Vec<Value>),
    Mapping {
        members: Map<String, Value>,
        /// The key whose value comes next.
        key: Option<Key>,
        /// What `<<` brings in; explicit members win.
        merged: Vec<Map<String, Value>>,
    },
}

struct Key {
    text: String,
    merge: bool,
}

/// A finished value that aliases may repeat.
struct Anchored {
    value: Value,
    weight: usize,
    depth: usize,
}

struct Builder<'t> {
    name: &'t str,
    limits: &'t Limits,
    frames: Vec<Frame>,
    anchors: HashMap<usize, Anchored>,
    /// The weight of all that aliases have added.
    expanded: usize,
    root: Option<Value>,
    duplicates: Vec<Pointer>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), SpecError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if self.awaits_key() {
                    let merge = style == ScalarStyle::Plain && text == "<<";
                    return self.key(text.into_owned(), merge, span);
                }
                let value = scalar(&text, style, tag.as_deref());
                self.finish(value, anchor, 1, span)
            }
            Event::SequenceStart(anchor, _) => {
                self.open(Content::Sequence(Vec::new()), anchor, span)
            }
            Event::MappingStart(anchor, _) => {
                let content = Content::Mapping {
                    members: Map::new(),
                    key: None,
                    merged: Vec::new(),
                };
                self.open(content, anchor, span)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let frame = self
                    .frames
                    .pop()
                    .expect("the parser closes only what it opened");
                let value = match frame.content {
                    Content::Sequence(elements) => Value::Array(elements),
                    Content::Mapping {
                        mut members,
                        merged,
                        ..
                    } => {
                        for (key, value) in merged.into_iter().flatten() {
                            members.entry(key).or_insert(value);
                        }
                        Value::Object(members)
                    }
                };
                self.finish(value, frame.anchor, frame.depth, span)
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            _ => Ok(()),
        }
    }

    fn awaits_key(&self) -> bool {
        matches!(
            self.frames.last(),
            Some(Frame {
                content: Content::Mapping { key: None, .. },
                ..
            })
        )
    }

    fn open(&mut self, content: Content, anchor: usize, span: Span) -> Result<(), SpecError> {
        if self.awaits_key() {
            return Err(self.syntax(
                span,
                "a key is a list or a mapping; only plain keys are possible here (quote `{` and `[`)",
            ));
        }
        if self.frames.len() >= self.limits.depth {
            return Err(self.too_deep(span));
        }
        self.frames.push(Frame {
            content,
            anchor,
            depth: 1,
        });
        Ok(())
    }

    fn key(&mut self, text: String, merge: bool, span: Span) -> Result<(), SpecError> {
        let duplicate = match self.frames.last() {
            Some(Frame {
                content: Content::Mapping { members, .. },
                ..
            }) => !merge && members.contains_key(&text),
            _ => return Err(self.syntax(span, "a key outside of a mapping")),
        };
        if duplicate {
            let pointer = self.here().child(&text);
            self.duplicates.push(pointer);
        }
        if let Some(Frame {
            content: Content::Mapping { key, .. },
            ..
        }) = self.frames.last_mut()
        {
            *key = Some(Key { text, merge });
        }
        Ok(())
    }

    /// The pointer to the innermost open collection.
    fn here(&self) -> Pointer {
        let outer = self.frames.len().saturating_sub(1);
        self.frames[..outer]
            .iter()
            .fold(Pointer::root(), |pointer, frame| match &frame.content {
                Content::Sequence(elements) => pointer.index(elements.len()),
                Content::Mapping { key, .. } => {
                    pointer.child(key.as_ref().map_or("", |key| &key.text))
                }
            })
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), SpecError> {
        let Some(anchored) = self.anchors.get(&anchor) else {
            return Err(self.syntax(span, "an alias stands inside of what it repeats"));
        };
        if self.awaits_key() {
            let text = match &anchored.value {
                Value::String(text) => text.clone(),
                Value::Array(_) | Value::Object(_) => {
                    return Err(self.syntax(span, "a key is a list or a mapping"));
                }
                other => other.to_string(),
            };
            return self.key(text, false, span);
        }
        let (weight, depth) = (anchored.weight, anchored.depth);
        self.expand(weight, span)?;
        if self.frames.len() + depth > self.limits.depth {
            return Err(self.too_deep(span));
        }
        let value = self.anchors[&anchor].value.clone();
        self.finish(value, 0, depth, span)
    }

    /// Counts a copy of the weight given.
    fn expand(&mut self, weight: usize, span: Span) -> Result<(), SpecError> {
        self.expanded += weight;
        if self.expanded > self.limits.expansion {
            return Err(SpecError::Expansion {
                location: location(self.name, span.start),
                limit: self.limits.expansion,
            });
        }
        Ok(())
    }

    /// Puts a complete value where it belongs.
    fn finish(
        &mut self,
        value: Value,
        anchor: usize,
        depth: usize,
        span: Span,
    ) -> Result<(), SpecError> {
        if anchor > 0 {
            let weight = weight(&value);
            // Anchors inside of anchors are kept once per level, so keeping counts, too.
            self.expand(weight, span)?;
            self.anchors.insert(
                anchor,
                Anchored {
                    value: value.clone(),
                    weight,
                    depth,
                },
            );
        }
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(value);
            return Ok(());
        };
        frame.depth = frame.depth.max(depth + 1);
        match &mut frame.content {
            Content::Sequence(elements) => elements.push(value),
            Content::Mapping {
                members,
                key,
                merged,
            } => {
                let Some(key) = key.take() else {
                    return Err(self.syntax(span, "a value without a key"));
                };
                match (key.merge, value) {
                    (true, Value::Object(more)) => merged.push(more),
                    (true, Value::Array(list)) if list.iter().all(Value::is_object) => {
                        merged.extend(list.into_iter().filter_map(|one| match one {
                            Value::Object(more) => Some(more),
                            _ => None,
                        }));
                    }
                    (_, value) => {
                        members.insert(key.text, value);
                    }
                }
            }
        }
        Ok(())
    }

    fn syntax(&self, span: Span, message: &str) -> SpecError {
        SpecError::Syntax {
            location: location(self.name, span.start),
            format: "YAML",
            message: message.to_owned(),
        }
    }

    fn too_deep(&self, span: Span) -> SpecError {
        SpecError::TooDeep {
            location: location(self.name, span.start),
            limit: self.limits.depth,
        }
    }
}

/// How much a value adds when it is repeated: one for each value, more for long strings.
fn weight(value: &Value) -> usize {
    let mut total = 0;
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        total += 1;
        match value {
            Value::String(text) => total += text.len() / 64,
            Value::Array(elements) => waiting.extend(elements),
            Value::Object(members) => {
                for (key, value) in members {
                    total += key.len() / 64;
                    waiting.push(value);
                }
            }
            _ => {}
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value(text: &str) -> Value {
        parse("x.yaml", text, &Limits::default())
            .expect("valid YAML")
            .value
    }

    #[test]
    fn scalars_follow_the_core_schema() {
        let text = "[yes, on, 'true', True, ~, null, 012, 0x1F, 0o17, 1e3, .5, -1, +7, 1_000, \
                    2024-01-01, 99999999999999999999, .inf, '', !!str 5, \"1\", 1.2.3]";
        assert_eq!(
            value(text),
            json!([
                "yes",
                "on",
                "true",
                true,
                null,
                null,
                12,
                31,
                15,
                1000.0,
                0.5,
                -1,
                7,
                "1_000",
                "2024-01-01",
                1e20,
                ".inf",
                "",
                "5",
                "1",
                "1.2.3"
            ])
        );
    }

    #[test]
    fn keys_become_strings_and_merge_keys_merge() {
        let text = "a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc: {200: ok, true: t, ~: n}\n";
        assert_eq!(
            value(text),
            json!({
                "a": {"x": 1, "y": 2},
                "b": {"y": 3, "x": 1},
                "c": {"200": "ok", "true": "t", "~": "n"}
            })
        );
    }

    #[test]
    fn brackets_may_close_too_far_left() {
        let text = "a:\n  b:\n    value: {\n      \"c\": [\n  1\n  ]\n   }\n  d: 1\n";
        let parsed = parse("x.yaml", text, &Limits::default()).expect("repaired");
        assert_eq!(
            parsed.value,
            json!({"a": {"b": {"value": {"c": [1]}}, "d": 1}})
        );
        assert!(parsed.repaired.is_some());
    }

    #[test]
    fn an_alias_inside_of_its_anchor_is_refused() {
        let error = parse("x.yaml", "a: &a\n  b: *a\n", &Limits::default())
            .err()
            .expect("a circle");
        assert_eq!(
            error.to_string(),
            "x.yaml:2:6: not valid YAML: an alias stands inside of what it repeats"
        );
    }

    #[test]
    fn depth_counts_through_aliases() {
        let levels = (1..200).map(|level| format!("a{level}: &a{level} [*a{}]\n", level - 1));
        let text: String = std::iter::once("a0: &a0 [1]\n".to_owned())
            .chain(levels)
            .collect();
        let error = parse("x.yaml", &text, &Limits::default())
            .err()
            .expect("too deep");
        assert!(matches!(error, SpecError::TooDeep { .. }), "{error}");
    }
}
