//! The desired state of one link: [`Link`], its [`Half`]s, their configs and mirrors.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{LinkMode, MirrorState, Role, Rules, TopicRules, Undeclared};
use crate::address::{ClusterId, ClusterName, HalfAddress, LinkKey, LinkName, TopicName};
use crate::catalog::filters::{NameFilters, NamePattern, Subject};
use crate::catalog::{self, names};
use crate::diagnostic::Place;
use crate::secret::Template;

/// One logical link with its one or two halves.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Link {
    /// Its key in the spec.
    pub key: LinkKey,
    /// Its name on every cluster that holds a half.
    pub name: LinkName,
    /// Its halves in the order they must be created: inbound before outbound.
    pub halves: Vec<Half>,
    /// Whether anything irreversible on it is refused.
    pub protect: bool,
    /// Until when no operation is planned for it, and why.
    pub hold: Option<Hold>,
    /// Which source topics' mirrors are promoted together, by the name of their set.
    pub move_together: BTreeMap<String, Vec<NamePattern>>,
    /// Its topics by where they are written, in place of mirrors on its halves.
    pub topics: Option<TopicRules>,
    /// Where the spec declares it.
    pub place: Place,
}

impl Link {
    /// The sets that the mirror of a source topic moves with.
    #[must_use]
    pub fn sets_of(&self, source: &TopicName) -> Vec<String> {
        let sets = self.move_together.iter();
        sets.filter(|(_, patterns)| patterns.iter().any(|it| it.matches(source.as_str())))
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// The holds of its topics.
    pub(crate) fn topic_holds(&self) -> impl Iterator<Item = &Hold> {
        self.topics.iter().flat_map(|rules| {
            let patterns = rules.patterns.iter().map(|(_, declared)| declared);
            let all = rules.literal.values().chain(patterns);
            all.filter_map(|declared| declared.hold.as_ref())
        })
    }

    /// Whether the spec itself pauses the mirror topics of this half: they follow no source while
    /// either object of a one-way link is paused.
    #[must_use]
    pub fn pauses(&self, half: &Half) -> bool {
        self.pausing(half).any(Half::is_paused)
    }

    /// The halves that pause the mirror topics of this half when they are paused.
    pub fn pausing(&self, half: &Half) -> impl Iterator<Item = &Half> {
        let is_pair = half.role.link_mode() == LinkMode::Bidirectional;
        let address = half.address.clone();
        (self.halves.iter()).filter(move |own| !is_pair || own.address == address)
    }
}

/// One link object on one cluster.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Half {
    /// The holding cluster and the link's name.
    pub address: HalfAddress,
    /// The holding cluster's id.
    pub cluster_id: ClusterId,
    /// Which part it plays.
    pub role: Role,
    /// The cluster at the other end.
    pub peer: Peer,
    /// What its mirror topics' names begin with. It cannot change after creation.
    pub prefix: Option<String>,
    /// Every link config that belongs to the spec, by name: those of the typed fields, whether
    /// written or left out, and those under `configs`.
    pub configs: BTreeMap<String, DesiredConfig>,
    /// What to do with configs that are set on the server and not mentioned here.
    pub undeclared: Undeclared,
    /// Values that configs without effect on this half may have, because they are those of the other:
    /// tools write the same configs on both.
    pub of_the_other: BTreeMap<String, String>,
    /// The credentials' generation: raised by the author to rotate them.
    pub generation: Option<u32>,
    /// The mirrors desired. Empty on a half that holds none.
    pub mirrors: MirrorRules,
    /// What a failover to this half must keep to, where the spec says anything.
    pub objectives: Option<Objectives>,
    /// Where the spec declares it.
    pub place: Place,
}

