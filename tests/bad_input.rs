//! Bad input, through the binary: a clear message or a finding, the right exit code,
//! bounded time and memory, and nothing lost.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};
use std::thread;
use std::time::Duration;

fn assize(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_assize"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("ASSIZE_URL")
        .output()
        .expect("the binary runs")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn refused(name: &str, content: &[u8], words: &[&str]) {
    let folder = folder();
    std::fs::write(folder.path().join(name), content).expect("written");
    let output = assize(
        folder.path(),
        &["check", name, "--url", "http://127.0.0.1:9"],
    );
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    for word in words {
        assert!(text.contains(word), "{word:?} is not in: {text}");
    }
}

#[test]
fn a_missing_file_is_told_with_near_names() {
    let folder = folder();
    std::fs::write(folder.path().join("petstore.yaml"), "openapi: 3.1.0").expect("written");
    let output = assize(
        folder.path(),
        &["petstor.yaml", "--url", "http://127.0.0.1:9"],
    );
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text.contains("petstor.yaml") && text.contains("petstore.yaml"),
        "{text}"
    );
}

#[test]
fn a_word_that_is_neither_file_nor_contract_is_told() {
    let folder = folder();
    let output = assize(folder.path(), &["check", "thenvoy"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains("compiled in: thenvoi"), "{text}");
}

#[test]
fn a_binary_file_is_told() {
    refused(
        "api.yaml",
        b"\x7fELF\x02\x01\x00\x00\x00\x00\xff\xfe",
        &["api.yaml", "not text"],
    );
}

#[test]
fn an_html_page_is_told() {
    let page = b"<!DOCTYPE html><html><head><title>Swagger UI</title></head></html>";
    refused("api.json", page, &["api.json", "HTML"]);
}

#[test]
fn a_document_that_is_no_openapi_is_told() {
    refused(
        "api.yaml",
        b"openap: 3.1.0\ninfo: {}\n",
        &["api.yaml", "openapi"],
    );
}

#[test]
fn a_yaml_bomb_is_told() {
    let mut bomb = String::from("openapi: 3.1.0\na: &a [x, x, x, x, x, x, x, x, x]\n");
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    for pair in names.windows(2) {
        let (last, this) = (pair[0], pair[1]);
        let aliases = vec![format!("*{last}"); 9].join(", ");
        bomb += &[this, ": &", this, " [", &aliases, "]\n"].concat();
    }
    refused("api.yaml", bomb.as_bytes(), &["api.yaml"]);
}

#[test]
fn a_reference_loop_through_three_files_is_a_flaw_and_the_rest_goes_on() {
    let folder = folder();
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("written");
    };
    write(
        "api.yaml",
        "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    get:\n      operationId: looped\n      responses:\n        '200':\n          description: d\n          content:\n            application/json:\n              schema: {$ref: 'one.yaml#/A'}\n  /b:\n    get:\n      operationId: sound\n      responses:\n        '200': {description: d}\n",
    );
    write("one.yaml", "A: {$ref: 'two.yaml#/B'}\n");
    write("two.yaml", "B: {$ref: 'three.yaml#/C'}\n");
    write("three.yaml", "C: {$ref: 'one.yaml#/A'}\n");
    let url = server(|_| Reply::text("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    let output = assize(folder.path(), &["check", "api.yaml", "--url", &url]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.contains("one.yaml:1:") || text.contains("api.yaml:12:"),
        "{text}"
    );
    // The flaw stands with its lines, and in the ledger as not judged.
    assert!(text.contains("$ref: 'two.yaml#/B'"), "{text}");
    assert!(
        text.contains("set aside for a flaw at") && text.contains("response 200 of looped"),
        "{text}"
    );
    assert!(text.contains("promises:"), "{text}");
}

#[test]
fn credentials_that_are_refused_are_exit_3() {
    let url = server(|_| {
        // The server closes after each answer and says so; a client that reuses the connection
        // would lose requests by chance.
        Reply::text("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    });
    let folder = folder();
    let description = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\nsecurity: [{key: []}]\ncomponents: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}\npaths: {/a: {get: {parameters: [{name: n, in: query, schema: {type: string, enum: [a, b, c, d, e, f]}}], responses: {'200': {description: d}, '401': {description: d}}}}}\n";
    std::fs::write(folder.path().join("api.yaml"), description).expect("written");
    let config = "[identities.me]\ncredentials.key = { file = \"key\" }\n";
    std::fs::write(folder.path().join("assize.toml"), config).expect("written");
    std::fs::write(folder.path().join("key"), "a-stale-secret\n").expect("written");
    let output = assize(folder.path(), &["check", "api.yaml", "--url", &url]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("credentials were refused"), "{text}");
    assert!(!text.contains("a-stale-secret"), "{text}");
}

#[test]
fn a_description_url_that_hangs_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!(
        "http://{}/openapi.json",
        listener.local_addr().expect("an address")
    );
    let folder = folder();
    let output = assize(
        folder.path(),
        &[
            "check",
            &url,
            "--url",
            "http://127.0.0.1:9",
            "--timeout",
            "1",
        ],
    );
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(
        text.contains("/openapi.json") && text.contains("cannot be fetched"),
        "{text}"
    );
}

#[test]
fn an_unreachable_target_is_exit_3() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let folder = folder();
    let output = assize(folder.path(), &["--url", &url]);
    assert_eq!(
        output.status.code(),
        Some(3),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

#[test]
fn a_spec_without_url_names_the_server_but_does_not_call_it() {
    let folder = folder();
    let description = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\nservers: [{url: 'https://api.example.com/v1'}]\npaths: {/a: {get: {responses: {'200': {description: d}}}}}\n";
    std::fs::write(folder.path().join("api.yaml"), description).expect("written");
    let output = assize(folder.path(), &["check", "api.yaml"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains("--url https://api.example.com/v1"), "{text}");
}

#[test]
fn secrets_in_the_configuration_are_refused() {
    let folder = folder();
    let config = "[identities.user]\ncredentials.userKey = \"thnv_u_1_secret\"\n";
    std::fs::write(folder.path().join("assize.toml"), config).expect("written");
    let output = assize(folder.path(), &["check", "--url", "http://127.0.0.1:9"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text.contains("assize.toml") && text.contains("by reference"),
        "{text}"
    );
}

/// What a hostile server does after it has read a request.
struct Reply {
    head: Vec<u8>,
    /// Sent again and again until the client goes away.
    endless: Vec<u8>,
}

impl Reply {
    fn text(text: &str) -> Self {
        Self {
            head: text.as_bytes().to_vec(),
            endless: Vec::new(),
        }
    }
}

/// A server that answers each connection's first request and closes it.
fn server(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let reply = std::sync::Arc::new(reply);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let reply = std::sync::Arc::clone(&reply);
            thread::spawn(move || {
                let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
                let mut request = [0; 4096];
                let Ok(read) = stream.read(&mut request) else {
                    return;
                };
                let answer = reply(&String::from_utf8_lossy(&request[..read]));
                if stream.write_all(&answer.head).is_err() {
                    return;
                }
                while !answer.endless.is_empty() && stream.write_all(&answer.endless).is_ok() {}
            });
        }
    });
    url
}

const DESCRIPTION: &str = "openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    get:
      operationId: getA
      responses:
        '200':
          description: d
          content: {application/json: {schema: {type: object, required: [id]}}}
";

/// Tests a hostile server; gives the exit code and the report, after the log was seen to be whole.
fn hostile(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> (Option<i32>, String) {
    let url = server(reply);
    let folder = folder();
    std::fs::write(folder.path().join("api.yaml"), DESCRIPTION).expect("written");
    let output = assize(
        folder.path(),
        &[
            "check",
            "api.yaml",
            "--url",
            &url,
            "--timeout",
            "2",
            "--out",
            "run",
        ],
    );
    let log = std::fs::read_to_string(folder.path().join("run/events.ndjson")).expect("a log");
    assert!(
        log.lines()
            .last()
            .is_some_and(|line| line.contains("run-finished")),
        "{log}"
    );
    for report in ["run/report.md", "run/junit.xml"] {
        assert!(folder.path().join(report).is_file(), "{report} is missing");
    }
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

#[test]
fn a_server_that_closes_mid_body() {
    let (code, text) = hostile(|_| {
        Reply::text(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"id\":",
        )
    });
    assert!(matches!(code, Some(0 | 1 | 3)), "{text}");
    assert!(text.contains("inconclusive"), "{text}");
}

#[test]
fn a_server_that_never_stops() {
    let (_, text) = hostile(|_| {
        Reply {
        head: b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2147483648\r\n\r\n".to_vec(),
        endless: vec![b' '; 1 << 16],
    }
    });
    assert!(text.contains("inconclusive"), "{text}");
}

#[test]
fn a_server_that_sends_invalid_utf8() {
    let (code, text) = hostile(|_| {
        Reply {
        head: b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\n\"\xff\xfe\"".to_vec(),
        endless: Vec::new(),
    }
    });
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("unparsable-body"), "{text}");
}

#[test]
fn a_server_that_sends_ten_thousand_headers() {
    let (_, text) = hostile(|_| {
        let headers: Vec<String> = (0..10_000)
            .map(|number| {
                format!(
                    "X-Header-{number}: {number}
"
                )
            })
            .collect();
        let headers = headers.concat();
        Reply::text(&format!(
            "HTTP/1.1 200 OK
{headers}Content-Length: 2

{{}}"
        ))
    });
    assert!(text.contains("promises:"), "{text}");
}

#[test]
fn a_server_that_talks_another_protocol() {
    let (_, text) = hostile(|_| Reply::text("SSH-2.0-OpenSSH_9.2\r\n"));
    assert!(text.contains("promises:"), "{text}");
}

#[test]
fn a_server_that_does_not_answer() {
    let (_, text) = hostile(|_| {
        thread::sleep(Duration::from_secs(4));
        Reply::text("")
    });
    assert!(text.contains("inconclusive"), "{text}");
}
