//! What an earlier read has shown of mirror topics, and how it is put next to those of this one: [`Sample`].

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::mirror::{Earlier, MirrorFact, MirrorStatus, PartitionLag};
use super::{ClusterSnapshot, LinkFact};
use crate::address::{ClusterName, LinkName, TopicName};

/// How mirror topics are read a second time, or what takes the place of a second read.
#[derive(Clone, Debug, Default)]
pub enum Sample {
    /// They are read once.
    #[default]
    Once,
    /// They are read again after so long.
    After(Duration),
    /// What was kept of an earlier read is put next to what is read.
    Recorded(Arc<RecordedLags>),
}

/// What was kept of an earlier read, cluster by cluster.
#[derive(Clone, Debug, Default)]
pub struct RecordedLags {
    /// The time now, by the clock that the records were written by.
    pub now: jiff::Timestamp,
    /// Who read it.
    pub reader: Reader,
    /// The records of the clusters that have one.
    pub clusters: BTreeMap<ClusterName, LagsV1>,
}

/// Who has read the figures of an earlier read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reader {
    /// An earlier run, perhaps hours ago.
    #[default]
    EarlierRun,
    /// The run that has read the others too, a moment later.
    SameRun,
}

/// The version of [`LagsV1`].
const FORMAT_VERSION: u32 = 1;

/// How far the mirror topics of a cluster were behind when it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LagsV1 {
    /// The version of this format: 1.
    format_version: u32,
    /// The cluster's id.
    cluster_id: String,
    /// When it was read (RFC 3339).
    #[schemars(with = "String")]
    read_at: jiff::Timestamp,
    /// The mirror topics of each link.
    links: BTreeMap<LinkName, LinkLagsV1>,
}

/// Those of one link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
struct LinkLagsV1 {
    /// A link that was deleted and created again is another.
    link_id: Option<String>,
    /// Partition, lag and last source offset that was fetched, for each partition of each active mirror topic.
    mirror_topics: BTreeMap<TopicName, Vec<(i32, i64, i64)>>,
}

impl LagsV1 {
    /// What was read of a cluster's links and their mirror topics.
    pub fn of<'a>(
        cluster_id: &str,
        read_at: jiff::Timestamp,
        links: impl Iterator<Item = (&'a LinkFact, &'a BTreeMap<TopicName, MirrorFact>)>,
    ) -> Self {
        let links = links.map(|(link, mirrors)| {
            let active = mirrors.values();
            let active = active.filter(|mirror| mirror.status == MirrorStatus::Active);
            let figures =
                |lag: &PartitionLag| (lag.partition, lag.lag, lag.last_source_fetch_offset);
            let mirror_topics = active
                .map(|mirror| {
                    (
                        mirror.topic.clone(),
                        mirror.lags.iter().map(figures).collect(),
                    )
                })
                .collect();
            let entry = LinkLagsV1 {
                link_id: link.link_id.clone(),
                mirror_topics,
            };
            (link.name.clone(), entry)
        });
        Self {
            format_version: FORMAT_VERSION,
            cluster_id: cluster_id.to_owned(),
            read_at,
            links: links.collect(),
        }
    }

    /// What was read of a cluster; none where its links or their mirror topics were not.
    #[must_use]
    pub fn of_cluster(
        cluster_id: &str,
        read_at: jiff::Timestamp,
        cluster: &ClusterSnapshot,
    ) -> Option<Self> {
        let (links, mirrors) = (cluster.links.read()?, cluster.mirrors.read()?);
        let none = BTreeMap::new();
        let rows = links
            .iter()
            .map(|(name, link)| (link, mirrors.get(name).unwrap_or(&none)));
        Some(Self::of(cluster_id, read_at, rows))
    }

    /// When it was read.
    #[must_use]
    pub fn read_at(&self) -> jiff::Timestamp {
        self.read_at
    }

    /// Partition, lag and last source offset that was fetched, for each partition of a mirror topic. None where it was
    /// not active, or where its link had another id than this one.
    #[must_use]
    pub fn figures(
        &self,
        link: &str,
        link_id: Option<&str>,
        topic: &str,
    ) -> Option<&[(i32, i64, i64)]> {
        let recorded = self.links.get(link)?;
        let is_same = recorded.link_id.as_deref() == link_id;
        recorded
            .mirror_topics
            .get(topic)
            .filter(|_| is_same)
            .map(Vec::as_slice)
    }

    /// Gives each mirror topic the name that a function writes in place of its own.
    pub(crate) fn rename(&mut self, new_name: &mut dyn FnMut(&mut String)) {
        for link in self.links.values_mut() {
            let topics = std::mem::take(&mut link.mirror_topics);
            let topics = topics.into_iter().map(|(topic, figures)| {
                let mut name = topic.to_string();
                new_name(&mut name);
                (name.into(), figures)
            });
            link.mirror_topics = topics.collect();
        }
    }

    /// Reads a record of this cluster; none where it is in another form, of another cluster, or not from before now.
    #[must_use]
    pub fn read(content: &[u8], cluster_id: &str, now: jiff::Timestamp) -> Option<Self> {
        let record: Self = serde_json::from_slice(content).ok()?;
        let is_known = record.format_version == FORMAT_VERSION && record.cluster_id == cluster_id;
        (is_known && record.read_at < now).then_some(record)
    }

    /// The text of it.
    #[must_use]
    pub fn text(&self) -> Vec<u8> {
        let mut text = serde_json::to_vec(self).unwrap_or_default();
        text.push(b'\n');
        text
    }

    /// Puts the record next to what was read of its cluster now. What is another link by now, or has not been active
    /// since, has no earlier figures.
    pub fn put_next_to(&self, cluster: &mut ClusterSnapshot, now: jiff::Timestamp, reader: Reader) {
        let between = Duration::try_from(now.duration_since(self.read_at)).unwrap_or_default();
        if between.is_zero() {
            return;
        }
        let links = &cluster.links;
        let Some(mirrors) = cluster.mirrors.read_mut() else {
            return;
        };
        for (link, rows) in mirrors {
            let row = links.read().and_then(|links| links.get(link));
            let recorded = self.links.get(link);
            let Some((row, recorded)) = row.zip(recorded) else {
                continue;
            };
            if row.link_id != recorded.link_id {
                continue;
            }
            for (topic, mirror) in rows {
                let is_since =
                    (mirror.since_ms).is_none_or(|since| since <= self.read_at.as_millisecond());
                if let Some(figures) = recorded.mirror_topics.get(topic).filter(|_| is_since) {
                    let lags = figures.iter().map(of_figures).collect();
                    mirror.earlier = match reader {
                        Reader::EarlierRun => Earlier::Recorded(Box::new(lags)),
                        Reader::SameRun => Earlier::Sampled(Box::new(lags)),
                    };
                }
            }
        }
        cluster.sampled = Some(between);
    }
}

