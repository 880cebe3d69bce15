//! The final status of a mirror topic that several operations of a plan lead to, one after the other.
//!
//! Another run or a person may bring it about while this run is on its way. Then what is declared is so, and an
//! operation in between, which waits for a status that is over or never was, is content with it.

use super::observation::{Observation, ObservationRequest};
use super::state::Run;
use super::turn::{self, Turned};
use crate::live::Reading;
use crate::plan::{OpId, Operation, OperationKind, Settle};

impl Run<'_> {
    /// Adds what must be read to see whether what an operation and others after it lead to is so already.
    pub(super) fn need_final(&self, id: OpId, need: &mut ObservationRequest) {
        if let Some(last) = self.board.last_of(id) {
            match last.settle {
                Settle::Turned(_) => turn::need(last, false, need),
                _ => {
                    need.mirrors.insert(last.half().link.clone());
                }
            }
        }
    }

    /// Whether what an operation and others after it lead to is so already.
    pub(super) fn is_final(&self, id: OpId, observation: &Observation) -> bool {
        let op = self.board.operation(id);
        let last = self.board.last_of(id);
        last.is_some_and(|last| is_reached(op, last, observation))
    }
}

/// Whether the observation shows what the last operation on the mirror topic is to reach.
fn is_reached(op: &Operation, last: &Operation, observation: &Observation) -> bool {
    match &last.settle {
        Settle::Turned(end) => matches!(turn::settled(last, end, observation), Turned::Yes),
        Settle::MirrorIn(statuses) => {
            let Reading::Read(links) = &observation.mirrors else {
                return false;
            };
            let rows = links.get(&last.half().link);
            let row = rows
                .zip(last.address.mirror())
                .and_then(|(rows, topic)| rows.get(topic));
            row.is_some_and(|row| {
                let is_same = match &op.kind {
                    OperationKind::CreateMirror { source, .. } => row.source_topic == *source,
                    _ => true,
                };
                is_same && statuses.contains(&row.status)
            })
        }
        _ => false,
    }
}
