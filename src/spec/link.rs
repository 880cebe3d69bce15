//! Links, their halves, and the settings that both have.

use super::credentials::Credentials;
use super::decode::{choice, record};
use super::duration::Duration;
use super::governance::Hold;
use super::located::Located;
use super::mirrors::Mirrors;
use super::named::Named;
use super::offset::StartOffset;
use super::pattern::{Filter, Pattern};
use super::reference::Raw;
use super::topics::Topics;

use super::acl::AclFilter;

choice! {
    "a link mode"
    /// Which cluster initiates the link, and in which direction it copies.
    pub enum Mode {
        /// One object on the destination, which connects to the source.
        DestinationInitiated = "destination-initiated",
        /// An object on each cluster; the source connects to the destination.
        SourceInitiated = "source-initiated",
        /// An object on each cluster; both can hold mirrors of the other's topics.
        Bidirectional = "bidirectional",
    }
}

choice! {
    "a connection mode"
    /// Which half of a bidirectional link connects.
    pub enum Connection {
        /// The half connects to the other cluster.
        Outbound = "outbound",
        /// The half waits for the other cluster's half to connect.
        Inbound = "inbound",
    }
}

choice! {
    "a treatment of undeclared configs"
    /// What happens to configs that are set on the server and not declared under `configs`.
    pub enum UndeclaredConfigs {
        /// Report them and change nothing.
        Report = "report",
        /// Reset them to their defaults.
        Reset = "reset",
    }
}

record! {
    "a link"
    /// A cluster link.
    pub struct Link {
        /// The link's name on the clusters that hold it, when it is not the key. Two links on
        /// different clusters can have the same name.
        pub name: Option<Located<String>>,
        /// The cluster to copy from. Not for bidirectional links.
        pub source: Option<Located<String>>,
        /// The cluster to copy to. Not for bidirectional links.
        pub destination: Option<Located<String>>,
        /// Which cluster initiates the link; `destination-initiated` when left out.
        pub mode: Option<Located<Mode>>,
        /// One entry for each of the two clusters of a bidirectional link. On a source-initiated
        /// link, only `configs` and `undeclared_configs` of the source's half.
        #[schemars(default)]
        pub halves: Named<Half>,
        /// The topics of a bidirectional link by the cluster that they are written on, in place of
        /// `mirrors` under its halves. A key is a topic's name, or a pattern over it.
        #[schemars(default)]
        pub topics: Topics,
        /// The plan refuses irreversible operations on the link.
        pub protect: Option<Located<bool>>,
        /// Sets of the link's mirror topics that are promoted together, by a name: none before all can
        /// be. Each is a list of SOURCE topic names, or of patterns over them.
        #[schemars(default, extend("examples" = [{"shop": ["orders", "bill*"]}]))]
        pub move_together: Named<Vec<Pattern>>,
        /// Keeps every operation off the link and its mirror topics until a day.
        pub hold: Option<Hold>,
        flatten
        /// What it does.
        pub settings: Settings,
    }
}

impl Link {
    /// The mode, the default filled in.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
            .as_ref()
            .map_or(Mode::DestinationInitiated, |mode| mode.value)
    }

    /// Where the mode is written, or the link itself.
    #[must_use]
    pub fn mode_place(&self) -> &crate::diagnostic::Place {
        self.mode.as_ref().map_or(&self.place, |mode| &mode.place)
    }
}

record! {
    "a link half"
    /// One half of a link, on one cluster.
    pub struct Half {
        /// Whether this half connects (`outbound`, when left out) or waits (`inbound`).
        pub connection: Option<Located<Connection>>,
        flatten
        /// What it does.
        pub settings: Settings,
    }
}

impl Half {
    /// The connection mode, the default filled in.
    #[must_use]
    pub fn connection(&self) -> Connection {
        self.connection
            .as_ref()
            .map_or(Connection::Outbound, |connection| connection.value)
    }
}

