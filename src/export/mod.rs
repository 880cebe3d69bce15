//! What is live → specs that say so: [`export`].
//!
//! The result validates and plans to nothing, because it is checked before it is handed out: it is
//! read, validated and compared with the facts it was made from, and what does not hold is left out
//! and said, line by line where that is possible. No words are lost: a link that no spec can declare
//! is written down all the same, as a comment, with the reason.
//!
//! Secrets cannot be read; they become names of environment variables. This module takes facts and
//! gives text; it reads and writes nothing.

mod check;
mod clusters;
mod credentials;
mod document;
mod join;
mod mirrors;
mod page;
mod settings;
mod variables;
mod yaml;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use page::{Document, Page};
pub use variables::name as variable_name;

use crate::address::{ClusterId, ClusterName, HalfAddress, TopicName};
use crate::desired::{Cluster, Desired, Link};
use crate::live::Snapshot;
use crate::secret::Reference;
use crate::spec;
use check::{Accepted, Culprit, Parts};
use clusters::Known;
use document::Draft;
use join::Logical;

/// What is to be exported.
#[derive(Clone, Copy, Debug)]
pub struct ExportInput<'a> {
    /// The clusters, by their name in the spec, with their ids and how to authenticate to them.
    pub clusters: &'a BTreeMap<ClusterName, Cluster>,
    /// What they hold: links, mirror topics, and the configs of every link.
    pub live: &'a Snapshot,
    /// Files that declare clusters and links already; only what they leave out is exported.
    pub existing: Option<Existing<'a>>,
    /// Whether clusters that no exported link uses are left out.
    pub only_used: bool,
    /// The day of the run.
    pub today: jiff::civil::Date,
}

impl ExportInput<'_> {
    /// The environment variables that files which are there already refer to.
    fn references(&self) -> BTreeSet<String> {
        let name = |reference: &Reference| match reference {
            Reference::Env { name, .. } => Some(name.clone()),
            Reference::File { .. } => None,
        };
        let mut names = BTreeSet::new();
        if let Some(existing) = self.existing {
            let (spec, _) = spec::parse(existing.files);
            names.extend(spec::references(&spec).filter_map(|used| name(&used.reference)));
        }
        names
    }
}

/// Files that are there already, without errors.
#[derive(Clone, Copy, Debug)]
pub struct Existing<'a> {
    /// Each file with its text.
    pub files: &'a [(Arc<str>, Arc<str>)],
    /// The desired state that they express.
    pub desired: &'a Desired,
}

impl Existing<'_> {
    /// Whether a half is declared or retired.
    fn mentions(&self, half: &HalfAddress) -> bool {
        self.desired
            .halves()
            .any(|(_, declared)| declared.address == *half)
            || self
                .desired
                .retired
                .iter()
                .any(|retired| retired.address == *half)
    }
}

/// One line of a link that can be left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Handle {
    /// A mirror, by its source topic, on the half of this cluster.
    Mirror(ClusterName, TopicName),
    /// A config of the half of this cluster.
    Config(ClusterName, String),
}

/// What is left out, and why.
#[derive(Clone, Debug, Default)]
struct Off {
    links: BTreeMap<String, Vec<String>>,
    /// Clusters that no link is left of.
    clusters: BTreeMap<String, String>,
    entries: BTreeMap<String, BTreeMap<Handle, String>>,
    /// Links whose mirror topics are declared under their halves, since `topics` cannot say what is live.
    by_half: BTreeSet<String>,
}

impl Off {
    /// Leaves out what is blamed; `false` when nothing new was.
    fn add(
        &mut self,
        culprits: Vec<Culprit>,
        by_topic: &BTreeSet<String>,
        known: &Known<'_>,
        links: &[Logical<'_>],
    ) -> bool {
        let mut is_new = false;
        for culprit in culprits {
            // What `topics` cannot say, `mirrors` under the halves may.
            if let Culprit::Entry(key, Handle::Mirror(..), _) | Culprit::Link(key, _) = &culprit
                && by_topic.contains(key)
            {
                is_new |= self.by_half.insert(key.clone());
                continue;
            }
            match culprit {
                Culprit::Entry(key, handle, why) => {
                    match self.entries.entry(key.clone()).or_default().entry(handle) {
                        // Leaving out the line did not help.
                        Entry::Occupied(_) => is_new |= self.link(&key, why),
                        Entry::Vacant(slot) => {
                            slot.insert(why);
                            is_new = true;
                        }
                    }
                }
                Culprit::Link(key, why) => is_new |= self.link(&key, why),
                Culprit::Cluster(name, why) => {
                    let mut has_links = false;
                    for link in links {
                        if known.of_link(link).contains(name.as_str()) {
                            has_links |= self.link(&link.key, format!("cluster {name}: {why}"));
                        }
                    }
                    // Leaving out its links did not help.
                    is_new |= has_links || self.clusters.insert(name, why).is_none();
                }
                Culprit::Unknown(why) => {
                    for link in links {
                        is_new |= self.link(&link.key, why.clone());
                    }
                }
            }
        }
        is_new
    }

    fn link(&mut self, key: &str, why: String) -> bool {
        let whys = self.links.entry(key.to_owned()).or_default();
        let is_first = whys.is_empty();
        if !whys.contains(&why) {
            whys.push(why);
        }
        is_first
    }
}

/// Writes specs for everything that is live and that no existing file declares.
#[must_use]
pub fn export(input: &ExportInput<'_>) -> Document {
    let ids: BTreeMap<&ClusterName, &ClusterId> = input
        .clusters
        .iter()
        .map(|(name, cluster)| (name, &cluster.id))
        .collect();
    let is_ours = |half: &HalfAddress| !input.existing.is_some_and(|files| files.mentions(half));
    let (mut links, alone) = join::join(input.live, &ids, &is_ours);
    name_apart(&mut links, input.existing.map(|files| &files.desired.links));
    let known = Known::new(input.clusters, &links);
    let mut off = Off::default();
    loop {
        let draft = Draft::new(input, &known, &links, &off);
        let parts = Parts {
            parts: draft.parts(),
            existing: input.existing.map_or(&[], |files| files.files),
            live: input.live,
            today: input.today,
        };
        let culprits = parts.check();
        let accepted = match culprits.is_empty() {
            true => parts.accepted(),
            false => Accepted::new(),
        };
        drop(parts);
        let by_topic = draft.by_topic();
        if culprits.is_empty() || !off.add(culprits, &by_topic, &known, &links) {
            return draft.finish(alone, &accepted);
        }
    }
}

/// Links of one name on several clusters, and links whose name is taken, get keys of their own.
fn name_apart(links: &mut [Logical<'_>], taken: Option<&BTreeMap<String, Link>>) {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for link in links.iter() {
        *count.entry(link.key.clone()).or_default() += 1;
    }
    let mut used: BTreeSet<String> = taken
        .into_iter()
        .flat_map(BTreeMap::keys)
        .cloned()
        .collect();
    for link in links {
        let is_shared = count.get(&link.key).is_some_and(|count| *count > 1);
        if is_shared || used.contains(&link.key) {
            let holder = link
                .shape
                .halves()
                .first()
                .map(|half| half.cluster.to_string());
            let base = format!("{}-on-{}", link.name, holder.unwrap_or_default());
            let mut key = base.clone();
            let mut number = 2;
            while used.contains(&key) || count.contains_key(&key) {
                key = format!("{base}-{number}");
                number += 1;
            }
            link.key = key;
        }
        used.insert(link.key.clone());
    }
}
