//! What clusters answered in place of them: a snapshot, clients that answer from it, its twin; and what commands say of
//! either, as JSON.

use std::collections::BTreeMap;

use linkwright::address::ClusterName;
use linkwright::api::{Auth, Client, Endpoint, Flavour, Limits, Settings};
use linkwright::desired::{ClusterKind, Desired};
use linkwright::diff::Options;
use linkwright::drift::{Drift, Input};
use linkwright::health::{Health, Selection, Thresholds};
use linkwright::live::Sample;
use linkwright::plan::Allowances;
use linkwright::refresh::{self, Asked, Depth, Sources, refresh};
use linkwright::report::drift::DriftView;
use linkwright::report::plan_json::About;
use linkwright::report::{drift, plan_json, status};
use linkwright::snapshot::{DeclaredClusterV1, RecordedClusterV1, SnapshotV1};
use linkwright::twin::Twin;
use linkwright_sandbox::{World, is_link_config};

use super::bench::Bench;

/// A spec, and how it is compared with what clusters say.
pub(crate) struct Question<'a> {
    pub(crate) desired: &'a Desired,
    pub(crate) options: Options,
    pub(crate) allow: Allowances,
    pub(crate) now: jiff::Timestamp,
}

/// What commands print as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) plan: String,
    pub(crate) drift: String,
    pub(crate) status: String,
}

impl Told {
    /// Every document that differs, with the lines that do.
    pub(crate) fn differences(&self, other: &Self) -> Vec<(&'static str, String)> {
        let pairs = [
            ("plan", &self.plan, &other.plan),
            ("drift", &self.drift, &other.drift),
            ("status", &self.status, &other.status),
        ];
        let different = pairs.into_iter().filter(|(_, one, two)| one != two);
        let told = different.map(|(name, one, two)| {
            let diff = similar::TextDiff::from_lines(one.as_str(), two);
            let words = diff.unified_diff().context_radius(2).to_string();
            (name, words)
        });
        told.collect()
    }
}

impl Question<'_> {
    /// What the commands say of what these clients answer.
    pub(crate) async fn ask(&self, clients: &BTreeMap<ClusterName, Client>) -> Told {
        let Self {
            desired,
            options,
            allow,
            now,
        } = self;
        let sources = || Sources::from(clients);
        let seen = refresh(desired, sources(), options, allow, &[], Depth::Plan);
        let mut plan = Vec::new();
        plan_json::write(&mut plan, &seen.await.unwrap().plan, &About::default()).unwrap();
        let seen = refresh(desired, sources(), options, allow, &[], Depth::Drift);
        let seen = seen.await.unwrap();
        let found = Drift::of(&Input {
            plan: &seen.plan,
            live: &seen.live,
            desired,
            thresholds: Thresholds::default(),
            now: *now,
        });
        let mut drift = Vec::new();
        drift::json::write(&mut drift, &DriftView::of(&found, None), None).unwrap();
        let health: Health = refresh::health(desired, clients, Asked::All, &Sample::Once).await;
        let mut status = Vec::new();
        status::json::write(&mut status, &health, &Selection::default(), None, None).unwrap();
        let [plan, drift, status] =
            [plan, drift, status].map(|text| String::from_utf8(text).unwrap());
        Told {
            plan,
            drift,
            status,
        }
    }

    /// What the clusters of a bench say, as `snapshot` keeps it.
    pub(crate) async fn snapshot(&self, bench: &Bench) -> SnapshotV1 {
        let clients = &bench.clients;
        clients.values().for_each(Client::record);
        let taken_at = bench.now();
        let sources = Sources::from(clients);
        let read = refresh::everything(self.desired, sources, &self.options, 100);
        drop(read.await.unwrap());
        let clusters = self.desired.clusters.iter().map(|(name, cluster)| {
            let client = clients.get(name);
            let recorded = RecordedClusterV1 {
                id: cluster.id.clone(),
                declared: DeclaredClusterV1 {
                    kind: Some(cluster.kind.word().to_owned()),
                    organization: cluster.organization.clone(),
                    bootstrap_servers: cluster.bootstrap_servers.clone(),
                },
                answers: client.map(Client::recording).unwrap_or_default(),
                earlier: None,
            };
            (name.clone(), recorded)
        });
        SnapshotV1::new(taken_at, true, clusters.collect(), None)
    }
}

/// Clients that answer as the clusters of a snapshot did.
pub(crate) fn answering(desired: &Desired, snapshot: &SnapshotV1) -> BTreeMap<ClusterName, Client> {
    let clients = snapshot.clusters.iter().filter_map(|(name, recorded)| {
        let cluster = &desired.clusters[name];
        // What was not asked is not asked here either.
        if recorded.answers.0.is_empty() {
            return None;
        }
        let settings = Settings {
            cluster: name.clone(),
            id: cluster.id.clone(),
            endpoint: Endpoint::parse("http://snapshot.invalid").unwrap(),
            flavour: match cluster.kind {
                ClusterKind::ConfluentCloud => Flavour::Cloud,
                _ => Flavour::Platform,
            },
            auth: Auth::None,
            limits: Limits::default(),
        };
        let client = Client::of_recording(settings, recorded.answers.clone());
        Some((name.clone(), client))
    });
    clients.collect()
}

/// The world that `twin` writes of a snapshot.
pub(crate) fn world_of(snapshot: &SnapshotV1) -> Result<String, String> {
    let twin = Twin::of(snapshot, &is_link_config).ok_or("nothing was read")?;
    let world = twin.to_yaml()?;
    match World::from_yaml(&world) {
        Ok(_) => Ok(world),
        Err(error) => Err(format!("{error}\n{world}")),
    }
}
