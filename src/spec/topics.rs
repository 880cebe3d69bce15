//! Topics of a bidirectional link, by where they are written: [`Topic`] and [`Topics`].

use std::ops::Deref;

use super::decode::{Cx, Decode, choice, record};
use super::governance::Hold;
use super::located::Located;
use super::named::Named;
use super::node::Node;
use super::pattern;
use super::reference::Plain;

choice! {
    "a state of a copy"
    /// The state of the mirror topic on the other cluster.
    pub enum CopyState {
        /// It copies.
        Mirroring = "mirroring",
        /// It exists and does not copy.
        Paused = "paused",
    }
}

choice! {
    "a kind of copy"
    /// What the other cluster has of the topic.
    pub enum Copy {
        /// A mirror topic.
        Mirror = "mirror",
        /// Nothing that Linkwright makes: its topic, if it has one, is left alone.
        None = "none",
    }
}

record! {
    "a topic"
    /// A topic of a bidirectional link, or all that a pattern matches.
    pub struct Topic {
        /// The cluster that it is written on. Changing it is a switchover; while the other cluster is
        /// declared `lost` it is a failover.
        pub primary: Located<String>,
        /// The state of the mirror topic on the other cluster; `mirroring` when left out.
        pub state: Option<Located<CopyState>>,
        /// What the other cluster has of it; `mirror` when left out.
        pub copy: Option<Located<Copy>>,
        /// Topic configs to create the mirror topic with, for those that the link does not sync.
        #[schemars(default)]
        pub configs: Named<Located<Plain>>,
        /// On a pattern: mirror topics of new topics that it matches are created automatically.
        pub auto_create: Option<Located<bool>>,
        /// Keeps every operation off the topic, on both clusters, until a day.
        pub hold: Option<Hold>,
    }
}

impl Topic {
    /// Whether the mirror topic is paused.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        (self.state.as_ref()).is_some_and(|state| state.value == CopyState::Paused)
    }

    /// Whether the other cluster has a mirror topic.
    #[must_use]
    pub fn has_copy(&self) -> bool {
        (self.copy.as_ref()).is_none_or(|copy| copy.value == Copy::Mirror)
    }

    /// Whether mirror topics are created automatically.
    #[must_use]
    pub fn auto_creates(&self) -> bool {
        self.auto_create.as_ref().is_some_and(|auto| auto.value)
    }
}

/// Topics by name, or by a pattern over it.
#[derive(Clone, Debug, Default)]
pub struct Topics(Named<Topic>);

impl Deref for Topics {
    type Target = Named<Topic>;

    fn deref(&self) -> &Named<Topic> {
        &self.0
    }
}

impl Decode for Topics {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let named = Named::<Topic>::decode(node, cx)?;
        pattern::check(named.names(), cx);
        Some(Self(named))
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

impl schemars::JsonSchema for Topics {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Topics".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "additionalProperties": generator.subschema_for::<Topic>(),
            "propertyNames": { "pattern": r"^[^*]*\*?$" },
            "examples": [{ "orders.*": { "primary": "east", "auto_create": true }, "payments": { "primary": "west" } }],
        })
    }
}
