//! The macro that the faults of an area are declared with.

/// Declares the faults of an area, sorted by id: constants of [`Fault`](super::Fault) and
/// the list of their facts.
macro_rules! faults {
    ($area:ident: $(
        $(#[doc = $doc:literal])+
        $name:ident = $id:literal is $class:ident
        $(since $since:literal)? $(until $until:literal)? $(rewrites $rewrites:literal)?
        caught by [$($caught:literal),+ $(,)?],
    )+) => {
        use super::class::Class;
        use super::fault::{Area, Facts, Fault, first};

        #[expect(
            non_camel_case_types,
            reason = "the places have the names of the faults"
        )]
        #[repr(u8)]
        enum Place {
            $($name),+
        }

        impl Fault {
            $(
                $(#[doc = $doc])+
                pub const $name: Self = Self::new(Area::$area, Place::$name as u8);
            )+
        }

        /// What is known of them.
        pub(super) const FACTS: &[Facts] = &[
            $(Facts {
                id: $id,
                doc: concat!($($doc, "\n"),+),
                class: Class::$class,
                since: first(&[$($since)?]),
                until: first(&[$($until)?]),
                rewrites: false $(|| $rewrites)?,
                caught_by: &[$($caught),+],
            }),+
        ];

        // As many as a `FaultSet` holds of an area.
        const _: () = assert!(FACTS.len() <= 64);
    };
}

pub(super) use faults;