fn of_figures(&(partition, lag, last_source_fetch_offset): &(i32, i64, i64)) -> PartitionLag {
    PartitionLag {
        partition,
        lag,
        last_source_fetch_offset,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::loss::loss;
    use crate::live::{CatchUp, Loss, Pace, Reading};

    fn cluster(link_id: &str, since_ms: i64, figures: (i64, i64)) -> ClusterSnapshot {
        let link = LinkFact {
            name: "dr".into(),
            link_id: Some(link_id.to_owned()),
            source: None,
            destination: None,
            remote: None,
            state: None,
            error: None,
            error_message: None,
            topic_count: 1,
        };
        let mirror = MirrorFact {
            link: "dr".into(),
            topic: "orders".into(),
            source_topic: "orders".into(),
            partitions: 1,
            status: MirrorStatus::Active,
            since_ms: Some(since_ms),
            error: None,
            transition_problems: Vec::new(),
            lags: [of_figures(&(0, figures.0, figures.1))]
                .into_iter()
                .collect(),
            earlier: Earlier::None,
        };
        let mirrors = BTreeMap::from([("orders".into(), mirror)]);
        ClusterSnapshot {
            links: Reading::Read(BTreeMap::from([("dr".into(), link)])),
            mirrors: Reading::Read(BTreeMap::from([("dr".into(), mirrors)])),
            ..ClusterSnapshot::default()
        }
    }

    fn at(seconds: i64) -> jiff::Timestamp {
        jiff::Timestamp::from_second(seconds).unwrap()
    }

    /// A record of what is read here at the second 1,000.
    fn record(cluster: &ClusterSnapshot) -> LagsV1 {
        let links = cluster.links.read().unwrap();
        let mirrors = cluster.mirrors.read().unwrap();
        let of_links = links.iter().map(|(name, link)| (link, &mirrors[name]));
        let text = LagsV1::of("lkc-1", at(1_000), of_links).text();
        assert_eq!(LagsV1::read(&text, "lkc-2", at(1_600)), None);
        // A clock that stood still, or went back.
        assert_eq!(LagsV1::read(&text, "lkc-1", at(1_000)), None);
        assert_eq!(LagsV1::read(&text, "lkc-1", at(900)), None);
        LagsV1::read(&text, "lkc-1", at(1_600)).unwrap()
    }

    fn pace(cluster: &ClusterSnapshot) -> Option<Pace> {
        let link = &cluster.links.read().unwrap()[&LinkName::from("dr")];
        let mirror = &cluster.mirrors.read().unwrap()[&link.name][&TopicName::from("orders")];
        // Whatever an earlier run has recorded, it does not show that the source can be reached now.
        assert!(matches!(
            loss(mirror, Some(link), mirror.earlier.sampled()).loss,
            Loss::AtLeast(_)
        ));
        Pace::of(mirror, Some(link), cluster.sampled)
    }

    #[test]
    fn the_pace_follows_from_the_last_record() {
        let record = record(&cluster("a", 0, (900, 100)));
        let mut now = cluster("a", 0, (300, 1_300));
        record.put_next_to(&mut now, at(1_600), Reader::EarlierRun);
        let pace = pace(&now).unwrap();
        assert!(pace.is_recorded);
        assert_eq!((pace.fetched, pace.per_minute()), (1_200, 120));
        assert_eq!(pace.catch_up, CatchUp::After(Duration::from_secs(300)));
    }

    #[test]
    fn what_has_not_gone_on_since_the_record_has_no_pace() {
        let record = record(&cluster("a", 0, (900, 100)));
        // Another link of the same name; resumed since; offsets that went back; a clock that did.
        for (link_id, since_ms, figures, now) in [
            ("b", 0, (300, 1_300), 1_600),
            ("a", 1_200_000, (300, 1_300), 1_600),
            ("a", 0, (300, 50), 1_600),
            ("a", 0, (300, 1_300), 1_000),
            ("a", 0, (300, 1_300), 900),
        ] {
            let mut cluster = cluster(link_id, since_ms, figures);
            record.put_next_to(&mut cluster, at(now), Reader::EarlierRun);
            assert_eq!(
                pace(&cluster),
                None,
                "{link_id} {since_ms} {figures:?} {now}"
            );
        }
    }
}
