//! Shapes of bodies, declared as data, and the two walks over them.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::handle::is_handle;
use super::pointer::Pointer;

/// What a value has to look like.
pub(crate) enum Shape {
    /// An object with these properties and no others.
    Closed(&'static [Field]),
    /// An object with these properties among others.
    Open(&'static [Field]),
    /// A list of at least so many items.
    List(usize, &'static Shape),
    /// A text.
    Text(Text),
    /// A handle.
    Handle,
    /// A UUID.
    Id,
    /// One of some words.
    Word(&'static [&'static str]),
    /// Null or something.
    Nullable(&'static Shape),
}

/// A property of an object.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    pub(crate) shape: Shape,
}

/// The bounds of a text, in characters.
#[derive(Clone, Copy)]
pub(crate) struct Text {
    least: usize,
    most: usize,
    /// At least one character is not white space.
    visible: bool,
}

impl Text {
    /// Any text of `least` to `most` characters.
    pub(crate) const fn between(least: usize, most: usize) -> Shape {
        Shape::Text(Self {
            least,
            most,
            visible: false,
        })
    }

    /// A text that is not blank, of at most so many characters.
    pub(crate) const fn visible(most: usize) -> Shape {
        Shape::Text(Self {
            least: 1,
            most,
            visible: true,
        })
    }
}

impl Field {
    pub(crate) const fn required(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            required: true,
            shape,
        }
    }

    pub(crate) const fn optional(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            required: false,
            shape,
        }
    }
}

/// Complaints by JSON Pointer.
pub(crate) type Complaints = Vec<(String, String)>;

/// The properties that closed objects do not know, at every depth.
pub(crate) fn unknown(shape: &Shape, value: &Value) -> Complaints {
    let mut complaints = Vec::new();
    collect_unknown(shape, value, Pointer::Root, &mut complaints);
    complaints
}

fn collect_unknown(shape: &Shape, value: &Value, at: Pointer<'_>, complaints: &mut Complaints) {
    match (shape, value) {
        (Shape::Closed(fields), Value::Object(object)) => {
            for (name, value) in object {
                let here = Pointer::Name(&at, name);
                match fields.iter().find(|field| field.name == name) {
                    Some(field) => collect_unknown(&field.shape, value, here, complaints),
                    None => {
                        complaints.push((here.to_string(), format!("Unexpected field: {name}")));
                    }
                }
            }
        }
        (Shape::Open(fields), Value::Object(object)) => {
            for field in *fields {
                if let Some(value) = object.get(field.name) {
                    let here = Pointer::Name(&at, field.name);
                    collect_unknown(&field.shape, value, here, complaints);
                }
            }
        }
        (Shape::List(_, item), Value::Array(items)) => {
            for (index, value) in items.iter().enumerate() {
                collect_unknown(item, value, Pointer::Index(&at, index), complaints);
            }
        }
        (Shape::Nullable(inner), value) => collect_unknown(inner, value, at, complaints),
        _ => {}
    }
}

/// Everything else that is wrong with a value.
pub(crate) fn check(shape: &Shape, value: &Value) -> Complaints {
    let mut complaints = Vec::new();
    collect_errors(shape, value, Pointer::Root, &mut complaints);
    complaints
}

fn collect_errors(shape: &Shape, value: &Value, at: Pointer<'_>, complaints: &mut Complaints) {
    let mut complain = |message: String| complaints.push((at.to_string(), message));
    match (shape, value) {
        (Shape::Nullable(_), Value::Null) => {}
        (Shape::Nullable(inner), value) => collect_errors(inner, value, at, complaints),
        (Shape::Closed(fields) | Shape::Open(fields), Value::Object(object)) => {
            check_fields(fields, object, at, complaints);
        }
        (Shape::List(least, item), Value::Array(items)) => {
            if items.len() < *least {
                complain(format!("Expected at least {least} items."));
            }
            for (index, value) in items.iter().enumerate() {
                collect_errors(item, value, Pointer::Index(&at, index), complaints);
            }
        }
        (shape, Value::String(text)) => {
            if let Some(message) = complaint_about(shape, text) {
                complain(message);
            }
        }
        (shape, _) => complain(format!("Expected {}.", expectation(shape))),
    }
}

