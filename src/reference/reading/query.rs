//! Query parameters: declared, checked, read.

use url::form_urlencoded;
use uuid::Uuid;

use super::shape::{Complaints, parse_id};
use super::time::microseconds;
use crate::reference::domain::{Moment, Paging, Word};
use crate::reference::faults::{Fault, FaultSet};

/// A query parameter an operation knows.
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) values: Values,
}

/// The values a parameter may have.
pub(crate) enum Values {
    /// An integer in a range, with the default where it is not sent.
    Number { default: u64, most: u64 },
    /// One of some words.
    Words(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// A UUID.
    Id,
    /// A time of RFC 3339.
    Time,
    /// Any text.
    Text,
}

/// `page`.
pub(crate) const PAGE: Param = Param {
    name: "page",
    values: Values::Number {
        default: 1,
        most: LARGEST,
    },
};

/// `page_size` of most lists.
pub(crate) const PAGE_SIZE: Param = page_size(20, 100);

/// `page_size` with a default and a maximum of its own.
pub(crate) const fn page_size(default: u64, most: u64) -> Param {
    Param {
        name: "page_size",
        values: Values::Number { default, most },
    }
}

impl Values {
    fn complaint_about(&self, text: &str, faults: FaultSet) -> Option<String> {
        match self {
            Self::Number { .. } if faults.has(Fault::PAGES_CLAMPED) => number(text)
                .is_none()
                .then(|| "Expected an integer.".into()),
            Self::Words(_) if faults.has(Fault::UNKNOWN_FILTER_IGNORED) => None,
            Self::Number { most, .. } => match number(text) {
                None => Some("Expected an integer.".to_owned()),
                Some(0) => Some("Smaller than 1.".to_owned()),
                Some(number) if number > most.saturating_add(spare(faults)) => {
                    Some(format!("Larger than {most}."))
                }
                Some(_) => None,
            },
            Self::Words(words) => {
                (!words.contains(&text)).then(|| "Invalid value for enum.".to_owned())
            }
            Self::Flag => (!matches!(text, "true" | "false")).then(|| "Expected a boolean.".into()),
            Self::Id => parse_id(text).is_none().then(|| "Invalid UUID.".to_owned()),
            Self::Time => microseconds(text)
                .is_none()
                .then(|| "Invalid time.".to_owned()),
            Self::Text => None,
        }
    }
}

/// The largest number that every reader of JSON takes for an integer.
const LARGEST: u64 = i64::MAX.unsigned_abs();

/// A number from 0; one that is too large is the largest there is.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(LARGEST).min(LARGEST))
}

/// How many more a faulty server takes than the most that is allowed.
fn spare(faults: FaultSet) -> u64 {
    u64::from(faults.has(Fault::PAGE_SIZE_ONE_TOO_MANY))
}

/// The known parameters of a request. Unknown ones are ignored.
pub(crate) struct Query {
    params: &'static [Param],
    /// By the place of the parameter.
    sent: Vec<Option<String>>,
    faults: FaultSet,
}

impl Query {
    /// Reads a query string. Of a repeated parameter the last value counts.
    pub(crate) fn read(text: &str, params: &'static [Param]) -> Self {
        let mut sent = Vec::new();
        if !text.is_empty() && !params.is_empty() {
            sent.resize(params.len(), None);
            for (name, value) in form_urlencoded::parse(text.as_bytes()) {
                if let Some(place) = params.iter().position(|param| param.name == name) {
                    sent[place] = Some(value.into_owned());
                }
            }
        }
        Self {
            params,
            sent,
            faults: FaultSet::none(),
        }
    }

    /// Reads as a server with these faults does.
    pub(crate) fn faulty(self, faults: FaultSet) -> Self {
        Self { faults, ..self }
    }

    /// Everything that is wrong with the values.
    pub(crate) fn complaints(&self) -> Complaints {
        let pairs = self.params.iter().zip(&self.sent);
        let complaints = pairs.filter_map(|(param, value)| {
            let message = param
                .values
                .complaint_about(value.as_deref()?, self.faults)?;
            Some((format!("/{}", param.name), message))
        });
        complaints.collect()
    }

    /// A value as it was sent.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let place = self.params.iter().position(|param| param.name == name)?;
        self.sent.get(place)?.as_deref()
    }

    fn number(&self, name: &str) -> Option<u64> {
        let sent = self.text(name).and_then(number);
        let param = self.params.iter().find(|param| param.name == name)?;
        match param.values {
            Values::Number { default, most } => {
                let most = most.saturating_add(spare(self.faults));
                Some(sent.unwrap_or(default).clamp(1, most))
            }
            _ => sent,
        }
    }

    /// The page asked for.
    pub(crate) fn paging(&self) -> Paging {
        let page = self.number("page").unwrap_or(1);
        let size = self.number("page_size").unwrap_or(20);
        if self.faults.has(Fault::PAGE_AND_SIZE_EXCHANGED) {
            return Paging {
                page: size,
                size: page,
            };
        }
        Paging { page, size }
    }

    /// A word.
    pub(crate) fn word<W: Word>(&self, name: &str) -> Option<W> {
        self.text(name).and_then(W::from_word)
    }

    /// Whether a flag is set.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.text(name) == Some("true")
    }

    /// An id.
    pub(crate) fn id(&self, name: &str) -> Option<Uuid> {
        self.text(name).and_then(parse_id)
    }

    /// A time.
    pub(crate) fn time(&self, name: &str) -> Option<Moment> {
        self.text(name).and_then(microseconds).map(Moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static PARAMS: [Param; 2] = [PAGE, PAGE_SIZE];

    #[test]
    fn ranges_are_kept_and_defaults_are_given() {
        let paging = Query::read("", &PARAMS).paging();
        assert_eq!((paging.page, paging.size), (1, 20));
        let sent = Query::read("page=3&page_size=100&other=x", &PARAMS);
        assert!(sent.complaints().is_empty());
        assert_eq!((sent.paging().page, sent.paging().size), (3, 100));
        for bad in [
            "page=0",
            "page=-1",
            "page=",
            "page=1.5",
            "page_size=101",
            "page_size=0",
        ] {
            assert_eq!(Query::read(bad, &PARAMS).complaints().len(), 1, "{bad}");
        }
        let huge = Query::read("page=99999999999999999999999", &PARAMS);
        assert!(huge.complaints().is_empty());
    }
}
