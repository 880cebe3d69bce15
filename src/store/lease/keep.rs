//! How leases are kept while a run goes on: [`Keeper`] and [`keep`].

use std::time::Duration;

use futures_util::future::join_all;
use linkwright_clock::Clock;
use tokio::sync::watch;

use super::super::{Put, Store, StoreError, Version, When};
use super::Terms;
use super::record::{LeaseV1, StateV1, key, read, timed};
use super::validity::{Ended, Validity};

/// When the last renewal was sent that succeeded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Renewed {
    pub(super) sent: Duration,
}

/// One lease that is held.
#[derive(Debug)]
pub(super) struct Held {
    lease: LeaseV1,
    version: Version,
    /// When the renewal of the current sequence was sent.
    sent: Duration,
    /// When the next is sent.
    due: Duration,
    /// When a renewal of the next sequence was first sent, if its answer is not known.
    open: Option<Duration>,
    problem: Option<String>,
}

impl Held {
    pub(super) fn new(lease: LeaseV1, version: Version, renewed: Renewed) -> Self {
        Self {
            lease,
            version,
            sent: renewed.sent,
            due: renewed.sent,
            open: None,
            problem: None,
        }
    }
}

/// What happens to leases while they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A renewal failed. It is sent again.
    NotRenewed {
        /// The cluster.
        cluster_id: String,
        /// Why.
        why: String,
    },
    /// Nothing more may be begun.
    Ended(Ended),
}

/// Leases that are held, and until when.
#[derive(Debug)]
pub struct Keeper {
    clock: Clock,
    terms: Terms,
    validity: Validity,
    held: Vec<Held>,
}

impl Keeper {
    pub(super) fn new(clock: Clock, terms: Terms, validity: Validity) -> Self {
        Self {
            clock,
            terms,
            validity,
            held: Vec::new(),
        }
    }

    /// Until when the run may write.
    #[must_use]
    pub fn validity(&self) -> &Validity {
        &self.validity
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(super) fn terms(&self) -> &Terms {
        &self.terms
    }

    pub(super) fn add(&mut self, mut held: Held) {
        held.due = held.sent + self.terms.renew;
        self.held.push(held);
        self.update();
    }

    /// The leases hold together, until the first is over.
    fn update(&self) {
        let ends = self.held.iter().map(|held| held.sent + self.terms.term);
        self.validity.set_until(ends.min().unwrap_or_default());
    }

    fn next_due(&self) -> Duration {
        let dues = self.held.iter().map(|held| held.due);
        dues.min().unwrap_or(Duration::MAX)
    }

    /// Renews what is due, all at once: a store that answers slowly must not let the last of them end.
    pub(super) async fn renew_due(&mut self, store: &dyn Store) -> Vec<Notice> {
        // Whoever still waits for the first has nothing that could have ended.
        if self.held.is_empty() {
            return Vec::new();
        }
        let (clock, terms, validity) = (&self.clock, &self.terms, &self.validity);
        let now = clock.boot();
        let due = self.held.iter_mut().filter(|held| held.due <= now);
        let renewals: Vec<_> = due
            .map(|held| held.renew(store, clock, terms, validity))
            .collect();
        let renewed = join_all(renewals).await;
        let mut notices: Vec<Notice> = renewed.into_iter().flatten().collect();
        self.update();
        if self.clock.boot() >= self.validity.until().saturating_sub(self.terms.attempt) {
            let problems = self.held.iter().filter_map(|held| held.problem.clone());
            let why = problems.max().unwrap_or_else(|| {
                "this process did not run for longer than a lease holds".to_owned()
            });
            let ended = Ended::Expired { why };
            if self.validity.end(ended.clone()) {
                notices.push(Notice::Ended(ended));
            }
        }
        notices
    }

    /// Releases what is held, once every write that was sent has ended. What cannot be released is over by
    /// itself after a term.
    pub async fn release(&mut self, store: &dyn Store) {
        let quiet = self.validity.quiet_in();
        if quiet > Duration::ZERO {
            self.clock.sleep(quiet).await;
        }
        // From the first request on, others may hold them.
        self.validity.set_until(Duration::ZERO);
        for held in std::mem::take(&mut self.held) {
            let key = key(&held.lease.cluster_id);
            // What was written last may not be what is known here: a yield request, or a renewal of ours.
            let found = timed(&self.clock, &self.terms, &key, read(store, &key)).await;
            let Ok(Some((lease, version))) = found else {
                continue;
            };
            // One that was withdrawn is released too: now no one waits for it any longer.
            if lease.nonce != held.lease.nonce || lease.state == StateV1::Released {
                continue;
            }
            let released = LeaseV1 {
                state: StateV1::Released,
                yields: None,
                ..lease
            };
            let put = async {
                let content = released.content()?;
                store.put(&key, content, When::Unchanged(version)).await
            };
            let result: Result<Put, StoreError> = timed(&self.clock, &self.terms, &key, put).await;
            if let Err(error) = result {
                tracing::debug!(%error, "lease not released");
            }
        }
    }
}

impl Held {
    async fn renew(
        &mut self,
        store: &dyn Store,
        clock: &Clock,
        terms: &Terms,
        validity: &Validity,
    ) -> Option<Notice> {
        let key = key(&self.lease.cluster_id);
        let next = LeaseV1 {
            sequence: self.lease.sequence + 1,
            ..self.lease.clone()
        };
        let sent = clock.boot();
        let when = When::Unchanged(self.version.clone());
        let put = async { store.put(&key, next.content()?, when).await };
        let why = match timed(clock, terms, &key, put).await {
            Ok(Put::Written(version)) => {
                self.renewed(next, version, sent, terms.renew);
                return None;
            }
            // Someone else wrote it, or an earlier renewal of ours was done.
            Ok(Put::Refused) => match timed(clock, terms, &key, read(store, &key)).await {
                Ok(found) => return self.found(found, clock, terms, validity),
                Err(error) => error.to_string(),
            },
            Err(error) => {
                self.open.get_or_insert(sent);
                error.to_string()
            }
        };
        self.due = clock.boot() + terms.again;
        let is_news = self.problem.replace(why.clone()).is_none();
        is_news.then(|| Notice::NotRenewed {
            cluster_id: self.lease.cluster_id.clone(),
            why,
        })
    }

