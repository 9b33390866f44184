//! The command line that sends a request again.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::verdict::{Body, ExchangeRecord};

/// A body that is longer does not go onto a command line.
const LONGEST: usize = 16 << 10;

/// A POSIX shell command that sends the recorded request to `base`. The credentials are a
/// variable that holds the header, e.g. `ASSIZE_ALICE_KEY='X-API-Key: …'`.
pub fn curl(record: &ExchangeRecord, base: &str) -> String {
    let mut command = String::new();
    let mut body = String::new();
    match &record.request_body {
        Body::Empty => {}
        Body::Text(text) if text.len() > LONGEST => {
            write!(
                body,
                " --data-binary @body.txt # {} bytes, in the event log",
                text.len()
            )
            .expect("writing to a string does not fail");
        }
        // Shells cannot pass NUL, and terminals obey control codes.
        Body::Text(text)
            if text
                .chars()
                .any(|one| one.is_control() && !"\n\t".contains(one)) =>
        {
            piped(&BASE64.encode(text), &mut command, &mut body);
        }
        Body::Text(text) => {
            body.push_str(" --data-raw ");
            body.push_str(&quoted(text));
        }
        Body::Base64(text) if text.len() > LONGEST => {
            body.push_str(" --data-binary @body.bin # binary, in the event log");
        }
        Body::Base64(text) => piped(text, &mut command, &mut body),
    }
    command.push_str("curl -i");
    match record.method.as_str() {
        "GET" if record.request_body.is_empty() => {}
        "HEAD" => command.push_str(" --head"),
        method => {
            command.push_str(" -X ");
            command.push_str(&quoted(method));
        }
    }
    if let Some(name) = variable(&record.credentials) {
        write!(command, " -H \"${name}\"").expect("writing to a string does not fail");
    }
    let mut typed = false;
    for (name, value) in &record.request_headers {
        typed |= name.eq_ignore_ascii_case("content-type");
        command.push_str(" -H ");
        // A header without a value is written with a semicolon; with a colon curl drops it.
        command.push_str(&quoted(&if value.is_empty() {
            format!("{name};")
        } else {
            format!("{name}: {value}")
        }));
    }
    if !record.request_body.is_empty() && !typed {
        command.push_str(" -H 'content-type:'");
    }
    address(record, base.trim_end_matches('/'), &mut command);
    command.push_str(&body);
    command
}

/// The variable that stands for the header with an identity's key; `None` for nobody.
pub(super) fn variable(label: &str) -> Option<String> {
    if label == "nobody" || label.is_empty() {
        return None;
    }
    let mut name = String::from("ASSIZE_");
    for character in label.chars() {
        if character.is_ascii_alphanumeric() {
            name.push(character.to_ascii_uppercase());
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    if !name.ends_with('_') {
        name.push('_');
    }
    name.push_str("KEY");
    Some(name)
}

fn address(record: &ExchangeRecord, base: &str, command: &mut String) {
    let target = &record.target;
    let url_safe = target.starts_with('/')
        && target.bytes().all(|byte| {
            byte.is_ascii_graphic()
                && !matches!(byte, b'#' | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`')
        });
    if !url_safe {
        // What is no URL is sent as it is, after the path of the base.
        let path = base
            .split_once("://")
            .and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]))
            .filter(|_| target.starts_with('/'))
            .unwrap_or_default();
        command.push_str(" --request-target ");
        command.push_str(&quoted(&format!("{path}{target}")));
        command.push(' ');
        command.push_str(&quoted(base));
        return;
    }
    let lower = target.to_ascii_lowercase().replace("%2e", ".");
    let path = lower.split('?').next().unwrap_or_default();
    if path.split('/').any(|segment| matches!(segment, "." | "..")) {
        command.push_str(" --path-as-is");
    }
    if target.contains(['[', ']', '{', '}']) {
        command.push_str(" --globoff");
    }
    command.push(' ');
    command.push_str(&quoted(&format!("{base}{target}")));
}

fn piped(encoded: &str, command: &mut String, body: &mut String) {
    command.push_str("printf %s ");
    command.push_str(&quoted(encoded));
    command.push_str(" | base64 -d | ");
    body.push_str(" --data-binary @-");
}

/// Quotes for a POSIX shell (2.2.2 Single-Quotes); bare when there is nothing to quote.
fn quoted(text: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || b"/:._-,@%+=".contains(&byte);
    if !text.is_empty() && text.bytes().all(bare) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(method: &str, target: &str) -> ExchangeRecord {
        ExchangeRecord {
            method: method.to_owned(),
            target: target.to_owned(),
            credentials: "nobody".to_owned(),
            ..ExchangeRecord::default()
        }
    }

    #[test]
    fn plain_requests_are_short() {
        assert_eq!(
            curl(&record("GET", "/a"), "http://h:1/"),
            "curl -i http://h:1/a"
        );
        assert_eq!(
            curl(&record("HEAD", "/a?b=1&c"), "http://h"),
            "curl -i --head 'http://h/a?b=1&c'"
        );
    }

    #[test]
    fn quotes_and_credentials() {
        let mut one = record("POST", "/it's");
        one.credentials = "alice of acme-1".to_owned();
        one.request_headers = vec![
            ("content-type".into(), "application/json".into()),
            ("x".into(), String::new()),
        ];
        one.request_body = Body::Text("{\"a\":\"it's $HOME\"}".into());
        assert_eq!(
            curl(&one, "http://h"),
            r#"curl -i -X POST -H "$ASSIZE_ALICE_OF_ACME_1_KEY" -H 'content-type: application/json' -H 'x;' 'http://h/it'\''s' --data-raw '{"a":"it'\''s $HOME"}'"#
        );
    }

    #[test]
    fn what_curl_would_rewrite_is_kept() {
        assert_eq!(
            curl(&record("GET", "/a/%2E%2e/b"), "http://h"),
            "curl -i --path-as-is http://h/a/%2E%2e/b"
        );
        assert_eq!(
            curl(&record("GET", "/a?q=[1]"), "http://h"),
            "curl -i --globoff 'http://h/a?q=[1]'"
        );
        assert_eq!(
            curl(&record("GET", "/a b"), "http://h/api"),
            "curl -i --request-target '/api/a b' http://h/api"
        );
        assert_eq!(
            curl(&record("OPTIONS", "*"), "http://h/api"),
            "curl -i -X OPTIONS --request-target '*' http://h/api"
        );
    }

    #[test]
    fn binary_bodies_are_decoded_on_the_way() {
        let mut one = record("PUT", "/a");
        one.request_body = Body::Base64("//4A".into());
        assert_eq!(
            curl(&one, "http://h"),
            "printf %s //4A | base64 -d | curl -i -X PUT -H 'content-type:' http://h/a --data-binary @-"
        );
        one.request_body = Body::Text("a\0b".into());
        assert!(curl(&one, "http://h").starts_with("printf %s YQBi | base64 -d | curl"));
        one.request_body = Body::Text("x".repeat(20_000));
        assert!(
            curl(&one, "http://h")
                .ends_with("--data-binary @body.txt # 20000 bytes, in the event log")
        );
    }
}
