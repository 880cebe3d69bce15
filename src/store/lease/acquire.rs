//! How a run comes to hold leases: [`acquire`].

use std::collections::BTreeMap;
use std::time::Duration;

use linkwright_clock::Clock;

use super::super::{ATTEMPTS, Put, Store, StoreError, When, nonce};
use super::keep::{Held, Keeper, Renewed};
use super::record::{Holder, LeaseV1, StateV1, changes_too_often, key, read, timed};
use super::validity::{Ended, Validity};
use super::{PAUSE, Terms};

/// How a lease is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patience {
    /// What [`nonces`](super::nonces) returned before the caller read the clusters: a lease that is as it was then
    /// was held by no one meanwhile.
    pub before: BTreeMap<String, String>,
    /// So long in all.
    pub timeout: Duration,
    /// The run has no more time for it, whatever is waited for.
    pub at_most: Duration,
    /// Whether the holder is asked to stop.
    pub preempt: bool,
}

impl Default for Patience {
    /// No one is waited for who may hold a lease for long.
    fn default() -> Self {
        Self {
            before: BTreeMap::new(),
            timeout: Duration::ZERO,
            at_most: Duration::MAX,
            preempt: false,
        }
    }
}

/// What asking for leases came to.
pub enum Acquired {
    /// They are held.
    Held {
        /// Who renews them.
        keeper: Keeper,
        /// Whether someone else may have written since the caller read the clusters.
        contested: bool,
    },
    /// Someone else holds one. Nothing is held.
    KeptOut {
        /// Who.
        by: Box<LeaseV1>,
        /// Whether they were asked to stop.
        asked: bool,
    },
    /// One that was held already was asked for, or taken, while another was waited for. Nothing is held.
    Lost(Ended),
}

/// Why not all leases are held.
enum NotHeld {
    KeptOut { by: Box<LeaseV1>, asked: bool },
    Lost(Ended),
    Store(StoreError),
}

impl From<StoreError> for NotHeld {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// One lease that is asked for.
struct Asking<'a> {
    store: &'a dyn Store,
    clock: &'a Clock,
    terms: &'a Terms,
    who: &'a Holder,
    body: LeaseV1,
    /// The sequence that was seen last of whoever holds it, and when it was first seen.
    seen: Option<(String, u64, Duration)>,
    /// When the first request that could make it ours was sent.
    first_sent: Option<Duration>,
    /// Whether someone else held it since the caller read the clusters.
    contested: bool,
    /// Whether it is taken from someone who did not release it.
    taken_over: bool,
    asked: bool,
    before: Option<&'a String>,
}

/// What one look came to.
enum Look {
    Held(Box<Held>),
    /// Someone holds it.
    By(Box<LeaseV1>),
    /// No one holds it any more, and whoever did may still write.
    Withdrawn(Box<LeaseV1>),
    /// It changed while it was being taken.
    Again,
}

/// Takes the leases of these clusters, in the order of their ids, for a run. What is held already is renewed while
/// others are waited for; if one cannot be had, or one that is held is lost or asked for, those are released.
///
/// A lease that an operator has withdrawn is waited for whatever the patience, a term and an attempt at most.
///
/// `now` is the time for people, and `tell` is called once for each holder who is waited for.
///
/// # Errors
/// When the store cannot be used. Nothing is held then, as far as the store can be reached.
pub async fn acquire(
    store: &dyn Store,
    clock: &Clock,
    terms: Terms,
    who: &Holder,
    cluster_ids: impl IntoIterator<Item = String>,
    patience: &Patience,
    people: (&str, &mut (dyn FnMut(&LeaseV1) + Send)),
) -> Result<Acquired, StoreError> {
    let mut ids: Vec<String> = cluster_ids.into_iter().collect();
    ids.sort();
    ids.dedup();
    let validity = Validity::new(clock.clone(), terms.attempt);
    let mut keeper = Keeper::new(clock.clone(), terms, validity);
    let why = match take_all(store, &mut keeper, who, ids, patience, people).await {
        Ok(contested) => return Ok(Acquired::Held { keeper, contested }),
        Err(why) => why,
    };
    keeper.release(store).await;
    match why {
        NotHeld::KeptOut { by, asked } => Ok(Acquired::KeptOut { by, asked }),
        NotHeld::Lost(ended) => Ok(Acquired::Lost(ended)),
        NotHeld::Store(error) => Err(error),
    }
}

