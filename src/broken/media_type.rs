//! Which media type of a promise a `Content-Type` means.

use http::header::CONTENT_TYPE;

use crate::api::MediaType;
use crate::http::Response;

/// The `Content-Type` as text, parameters included; `None` when it is missing or no text.
pub(crate) fn header(response: &Response) -> Option<&str> {
    response.headers.get(CONTENT_TYPE)?.to_str().ok()
}

/// The media type without parameters.
pub(crate) fn essence(header: &str) -> &str {
    header.split(';').next().unwrap_or_default().trim()
}

/// How closely a media type or range fits, `None` when it does not: the larger, the closer.
/// Parameters do not count, upper and lower case neither (RFC 9110, section 8.3.1).
pub(crate) fn fit(range: &str, essence: &str) -> Option<u8> {
    let range = self::essence(range);
    if range.eq_ignore_ascii_case(essence) {
        return Some(3);
    }
    if matches!(range, "*/*" | "*") {
        return Some(0);
    }
    let (kind, sub) = range.split_once('/')?;
    let (actual_kind, actual_sub) = essence.split_once('/')?;
    if !kind.eq_ignore_ascii_case(actual_kind) {
        return None;
    }
    let suffix = sub.strip_prefix('*')?;
    if suffix.is_empty() {
        return Some(1);
    }
    // `application/*+json` is no range of HTTP, but of many descriptions.
    let start = actual_sub.len().checked_sub(suffix.len())?;
    let ending = actual_sub.get(start..)?;
    (suffix.starts_with('+') && start > 0 && ending.eq_ignore_ascii_case(suffix)).then_some(2)
}

/// The media type that fits closest. When several differ only in parameters, the one with
/// the parameters of the header; `None` when that leaves it open.
pub(crate) fn choose<'a>(contents: &'a [MediaType], header: &str) -> Option<&'a MediaType> {
    let essence = essence(header);
    let best = contents
        .iter()
        .filter_map(|media| fit(&media.name, essence))
        .max()?;
    let mut closest = contents
        .iter()
        .filter(|media| fit(&media.name, essence) == Some(best));
    let first = closest.next()?;
    if closest.next().is_none() {
        return Some(first);
    }
    contents.iter().find(|media| same(&media.name, header))
}

/// Whether two media types are the same, parameters included, spaces and case aside.
fn same(one: &str, other: &str) -> bool {
    let visible = |text: &str| -> Vec<u8> {
        text.bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .map(|byte| byte.to_ascii_lowercase())
            .collect()
    };
    visible(one) == visible(other)
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn ranges_fit_by_degrees() {
        assert_eq!(fit("application/json", "application/json"), Some(3));
        assert_eq!(
            fit("Application/JSON; charset=utf-8", "application/json"),
            Some(3)
        );
        assert_eq!(fit("application/*+json", "application/hal+json"), Some(2));
        assert_eq!(fit("text/*", "text/html"), Some(1));
        assert_eq!(fit("*/*", "image/png"), Some(0));
        assert_eq!(fit("application/json", "application/problem+json"), None);
        assert_eq!(fit("text/*", "application/json"), None);
        assert_eq!(fit("application/*+json", "application/json"), None);
        assert_eq!(fit("json", "application/json"), None);
    }
}
