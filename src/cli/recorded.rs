//! A snapshot that is read in place of clusters: [`Recorded`].

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::args::Global;
use super::exit::Exit;
use super::{Failure, clusters, input};
use crate::address::ClusterName;
use crate::api::{Auth, Client, Endpoint};
use crate::desired::{CallPolicy, Cluster, Desired};
use crate::diagnostic::Diagnostic;
use crate::diff::Finding;
use crate::live::{Reader, RecordedLags, Sample, Snapshot};
use crate::plan::Plan;
use crate::report::safe;
use crate::report::status::json::FromSnapshot;
use crate::report::words::short;
use crate::snapshot::{self, Said, SnapshotV1};

/// A snapshot that is read in place of clusters.
pub(super) struct Recorded {
    snapshot: SnapshotV1,
    taken_at: jiff::Timestamp,
    age: Duration,
    file: String,
}

impl Recorded {
    /// The snapshot that the command line names.
    ///
    /// # Errors
    /// When the file cannot be read or is no snapshot.
    pub(super) fn open(global: &Global, now: jiff::Timestamp) -> Result<Option<Self>, Failure> {
        let Some(file) = &global.from else {
            return Ok(None);
        };
        let (snapshot, taken_at) = read(file, now)?;
        Ok(Some(Self {
            snapshot,
            taken_at,
            age: Duration::try_from(now.duration_since(taken_at)).unwrap_or_default(),
            file: file.display().to_string(),
        }))
    }

    /// When it was taken.
    pub(super) fn taken_at(&self) -> jiff::Timestamp {
        self.taken_at
    }

    /// Where the facts are from and how old they are, in one line.
    pub(super) fn words(&self) -> String {
        format!(
            "read from the snapshot {}, taken {} ago ({:.0}); the clusters may have changed since",
            safe::clean(&self.file),
            short(self.age),
            self.taken_at
        )
    }

    /// The first of the two reads of mirror topics that a snapshot with `--sample` has, of these clusters.
    pub(super) fn sample(&self, ids: &BTreeMap<ClusterName, String>) -> Sample {
        let earlier = ids.iter().filter_map(|(name, id)| {
            let lags = self.snapshot.earlier(&id.as_str().into())?;
            Some((name.clone(), lags.clone()))
        });
        let clusters: BTreeMap<_, _> = earlier.collect();
        match clusters.is_empty() {
            true => Sample::Once,
            false => Sample::Recorded(Arc::new(RecordedLags {
                now: self.taken_at,
                reader: Reader::SameRun,
                clusters,
            })),
        }
    }

    /// The same for machines.
    pub(super) fn mark_of_status(&self) -> FromSnapshot {
        FromSnapshot {
            taken_at: self.taken_at.to_string(),
            age_seconds: self.age.as_secs(),
        }
    }

    /// A client that answers as this cluster did. Where the snapshot does not have the cluster, no call is
    /// answered.
    pub(super) fn client(
        &self,
        cluster: &Cluster,
        calls: &CallPolicy,
        said: &Said,
    ) -> Option<Client> {
        let answers = self.snapshot.answers_for(&cluster.id, said);
        let has_none = answers.as_ref().is_none_or(|it| it.0.is_empty());
        if has_none && cluster.rest.is_none() {
            return None;
        }
        let settings =
            clusters::settings(cluster, calls, Endpoint::parse(NOWHERE).ok()?, Auth::None);
        Some(Client::of_recording(settings, answers.unwrap_or_default()))
    }

    /// A client that answers as Confluent Cloud's own API did.
    pub(super) fn cloud(&self, calls: &CallPolicy) -> Option<Client> {
        let answers = self.snapshot.confluent_cloud.clone();
        let settings = clusters::cloud_settings(calls, Endpoint::cloud(NOWHERE).ok()?, Auth::None);
        Some(Client::of_recording(settings, answers.unwrap_or_default()))
    }

    /// Says in a plan of which clusters the facts are the snapshot's, and what of the spec they may hide.
    pub(super) fn mark(&self, plan: &mut Plan, live: &Snapshot, desired: &Desired) {
        let hidden = self.snapshot.not_seen(&Said::of(desired));
        for name in live.clusters.keys() {
            let mark = Finding::from_snapshot(name.clone(), self.taken_at, self.age);
            plan.findings.push(mark);
            if let Some(names) = &hidden {
                let hidden = Finding::names_hidden(name.clone(), names.patterns());
                plan.findings.push(hidden);
            }
        }
    }
}

/// In place of the address of a cluster that is not called.
const NOWHERE: &str = "http://snapshot.invalid";

pub(super) fn read(
    file: &Path,
    now: jiff::Timestamp,
) -> Result<(SnapshotV1, jiff::Timestamp), Failure> {
    let wrong = |words: &dyn std::fmt::Display| {
        let name = file.display().to_string();
        let summary = format!(
            "{}: {words}; `linkwright snapshot --out FILE` writes one",
            safe::clean(&name)
        );
        let problem = Diagnostic::error(snapshot::UNUSABLE, summary)
            .why("what is known of the clusters would be taken from it");
        Failure::about(Exit::Usage, vec![problem])
    };
    let text = input::text(file, input::SAVED).map_err(|error| wrong(&error))?;
    let snapshot = SnapshotV1::parse(&text, now).map_err(|error| wrong(&error))?;
    let taken_at = snapshot.taken_at();
    let taken_at = taken_at.ok_or_else(|| wrong(&"`taken_at` is not a time"))?;
    Ok((snapshot, taken_at))
}
