//! The answer in words.

use std::fmt::Write as _;

use super::answer::{Answer, Deviation, How};

/// The answer in one sentence, e.g. `keeps 2026-02-17; does not keep 2026-02-24: … (THV-QUO-002)`.
pub fn sentence(answer: &Answer) -> String {
    let Some(last) = answer.editions.last() else {
        return "nothing that tells editions apart could be judged".to_owned();
    };
    if !answer.keeps() && answer.deviations.is_empty() {
        return "keeps no edition: nothing that belongs to any was seen kept".to_owned();
    }
    if !answer.keeps() {
        return format!(
            "keeps no edition; {last} is the nearest, {}",
            deviations(answer)
        );
    }
    let dates: Vec<String> = answer.editions.iter().map(ToString::to_string).collect();
    let mut text = format!("keeps {}", dates.join(" or "));
    if dates.len() > 1 {
        text.push_str(&between(answer));
    }
    if !answer.deviations.is_empty() {
        text.push_str(", ");
        text.push_str(&deviations(answer));
    }
    if let Some(later) = answer.later.first() {
        let _ = write!(
            text,
            "; does not keep {}: {}",
            later.edition,
            reason(&later.first)
        );
    }
    text
}

/// Why more than one edition is told.
fn between(answer: &Answer) -> String {
    if answer.between.is_empty() {
        return ": nothing that was looked at tells them apart".to_owned();
    }
    let all: Vec<String> = answer
        .between
        .iter()
        .map(|(id, why)| format!("{id}: {why}"))
        .collect();
    format!(
        ": they differ only in requirements that did not decide ({})",
        all.join("; ")
    )
}

fn deviations(answer: &Answer) -> String {
    let words = |how: How| match how {
        How::Already => "and already",
        How::Still => "but still",
        How::Not => "but not",
    };
    let mut parts = Vec::new();
    for how in [How::Already, How::Still, How::Not] {
        let all: Vec<String> = answer
            .deviations
            .iter()
            .filter(|one| one.how == how)
            .map(|one| format!("{} of {}", one.requirement, one.of))
            .collect();
        if !all.is_empty() {
            parts.push(format!("{} {}", words(how), all.join(", ")));
        }
    }
    parts.join(", ")
}

/// A deviation from an edition as its reason.
pub fn reason(deviation: &Deviation) -> String {
    match (&deviation.seen, deviation.how) {
        (Some(seen), _) if !seen.is_empty() => format!("{seen} ({})", deviation.requirement),
        (_, How::Not) => format!("{} is broken", deviation.requirement),
        (_, How::Already | How::Still) => {
            format!("{} of {} is kept", deviation.requirement, deviation.of)
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::answer::Later;
    use super::*;

    fn deviation(requirement: &str, how: How, seen: Option<&str>) -> Deviation {
        Deviation {
            requirement: requirement.to_owned(),
            how,
            of: date(2026, 2, 24),
            seen: seen.map(ToOwned::to_owned),
        }
    }

    fn answer() -> Answer {
        Answer {
            editions: vec![date(2026, 2, 17)],
            deviations: Vec::new(),
            agreeing: 10,
            kept: 5,
            distinct: true,
            later: Vec::new(),
            between: Vec::new(),
            undecided: Vec::new(),
        }
    }

    #[test]
    fn an_exact_answer_tells_the_first_deviation_of_the_next_edition() {
        let told = Answer {
            later: vec![Later {
                edition: date(2026, 2, 24),
                first: deviation(
                    "THV-QUO-002",
                    How::Not,
                    Some("quota on chats answered 429, expected 403"),
                ),
                more: 2,
            }],
            ..answer()
        };
        assert_eq!(
            sentence(&told),
            "keeps 2026-02-17; does not keep 2026-02-24: quota on chats answered 429, expected 403 (THV-QUO-002)"
        );
    }

    #[test]
    fn mixed_behaviour_is_told_by_requirement() {
        let told = Answer {
            deviations: vec![
                deviation("A", How::Already, None),
                deviation("B", How::Still, None),
                deviation("C", How::Not, Some("broken")),
            ],
            ..answer()
        };
        assert_eq!(
            sentence(&told),
            "keeps 2026-02-17, and already A of 2026-02-24, but still B of 2026-02-24, but not C of 2026-02-24"
        );
        let told = Answer {
            agreeing: 1,
            ..told
        };
        assert!(
            sentence(&told)
                .starts_with("keeps no edition; 2026-02-17 is the nearest, and already A")
        );
    }

    #[test]
    fn an_interval_says_why() {
        let told = Answer {
            editions: vec![date(2026, 2, 24), date(2026, 3, 3)],
            between: vec![("THV-SEC-001".to_owned(), "rests on A43".to_owned())],
            ..answer()
        };
        assert_eq!(
            sentence(&told),
            "keeps 2026-02-24 or 2026-03-03: they differ only in requirements that did not decide (THV-SEC-001: rests on A43)"
        );
        let told = Answer {
            editions: Vec::new(),
            ..answer()
        };
        assert_eq!(
            sentence(&told),
            "nothing that tells editions apart could be judged"
        );
    }
}
