//! Strings that look like what a person would write: by name, format, length and pattern.

use base64::Engine;

use super::pattern;
use super::shape::Flat;
use super::stream::Stream;

/// Strings longer than this are not made; a boundary there is skipped with a reason.
pub(super) const MAX_LENGTH: usize = 65_536;

/// What a schema says about a string.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules<'d> {
    pub(super) min: usize,
    pub(super) max: Option<usize>,
    pub(super) formats: Vec<&'d str>,
    pub(super) patterns: Vec<&'d str>,
}

impl<'d> Rules<'d> {
    pub(super) fn of(flat: &Flat<'d>) -> Self {
        let texts = |keyword| {
            flat.all(keyword)
                .filter_map(|(_, value)| value.as_str())
                .collect()
        };
        Self {
            min: flat.count("minLength", false).map_or(0, |(_, count)| count),
            max: flat.count("maxLength", true).map(|(_, count)| count),
            formats: texts("format"),
            patterns: texts("pattern"),
        }
    }

    /// The same, with exactly this length.
    pub(super) fn exactly(&self, length: usize) -> Self {
        Self {
            min: length,
            max: Some(length),
            ..self.clone()
        }
    }

    /// A string that keeps the rules as far as they can be kept together; the caller
    /// validates. `name` is that of the property.
    pub(super) fn draw(&self, name: &str, stream: &mut Stream) -> Option<String> {
        if self.min > MAX_LENGTH || self.max.is_some_and(|max| max < self.min) {
            return None;
        }
        for pattern in &self.patterns {
            // A pattern that a plain value keeps is not worth sampling, e.g. `\S`.
            let plain = self.plain(name, stream)?;
            if self
                .patterns
                .iter()
                .all(|all| pattern::matches(all, &plain))
            {
                return Some(plain);
            }
            let drawn = pattern::sample(pattern, self.min, self.max, stream)?;
            if self
                .patterns
                .iter()
                .all(|all| pattern::matches(all, &drawn))
            {
                return Some(drawn);
            }
        }
        if self.patterns.is_empty() {
            self.plain(name, stream)
        } else {
            None
        }
    }

    fn plain(&self, name: &str, stream: &mut Stream) -> Option<String> {
        let Some(format) = self.formats.first() else {
            return Some(self.words(name, stream));
        };
        let shortest = formatted(format, &slug(name), stream);
        let Some(text) = shortest else {
            return Some(self.words(name, stream));
        };
        let length = text.chars().count();
        if self.max.is_some_and(|max| length > max) {
            return tiny(format).filter(|tiny| {
                self.max.is_none_or(|max| tiny.len() <= max) && tiny.len() >= self.min
            });
        }
        if length < self.min {
            return padded(format, &text, self.min - length);
        }
        Some(text)
    }

    /// `name-3f2a`, cut or filled up to the lengths.
    fn words(&self, name: &str, stream: &mut Stream) -> String {
        let max = self.max.unwrap_or(MAX_LENGTH).min(MAX_LENGTH);
        let hex = stream.hex(6);
        let mut text = format!("{}-{hex}", slug(name));
        if text.len() > max {
            text = hex;
        }
        text.truncate(max);
        while text.len() < self.min {
            let missing = self.min - text.len();
            let filler = "-abcdefghijklmnopqrstuvwxyz";
            text.push_str(&filler[..missing.min(filler.len())]);
        }
        text
    }
}

