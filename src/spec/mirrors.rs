//! Mirror topics as they are declared: by the name of their source topic or a pattern over it.

use std::ops::Deref;

use super::decode::{Cx, Decode, choice, record};
use super::governance::Hold;
use super::located::Located;
use super::named::Named;
use super::node::Node;
use super::pattern;
use super::reference::Plain;
use crate::diagnostic::Place;

choice! {
    "a mirror state"
    /// The state that a mirror topic should end in.
    pub enum MirrorState {
        /// It copies.
        Mirroring = "mirroring",
        /// It exists and does not copy.
        Paused = "paused",
        /// It becomes an ordinary topic after everything is copied. This is irreversible.
        Promoted = "promoted",
        /// It becomes an ordinary topic at once, with what has been copied so far. This is
        /// irreversible.
        FailedOver = "failed-over",
    }
}

record! {
    "a mirror topic"
    /// A mirror topic, or all that a pattern matches.
    #[schemars(extend("type" = ["object", "null"]))]
    pub struct Mirror {
        /// The state it should end in; `mirroring` when left out.
        pub state: Option<Located<MirrorState>>,
        /// Topic configs to create it with, for those that the link does not sync.
        #[schemars(default)]
        pub configs: Named<Located<Plain>>,
        /// Keeps every operation off the mirror topic until a day.
        pub hold: Option<Hold>,
    }
}

impl Mirror {
    /// The state, the default filled in.
    #[must_use]
    pub fn state(&self) -> MirrorState {
        self.state
            .as_ref()
            .map_or(MirrorState::Mirroring, |state| state.value)
    }
}

/// Mirrors by source topic name. `orders.placed:` with nothing after it is a mirror too.
#[derive(Clone, Debug, Default)]
pub struct Mirrors(Named<Declared>);

/// A mirror whose mapping may be left out.
#[derive(Clone, Debug)]
pub struct Declared(pub Mirror);

impl Deref for Mirrors {
    type Target = Named<Declared>;

    fn deref(&self) -> &Named<Declared> {
        &self.0
    }
}

impl Decode for Declared {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        Mirror::decode(node, cx).map(Self)
    }

    fn nothing(place: &Place) -> Option<Self> {
        Some(Self(Mirror {
            place: place.clone(),
            broken: false,
            state: None,
            configs: Named::default(),
            hold: None,
        }))
    }
}

impl Decode for Mirrors {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let named = Named::<Declared>::decode(node, cx)?;
        pattern::check(named.names(), cx);
        Some(Self(named))
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

impl schemars::JsonSchema for Mirrors {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Mirrors".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "additionalProperties": generator.subschema_for::<Mirror>(),
            "propertyNames": { "pattern": r"^[^*]*\*?$" },
            "examples": [{ "orders.placed": {}, "payments": { "state": "paused" }, "*": { "state": "mirroring" } }],
        })
    }
}
