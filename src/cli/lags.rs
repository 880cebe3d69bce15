//! `--sample last`: how far mirror topics were behind when a run with `--record` last read them. The shared store keeps
//! one object for each cluster, the last one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::args::Sampling;
use super::screen::Screen;
use super::shared::Shared;
use super::{Failure, store};
use crate::address::ClusterName;
use crate::health::Health;
use crate::live::{LagsV1, Reader, RecordedLags, Sample};
use crate::store::{When, component};

/// The clusters that are called.
pub(super) struct Clusters {
    /// Their ids.
    pub(super) ids: BTreeMap<ClusterName, String>,
    /// The time of the read.
    pub(super) now: jiff::Timestamp,
    /// What is put next to what is read where the command line asks for nothing: the first read of a snapshot that has two.
    pub(super) usual: Sample,
}

/// Below it are the records, by cluster id.
const PREFIX: &str = "lags/";

fn key(cluster_id: &str) -> String {
    format!("{PREFIX}{}.json", component(cluster_id))
}

/// Which earlier figures are asked for. A store that does not answer leaves them unknown.
///
/// # Errors
/// When the record of the last run is asked for and no store is named.
pub(super) fn sample(
    asked: Option<Sampling>,
    clusters: &Clusters,
    shared: Option<&Shared>,
    screen: &mut Screen,
) -> Result<Sample, Failure> {
    match asked {
        None => Ok(clusters.usual.clone()),
        Some(Sampling::After(time)) => Ok(Sample::After(time)),
        Some(Sampling::Last) => {
            let shared = shared.ok_or_else(store::not_named)?;
            Ok(last(clusters, shared, screen))
        }
    }
}

fn last(clusters: &Clusters, shared: &Shared, screen: &mut Screen) -> Sample {
    let keys: Vec<String> = clusters.ids.values().map(|id| key(id)).collect();
    let read = shared.ask(async move |store, _| {
        let mut found = Vec::new();
        for key in &keys {
            found.push(store.get(key).await?);
        }
        Ok(found)
    });
    let found = match read {
        Ok(found) => found,
        Err(why) => {
            screen.note(&format!("how fast mirror topics copy is not known: {why}"));
            return Sample::Once;
        }
    };
    let found: BTreeMap<ClusterName, LagsV1> = (clusters.ids.iter().zip(found))
        .filter_map(|((name, id), object)| {
            Some((
                name.clone(),
                LagsV1::read(&object?.content, id, clusters.now)?,
            ))
        })
        .collect();
    if found.is_empty() {
        screen.note(
            "how fast mirror topics copy is not known: no run with --record before this one has left how far they were behind",
        );
    }
    Sample::Recorded(Arc::new(RecordedLags {
        now: clusters.now,
        reader: Reader::EarlierRun,
        clusters: found,
    }))
}

/// Keeps what was read of whole clusters, in place of what the run before has kept.
///
/// # Errors
/// When the store cannot be written.
pub(super) fn keep(shared: &Shared, clusters: &Clusters, health: &Health) -> Result<(), Failure> {
    for (name, id) in &clusters.ids {
        let links = health.links.iter();
        let links = links.filter(|link| link.address.cluster == *name);
        // What could not be read is no record.
        let read: Option<Vec<_>> = links
            .map(|link| Some((&link.row, link.mirrors.as_ref()?)))
            .collect();
        let Some(read) = read.filter(|read| !read.is_empty()) else {
            continue;
        };
        let text = LagsV1::of(id, clusters.now, read.into_iter()).text();
        let key = key(id);
        shared.ask(async move |store, _| {
            let when = match store.get(&key).await? {
                Some(object) => When::Unchanged(object.version),
                None => When::Absent,
            };
            // Of two runs at once one record is enough.
            store.put(&key, text, when).await.map(drop)
        })?;
    }
    Ok(())
}
