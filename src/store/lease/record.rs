//! The object of a lease: [`LeaseV1`], how it is listed and how an operator releases it.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use linkwright_clock::Clock;
use serde::{Deserialize, Serialize};

use super::super::{ATTEMPTS, Object, Put, Store, StoreError, Version, When, component, content};
use super::{PAUSE, Terms};

/// The prefix of all leases.
pub(super) const PREFIX: &str = "leases/";

/// Who holds a lease, or wants one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Who, unique to the run.
    pub holder: String,
    /// The machine.
    pub host: String,
    /// The run.
    pub run_id: String,
    /// Where the pipeline's page is.
    pub url: Option<String>,
}

/// A lease as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseV1 {
    /// Version of this format: 1.
    pub format_version: u32,
    /// The cluster.
    pub cluster_id: String,
    /// Who holds it, or held it last.
    pub holder: String,
    /// The machine.
    pub host: String,
    /// The run.
    pub run_id: String,
    /// What distinguishes this acquisition from every other.
    pub nonce: String,
    /// It rises with each renewal.
    pub sequence: u64,
    /// Where the pipeline's page is.
    pub url: Option<String>,
    /// Since when it is held, by the holder's clock; for people.
    pub since: String,
    /// Whether it is held.
    pub state: StateV1,
    /// Who asked the holder to stop, if someone did.
    #[serde(rename = "yield", default, skip_serializing_if = "Option::is_none")]
    pub yields: Option<YieldV1>,
}

/// Whether a lease is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StateV1 {
    /// It is, unless its holder has stopped renewing it.
    Held,
    /// It is not: its holder has ended and released it.
    Released,
    /// An operator took it from its holder, who may write until it notices or until its last renewal is over.
    Withdrawn,
}

/// A request to the holder to stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YieldV1 {
    /// Who asks.
    pub holder: String,
    /// From which machine.
    pub host: String,
}

impl LeaseV1 {
    /// Whether someone holds it, or did until they stopped renewing it.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.state == StateV1::Held
    }

    /// It as an object.
    pub(super) fn content(&self) -> Result<Vec<u8>, StoreError> {
        content(&key(&self.cluster_id), self)
    }

    /// It with a request to its holder to stop.
    pub(super) fn asked_by(&self, who: &Holder) -> Self {
        Self {
            yields: Some(YieldV1 {
                holder: who.holder.clone(),
                host: who.host.clone(),
            }),
            ..self.clone()
        }
    }

    fn read(key: &str, content: &[u8]) -> Result<Self, StoreError> {
        let failed = |why: String| StoreError::Failed {
            what: format!("read {key}"),
            why,
        };
        let lease: Self = serde_json::from_slice(content)
            .map_err(|error| failed(format!("it is not a lease: {error}")))?;
        match lease.format_version {
            1 => Ok(lease),
            version => Err(failed(format!(
                "its format_version is {version}; this version supports 1"
            ))),
        }
    }
}

/// The key of a cluster's lease.
#[must_use]
pub fn key(cluster_id: &str) -> String {
    format!("{PREFIX}{}", component(cluster_id))
}

/// A lease as it is now, and its version.
pub(super) async fn read(
    store: &dyn Store,
    key: &str,
) -> Result<Option<(LeaseV1, Version)>, StoreError> {
    match store.get(key).await? {
        None => Ok(None),
        Some(Object { content, version }) => Ok(Some((LeaseV1::read(key, &content)?, version))),
    }
}

/// What distinguishes the last acquisition of each of these clusters' leases that its holder has released. A lease that is
/// held, or was withdrawn, has none: whoever holds it may write at any time.
///
/// # Errors
/// When the store cannot be read.
pub async fn nonces(
    store: &dyn Store,
    cluster_ids: impl IntoIterator<Item = String>,
) -> Result<BTreeMap<String, String>, StoreError> {
    let reads = cluster_ids.into_iter().map(async |id| {
        let found = read(store, &key(&id)).await?;
        let released = found.filter(|(lease, _)| lease.state == StateV1::Released);
        Ok(released.map(|(lease, _)| (id, lease.nonce)))
    });
    let found: Vec<Option<(String, String)>> = try_join_all(reads).await?;
    Ok(found.into_iter().flatten().collect())
}

/// The leases that are held, by cluster id. Whether a holder still renews its lease is seen only by
/// watching it for a term.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(store: &dyn Store) -> Result<Vec<LeaseV1>, StoreError> {
    let mut leases = Vec::new();
    for listed in store.list(PREFIX).await? {
        if let Some((lease, _)) = read(store, &listed.key).await?
            && lease.is_held()
        {
            leases.push(lease);
        }
    }
    leases.sort_by(|a, b| a.cluster_id.cmp(&b.cluster_id));
    Ok(leases)
}

/// Withdraws a lease from its holder, if it is still theirs: that run begins nothing more once it sees it.
/// Returns the lease as it was found, or none; it was withdrawn if it is this holder's.
///
/// # Errors
/// When the store cannot be used.
pub async fn withdraw(
    store: &dyn Store,
    clock: &Clock,
    cluster_id: &str,
    holder: &str,
) -> Result<Option<LeaseV1>, StoreError> {
    let key = key(cluster_id);
    for _ in 0..ATTEMPTS {
        let Some((lease, version)) = read(store, &key).await? else {
            return Ok(None);
        };
        if !lease.is_held() {
            return Ok(None);
        }
        if lease.holder != holder {
            return Ok(Some(lease));
        }
        let withdrawn = LeaseV1 {
            state: StateV1::Withdrawn,
            ..lease.clone()
        };
        let when = When::Unchanged(version);
        if let Put::Written(_) = store.put(&key, withdrawn.content()?, when).await? {
            return Ok(Some(lease));
        }
        // It was renewed meanwhile.
        clock.sleep(PAUSE).await;
    }
    Err(changes_too_often(&key))
}

/// Asks whoever holds these leases to stop. Returns whether someone holds one, and was asked now or before.
///
/// # Errors
/// When the store cannot be used.
pub async fn request(
    store: &dyn Store,
    clock: &Clock,
    terms: &Terms,
    who: &Holder,
    cluster_ids: impl IntoIterator<Item = String>,
) -> Result<bool, StoreError> {
    let mut has_asked = false;
    for id in cluster_ids {
        let key = key(&id);
        for _ in 0..ATTEMPTS {
            let found = timed(clock, terms, &key, read(store, &key)).await?;
            let Some((lease, version)) = found.filter(|(it, _)| it.is_held()) else {
                break;
            };
            if lease.yields.is_some() {
                has_asked = true;
                break;
            }
            let asked = lease.asked_by(who).content()?;
            let put = store.put(&key, asked, When::Unchanged(version));
            if let Put::Written(_) = timed(clock, terms, &key, put).await? {
                has_asked = true;
                break;
            }
            // It was renewed meanwhile.
            clock.sleep(PAUSE).await;
        }
    }
    Ok(has_asked)
}

pub(super) fn changes_too_often(key: &str) -> StoreError {
    StoreError::Failed {
        what: format!("write {key}"),
        why: format!("it was changed by others {ATTEMPTS} times"),
    }
}

/// A request to the store, which has an end.
pub(super) async fn timed<T>(
    clock: &Clock,
    terms: &Terms,
    key: &str,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let result = clock.timeout(terms.request, work).await;
    result.unwrap_or_else(|_| {
        Err(StoreError::Unreachable {
            what: key.to_owned(),
            why: format!("no answer within {} s", terms.request.as_secs()),
        })
    })
}
