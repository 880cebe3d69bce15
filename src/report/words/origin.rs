//! Where a saved plan is from, in words: [`facts`] and [`sentence`].

use super::More;
use crate::plan::file::{ClusterV1, CommitV1, OriginV1};

/// Clusters that are named; the rest is counted.
const MAX_CLUSTERS: usize = 12;
/// The first characters of a digest or a commit, which people compare.
const SHORT: usize = 12;

/// The beginning of a digest or a commit's id.
#[must_use]
pub fn short(id: &str) -> String {
    id.chars().take(SHORT).collect()
}

/// The commit, in words.
#[must_use]
pub fn commit(commit: &CommitV1) -> String {
    match commit {
        CommitV1::Unknown { reason } => format!("an unknown commit ({reason})"),
        known => format!("commit {}", commit_id(known)),
    }
}

/// The commit's id, in words.
#[must_use]
pub fn commit_id(commit: &CommitV1) -> String {
    match commit {
        CommitV1::Read { id, changed: false } => id.clone(),
        CommitV1::Read { id, changed: true } => {
            format!("{id}, with changes to the spec that are not committed")
        }
        CommitV1::Named { id, by } => format!("{id} (from {by})"),
        CommitV1::Unknown { reason } => format!("unknown ({reason})"),
    }
}

/// The paths of the spec, and its environment.
#[must_use]
pub fn paths(origin: &OriginV1) -> String {
    let paths = match origin.paths.as_slice() {
        [] => ".".to_owned(),
        paths => paths.join(" "),
    };
    match &origin.environment {
        Some(environment) => format!("{paths} with environment {environment}"),
        None => paths,
    }
}

/// What must be allowed.
#[must_use]
pub fn needs(origin: &OriginV1) -> String {
    match origin.needs.as_slice() {
        [] => "no allowance".to_owned(),
        needs => format!("--allow {}", needs.join(",")),
    }
}

/// The facts with their names: what whoever approves a plan compares.
#[must_use]
pub fn facts(digest: &str, origin: &OriginV1) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Saved plan", digest.to_owned())];
    facts.extend(origin_facts(origin));
    facts
}

/// The facts without the digest.
#[must_use]
pub fn origin_facts(origin: &OriginV1) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        (
            "Made",
            format!("{} by Linkwright {}", origin.made_at, origin.linkwright),
        ),
        ("From", commit(&origin.commit)),
        ("Spec", paths(origin)),
    ];
    let shown = origin.clusters.iter().take(MAX_CLUSTERS);
    facts.extend(shown.map(|it| ("Cluster", cluster(it))));
    if let Some(more) = More::of(origin.clusters.len().saturating_sub(MAX_CLUSTERS)) {
        facts.push(("Clusters", format!("{more}")));
    }
    facts.push(("Needs", needs(origin)));
    facts
}

/// What is known of a page that shows what was read and holds no plan.
#[must_use]
pub fn reading_facts(origin: &OriginV1) -> Vec<(&'static str, String)> {
    vec![
        (
            "Read",
            format!("{} by Linkwright {}", origin.made_at, origin.linkwright),
        ),
        ("From", commit(&origin.commit)),
        ("Spec", paths(origin)),
    ]
}

fn cluster(cluster: &ClusterV1) -> String {
    let ClusterV1 { name, id, .. } = cluster;
    format!("{name} ({id}), {}", cluster.called_at())
}

/// The plan in one sentence without its end, for whoever is asked about it.
#[must_use]
pub fn sentence(digest: &str, origin: &OriginV1) -> String {
    format!(
        "plan {} of {}, spec {}, made {} by Linkwright {}",
        short(digest),
        commit(&origin.commit),
        paths(origin),
        origin.made_at,
        origin.linkwright,
    )
}
