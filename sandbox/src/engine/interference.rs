//! What clients must leave to the Switchover service, as a table: a write that it forbids is a harm.

use crate::harm::HarmKind;
use crate::state::State;
use crate::state::key::HalfKey;

/// A kind of write to a link or its mirrors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Write {
    /// Filters, intervals, credentials.
    Config,
    /// Everything else: it decides what is copied, and in which direction.
    Other,
}

/// The routes that write to a link or its mirrors.
const ROUTES: &[(&str, Write)] = &[
    ("links.create", Write::Other),
    ("links.delete", Write::Other),
    ("link-configs.alter", Write::Config),
    ("link-configs.set", Write::Config),
    ("link-configs.reset", Write::Config),
    ("mirrors.create", Write::Other),
    ("mirrors.promote", Write::Other),
    ("mirrors.failover", Write::Other),
    ("mirrors.pause", Write::Other),
    ("mirrors.resume", Write::Other),
    ("mirrors.reverse-and-start", Write::Other),
    ("mirrors.reverse-and-pause", Write::Other),
    ("mirrors.truncate-and-restore", Write::Other),
];

/// What is wrong with a write to a link whose two clusters are a pair, where the pair's phase forbids it.
pub(crate) fn forbidden(state: &State, route: &str, half: &HalfKey, words: &str) -> Option<String> {
    let (_, write) = ROUTES.iter().find(|(name, _)| *name == route)?;
    // Pausing the link pauses its mirrors.
    let is_config = *write == Write::Config && !words.contains("cluster.link.paused");
    let remote = state.half(half)?.remote.as_deref()?;
    let pair = state.switchover.pairs.values().find(|pair| {
        let allowed = pair.phase == "READY_TO_FAILOVER" && is_config;
        pair.joins(&half.cluster, remote) && !allowed
    })?;
    Some(format!(
        "{route} on link '{}' while switchover pair {} was {}.",
        half.link, pair.id, pair.phase
    ))
}

/// Remembers such a write.
pub(crate) fn note(state: &mut State, half: &HalfKey, message: String) {
    state.harm(
        HarmKind::SwitchoverDisturbed,
        &half.cluster,
        &half.link,
        message,
    );
}
