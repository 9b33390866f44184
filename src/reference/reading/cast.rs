//! What a lenient framework does to bodies before they are validated.

use serde_json::Value;

use super::shape::Shape;

/// Makes texts of the numbers and booleans that stand where texts are expected.
pub(crate) fn cast(shape: &Shape, value: &mut Value) {
    match (shape, value) {
        (Shape::Closed(fields) | Shape::Open(fields), Value::Object(object)) => {
            for field in *fields {
                if let Some(value) = object.get_mut(field.name) {
                    cast(&field.shape, value);
                }
            }
        }
        (Shape::List(_, item), Value::Array(items)) => {
            for value in items {
                cast(item, value);
            }
        }
        (Shape::Nullable(inner), value) => cast(inner, value),
        (Shape::Text(_), value @ (Value::Number(_) | Value::Bool(_))) => {
            *value = Value::String(value.to_string());
        }
        _ => {}
    }
}
