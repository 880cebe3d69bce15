//! Objects that are written once: records of runs, and archives of links.

use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::{Listed, Object, Store, StoreError};

/// The records of each apply.
pub const APPLIES: &str = "runs/apply/";
/// The records of commands that only read.
pub const READS: &str = "runs/read/";
/// The archives of links.
pub const ARCHIVE: &str = "archive/";

/// How many objects are read at once.
const AT_ONCE: usize = 16;

/// An object with its id, which is its key below the prefix and without `.json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its id.
    pub id: String,
    /// What is in it.
    pub content: Vec<u8>,
}

/// The key of an id below a prefix.
#[must_use]
pub fn key(prefix: &str, id: &str) -> String {
    format!("{prefix}{id}.json")
}

fn id<'a>(prefix: &str, key: &'a str) -> &'a str {
    let name = key.strip_prefix(prefix).unwrap_or(key);
    name.strip_suffix(".json").unwrap_or(name)
}

/// The newest objects below a prefix, the newest first. Ids begin with the time.
///
/// # Errors
/// When the store cannot be read.
pub async fn newest(store: &dyn Store, prefix: &str, most: usize) -> Result<Vec<Kept>, StoreError> {
    let mut keys: Vec<String> = store
        .list(prefix)
        .await?
        .into_iter()
        .map(|it| it.key)
        .collect();
    keys.sort_by(|a, b| b.rsplit('/').next().cmp(&a.rsplit('/').next()));
    keys.truncate(most);
    let reads = keys.into_iter().map(|key| async move {
        let found = store.get(&key).await?;
        Ok(found.map(|Object { content, .. }| Kept {
            id: id(prefix, &key).to_owned(),
            content,
        }))
    });
    let found: Vec<Option<Kept>> = stream::iter(reads).buffered(AT_ONCE).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

/// The object of an id below one of these prefixes.
///
/// # Errors
/// When the store cannot be read.
pub async fn of_id(
    store: &dyn Store,
    prefixes: &[&str],
    id: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    for prefix in prefixes {
        if let Some(found) = store.get(&key(prefix, id)).await? {
            return Ok(Some(found.content));
        }
    }
    Ok(None)
}

/// Deletes the objects below a prefix that were written before a time, by the store's clock. Returns how many.
///
/// # Errors
/// When the store cannot be used.
pub async fn prune(
    store: &dyn Store,
    prefix: &str,
    before: jiff::Timestamp,
) -> Result<usize, StoreError> {
    let is_old = |it: &Listed| it.written.is_some_and(|written| written < before);
    let old: Vec<Listed> = store
        .list(prefix)
        .await?
        .into_iter()
        .filter(is_old)
        .collect();
    for listed in &old {
        store.delete(&listed.key).await?;
    }
    Ok(old.len())
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::super::When;
    use super::super::folder::Folder;
    use super::*;

    #[test]
    fn the_newest_are_first_and_the_old_are_deleted() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path().to_owned());
        for name in [
            "20261101T080000Z-a",
            "20261103T080000Z-c",
            "20261102T080000Z-b",
        ] {
            let key = key(APPLIES, name);
            let put = store.put(&key, name.as_bytes().to_vec(), When::Absent);
            put.now_or_never().unwrap().unwrap();
        }
        let newest = newest(&store, APPLIES, 2).now_or_never().unwrap().unwrap();
        let ids: Vec<&str> = newest.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids, ["20261103T080000Z-c", "20261102T080000Z-b"]);
        let found = of_id(&store, &[READS, APPLIES], ids[0]);
        let found = found.now_or_never().unwrap().unwrap();
        assert_eq!(found.as_deref(), Some(ids[0].as_bytes()));
        let prune = |before| {
            prune(&store, APPLIES, before)
                .now_or_never()
                .unwrap()
                .unwrap()
        };
        assert_eq!(prune(jiff::Timestamp::UNIX_EPOCH), 0);
        assert_eq!(prune(jiff::Timestamp::MAX), 3);
    }
}
