//! Whether a request falls under a path template.

/// Whether a request target falls under a path template, segment by segment.
pub(super) fn leads_to(target: &str, template: &str) -> bool {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let template = template.split(['?', '#']).next().unwrap_or_default();
    let mut segments = path.split('/');
    let mut wanted = template.split('/');
    loop {
        match (segments.next(), wanted.next()) {
            (None, None) => return true,
            (Some(segment), Some(want)) if fits(segment, want) => {}
            _ => return false,
        }
    }
}

/// Whether a segment fits one of a template: the text before the first expression and after
/// the last one is the same, and something stands between.
fn fits(segment: &str, want: &str) -> bool {
    let (Some(open), Some(close)) = (want.find('{'), want.rfind('}')) else {
        return segment == want;
    };
    let (before, after) = (&want[..open], want.get(close + 1..).unwrap_or_default());
    open < close
        && segment.len() > before.len() + after.len()
        && segment.starts_with(before)
        && segment.ends_with(after)
        && !matches!(segment, "." | "..")
}

#[cfg(test)]
mod tests {
    use super::leads_to;

    #[test]
    fn targets_fall_under_templates() {
        for (target, template) in [
            ("/pets", "/pets"),
            ("/pets?limit=1", "/pets"),
            ("/pets/7/toys?x=/", "/pets/{petId}/toys"),
            ("/files/a.json", "/files/{name}.json"),
            ("/a-b", "/{one}-{two}"),
        ] {
            assert!(leads_to(target, template), "{target} {template}");
        }
        for (target, template) in [
            ("/pets/", "/pets/{petId}"),
            ("/pets", "/pets/{petId}"),
            ("/pets/a/b", "/pets/{petId}"),
            ("/pets/..", "/pets/{petId}"),
            ("/files/.json", "/files/{name}.json"),
        ] {
            assert!(!leads_to(target, template), "{target} {template}");
        }
    }
}
