//! What is known of a link that cannot reach its source: [`outage`].
//!
//! The API has no time of the last contact and no end offsets of the source, so that much is not known, and
//! that is said. With it comes the change of the spec that fails over.

use std::collections::BTreeSet;

use crate::address::{ClusterName, HalfAddress, LinkKey};
use crate::desired::{Desired, Half, MirrorState, Risk};
use crate::live::loss::loss;
use crate::live::{LinkError, MirrorFact, MirrorLoss, MirrorStatus, Objects, Snapshot};

/// What is known of a link that cannot reach its source.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Outage {
    /// How many mirror topics follow the source.
    pub mirrors: usize,
    /// How many of them are behind as far as the server reports.
    pub behind: usize,
    /// What is missing of them together.
    pub loss: MirrorLoss,
    /// When the first of them was marked as being without its source: milliseconds since 1970. Contact
    /// was lost some minutes before.
    pub noticed_ms: Option<i64>,
    /// What fails them over; none where no file declares the link, or the spec says so already.
    pub failover: Option<FailoverChange>,
}

/// The change of the spec, and what apply must be allowed, to fail a link's mirror topics over.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FailoverChange {
    /// The link's key in the spec.
    pub link: LinkKey,
    /// The half whose mirror topics they are.
    pub half: HalfAddress,
    /// The keys under `mirrors` to change; empty where `lost` is set.
    pub keys: Vec<String>,
    /// The cluster to declare lost, where the link has `topics`: they fail over only then.
    pub lost: Option<ClusterName>,
    /// Whether the link is protected, so that `protect` goes first.
    pub is_protected: bool,
    /// The words for `--allow` that the policy does not contain.
    pub allow: Vec<std::borrow::Cow<'static, str>>,
}

/// What is known of the outage, if the half's link reports that it cannot reach the source and mirror
/// topics follow it. Credentials that are refused are another matter.
#[must_use]
pub fn outage(address: &HalfAddress, desired: &Desired, live: &Snapshot) -> Option<Outage> {
    let host = live.clusters.get(&address.cluster)?;
    let links = host.links.read()?;
    let link = links.get(&address.link)?;
    if link.is_healthy() || link.error == Some(LinkError::Authentication) {
        return None;
    }
    let all = host.mirrors.read()?;
    let follows = |row: &&MirrorFact| {
        !matches!(
            row.status,
            MirrorStatus::Stopped | MirrorStatus::PendingStopped | MirrorStatus::Failed
        )
    };
    let rows: Vec<&MirrorFact> = all.get(&address.link)?.values().filter(follows).collect();
    if rows.is_empty() {
        return None;
    }
    let losses: Vec<MirrorLoss> = rows
        .iter()
        .map(|row| loss(row, Some(link), row.earlier.sampled()))
        .collect();
    let lost = |row: &&&MirrorFact| {
        matches!(
            row.status,
            MirrorStatus::SourceUnavailable | MirrorStatus::LinkFailed
        )
    };
    Some(Outage {
        mirrors: rows.len(),
        behind: losses.iter().filter(|loss| loss.least > 0).count(),
        loss: losses.iter().copied().sum(),
        noticed_ms: rows
            .iter()
            .filter(lost)
            .filter_map(|row| row.since_ms)
            .min(),
        failover: change(address, desired, &rows, host.objects()),
    })
}

fn change(
    address: &HalfAddress,
    desired: &Desired,
    rows: &[&MirrorFact],
    objects: Objects,
) -> Option<FailoverChange> {
    let (link, half) = desired.half(address)?;
    let source = &half.peer.cluster;
    let lost = link.topics.as_ref().map(|_| source.clone());
    let keys: BTreeSet<String> = match lost {
        // The findings about its topics say how to go on.
        Some(_) if desired.is_lost(source) => return None,
        Some(_) => BTreeSet::new(),
        None => rows.iter().filter_map(|row| key(half, row)).collect(),
    };
    if keys.is_empty() && lost.is_none() {
        return None;
    }
    let mut allow = Vec::new();
    for risk in [Risk::Irreversible, Risk::DataLoss] {
        if !desired.policy.allow.contains(&risk) {
            allow.push(risk.word().into());
        }
    }
    let bound = desired.policy.blast_radius;
    if bound.is_exceeded(rows.len(), objects.running, objects.all) {
        allow.push("blast-radius".into());
    }
    Some(FailoverChange {
        link: link.key.clone(),
        half: address.clone(),
        keys: keys.into_iter().collect(),
        lost,
        is_protected: link.protect,
        allow,
    })
}

/// The key that governs a mirror topic, where it says anything but `failed-over`; `*` where there is none.
fn key(half: &Half, row: &MirrorFact) -> Option<String> {
    let source = &row.source_topic;
    if let Some(declared) = half.mirrors.literal.get(source) {
        return (declared.state != MirrorState::FailedOver).then(|| source.to_string());
    }
    let mut patterns = half.mirrors.patterns.iter();
    match patterns.find(|(pattern, _)| pattern.matches(source.as_str())) {
        Some((pattern, declared)) => {
            (declared.state != MirrorState::FailedOver).then(|| pattern.to_string())
        }
        None => Some("*".to_owned()),
    }
}
