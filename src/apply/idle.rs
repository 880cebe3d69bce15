//! Consumer groups right before a promotion: [`active_groups`]. What the plan read of them may be minutes old.

use super::cause::Cause;
use super::event::{Outcome, Reason};
use super::observation::{NotSeen, Observation, known};
use super::state::Run;
use crate::address::GroupName;
use crate::live::groups::SyncedGroups;
use crate::plan::{IdleGroups, OpId, Operation, OperationKind};

/// What the read before a promotion must show of consumer groups.
pub(super) fn idle(op: &Operation) -> Option<&IdleGroups> {
    match &op.kind {
        OperationKind::PromoteMirror { idle, .. } => idle.as_ref(),
        _ => None,
    }
}

/// The active groups that would keep this promotion in `PENDING_STOPPED`, with their states.
fn active_groups(
    op: &Operation,
    idle: &IdleGroups,
    observation: &Observation,
) -> Result<Vec<(GroupName, String)>, NotSeen> {
    let half = op.half();
    let configs = known(
        observation
            .configs
            .get(&half.link)
            .ok_or(NotSeen::NotRead)?,
    )?;
    let Some(synced) = SyncedGroups::of(half, configs).map_err(NotSeen::Unread)? else {
        return Ok(Vec::new());
    };
    let groups = known(&observation.group_states)?;
    Ok(synced
        .active(groups)
        .filter(|(name, ..)| !idle.not_synced.contains(name))
        .map(|(name, group, _)| (name.clone(), group.state.clone()))
        .collect())
}

impl Run<'_> {
    /// Leaves out promotions that an active consumer group would hold up, going by what was just read. They are
    /// not sent at all: there is no known way back from `PENDING_STOPPED`.
    pub(super) fn hold_active(&mut self, ready: &mut Vec<OpId>, observation: &Observation) {
        ready.retain(|id| {
            let op = self.board.operation(*id);
            let Some(idle) = idle(op) else { return true };
            match active_groups(op, idle, observation) {
                Ok(groups) if groups.is_empty() => return true,
                Ok(groups) => {
                    let cause = Cause::GroupsActive {
                        half: op.half().clone(),
                        groups,
                    };
                    let outcome = match self.board.entry_mut(*id).ambiguous.take() {
                        Some(cause) => Outcome::Unknown { cause },
                        None => Outcome::failed(Reason::Moved, cause),
                    };
                    self.finish(*id, outcome);
                }
                Err(NotSeen::Unread(why)) => self.unread(*id, why),
                Err(NotSeen::NotRead) => self.not_read(*id, Cause::ConfigsNotFound, true),
            }
            false
        });
    }
}
