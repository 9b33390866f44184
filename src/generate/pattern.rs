//! Strings from a `pattern`: sampled from its structure, accepted only if ECMA 262 says so.

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};
use regress::{Flags, Regex};

use super::stream::Stream;
use crate::schema::Pattern;

/// Strings that are sampled before a pattern is given up.
const ATTEMPTS: usize = 60;
/// The longest string that is made from a pattern.
const MAX_LENGTH: usize = 70_000;
/// How deep the structure of a pattern is followed.
const MAX_DEPTH: usize = 64;
/// Steps that writing one string may take: repetitions of nothing are cheap to write down.
const MAX_STEPS: usize = 400_000;

/// The pattern as ECMA 262 reads it; with the `u` flag where that compiles, as JSON Schema asks.
fn compile(pattern: &str) -> Option<Regex> {
    let unicode = Flags {
        unicode: true,
        ..Flags::default()
    };
    Regex::with_flags(pattern, unicode)
        .or_else(|_| Regex::with_flags(pattern, Flags::default()))
        .ok()
}

/// Whether the pattern is found in the text.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    Pattern::new(pattern).is_some_and(|pattern| pattern.is_match(text))
}

/// A string of `min` to `max` characters that matches, near the shorter end; `None` when none
/// is found.
pub(super) fn sample(
    pattern: &str,
    min: usize,
    max: Option<usize>,
    stream: &mut Stream,
) -> Option<String> {
    let regex = compile(pattern)?;
    let bounded = Pattern::new(pattern)?;
    let hir = parse(pattern)?;
    let (low, high) = lengths(&hir, 0);
    let open = is_open(&hir, 0);
    let first = min.max(low);
    let last = max.unwrap_or(MAX_LENGTH).min(MAX_LENGTH);
    let last = high.map_or(last, |high| last.min(high));
    if first > last && !open {
        return None;
    }
    for attempt in 0..ATTEMPTS {
        // A few characters more than needed look more like a value than the shortest match.
        let roomy = (first + 6 + attempt / 8).min(last);
        let target = if attempt % 4 == 3 {
            (first + attempt / 4).min(last.max(first))
        } else {
            first.max(roomy.saturating_sub(attempt % 7))
        };
        let mut writer = Writer {
            text: String::new(),
            stream,
            steps: 0,
        };
        if !writer.write(&hir, target, 0) {
            continue;
        }
        let mut text = writer.text;
        if open {
            // What may follow makes up the length, and tells one value from another.
            let length = text.chars().count();
            let room = max.map_or(6, |max| max.saturating_sub(length).min(6));
            text.push_str(&stream.hex(room));
            text.extend(std::iter::repeat_n('a', min.saturating_sub(length + room)));
        }
        let length = text.chars().count();
        let fits = length >= min && max.is_none_or(|max| length <= max);
        // The engine without bounds is asked about matches alone, which it finds quickly.
        if fits && bounded.is_match(&text) && regex.find(&text).is_some() {
            return Some(text);
        }
    }
    None
}

/// Whether more text may follow the match: it does not end with an anchor.
fn is_open(hir: &Hir, depth: usize) -> bool {
    depth <= MAX_DEPTH
        && match hir.kind() {
            HirKind::Look(_) => false,
            HirKind::Concat(parts) => parts.last().is_none_or(|last| is_open(last, depth + 1)),
            HirKind::Alternation(parts) => parts.iter().all(|part| is_open(part, depth + 1)),
            HirKind::Capture(capture) => is_open(&capture.sub, depth + 1),
            _ => true,
        }
}

/// The structure of the pattern, without what only ECMA 262 knows: lookarounds are left out,
/// since the result is filtered anyway.
fn parse(pattern: &str) -> Option<Hir> {
    let parse = |text: &str| {
        regex_syntax::ParserBuilder::new()
            .nest_limit(50)
            .build()
            .parse(text)
            .ok()
    };
    parse(pattern).or_else(|| parse(&without_lookarounds(pattern)))
}

