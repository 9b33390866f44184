//! `quotas`: what happens when a plan's quota is exhausted.

mod exhaust;
mod judge;
mod supply;

use serde::Deserialize;
use serde_json::{Map, Value};

use self::exhaust::exhaust;
use super::Scene;
use super::declare::declare_probe;
use super::parameter::{Argument, Identity, Kind, read};
use crate::provision::Call;

declare_probe! {
    /// Exhausts a quota in an organization of its own, and looks at the refusal.
    ///
    /// ## What
    /// What the quota counts is created until the plan's limit. The next request must be
    /// refused with the status of the edition and an error with code, message and details,
    /// and what is counted must not have grown. Where a limit is not declared for the
    /// identity, it is searched for within the budget; beyond that the verdict is
    /// inconclusive. So it is where the refusal may have another cause.
    ///
    /// ## Why it matters
    /// A client that takes a quota for a rate limit waits and tries again forever; one that
    /// does not know the code cannot tell its user what to do.
    ///
    /// ## Basis
    /// The contract's own words on its quotas.
    "quotas", sharing: Tenant,
    aspects: {
        /// The refusal has the status.
        "status",
        /// The refusal has the code, a message and details, whatever its status.
        "envelope",
        /// The last one within the limit is accepted, the first beyond it refused.
        "exact",
        /// A refused creation leaves the count as it was.
        "nothing-created",
    },
    parameters: Quota {
        /// Whose quota it is; it also sends every call that names nobody. It must own its
        /// organization.
        identity: Identity,
        /// The name of what is counted, as in the identity's `limits`.
        resource: String,
        /// Creates one more. `{run.unique}` in it differs each time.
        create: Call,
        /// Lists what is counted. Its outputs `items` and `total` select the list and the
        /// total; without them it is the length of the first array of the body.
        count: Call,
        /// Removes what `create` made. Its outputs select in the answer of the creation and
        /// are `{created.NAME}` in the call.
        delete: Option<Call>,
        /// Why what is created needs no removal.
        kept: Option<String>,
        /// Further creations that the exhausted quota must refuse too.
        also: Vec<Creation> = [],
        /// A list of which each creation uses up one element. Its outputs select in the
        /// element and are `{candidate.NAME}` in `create`.
        candidates: Option<Call>,
        /// The limit; without it, the one declared for the identity.
        limit: Option<u64>,
        /// The status of the refusal.
        status: u16 = 403,
        /// The code of the refusal.
        code: String = "limit_reached",
        /// Members that the details must have.
        details: Vec<String> = [],
    },
    run: Each(run)
}

/// A way to create what a quota counts, with the list that would show it.
#[derive(Clone, Debug, Deserialize)]
struct Creation {
    create: Call,
    count: Call,
    delete: Option<Call>,
}

impl Argument for Creation {
    const KIND: &'static Kind = &Kind::Record(&[
        ("create", &Kind::Call, false),
        ("count", &Kind::Call, false),
        ("delete", &Kind::Call, true),
    ]);
}

impl Quota {
    fn first(&self) -> Creation {
        Creation {
            create: self.create.clone(),
            count: self.count.clone(),
            delete: self.delete.clone(),
        }
    }

    fn who(&self) -> &str {
        &self.identity.0
    }
}

async fn run(scene: &mut Scene, with: &Map<String, Value>) -> Result<(), String> {
    let quota: Quota = read(with)?;
    let declared = scene
        .kitchen
        .identities()
        .known
        .get(&quota.identity.0)
        .and_then(|facts| facts.limits.get(&quota.resource).copied());
    let limit = quota.limit.or(declared);
    exhaust(scene, &quota, limit).await
}
