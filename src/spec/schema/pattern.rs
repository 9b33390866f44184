//! Regular expressions that browsers forgive, written as JSON Schema wants them.
//!
//! JSON Schema recommends ECMA 262 with the flag `u`. Without it, JavaScript also takes what
//! Annex B of the standard lists, e.g. `[\w-.]` or `\_`, and descriptions are full of that.

use std::borrow::Cow;
use std::collections::HashMap;

/// The patterns met so far: descriptions repeat the same few.
#[derive(Default)]
pub(super) struct Patterns {
    known: HashMap<String, Result<Option<String>, String>>,
}

impl Patterns {
    /// What to write instead of a pattern, if anything.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn unicode(&mut self, pattern: &str) -> Result<Option<&str>, &str> {
        if !self.known.contains_key(pattern) {
            let result = unicode(pattern).map(|text| match text {
                Cow::Borrowed(_) => None,
                Cow::Owned(text) => Some(text),
            });
            self.known.insert(pattern.to_owned(), result);
        }
        match &self.known[pattern] {
            Ok(instead) => Ok(instead.as_deref()),
            Err(error) => Err(error),
        }
    }
}

/// The pattern itself if it is valid with the flag `u`, or its equivalent that is.
///
/// # Errors
/// What is wrong with it, when there is none.
fn unicode(pattern: &str) -> Result<Cow<'_, str>, String> {
    let strict = |text: &str| regress::Regex::with_flags(text, "u");
    let Err(error) = strict(pattern) else {
        return Ok(Cow::Borrowed(pattern));
    };
    if regress::Regex::new(pattern).is_err() {
        return Err(error.text);
    }
    let rewritten = rewrite(pattern);
    match strict(&rewritten) {
        Ok(_) => Ok(Cow::Owned(rewritten)),
        Err(_) => Err(error.text),
    }
}

fn rewrite(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len() + 8);
    let mut characters = pattern.char_indices().peekable();
    let mut in_class = false;
    // Whether the last item of the class was one like `\w`, which begins no range.
    let mut after_set = false;
    while let Some((at, character)) = characters.next() {
        let mut is_set = false;
        match character {
            '\\' => {
                let Some((_, escaped)) = characters.next() else {
                    text.push('\\');
                    break;
                };
                is_set = "wWdDsS".contains(escaped);
                if means_something(escaped, in_class) {
                    text.push('\\');
                }
                text.push(escaped);
            }
            '[' if !in_class => {
                in_class = true;
                text.push('[');
                if let Some((_, caret)) = characters.next_if(|(_, next)| *next == '^') {
                    text.push(caret);
                }
            }
            ']' if in_class => {
                in_class = false;
                text.push(']');
            }
            '-' if in_class && (after_set || set_follows(&pattern[at + 1..])) => {
                text.push_str("\\-");
            }
            '{' if !in_class && !is_quantifier(&pattern[at..]) => text.push_str("\\{"),
            '{' if !in_class => {
                // The whole of it, so that its end is not taken for a lone brace.
                text.push('{');
                for (_, inner) in characters.by_ref() {
                    text.push(inner);
                    if inner == '}' {
                        break;
                    }
                }
            }
            '}' | ']' if !in_class => {
                text.push('\\');
                text.push(character);
            }
            other => text.push(other),
        }
        after_set = is_set;
    }
    text
}

/// Whether a backslash before the character is needed, or allowed with the flag `u`.
fn means_something(escaped: char, in_class: bool) -> bool {
    escaped.is_ascii_digit()
        || "dDwWsSbBfnrtvcxupPk^$\\.*+?()[]{}|/".contains(escaped)
        || escaped == '-' && in_class
}

fn set_follows(rest: &str) -> bool {
    let mut characters = rest.chars();
    characters.next() == Some('\\')
        && characters
            .next()
            .is_some_and(|next| "wWdDsS".contains(next))
}

/// Whether `{` begins `{2}`, `{2,}` or `{2,5}`.
fn is_quantifier(rest: &str) -> bool {
    let Some(end) = rest.find('}') else {
        return false;
    };
    let inner = &rest[1..end];
    let (low, high) = inner.split_once(',').unwrap_or((inner, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !low.is_empty() && digits(low) && digits(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_forgive_is_rewritten() {
        for (pattern, expected) in [
            (r"^(?:[\w-./:]+)$", r"^(?:[\w\-./:]+)$"),
            (r"^[\w-\.]+$", r"^[\w\-\.]+$"),
            (r"^[a-\d]$", r"^[a\-\d]$"),
            (r"^\_\'x\-$", r"^_'x-$"),
            (r"^{a}{2,3}]$", r"^\{a\}{2,3}\]$"),
            (r"[^\s-x]", r"[^\s\-x]"),
        ] {
            assert_eq!(unicode(pattern).as_deref(), Ok(expected), "{pattern}");
            let one = regress::Regex::new(pattern).expect("valid");
            let other = regress::Regex::with_flags(expected, "u").expect("valid");
            for text in [
                "a", "-", "a-b", "1", "_'x-", "{aaa]", "{a}}]", ".", " ", "x",
            ] {
                assert_eq!(
                    one.find(text).is_some(),
                    other.find(text).is_some(),
                    "{pattern} on {text}"
                );
            }
        }
    }

    #[test]
    fn good_patterns_stay_and_bad_ones_are_refused() {
        for pattern in [
            "^[a-z]{2,5}$",
            r"\p{L}+",
            r"(?<year>\d{4})",
            "",
            r"\u{1F600}",
        ] {
            assert!(
                matches!(unicode(pattern), Ok(Cow::Borrowed(_))),
                "{pattern}"
            );
        }
        for pattern in ["[", "(", "*a", "(?<=", "a{2,1}"] {
            assert!(unicode(pattern).is_err(), "{pattern}");
        }
    }
}
