//! Timings: how long the simulated service takes. None of them is published, so each is a knob.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Delays of the simulated service, in milliseconds of virtual time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Timings {
    /// From a link's create until reads show it; until then its GET, list row and configs are
    /// missing.
    pub link_visible_ms: u32,
    /// From a link's create until mirrors can be made on it; until then 404 "Unable to resolve
    /// cluster link information".
    pub link_resolvable_ms: u32,
    /// From a half's create until the other cluster can see it.
    pub peer_visible_ms: u32,
    /// From a link's create until its first contact with the remote cluster.
    pub first_contact_ms: u32,
    /// From losing contact until `link_error` says so.
    pub error_visible_ms: u32,
    /// From regaining contact until the link and its mirrors are ACTIVE again.
    pub recover_ms: u32,
    /// Time a mirror spends in PENDING_MIRROR.
    pub mirror_setup_ms: u32,
    /// From a pause or resume until the status shows it.
    pub verb_ms: u32,
    /// Shortest time in PENDING_STOPPED or PENDING_SYNCHRONIZE.
    pub stop_ms: u32,
    /// How often a mirror that waits (for lag, groups or the source) looks again.
    pub recheck_ms: u32,
    /// Shortest time in PENDING_SETUP_FOR_RESTORE.
    pub restore_setup_ms: u32,
    /// Time in PENDING_RESTORE.
    pub restore_ms: u32,
    /// From a link's delete until its GET is 404.
    pub link_delete_ms: u32,
    /// From a topic's delete until its GET is 404.
    pub topic_delete_ms: u32,
    /// From the deletion of a source topic until its mirrors notice.
    pub source_check_ms: u32,
    /// From a config change until the task it concerns first runs. Later runs keep to the
    /// configured interval.
    pub task_start_ms: u32,
    /// The steps in which the Switchover service drives a pair that is not ready; a new one is checked after
    /// two of them.
    pub switchover_step_ms: u32,
    /// How far a caught-up mirror trails a topic that is being written to.
    pub fetch_latency_ms: u32,
    /// Records per second that one mirrored partition can copy.
    pub fetch_records_per_s: u32,
}

impl Default for Timings {
    fn default() -> Self {
        Timings {
            link_visible_ms: 1_000,
            link_resolvable_ms: 2_000,
            peer_visible_ms: 2_000,
            first_contact_ms: 3_000,
            error_visible_ms: 10_000,
            recover_ms: 5_000,
            mirror_setup_ms: 3_000,
            verb_ms: 1_000,
            stop_ms: 2_000,
            recheck_ms: 1_000,
            restore_setup_ms: 10_000,
            restore_ms: 20_000,
            link_delete_ms: 2_000,
            topic_delete_ms: 1_000,
            source_check_ms: 10_000,
            task_start_ms: 2_000,
            switchover_step_ms: 5_000,
            fetch_latency_ms: 500,
            fetch_records_per_s: 100_000,
        }
    }
}
