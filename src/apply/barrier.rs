//! What is checked right before topics are turned: the offset barrier of a reversal, and what the plan says
//! that a restore cuts.

use std::collections::BTreeMap;
use std::time::Duration;

use super::cause::Cause;
use super::event::{Outcome, Reason};
use super::observation::Observation;
use super::round::{Gathered, loss_of};
use super::state::Run;
use super::turn::{self, Offsets};
use crate::address::TopicName;
use crate::live::LossUnknown;
use crate::plan::{Cut, OpId, OperationKind, ReverseGate};

/// How often no lag and equal offsets must be seen before a reversal is sent, and how far apart.
const EQUAL_READS: u32 = 3;
const BETWEEN_READS: Duration = Duration::from_secs(1);

impl Run<'_> {
    /// The offset barrier: a reversal goes out once its lag was 0, and the offsets of the synced groups were
    /// equal on both clusters, in three reads in a row. Where offsets cannot be compared, they are given time
    /// to arrive first.
    pub(super) fn barrier(
        &mut self,
        id: OpId,
        gate: &ReverseGate,
        observation: &Observation,
        group: &mut Gathered,
    ) {
        let op = self.board.operation(id);
        let known = match loss_of(op, observation, &[]) {
            None => Err(LossUnknown::Missing),
            Some(seen) => seen.unknown().map_or(Ok(seen.least), Err),
        };
        let offsets = turn::offsets(op, gate, observation);
        self.started(id);
        let record = &mut self.board.entry_mut(id).gate;
        let since = *record.since.get_or_insert(observation.began);
        let waited = observation.began - since;
        record.lag = known.ok();
        let have_arrived = match &offsets {
            Offsets::Equal => true,
            Offsets::NotCompared => waited >= gate.wait,
            Offsets::Differ(_) => false,
        };
        if known != Ok(0) || !have_arrived {
            record.within = 0;
            record.open_since = None;
        } else {
            record.within += 1;
        }
        if record.within >= EQUAL_READS {
            let open_since = *record.open_since.get_or_insert(observation.began);
            group.longest = group.longest.max(observation.began - open_since);
            return group.ready.push(id);
        }
        let is_close = record.within > 0;
        group.held += 1;
        let wait = self.settings.pace.first.max(BETWEEN_READS);
        if let Some(host) = self.hosts.get_mut(op.address.cluster())
            && is_close
        {
            host.wait = wait;
        }
        if waited >= gate.within {
            let cause = match (known, offsets) {
                (Ok(0), Offsets::Differ(groups)) => Cause::OffsetsDiffer {
                    groups,
                    waited: gate.within,
                },
                (lag, _) => Cause::LagTooHigh {
                    lag,
                    max: 0,
                    waited: gate.within,
                },
            };
            group.held -= 1;
            self.timed_out = true;
            self.finish(id, Outcome::failed(Reason::TimedOut, cause));
        }
    }

    /// What the plan says that restores cut, by their topic.
    pub(super) fn planned_cuts(&self, ids: &[OpId]) -> BTreeMap<TopicName, Cut> {
        let of = |id: &OpId| {
            let op = self.board.operation(*id);
            match &op.kind {
                OperationKind::RestoreMirror { cut, .. } => {
                    Some((op.address.mirror()?.clone(), cut.clone()))
                }
                _ => None,
            }
        };
        ids.iter().filter_map(of).collect()
    }
}
