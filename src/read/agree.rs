//! Lists that disagree: [`doubtful`] finds them, and [`conclude`] says what is not known when they were read
//! again.
//!
//! The lists of a cluster are read at slightly different moments, and by a gateway perhaps from different
//! servers. What one has and the other lacks is read again after a moment; what disagrees then is not known.

use std::collections::BTreeMap;

use super::convert;
use crate::address::{ClusterName, LinkName};
use crate::live::{ClusterSnapshot, Reading, Snapshot, UnreadKind};

/// The clusters whose answers disagree, so that another read may show something else.
pub(super) fn doubtful(snapshot: &Snapshot) -> Vec<ClusterName> {
    let clusters = snapshot.clusters.iter();
    let doubtful = clusters.filter(|(_, cluster)| is_doubtful(cluster));
    doubtful.map(|(name, _)| name.clone()).collect()
}

/// What disagrees in these clusters, which were read again, is not known.
pub(super) fn conclude(snapshot: &mut Snapshot, names: &[ClusterName]) {
    for name in names {
        if let Some(cluster) = snapshot.clusters.get_mut(name)
            && let Some((link, mirrors)) = link_not_listed(cluster)
        {
            let reason = format!(
                "the list lacks link {link}, of which {mirrors} mirror topics are listed; so it was when \
                 both were read again"
            );
            cluster.links = Reading::Unread(convert::disagreeing("the links", name, reason));
        }
    }
}

/// Whether another read may show something else.
fn is_doubtful(cluster: &ClusterSnapshot) -> bool {
    let is_odd =
        |kind: UnreadKind| matches!(kind, UnreadKind::Disagreeing | UnreadKind::OtherCluster);
    let unread = [cluster.links.unread(), cluster.mirrors.unread()];
    unread.into_iter().flatten().any(|why| is_odd(why.kind))
        || link_not_listed(cluster).is_some()
        || names_more_than_listed(cluster)
}

/// A link that is not listed and has mirror topics that are, and how many.
fn link_not_listed(cluster: &ClusterSnapshot) -> Option<(LinkName, usize)> {
    let (links, mirrors) = (cluster.links.read()?, cluster.mirrors.read()?);
    mirrors
        .iter()
        .find(|(link, _)| !link.as_str().is_empty() && !links.contains_key(*link))
        .map(|(link, rows)| (link.clone(), rows.len()))
}

/// Whether a link names more mirror topics than are listed.
fn names_more_than_listed(cluster: &ClusterSnapshot) -> bool {
    let (Some(links), Some(mirrors)) = (cluster.links.read(), cluster.mirrors.read()) else {
        return false;
    };
    let listed = |link: &LinkName| mirrors.get(link).map_or(0, BTreeMap::len);
    links
        .iter()
        .any(|(link, row)| row.topic_count > listed(link))
}
