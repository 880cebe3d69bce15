//! Records of runs, and archives of links.

use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::{ATTEMPTS, Listed, Object, Put, Store, StoreError, When};

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

impl Kept {
    /// The part of its id that begins with the time.
    #[must_use]
    pub fn time(&self) -> &str {
        self.id.rsplit('/').next().unwrap_or_default()
    }
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

/// The newest objects below a prefix, the newest first. Ids, or their last parts, begin with the time.
///
/// # Errors
/// When the store cannot be read.
pub async fn newest(store: &dyn Store, prefix: &str, most: usize) -> Result<Vec<Kept>, StoreError> {
    let mut keys = by_age(store, prefix).await?;
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

/// Of the newest object below a prefix that has it, what is looked for.
///
/// # Errors
/// When the store cannot be read.
pub async fn latest<T>(
    store: &dyn Store,
    prefix: &str,
    look: impl Fn(&[u8]) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    for key in by_age(store, prefix).await? {
        if let Some(object) = store.get(&key).await?
            && let Some(found) = look(&object.content)
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The keys below a prefix, the newest first.
async fn by_age(store: &dyn Store, prefix: &str) -> Result<Vec<String>, StoreError> {
    let listed = store.list(prefix).await?.into_iter();
    let mut keys: Vec<String> = listed.map(|it| it.key).collect();
    keys.sort_by(|a, b| b.rsplit('/').next().cmp(&a.rsplit('/').next()));
    Ok(keys)
}

/// Writes the last version of an object, in place of one that it begins with, if that is there. Returns false when there
/// is another, which stays.
///
/// # Errors
/// When the store cannot be used.
pub async fn complete(
    store: &dyn Store,
    key: &str,
    content: &[u8],
    is_begun: fn(&[u8]) -> bool,
) -> Result<bool, StoreError> {
    let mut when = When::Absent;
    for _ in 0..ATTEMPTS {
        if let Put::Written(_) = store.put(key, content.to_vec(), when).await? {
            return Ok(true);
        }
        when = match store.get(key).await? {
            None => When::Absent,
            // By an earlier request whose answer was lost.
            Some(found) if found.content == content => return Ok(true),
            Some(found) if is_begun(&found.content) => When::Unchanged(found.version),
            Some(_) => return Ok(false),
        };
    }
    Err(StoreError::Failed {
        what: format!("write {key}"),
        why: format!("it was changed by others {ATTEMPTS} times"),
    })
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
    use super::super::folder::Folder;
    use super::super::waited;
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
            store
                .put_here(&key, name.as_bytes(), &When::Absent)
                .unwrap();
        }
        let newest = waited(newest(&store, APPLIES, 2)).unwrap();
        let ids: Vec<&str> = newest.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids, ["20261103T080000Z-c", "20261102T080000Z-b"]);
        let found = waited(of_id(&store, &[READS, APPLIES], ids[0])).unwrap();
        assert_eq!(found.as_deref(), Some(ids[0].as_bytes()));
        let look = |text: &[u8]| (!text.ends_with(b"c")).then(|| text.to_vec());
        let found = waited(latest(&store, APPLIES, look)).unwrap();
        assert_eq!(found.as_deref(), Some(ids[1].as_bytes()));
        let prune = |before| waited(prune(&store, APPLIES, before)).unwrap();
        assert_eq!(prune(jiff::Timestamp::UNIX_EPOCH), 0);
        assert_eq!(prune(jiff::Timestamp::MAX), 3);
    }

    #[test]
    fn what_was_begun_is_completed_and_what_is_complete_stays() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path().to_owned());
        let complete = |text: &[u8]| {
            let is_begun = |text: &[u8]| text == b"begun";
            waited(complete(&store, "runs/a", text, is_begun)).unwrap()
        };
        assert!(complete(b"begun"));
        assert!(complete(b"ended"));
        assert!(complete(b"ended"));
        assert!(!complete(b"other"));
        let read = store.get_here("runs/a").unwrap().unwrap();
        assert_eq!(read.content, b"ended");
    }
}