fn without_lookarounds(pattern: &str) -> String {
    let characters: Vec<char> = pattern.chars().collect();
    let mut kept = String::new();
    let mut at = 0;
    while at < characters.len() {
        let rest = &characters[at..];
        if rest[0] == '\\' && rest.len() > 1 {
            // An escaped slash or the like, which the parser may not know, is the character.
            if !matches!(rest[1], 'A'..='Z' | 'a'..='z' | '0'..='9') || rest[1] == '\\' {
                kept.push('\\');
            } else if rest[1].is_ascii_digit() {
                // A back reference cannot be sampled; the filter decides.
                at += 2;
                continue;
            } else {
                kept.push('\\');
            }
            kept.push(rest[1]);
            at += 2;
        } else if rest[0] == '(' && starts_lookaround(rest) {
            at += group_length(rest);
        } else {
            kept.push(rest[0]);
            at += 1;
        }
    }
    kept
}

fn starts_lookaround(rest: &[char]) -> bool {
    let head: String = rest.iter().take(4).collect();
    ["(?=", "(?!", "(?<=", "(?<!"]
        .iter()
        .any(|start| head.starts_with(start))
}

/// The length of the group that begins here, its parentheses included.
fn group_length(rest: &[char]) -> usize {
    let mut depth = 0_usize;
    let mut in_class = false;
    let mut at = 0;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 1,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => depth += 1,
            ')' if !in_class => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    rest.len()
}

/// The shortest and the longest match in characters; no longest one when it is unbounded.
fn lengths(hir: &Hir, depth: usize) -> (usize, Option<usize>) {
    if depth > MAX_DEPTH {
        return (0, Some(0));
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => (0, Some(0)),
        HirKind::Literal(literal) => {
            let length = String::from_utf8_lossy(&literal.0).chars().count();
            (length, Some(length))
        }
        HirKind::Class(_) => (1, Some(1)),
        HirKind::Capture(capture) => lengths(&capture.sub, depth + 1),
        HirKind::Repetition(repetition) => {
            let (low, high) = lengths(&repetition.sub, depth + 1);
            let most = repetition
                .max
                .and_then(|max| Some(high?.saturating_mul(max as usize)));
            (low.saturating_mul(repetition.min as usize), most)
        }
        HirKind::Concat(parts) => parts.iter().map(|part| lengths(part, depth + 1)).fold(
            (0, Some(0_usize)),
            |(low, high), (more, most)| {
                let high = high.zip(most).map(|(a, b)| a.saturating_add(b));
                (low.saturating_add(more), high)
            },
        ),
        HirKind::Alternation(parts) => {
            let all: Vec<_> = parts.iter().map(|part| lengths(part, depth + 1)).collect();
            let low = all.iter().map(|(low, _)| *low).min().unwrap_or(0);
            let high = all
                .iter()
                .map(|(_, high)| *high)
                .try_fold(0, |most, high| high.map(|high| most.max(high)));
            (low, high)
        }
    }
}

/// A match while it is written.
struct Writer<'s> {
    text: String,
    stream: &'s mut Stream,
    steps: usize,
}

impl Writer<'_> {
    /// Writes a match of about `target` characters. `false` when the structure has none, or
    /// takes too long.
    fn write(&mut self, hir: &Hir, target: usize, depth: usize) -> bool {
        self.steps += 1;
        if depth > MAX_DEPTH || self.steps > MAX_STEPS || self.text.len() > 2 * MAX_LENGTH {
            return false;
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => true,
            HirKind::Literal(literal) => {
                self.text.push_str(&String::from_utf8_lossy(&literal.0));
                true
            }
            HirKind::Class(class) => draw(class, self.stream).is_some_and(|one| {
                self.text.push(one);
                true
            }),
            HirKind::Capture(capture) => self.write(&capture.sub, target, depth + 1),
            HirKind::Repetition(repetition) => self.repeat(repetition, target, depth),
            HirKind::Concat(parts) => {
                let bounds: Vec<_> = parts.iter().map(|part| lengths(part, depth + 1)).collect();
                let least = bounds
                    .iter()
                    .fold(0_usize, |sum, (low, _)| sum.saturating_add(*low));
                let mut spare = target.saturating_sub(least);
                for (part, (low, high)) in parts.iter().zip(bounds) {
                    let room = high.map_or(spare, |high| high.saturating_sub(low).min(spare));
                    spare -= room;
                    if !self.write(part, low.saturating_add(room), depth + 1) {
                        return false;
                    }
                }
                true
            }
            HirKind::Alternation(parts) => {
                let fits = |part: &&Hir| {
                    let (low, high) = lengths(part, depth + 1);
                    low <= target && high.is_none_or(|high| target <= high)
                };
                let mut fitting: Vec<_> = parts.iter().filter(fits).collect();
                if fitting.is_empty() {
                    fitting = parts.iter().collect();
                }
                let choice = self.stream.below(fitting.len());
                fitting
                    .get(choice)
                    .is_some_and(|part| self.write(part, target, depth + 1))
            }
        }
    }

    /// As many repetitions as fill the target, each as short as possible.
    fn repeat(&mut self, repetition: &Repetition, target: usize, depth: usize) -> bool {
        let (low, high) = lengths(&repetition.sub, depth + 1);
        let least = repetition.min as usize;
        let most = repetition.max.map_or(MAX_LENGTH, |max| max as usize);
        let count = (target / low.max(1)).clamp(least, most.max(least));
        let count = if high == Some(0) { least } else { count }.min(MAX_LENGTH);
        let mut left = target;
        for index in 0..count {
            let share = left / (count - index);
            let before = self.text.len();
            if !self.write(&repetition.sub, share.max(low), depth + 1) {
                return false;
            }
            let written = self.text[before..].chars().count();
            left = left.saturating_sub(written);
        }
        true
    }
}

