//! What a run must leave as it was: topics, links and mirrors that nobody speaks of.

use std::collections::{BTreeMap, BTreeSet};

use linkwright::address::HalfAddress;
use linkwright::desired::RetireMirrors;
use linkwright::live::{MirrorStatus, Snapshot};
use linkwright_sandbox::RouteKind;

use crate::pairs::{Broken, Stage, broken};
use crate::round_trip::everything;
use crate::support::bench::Bench;

impl Stage<'_> {
    /// What no file declares is as it was, and so is every topic.
    pub(crate) async fn nothing_else_was_touched(&self) -> Result<(), Broken> {
        let ids: BTreeMap<String, String> = self
            .desired
            .clusters
            .values()
            .map(|cluster| (cluster.id.to_string(), cluster.name.to_string()))
            .collect();
        let retired: BTreeMap<&HalfAddress, RetireMirrors> = self
            .desired
            .retired
            .iter()
            .map(|retired| (&retired.address, retired.mirrors))
            .collect();
        let declared: BTreeMap<&HalfAddress, _> = self
            .desired
            .halves()
            .map(|(_, half)| (&half.address, half))
            .collect();
        let outside: Vec<String> = self
            .case
            .script
            .outside
            .iter()
            .map(|outside| {
                outside
                    .call
                    .split(' ')
                    .nth(1)
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect();
        for request in self.bench.sandbox.requests() {
            if request.kind == RouteKind::Read || outside.contains(&request.path) {
                continue;
            }
            let words = format!("{} {}?{}", request.method, request.path, request.query);
            let link = request
                .path
                .split("/links/")
                .nth(1)
                .filter(|link| !link.is_empty());
            let link = match link {
                Some(link) => link.split('/').next().unwrap_or_default().to_owned(),
                None => match request
                    .query
                    .split('&')
                    .find_map(|p| p.strip_prefix("link_name="))
                {
                    Some(name) => name.to_owned(),
                    None => return broken("only links are written to", words),
                },
            };
            let half = HalfAddress {
                cluster: ids
                    .get(&request.cluster)
                    .cloned()
                    .unwrap_or_default()
                    .into(),
                link: link.into(),
            };
            if !declared.contains_key(&half) && !retired.contains_key(&half) {
                return broken("nothing undeclared is written to", words);
            }
        }
        let after = Before::of(&self.bench).await;
        let script = &self.case.script;
        for (cluster, topics) in &self.before.topics {
            for topic in topics.keys() {
                let Some(mirror_of) = after.topics[cluster].get(topic) else {
                    let words = format!("{cluster}/{topic} is gone");
                    return broken("no topic is ever deleted", words);
                };
                let was_stopped = self
                    .before
                    .stopped
                    .contains(&(cluster.clone(), topic.clone()));
                if was_stopped && mirror_of.is_some() {
                    let words = format!("{cluster}/{topic} is a mirror again");
                    return broken("a stopped mirror's topic stays writable", words);
                }
            }
        }
        for (half, rows) in &self.before.mirrors {
            let Some(now) = after.mirrors.get(half) else {
                if retired.contains_key(half) {
                    continue;
                }
                return broken("only retired links are deleted", half.to_string());
            };
            if script.outside.is_empty() {
                self.keeps_its_partner(half, &after)?;
            }
            if !script.outside.is_empty()
                || self.case.world.contains("narrowed_topic_filters\":\"stop")
            {
                continue;
            }
            for (topic, (source, status)) in rows {
                use MirrorStatus as S;
                let governed = match (declared.get(half), retired.get(half)) {
                    (Some(declared), _) => declared.mirrors.of(&source.as_str().into()).is_some(),
                    (None, Some(mirrors)) => *mirrors != RetireMirrors::MustBeStopped,
                    (None, None) => false,
                };
                let was_going = matches!(
                    status,
                    S::Stopped | S::PendingStopped | S::PendingSynchronize | S::Other(_)
                );
                let is_ended = match now.get(topic) {
                    None => true,
                    Some((_, now)) => {
                        matches!(now, S::Stopped | S::PendingStopped)
                            || (*now == S::Paused && *status == S::Active)
                    }
                };
                if !governed && !was_going && is_ended {
                    let words = format!("{half}/{topic} was {status}, and nobody speaks of it");
                    return broken("mirrors that nobody declares are left alone", words);
                }
            }
        }
        Ok(())
    }

    /// Where a half has mirrors that did not stop, the other half of its link is still there, if the spec
    /// gives a way to look at both.
    fn keeps_its_partner(&self, half: &HalfAddress, after: &Before) -> Result<(), Broken> {
        let Some(link_id) = &self.before.ids[half] else {
            return Ok(());
        };
        let runs = after.mirrors[half]
            .values()
            .any(|(_, status)| *status != MirrorStatus::Stopped);
        let partner = self.before.ids.iter().find(|(other, id)| {
            *other != half
                && id.as_ref() == Some(link_id)
                && self.desired.clusters.contains_key(&other.cluster)
        });
        match partner {
            Some((partner, _)) if runs && !after.mirrors.contains_key(partner) => broken(
                "no mirror that runs loses its link's other half",
                format!("{half} has lost {partner}"),
            ),
            _ => Ok(()),
        }
    }
}

/// What a world held.
pub(crate) struct Before {
    /// By cluster and topic: the link whose mirror it is.
    topics: BTreeMap<String, BTreeMap<String, Option<String>>>,
    stopped: BTreeSet<(String, String)>,
    /// By half and mirror topic: source and status.
    mirrors: BTreeMap<HalfAddress, BTreeMap<String, (String, MirrorStatus)>>,
    /// By half: the id that it shares with the other half of its link.
    ids: BTreeMap<HalfAddress, Option<String>>,
}

impl Before {
    pub(crate) async fn of(bench: &Bench) -> Self {
        let state = bench.sandbox.snapshot();
        let mut topics = BTreeMap::new();
        let mut stopped = BTreeSet::new();
        for (id, cluster) in state["clusters"].as_object().unwrap() {
            let of = |topic: &serde_json::Value| topic["mirror_of"].as_str().map(str::to_owned);
            let all = cluster["topics"].as_object().unwrap().iter();
            let there = all.filter(|(_, topic)| topic["deleting"] != true);
            topics.insert(
                id.clone(),
                there
                    .map(|(name, topic)| (name.clone(), of(topic)))
                    .collect(),
            );
            for half in cluster["halves"].as_object().unwrap().values() {
                for (name, mirror) in half["mirrors"].as_object().unwrap() {
                    if mirror["status"] == "STOPPED" {
                        stopped.insert((id.clone(), name.clone()));
                    }
                }
            }
        }
        let live: Snapshot = everything(bench).await;
        let mut mirrors = BTreeMap::new();
        let mut ids = BTreeMap::new();
        for (cluster, facts) in &live.clusters {
            for (link, row) in facts.links.read().into_iter().flatten() {
                let half = HalfAddress {
                    cluster: cluster.clone(),
                    link: link.clone(),
                };
                let rows = facts.mirrors.read().and_then(|all| all.get(link));
                let rows = rows.into_iter().flatten().map(|(topic, row)| {
                    (
                        topic.to_string(),
                        (row.source_topic.to_string(), row.status.clone()),
                    )
                });
                ids.insert(half.clone(), row.link_id.clone());
                mirrors.insert(half, rows.collect());
            }
        }
        bench.sandbox.clear_requests();
        Self {
            topics,
            stopped,
            mirrors,
            ids,
        }
    }
}
