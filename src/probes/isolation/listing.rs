//! What lists, searches and counts show of a resource.

use serde_json::Value;

use super::board::classify;
use crate::access::Rule;
use crate::probes::scene::{items, shows};
use crate::procedure::Answer;
use crate::provision::{Call, select};
use crate::verdict::{AccessClass, Observed};

/// What an answer shows of the resource with the id.
pub(super) fn listed(
    class: AccessClass,
    (rule, asked): (&Rule, Option<u64>),
    id: &Value,
    answer: &Answer,
) -> Observed {
    if !answer.is_success() {
        return classify(answer);
    }
    let status = answer.status();
    let Some(items) = items(answer, rule.items.as_deref()) else {
        return Observed::Undecided {
            why: format!("it was answered {status} without a list"),
        };
    };
    let shown = shows(items, id);
    if class != AccessClass::Count {
        return if shown {
            Observed::Allowed { status }
        } else {
            Observed::Denied { status }
        };
    }
    let total = rule.total.as_deref().and_then(|path| {
        let body = answer.json()?;
        select(body, path)?.as_u64()
    });
    let found = items.len() as u64;
    match total {
        None => Observed::Undecided {
            why: "the answer tells no total".to_owned(),
        },
        Some(_) if shown => Observed::Allowed { status },
        Some(total) if total <= found => Observed::Denied { status },
        // What is counted and not shown, although the page has room for it.
        Some(_) if found == 0 || asked.is_some_and(|size| found < size) => {
            Observed::Allowed { status }
        }
        Some(_) => Observed::Undecided {
            why: "the list goes on, so that its count tells nothing".to_owned(),
        },
    }
}

/// How many items a page was asked for.
pub(super) fn asked(call: &Call) -> Option<u64> {
    ["page_size", "per_page", "limit"]
        .iter()
        .find_map(|name| call.arguments.get(*name)?.as_u64())
}

/// Whether the list may go on beyond what was shown.
pub(super) fn goes_on(rule: &Rule, asked: Option<u64>, answer: &Answer) -> bool {
    let shown = items(answer, rule.items.as_deref()).map_or(0, Vec::len) as u64;
    let total = rule.total.as_deref().and_then(|path| {
        let body = answer.json()?;
        select(body, path)?.as_u64()
    });
    match (total, asked) {
        (Some(total), _) => total > shown,
        (None, Some(size)) => shown >= size,
        // A default size of a page is seldom less than ten.
        (None, None) => shown >= 10,
    }
}
