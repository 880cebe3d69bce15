//! What is needed so far: [`Needs`], and what of it another permission includes.

use std::collections::{BTreeMap, BTreeSet};

use super::account::{Account, AccountKind, Identity};
use super::{AccountNeeds, Grant, OnCluster, Purpose, Resource};
use crate::address::{ClusterName, HalfAddress};
use crate::catalog::filters::Operation;
use crate::desired::Desired;

/// An account of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Reader,
    Writer,
    /// By its credentials as the spec names them.
    Link(String),
    /// An account of another cluster.
    Guest(ClusterName, Box<Key>),
}

impl Key {
    pub(super) fn is_guest(&self) -> bool {
        matches!(self, Self::Guest(..))
    }
}

/// What one account needs.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    pub(super) grants: BTreeMap<(Resource, Operation), BTreeSet<Purpose>>,
    halves: BTreeSet<HalfAddress>,
    identity: Option<Identity>,
}

impl Wanted {
    /// What is known of the account's principal.
    pub(super) fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }
}

/// What is needed, by cluster and account.
#[derive(Debug, Default)]
pub(super) struct Needs(pub(super) BTreeMap<(ClusterName, Key), Wanted>);

impl Needs {
    /// Adds a permission.
    pub(super) fn add(
        &mut self,
        cluster: &ClusterName,
        key: &Key,
        operation: Operation,
        resource: Resource,
        purpose: Purpose,
    ) {
        let wanted = self.0.entry((cluster.clone(), key.clone())).or_default();
        let purposes = wanted.grants.entry((resource, operation)).or_default();
        purposes.insert(purpose);
    }

    /// The account that a half authenticates as on a cluster.
    pub(super) fn link(
        &mut self,
        cluster: &ClusterName,
        credentials: String,
        identity: Identity,
        half: &HalfAddress,
    ) -> Key {
        let key = Key::Link(credentials);
        let wanted = self.0.entry((cluster.clone(), key.clone())).or_default();
        wanted.halves.insert(half.clone());
        wanted.identity = Some(identity);
        key
    }

    /// Leaves out what another permission of the same account includes.
    pub(super) fn reduce(&mut self) {
        for wanted in self.0.values_mut() {
            let all: Vec<(Resource, Operation)> = wanted.grants.keys().cloned().collect();
            let is_included = |own: &(Resource, Operation)| {
                let mut others = all.iter().filter(|other| *other != own);
                others.any(|other| {
                    let same = own.1 == other.1 && other.0.covers(&own.0);
                    // Of two that cover each other, the first stays.
                    let goes = same && (!own.0.covers(&other.0) || other < own);
                    goes || includes(other.1, own.1) && other.0.covers(&own.0)
                })
            };
            let left_out: Vec<_> = all.iter().filter(|own| is_included(own)).cloned().collect();
            for own in left_out {
                let purposes = wanted.grants.remove(&own).unwrap_or_default();
                let by = wanted.grants.iter_mut().find(|(other, _)| {
                    other.0.covers(&own.0) && (other.1 == own.1 || includes(other.1, own.1))
                });
                if let Some((_, others)) = by {
                    others.extend(purposes);
                }
            }
        }
        self.0.retain(|_, wanted| !wanted.grants.is_empty());
    }

    /// The accounts of each cluster, each with a name of its own.
    fn accounts(&self) -> BTreeMap<(ClusterName, Key), Account> {
        let mut names = BTreeSet::new();
        let own = self.0.iter().filter(|((_, key), _)| !key.is_guest());
        own.map(|((cluster, key), wanted)| {
            let account = account(cluster, key, wanted, &mut names);
            ((cluster.clone(), key.clone()), account)
        })
        .collect()
    }

    /// The result, in order.
    pub(super) fn into_clusters(self, desired: &Desired) -> Vec<OnCluster> {
        let mut clusters: Vec<OnCluster> = Vec::new();
        let accounts = self.accounts();
        for ((name, key), wanted) in self.0 {
            let Some(declared) = desired.clusters.get(&name) else {
                continue;
            };
            if clusters.last().is_none_or(|last| last.name != name) {
                clusters.push(OnCluster {
                    name: name.clone(),
                    id: declared.id.clone(),
                    kind: declared.kind,
                    bootstrap_servers: declared.bootstrap_servers.clone(),
                    accounts: Vec::new(),
                });
            }
            let Some(cluster) = clusters.last_mut() else {
                continue;
            };
            let home = match key {
                Key::Guest(home, key) => (home, *key),
                key => (name, key),
            };
            let Some(account) = accounts.get(&home).cloned() else {
                continue;
            };
            let grants = wanted.grants.into_iter();
            let grants = grants.map(|((resource, operation), purposes)| Grant {
                resource,
                operation,
                purposes,
            });
            cluster.accounts.push(AccountNeeds {
                account,
                grants: grants.collect(),
            });
        }
        clusters
    }
}

fn account(
    cluster: &ClusterName,
    key: &Key,
    wanted: &Wanted,
    names: &mut BTreeSet<String>,
) -> Account {
    let halves: Vec<HalfAddress> = wanted.halves.iter().cloned().collect();
    let (kind, what) = match key {
        Key::Reader => (AccountKind::Reader, "READ".to_owned()),
        Key::Writer => (AccountKind::Writer, "APPLY".to_owned()),
        Key::Link(credentials) => {
            let first = halves.first().map(|half| variable(half.link.as_str()));
            let kind = AccountKind::Link {
                credentials: credentials.clone(),
                halves,
            };
            (kind, format!("LINK_{}", first.unwrap_or_default()))
        }
        Key::Guest(home, key) => return account(home, key, wanted, names),
    };
    let base = format!("{what}_ON_{}", variable(cluster.as_str()));
    let mut name = base.clone();
    let mut number = 1;
    while !names.insert(name.clone()) {
        number += 1;
        name = format!("{base}_{number}");
    }
    Account {
        name,
        kind,
        cluster: cluster.clone(),
        identity: wanted.identity.clone().unwrap_or(Identity::Unknown),
    }
}

/// A name as a part of a shell variable's.
fn variable(name: &str) -> String {
    let letter = |letter: char| match letter.is_ascii_alphanumeric() {
        true => letter.to_ascii_uppercase(),
        false => '_',
    };
    name.chars().map(letter).collect()
}

/// Whether Kafka takes the permission for one operation as that for another too.
fn includes(operation: Operation, other: Operation) -> bool {
    match other {
        Operation::Describe => matches!(
            operation,
            Operation::Read | Operation::Write | Operation::Delete | Operation::Alter
        ),
        Operation::DescribeConfigs => operation == Operation::AlterConfigs,
        _ => false,
    }
}
