//! What a run keeps in the shared store: [`StoredRecords`].

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use linkwright_clock::Clock;
use tokio::runtime::Handle;

use super::shared::{self, Shared};
use crate::address::store_url::StoreUrl;
use crate::address::{ClusterId, ClusterName, HalfAddress};
use crate::apply::Records;
use crate::desired::Cluster;
use crate::store::ledger::{self, EntryV1};
use crate::store::{Put, Store, StoreError, When, component};

/// The ledger and the archive of a run, in the shared store.
pub(super) struct StoredRecords {
    store: Arc<dyn Store>,
    handle: Handle,
    url: StoreUrl,
    run_id: String,
}

impl StoredRecords {
    /// Those of a run.
    pub(super) fn new(shared: &Shared, run_id: &str) -> Self {
        Self {
            store: shared.store.clone(),
            handle: shared.handle().clone(),
            url: shared.url.clone(),
            run_id: run_id.to_owned(),
        }
    }

    fn entry(&self, generation: u32) -> EntryV1 {
        EntryV1 {
            generation,
            run_id: self.run_id.clone(),
            written_at: super::now().to_string(),
        }
    }

    /// Records a generation as written, unless something is on record of the half. Returns whether it was recorded.
    ///
    /// # Errors
    /// Why it could not be recorded, in words.
    pub(super) fn adopt(
        &self,
        cluster: &ClusterId,
        half: &HalfAddress,
        generation: u32,
    ) -> Result<bool, String> {
        let (id, link) = (cluster.to_string(), half.link.to_string());
        let entry = self.entry(generation);
        self.wait(async move |store| ledger::adopt(&*store, &id, &link, &entry).await)
    }

    /// Waits for work with the store, in real time and not in the time of a sandbox.
    fn wait<T, F>(&self, work: impl FnOnce(Arc<dyn Store>) -> F) -> Result<T, String>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let work = work(self.store.clone());
        let limited = async move {
            let limit = 3 * crate::store::REQUEST_TIMEOUT;
            let result = Clock::wall().timeout(limit, work).await;
            result.unwrap_or_else(|_| {
                Err(StoreError::Unreachable {
                    what: "the store".to_owned(),
                    why: format!("no answer within {} s", limit.as_secs()),
                })
            })
        };
        shared::came(&shared::begun(&self.handle, limited)).map_err(|error| error.to_string())
    }
}

impl fmt::Debug for StoredRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredRecords").finish_non_exhaustive()
    }
}

impl Records for StoredRecords {
    fn credentials_written(
        &self,
        cluster: &ClusterId,
        half: &HalfAddress,
        generation: u32,
    ) -> Result<(), String> {
        let (id, link) = (cluster.to_string(), half.link.to_string());
        let entry = self.entry(generation);
        self.wait(async move |store| ledger::record(&*store, &id, &link, &entry).await)
    }

    fn archive(&self, cluster: &ClusterId, stem: &str, document: &[u8]) -> Result<String, String> {
        let name = format!("{}--{stem}", self.run_id);
        let key = format!(
            "archive/{}/{}.json",
            component(cluster.as_str()),
            component(&name)
        );
        let (document, owned) = (document.to_vec(), key.clone());
        let is_kept = self.wait(async move |store| {
            if let Put::Refused = store.put(&owned, document.clone(), When::Absent).await? {
                tracing::debug!(key = owned, "the archive is there already");
            }
            let read = store.get(&owned).await?;
            Ok(read.is_some_and(|read| read.content == document))
        })?;
        match is_kept {
            true => Ok(self.url.below(&key).to_string()),
            false => Err(format!("{key}: the store does not return what was written")),
        }
    }
}

/// The generations that are on record for these halves.
///
/// # Errors
/// Why they could not be read, in words.
pub(super) fn generations(
    shared: &Shared,
    clusters: &BTreeMap<ClusterName, Cluster>,
    halves: impl Iterator<Item = HalfAddress>,
) -> Result<BTreeMap<HalfAddress, u32>, String> {
    let records = StoredRecords::new(shared, "");
    let halves: Vec<(HalfAddress, String)> = halves
        .filter_map(|half| {
            let id = clusters.get(&half.cluster)?.id.to_string();
            Some((half, id))
        })
        .collect();
    records.wait(async move |store| {
        let mut read: BTreeMap<String, BTreeMap<String, EntryV1>> = BTreeMap::new();
        let mut generations = BTreeMap::new();
        for (half, id) in halves {
            if !read.contains_key(&id) {
                read.insert(id.clone(), ledger::read(&*store, &id).await?);
            }
            let links = read.get(&id);
            let entry = links.and_then(|links| links.get(half.link.as_str()));
            if let Some(entry) = entry {
                generations.insert(half, entry.generation);
            }
        }
        Ok(generations)
    })
}
