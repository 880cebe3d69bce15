//! Whether a store can be trusted: [`check`] tries what leases rely on, and reads the version of its layout.

use super::{Put, Store, StoreError, Version, When, layout, nonce};

/// Why a store is not trusted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// It could not be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It wrote an object over another although it must not exist.
    #[error(
        "the store ignores the condition that an object must not exist (If-None-Match): two runs could both \
         hold a lease"
    )]
    IgnoresAbsence,
    /// It wrote an object over another version than the condition says.
    #[error(
        "the store ignores the condition that an object is unchanged (If-Match): two runs could both hold a lease"
    )]
    IgnoresVersion,
    /// It refuses a write whose condition holds.
    #[error("the store refuses a write whose condition holds ({0})")]
    RefusesRightful(&'static str),
    /// It returns something else than what was written.
    #[error("the store does not return what was just written")]
    Stale,
}

/// Tries conditional writes on objects of its own, and reads the version of the layout, which it writes into a
/// new store.
///
/// # Errors
/// Why the store is not trusted.
pub async fn check(store: &dyn Store) -> Result<(), Untrusted> {
    let key = format!("probe/{}", nonce());
    let tried = probe(store, &key).await;
    let deleted = store.delete(&key).await;
    tried?;
    // A role may be permitted to write and not to delete. What is left is a few bytes.
    if let Err(error @ StoreError::Unreachable { .. }) = deleted {
        return Err(error.into());
    }
    Ok(layout::settle(store).await?)
}

async fn probe(store: &dyn Store, key: &str) -> Result<(), Untrusted> {
    let first = rightful(store, key, b"1", When::Absent, "the object did not exist").await?;
    if store.put(key, b"2".to_vec(), When::Absent).await? != Put::Refused {
        return Err(Untrusted::IgnoresAbsence);
    }
    let unchanged = When::Unchanged(first.clone());
    let second = rightful(store, key, b"3", unchanged, "the object was unchanged").await?;
    let stale = When::Unchanged(first);
    if store.put(key, b"4".to_vec(), stale).await? != Put::Refused {
        return Err(Untrusted::IgnoresVersion);
    }
    match store.get(key).await? {
        Some(object) if object.content == b"3" && object.version.e_tag == second.e_tag => Ok(()),
        _ => Err(Untrusted::Stale),
    }
}

/// A write whose condition holds. Its request may be repeated below, after an answer that was lost, and then finds what
/// it has written itself.
async fn rightful(
    store: &dyn Store,
    key: &str,
    content: &[u8],
    when: When,
    condition: &'static str,
) -> Result<Version, Untrusted> {
    match store.put(key, content.to_vec(), when).await? {
        Put::Written(version) => Ok(version),
        Put::Refused => match store.get(key).await? {
            Some(object) if object.content == content => Ok(object.version),
            _ => Err(Untrusted::RefusesRightful(condition)),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures_util::FutureExt;
    use futures_util::future::BoxFuture;

    use super::super::folder::Folder;
    use super::super::{Listed, Object, waited};
    use super::*;

    /// A store that does not do what its conditions say.
    struct Careless {
        inner: Folder,
        absence: bool,
        version: bool,
        /// Whether it says of what it has just written that its condition did not hold, as it does for a request that is
        /// repeated.
        repeats: bool,
        /// Whether it writes nothing.
        full: bool,
        writes: Mutex<u32>,
    }

    impl Store for Careless {
        fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Object>, StoreError>> {
            self.inner.get(key)
        }

        fn put<'a>(
            &'a self,
            key: &'a str,
            content: Vec<u8>,
            when: When,
        ) -> BoxFuture<'a, Result<Put, StoreError>> {
            *self.writes.lock().unwrap() += 1;
            let is_ignored = match when {
                When::Absent => self.absence,
                When::Unchanged(_) => self.version,
            };
            async move {
                if self.full {
                    return Ok(Put::Refused);
                }
                if is_ignored {
                    self.inner.delete(key).await?;
                }
                let when = if is_ignored { When::Absent } else { when };
                let put = self.inner.put(key, content, when).await?;
                Ok(if self.repeats { Put::Refused } else { put })
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

    fn careless(root: &std::path::Path) -> Careless {
        Careless {
            inner: Folder::new(root.to_owned()),
            absence: false,
            version: false,
            repeats: false,
            full: false,
            writes: Mutex::default(),
        }
    }

    #[test]
    fn a_write_that_finds_itself_is_no_refusal_and_one_that_finds_nothing_is() {
        let root = tempfile::tempdir().unwrap();
        let repeats = Careless {
            repeats: true,
            ..careless(root.path())
        };
        assert_eq!(waited(check(&repeats)), Ok(()));
        let full = Careless {
            full: true,
            ..careless(root.path())
        };
        assert!(matches!(
            waited(check(&full)),
            Err(Untrusted::RefusesRightful(_))
        ));
    }

    #[test]
    fn a_store_that_ignores_a_condition_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let with = |absence, version| {
            let store = Careless {
                absence,
                version,
                ..careless(root.path())
            };
            waited(check(&store))
        };
        assert_eq!(with(true, false), Err(Untrusted::IgnoresAbsence));
        assert_eq!(with(false, true), Err(Untrusted::IgnoresVersion));
        assert_eq!(with(false, false), Ok(()));
        // What was tried is deleted, and the layout has its version.
        let left = std::fs::read_dir(root.path().join("probe")).unwrap();
        assert_eq!(left.count(), 0);
        assert_eq!(with(false, false), Ok(()));
    }
}
