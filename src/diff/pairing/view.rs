//! What was read of one half of a bidirectional link: [`HalfView`].

use std::collections::BTreeMap;

use super::super::writer::{Row, Seen, Side};
use crate::address::{ClusterName, LinkName, TopicName};
use crate::desired::{ClusterKind, Desired, Half};
use crate::live::{ClusterSnapshot, LinkFact, MirrorFact, MirrorStatus, Reading, Snapshot, Unread};

/// One half of the link, as far as it was read.
pub(super) struct HalfView<'a> {
    pub(super) half: &'a Half,
    /// Whether its server's listings may leave stopped mirror topics out.
    pub(super) hides_stopped: bool,
    pub(super) seen: View<'a>,
}

/// What was read of it.
pub(super) enum View<'a> {
    /// Its cluster is declared lost.
    Lost,
    /// It could not be read, and why.
    Unread(&'a Unread),
    /// It was read.
    Read {
        /// Its cluster.
        host: &'a ClusterSnapshot,
        /// Its link, if that is there.
        link: Option<&'a LinkFact>,
        /// Its mirror topics.
        rows: Option<&'a BTreeMap<TopicName, MirrorFact>>,
    },
}

/// What was read of a half; none if it was not asked for.
pub(super) fn view<'a>(
    desired: &Desired,
    half: &'a Half,
    live: &'a Snapshot,
) -> Option<HalfView<'a>> {
    let cluster = &half.address.cluster;
    let declared = desired.clusters.get(cluster);
    let hides_stopped = declared.is_some_and(|it| it.kind != ClusterKind::ConfluentCloud);
    let with = |seen| HalfView {
        half,
        hides_stopped,
        seen,
    };
    if desired.is_lost(cluster) {
        return Some(with(View::Lost));
    }
    let host = live.clusters.get(cluster)?;
    let seen = match (
        &host.links,
        &host.mirrors,
        host.configs.get(&half.address.link),
    ) {
        (Reading::Unread(why), ..)
        | (_, Reading::Unread(why), _)
        | (.., Some(Reading::Unread(why))) => View::Unread(why),
        (Reading::Read(links), Reading::Read(mirrors), _) => View::Read {
            host,
            link: links.get(&half.address.link),
            rows: mirrors.get(&half.address.link),
        },
        _ => return None,
    };
    Some(with(seen))
}

impl<'a> HalfView<'a> {
    pub(super) fn rows(&self) -> &'a BTreeMap<TopicName, MirrorFact> {
        static NONE: BTreeMap<TopicName, MirrorFact> = BTreeMap::new();
        match self.seen {
            View::Read {
                rows: Some(rows), ..
            } => rows,
            _ => &NONE,
        }
    }

    pub(super) fn link(&self) -> Option<&'a LinkFact> {
        match self.seen {
            View::Read { link, .. } => link,
            _ => None,
        }
    }

    pub(super) fn cluster(&self) -> &'a ClusterName {
        &self.half.address.cluster
    }

    /// What the half may show of a topic. There are several where the cluster's topics were not read.
    pub(super) fn sides(&self, topic: &TopicName) -> Vec<Side> {
        let (host, link) = match &self.seen {
            View::Lost => return vec![Side::Lost],
            View::Unread(_) => return vec![Side::Unread],
            View::Read { host, link, .. } => (host, link),
        };
        let row = self.rows().get(topic).map(|row| Row {
            status: row.status.clone(),
            since_ms: row.since_ms,
        });
        let is_live = row
            .as_ref()
            .is_some_and(|row| row.status != MirrorStatus::Stopped);
        let mirror_of = other_mirror(host, &self.half.address.link, topic);
        let hidden = match row {
            None => hidden(host, &self.half.address.link, topic, self.hides_stopped),
            Some(_) => Hidden::No,
        };
        if hidden == Hidden::Unread {
            return vec![Side::Unread];
        }
        let topics = match &host.topics {
            // Of a live mirror topic its row says all that counts, also where the list is older.
            Reading::Read(topics) => vec![topics.contains(topic)],
            _ if is_live || mirror_of.is_some() => vec![true],
            _ => vec![true, false],
        };
        let seen = |&topic: &bool| {
            Side::Read(Seen {
                row: row.clone(),
                topic,
                mirror_of: mirror_of.clone(),
                in_error: link.is_none_or(|link| !link.is_healthy()),
            })
        };
        let mut sides: Vec<Side> = topics.iter().map(seen).collect();
        if hidden == Hidden::MayBe && topics.contains(&true) {
            sides.push(Side::Read(Seen {
                row: Some(Row {
                    status: MirrorStatus::Stopped,
                    since_ms: None,
                }),
                topic: true,
                mirror_of: mirror_of.clone(),
                in_error: false,
            }));
        }
        sides
    }

    /// Why the side of a topic is not known, if it was asked for.
    pub(super) fn why(&self, topic: &TopicName) -> Option<&'a Unread> {
        match &self.seen {
            View::Read { host, .. } => {
                let row = (self.half.address.link.clone(), topic.clone());
                let asked = host.asked_rows.get(&row).and_then(Option::as_ref);
                asked.or(host.topics.unread())
            }
            View::Unread(why) => Some(why),
            View::Lost => None,
        }
    }
}

/// Whether a row that is not listed may be there even so.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hidden {
    No,
    /// It was not asked for by name yet.
    MayBe,
    /// It was asked for by name without success, or is one of too many.
    Unread,
}

fn hidden(host: &ClusterSnapshot, link: &LinkName, topic: &TopicName, hides: bool) -> Hidden {
    match host.asked_rows.get(&(link.clone(), topic.clone())) {
        _ if !hides => Hidden::No,
        None => Hidden::MayBe,
        Some(None) => Hidden::No,
        Some(Some(_)) => Hidden::Unread,
    }
}

/// Another link whose mirror has the name.
fn other_mirror(host: &ClusterSnapshot, own: &LinkName, topic: &TopicName) -> Option<LinkName> {
    let all = host.mirrors.read()?;
    let is_live = |row: &MirrorFact| row.status != MirrorStatus::Stopped;
    let mut others = all.iter().filter(|(link, _)| *link != own);
    let found = others.find(|(_, rows)| rows.get(topic).is_some_and(is_live));
    found.map(|(link, _)| link.clone())
}
