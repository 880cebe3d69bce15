//! Leases: at most one run writes to a cluster at a time.
//!
//! A lease is an object with the name of the cluster's id. Who makes it, or replaces it as it was read, holds it
//! for a [`Terms::term`] from the moment the request was *sent*, and renews it long before that is over.
//!
//! ```text
//!  holder    sent        renewed                          may write until      lease over
//!            ├─────────────┼───────── no answer ───────────────┼────────────────────┤
//!            0            15 s                   15 s + term − attempt        15 s + term
//!  observer                     sees sequence 2 ── a whole term without a new one ──▶ takes over,
//!                                                                     waits one attempt, reads live
//! ```
//!
//! Clocks of different machines are never compared. Before each write the holder checks by its own clock that a
//! request which is sent now has ended before anyone may take over: that is [`Validity`], and it needs no request.
//! An observer takes over only after it has itself seen no new sequence for a whole term. It is the same with a lease that
//! an operator has withdrawn: its holder may write until it notices, unless it has released the lease since.
//!
//! The clusters' API has no fencing: a request that something on the way holds back for longer than an attempt
//! may take can still land in the term of the next holder.

mod acquire;
mod keep;
mod record;
mod validity;

use std::time::Duration;

pub use acquire::{Acquired, Patience, acquire};
pub use keep::{Keeper, Notice, keep};
pub use record::{Holder, LeaseV1, StateV1, YieldV1, key, list, nonces, request, withdraw};
pub use validity::{Ended, Validity, Withheld};

/// How long until a lease is read again that someone else has changed at the same moment.
const PAUSE: Duration = Duration::from_millis(200);

/// How long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// How long a lease holds after a renewal was sent.
    pub term: Duration,
    /// How long after one renewal the next is sent.
    pub renew: Duration,
    /// How long after a renewal without an answer the next is sent.
    pub again: Duration,
    /// How long one attempt of a write to a cluster may take.
    pub attempt: Duration,
    /// How long one request to the store may take.
    pub request: Duration,
    /// How often someone who waits looks.
    pub look: Duration,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            term: Duration::from_secs(60),
            renew: Duration::from_secs(15),
            again: Duration::from_secs(3),
            attempt: crate::api::WRITE_ATTEMPT,
            request: super::REQUEST_TIMEOUT,
            look: Duration::from_secs(2),
        }
    }
}
