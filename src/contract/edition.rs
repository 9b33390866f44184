//! Editions: a contract as of a date.
//!
//! The description as it stands in the folder is the first edition, whose date `contract.toml`
//! says; each overlay in `editions/` changes it from its own date on. An edition is in force
//! until the next one.

use std::fmt;
use std::path::Path;

use jiff::civil::Date;

use super::{Contract, ContractError};
use crate::near::near;

/// An overlay that a contract has from a date on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatedOverlay {
    /// From this day on.
    pub date: Date,
    /// The rest of its file's name, e.g. `memories`.
    pub name: String,
    /// The file, as messages show it.
    pub file: String,
    /// Its text.
    pub text: String,
}

/// Which edition is used, and which day was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InForce {
    /// The edition.
    pub date: Date,
    /// The day that the user named, if any.
    pub asked: Option<Date>,
}

impl InForce {
    /// That another edition is used than the day that was named, in words.
    pub fn note(&self) -> Option<String> {
        let asked = self.asked.filter(|asked| *asked != self.date)?;
        Some(format!("{asked}: the edition of {} is in force", self.date))
    }
}

/// Why there is no such edition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditionError {
    /// The contract is not dated.
    #[error(
        "{contract} has no editions; `edition` in contract.toml says the date of its description"
    )]
    Undated {
        /// The contract.
        contract: String,
    },
    /// What the user named is no date.
    #[error(
        "{contract} has no edition {asked}; {}it has: {}",
        meant(asked, known),
        List(known)
    )]
    NoDate {
        /// The contract.
        contract: String,
        /// What the user named.
        asked: String,
        /// The editions.
        known: Vec<Date>,
    },
    /// The day is before the first edition.
    #[error(
        "{contract} has no edition {asked}, which is before the first one; it has: {}",
        List(known)
    )]
    TooEarly {
        /// The contract.
        contract: String,
        /// The day.
        asked: Date,
        /// The editions.
        known: Vec<Date>,
    },
}

