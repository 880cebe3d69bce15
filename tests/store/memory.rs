//! A store in memory, and a bad way to it: slow, and answers get lost.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use linkwright::store::{Listed, Object, Put, Store, StoreError, Version, When};
use linkwright_clock::Clock;

/// Objects by key, each with the number of its version.
type Objects = BTreeMap<String, (u64, Vec<u8>)>;

/// How many writes there were, and the objects.
#[derive(Default)]
pub(crate) struct Memory {
    objects: Mutex<(u64, Objects)>,
}

impl Memory {
    fn put_now(&self, key: &str, content: Vec<u8>, when: &When) -> Put {
        let mut all = self.objects.lock().unwrap();
        let (writes, objects) = &mut *all;
        let now = objects.get(key).map(|(number, _)| version(*number));
        let holds = match when {
            When::Absent => now.is_none(),
            When::Unchanged(expected) => now.as_ref() == Some(expected),
        };
        if !holds {
            return Put::Refused;
        }
        *writes += 1;
        objects.insert(key.to_owned(), (*writes, content));
        Put::Written(version(*writes))
    }
}

fn version(number: u64) -> Version {
    Version {
        e_tag: Some(number.to_string()),
        number: None,
    }
}

impl Store for Memory {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Object>, StoreError>> {
        let all = self.objects.lock().unwrap();
        let found = all.1.get(key).map(|(number, content)| Object {
            content: content.clone(),
            version: version(*number),
        });
        std::future::ready(Ok(found)).boxed()
    }

    fn put<'a>(
        &'a self,
        key: &'a str,
        content: Vec<u8>,
        when: When,
    ) -> BoxFuture<'a, Result<Put, StoreError>> {
        std::future::ready(Ok(self.put_now(key, content, &when))).boxed()
    }

    fn list<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<Listed>, StoreError>> {
        let all = self.objects.lock().unwrap();
        let keys = all.1.keys().filter(|key| key.starts_with(prefix));
        let listed = keys.map(|key| Listed {
            key: key.clone(),
            written: None,
        });
        std::future::ready(Ok(listed.collect())).boxed()
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        self.objects.lock().unwrap().1.remove(key);
        std::future::ready(Ok(())).boxed()
    }
}

/// Numbers that look random and are the same for the same seed.
#[derive(Clone)]
pub(crate) struct Chance(Arc<Mutex<u64>>);

impl Chance {
    pub(crate) fn of(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(
            seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D,
        )))
    }

    pub(crate) fn below(&self, bound: u64) -> u64 {
        let mut state = self.0.lock().unwrap();
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }

    /// Mostly short, sometimes as long as `most`.
    pub(crate) fn delay(&self, most: Duration) -> Duration {
        let most = u64::try_from(most.as_millis()).unwrap();
        Duration::from_millis(match self.below(10) {
            0 => self.below(most + 1),
            1 => most,
            _ => self.below(200),
        })
    }
}

/// The way of one machine to a store. A write arrives whether or not someone still waits for its answer.
pub(crate) struct Way {
    pub(crate) store: Arc<Memory>,
    pub(crate) clock: Clock,
    pub(crate) chance: Chance,
    /// How long a request takes at most, there and back each.
    pub(crate) most: Duration,
    /// One answer in so many is lost; 0 for none.
    pub(crate) lost: u64,
    /// From then on the store cannot be reached.
    pub(crate) down_from: Duration,
}

impl Way {
    fn is_down(&self) -> bool {
        self.clock.boot() >= self.down_from
    }

    fn lose(&self) -> bool {
        self.lost > 0 && self.chance.below(self.lost) == 0
    }
}

fn no_answer() -> StoreError {
    StoreError::Unreachable {
        what: "a request".to_owned(),
        why: "the answer was lost".to_owned(),
    }
}

impl Store for Way {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Object>, StoreError>> {
        async move {
            self.clock.sleep(self.chance.delay(self.most)).await;
            if self.is_down() {
                return Err(no_answer());
            }
            let found = self.store.get(key).await;
            self.clock.sleep(self.chance.delay(self.most)).await;
            if self.lose() { Err(no_answer()) } else { found }
        }
        .boxed()
    }

    fn put<'a>(
        &'a self,
        key: &'a str,
        content: Vec<u8>,
        when: When,
    ) -> BoxFuture<'a, Result<Put, StoreError>> {
        let (store, clock, key) = (self.store.clone(), self.clock.clone(), key.to_owned());
        let (there, back) = (self.chance.delay(self.most), self.chance.delay(self.most));
        let lost = self.lose();
        let is_down = self.is_down();
        let arrives = tokio::spawn(async move {
            clock.sleep(there).await;
            if is_down {
                return Put::Refused;
            }
            let put = store.put_now(&key, content, &when);
            clock.sleep(back).await;
            put
        });
        async move {
            let put = arrives.await.unwrap();
            if lost || is_down {
                Err(no_answer())
            } else {
                Ok(put)
            }
        }
        .boxed()
    }

    fn list<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<Listed>, StoreError>> {
        self.store.list(prefix)
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        self.store.delete(key)
    }
}