/// A character of the class: a letter or digit where it has any, else printable ASCII, else
/// its first one.
fn draw(class: &Class, stream: &mut Stream) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class
            .ranges()
            .iter()
            .map(|range| (range.start(), range.end()))
            .collect(),
        Class::Bytes(class) => class
            .ranges()
            .iter()
            .map(|range| (char::from(range.start()), char::from(range.end())))
            .collect(),
    };
    let holds = |one: &char| ranges.iter().any(|(low, high)| low <= one && one <= high);
    for preferred in [
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    ] {
        let found: Vec<char> = preferred.chars().filter(holds).collect();
        if !found.is_empty() {
            return found.get(stream.below(found.len())).copied();
        }
    }
    let printable: Vec<char> = ('!'..='~').filter(holds).collect();
    if !printable.is_empty() {
        return printable.get(stream.below(printable.len())).copied();
    }
    ranges.first().map(|(low, _)| *low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_match_and_keep_their_length() {
        let mut stream = Stream::new(0, &["patterns"]);
        for (pattern, min, max) in [
            ("^[a-z]{2,8}-[0-9]{2}$", 0, None),
            ("^[a-z]{2,8}-[0-9]{2}$", 11, Some(11)),
            ("^[a-z]{2,8}-[0-9]{2}$", 5, Some(5)),
            ("^(?!admin)[a-z]+$", 3, Some(20)),
            ("^(?=.*\\d)(?=.*[a-z]).{8,}$", 0, None),
            ("[A-Z]{3}", 10, Some(12)),
            ("^\\/v\\d+\\/[\\w-]+$", 0, None),
            ("^(cat|dog)s?$", 4, Some(4)),
            ("^.*$", 300, Some(300)),
            ("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", 0, Some(36)),
            ("\\S", 1, None),
            ("^$|^[a-z]+$", 0, None),
            ("^.{0,60000}$", 60_000, Some(60_000)),
        ] {
            let text = sample(pattern, min, max, &mut stream)
                .unwrap_or_else(|| panic!("{pattern} {min} {max:?}"));
            assert!(matches(pattern, &text), "{pattern} {text}");
            let length = text.chars().count();
            assert!(
                length >= min && max.is_none_or(|max| length <= max),
                "{pattern} {text}"
            );
        }
        assert_eq!(sample("^[a-z]{2}$", 3, None, &mut stream), None);
        assert_eq!(sample("(", 0, None, &mut stream), None);
    }

    #[test]
    fn hostile_patterns_end() {
        let mut stream = Stream::new(0, &["hostile"]);
        for pattern in [
            "^((b?){4000}){4000}$",
            "^(a+)+$",
            "^(?!a)(a|aa)+$",
            "^(a*)*\\1b(?<=c)$",
            "^((((x{0,9}){0,9}){0,9}){0,9}){0,9}$",
        ] {
            let _ = sample(pattern, 10, Some(40), &mut stream);
            assert!(!matches(pattern, &format!("{}!", "a".repeat(60))));
        }
    }
}