    /// What a lease that was changed by someone means.
    fn found(
        &mut self,
        found: Option<(LeaseV1, Version)>,
        clock: &Clock,
        terms: &Terms,
        validity: &Validity,
    ) -> Option<Notice> {
        let now = clock.boot();
        let cluster_id = self.lease.cluster_id.clone();
        let ended = match found {
            Some((lease, version)) if lease.nonce == self.lease.nonce && lease.is_held() => {
                let open = self.open.take();
                if lease.sequence > self.lease.sequence
                    && let Some(sent) = open
                {
                    // A renewal of ours was done although its answer was lost.
                    self.sent = sent;
                }
                let asked = lease.yields.clone();
                self.lease = lease;
                self.version = version;
                self.due = now;
                self.problem = None;
                let to = asked?;
                Ended::Yielded { cluster_id, to }
            }
            Some((lease, _)) if lease.nonce != self.lease.nonce => Ended::Taken {
                cluster_id,
                holder: lease.holder,
                host: lease.host,
            },
            _ => Ended::Released { cluster_id },
        };
        if !matches!(ended, Ended::Yielded { .. }) {
            self.due = now + terms.term;
        }
        let is_news = validity.end(ended.clone());
        is_news.then_some(Notice::Ended(ended))
    }

    fn renewed(&mut self, lease: LeaseV1, version: Version, sent: Duration, renew: Duration) {
        self.lease = lease;
        self.version = version;
        self.sent = sent;
        self.due = sent + renew;
        self.open = None;
        self.problem = None;
    }
}

/// Keeps leases until `stop` says so, or until whoever could say so is gone. The caller releases them, unless
/// something that it sent may still be under way.
pub async fn keep(
    keeper: &mut Keeper,
    store: &dyn Store,
    stop: &mut watch::Receiver<bool>,
    notify: &mut (dyn FnMut(Notice) + Send),
) {
    let clock = keeper.clock.clone();
    loop {
        let due = keeper.next_due();
        let wait = due.saturating_sub(clock.boot());
        // Short steps: a machine that slept is noticed soon.
        tokio::select! {
            () = clock.sleep(wait.min(keeper.terms.again)) => {}
            changed = stop.changed() => if changed.is_err() || *stop.borrow() { return },
        }
        for notice in keeper.renew_due(store).await {
            notify(notice);
        }
    }
}
