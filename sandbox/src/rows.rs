//! Mirror rows by the sandbox's own books, for tests that ask what really happened: [`MirrorInfo`].

use crate::clock::Millis;
use crate::engine::position;
use crate::sandbox::Sandbox;
use crate::state::State;
use crate::state::link::{Half, Mirror};

/// A mirror row. To see it here is not to read it: the request log and the history that a deletion would lose stay as
/// they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MirrorInfo {
    /// The cluster that holds it, by its id.
    pub cluster: String,
    /// Its link.
    pub link: String,
    /// Its topic.
    pub topic: String,
    /// Its status, as the API shows it.
    pub status: &'static str,
    /// How many records its source has that it does not have: of a stopped one, had when it stopped. None when
    /// there is no such source topic, or another of its name.
    pub missing: Option<u64>,
}

impl Sandbox {
    /// Every mirror row of the world.
    #[must_use]
    pub fn mirrors(&self) -> Vec<MirrorInfo> {
        let mut inner = self.lock();
        inner.catch_up();
        let state = &inner.state;
        let halves = state.clusters.iter().flat_map(|(id, cluster)| {
            let halves = cluster.halves.values();
            halves.flat_map(move |half| half.mirrors.iter().map(move |row| (id, half, row)))
        });
        let rows = halves.map(|(id, half, (topic, mirror))| MirrorInfo {
            cluster: id.clone(),
            link: half.name.clone(),
            topic: topic.clone(),
            status: mirror.status.name(),
            missing: missing(state, half, mirror),
        });
        rows.collect()
    }
}

fn missing(state: &State, half: &Half, mirror: &Mirror) -> Option<u64> {
    let source = position::source_topic(state, half, mirror)?;
    if source.number != mirror.source_number {
        return None;
    }
    let remote = half.remote.as_deref()?;
    let until: Option<Millis> = (!mirror.is_live()).then_some(mirror.state_time);
    let partitions = 0..mirror.fetched.len();
    let missing = partitions.map(|partition| {
        let at = position::position(state, half, mirror, partition);
        let end = match until {
            Some(time) if source.mirror_of.is_none() => source.end(partition, time),
            _ => position::end(state, remote, &mirror.source_topic, partition),
        };
        u64::try_from(end.saturating_sub(at.fetched)).unwrap_or(0)
    });
    Some(missing.sum())
}