/// Returns whether someone else may have written since the caller read the clusters.
async fn take_all(
    store: &dyn Store,
    keeper: &mut Keeper,
    who: &Holder,
    ids: Vec<String>,
    patience: &Patience,
    (now, tell): (&str, &mut (dyn FnMut(&LeaseV1) + Send)),
) -> Result<bool, NotHeld> {
    let (clock, terms) = (keeper.clock().clone(), *keeper.terms());
    let began = clock.boot();
    let (mut contested, mut taken_over) = (false, false);
    for id in ids {
        let mut asking = Asking {
            store,
            clock: &clock,
            terms: &terms,
            who,
            body: body(who, &id, now),
            seen: None,
            first_sent: None,
            contested: false,
            taken_over: false,
            asked: false,
            before: patience.before.get(&id),
        };
        let mut named = None;
        let mut changes = 0;
        loop {
            let look = asking.look(patience.preempt).await?;
            let waited = clock.boot().saturating_sub(began);
            let (by, left) = match look {
                Look::Held(held) => {
                    keeper.add(*held);
                    break;
                }
                Look::Again if changes >= ATTEMPTS => {
                    return Err(changes_too_often(&key(&asking.body.cluster_id)).into());
                }
                Look::Again => {
                    changes += 1;
                    sleep(keeper, store, PAUSE).await?;
                    continue;
                }
                Look::Withdrawn(by) => (by, patience.at_most.saturating_sub(waited)),
                Look::By(by) => {
                    let timeout = patience.timeout.min(patience.at_most);
                    (by, timeout.saturating_sub(waited))
                }
            };
            changes = 0;
            let this = (by.nonce.clone(), by.state);
            if named.as_ref() != Some(&this) {
                tell(&by);
                named = Some(this);
            }
            if left.is_zero() {
                let asked = asking.asked;
                return Err(NotHeld::KeptOut { by, asked });
            }
            sleep(keeper, store, terms.look.min(left)).await?;
        }
        contested |= asking.contested;
        taken_over |= asking.taken_over;
    }
    if taken_over {
        // A request of the holder before may still be under way.
        let quiet = clock.boot() + terms.attempt;
        while clock.boot() < quiet {
            let left = quiet.saturating_sub(clock.boot());
            sleep(keeper, store, terms.look.min(left)).await?;
        }
    }
    Ok(contested)
}

/// Waits, and renews what is held already.
async fn sleep(keeper: &mut Keeper, store: &dyn Store, pause: Duration) -> Result<(), NotHeld> {
    keeper.clock().clone().sleep(pause).await;
    // A renewal that failed is sent again; what that can come to in the end is in the validity.
    let _notices = keeper.renew_due(store).await;
    match keeper.validity().ended() {
        Some(ended) => Err(NotHeld::Lost(ended)),
        None => Ok(()),
    }
}

fn body(who: &Holder, cluster_id: &str, now: &str) -> LeaseV1 {
    LeaseV1 {
        format_version: 1,
        cluster_id: cluster_id.to_owned(),
        holder: who.holder.clone(),
        host: who.host.clone(),
        run_id: who.run_id.clone(),
        nonce: nonce(),
        sequence: 1,
        url: who.url.clone(),
        since: now.to_owned(),
        state: StateV1::Held,
        yields: None,
    }
}

impl Asking<'_> {
    async fn look(&mut self, preempt: bool) -> Result<Look, StoreError> {
        let key = key(&self.body.cluster_id);
        let found = self.timed(&key, read(self.store, &key)).await?;
        let Some((lease, version)) = found else {
            return self.put(&key, When::Absent).await;
        };
        if self.is_ours(&lease) {
            // An earlier request was done although its answer was lost.
            let sent = self.first_sent.unwrap_or_default();
            return Ok(Look::Held(Box::new(Held::new(
                lease,
                version,
                Renewed { sent },
            ))));
        }
        if lease.state == StateV1::Released {
            self.contested |= self.before != Some(&lease.nonce);
            return self.put(&key, When::Unchanged(version)).await;
        }
        self.contested = true;
        let now = self.clock.boot();
        let since = match &self.seen {
            Some((nonce, sequence, since))
                if *nonce == lease.nonce && *sequence == lease.sequence =>
            {
                *since
            }
            _ => {
                self.seen = Some((lease.nonce.clone(), lease.sequence, now));
                now
            }
        };
        if now.saturating_sub(since) >= self.terms.term {
            self.taken_over = true;
            return self.put(&key, When::Unchanged(version)).await;
        }
        if lease.state == StateV1::Withdrawn {
            return Ok(Look::Withdrawn(Box::new(lease)));
        }
        if preempt && lease.yields.is_none() {
            let asked = lease.asked_by(self.who).content()?;
            let put = self.store.put(&key, asked, When::Unchanged(version));
            match self.timed(&key, put).await? {
                Put::Written(_) => self.asked = true,
                // It was renewed meanwhile.
                Put::Refused => return Ok(Look::Again),
            }
        }
        self.asked |= preempt;
        Ok(Look::By(Box::new(lease)))
    }

    /// Whether this run holds it.
    fn is_ours(&self, lease: &LeaseV1) -> bool {
        lease.nonce == self.body.nonce && lease.is_held()
    }

    async fn put(&mut self, key: &str, when: When) -> Result<Look, StoreError> {
        let sent = self.clock.boot();
        self.first_sent.get_or_insert(sent);
        let put = self.store.put(key, self.body.content()?, when);
        match self.timed(key, put).await {
            Ok(Put::Written(version)) => {
                let renewed = Renewed { sent };
                Ok(Look::Held(Box::new(Held::new(
                    self.body.clone(),
                    version,
                    renewed,
                ))))
            }
            // By someone else, or by a request of ours whose answer was lost: reading shows it.
            Ok(Put::Refused) => Ok(Look::Again),
            Err(error @ StoreError::Unreachable { .. }) => {
                match self.timed(key, read(self.store, key)).await {
                    Ok(Some((lease, version))) if self.is_ours(&lease) => Ok(Look::Held(Box::new(
                        Held::new(lease, version, Renewed { sent }),
                    ))),
                    _ => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    async fn timed<T>(
        &self,
        key: &str,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        timed(self.clock, self.terms, key, work).await
    }
}
