//! How leases are kept while a run goes on: [`Keeper`] and [`keep`].

use std::time::Duration;

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

    /// Renews what is due.
    pub(super) async fn renew_due(&mut self, store: &dyn Store) -> Vec<Notice> {
        let mut notices = Vec::new();
        let now = self.clock.boot();
        let due = (0..self.held.len()).filter(|at| self.held[*at].due <= now);
        let due: Vec<usize> = due.collect();
        for at in due {
            notices.extend(self.renew(store, at).await);
        }
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

    async fn renew(&mut self, store: &dyn Store, at: usize) -> Option<Notice> {
        let (clock, terms) = (self.clock.clone(), self.terms);
        let held = self.held.get_mut(at)?;
        let key = key(&held.lease.cluster_id);
        let next = LeaseV1 {
            sequence: held.lease.sequence + 1,
            ..held.lease.clone()
        };
        let sent = clock.boot();
        let when = When::Unchanged(held.version.clone());
        let put = store.put(&key, next.content(), when);
        let why = match timed(&clock, &terms, &key, put).await {
            Ok(Put::Written(version)) => {
                held.renewed(next, version, sent, terms.renew);
                return None;
            }
            // Someone else wrote it, or an earlier renewal of ours was done.
            Ok(Put::Refused) => match timed(&clock, &terms, &key, read(store, &key)).await {
                Ok(found) => return self.found(at, found),
                Err(error) => error.to_string(),
            },
            Err(error) => {
                held.open.get_or_insert(sent);
                error.to_string()
            }
        };
        held.due = clock.boot() + terms.again;
        let is_news = held.problem.replace(why.clone()).is_none();
        is_news.then(|| Notice::NotRenewed {
            cluster_id: held.lease.cluster_id.clone(),
            why,
        })
    }

    /// What a lease that was changed by someone means.
    fn found(&mut self, at: usize, found: Option<(LeaseV1, Version)>) -> Option<Notice> {
        let terms = self.terms;
        let now = self.clock.boot();
        let held = self.held.get_mut(at)?;
        let cluster_id = held.lease.cluster_id.clone();
        let ended = match found {
            Some((lease, version)) if lease.nonce == held.lease.nonce && lease.is_held() => {
                let open = held.open.take();
                if lease.sequence > held.lease.sequence
                    && let Some(sent) = open
                {
                    // A renewal of ours was done although its answer was lost.
                    held.sent = sent;
                }
                let asked = lease.yields.clone();
                held.lease = lease;
                held.version = version;
                held.due = now;
                held.problem = None;
                let to = asked?;
                Ended::Yielded { cluster_id, to }
            }
            Some((lease, _)) if lease.nonce != held.lease.nonce => Ended::Taken {
                cluster_id,
                holder: lease.holder,
                host: lease.host,
            },
            _ => Ended::Released { cluster_id },
        };
        if !matches!(ended, Ended::Yielded { .. }) {
            held.due = now + terms.term;
        }
        let is_news = self.validity.end(ended.clone());
        is_news.then_some(Notice::Ended(ended))
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
            if lease.nonce != held.lease.nonce || !lease.is_held() {
                continue;
            }
            let released = LeaseV1 {
                state: StateV1::Released,
                yields: None,
                ..lease
            };
            let put = store.put(&key, released.content(), When::Unchanged(version));
            let result: Result<Put, StoreError> = timed(&self.clock, &self.terms, &key, put).await;
            if let Err(error) = result {
                tracing::debug!(%error, "lease not released");
            }
        }
    }
}

impl Held {
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
