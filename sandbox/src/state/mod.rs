//! The state of the simulated world: everything that is saved, restored and shown.
//!
//! [`State`] holds plain data. What happens to it over time is in `engine`, what REST calls do to
//! it is in `http`.

pub(crate) mod event;
pub(crate) mod history;
pub(crate) mod key;
pub(crate) mod link;
pub(crate) mod switchover;
pub(crate) mod topic;

use crate::catalog::link::find;
use crate::clock::{ClockMode, Millis};
use crate::fault::Fault;
use crate::harm::{Harm, HarmKind};
use crate::limiter::RateLimit;
use crate::profile::Profile;
use crate::random::Random;
use crate::switches::{Freight, Switches};
use crate::timings::Timings;
use crate::vocabulary::{ClusterKind, Tier};
use crate::world::{AclSpec, BasicCredential, LinkPrincipal, RestAuth};
use event::{Event, Scheduled};
use key::{HalfKey, MirrorKey};
use link::{Half, Mirror};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use topic::{Group, Topic};

/// Version of the saved form.
pub(crate) const FORMAT: u32 = 2;

/// The whole world at one instant of virtual time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) format_version: u32,
    pub(crate) now: Millis,
    /// When the world began.
    #[serde(default)]
    pub(crate) started: Millis,
    pub(crate) clock: ClockMode,
    /// The world's seed, for what is arbitrary and lasting, such as the order of a list.
    pub(crate) seed: u64,
    pub(crate) random: Random,
    pub(crate) next_number: u64,
    pub(crate) switches: Switches,
    pub(crate) timings: Timings,
    /// The keys that open Confluent Cloud's own API; without a list every key does.
    #[serde(default)]
    pub(crate) cloud_api_keys: Option<Vec<BasicCredential>>,
    /// `host:port` of clusters that are served at an address of their own. Not saved: it ends with
    /// the process.
    #[serde(skip)]
    pub(crate) addresses: BTreeMap<String, String>,
    pub(crate) clusters: BTreeMap<String, Cluster>,
    #[serde(default)]
    pub(crate) switchover: switchover::Switchover,
    pub(crate) queue: BTreeSet<Scheduled>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) harms: Vec<Harm>,
    /// Per cluster, the world as reads still see it, and until when. Not saved: a stale read does
    /// not outlive the process.
    #[serde(skip)]
    pub(crate) stale: BTreeMap<String, Stale>,
}

/// An older world that reads are answered from.
#[derive(Debug, Clone)]
pub(crate) struct Stale {
    pub(crate) until: Millis,
    pub(crate) state: Box<State>,
}

/// One cluster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Cluster {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) kind: ClusterKind,
    pub(crate) profile: Profile,
    pub(crate) tier: Tier,
    pub(crate) organization: Option<String>,
    pub(crate) bootstrap: String,
    /// Where it is to be served alone.
    #[serde(default)]
    pub(crate) listen: Option<std::net::SocketAddr>,
    pub(crate) rest_auth: Option<RestAuth>,
    pub(crate) link_principals: Option<Vec<LinkPrincipal>>,
    pub(crate) reachable: bool,
    pub(crate) authorizer: bool,
    #[serde(default)]
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) acl_limit: Option<usize>,
    pub(crate) link_limit: Option<usize>,
    pub(crate) mirror_limit: Option<usize>,
    pub(crate) brokers: u16,
    pub(crate) service_accounts: BTreeMap<String, u64>,
    pub(crate) topics: BTreeMap<String, Topic>,
    pub(crate) acls: BTreeSet<AclSpec>,
    pub(crate) groups: BTreeMap<String, Group>,
    pub(crate) halves: BTreeMap<String, Half>,
    /// Rows with an empty name that a deleted half left behind: the deleted link's name and ids.
    pub(crate) deleted_half_rows: Vec<DeletedHalfRow>,
}

/// What a deleted half of a two-half link leaves in the list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DeletedHalfRow {
    pub(crate) link: String,
    pub(crate) cluster_link_id: String,
    pub(crate) remote: String,
}

impl Cluster {
    /// The replication factor new topics get.
    pub(crate) fn replication_factor(&self) -> u16 {
        match self.kind {
            ClusterKind::ConfluentCloud => 3,
            ClusterKind::ConfluentPlatform | ClusterKind::ApacheKafka => self.brokers.min(3),
        }
    }

    /// Whether links can live here at all, or why not.
    pub(crate) fn can_hold_links(&self) -> bool {
        self.kind != ClusterKind::ApacheKafka
    }

    /// Whether this is a Cloud cluster of a type that takes no part in linking.
    pub(crate) fn is_outside_linking(&self, switches: &Switches) -> bool {
        self.kind == ClusterKind::ConfluentCloud
            && self.tier == Tier::Freight
            && switches.freight == Freight::Refused
    }

