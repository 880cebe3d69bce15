//! Which generation of credentials was written to each link of a cluster: one object for each cluster.
//!
//! It is merged and never overwritten: an entry is added to what is there, on the condition that it is unchanged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ATTEMPTS, Object, Put, Store, StoreError, When, component, content};

/// The prefix of all ledgers.
const PREFIX: &str = "ledger/";
/// What was written last to one link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryV1 {
    /// The generation.
    pub generation: u32,
    /// The run that wrote it.
    pub run_id: String,
    /// When.
    pub written_at: String,
}

#[derive(Serialize, Deserialize)]
struct LedgerV1 {
    format_version: u32,
    cluster_id: String,
    links: BTreeMap<String, EntryV1>,
}

/// What is on record of a cluster's links.
///
/// # Errors
/// When the store cannot be read.
pub async fn read(
    store: &dyn Store,
    cluster_id: &str,
) -> Result<BTreeMap<String, EntryV1>, StoreError> {
    let key = key(cluster_id);
    match store.get(&key).await? {
        None => Ok(BTreeMap::new()),
        Some(object) => Ok(parse(&key, &object)?.links),
    }
}

/// Records what was written to a link.
///
/// # Errors
/// When the store cannot be used.
pub async fn record(
    store: &dyn Store,
    cluster_id: &str,
    link: &str,
    entry: &EntryV1,
) -> Result<(), StoreError> {
    merge(store, cluster_id, |links| {
        links.insert(link.to_owned(), entry.clone());
        true
    })
    .await?;
    Ok(())
}

/// Records what is taken to be written to a link, unless something is on record of it. Returns whether it was recorded.
///
/// # Errors
/// When the store cannot be used.
pub async fn adopt(
    store: &dyn Store,
    cluster_id: &str,
    link: &str,
    entry: &EntryV1,
) -> Result<bool, StoreError> {
    merge(store, cluster_id, |links| {
        let is_new = !links.contains_key(link);
        if is_new {
            links.insert(link.to_owned(), entry.clone());
        }
        is_new
    })
    .await
}

/// Changes what is there as long as no one else does meanwhile. Returns whether there was something to change.
async fn merge(
    store: &dyn Store,
    cluster_id: &str,
    change: impl Fn(&mut BTreeMap<String, EntryV1>) -> bool,
) -> Result<bool, StoreError> {
    let key = key(cluster_id);
    for _ in 0..ATTEMPTS {
        let (mut ledger, when) = match store.get(&key).await? {
            None => {
                let ledger = LedgerV1 {
                    format_version: 1,
                    cluster_id: cluster_id.to_owned(),
                    links: BTreeMap::new(),
                };
                (ledger, When::Absent)
            }
            Some(object) => (parse(&key, &object)?, When::Unchanged(object.version)),
        };
        if !change(&mut ledger.links) {
            return Ok(false);
        }
        let text = content(&key, &ledger)?;
        if let Put::Written(_) = store.put(&key, text, when).await? {
            return Ok(true);
        }
    }
    Err(StoreError::Failed {
        what: format!("write {key}"),
        why: format!("it was changed by others {ATTEMPTS} times"),
    })
}

fn key(cluster_id: &str) -> String {
    format!("{PREFIX}{}", component(cluster_id))
}

fn parse(key: &str, object: &Object) -> Result<LedgerV1, StoreError> {
    let failed = |why: String| StoreError::Failed {
        what: format!("read {key}"),
        why,
    };
    let ledger: LedgerV1 = serde_json::from_slice(&object.content)
        .map_err(|error| failed(format!("it is not a ledger: {error}")))?;
    match ledger.format_version {
        1 => Ok(ledger),
        version => Err(failed(format!(
            "its format_version is {version}; this version supports 1"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::folder::Folder;
    use super::super::waited;
    use super::*;

    fn entry(generation: u32) -> EntryV1 {
        EntryV1 {
            generation,
            run_id: "r".to_owned(),
            written_at: "2026-11-02T08:00:00Z".to_owned(),
        }
    }

    #[test]
    fn entries_of_two_runs_are_merged() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path().to_owned());
        for (link, generation) in [("dr", 1), ("orders/../x", 7), ("dr", 2)] {
            let entry = entry(generation);
            waited(record(&store, "lkc-1", link, &entry)).unwrap();
        }
        let read = |id: &str| waited(read(&store, id)).unwrap();
        let expected = [("dr", 2), ("orders/../x", 7)];
        let expected = expected.map(|(link, generation)| (link.to_owned(), entry(generation)));
        assert_eq!(read("lkc-1"), BTreeMap::from(expected));
        assert_eq!(read("lkc-2"), BTreeMap::new());
    }

    #[test]
    fn what_is_adopted_replaces_nothing_that_is_on_record() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path().to_owned());
        let adopt = |generation| waited(adopt(&store, "lkc-1", "dr", &entry(generation))).unwrap();
        assert!(adopt(2));
        assert!(!adopt(3));
        assert_eq!(waited(read(&store, "lkc-1")).unwrap()["dr"].generation, 2);
    }
}
