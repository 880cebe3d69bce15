//! `linkwright snapshot`: what the clusters say, kept in a file.

use std::collections::BTreeSet;
use std::time::Duration;

use linkwright_clock::Clock;

use super::args::{Global, Snapshot as SnapshotArgs};
use super::exit::Exit;
use super::screen::Screen;
use super::session::{Request, Session};
use super::{Failure, files};
use crate::api::{Client, install_tls};
use crate::apply::durable::Readers;
use crate::diagnostic::Diagnostic;
use crate::live::switchover::Switchover;
use crate::live::{LagsV1, Reader, Reading, Snapshot};
use crate::report::safe;
use crate::report::words::{quantity, short};
use crate::snapshot::{self, DeclaredClusterV1, Key, RecordedClusterV1, Said, SnapshotV1};

/// The committed offsets of at most so many consumer groups of a cluster are read: one call each.
const MOST_GROUPS: usize = 500;

pub(super) async fn run(
    args: &SnapshotArgs,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let Some(session) = Session::open(&args.paths.paths, &[], global, time, screen)? else {
        return Ok(Exit::Usage);
    };
    let mut taken = take(&session, args.sample, time).await?;
    session.keep()?;
    if args.hash_names {
        hide(&mut taken.snapshot, &session)?;
    }
    let Taken { snapshot, live, .. } = &taken;
    let mut text = serde_json::to_vec(&snapshot).map_err(Failure::failed)?;
    text.push(b'\n');
    files::replace(&args.out, &text, Readers::Owner)?;
    let file = args.out.display().to_string();
    screen.note(&summary(live, snapshot, &safe::clean(&file)));
    if let Some(between) = snapshot.sampled() {
        screen.note(&format!(
            "mirror topics were read twice, {} apart",
            short(between)
        ));
    }
    for words in partly(live) {
        screen.note(&words);
    }
    let mut unread = unread(live);
    unread.extend(taken.unread_before);
    if args.hash_names && !unread.is_empty() {
        // They name what the file hides.
        let answers = quantity(unread.len(), "answer");
        screen.note(&format!(
            "not read: {answers}; the file says which, without names"
        ));
    } else {
        for words in &unread {
            screen.note(&format!("not read: {}", safe::lines(words)));
        }
    }
    Ok(match unread.is_empty() {
        true => Exit::Done,
        false => Exit::Failed,
    })
}

/// Hides the names that the spec does not say.
fn hide(taken: &mut SnapshotV1, session: &Session) -> Result<(), Failure> {
    let key = random().ok_or_else(|| Failure::failed("the system has no random numbers"))?;
    let said = Said::of(&session.desired);
    taken.hide(&said, &key).map_err(|error| {
        let problem = Diagnostic::error(snapshot::CANNOT_HIDE, error.to_string())
            .why("names that are hidden must stay apart from those that the spec says");
        Failure::about(Exit::Failed, vec![problem])
    })
}

/// A key that no one can guess.
fn random() -> Option<Key> {
    install_tls();
    let provider = rustls::crypto::CryptoProvider::get_default()?;
    let mut key = Key::default();
    provider.secure_random.fill(&mut key).ok()?;
    Some(key)
}

/// What clusters said.
pub(super) struct Taken {
    /// As a file says it.
    pub(super) snapshot: SnapshotV1,
    /// As commands work on it.
    pub(super) live: Snapshot,
    /// What the first of two reads did not have and the second had.
    unread_before: Vec<String>,
}

/// Reads everything that later commands may ask; with `sample` mirror topics a first time so long before.
pub(super) async fn take(
    session: &Session,
    sample: Option<Duration>,
    time: &Clock,
) -> Result<Taken, Failure> {
    let first = match sample {
        None => None,
        Some(wait) => {
            let read_at = session.now();
            let first = session.figures().await;
            time.sleep(wait).await;
            Some((read_at, first))
        }
    };
    let taken_at = session.now();
    for client in session.all_clients() {
        client.record();
    }
    let mut live = session.everything(&Request::default(), MOST_GROUPS).await?;
    // Without a client nothing was asked: what the spec says of the cluster is all that is known.
    let clusters = session.desired.clusters.iter().map(|(name, cluster)| {
        let client = session.clients.get(name);
        let earlier = first.as_ref().and_then(|(read_at, first)| {
            LagsV1::of_cluster(cluster.id.as_str(), *read_at, first.clusters.get(name)?)
        });
        let recorded = RecordedClusterV1 {
            id: cluster.id.clone(),
            declared: DeclaredClusterV1 {
                kind: Some(cluster.kind.word().to_owned()),
                organization: cluster.organization.clone(),
                bootstrap_servers: cluster.bootstrap_servers.clone(),
            },
            answers: client.map(Client::recording).unwrap_or_default(),
            earlier,
        };
        (name.clone(), recorded)
    });
    let cloud = session.cloud_client().map(Client::recording);
    let simulated = session.embedded().is_some();
    let snapshot = SnapshotV1::new(taken_at, simulated, clusters.collect(), cloud);
    for (name, cluster) in &mut live.clusters {
        let recorded = snapshot.clusters.get(name);
        if let Some(earlier) = recorded.and_then(|it| it.earlier.as_ref()) {
            earlier.put_next_to(cluster, taken_at, Reader::SameRun);
        }
    }
    let now = unread(&live);
    let before = first.map(|(_, first)| unread(&first)).unwrap_or_default();
    let before = before.into_iter().filter(|words| !now.contains(words));
    Ok(Taken {
        unread_before: before
            .map(|words| format!("the first time {words}"))
            .collect(),
        snapshot,
        live,
    })
}

/// What is in the file.
fn summary(live: &Snapshot, snapshot: &SnapshotV1, file: &str) -> String {
    let links = live.clusters.values().filter_map(|it| it.links.read());
    let links = links.map(|links| links.len()).sum();
    let mirrors = live.clusters.values().filter_map(|it| it.mirrors.read());
    let mirrors = mirrors.flat_map(|all| all.values()).map(|rows| rows.len());
    let names = match snapshot.hidden {
        None => "names",
        Some(_) => "the names that the spec says, those of all links,",
    };
    format!(
        "saved what {} said to {file}: {} with {}; it contains {names} and no secrets",
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
