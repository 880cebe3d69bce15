//! Leases that are released by an operator, renewed together, or changed by others at every moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use linkwright::store::lease::{
    Acquired, Ended, Holder, Keeper, LeaseV1, Notice, Patience, StateV1, Terms, acquire, keep, key,
    withdraw,
};
use linkwright::store::{Listed, Object, Put, Store, StoreError, When};
use linkwright_clock::Clock;
use tokio::sync::watch;

use super::memory::Memory;

const SECOND: Duration = Duration::from_secs(1);

fn who(name: &str) -> Holder {
    Holder {
        holder: name.to_owned(),
        host: format!("machine-of-{name}"),
        run_id: name.to_owned(),
        url: None,
    }
}

async fn ask(
    store: &dyn Store,
    clock: &Clock,
    name: &str,
    ids: &[&str],
) -> (Result<Acquired, StoreError>, Vec<(String, StateV1)>) {
    wait(store, clock, name, ids, Patience::default()).await
}

async fn wait(
    store: &dyn Store,
    clock: &Clock,
    name: &str,
    ids: &[&str],
    patience: Patience,
) -> (Result<Acquired, StoreError>, Vec<(String, StateV1)>) {
    let mut told = Vec::new();
    let mut note = |lease: &LeaseV1| told.push((lease.holder.clone(), lease.state));
    let ids = ids.iter().map(|id| (*id).to_owned());
    let (terms, who) = (Terms::default(), who(name));
    let now = ("now", &mut note as _);
    let acquired = acquire(store, clock, terms, &who, ids, &patience, now).await;
    (acquired, told)
}

fn held(acquired: Result<Acquired, StoreError>) -> (Keeper, bool) {
    match acquired.unwrap() {
        Acquired::Held { keeper, contested } => (keeper, contested),
        Acquired::KeptOut { by, .. } => panic!("kept out by {}", by.holder),
        Acquired::Lost(ended) => panic!("{ended}"),
    }
}

/// A run that holds one lease and waits for another, and meanwhile someone asks for the one it holds, or an operator takes
/// it: it writes nothing, and lets go of what it holds.
#[test]
fn a_run_that_still_waits_for_a_lease_gives_up_those_that_are_asked_for() {
    linkwright_clock::run(async |clock| {
        for is_withdrawn in [false, true] {
            let store = Memory::default();
            let (other, _) = ask(&store, clock, "other", &["lkc-2"]).await;
            let _other = held(other);
            let patience = |preempt| Patience {
                timeout: SECOND * 50,
                preempt,
                ..Patience::default()
            };
            let ids = ["lkc-1", "lkc-2"];
            let waits = wait(&store, clock, "waits", &ids, patience(false));
            let urgent = async {
                clock.sleep(SECOND * 5).await;
                if is_withdrawn {
                    let released = withdraw(&store, clock, "lkc-1", "waits").await.unwrap();
                    assert!(released.is_some());
                }
                let began = clock.boot();
                let preempts = wait(&store, clock, "urgent", &["lkc-1"], patience(true));
                held(preempts.await.0);
                clock.boot() - began
            };
            let ((waited, _), took) = tokio::join!(waits, urgent);
            let lost = match waited.unwrap() {
                Acquired::Lost(ended) => ended,
                Acquired::Held { .. } | Acquired::KeptOut { .. } => panic!("it goes on"),
            };
            match is_withdrawn {
                false => assert!(matches!(lost, Ended::Yielded { .. }), "{lost}"),
                true => assert!(matches!(lost, Ended::Released { .. }), "{lost}"),
            }
            // The next renewal, and a look.
            assert!(took <= SECOND * 20, "{took:?}");
        }
    })
    .unwrap();
}

