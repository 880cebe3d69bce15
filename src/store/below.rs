//! A part of a store: [`Below`], the objects below a prefix.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::{Listed, Object, Put, Store, StoreError, When};

/// Where everything is that runs with `--sandbox` keep: what a rehearsal does was not done to the real clusters of the
/// same ids.
pub const SANDBOX: &str = "sandbox/";

/// The objects of a store below a prefix, by their keys without it.
pub struct Below {
    inner: Arc<dyn Store>,
    prefix: &'static str,
}

impl Below {
    /// The objects below this prefix, which ends in `/`.
    #[must_use]
    pub fn new(inner: Arc<dyn Store>, prefix: &'static str) -> Self {
        Self { inner, prefix }
    }

    fn key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }
}

impl Store for Below {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Object>, StoreError>> {
        async move { self.inner.get(&self.key(key)).await }.boxed()
    }

    fn put<'a>(
        &'a self,
        key: &'a str,
        content: Vec<u8>,
        when: When,
    ) -> BoxFuture<'a, Result<Put, StoreError>> {
        async move { self.inner.put(&self.key(key), content, when).await }.boxed()
    }

    fn list<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<Listed>, StoreError>> {
        async move {
            let mut listed = self.inner.list(&self.key(prefix)).await?;
            for it in &mut listed {
                if let Some(key) = it.key.strip_prefix(self.prefix) {
                    it.key = key.to_owned();
                }
            }
            Ok(listed)
        }
        .boxed()
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        async move { self.inner.delete(&self.key(key)).await }.boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::super::folder::Folder;
    use super::super::waited;
    use super::*;

    #[test]
    fn what_is_below_and_what_is_not_do_not_meet() {
        let root = tempfile::tempdir().unwrap();
        let all = Arc::new(Folder::new(root.path().to_owned()));
        let below = Below::new(all.clone(), SANDBOX);
        let put = |store: &dyn Store, text: &str| {
            let put = store.put("leases/lkc-1", text.as_bytes().to_vec(), When::Absent);
            assert!(matches!(waited(put).unwrap(), Put::Written(_)));
        };
        put(&*all, "real");
        put(&below, "rehearsed");
        let read = |store: &dyn Store| waited(store.get("leases/lkc-1")).unwrap().unwrap().content;
        assert_eq!(read(&*all), b"real");
        assert_eq!(read(&below), b"rehearsed");
        let listed = waited(below.list("leases/")).unwrap();
        let keys: Vec<&str> = listed.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, ["leases/lkc-1"]);
        waited(below.delete("leases/lkc-1")).unwrap();
        assert_eq!(read(&*all), b"real");
    }
}
