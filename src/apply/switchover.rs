//! The last look before a request: whether a switchover pair forbids it, [`PairCheck`].
//!
//! A pair can begin a failover at any time. So its phase is read right before each request to a link that a
//! pair may manage, after everything else was judged. Requests that are about to go out at the same time
//! share one read.

use std::time::Instant;

use tokio::sync::Mutex;

use super::cause::Cause;
use crate::address::HalfAddress;
use crate::live::switchover::Switchover;
use crate::plan::switchover::{Forbidden, LinkPeers, WriteKind, forbidden};
use crate::read::Cloud;

/// Asks Confluent Cloud's own API before requests.
#[derive(Debug)]
pub struct PairCheck {
    cloud: Cloud,
    peers: LinkPeers,
    latest: Mutex<Option<(Instant, Switchover)>>,
}

impl PairCheck {
    /// One for the links that a pair may manage.
    #[must_use]
    pub fn new(cloud: Cloud, peers: LinkPeers) -> Self {
        Self {
            cloud,
            peers,
            latest: Mutex::default(),
        }
    }

    /// Why a request to a half must not be sent now, if it must not.
    pub(super) async fn objection(&self, half: &HalfAddress, write: WriteKind) -> Option<Cause> {
        self.peers.link(half)?;
        let asked_at = self.cloud.client().clock().now();
        let mut latest = self.latest.lock().await;
        // What was begun to be read no earlier than this was asked is as new as another read.
        let is_new = |(began, _): &(Instant, Switchover)| *began >= asked_at;
        if !latest.as_ref().is_some_and(is_new) {
            let began = self.cloud.client().clock().now();
            *latest = Some((began, self.cloud.pairs().await));
        }
        let (_, seen) = latest.as_ref()?;
        Some(match forbidden(&self.peers.manager(half, seen), write)? {
            Forbidden::By(pair, why) => Cause::PairForbids {
                pair: pair.id.clone(),
                phase: pair.phase.clone(),
                why,
            },
            Forbidden::Unknown(why) => Cause::PairsUnread(why.clone()),
        })
    }
}
