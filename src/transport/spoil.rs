//! Wrong secrets of the right shape.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// How many characters are changed.
const CHANGED: usize = 4;

/// The same secret with some of its last characters changed: of the same length and
/// alphabet, always the same for the same secret, and none of the `known` ones.
pub(super) fn spoiled(secret: &str, known: &[&str]) -> String {
    let mut wrong = turn(secret);
    // Turning is a permutation of finite order, so that it might meet another key. A few
    // turns are more than there can be keys that differ in these characters alone.
    for _ in 0..known.len() {
        if wrong != secret && !known.contains(&wrong.as_str()) {
            break;
        }
        wrong = turn(&wrong);
    }
    if wrong == secret || known.contains(&wrong.as_str()) {
        format!("{secret}x")
    } else {
        wrong
    }
}

fn turn(secret: &str) -> String {
    basic(secret).unwrap_or_else(|| turn_tail(secret))
}

/// HTTP Basic (RFC 7617) hides the pair in base64: it is the password that must be wrong.
fn basic(secret: &str) -> Option<String> {
    let (scheme, encoded) = secret.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(BASE64.decode(encoded).ok()?).ok()?;
    let (user, password) = pair.split_once(':')?;
    let password = turn_tail(password);
    Some(format!(
        "{scheme} {}",
        BASE64.encode(format!("{user}:{password}"))
    ))
}

/// Replaces letters and digits near the end by their successors. The very last one stays
/// where possible: in base64 it may carry bits that nobody reads.
fn turn_tail(secret: &str) -> String {
    let mut characters: Vec<char> = secret.chars().collect();
    let places: Vec<usize> = (0..characters.len())
        .rev()
        .filter(|at| characters[*at].is_ascii_alphanumeric())
        .take(CHANGED + 1)
        .collect();
    let skipped = usize::from(places.len() > 1);
    for at in &places[skipped..] {
        characters[*at] = successor(characters[*at]);
    }
    if places.is_empty() {
        match characters.last_mut() {
            Some(last) => *last = if *last == '~' { '-' } else { '~' },
            None => characters.push('x'),
        }
    }
    characters.into_iter().collect()
}

fn successor(character: char) -> char {
    match character {
        '9' => '0',
        'z' => 'a',
        'Z' => 'A',
        '0'..='8' | 'a'..='y' | 'A'..='Y' => char::from(character as u8 + 1),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_stays_and_the_secret_does_not() {
        for secret in [
            "thnv_u_1_alice",
            "Bearer abc.def-9zZ",
            "k",
            "1",
            "----",
            "~",
            "é",
        ] {
            let wrong = spoiled(secret, &[secret]);
            assert_ne!(wrong, secret);
            assert_eq!(wrong.chars().count(), secret.chars().count(), "{secret}");
            assert_eq!(wrong, spoiled(secret, &[secret]));
        }
        assert_eq!(spoiled("thnv_u_1_alice", &[]), "thnv_u_1_bmjde");
        assert_eq!(spoiled("", &[""]), "x");
    }

    #[test]
    fn no_other_key_is_hit() {
        let known = ["key-1", "lfz-1", "mga-1"];
        let wrong = spoiled("key-1", &known);
        assert!(!known.contains(&wrong.as_str()), "{wrong}");
    }

    #[test]
    fn the_password_of_basic_is_wrong_and_the_user_is_right() {
        let secret = format!("Basic {}", BASE64.encode("alice:secret"));
        let wrong = spoiled(&secret, &[&secret]);
        let pair = BASE64.decode(&wrong[6..]).expect("base64");
        assert_eq!(pair, b"alice:sfdsft");
    }
}
