//! Uses a quota up, up to the first refusal.

use super::judge::{Refused, judge, unchanged};
use super::supply::{Candidates, count, create, create_at_once};
use super::{Creation, Quota};
use crate::probes::Scene;
use crate::probes::notes::Breach;
use crate::procedure::Answer;

/// How many beyond a declared limit are tried: a limit that is off by one is still a limit.
const BEYOND: u64 = 3;

/// How many are sent at once for the last place.
const AT_ONCE: usize = 4;

/// The aspects that a refusal decides.
const OF_REFUSAL: [&str; 3] = ["status", "envelope", "exact"];

/// Where the search for the limit ended.
enum End {
    Refused(Answer, u64),
    /// The last one was accepted all the same.
    Accepted(Answer, u64),
    /// Nothing could be sent any more.
    Spent(String),
}

pub(super) async fn exhaust(
    scene: &mut Scene,
    quota: &Quota,
    limit: Option<u64>,
) -> Result<(), String> {
    let first = quota.first();
    match fill(scene, quota, &first, limit).await? {
        End::Spent(why) => {
            for aspect in OF_REFUSAL {
                scene.notes.undecided(aspect, why.clone());
            }
            scene.notes.undecided("nothing-created", why);
            return Ok(());
        }
        End::Accepted(answer, before) => {
            judge(
                scene,
                quota,
                &first,
                &Refused {
                    answer: &answer,
                    limit,
                    used: before,
                },
            );
            let why = "no creation was refused";
            scene.notes.undecided("exact", why);
            scene.notes.undecided("envelope", why);
            scene.notes.undecided("nothing-created", why);
            return Ok(());
        }
        End::Refused(answer, before) => {
            let refused = Refused {
                answer: &answer,
                limit,
                used: before,
            };
            judge(scene, quota, &first, &refused);
            exact(scene, quota, &first, &refused);
            let after = count(scene, quota, &first.count).await?;
            unchanged(scene, &first, &answer, before, &after);
            for more in &quota.also {
                let earlier = count(scene, quota, &more.count).await?.0;
                let answer = create(scene, quota, more).await?;
                judge(
                    scene,
                    quota,
                    more,
                    &Refused {
                        answer: &answer,
                        limit,
                        used: before,
                    },
                );
                let now = count(scene, quota, &more.count).await?;
                unchanged(scene, more, &answer, earlier, &now);
            }
        }
    }
    Ok(())
}

async fn fill(
    scene: &mut Scene,
    quota: &Quota,
    creation: &Creation,
    limit: Option<u64>,
) -> Result<End, String> {
    let who = &quota.identity.0;
    let most = limit.map_or(scene.setting.budget, |limit| limit + BEYOND);
    let mut candidates = Candidates::of(scene, quota).await?;
    if let (Some(candidates), Some(limit)) = (&candidates, limit) {
        let used = count(scene, quota, &creation.count).await?.0;
        let needed = (limit + 1).saturating_sub(used);
        if (candidates.left() as u64) < needed {
            return Ok(End::Spent(format!(
                "{who} has {} candidates for {}; {needed} are needed to pass the limit",
                candidates.left(),
                creation.create.operation
            )));
        }
    }
    let mut accepted = None;
    let mut rushed = false;
    for _ in 0..most {
        if candidates
            .as_mut()
            .is_some_and(|candidates| !candidates.next(scene))
        {
            break;
        }
        let before = count(scene, quota, &creation.count).await?.0;
        if limit == Some(before + 1) && !rushed {
            rushed = true;
            if rush(scene, quota, creation, candidates.as_mut()).await? {
                continue;
            }
        }
        let answer = create(scene, quota, creation).await?;
        if !answer.is_success() {
            return Ok(End::Refused(answer, before));
        }
        match limit {
            Some(limit) if before >= limit => {
                beyond(scene, quota, creation, &answer, (limit, before));
                accepted = Some((answer, before));
            }
            // The last one within the limit.
            Some(limit) if before + 1 == limit => scene.notes.kept("exact", &answer),
            _ => {}
        }
    }
    Ok(match accepted {
        Some((answer, before)) => End::Accepted(answer, before),
        None => End::Spent(format!(
            "{most} requests did not reach the limit; declare it for {who}"
        )),
    })
}

/// Sends several creations at once while one place is left; whether any was accepted.
async fn rush(
    scene: &mut Scene,
    quota: &Quota,
    creation: &Creation,
    candidates: Option<&mut Candidates>,
) -> Result<bool, String> {
    let answers = create_at_once(scene, quota, creation, AT_ONCE, candidates).await?;
    let accepted: Vec<&Answer> = answers.iter().filter(|one| one.is_success()).collect();
    let operation = &creation.create.operation;
    match accepted[..] {
        [] => return Ok(false),
        // Alone it shows nothing but that there was a place.
        [_] if answers.len() == 1 => {}
        [one] => scene.notes.kept("exact", one),
        [.., last] => scene.notes.broken(
            "exact",
            last,
            Breach {
                operation,
                title: format!(
                    "with one of the {} left, {} of {} {operation} at once were accepted",
                    quota.resource,
                    accepted.len(),
                    answers.len()
                ),
                cause: "at once",
                expected: format!("1 of {} accepted", answers.len()),
                actual: format!("{} of {} accepted", accepted.len(), answers.len()),
            },
        ),
    }
    Ok(true)
}

/// One beyond the limit was accepted.
fn beyond(
    scene: &mut Scene,
    quota: &Quota,
    creation: &Creation,
    answer: &Answer,
    (limit, before): (u64, u64),
) {
    if scene.notes.is_broken("exact") {
        return;
    }
    let operation = &creation.create.operation;
    scene.notes.broken(
        "exact",
        answer,
        Breach {
            operation,
            title: format!(
                "with {before} of {limit} {} used, {operation} was accepted",
                quota.resource
            ),
            cause: "beyond",
            expected: format!("{} after {limit} of {limit}", quota.status),
            actual: format!("{} after {before} of {limit}", answer.status()),
        },
    );
}

/// Judges where the refusal came.
fn exact(scene: &mut Scene, quota: &Quota, creation: &Creation, refused: &Refused<'_>) {
    let operation = &creation.create.operation;
    match refused.limit {
        None => scene.notes.undecided(
            "exact",
            format!("no limit is declared for {}", quota.identity.0),
        ),
        // What is beyond was judged when it was accepted.
        Some(_) if scene.notes.is_broken("exact") => {}
        Some(limit) if refused.used < limit => {
            if !refused.is_by(quota) {
                let why = format!(
                    "{operation} answered {} after {} of {limit}, which may have another cause",
                    refused.answer.status(),
                    refused.used
                );
                scene.notes.undecided("exact", why);
                return;
            }
            scene.notes.broken(
                "exact",
                refused.answer,
                Breach {
                    operation,
                    title: format!(
                        "with {} of {limit} {} used, {operation} was refused already",
                        refused.used, quota.resource
                    ),
                    cause: "within",
                    expected: format!("2xx up to {limit} of {limit}"),
                    actual: format!(
                        "{} after {} of {limit}",
                        refused.answer.status(),
                        refused.used
                    ),
                },
            );
        }
        Some(limit) if refused.used == limit => scene.notes.kept("exact", refused.answer),
        Some(limit) => scene.notes.undecided(
            "exact",
            format!(
                "there are {} of {limit} already, so that the first refusal was not seen",
                refused.used
            ),
        ),
    }
}