fn check_fields(
    fields: &[Field],
    object: &Map<String, Value>,
    at: Pointer<'_>,
    complaints: &mut Complaints,
) {
    for field in fields {
        let here = Pointer::Name(&at, field.name);
        match object.get(field.name) {
            Some(value) => collect_errors(&field.shape, value, here, complaints),
            None if field.required => {
                complaints.push((here.to_string(), format!("Missing field: {}", field.name)));
            }
            None => {}
        }
    }
}

fn complaint_about(shape: &Shape, text: &str) -> Option<String> {
    match shape {
        Shape::Text(bounds) => bounds.complaint_about(text),
        Shape::Handle => {
            let short = text.chars().take(202).count() <= 201;
            (!short || !is_handle(text)).then(|| "Invalid handle.".to_owned())
        }
        Shape::Id => parse_id(text).is_none().then(|| "Invalid UUID.".to_owned()),
        Shape::Word(words) => {
            (!words.contains(&text)).then(|| "Invalid value for enum.".to_owned())
        }
        _ => Some(format!("Expected {}.", expectation(shape))),
    }
}

impl Text {
    fn complaint_about(self, text: &str) -> Option<String> {
        let length = text.chars().count();
        if length < self.least {
            return Some(format!("Shorter than {} characters.", self.least));
        }
        if length > self.most {
            return Some(format!("Longer than {} characters.", self.most));
        }
        let blank = self.visible && text.chars().all(is_white_space);
        blank.then(|| BLANK.to_owned())
    }
}

/// The complaint about white space alone.
pub(crate) const BLANK: &str = "Must not be blank.";

/// White space as ECMA 262 has it, which is what `\s` in a JSON Schema means.
fn is_white_space(letter: char) -> bool {
    letter == '\u{feff}' || letter != '\u{85}' && letter.is_whitespace()
}

fn expectation(shape: &Shape) -> &'static str {
    match shape {
        Shape::Closed(_) | Shape::Open(_) => "an object",
        Shape::List(..) => "a list",
        Shape::Text(_) | Shape::Handle | Shape::Word(_) => "a string",
        Shape::Id => "a UUID",
        Shape::Nullable(inner) => expectation(inner),
    }
}

/// A UUID in its one form with hyphens.
pub(crate) fn parse_id(text: &str) -> Option<Uuid> {
    (text.len() == 36).then(|| Uuid::try_parse(text).ok())?
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ITEM: Shape = Shape::Closed(&[Field::required("id", Shape::Id)]);
    const SHAPE: Shape = Shape::Closed(&[
        Field::required("name", Text::visible(3)),
        Field::optional("items", Shape::List(1, &ITEM)),
        Field::optional("free", Shape::Nullable(&Shape::Open(&[]))),
    ]);

    fn pointers(complaints: &Complaints) -> Vec<&str> {
        complaints
            .iter()
            .map(|(pointer, _)| pointer.as_str())
            .collect()
    }

    #[test]
    fn unknown_properties_are_found_at_every_depth_and_escaped() {
        let value = json!({ "a/b": 1, "items": [{ "x~y": 2 }], "free": { "any": 3 } });
        assert_eq!(
            pointers(&unknown(&SHAPE, &value)),
            ["/a~1b", "/items/0/x~0y"]
        );
    }

    #[test]
    fn errors_are_collected_with_their_places() {
        let value = json!({ "name": " \u{feff}", "items": [{ "id": "x" }, {}], "free": 1 });
        let complaints = check(&SHAPE, &value);
        let places = ["/name", "/items/0/id", "/items/1/id", "/free"];
        assert_eq!(pointers(&complaints), places);
        assert_eq!(pointers(&check(&SHAPE, &json!([]))), [""]);
    }

    #[test]
    fn lengths_count_characters() {
        assert!(check(&SHAPE, &json!({ "name": "üüü" })).is_empty());
        assert_eq!(check(&SHAPE, &json!({ "name": "üüüü" })).len(), 1);
        assert_eq!(check(&SHAPE, &json!({ "name": "ü", "items": [] })).len(), 1);
    }

    #[test]
    fn a_uuid_has_hyphens() {
        assert!(parse_id("67e55044-10b1-426f-9247-bb680e5fe0c8").is_some());
        assert!(parse_id("67e5504410b1426f9247bb680e5fe0c8").is_none());
    }
}
