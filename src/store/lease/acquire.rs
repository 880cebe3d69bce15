//! How a run comes to hold leases: [`acquire`].

use std::collections::BTreeMap;
use std::time::Duration;

use linkwright_clock::Clock;

use super::super::{Put, Store, StoreError, When, nonce};
use super::Terms;
use super::keep::{Held, Keeper, Renewed};
use super::record::{Holder, LeaseV1, StateV1, YieldV1, key, read, timed};
use super::validity::Validity;

/// How a lease is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patience {
    /// What [`nonces`](super::nonces) returned before the caller read the clusters: a lease that is as it was then
    /// was held by no one meanwhile.
    pub before: BTreeMap<String, String>,
    /// So long in all.
    pub timeout: Duration,
    /// Whether the holder is asked to stop.
    pub preempt: bool,
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
}

/// One lease that is asked for.
struct Asking<'a> {
    store: &'a dyn Store,
    clock: &'a Clock,
    terms: &'a Terms,
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
    By(Box<LeaseV1>),
    /// It changed while it was being taken.
    Again,
}

/// Takes the leases of these clusters, in the order of their ids, for a run. What is held already is renewed while
/// others are waited for; if one cannot be had, those are released.
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
    (now, tell): (&str, &mut (dyn FnMut(&LeaseV1) + Send)),
) -> Result<Acquired, StoreError> {
    let mut ids: Vec<String> = cluster_ids.into_iter().collect();
    ids.sort();
    ids.dedup();
    let validity = Validity::new(clock.clone(), terms.attempt);
    let mut keeper = Keeper::new(clock.clone(), terms, validity);
    let began = clock.boot();
    let (mut contested, mut taken_over) = (false, false);
    for id in ids {
        let mut asking = Asking {
            store,
            clock,
            terms: &terms,
            body: body(who, &id, now),
            seen: None,
            first_sent: None,
            contested: false,
            taken_over: false,
            asked: false,
            before: patience.before.get(&id),
        };
        let mut named = None;
        loop {
            let look = match asking.look(patience.preempt).await {
                Ok(look) => look,
                Err(error) => {
                    keeper.release(store).await;
                    return Err(error);
                }
            };
            let by = match look {
                Look::Held(held) => {
                    keeper.add(*held);
                    break;
                }
                Look::Again => continue,
                Look::By(by) => by,
            };
            if named.as_ref() != Some(&by.nonce) {
                tell(&by);
                named = Some(by.nonce.clone());
            }
            let waited = clock.boot().saturating_sub(began);
            if waited >= patience.timeout {
                keeper.release(store).await;
                let asked = asking.asked;
                return Ok(Acquired::KeptOut { by, asked });
            }
            let left = patience.timeout - waited;
            clock.sleep(terms.look.min(left)).await;
            keeper.renew_due(store).await;
        }
        contested |= asking.contested;
        taken_over |= asking.taken_over;
    }
    if taken_over {
        // A request of the holder before may still be under way.
        let quiet = clock.boot() + terms.attempt;
        while clock.boot() < quiet {
            let left = quiet.saturating_sub(clock.boot());
            clock.sleep(terms.look.min(left)).await;
            keeper.renew_due(store).await;
        }
    }
    Ok(Acquired::Held { keeper, contested })
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
        if lease.nonce == self.body.nonce {
            // An earlier request was done although its answer was lost.
            let sent = self.first_sent.unwrap_or_default();
            return Ok(Look::Held(Box::new(Held::new(
                lease,
                version,
                Renewed { sent },
            ))));
        }
        if !lease.is_held() {
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
        if preempt && lease.yields.is_none() {
            let asked = LeaseV1 {
                yields: Some(YieldV1 {
                    holder: self.body.holder.clone(),
                    host: self.body.host.clone(),
                }),
                ..lease.clone()
            };
            let put = self
                .store
                .put(&key, asked.content(), When::Unchanged(version));
            match self.timed(&key, put).await? {
                Put::Written(_) => self.asked = true,
                // It was renewed meanwhile.
                Put::Refused => return Ok(Look::Again),
            }
        }
        self.asked |= preempt;
        Ok(Look::By(Box::new(lease)))
    }

    async fn put(&mut self, key: &str, when: When) -> Result<Look, StoreError> {
        let sent = self.clock.boot();
        self.first_sent.get_or_insert(sent);
        let put = self.store.put(key, self.body.content(), when);
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
                    Ok(Some((lease, version))) if lease.nonce == self.body.nonce => Ok(Look::Held(
                        Box::new(Held::new(lease, version, Renewed { sent })),
                    )),
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
