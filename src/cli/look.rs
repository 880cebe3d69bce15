//! Reading the world and planning on it: [`look`]. Both `plan` and `apply` come through here.

use std::collections::{BTreeMap, BTreeSet};

use crate::address::{Address, ClusterName};
use crate::api::Client;
use crate::desired::Desired;
use crate::diff::{self, Options};
use crate::live::Snapshot;
use crate::plan::{self, Allowances, CycleError, Plan};
use crate::read::{self, Ask};

/// What one look at the world led to.
pub struct Looked {
    /// The facts.
    pub live: Snapshot,
    /// The plan.
    pub plan: Plan,
}

/// How closely to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// What a plan needs: two calls per cluster and one per link half.
    Plan,
    /// The links' tasks too: one more call per link half.
    Tasks,
}

/// Reads what is needed, first what every run needs and then what only these changes need, and plans,
/// for the targets only if there are any; see [`plan::plan_only`].
///
/// # Errors
/// When the ordering rules contradict each other.
pub async fn look(
    desired: &Desired,
    clients: &BTreeMap<ClusterName, Client>,
    options: &Options,
    allowances: &Allowances,
    targets: &[Address],
    depth: Depth,
) -> Result<Looked, CycleError> {
    let mut ask = Ask::default();
    for (cluster, links) in diff::first_look(desired) {
        let asked = ask.of(&cluster);
        if depth == Depth::Tasks {
            asked.tasks.extend(links.iter().cloned());
        }
        asked.configs.extend(links);
    }
    let mut live = read::read(clients, &ask).await;
    let mut changes = diff::diff(desired, &live, options);
    let extras = diff::second_look(desired, &changes);
    if !extras.is_empty() {
        let mut more = Ask::default();
        let each = |clusters: &BTreeSet<ClusterName>, set: &mut dyn FnMut(&ClusterName)| {
            clusters.iter().for_each(set);
        };
        each(&extras.links, &mut |name| {
            more.of(name);
        });
        each(&extras.topics, &mut |name| {
            more.extras_of(name).topics = true
        });
        each(&extras.acls, &mut |name| more.extras_of(name).acls = true);
        each(&extras.groups, &mut |name| {
            more.extras_of(name).groups = true
        });
        read::extend(&mut live, clients, &more).await;
        changes = diff::diff(desired, &live, options);
    }
    let plan = plan::plan_only(desired, &live, changes, allowances, targets)?;
    Ok(Looked { live, plan })
}