record! {
    "link settings"
    /// The settings of a one-way link, or of one half of a bidirectional link.
    pub struct Settings {
        /// How the half that connects authenticates to the other cluster.
        pub credentials: Option<Credentials>,
        /// How the half that connects authenticates to its own cluster: required on the source of a
        /// source-initiated link, and on an outbound half whose other half is inbound.
        pub local_credentials: Option<Credentials>,
        /// Put before the name of every mirror topic; at most 12 characters. It cannot be changed
        /// later.
        #[schemars(extend("examples" = ["east."]))]
        pub prefix: Option<Located<String>>,
        /// Where mirrors that are created later start: `earliest` (when left out), `latest` or an
        /// RFC 3339 time.
        pub mirror_start_offset: Option<Located<StartOffset>>,
        /// Copies topic configs to mirror topics.
        pub topic_config_sync: Option<TopicConfigSync>,
        /// Copies committed offsets of consumer groups. Left out: off.
        pub consumer_offset_sync: Option<ConsumerOffsetSync>,
        /// Copies ACLs, and deletes ACLs that the source does not have. Left out: off.
        pub acl_sync: Option<AclSync>,
        /// Creates mirror topics automatically. Left out: off.
        pub auto_create_mirrors: Option<AutoCreateMirrors>,
        /// Mirror topics, by the name of their SOURCE topic, or by a pattern over it.
        #[schemars(default)]
        pub mirrors: Mirrors,
        /// The most that may be lost and the longest time that a failover to this half may take.
        /// `drift` and `drill` compare estimates and earlier runs with it; nothing is enforced.
        pub objectives: Option<Objectives>,
        /// Any other link config by its own name; `null` is the server's default.
        #[schemars(default, extend("examples" = [{"replica.socket.receive.buffer.bytes": 65536}]))]
        pub configs: Named<Option<Located<Raw>>>,
        /// What happens to configs that are set on the server and not declared; `report` when left
        /// out.
        pub undeclared_configs: Option<Located<UndeclaredConfigs>>,
    }
}

record! {
    "objectives"
    /// What a failover to the cluster that holds the mirror topics must keep to.
    pub struct Objectives {
        /// Recovery point objective: how far mirror topics may be behind their source, in time.
        #[schemars(extend("examples" = ["5s"]))]
        pub rpo: Option<Located<Duration>>,
        /// Recovery time objective: how long a failover may take, from its start until every mirror topic
        /// of the half is writable.
        #[schemars(extend("examples" = ["15m"]))]
        pub rto: Option<Located<Duration>>,
    }
}

record! {
    "topic config sync"
    /// Copies topic configs to mirror topics.
    pub struct TopicConfigSync {
        /// How often; `5s` when left out.
        pub interval: Option<Located<Duration>>,
        /// The topic configs to copy, instead of the server's own list. It must contain those that
        /// are always copied.
        #[schemars(extend("examples" = [["cleanup.policy", "max.message.bytes"]]))]
        pub include: Option<Vec<Located<String>>>,
    }
}

record! {
    "consumer offset sync"
    /// Copies committed offsets of consumer groups.
    pub struct ConsumerOffsetSync {
        /// `false` turns it off; on when the section is present.
        pub enabled: Option<Located<bool>>,
        /// How often; `30s` when left out.
        pub interval: Option<Located<Duration>>,
        /// Which consumer groups.
        pub groups: Option<Filter>,
        /// Puts the link's prefix before group names too.
        pub prefix_groups: Option<Located<bool>>,
    }
}

record! {
    "ACL sync"
    /// Copies ACLs, and deletes matching ACLs on the destination that the source does not have.
    pub struct AclSync {
        /// `false` turns it off; on when the section is present.
        pub enabled: Option<Located<bool>>,
        /// How often; `5s` when left out.
        pub interval: Option<Located<Duration>>,
        /// Which ACLs: those that any of these filters matches.
        #[schemars(default)]
        pub filters: Vec<AclFilter>,
    }
}

record! {
    "auto-creation of mirrors"
    /// Creates a mirror topic for each source topic that the filter selects.
    pub struct AutoCreateMirrors {
        /// `false` turns it off; on when the section is present.
        pub enabled: Option<Located<bool>>,
        /// Which source topics.
        pub topics: Option<Filter>,
    }
}

/// Whether a section that is present is on.
#[must_use]
fn is_on(enabled: Option<&Located<bool>>) -> bool {
    enabled.is_none_or(|enabled| enabled.value)
}

impl ConsumerOffsetSync {
    /// Whether it is on.
    #[must_use]
    pub fn is_on(&self) -> bool {
        is_on(self.enabled.as_ref())
    }
}

impl AclSync {
    /// Whether it is on.
    #[must_use]
    pub fn is_on(&self) -> bool {
        is_on(self.enabled.as_ref())
    }
}

impl AutoCreateMirrors {
    /// Whether it is on.
    #[must_use]
    pub fn is_on(&self) -> bool {
        is_on(self.enabled.as_ref())
    }
}
