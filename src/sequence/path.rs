//! What a path says of resources: collections, items, and what removes.

use http::Method;

use crate::api::Operation;

/// The collection before each path parameter: parameter name → collection path.
pub(super) fn collections(path: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut prefix = String::new();
    for segment in path.split('/').skip(1) {
        if let Some(name) = segment
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
        {
            found.push((name.to_owned(), prefix.clone()));
        }
        prefix.push('/');
        prefix.push_str(segment);
    }
    found
}

/// A name for the resource of a collection: its fixed segments.
pub(super) fn resource_name(collection: &str) -> String {
    let name: Vec<String> = collection
        .split('/')
        .filter(|segment| !segment.is_empty() && !segment.starts_with('{'))
        .map(|segment| {
            segment
                .chars()
                .map(|one| {
                    if one.is_ascii_alphanumeric() || one == '_' {
                        one
                    } else {
                        '-'
                    }
                })
                .collect()
        })
        .collect();
    if name.is_empty() {
        "root".to_owned()
    } else {
        name.join("-")
    }
}

/// Paths are compared without the names of their parameters, and without a slash at the end:
/// `/pets/` is the collection of `/pets/{petId}` as well.
pub(super) fn shape(path: &str) -> String {
    path.trim_end_matches('/')
        .split('/')
        .map(|segment| {
            if segment.starts_with('{') {
                "{}"
            } else {
                segment
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// The path parameter that names an item: the last segment.
pub(super) fn item_parameter(operation: &Operation) -> Option<String> {
    let name = operation.path.rsplit('/').next()?;
    let name = name.strip_prefix('{')?.strip_suffix('}')?;
    Some(name.to_owned())
}

/// Whether an operation takes away what is there, and names no item: a DELETE on a whole, or
/// another method on a path that ends in a word for it, e.g. `POST /flows/bulk_delete`.
pub(super) fn removes(operation: &Operation) -> bool {
    const WORDS: [&str; 12] = [
        "clear", "delete", "destroy", "drop", "erase", "flush", "purge", "remove", "reset",
        "shutdown", "truncate", "wipe",
    ];
    let last = operation.path.trim_end_matches('/').rsplit('/').next();
    let named = last
        .into_iter()
        .flat_map(|segment| segment.split(|one: char| !one.is_ascii_alphabetic()))
        .any(|word| WORDS.contains(&word.to_ascii_lowercase().as_str()));
    item_parameter(operation).is_none()
        && (operation.method == Method::DELETE || (named && !operation.is_safe()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collections_name_resources() {
        let found = collections("/api/v1/chats/{chat_id}/messages/{id}");
        assert_eq!(found[0], ("chat_id".to_owned(), "/api/v1/chats".to_owned()));
        assert_eq!(resource_name(&found[1].1), "api-v1-chats-messages");
        assert_eq!(shape("/a/{b}/c"), shape("/a/{x}/c"));
    }
}
