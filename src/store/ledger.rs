//! Which generation of credentials was written to each link of a cluster: one object for each cluster.
//!
//! It is merged and never overwritten: an entry is added to what is there, on the condition that it is unchanged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Object, Put, Store, StoreError, When, component};

/// The prefix of all ledgers.
const PREFIX: &str = "ledger/";
/// How often an entry is merged again after someone else was faster.
const ATTEMPTS: u32 = 20;

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

/// Whose links are on record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Whose {
    /// The cluster's id.
    pub cluster_id: String,
    /// Whether it is a simulated cluster. It has a ledger of its own: what a rehearsal writes was not written to the real
    /// cluster of the same id.
    pub is_simulated: bool,
}

/// What is on record of a cluster's links.
///
/// # Errors
/// When the store cannot be read.
pub async fn read(
    store: &dyn Store,
    whose: &Whose,
) -> Result<BTreeMap<String, EntryV1>, StoreError> {
    let key = key(whose);
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
    whose: &Whose,
    link: &str,
    entry: &EntryV1,
) -> Result<(), StoreError> {
    let key = key(whose);
    for _ in 0..ATTEMPTS {
        let (mut ledger, when) = match store.get(&key).await? {
            None => {
                let ledger = LedgerV1 {
                    format_version: 1,
                    cluster_id: whose.cluster_id.clone(),
                    links: BTreeMap::new(),
                };
                (ledger, When::Absent)
            }
            Some(object) => (parse(&key, &object)?, When::Unchanged(object.version)),
        };
        ledger.links.insert(link.to_owned(), entry.clone());
        let text = serde_json::to_string_pretty(&ledger).unwrap_or_default() + "\n";
        if let Put::Written(_) = store.put(&key, text.into_bytes(), when).await? {
            return Ok(());
        }
    }
    Err(StoreError::Failed {
        what: format!("write {key}"),
        why: format!("it was changed by others {ATTEMPTS} times"),
    })
}

fn key(whose: &Whose) -> String {
    let folder = if whose.is_simulated { "sandbox/" } else { "" };
    format!("{PREFIX}{folder}{}", component(&whose.cluster_id))
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
    use futures_util::FutureExt;

    use super::super::folder::Folder;
    use super::*;

    #[test]
    fn entries_of_two_runs_are_merged() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path().to_owned());
        let entry = |generation| EntryV1 {
            generation,
            run_id: "r".to_owned(),
            written_at: "2026-11-02T08:00:00Z".to_owned(),
        };
        let whose = |id: &str, is_simulated| Whose {
            cluster_id: id.to_owned(),
            is_simulated,
        };
        for (link, generation) in [("dr", 1), ("orders/../x", 7), ("dr", 2)] {
            let entry = entry(generation);
            let first = whose("lkc-1", false);
            let done = record(&store, &first, link, &entry);
            done.now_or_never().unwrap().unwrap();
        }
        let read = |id: Whose| read(&store, &id).now_or_never().unwrap().unwrap();
        let expected = [("dr", 2), ("orders/../x", 7)];
        let expected = expected.map(|(link, generation)| (link.to_owned(), entry(generation)));
        assert_eq!(read(whose("lkc-1", false)), BTreeMap::from(expected));
        assert_eq!(read(whose("lkc-2", false)), BTreeMap::new());
        // A rehearsal against a simulated cluster of the same id is another matter.
        assert_eq!(read(whose("lkc-1", true)), BTreeMap::new());
    }
}
