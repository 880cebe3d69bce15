//! What the answer to a call means for its operation: settle, try again, or end.
//!
//! | answer | then |
//! |---|---|
//! | accepted | settle |
//! | may have been done | read; repeat only if the read shows that it was not |
//! | exists already | read; wait a while for it to be seen; then it is a refusal |
//! | too soon after the link was created | again for half a minute |
//! | not now | again a few times |
//! | no, it is being promoted | settle: its promotion is waited for |
//! | more would be cut than the plan shows; no such call | it has failed, and nothing was done |
//! | a switchover pair forbids it, or the lease does not hold: nothing was sent | it has failed, unless an earlier request may have been done |
//! | no | it has failed, unless an earlier request may have been done |

use std::time::Duration;

use super::board::Phase;
use super::cause::Cause;
use super::event::{EventKind, Outcome, Reason};
use super::execute::Answer;
use super::settle::Watch;
use super::state::{Answered, Run};
use crate::plan::OpId;

/// The waits before a request is repeated.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// The waits while a new link is not known everywhere (kcp: 0.5 to 4 seconds).
const FIRST_TOO_SOON: Duration = Duration::from_millis(500);
const LONGEST_TOO_SOON: Duration = Duration::from_secs(4);
/// How long a refused repetition may still turn out to have been done the first time.
const AMBIGUOUS_FOR: Duration = Duration::from_secs(30);

impl Run<'_> {
    pub(super) fn answered(&mut self, answers: Answered) {
        for (id, answer) in answers {
            if self.board.entry(id).phase == Phase::Acting {
                self.one_answer(id, answer);
            }
        }
        self.report_retried();
    }

    fn one_answer(&mut self, id: OpId, answer: Answer) {
        let now = self.clock.now();
        let deadline = self.board.operation(id).deadline;
        let visibility = self.settings.patience.visibility;
        let entry = self.board.entry_mut(id);
        match answer {
            Answer::Accepted => {
                entry.phase = Phase::Settling(Box::new(Watch::new(now, deadline)));
                self.read_soon(id);
            }
            Answer::Cuts(cut) => {
                entry.cut = Some(cut);
                entry.phase = Phase::Settling(Box::new(Watch::new(now, deadline)));
                self.read_soon(id);
            }
            Answer::NoCall(verb) => {
                let cause = Cause::CallMissing { verb: verb.word() };
                self.finish(id, Outcome::failed(Reason::Refused, cause));
            }
            Answer::CutGrew { planned, now } => {
                let cause = Cause::CutAbovePlan { planned, now };
                self.finish(id, Outcome::failed(Reason::Moved, cause));
            }
            Answer::Forbidden(cause) => {
                // Nothing was sent, and it does not count as an attempt.
                entry.attempts = entry.attempts.saturating_sub(1);
                let reason = match *cause {
                    Cause::PairsUnread(_) => Reason::Unreachable,
                    Cause::Withheld(_) => Reason::Local,
                    _ => Reason::Stale,
                };
                let outcome = match entry.ambiguous.take() {
                    Some(cause) => Outcome::Unknown { cause },
                    None => Outcome::failed(reason, *cause),
                };
                self.finish(id, outcome);
            }
            Answer::WasSo(_) | Answer::AlreadyGone => {
                entry.already_satisfied = entry.ambiguous.is_none();
                entry.phase = Phase::Settling(Box::new(Watch::new(now, deadline)));
                self.read_soon(id);
            }
            Answer::Ambiguous(_) | Answer::LeftOut => {
                let cause = match answer {
                    Answer::Ambiguous(words) => Cause::Server(words),
                    _ => Cause::LeftOut,
                };
                entry.ambiguous = Some(cause.clone());
                let wait = doubled(FIRST_WAIT, entry.attempts, LONGEST_WAIT);
                self.again(id, cause, wait);
            }
            Answer::Exists(words) => {
                let since = entry.exists.take().map_or(now, |(since, _)| since);
                let cause = Cause::Server(words);
                entry.exists = Some((since, cause.clone()));
                self.again(id, cause, FIRST_WAIT);
            }
            Answer::NotVisibleYet(words) => {
                let cause = Cause::Server(words);
                let since = *entry.invisible_since.get_or_insert(now);
                // Nothing was done, and it does not count as an attempt.
                entry.attempts = entry.attempts.saturating_sub(1);
                if now - since >= visibility {
                    return self.finish(id, Outcome::failed(Reason::Refused, cause));
                }
                let waited = (now - since).max(FIRST_TOO_SOON);
                self.again(id, cause, waited.min(LONGEST_TOO_SOON));
            }
            Answer::Later(words, asked) => {
                let cause = Cause::Server(words);
                if entry.attempts >= self.settings.attempts {
                    return self.finish(id, Outcome::failed(Reason::Unreachable, cause));
                }
                let wait = doubled(FIRST_WAIT, entry.attempts, LONGEST_WAIT);
                self.again(id, cause, asked.unwrap_or_default().max(wait));
            }
            Answer::StillPromoting(words) => {
                entry.declined = Some(words);
                entry.phase = Phase::Settling(Box::new(Watch::new(now, deadline)));
                self.read_soon(id);
            }
            Answer::Refused(words) => match entry.ambiguous {
                None => self.finish(id, Outcome::failed(Reason::Refused, Cause::Server(words))),
                Some(_) => {
                    // The first request may have been done and be the reason for the refusal.
                    entry.fallback = Some(Cause::Server(words));
                    let watch = Watch::new(now, deadline.min(AMBIGUOUS_FOR));
                    entry.phase = Phase::Settling(Box::new(watch));
                    self.read_soon(id);
                }
            },
        }
    }

    /// Has an operation read again and, if that allows it, tried again after a while.
    pub(super) fn again(&mut self, id: OpId, cause: Cause, wait: Duration) {
        let now = self.clock.now();
        let entry = self.board.entry_mut(id);
        entry.phase = Phase::Ready;
        entry.ready_at = now;
        entry.not_before = now + wait;
        self.dirty = true;
        self.retried.push((id, cause, wait));
    }

    /// Reports what is tried again: once for those that are tried again for the same reason.
    pub(super) fn report_retried(&mut self) {
        let mut retried = std::mem::take(&mut self.retried).into_iter().peekable();
        while let Some((id, cause, wait)) = retried.next() {
            let mut more = 0;
            while retried
                .next_if(|(_, next, again)| *next == cause && *again == wait)
                .is_some()
            {
                more += 1;
            }
            self.emit(EventKind::Retry {
                op: id,
                address: self.board.operation(id).address.clone(),
                more,
                cause,
                wait,
            });
        }
    }

    /// Begins to read often again at the cluster of an operation.
    pub(super) fn read_soon(&mut self, id: OpId) {
        let cluster = self.board.operation(id).address.cluster().clone();
        let first = self.settings.pace.first;
        if let Some(host) = self.hosts.get_mut(&cluster) {
            // As long as there is more to send, reads are not what is waited for.
            if host.approved.is_empty() {
                host.wait = first;
            }
            host.next_look = host.next_look.min(self.clock.now() + host.wait);
        }
        self.dirty = true;
    }
}

/// A wait that doubles from attempt to attempt.
pub(super) fn doubled(first: Duration, attempts: u32, longest: Duration) -> Duration {
    first
        .saturating_mul(1 << attempts.saturating_sub(1).min(8))
        .min(longest)
}
