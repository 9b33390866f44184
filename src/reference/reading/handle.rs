//! The grammar of handles.

/// Whether a text is `name` or `owner/agent`, with or without a leading `@`.
pub(super) fn is_handle(text: &str) -> bool {
    let text = text.strip_prefix('@').unwrap_or(text);
    let mut parts = text.split('/');
    let sound = |part: &str| !part.is_empty() && part.chars().all(is_handle_letter);
    let owner = parts.next().is_some_and(sound);
    owner && parts.next().is_none_or(sound) && parts.next().is_none()
}

fn is_handle_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::is_handle;

    #[test]
    fn names_and_agents_pass_and_nothing_else() {
        for good in ["alice", "@alice", "alice/scout", "@a.b-c_d/e"] {
            assert!(is_handle(good), "{good}");
        }
        for bad in ["", "@", "@@a", "a/", "/a", "a/b/c", "a b", "ü"] {
            assert!(!is_handle(bad), "{bad}");
        }
    }
}