/// The same while it waits for requests of a run that has died.
#[test]
fn a_run_that_has_taken_a_lease_over_hears_while_it_waits_that_another_is_asked_for() {
    linkwright_clock::run(async |clock| {
        let store = Memory::default();
        let (died, _) = ask(&store, clock, "died", &["lkc-1"]).await;
        let _died = held(died);
        let patience = |preempt| Patience {
            timeout: SECOND * 100,
            preempt,
            ..Patience::default()
        };
        let takes = wait(&store, clock, "takes", &["lkc-1"], patience(false));
        let urgent = async {
            // The term is over, and the quiet is not.
            clock.sleep(SECOND * 64).await;
            wait(&store, clock, "urgent", &["lkc-1"], patience(true)).await
        };
        let ((taken, _), (urgent, _)) = tokio::join!(takes, urgent);
        assert!(matches!(
            taken.unwrap(),
            Acquired::Lost(Ended::Yielded { .. })
        ));
        held(urgent);
    })
    .unwrap();
}

/// A run that may take only so long waits for no one after that, also not for one whose lease an operator has withdrawn.
#[test]
fn no_one_is_waited_for_when_the_time_of_the_run_is_over() {
    linkwright_clock::run(async |clock| {
        let store = Memory::default();
        let (other, _) = ask(&store, clock, "other", &["lkc-1"]).await;
        let _other = held(other);
        for is_withdrawn in [false, true] {
            if is_withdrawn {
                withdraw(&store, clock, "lkc-1", "other").await.unwrap();
            }
            let patience = Patience {
                timeout: SECOND * 600,
                at_most: SECOND * 9,
                ..Patience::default()
            };
            let began = clock.boot();
            let (waits, _) = wait(&store, clock, "waits", &["lkc-1"], patience).await;
            assert!(matches!(waits.unwrap(), Acquired::KeptOut { .. }));
            assert_eq!(clock.boot() - began, SECOND * 9);
        }
    })
    .unwrap();
}

/// A holder that stands still does not notice, and what it has sent goes on.
#[test]
fn the_next_run_waits_until_a_run_whose_lease_was_released_cannot_write_any_more() {
    linkwright_clock::run(async |clock| {
        let store = Memory::default();
        let (first, _) = ask(&store, clock, "first", &["lkc-1"]).await;
        let (first, _) = held(first);
        clock.sleep(SECOND * 7).await;
        let released = withdraw(&store, clock, "lkc-1", "first").await.unwrap();
        assert_eq!(released.unwrap().holder, "first");
        assert!(first.validity().check().is_ok(), "it has not noticed");
        let began = clock.boot();
        let (second, told) = ask(&store, clock, "second", &["lkc-1"]).await;
        let (second, contested) = held(second);
        assert!(contested);
        // Whoever has waited may write.
        assert_eq!(second.validity().check(), Ok(()));
        assert_eq!(told, [("first".to_owned(), StateV1::Withdrawn)]);
        let Terms { term, attempt, .. } = Terms::default();
        assert!(clock.boot() >= began + term + attempt);
        assert!(clock.boot() >= first.validity().until());
    })
    .unwrap();
}

#[test]
fn a_run_that_notices_lets_the_next_one_in_at_once() {
    linkwright_clock::run(async |clock| {
        let store = Memory::default();
        let (first, _) = ask(&store, clock, "first", &["lkc-1"]).await;
        let (mut keeper, _) = held(first);
        let (stop, mut stopped) = watch::channel(false);
        let holder = async {
            let mut notify = |notice| {
                assert!(matches!(notice, Notice::Ended(Ended::Released { .. })));
                stop.send(true).unwrap();
            };
            keep(&mut keeper, &store, &mut stopped, &mut notify).await;
            assert!(keeper.validity().check().is_err());
            keeper.release(&store).await;
        };
        let others = async {
            clock.sleep(SECOND).await;
            withdraw(&store, clock, "lkc-1", "first").await.unwrap();
            let began = clock.boot();
            let (second, _) = ask(&store, clock, "second", &["lkc-1"]).await;
            let (second, _) = held(second);
            assert_eq!(second.validity().check(), Ok(()));
            clock.boot() - began
        };
        let ((), took) = tokio::join!(holder, others);
        // The next renewal, and a look.
        assert!(took <= SECOND * 20, "{took:?}");
    })
    .unwrap();
}

