//! What kind of bug a fault is.

macro_rules! classes {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal,)+) => {
        /// The kinds of bugs that the faults are taken from.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Class {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Class {
            /// Every class.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The id, in kebab-case.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id),+ }
            }
        }
    };
}

classes! {
    /// A limit that is one too high or too low.
    OffByOne = "off-by-one",
    /// A refused request that is performed all the same.
    RefusedButDone = "refused-but-done",
    /// A filter that one query forgot.
    ForgottenFilter = "forgotten-filter",
    /// What an earlier edition did.
    FormerEdition = "former-edition",
    /// A header that is missing or wrong.
    Header = "header",
    /// A soft deletion that is a hard one, or a deletion that deletes nothing or too much.
    Deletion = "deletion",
    /// An id of another tenant that is accepted.
    ForeignId = "foreign-id",
    /// A permission within the tenant that is not checked.
    Permission = "permission",
    /// A property of a body that is refused and stored, or accepted and lost.
    Property = "property",
    /// A field of an answer that is null, absent or of another type.
    Field = "field",
    /// A check and an act that are not one step.
    Race = "race",
    /// An answer that was kept for somebody else or for too long.
    Cache = "cache",
    /// A state machine that allows an illegal move or forbids a legal one.
    StateMachine = "state-machine",
    /// A page that loses or repeats an item.
    Page = "page",
    /// A count that tells too much or too little.
    Count = "count",
    /// A request that is validated too little or too much.
    Validation = "validation",
    /// A request that the server does not survive.
    Crash = "crash",
    /// A status that does not fit what happened.
    Status = "status",
    /// An endpoint that is missing.
    Missing = "missing",
}