/// The name in ASCII, short, as part of a value.
fn slug(name: &str) -> String {
    let mut slug: String = name
        .chars()
        .map(|one| {
            if one.is_ascii_alphanumeric() {
                one.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .take(24)
        .collect();
    while slug.ends_with('-') {
        slug.pop();
    }
    let slug = slug.trim_start_matches('-');
    if slug.is_empty() {
        "value".to_owned()
    } else {
        slug.to_owned()
    }
}

/// A value of a format; `None` for formats that are only annotations without a known look.
fn formatted(format: &str, name: &str, stream: &mut Stream) -> Option<String> {
    let two = |stream: &mut Stream, low: usize, high: usize| {
        format!("{:02}", low + stream.below(high - low + 1))
    };
    let host = name.replace('_', "-");
    Some(match format {
        "uuid" => stream.uuid(),
        "date" => format!("2026-{}-{}", two(stream, 1, 12), two(stream, 1, 28)),
        "date-time" => format!(
            "2026-{}-{}T{}:{}:{}Z",
            two(stream, 1, 12),
            two(stream, 1, 28),
            two(stream, 0, 23),
            two(stream, 0, 59),
            two(stream, 0, 59)
        ),
        "time" => format!("{}:{}:00Z", two(stream, 0, 23), two(stream, 0, 59)),
        "duration" => format!("PT{}M", 1 + stream.below(59)),
        // Names and addresses that documents may use (RFC 2606, 5737, 3849).
        "email" | "idn-email" => format!("{host}-{}@example.com", stream.hex(6)),
        "hostname" | "idn-hostname" => format!("{host}-{}.example.com", stream.hex(6)),
        "uri" | "url" | "iri" => format!("https://example.com/{host}-{}", stream.hex(6)),
        "uri-reference" | "iri-reference" => format!("/{host}-{}", stream.hex(6)),
        "uri-template" => format!("/{host}-{}/{{id}}", stream.hex(6)),
        "ipv4" => format!("192.0.2.{}", 1 + stream.below(254)),
        "ipv6" => format!("2001:db8::{:x}", 1 + stream.below(0xfffe)),
        "json-pointer" => format!("/{host}"),
        "relative-json-pointer" => "0".to_owned(),
        "regex" => format!("^{host}$"),
        "byte" | "base64" => {
            let bytes: Vec<u8> = (0..6).map(|_| stream.byte()).collect();
            base64::engine::general_purpose::STANDARD.encode(bytes)
        }
        "phone" => format!("+1202555{:04}", 100 + stream.below(100)),
        _ => return None,
    })
}

/// A very short value of a format.
fn tiny(format: &str) -> Option<String> {
    let text = match format {
        "email" => "a@b.co",
        "hostname" => "a.co",
        "uri" | "url" | "iri" => "a:b",
        "uri-reference" | "iri-reference" | "uri-template" | "json-pointer" => "/a",
        "ipv4" => "1.1.1.1",
        "ipv6" => "::1",
        "duration" => "P1D",
        "byte" => "",
        "regex" => "a",
        _ => return None,
    };
    Some(text.to_owned())
}

/// `text` made longer by `missing` characters, where the format has room for it.
fn padded(format: &str, text: &str, missing: usize) -> Option<String> {
    let fill = |count: usize| "a".repeat(count);
    match format {
        "uri" | "url" | "iri" | "uri-reference" | "iri-reference" | "uri-template"
        | "json-pointer" | "regex" => Some(match format {
            "regex" => format!("{}{text}", fill(missing)),
            _ => format!("{text}{}", fill(missing)),
        }),
        // A local part holds 64 characters (RFC 5321, section 4.5.3.1.1); the rest are labels.
        "email" => {
            let (local, domain) = text.split_once('@')?;
            let more = missing.min(64_usize.saturating_sub(local.len()));
            let domain = labels(domain, missing - more)?;
            Some(format!("{local}{}@{domain}", fill(more)))
        }
        "hostname" => labels(text, missing),
        "byte" => (missing.is_multiple_of(4)).then(|| format!("{}{text}", "A".repeat(missing))),
        _ => None,
    }
}

/// A host name made longer: labels of at most 63 characters, 253 in all (RFC 1035).
fn labels(host: &str, missing: usize) -> Option<String> {
    if host.len() + missing > 253 || missing == 1 {
        return (missing == 1).then(|| format!("a{host}"));
    }
    let mut longer = host.to_owned();
    let mut missing = missing;
    while missing > 0 {
        // A label needs a dot, and nothing may be left that is too short for one.
        let mut length = (missing - 1).min(50);
        if missing - 1 - length == 1 {
            length -= 1;
        }
        longer = format!("{}.{longer}", "a".repeat(length));
        missing -= length + 1;
    }
    Some(longer)
}

/// Strings that are surely not of the format; none for formats that are not asserted.
pub(super) fn not_of(format: &str, length: usize) -> Vec<String> {
    if !crate::schema::is_asserted_format(format) {
        return Vec::new();
    }
    let mut candidates: Vec<String> = match format {
        "date" => vec!["2026-02-30".to_owned()],
        "date-time" => vec!["2026-13-01T00:00:00Z".to_owned()],
        "time" => vec!["25:00:00Z".to_owned()],
        "uuid" => vec!["g0000000-0000-4000-8000-000000000000".to_owned()],
        "email" => vec!["not-an-email".to_owned()],
        "ipv4" => vec!["192.0.2.256".to_owned()],
        "ipv6" => vec!["2001:db8::g".to_owned()],
        "hostname" => vec!["-not-a-host-.example.com".to_owned()],
        "regex" => vec!["(".to_owned()],
        "uri-template" => vec!["/{".to_owned()],
        "json-pointer" => vec!["a~2".to_owned()],
        "uri-reference" | "iri-reference" => vec!["::not a uri".to_owned(), "%zz".to_owned()],
        _ => Vec::new(),
    };
    candidates.push(format!("not a {format}"));
    candidates.push("%".repeat(length.clamp(1, 256)));
    candidates
}
