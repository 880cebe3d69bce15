//! The version of a store's layout, which its object `format.json` says: [`Known`] does nothing with a store of another.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::OnceCell;

use super::{Listed, Object, Put, Store, StoreError, When};

/// The version of the layout of a store.
pub const FORMAT_VERSION: u32 = 1;
/// Where it is written.
const FORMAT: &str = "format.json";

/// A store that is read and written only while its layout is one that this version knows, or has no version yet. That
/// is read once, before anything else.
pub struct Known<S> {
    inner: S,
    is_known: OnceCell<()>,
}

impl<S: Store> Known<S> {
    /// Guards a store.
    pub fn new(inner: S) -> Self {
        Self {
            inner,
            is_known: OnceCell::new(),
        }
    }

    /// The store, if its layout is known.
    async fn known(&self) -> Result<&S, StoreError> {
        let read = async || match self.inner.get(FORMAT).await? {
            Some(object) => must_be_ours(&object.content),
            None => Ok(()),
        };
        self.is_known.get_or_try_init(read).await?;
        Ok(&self.inner)
    }
}

impl<S: Store> Store for Known<S> {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Object>, StoreError>> {
        async move { self.known().await?.get(key).await }.boxed()
    }

    fn put<'a>(
        &'a self,
        key: &'a str,
        content: Vec<u8>,
        when: When,
    ) -> BoxFuture<'a, Result<Put, StoreError>> {
        async move { self.known().await?.put(key, content, when).await }.boxed()
    }

    fn list<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<Listed>, StoreError>> {
        async move { self.known().await?.list(prefix).await }.boxed()
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        async move { self.known().await?.delete(key).await }.boxed()
    }
}

/// Writes the version into a store that has none, and refuses a store of another.
///
/// # Errors
/// When the store cannot be used, or its layout is of another version.
pub(super) async fn settle(store: &dyn Store) -> Result<(), StoreError> {
    if let Some(object) = store.get(FORMAT).await? {
        return must_be_ours(&object.content);
    }
    let ours = format!("{{\"format_version\":{FORMAT_VERSION}}}\n");
    match store.put(FORMAT, ours.into_bytes(), When::Absent).await? {
        Put::Written(_) => Ok(()),
        // Another run was first.
        Put::Refused => {
            let object = store.get(FORMAT).await?;
            must_be_ours(&object.map(|it| it.content).unwrap_or_default())
        }
    }
}

fn must_be_ours(found: &[u8]) -> Result<(), StoreError> {
    let document: Option<serde_json::Value> = serde_json::from_slice(found).ok();
    let version = document.and_then(|it| it["format_version"].as_u64());
    match version == Some(u64::from(FORMAT_VERSION)) {
        true => Ok(()),
        false => Err(StoreError::OtherLayout {
            found: String::from_utf8_lossy(found)
                .trim()
                .chars()
                .take(80)
                .collect(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::folder::Folder;
    use super::super::waited;
    use super::*;

    #[test]
    fn nothing_is_read_or_written_in_a_layout_of_another_version() {
        let root = tempfile::tempdir().unwrap();
        for text in ["{\"format_version\":2}", "", "[]"] {
            std::fs::write(root.path().join(FORMAT), text).unwrap();
            let store = Known::new(Folder::new(root.path().to_owned()));
            let found = text.to_owned();
            let other = StoreError::OtherLayout { found };
            let put = store.put("runs/a", b"1".to_vec(), When::Absent);
            assert_eq!(waited(put), Err(other.clone()));
            assert_eq!(waited(store.get("runs/a")), Err(other.clone()));
            assert_eq!(waited(store.list("runs/")), Err(other.clone()));
            assert_eq!(waited(store.delete("runs/a")), Err(other));
            assert!(!root.path().join("runs").exists());
        }
    }

    #[test]
    fn a_new_store_and_one_of_this_version_are_used() {
        let root = tempfile::tempdir().unwrap();
        let store = Known::new(Folder::new(root.path().to_owned()));
        assert_eq!(waited(store.get("runs/a")), Ok(None));
        waited(settle(&store)).unwrap();
        let store = Known::new(Folder::new(root.path().to_owned()));
        let put = store.put("runs/a", b"1".to_vec(), When::Absent);
        assert!(matches!(waited(put), Ok(Put::Written(_))));
    }
}
