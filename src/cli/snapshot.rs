//! `linkwright snapshot`: what the clusters say, kept in a file.

use std::collections::BTreeSet;

use linkwright_clock::Clock;

use super::args::{Global, Snapshot as SnapshotArgs};
use super::exit::Exit;
use super::screen::Screen;
use super::session::{Request, Session};
use super::{Failure, files};
use crate::api::Client;
use crate::apply::durable::Readers;
use crate::live::switchover::Switchover;
use crate::live::{Reading, Snapshot};
use crate::report::safe;
use crate::report::words::quantity;
use crate::snapshot::{DeclaredClusterV1, RecordedClusterV1, SnapshotV1};

/// The committed offsets of at most so many consumer groups of a cluster are read: one call each.
pub(super) const MOST_GROUPS: usize = 500;

pub(super) async fn run(
    args: &SnapshotArgs,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let Some(session) = Session::open(&args.paths.paths, &[], global, time, screen)? else {
        return Ok(Exit::Usage);
    };
    let taken_at = session.now();
    for client in session.all_clients() {
        client.record();
    }
    let live = session.everything(&Request::default(), MOST_GROUPS).await?;
    session.keep()?;
    let snapshot = of(&session, taken_at);
    let mut text = serde_json::to_vec(&snapshot).map_err(Failure::failed)?;
    text.push(b'\n');
    files::replace(&args.out, &text, Readers::Owner)?;
    let file = args.out.display().to_string();
    screen.note(&summary(&live, &safe::clean(&file)));
    for words in partly(&live) {
        screen.note(&words);
    }
    let unread = unread(&live);
    for words in &unread {
        screen.note(&format!("not read: {}", safe::lines(words)));
    }
    Ok(match unread.is_empty() {
        true => Exit::Done,
        false => Exit::Failed,
    })
}

/// What the clients of a session have recorded. Without a client nothing was asked: what the spec says of the cluster is all
/// that is known.
pub(super) fn of(session: &Session, taken_at: jiff::Timestamp) -> SnapshotV1 {
    let clusters = session.desired.clusters.iter().map(|(name, cluster)| {
        let client = session.clients.get(name);
        let recorded = RecordedClusterV1 {
            id: cluster.id.clone(),
            declared: DeclaredClusterV1 {
                kind: Some(cluster.kind.word().to_owned()),
                organization: cluster.organization.clone(),
                bootstrap_servers: cluster.bootstrap_servers.clone(),
            },
            answers: client.map(Client::recording).unwrap_or_default(),
        };
        (name.clone(), recorded)
    });
    let cloud = session.cloud_client().map(Client::recording);
    let simulated = session.embedded().is_some();
    SnapshotV1::new(taken_at, simulated, clusters.collect(), cloud)
}

/// What is in the file.
fn summary(live: &Snapshot, file: &str) -> String {
    let links = live.clusters.values().filter_map(|it| it.links.read());
    let links = links.map(|links| links.len()).sum();
    let mirrors = live.clusters.values().filter_map(|it| it.mirrors.read());
    let mirrors = mirrors.flat_map(|all| all.values()).map(|rows| rows.len());
    format!(
        "saved what {} said to {file}: {} with {}; it contains names and no secrets",
        quantity(live.clusters.len(), "cluster"),
        quantity(links, "link object"),
        quantity(mirrors.sum(), "mirror topic")
    )
}

/// The clusters of which the committed offsets of some consumer groups were not asked for.
fn partly(live: &Snapshot) -> Vec<String> {
    let clusters = live.clusters.iter().filter_map(|(name, cluster)| {
        let (all, asked) = (cluster.groups.read()?.len(), cluster.group_offsets.len());
        (asked < all).then(|| {
            format!(
                "{name}: the committed offsets of {asked} of {}; a plan to which those of another group matter says that \
                 they are unknown",
                quantity(all, "consumer group")
            )
        })
    });
    clusters.collect()
}

/// What a cluster or the Switchover service did not say, with the reason.
fn unread(live: &Snapshot) -> Vec<String> {
    let mut all: BTreeSet<String> = BTreeSet::new();
    for cluster in live.clusters.values() {
        let lists = [
            cluster.links.unread(),
            cluster.mirrors.unread(),
            cluster.topics.unread(),
            cluster.acls.unread(),
            cluster.groups.unread(),
        ];
        let configs = cluster.configs.values().map(Reading::unread);
        let tasks = cluster.tasks.values().map(Reading::unread);
        let offsets = cluster.group_offsets.values().map(Reading::unread);
        let rows = cluster.asked_rows.values().map(Option::as_ref);
        let why = lists.into_iter().chain(configs).chain(tasks);
        let why = why.chain(offsets).chain(rows).flatten();
        all.extend(why.map(ToString::to_string));
    }
    let Switchover { pairs, endpoints } = &live.switchover;
    let pairs = pairs.values().filter_map(Reading::unread);
    let endpoints = endpoints.values().filter_map(Reading::unread);
    all.extend(pairs.chain(endpoints).map(ToString::to_string));
    all.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::{ClusterSnapshot, GroupFact, Unread, UnreadKind};

    #[test]
    fn whatever_was_not_read_is_named() {
        let why = |what: &str| Unread {
            what: what.to_owned(),
            reason: "503".to_owned(),
            kind: UnreadKind::NoEndpoint,
        };
        let empty = GroupFact {
            state: "EMPTY".to_owned(),
        };
        let mut cluster = ClusterSnapshot {
            groups: Reading::Read([("a".into(), empty.clone()), ("b".into(), empty)].into()),
            ..ClusterSnapshot::default()
        };
        cluster
            .group_offsets
            .insert("a".into(), Reading::Unread(why("the offsets of a")));
        let row = ("dr".into(), "orders".into());
        cluster.asked_rows.insert(row, Some(why("orders of dr")));
        let mut live = Snapshot::default();
        live.clusters.insert("west".into(), cluster);
        let pairs = &mut live.switchover.pairs;
        pairs.insert("env-1".to_owned(), Reading::Unread(why("the pairs")));
        let said = unread(&live);
        for what in ["the offsets of a", "orders of dr", "the pairs"] {
            assert!(said.iter().any(|it| it.contains(what)), "{what}: {said:?}");
        }
        let said = partly(&live);
        assert!(
            said[0].starts_with("west: the committed offsets of 1 of 2 consumer groups"),
            "{said:?}"
        );
    }
}
