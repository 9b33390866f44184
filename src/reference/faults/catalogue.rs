//! The catalogue of faults, sorted by id.

use jiff::civil::Date;

use super::Class;

macro_rules! faults {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident = $id:literal is $class:ident
        $(since $since:literal)? $(until $until:literal)? $(rewrites $rewrites:literal)?
        caught by [$($caught:literal),+],
    )+) => {
        /// One promise the server can break.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)] // at most 256, as many as a `FaultSet` holds
        pub enum Fault {
            $($(#[doc = $doc])+ $name,)+
        }

        /// Every fault, sorted by id.
        pub const ALL: &[Fault] = &[$(Fault::$name),+];

        impl Fault {
            /// The id, in kebab-case.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id),+ }
            }

            /// What the fault breaks and why a real server has it.
            pub const fn doc(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc, "\n"),+)),+ }
            }

            /// The requirements and checks that must notice it.
            pub const fn caught_by(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($caught),+]),+ }
            }

            /// What kind of bug it is.
            pub const fn class(self) -> Class {
                match self { $(Self::$name => Class::$class),+ }
            }

            /// The first edition in which it breaks a promise; every one when `None`.
            pub fn since(self) -> Option<Date> {
                match self { $(Self::$name => first(&[$($since)?])),+ }
            }

            /// The first edition in which it no longer breaks a promise.
            pub fn until(self) -> Option<Date> {
                match self { $(Self::$name => first(&[$($until)?])),+ }
            }

            /// Whether it merely rewrites an answer, while the domain does what it should.
            pub const fn rewrites(self) -> bool {
                match self { $(Self::$name => false $(|| $rewrites)?),+ }
            }

            /// The fault with the id, if there is one.
            pub fn from_id(id: &str) -> Option<Self> {
                ALL.iter().copied().find(|fault| fault.id() == id)
            }
        }
    };
}

faults! {
    /// `GET /me/peers` answers for some default person when no valid credentials are sent.
    /// The default of a development setup that nobody removed.
    CredentialsIgnoredOnOneRoute = "credentials-ignored-on-one-route" is Permission
        caught by ["credentials-ignored"],
    /// `total_count` of the memory lists counts the memories of every organization.
    /// The query that counts was written apart from the one that selects.
    MemoryCountLeaksAcrossOrganizations = "memory-count-leaks-across-organizations" is Count since "2026-02-03"
        caught by ["THV-MEM-006"],
    /// Any agent of the organization may supersede a memory by `DELETE`.
    /// The second path of the operation lacks the check of the first.
    MemoryDeletableByOtherAgent = "memory-deletable-by-other-agent" is Permission since "2026-02-03"
        caught by ["THV-MEM-003"],
    /// The memory lists hold the memories of every organization.
    /// A query without its tenant.
    MemoryListedAcrossOrganizations = "memory-listed-across-organizations" is ForgottenFilter since "2026-02-03"
        caught by ["THV-MEM-002"],
    /// A memory of another organization is readable by its id.
    /// Look-up by primary key, which needs no tenant to find a row.
    MemoryReadableAcrossOrganizations = "memory-readable-across-organizations" is ForeignId since "2026-02-03"
        caught by ["THV-MEM-001"],
    /// The memory lists hold every organization's memories when `content_query` is sent.
    /// The search runs on an index that does not know of tenants.
    MemorySearchLeaksAcrossOrganizations = "memory-search-leaks-across-organizations" is ForgottenFilter since "2026-02-03"
        caught by ["THV-MEM-006"],
    /// Text messages sent through the Human API have no `metadata.status`.
    /// The bug that the release of 2026-02-03 repaired.
    MetadataStatusMissing = "metadata-status-missing" is FormerEdition since "2026-02-03"
        caught by ["THV-MSG-002"],
    /// A reached quota answers 429.
    /// The behaviour before 2026-02-24.
    QuotaAnswers429 = "quota-answers-429" is FormerEdition since "2026-02-24"
        caught by ["THV-QUO-001", "THV-QUO-002", "THV-QUO-003", "THV-QUO-004"],
    /// `limit_reached` comes without `details`.
    /// An error type whose payload is dropped on the way out.
    QuotaDetailsMissing = "quota-details-missing" is Field since "2026-02-24"
        caught by ["THV-QUO-001", "THV-QUO-002", "THV-QUO-003", "THV-QUO-004"],
    /// Every quota lets one more through.
    /// `>` where `>=` was meant.
    QuotaOffByOne = "quota-off-by-one" is OffByOne since "2026-02-24"
        caught by ["THV-QUO-001", "THV-QUO-002", "THV-QUO-003", "THV-QUO-004"],
    /// A reached quota refuses, and creates all the same.
    /// The check runs after the insertion, and nobody rolls back.
    QuotaRefusesButCreates = "quota-refuses-but-creates" is RefusedButDone since "2026-02-24"
        caught by ["THV-QUO-005"],
    /// The rate limit answers 403.
    /// Quota and rate limit share one error since quotas moved to 403.
    RateLimitAnswers403 = "rate-limit-answers-403" is Status since "2026-02-24"
        caught by ["THV-RAT-001"],
    /// The rate limit's 429 has no `Retry-After`.
    /// The limiter knows the time and does not tell it.
    RateLimitWithoutRetryAfter = "rate-limit-without-retry-after" is Header
        caught by ["THV-RAT-002"],
    /// `getAgentChatContext` answers messages without `sender_name`.
    /// One of several serializers was forgotten when the field came.
    SenderNameMissingInContext = "sender-name-missing-in-context" is Field since "2026-02-10" rewrites true
        caught by ["THV-MSG-001"],
    /// `sender_name` of every message is null.
    /// The field is there, the join that fills it is not.
    SenderNameNull = "sender-name-null" is Field since "2026-02-10" rewrites true
        caught by ["THV-MSG-001"],
    /// A name or a description of exactly the longest allowed length answers 500.
    /// The column is one character narrower than the validation allows.
    ServerErrorOnBoundary = "server-error-on-boundary" is Crash
        caught by ["server-error"],
    /// A superseded memory cannot be read by its id any more.
    /// A soft deletion that became a hard one.
    SupersededMemoryGoneForAudit = "superseded-memory-gone-for-audit" is Deletion since "2026-02-03"
        caught by ["THV-MEM-005"],
    /// Superseded memories are in the lists although `status` does not ask for them.
    /// The default filter knows of archived ones only.
    SupersededMemoryStillListed = "superseded-memory-still-listed" is ForgottenFilter since "2026-02-03"
        caught by ["THV-MEM-004"],
    /// Unknown properties of a body are ignored.
    /// The behaviour before 2026-01-14.
    UnknownPropertyIgnored = "unknown-property-ignored" is FormerEdition since "2026-01-14"
        caught by ["THV-STR-001"],
    /// Unknown properties answer 400, and the operation is performed with the known ones.
    /// The check runs beside the controller and not before it.
    UnknownPropertyRefusedButStored = "unknown-property-refused-but-stored" is Property since "2026-01-14"
        caught by ["THV-STR-002"],
}

fn first(dates: &[&str]) -> Option<Date> {
    dates
        .first()
        .map(|date| date.parse().expect("the catalogue's dates are dates"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_sorted_unique_and_found_again() {
        assert!(ALL.windows(2).all(|pair| pair[0].id() < pair[1].id()));
        for fault in ALL {
            assert_eq!(Fault::from_id(fault.id()), Some(*fault));
            assert!(!fault.doc().trim().is_empty());
        }
        assert_eq!(Fault::from_id("no-such-fault"), None);
    }
}