struct List<'d>(&'d [Date]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, date) in self.0.iter().enumerate() {
            write!(f, "{}{date}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

fn meant(asked: &str, known: &[Date]) -> String {
    let known: Vec<String> = known.iter().map(Date::to_string).collect();
    match near(asked, known.iter().map(String::as_str)).first() {
        Some(date) => format!("did you mean {date}? "),
        None => "a date is written as 2026-02-10; ".to_owned(),
    }
}

impl Contract {
    /// The dates of its editions, the first one first; none for a contract without dates.
    pub fn editions(&self) -> Vec<Date> {
        let mut dates: Vec<Date> = self.file.edition.into_iter().collect();
        dates.extend(self.overlays.iter().map(|overlay| overlay.date));
        dates.dedup();
        dates
    }

    /// The edition that is in force on the day `asked`; the latest one without a day, and
    /// `None` for a contract without dates.
    ///
    /// # Errors
    /// When there is no edition on that day, or the text is no date. `name` is how the user
    /// calls the contract.
    pub fn in_force(
        &self,
        name: &str,
        asked: Option<&str>,
    ) -> Result<Option<InForce>, EditionError> {
        let known = self.editions();
        let contract = name.to_owned();
        let Some(latest) = known.last() else {
            return match asked {
                None => Ok(None),
                Some(_) => Err(EditionError::Undated { contract }),
            };
        };
        let Some(asked) = asked else {
            return Ok(Some(InForce {
                date: *latest,
                asked: None,
            }));
        };
        let Some(day) = day(asked) else {
            return Err(EditionError::NoDate {
                contract,
                asked: asked.to_owned(),
                known,
            });
        };
        match known.iter().rev().find(|date| **date <= day) {
            Some(date) => Ok(Some(InForce {
                date: *date,
                asked: Some(day),
            })),
            None => Err(EditionError::TooEarly {
                contract,
                asked: day,
                known,
            }),
        }
    }

    /// The contract as of this edition: with the overlays and requirements that it has, and no
    /// others.
    #[must_use]
    pub fn at(mut self, edition: Date) -> Self {
        self.overlays.retain(|overlay| overlay.date <= edition);
        self.requirements.retain(|one| one.holds_at(edition));
        self
    }

    /// Whether its dates fit together.
    pub(super) fn check_dates(&self, file: &str) -> Result<(), ContractError> {
        let invalid = |file: &str, message: String| {
            Err(ContractError::Invalid {
                file: file.to_owned(),
                message,
            })
        };
        let Some(first) = self.file.edition else {
            if !self.overlays.is_empty() {
                return invalid(
                    file,
                    "there are overlays in editions/, so that `edition` must say the date of the description without them, e.g. edition = \"2026-01-31\"".to_owned(),
                );
            }
            let dated = self
                .requirements
                .iter()
                .find(|one| one.since.is_some() || one.until.is_some());
            return match dated {
                None => Ok(()),
                Some(one) => invalid(
                    file,
                    format!(
                        "the requirement {} has `since` or `until`, so that `edition` must say the date of the description",
                        one.id
                    ),
                ),
            };
        };
        match self.overlays.iter().find(|overlay| overlay.date <= first) {
            None => Ok(()),
            Some(overlay) => invalid(
                &overlay.file,
                format!(
                    "it must be of a later day than the description itself, whose `edition` in contract.toml is {first}"
                ),
            ),
        }
    }
}

/// A day as `YYYY-MM-DD`, and nothing else that dates can be written as.
fn day(text: &str) -> Option<Date> {
    let plain = text.len() == 10 && text.bytes().all(|one| one.is_ascii_digit() || one == b'-');
    text.parse().ok().filter(|_| plain)
}

/// The overlay in a file of `editions/`; `None` for files that are something else.
pub(super) fn dated(
    file: &str,
    text: impl FnOnce() -> Result<String, ContractError>,
) -> Result<Option<DatedOverlay>, ContractError> {
    let path = Path::new(file);
    let written = |extension: &std::ffi::OsStr| {
        ["yaml", "yml", "json"]
            .iter()
            .any(|known| extension == *known)
    };
    if !path.extension().is_some_and(written) {
        return Ok(None);
    }
    let stem = path
        .file_stem()
        .and_then(std::ffi::OsStr::to_str)
        .unwrap_or_default();
    let parts = stem.strip_suffix(".overlay").and_then(|stem| {
        let date = day(stem.get(..10)?)?;
        let name = stem.get(10..)?.strip_prefix('-')?;
        (!name.is_empty()).then_some((date, name))
    });
    let Some((date, name)) = parts else {
        return Err(ContractError::Invalid {
            file: file.to_owned(),
            message: "overlays in editions/ are named after the day from which they hold, e.g. 2026-02-10-contacts.overlay.yaml".to_owned(),
        });
    };
    Ok(Some(DatedOverlay {
        date,
        name: name.to_owned(),
        file: file.to_owned(),
        text: text()?,
    }))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn contract() -> Contract {
        let overlay = |day: Date| DatedOverlay {
            date: day,
            name: "x".to_owned(),
            file: format!("editions/{day}-x.overlay.yaml"),
            text: String::new(),
        };
        let mut contract = Contract {
            overlays: vec![
                overlay(date(2026, 2, 3)),
                overlay(date(2026, 2, 10)),
                overlay(date(2026, 2, 10)),
            ],
            ..Contract::default()
        };
        contract.file.edition = Some(date(2025, 12, 28));
        contract
    }

    #[test]
    fn an_edition_is_in_force_until_the_next_one() {
        let contract = contract();
        let of = |asked: Option<&str>| contract.in_force("x", asked).map(|one| one.expect("dated"));
        assert_eq!(of(None).map(|one| one.date), Ok(date(2026, 2, 10)));
        let between = of(Some("2026-02-09")).expect("there is one");
        assert_eq!(between.date, date(2026, 2, 3));
        assert_eq!(
            between.note().as_deref(),
            Some("2026-02-09: the edition of 2026-02-03 is in force")
        );
        assert_eq!(of(Some("2026-02-03")).map(|one| one.note()), Ok(None));
        assert_eq!(
            of(Some("2030-01-01")).map(|one| one.date),
            Ok(date(2026, 2, 10))
        );
    }

    #[test]
    fn what_is_no_edition_is_told_with_those_that_are() {
        let contract = contract();
        let error = |asked| {
            contract
                .in_force("x", Some(asked))
                .expect_err("none")
                .to_string()
        };
        assert_eq!(
            error("2025-12-27"),
            "x has no edition 2025-12-27, which is before the first one; it has: 2025-12-28, 2026-02-03, 2026-02-10"
        );
        assert_eq!(
            error("2026-02-1"),
            "x has no edition 2026-02-1; did you mean 2026-02-10? it has: 2025-12-28, 2026-02-03, 2026-02-10"
        );
        assert!(error("latest").contains("a date is written as 2026-02-10"));
        assert!(error("2026-02-10T00:00").contains("has no edition 2026-02-10T00:00"));
        let undated = Contract::default().in_force("y", Some("2026-02-10"));
        assert!(
            undated
                .expect_err("none")
                .to_string()
                .starts_with("y has no editions")
        );
    }

    #[test]
    fn a_contract_at_an_edition_has_its_overlays_only() {
        assert_eq!(contract().editions().len(), 3);
        assert_eq!(contract().at(date(2026, 2, 3)).overlays.len(), 1);
        assert_eq!(contract().at(date(2026, 2, 10)).overlays.len(), 3);
    }

    #[test]
    fn names_of_files_are_dates() {
        let of = |file: &str| dated(file, || Ok("text".to_owned()));
        let found = of("a/editions/2026-02-10-contacts.overlay.yaml").expect("named well");
        let found = found.expect("an overlay");
        assert_eq!(
            (found.date, found.name.as_str()),
            (date(2026, 2, 10), "contacts")
        );
        assert!(of("README.md").expect("something else").is_none());
        for wrong in [
            "x.yaml",
            "2026-2-10-x.overlay.yaml",
            "2026-02-30-x.overlay.yml",
            "2026-02-10.overlay.json",
            "2026-02-10-x.yaml",
            "é2026-02-1-x.overlay.yaml",
        ] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
