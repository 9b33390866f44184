//! Parameters of probes: their kinds, their defaults, and what each kind of value is.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Probe;
use crate::provision::Call;

/// What a value of a parameter is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Number,
    /// A status of HTTP.
    Status,
    /// The name of an identity.
    Identity,
    /// The id of an operation.
    Operation,
    /// Ids of operations, or beginnings of paths that end in `*`.
    Pattern,
    /// The name of a recipe of the contract.
    Recipe,
    /// The name of a resource of the contract's access table.
    Resource,
    /// A word for a relation of the access table.
    Relation,
    /// A JSON Pointer.
    Pointer,
    /// A call as in the contract's recipes.
    Call,
    /// An object whose members are JSON Pointers.
    Expected,
    /// An object with these members: name, kind, whether it may be left out.
    Record(&'static [(&'static str, &'static Kind, bool)]),
    /// A list of these.
    List(&'static Kind),
}

impl Kind {
    /// What it is, in words.
    pub fn describe(&self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::Number => "a whole number".to_owned(),
            Self::Status => "a status".to_owned(),
            Self::Identity => "an identity".to_owned(),
            Self::Operation => "an operation".to_owned(),
            Self::Pattern => "an operation or a beginning of a path with *".to_owned(),
            Self::Recipe => "a resource with a recipe".to_owned(),
            Self::Resource => "a resource of [access]".to_owned(),
            Self::Relation => "a relation of [access]".to_owned(),
            Self::Pointer => "a JSON Pointer".to_owned(),
            Self::Call => "a call".to_owned(),
            Self::Expected => "JSON Pointers with values".to_owned(),
            Self::Record(members) => {
                let members: Vec<String> = members
                    .iter()
                    .map(|(name, kind, optional)| {
                        let mark = if *optional { "?" } else { "" };
                        format!("{name}{mark}: {}", kind.describe())
                    })
                    .collect();
                format!("{{ {} }}", members.join(", "))
            }
            Self::List(inner) => format!("list of {}", inner.describe()),
        }
    }
}

/// What requirements may give a probe in `with`.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What its value is.
    pub kind: &'static Kind,
    /// Whether it may be left out although it has no default.
    pub optional: bool,
    /// What it is when it is left out.
    pub default: Option<fn() -> Value>,
    /// What it is for.
    pub docs: &'static str,
}

/// A value of a parameter.
pub(super) trait Argument: DeserializeOwned {
    /// Its kind.
    const KIND: &'static Kind;
    /// Whether it may be left out.
    const OPTIONAL: bool = false;
}

/// The default, if one is written.
pub(super) const fn first(defaults: &[fn() -> Value]) -> Option<fn() -> Value> {
    match defaults {
        [default, ..] => Some(*default),
        [] => None,
    }
}

macro_rules! words {
    ($($(#[doc = $doc:literal])+ $name:ident = $kind:ident,)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        pub(super) struct $name(pub(super) String);

        impl Argument for $name {
            const KIND: &'static Kind = &Kind::$kind;
        }
    )+};
}

words! {
    /// The name of an identity.
    Identity = Identity,
    /// The id of an operation or a pattern of paths.
    Pattern = Pattern,
    /// The name of a recipe.
    RecipeName = Recipe,
    /// The name of a resource of the access table.
    Resource = Resource,
    /// A relation.
    RelationWord = Relation,
    /// A JSON Pointer.
    Place = Pointer,
}

/// Pointers with the values that must be there.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(super) struct Expected(pub(super) Map<String, Value>);

impl Expected {
    /// Whether the value has all of them.
    pub(super) fn holds(&self, value: &Value) -> bool {
        self.0
            .iter()
            .all(|(pointer, wanted)| value.pointer(pointer) == Some(wanted))
    }
}

impl Argument for Expected {
    const KIND: &'static Kind = &Kind::Expected;
}

impl Argument for String {
    const KIND: &'static Kind = &Kind::Text;
}

impl Argument for u64 {
    const KIND: &'static Kind = &Kind::Number;
}

impl Argument for u16 {
    const KIND: &'static Kind = &Kind::Status;
}

impl Argument for Call {
    const KIND: &'static Kind = &Kind::Call;
}

impl<T: Argument> Argument for Vec<T> {
    const KIND: &'static Kind = &Kind::List(T::KIND);
}

impl<T: Argument> Argument for Option<T> {
    const KIND: &'static Kind = T::KIND;
    const OPTIONAL: bool = true;
}

/// The parameters with the defaults filled in.
pub fn complete(probe: &Probe, with: &Map<String, Value>) -> Map<String, Value> {
    let mut all = with.clone();
    for parameter in probe.parameters {
        if let (false, Some(default)) = (all.contains_key(parameter.name), parameter.default) {
            all.insert(parameter.name.to_owned(), default());
        }
    }
    all
}

/// The parameters as a probe wants them. They were checked when the contract was loaded.
pub(super) fn read<T: DeserializeOwned>(with: &Map<String, Value>) -> Result<T, String> {
    serde_json::from_value(Value::Object(with.clone()))
        .map_err(|error| format!("its parameters cannot be read: {error}"))
}
