//! Ids that nobody has, and whether denial tells them from those of others.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::board::{Board, ids_of};
use super::outline::{Outline, same};
use crate::probes::Scene;
use crate::procedure::Answer;
use crate::provision::Call;
use crate::verdict::{Observed, Sameness, hex};

impl Board<'_> {
    /// Where existence is hidden, compares the answer with that for an id that nobody has.
    pub(super) async fn existence(
        &mut self,
        scene: &mut Scene,
        row: usize,
        column: usize,
        answer: &Answer,
    ) {
        let cell = self.cell(row, column);
        let told = !matches!(self.slots[row][column].observed, Observed::Allowed { .. });
        let speaks = !matches!(answer.status(), 0 | 401 | 429 | 500..);
        if cell.relation.is_outside() || !cell.expected.hides() || !told || !speaks {
            return;
        }
        let planned = self.row(row);
        let name = self.instance_of(row).name.as_str();
        let known = scene.kitchen.outputs(name).cloned().unwrap_or_default();
        let foreign = Outline::of(answer, &ids_of(&known));
        let key = |column| (planned.operation, planned.rule, column);
        // Mostly it is the same for everybody, and then one request tells.
        let asked = self.absent.range(key(0)..=key(usize::MAX));
        let told = asked.filter_map(|(_, absent)| absent.as_ref());
        let like_others = told
            .filter(|absent| absent.speaks())
            .any(|absent| same(&absent.outline, &foreign));
        if like_others {
            self.slots[row][column].existence = Some((Sameness::Yes, answer.ordinal));
            return;
        }
        if !self.absent.contains_key(&key(column)) {
            let asked = self
                .ask_for_nothing(scene, &planned.call, name, column)
                .await;
            self.absent.insert(key(column), asked);
        }
        let verdict = match self.absent.get(&key(column)).and_then(Option::as_ref) {
            None => (
                Sameness::Unknown {
                    why: "an id that nobody has could not be asked for".to_owned(),
                },
                answer.ordinal,
            ),
            Some(absent) if !absent.speaks() => (
                Sameness::Unknown {
                    why: format!(
                        "an id that nobody has was answered {}",
                        absent.outline.status
                    ),
                },
                absent.ordinal,
            ),
            Some(absent) if same(&absent.outline, &foreign) => (Sameness::Yes, answer.ordinal),
            Some(absent) => (
                Sameness::No {
                    expected: absent.outline.text(),
                    actual: foreign.text(),
                },
                answer.ordinal,
            ),
        };
        self.slots[row][column].existence = Some(verdict);
    }

    async fn ask_for_nothing(
        &self,
        scene: &mut Scene,
        call: &Call,
        name: &str,
        column: usize,
    ) -> Option<Absent> {
        let known = scene.kitchen.outputs(name)?;
        let displaced: Map<String, Value> = known
            .iter()
            .map(|(output, value)| (output.clone(), like(value, scene.kitchen.unique())))
            .collect();
        let ids = ids_of(&displaced);
        let nobodys = format!("nobodys-{name}");
        scene.kitchen.hold(&nobodys, displaced);
        let call = elsewhere(call, name, &nobodys)?;
        let answer = self.send(scene, &call, column).await.ok()?;
        Some(Absent {
            outline: Outline::of(&answer, &ids),
            ordinal: answer.ordinal,
        })
    }
}

/// The answer for an id that nobody has.
pub(super) struct Absent {
    outline: Outline,
    ordinal: u32,
}

impl Absent {
    /// Whether it tells anything.
    fn speaks(&self) -> bool {
        !matches!(self.outline.status, 0 | 200..=299 | 429 | 500..)
    }
}

/// The call with the references to one resource turned to another.
fn elsewhere(call: &Call, from: &str, to: &str) -> Option<Call> {
    let text = serde_json::to_string(call).ok()?;
    let text = text.replace(&format!("{{{from}."), &format!("{{{to}."));
    serde_json::from_str(&text).ok()
}

/// A value of the same form that nothing has.
fn like(value: &Value, unique: &str) -> Value {
    match value {
        Value::Number(_) => json!(2_147_483_647),
        Value::String(text) if text.contains([' ', '@', '/']) => value.clone(),
        Value::String(text) => {
            let digest = hex(&Sha256::digest(format!("{unique} {text}").as_bytes()));
            let mut random = digest.chars().cycle();
            // A prefix such as `usr_` tells a kind, not one of them.
            let kept = text.rfind('_').map_or(0, |at| at + 1);
            let mut made: String = text[..kept].to_owned();
            for (place, old) in text[kept..].char_indices() {
                let new = random.next().unwrap_or('0');
                made.push(match old {
                    // The version and the variant of a UUID stay.
                    _ if is_uuid(text) && matches!(place, 14 | 19) => old,
                    '0'..='9' if !is_uuid(text) => char::from(b'0' + new as u8 % 10),
                    'a'..='z' | '0'..='9' => new,
                    'A'..='Z' => new.to_ascii_uppercase(),
                    other => other,
                });
            }
            Value::String(made)
        }
        other => other.clone(),
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.char_indices().all(|(at, one)| match at {
            8 | 13 | 18 | 23 => one == '-',
            _ => one.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_has_has_the_same_form() {
        let id = json!("5e90b3d8-7c12-4f6a-a4d7-e81c36f20b04");
        let made = like(&id, "run");
        let text = made.as_str().expect("a text");
        assert!(is_uuid(text) && made != id, "{made}");
        assert_eq!(&text[14..15], "4");
        assert_eq!(&text[19..20], "a");
        assert_eq!(like(&id, "run"), made);
        let prefixed = like(&json!("usr_12ab"), "run");
        assert!(
            prefixed
                .as_str()
                .is_some_and(|one| one.starts_with("usr_") && one.len() == 8)
        );
        assert_eq!(like(&json!(7), "run"), json!(2_147_483_647));
        assert_eq!(like(&json!("a b"), "run"), json!("a b"));
    }
}
