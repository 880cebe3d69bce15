//! `linkwright snapshot`: what the clusters say, kept in a file.

use linkwright_clock::Clock;

use super::args::{Global, Snapshot as SnapshotArgs};
use super::exit::Exit;
use super::screen::Screen;
use super::session::{Request, Session};
use super::{Failure, files};
use crate::api::Client;
use crate::apply::durable::Readers;
use crate::live::Snapshot;
use crate::report::safe;
use crate::report::words::quantity;
use crate::snapshot::{RecordedClusterV1, SnapshotV1};

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
    let taken_at = session.now();
    for client in session.all_clients() {
        client.record();
    }
    let live = session.everything(&Request::default(), MOST_GROUPS).await?;
    session.keep()?;
    let clusters = session.clients.iter().map(|(name, client)| {
        let recorded = RecordedClusterV1 {
            id: session.desired.clusters[name].id.clone(),
            answers: client.recording(),
        };
        (name.clone(), recorded)
    });
    let cloud = session.cloud_client().map(Client::recording);
    let snapshot = SnapshotV1::new(taken_at, clusters.collect(), cloud);
    let mut text = serde_json::to_vec(&snapshot).map_err(Failure::failed)?;
    text.push(b'\n');
    files::replace(&args.out, &text, Readers::Owner)?;
    let file = args.out.display().to_string();
    screen.note(&summary(&live, &safe::clean(&file)));
    let unread = unread(&live);
    for words in &unread {
        screen.note(&format!("not read: {}", safe::lines(words)));
    }
    Ok(match unread.is_empty() {
        true => Exit::Done,
        false => Exit::Failed,
    })
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

/// What a list of a cluster did not say, with the reason.
fn unread(live: &Snapshot) -> Vec<String> {
    let mut all = Vec::new();
    for cluster in live.clusters.values() {
        let lists = [
            cluster.links.unread(),
            cluster.mirrors.unread(),
            cluster.topics.unread(),
            cluster.acls.unread(),
            cluster.groups.unread(),
        ];
        let configs = cluster.configs.values().map(|it| it.unread());
        let tasks = cluster.tasks.values().map(|it| it.unread());
        let why = lists.into_iter().chain(configs).chain(tasks).flatten();
        all.extend(why.map(ToString::to_string));
    }
    all.sort();
    all.dedup();
    all
}
