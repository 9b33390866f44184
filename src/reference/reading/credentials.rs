//! Credentials in the headers of a request.

use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::reference::domain::Credentials;

/// What a request brought. A value that is no text is a credential nobody has.
pub(crate) fn credentials(headers: &HeaderMap) -> Credentials<'_> {
    let key = headers.get("x-api-key");
    let bearer = headers.get(AUTHORIZATION).and_then(|value| {
        let text = value.to_str().unwrap_or("Bearer ");
        let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    Credentials {
        key: key.map(|value| value.to_str().unwrap_or("")),
        bearer,
    }
}
