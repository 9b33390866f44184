//! Which exchanges decide a row of the ledger, in words.

use super::style::counted;
use crate::verdict::LedgerRow;

/// `3 exchanges: quotas#1, quotas#4, quotas#7`; the ids end with an ellipsis when there are more.
/// Masked, they have no numbers: of several requests at once it is chance which one decides.
pub(super) fn evidence(row: &LedgerRow, masked: bool) -> String {
    let count = counted(row.exchanges, "exchange");
    if row.evidence.is_empty() {
        return count;
    }
    let ids: Vec<String> = row
        .evidence
        .iter()
        .map(|id| {
            if masked {
                format!("{}#‹n›", id.sequence)
            } else {
                id.to_string()
            }
        })
        .collect();
    let more = if row.exchanges > row.evidence.len() as u64 {
        ", …"
    } else {
        ""
    };
    format!("{count}: {}{more}", ids.join(", "))
}
