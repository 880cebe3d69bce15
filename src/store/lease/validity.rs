//! Whether a run may write now: [`Validity`], checked without a request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use linkwright_clock::Clock;

use super::record::YieldV1;
use crate::api::WriteGate;

/// Until when a run may write. Clones share it.
#[derive(Clone, Debug)]
pub struct Validity {
    clock: Clock,
    attempt: Duration,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// When the lease that ends first is over, since the machine started.
    until: Duration,
    ended: Option<Ended>,
    /// Whether the run goes on when the lease could not be renewed.
    outlasts: bool,
    /// When a write was sent last whose answer is not known.
    unanswered: Option<Duration>,
}

/// Why nothing more is begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Someone asked for the cluster.
    Yielded {
        /// The cluster.
        cluster_id: String,
        /// Who asked.
        to: YieldV1,
    },
    /// The lease is someone else's.
    Taken {
        /// The cluster.
        cluster_id: String,
        /// Whose it is.
        holder: String,
        /// On which machine.
        host: String,
    },
    /// An operator released it.
    Released {
        /// The cluster.
        cluster_id: String,
    },
    /// It could not be renewed in time.
    Expired {
        /// Why not.
        why: String,
    },
}

/// Why a write is not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// The lease is gone.
    #[error("{0}")]
    Ended(Ended),
    /// It may be over before the write has ended.
    #[error("the lease was not renewed in time")]
    TooLate,
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Yielded { cluster_id, to } => write!(
                f,
                "{} on {} asked for the lease of {cluster_id} (--preempt)",
                to.holder, to.host
            ),
            Self::Taken {
                cluster_id,
                holder,
                host,
            } => write!(
                f,
                "the lease of {cluster_id} is now held by {holder} on {host}"
            ),
            Self::Released { cluster_id } => {
                write!(f, "the lease of {cluster_id} was released by someone else")
            }
            Self::Expired { why } => write!(f, "the lease could not be renewed in time: {why}"),
        }
    }
}

impl Validity {
    pub(super) fn new(clock: Clock, attempt: Duration) -> Self {
        Self {
            clock,
            attempt,
            state: Arc::default(),
        }
    }

    /// Whether a write may be sent now: it has ended before the lease is over.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self) -> Result<(), Withheld> {
        let state = self.state();
        match &state.ended {
            // What is in flight when someone asks for the cluster is finished.
            None | Some(Ended::Yielded { .. }) => {
                let is_in_time = self.clock.boot() < state.until.saturating_sub(self.attempt);
                match is_in_time || state.outlasts {
                    true => Ok(()),
                    false => Err(Withheld::TooLate),
                }
            }
            Some(Ended::Expired { .. }) if state.outlasts => Ok(()),
            Some(ended) => Err(Withheld::Ended(ended.clone())),
        }
    }

    /// The run goes on when the leases cannot be renewed. When someone else takes or releases one, it does not.
    pub fn outlast(&self) {
        self.state().outlasts = true;
    }

    /// Whether it does.
    #[must_use]
    pub fn outlasts(&self) -> bool {
        self.state().outlasts
    }

    /// When the leases are over, since the machine started.
    #[must_use]
    pub fn until(&self) -> Duration {
        self.state().until
    }

    /// Why nothing more is begun, if nothing is.
    #[must_use]
    pub fn ended(&self) -> Option<Ended> {
        self.state().ended.clone()
    }

    pub(super) fn set_until(&self, until: Duration) {
        self.state().until = until;
    }

    /// Sets why it ended; what is worse than the earlier reason replaces it.
    pub(super) fn end(&self, ended: Ended) -> bool {
        let mut state = self.state();
        let is_news = match &state.ended {
            None => true,
            Some(Ended::Yielded { .. }) => !matches!(ended, Ended::Yielded { .. }),
            Some(_) => false,
        };
        if is_news {
            state.ended = Some(ended);
        }
        is_news
    }

    /// How long until every write that was sent has ended.
    pub(super) fn quiet_in(&self) -> Duration {
        let sent = self.state().unanswered;
        let quiet = sent.map_or(Duration::ZERO, |sent| sent + self.attempt);
        quiet.saturating_sub(self.clock.boot())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WriteGate for Validity {
    fn may_write(&self) -> Result<(), String> {
        self.check().map_err(|why| why.to_string())
    }

    fn unanswered(&self) {
        let now = self.clock.boot();
        self.state().unanswered = Some(now);
    }
}