impl Half {
    /// What auto-create selects, where the spec has it on, and where the spec says so.
    #[must_use]
    pub fn auto_create(&self) -> Option<(NameFilters, &Place)> {
        let value = |name: &str| match self.configs.get(name) {
            Some(DesiredConfig {
                value: DesiredValue::Value(value),
                place,
            }) => Some((value.as_str(), place)),
            _ => None,
        };
        value(names::AUTO_CREATE_MIRROR_TOPICS_ENABLE).filter(|(on, _)| *on == "true")?;
        let (filters, place) = value(names::AUTO_CREATE_MIRROR_TOPICS_FILTERS)?;
        let filters = NameFilters::parse_json(Subject::Topics, filters).ok()?;
        Some((filters, place))
    }

    /// Whether a config does anything on this half: one that waits for connections opens none, and the
    /// source's half of a source-initiated link copies nothing to itself.
    #[must_use]
    pub fn has_effect(&self, config: &str) -> bool {
        (self.role.connects() || !catalog::is_connection(config))
            && (self.role.holds_mirrors() || !catalog::is_of_mirrors(config))
    }

    /// Whether the spec itself pauses this half.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.configs
            .get(names::CLUSTER_LINK_PAUSED)
            .is_some_and(|desired| match &desired.value {
                DesiredValue::Value(value) => value.eq_ignore_ascii_case("true"),
                DesiredValue::Default | DesiredValue::Secret(_) => false,
            })
    }

    /// What the destination's names of synced groups begin with.
    #[must_use]
    pub fn group_prefix(&self) -> &str {
        let prefixes = match self.configs.get(names::CONSUMER_GROUP_PREFIX_ENABLE) {
            Some(DesiredConfig {
                value: DesiredValue::Value(value),
                ..
            }) => value.eq_ignore_ascii_case("true"),
            _ => false,
        };
        match &self.prefix {
            Some(prefix) if prefixes => prefix,
            _ => "",
        }
    }

    /// The mirror topic's name for a source topic: the server demands prefix + source name.
    #[must_use]
    pub fn mirror_name(&self, source: &TopicName) -> TopicName {
        match &self.prefix {
            None => source.clone(),
            Some(prefix) => format!("{prefix}{source}").into(),
        }
    }
}

/// What a failover to a half must keep to. It makes no operation and is no link config.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Objectives {
    /// How far mirror topics may be behind their source (recovery point objective).
    pub rpo: Option<Objective>,
    /// How long a failover may take (recovery time objective).
    pub rto: Option<Objective>,
}

/// The most that is wanted of one thing.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Objective {
    /// The most.
    pub most: Duration,
    /// Where the spec says so.
    pub place: Place,
}

/// The cluster at the other end of a half.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Peer {
    /// Its name in the spec.
    pub cluster: ClusterName,
    /// Its own id.
    pub id: ClusterId,
}

/// What a link config should be.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DesiredConfig {
    /// The value.
    pub value: DesiredValue,
    /// Where the spec says so; the link's place when it is left out there.
    pub place: Place,
}

/// The desired state of one config value.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum DesiredValue {
    /// This value.
    Value(String),
    /// The server's default, whatever it is.
    Default,
    /// A secret. It cannot be compared, since the server never returns it.
    Secret(Template),
}

/// Which mirrors a half should have, by source topic, and in which state. What no key speaks of is unmanaged.
pub type MirrorRules = Rules<DesiredMirror>;

/// Keeps every operation off something, until a day.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Hold {
    /// The reason that the spec gives.
    pub reason: String,
    /// The first day on which it is not held any more.
    pub until: jiff::civil::Date,
    /// Its place in the spec.
    pub place: Place,
}

/// The desired state of one mirror topic, or of every one that a pattern matches.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DesiredMirror {
    /// The state it should end in.
    pub state: MirrorState,
    /// Topic configs to create it with, for keys that are not synced.
    pub configs: BTreeMap<String, String>,
    /// Until when no operation is planned for it, and why.
    pub hold: Option<Hold>,
    /// Where the spec says so.
    pub place: Place,
}
