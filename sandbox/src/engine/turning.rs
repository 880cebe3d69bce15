//! What both sides show while a reverse is under way.

use super::position::end;
use crate::state::State;
use crate::state::key::{HalfKey, MirrorKey};
use crate::state::link::{Mirror, Underway};
use crate::switches::{ReversePending, ReversePendingSide};
use crate::vocabulary::MirrorStatus;

/// The status while the last records are copied.
pub(crate) fn pending(state: &State) -> MirrorStatus {
    match state.switches.reverse_pending {
        ReversePending::PendingSynchronize => MirrorStatus::PendingSynchronize,
        ReversePending::PendingStopped => MirrorStatus::PendingStopped,
    }
}

/// The status of the called side's row meanwhile.
pub(crate) fn pending_here(state: &State) -> MirrorStatus {
    match state.switches.reverse_pending_side {
        ReversePendingSide::Source => MirrorStatus::Active,
        ReversePendingSide::Mirror | ReversePendingSide::Both => pending(state),
    }
}

/// The source's row on its own half.
pub(super) fn away(state: &State, key: &MirrorKey) -> Option<MirrorKey> {
    let (_, mirror) = state.mirror(key)?;
    let (owner, _) = state.peer(&key.half)?;
    Some(HalfKey::new(&owner.id, &key.half.link).mirror(&mirror.source_topic))
}

pub(super) fn ends(state: &State, cluster: &str, topic: &str) -> Vec<i64> {
    let partitions = state
        .topic(cluster, topic)
        .map_or(0, |data| data.ends.len());
    (0..partitions)
        .map(|index| end(state, cluster, topic, index))
        .collect()
}

/// Shows the reverse on the source's side too, where servers do.
pub(crate) fn announce(state: &mut State, key: &MirrorKey) {
    if state.switches.reverse_pending_side == ReversePendingSide::Mirror {
        return;
    }
    let Some(away) = away(state, key) else {
        return;
    };
    let number = state
        .topic(&key.half.cluster, &key.name)
        .map_or(0, |topic| topic.number);
    let have = ends(state, &away.half.cluster, &away.name);
    let status = pending(state);
    let now = state.now;
    if let Some(half) = state.half_mut(&away.half) {
        let before = half.mirrors.remove(&away.name);
        let row = Mirror {
            status,
            underway: Some(Underway::ReverseFromPeer),
            ever_fetched: true,
            replaced: before.map(Box::new),
            ..Mirror::set_up(&key.name, number, have, now)
        };
        half.mirrors.insert(away.name, row);
    }
}

/// Takes back what [`announce`] has shown: the reverse has ended, or will not happen.
pub(crate) fn withdraw(state: &mut State, key: &MirrorKey) {
    let Some(away) = away(state, key) else {
        return;
    };
    take_down(state, &away);
}

/// Removes a row that only shows the other side's reverse; false if it is another.
pub(crate) fn take_down(state: &mut State, key: &MirrorKey) -> bool {
    let Some(half) = state.half_mut(&key.half) else {
        return false;
    };
    let shown = half.mirrors.get(&key.name);
    if shown.is_none_or(|row| row.underway != Some(Underway::ReverseFromPeer)) {
        return false;
    }
    let before = half.mirrors.remove(&key.name);
    if let Some(before) = before.and_then(|row| row.replaced) {
        half.mirrors.insert(key.name.clone(), *before);
    }
    true
}
