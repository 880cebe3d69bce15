//! Topics, ACLs and consumer groups of a cluster of the twin.

use std::collections::{BTreeMap, BTreeSet};

use super::{Deployment, STOPPED, partition};
use crate::api::wire;
use crate::twin::links::MOST_PARTITIONS;
use crate::twin::rates::{Rates, Unknown};
use crate::twin::world::{Acl, Cluster, Group, Topic};

impl Deployment {
    /// Puts topics, ACLs and groups on a cluster.
    pub(super) fn fill(
        &mut self,
        id: &str,
        cluster: &mut Cluster,
        ends: &BTreeMap<(String, String), Vec<i64>>,
        copied: &BTreeSet<(String, String)>,
        rates: Option<&Rates>,
    ) {
        let Some(known) = self.clusters.get(id) else {
            return;
        };
        let words = known.words(id).to_owned();
        let mut assumed: Vec<(String, String)> = Vec::new();
        // A mirror topic is made with its row; a row that has stopped is history where another has its name.
        let rows: Vec<&wire::Mirror> = known.facts.rows().collect();
        let live: BTreeSet<&str> = rows
            .iter()
            .filter(|row| row.mirror_status != STOPPED)
            .map(|row| row.mirror_topic_name.as_str())
            .collect();
        let stopped: BTreeSet<&str> = rows
            .iter()
            .filter(|row| row.mirror_status == STOPPED)
            .map(|row| row.mirror_topic_name.as_str())
            .collect();
        let mut topics: BTreeMap<&str, usize> = BTreeMap::new();
        match &known.facts.topics {
            Some(listed) => {
                for topic in listed {
                    let count = usize::try_from(topic.partitions_count).unwrap_or(1);
                    topics.insert(&topic.topic_name, count.clamp(1, MOST_PARTITIONS));
                }
            }
            None => {
                for ((of, topic), ends) in ends {
                    if of == id {
                        topics.insert(topic, ends.len().clamp(1, MOST_PARTITIONS));
                    }
                }
            }
        }
        let (mut without_end, mut promoted) = (0, 0);
        let mut without_rate: BTreeMap<Unknown, usize> = BTreeMap::new();
        for (name, partitions) in topics {
            let place = (id.to_owned(), name.to_owned());
            let is_stopped = stopped.contains(name);
            // What another mirror topic copies shows how it has grown since.
            if live.contains(name) || (is_stopped && !copied.contains(&place)) {
                promoted += usize::from(is_stopped);
                continue;
            }
            let known_ends = ends.get(&place);
            without_end += usize::from(known_ends.is_none());
            let mut records = known_ends.cloned().unwrap_or_default();
            records.resize(partitions, 0);
            let rate = rates.map_or(Ok(0.0), |rates| rates.of(id, name));
            if let Err(why) = rate {
                *without_rate.entry(why).or_default() += 1;
            }
            cluster.topics.push(Topic {
                name: name.to_owned(),
                partitions,
                records,
                produce_per_s: rate.unwrap_or(0.0),
            });
        }
        for (why, count) in without_rate {
            assumed.push((
                format!("how fast producers write to {count} of the topics of {words} ({why})"),
                "nothing is written to them".to_owned(),
            ));
        }
        if promoted > 0 {
            assumed.push((
                format!(
                    "what was written to topics of {words} after their mirror topic had stopped ({promoted}), how fast \
                     they are written now, and partitions that they got since"
                ),
                "nothing".to_owned(),
            ));
        }
        if without_end > 0 {
            assumed.push((
                format!(
                    "the end offsets of topics of {words} that no link copies and no group has read ({without_end})"
                ),
                "0".to_owned(),
            ));
        }
        if let Some(listed) = &known.facts.topics {
            let listed: BTreeSet<&str> = listed.iter().map(|it| it.topic_name.as_str()).collect();
            let gone = rows.iter().filter(|row| {
                row.mirror_status == STOPPED && !listed.contains(row.mirror_topic_name.as_str())
            });
            let gone = gone.count();
            if gone > 0 {
                assumed.push((
                    format!("what mirror topics of {words} held that have stopped and are no longer topics ({gone})"),
                    "the twin has them as topics".to_owned(),
                ));
            }
        }
        let mut left_out = 0;
        for acl in known.facts.acls.iter().flatten() {
            let is_known = RESOURCE_TYPES.contains(&acl.resource_type.as_str())
                && PATTERN_TYPES.contains(&acl.pattern_type.as_str())
                && OPERATIONS.contains(&acl.operation.as_str())
                && PERMISSIONS.contains(&acl.permission.as_str());
            if !is_known {
                left_out += 1;
                continue;
            }
            cluster.acls.push(Acl {
                resource_type: acl.resource_type.clone(),
                resource_name: acl.resource_name.clone(),
                pattern_type: acl.pattern_type.clone(),
                principal: acl.principal.clone(),
                host: acl.host.clone(),
                operation: acl.operation.clone(),
                permission: acl.permission.clone(),
            });
        }
        if left_out > 0 {
            assumed.push((
                format!("what ACLs of {words} of other kinds do ({left_out})"),
                "the twin does not have them".to_owned(),
            ));
        }
        let (mut unasked, mut behind) = (0, 0);
        for group in known.facts.groups.iter().flatten() {
            let active = !matches!(group.state.as_str(), "EMPTY" | "DEAD");
            let mut offsets: BTreeMap<String, Vec<i64>> = BTreeMap::new();
            let commits = known.facts.commits.get(&group.consumer_group_id);
            unasked += usize::from(commits.is_none());
            for commit in commits.into_iter().flatten() {
                if let Some(partition) = partition(commit) {
                    let all = offsets.entry(commit.topic_name.clone()).or_default();
                    if partition >= all.len() {
                        all.resize(partition + 1, 0);
                    }
                    all[partition] = commit.current_offset;
                }
            }
            let is_behind = |(topic, offsets): (&String, &Vec<i64>)| {
                let ends = ends.get(&(id.to_owned(), topic.clone()));
                ends.is_some_and(|ends| ends.iter().zip(offsets).any(|(end, own)| own < end))
            };
            behind += usize::from(active && offsets.iter().any(is_behind));
            cluster.groups.push(Group {
                id: group.consumer_group_id.clone(),
                offsets,
                active,
            });
        }
        if unasked > 0 {
            assumed.push((
                format!("the committed offsets of consumer groups of {words} that were not read ({unasked})"),
                "none".to_owned(),
            ));
        }
        if behind > 0 {
            assumed.push((
                format!(
                    "how fast active consumer groups of {words} read what they are behind ({behind})"
                ),
                "at once".to_owned(),
            ));
        }
        for (unknown, instead) in assumed {
            self.assume(unknown, instead);
        }
    }
}

const RESOURCE_TYPES: [&str; 5] = [
    "TOPIC",
    "GROUP",
    "CLUSTER",
    "TRANSACTIONAL_ID",
    "DELEGATION_TOKEN",
];
const PATTERN_TYPES: [&str; 2] = ["LITERAL", "PREFIXED"];
const PERMISSIONS: [&str; 2] = ["ALLOW", "DENY"];
const OPERATIONS: [&str; 11] = [
    "ALL",
    "READ",
    "WRITE",
    "CREATE",
    "DELETE",
    "ALTER",
    "DESCRIBE",
    "CLUSTER_ACTION",
    "DESCRIBE_CONFIGS",
    "ALTER_CONFIGS",
    "IDEMPOTENT_WRITE",
];