    /// Whether this is a Cloud cluster of a type that can only be a source.
    pub(crate) fn is_source_only_tier(&self) -> bool {
        self.kind == ClusterKind::ConfluentCloud
            && matches!(self.tier, Tier::Basic | Tier::Standard)
    }
}

impl State {
    /// A link config of a half on this cluster: what was set, else the default of its profile.
    pub(crate) fn config<'a>(
        &self,
        cluster: &Cluster,
        half: &'a Half,
        name: &str,
    ) -> Option<&'a str> {
        match half.configs.get(name) {
            Some(value) => Some(value.as_str()),
            None => find(name).and_then(|key| cluster.profile.default_of(key, &self.switches)),
        }
    }

    /// The topic configs that a half copies.
    pub(crate) fn sync_include<'a>(&self, cluster: &Cluster, half: &'a Half) -> &'a str {
        self.config(cluster, half, "topic.config.sync.include")
            .unwrap_or("")
    }

    /// A number no one had before.
    pub(crate) fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }

    /// The switches as a cluster has them.
    pub(crate) fn switches_on(&self, cluster: &str) -> Switches {
        match self.clusters.get(cluster) {
            Some(cluster) => self.switches.on(cluster.kind),
            None => self.switches,
        }
    }

    /// Queues an event `delay` milliseconds from now.
    pub(crate) fn schedule(&mut self, delay: Millis, event: Event) {
        let number = self.number();
        let at = self.now.saturating_add(delay.max(0));
        self.queue.insert(Scheduled { at, number, event });
    }

    /// Remembers a harm.
    pub(crate) fn harm(&mut self, kind: HarmKind, cluster: &str, subject: &str, message: String) {
        self.harms.push(Harm {
            kind,
            at_ms: self.now,
            cluster: cluster.to_owned(),
            subject: subject.to_owned(),
            message,
        });
    }

    /// A half that may or may not be there.
    pub(crate) fn half(&self, key: &HalfKey) -> Option<&Half> {
        self.clusters.get(&key.cluster)?.halves.get(&key.link)
    }

    /// The same, to change it.
    pub(crate) fn half_mut(&mut self, key: &HalfKey) -> Option<&mut Half> {
        self.clusters
            .get_mut(&key.cluster)?
            .halves
            .get_mut(&key.link)
    }

    /// The half and the row of a mirror that may or may not be there.
    pub(crate) fn mirror(&self, key: &MirrorKey) -> Option<(&Half, &Mirror)> {
        let half = self.half(&key.half)?;
        Some((half, half.mirrors.get(&key.name)?))
    }

    /// The row, to change it.
    pub(crate) fn mirror_mut(&mut self, key: &MirrorKey) -> Option<&mut Mirror> {
        self.half_mut(&key.half)?.mirrors.get_mut(&key.name)
    }

    /// A topic that may or may not be there.
    pub(crate) fn topic(&self, cluster: &str, name: &str) -> Option<&Topic> {
        self.clusters.get(cluster)?.topics.get(name)
    }

    /// The same, to change it.
    pub(crate) fn topic_mut(&mut self, cluster: &str, name: &str) -> Option<&mut Topic> {
        self.clusters.get_mut(cluster)?.topics.get_mut(name)
    }

    /// The other half of a two-half link: same name, same id, on the other cluster.
    pub(crate) fn peer(&self, key: &HalfKey) -> Option<(&Cluster, &Half)> {
        let half = self.half(key)?;
        let remote = self.clusters.get(half.remote.as_deref()?)?;
        let peer = remote.halves.get(&key.link)?;
        (peer.cluster_link_id == half.cluster_link_id
            && peer.remote.as_deref().is_none_or(|id| id == key.cluster)
            && !peer.deleting)
            .then_some((remote, peer))
    }

    /// All halves.
    pub(crate) fn all_halves(&self) -> Vec<HalfKey> {
        self.halves_where(|_| true)
    }

    /// Halves whose mirrors copy from this cluster.
    pub(crate) fn followers(&self, source: &str) -> Vec<HalfKey> {
        self.halves_where(|half| half.hosts_mirrors() && half.remote.as_deref() == Some(source))
    }

    fn halves_where(&self, wanted: impl Fn(&Half) -> bool) -> Vec<HalfKey> {
        let mut keys = Vec::new();
        for cluster in self.clusters.values() {
            let halves = cluster.halves.values().filter(|half| wanted(half));
            keys.extend(halves.map(|half| HalfKey::new(&cluster.id, &half.name)));
        }
        keys
    }
}
