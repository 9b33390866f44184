//! A page of documentation as commands, files and what is shown of them.

use std::process::Output;

/// What a fenced block, or one command of it, is.
pub(crate) enum Block {
    /// Marked with `<!-- not run: WHY -->`.
    NotRun,
    /// `# from FILE`: these lines stand in the file.
    From { file: String, text: String },
    /// `# save as FILE`.
    Save { file: String, text: String },
    /// `$ export NAME=VALUE`.
    Export { name: String, value: String },
    /// `$ assize …`, with what it prints.
    Run {
        arguments: Vec<String>,
        shown: Shown,
    },
    /// None of these: the block begins so.
    Unknown(String),
}

/// What the page shows of a command.
pub(crate) struct Shown {
    /// `? 1` after the command, else 0.
    code: i32,
    /// `…` alone stands for any lines, within a line for any text.
    lines: Vec<String>,
}

/// All blocks of a page, with their lines.
pub(crate) fn blocks(page: &str) -> Vec<(usize, Block)> {
    let mut found = Vec::new();
    let mut lines = page.lines().enumerate();
    let mut marked = false;
    while let Some((number, line)) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            if !line.trim().is_empty() {
                marked = line.starts_with("<!-- not run: ");
            }
            continue;
        };
        let body: Vec<&str> = lines
            .by_ref()
            .map(|(_, line)| line)
            .take_while(|line| *line != "```")
            .collect();
        let at = number + 1;
        match language {
            _ if marked => found.push((at, Block::NotRun)),
            "console" => commands(at, &body, &mut found),
            _ => found.push((at, file(&body))),
        }
        marked = false;
    }
    found
}

fn file(body: &[&str]) -> Block {
    let first = body.first().copied().unwrap_or_default();
    let text = body.get(1..).unwrap_or_default().join("\n") + "\n";
    if let Some(file) = first.strip_prefix("# from ") {
        let file = file.to_owned();
        return Block::From { file, text };
    }
    match first.strip_prefix("# save as ") {
        Some(file) => Block::Save {
            file: file.to_owned(),
            text,
        },
        None => Block::Unknown(first.to_owned()),
    }
}

fn commands(at: usize, body: &[&str], found: &mut Vec<(usize, Block)>) {
    for (index, line) in body.iter().enumerate() {
        let Some(command) = line.strip_prefix("$ ") else {
            // A line of output, unless nothing printed it.
            if index == 0 {
                found.push((at + 1, Block::Unknown((*line).to_owned())));
            }
            continue;
        };
        let rest = body[index + 1..].iter();
        let mut lines: Vec<String> = rest
            .take_while(|line| !line.starts_with("$ "))
            .map(|line| (*line).to_owned())
            .collect();
        let code = lines.first().and_then(|line| line.strip_prefix("? "));
        let code = match code.map(|code| code.parse().expect("`? ` and an exit code")) {
            Some(code) => {
                lines.remove(0);
                code
            }
            None => 0,
        };
        let block = match command.split_once(' ') {
            Some(("assize", arguments)) => Block::Run {
                arguments: arguments
                    .split_whitespace()
                    .map(ToOwned::to_owned)
                    .collect(),
                shown: Shown { code, lines },
            },
            Some(("export", setting)) if setting.contains('=') => {
                let (name, value) = setting.split_once('=').expect("it has one");
                Block::Export {
                    name: name.to_owned(),
                    value: value.to_owned(),
                }
            }
            _ => Block::Unknown(command.to_owned()),
        };
        found.push((at + 1 + index, block));
    }
}

/// Whether a command ended and printed as the page shows. Errors are on standard error,
/// everything else is on standard output.
pub(crate) fn compare(shown: &Shown, output: &Output) -> Result<(), String> {
    let is_error = shown.lines.iter().any(|line| line.starts_with("error: "));
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let printed = if is_error { &stderr } else { &stdout };
    let lines: Vec<&str> = printed.trim_end().lines().map(str::trim_end).collect();
    let patterns: Vec<&str> = shown.lines.iter().map(|line| line.trim_end()).collect();
    if output.status.code() == Some(shown.code) && fits(&patterns, &lines) {
        return Ok(());
    }
    Err(format!(
        "exit code {:?}, shown {}; shown:\n{}\nprinted:\n{stdout}{stderr}",
        output.status.code(),
        shown.code,
        shown.lines.join("\n")
    ))
}

/// Whether the lines fit; a pattern `…` takes any number of them.
fn fits(patterns: &[&str], lines: &[&str]) -> bool {
    match (patterns, lines) {
        ([], lines) => lines.is_empty(),
        (["…"], _) => true,
        (["…", rest @ ..], lines) => {
            (0..=lines.len()).any(|skipped| fits(rest, &lines[skipped..]))
        }
        ([_, ..], []) => false,
        ([pattern, patterns @ ..], [line, lines @ ..]) => {
            line_fits(pattern, line) && fits(patterns, lines)
        }
    }
}

/// Whether the line fits; `…` takes any text.
fn line_fits(pattern: &str, line: &str) -> bool {
    let mut pieces = pattern.split('…');
    let Some(mut rest) = pieces.next().and_then(|first| line.strip_prefix(first)) else {
        return false;
    };
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, between)) = pieces.split_last() else {
        return rest.is_empty();
    };
    for piece in between {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[test]
fn what_is_left_out_is_left_out() {
    assert!(fits(&["a", "…", "d…f", "…"], &["a", "b", "c", "def", "g"]));
    assert!(!fits(&["a", "c"], &["a", "b", "c"]));
    assert!(!fits(&["a"], &["a", "b"]));
    assert!(!fits(&["a…b"], &["ab c"]));
}

#[test]
fn a_block_that_is_none_is_told() {
    let page =
        "```console\n$ rm -r .\n```\n\n```yaml\na: 1\n```\n\n<!-- not run: no -->\n```sh\nx\n```\n";
    let found = blocks(page);
    assert!(matches!(found[0], (2, Block::Unknown(_))));
    assert!(matches!(found[1], (5, Block::Unknown(_))));
    assert!(matches!(found[2], (10, Block::NotRun)));
}
