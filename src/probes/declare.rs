//! What a probe is.

use std::future::Future;
use std::pin::Pin;

use serde_json::{Map, Value};

use super::Scene;
use super::parameter::Parameter;
use crate::verdict::{Decision, Matrix, Requirement};

/// What a probe does. The error is why it could not go on: all aspects that are not
/// decided by then are inconclusive.
pub type Running<'s> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 's>>;

/// What a probe does that decides all of its requirements at once.
pub type Deciding<'s> = Pin<Box<dyn Future<Output = Conclusion> + Send + 's>>;

/// What such a probe ends with.
#[derive(Clone, Debug, Default)]
pub struct Conclusion {
    /// The verdicts.
    pub decisions: Vec<Decision>,
    /// What was observed of access.
    pub matrix: Option<Matrix>,
}

/// How a probe is run.
#[derive(Clone, Copy)]
pub enum Conduct {
    /// Once for each set of parameters.
    Each(for<'s> fn(&'s mut Scene, &'s Map<String, Value>) -> Running<'s>),
    /// Once for all requirements.
    All(for<'s> fn(&'s mut Scene, &'s [Requirement]) -> Deciding<'s>),
}

/// Which requirements of a probe share a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// Those with the same parameters.
    Parameters,
    /// Those whose identities have the same organization: it exhausts quotas or rates.
    Tenant,
    /// All.
    All,
}

/// Something that a probe looks at.
#[derive(Clone, Copy, Debug)]
pub struct Aspect {
    /// Its name, kebab-case, as requirements name it.
    pub name: &'static str,
    /// What holds when it is kept.
    pub docs: &'static str,
}

/// A probe.
pub struct Probe {
    /// Its id, kebab-case, as requirements name it.
    pub id: &'static str,
    /// What it does, in Markdown.
    pub docs: &'static str,
    /// The aspects that it looks at.
    pub aspects: &'static [Aspect],
    /// What requirements may give it in `with`.
    pub parameters: &'static [Parameter],
    /// Which requirements share a sequence.
    pub sharing: Sharing,
    /// The probe itself.
    pub conduct: Conduct,
}

impl Probe {
    /// The aspect with this name.
    pub fn aspect(&self, name: &str) -> Option<&'static Aspect> {
        self.aspects.iter().find(|aspect| aspect.name == name)
    }
}

/// Declares a probe: the documentation of the probe, its aspects and its parameters is
/// written once, as doc comments; the parameters become a struct.
macro_rules! declare_probe {
    (
        $(#[doc = $doc:literal])+
        $id:literal, sharing: $sharing:ident,
        aspects: { $($(#[doc = $aspect_doc:literal])+ $aspect:literal,)+ },
        parameters: $with:ident {
            $($(#[doc = $field_doc:literal])+ $field:ident: $type:ty $(= $default:tt)?,)+
        },
        run: $conduct:ident($run:ident)
    ) => {
        #[derive(Clone, Debug, serde::Deserialize)]
        struct $with {
            $($(#[doc = $field_doc])+ $field: $type,)+
        }

        $(#[doc = $doc])+
        pub(super) const PROBE: $crate::probes::Probe = $crate::probes::Probe {
            id: $id,
            docs: concat!($($doc, "\n"),+),
            aspects: &[$($crate::probes::Aspect {
                name: $aspect,
                docs: concat!($($aspect_doc, "\n"),+),
            }),+],
            parameters: &[$($crate::probes::Parameter {
                name: stringify!($field),
                kind: <$type as $crate::probes::parameter::Argument>::KIND,
                optional: <$type as $crate::probes::parameter::Argument>::OPTIONAL,
                default: $crate::probes::parameter::first(&[$(|| serde_json::json!($default))?]),
                docs: concat!($($field_doc, "\n"),+),
            }),+],
            sharing: $crate::probes::Sharing::$sharing,
            conduct: $crate::probes::Conduct::$conduct(|scene, given| Box::pin($run(scene, given))),
        };
    };
}
pub(super) use declare_probe;
