//! What a run keeps in the shared store: [`StoredRecords`].

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::mpsc;

use linkwright_clock::Clock;
use tokio::runtime::Handle;

use super::shared::Shared;
use crate::address::{ClusterId, ClusterName, HalfAddress};
use crate::apply::Records;
use crate::desired::Cluster;
use crate::store::ledger::{self, EntryV1, Whose};
use crate::store::{Put, Store, StoreError, When, component};

/// The ledger and the archive of a run, in the shared store.
pub(super) struct StoredRecords {
    store: Arc<dyn Store>,
    handle: Handle,
    location: String,
    run_id: String,
    is_simulated: bool,
}

impl StoredRecords {
    /// Those of a run; none when the store's thread has ended.
    pub(super) fn new(shared: &Shared, is_simulated: bool, run_id: &str) -> Option<Self> {
        Some(Self {
            store: shared.store.clone(),
            handle: shared.handle()?.clone(),
            location: shared.location.to_string(),
            run_id: run_id.to_owned(),
            is_simulated,
        })
    }

    fn whose(&self, cluster: &ClusterId) -> Whose {
        Whose {
            cluster_id: cluster.to_string(),
            is_simulated: self.is_simulated,
        }
    }

    /// Waits for work with the store, in real time and not in the time of a sandbox.
    fn wait<T, F>(&self, work: impl FnOnce(Arc<dyn Store>) -> F) -> Result<T, String>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let (sender, receiver) = mpsc::channel();
        let work = work(self.store.clone());
        self.handle.spawn(async move {
            let limit = 3 * crate::store::REQUEST_TIMEOUT;
            // It is waited for below.
            drop(sender.send(Clock::wall().timeout(limit, work).await));
        });
        match receiver.recv() {
            Ok(Ok(result)) => result.map_err(|error| error.to_string()),
            Ok(Err(_)) => Err("the store does not answer".to_owned()),
            Err(_) => Err("the thread for the store has ended".to_owned()),
        }
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
        let (whose, link) = (self.whose(cluster), half.link.to_string());
        let entry = EntryV1 {
            generation,
            run_id: self.run_id.clone(),
            written_at: super::now().to_string(),
        };
        self.wait(async move |store| ledger::record(&*store, &whose, &link, &entry).await)
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
            true => Ok(format!("{}/{key}", self.location.trim_end_matches('/'))),
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
    is_simulated: bool,
    clusters: &BTreeMap<ClusterName, Cluster>,
    halves: impl Iterator<Item = HalfAddress>,
) -> Result<BTreeMap<HalfAddress, u32>, String> {
    let records = StoredRecords::new(shared, is_simulated, "");
    let records = records.ok_or("the thread for the store has ended")?;
    let halves: Vec<(HalfAddress, Whose)> = halves
        .filter_map(|half| {
            let whose = records.whose(&clusters.get(&half.cluster)?.id);
            Some((half, whose))
        })
        .collect();
    records.wait(async move |store| {
        let mut read: BTreeMap<Whose, BTreeMap<String, EntryV1>> = BTreeMap::new();
        let mut generations = BTreeMap::new();
        for (half, whose) in halves {
            if !read.contains_key(&whose) {
                read.insert(whose.clone(), ledger::read(&*store, &whose).await?);
            }
            let links = read.get(&whose);
            let entry = links.and_then(|links| links.get(half.link.as_str()));
            if let Some(entry) = entry {
                generations.insert(half, entry.generation);
            }
        }
        Ok(generations)
    })
}