/// A store that answers after a while, and may do something before it writes.
struct Odd {
    inner: Memory,
    clock: Clock,
    takes: Duration,
    /// Whether an operator takes every lease from its holder as soon as it is written, before that is answered.
    withdraws: bool,
    /// Whether someone else is always faster.
    refuses: bool,
    writes: AtomicUsize,
}

impl Odd {
    fn of(clock: &Clock) -> Self {
        Self {
            inner: Memory::default(),
            clock: clock.clone(),
            takes: Duration::ZERO,
            withdraws: false,
            refuses: false,
            writes: AtomicUsize::new(0),
        }
    }
}

impl Store for Odd {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Object>, StoreError>> {
        self.inner.get(key)
    }

    fn put<'a>(
        &'a self,
        key: &'a str,
        content: Vec<u8>,
        when: When,
    ) -> BoxFuture<'a, Result<Put, StoreError>> {
        async move {
            self.clock.sleep(self.takes).await;
            let number = self.writes.fetch_add(1, Ordering::SeqCst);
            if self.refuses {
                return Ok(Put::Refused);
            }
            let put = self.inner.put(key, content, when).await?;
            if self.withdraws && number == 0 {
                let id = key.trim_start_matches("leases/");
                withdraw(&self.inner, &self.clock, id, "first").await?;
                return Err(StoreError::Unreachable {
                    what: key.to_owned(),
                    why: "the answer was lost".to_owned(),
                });
            }
            Ok(put)
        }
        .boxed()
    }

    fn list<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<Listed>, StoreError>> {
        self.inner.list(prefix)
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        self.inner.delete(key)
    }
}

#[test]
fn a_lease_that_was_taken_back_before_the_run_knew_of_it_is_not_held() {
    linkwright_clock::run(async |clock| {
        let store = Odd {
            withdraws: true,
            ..Odd::of(clock)
        };
        let (first, _) = ask(&store, clock, "first", &["lkc-1"]).await;
        assert!(matches!(first, Err(StoreError::Unreachable { .. })));
        let object = store.inner.get(&key("lkc-1")).await.unwrap().unwrap();
        let lease: LeaseV1 = serde_json::from_slice(&object.content).unwrap();
        assert_eq!(lease.state, StateV1::Withdrawn);
    })
    .unwrap();
}

#[test]
fn whoever_finds_that_others_are_always_faster_gives_up_with_pauses() {
    linkwright_clock::run(async |clock| {
        let store = Odd {
            refuses: true,
            ..Odd::of(clock)
        };
        let began = clock.boot();
        let (first, _) = ask(&store, clock, "first", &["lkc-1"]).await;
        assert!(matches!(first, Err(StoreError::Failed { .. })));
        assert!(clock.boot() > began);
        assert!(store.writes.load(Ordering::SeqCst) < 50);
    })
    .unwrap();
}

#[test]
fn a_store_that_answers_slowly_renews_many_leases_in_time() {
    linkwright_clock::run(async |clock| {
        let store = Arc::new(Odd::of(clock));
        let ids = ["lkc-1", "lkc-2", "lkc-3", "lkc-4", "lkc-5", "lkc-6"];
        let (all, _) = ask(&*store, clock, "first", &ids).await;
        let (mut keeper, _) = held(all);
        let slow = Odd {
            takes: SECOND * 9,
            inner: Arc::into_inner(store).unwrap().inner,
            ..Odd::of(clock)
        };
        let validity = keeper.validity().clone();
        let (stop, mut stopped) = watch::channel(false);
        let mut notify = |notice| panic!("{notice:?}");
        let kept = keep(&mut keeper, &slow, &mut stopped, &mut notify);
        let run = async {
            for _ in 0..60 {
                clock.sleep(SECOND * 5).await;
                validity.check().unwrap();
            }
            stop.send(true).unwrap();
        };
        tokio::join!(kept, run);
    })
    .unwrap();
}
