//! Records in the shared store: of an apply, [`RunRecord`], and of a command that only reads, [`ReadRecord`].

use std::path::{Path, PathBuf};

use futures_util::FutureExt;

use super::args::Global;
use super::exit::Exit;
use super::identity::Identity;
use super::lags::Clusters;
use super::screen::Screen;
use super::session::Session;
use super::shared::Shared;
use super::{Failure, commit, lags, runs, store};
use crate::health::Health;
use crate::plan::Plan;
use crate::plan::file::{CommitV1, OriginV1};
use crate::report::stored::{self, RunDocument};
use crate::store::folder::Folder;
use crate::store::{Store as _, When, kept};

/// Where records are kept that the store did not take.
pub(super) const UNSENT: &str = ".linkwright/unsent";
/// Among so many of the latest records the last of a scope is looked for.
const LATEST: usize = 200;

/// What is recorded of a run while it goes on.
pub(super) struct RunRecord {
    document: RunDocument,
    folder: Option<tempfile::TempDir>,
}

impl RunRecord {
    pub(super) fn new(who: &Identity, origin: OriginV1, without_lease: Option<&String>) -> Self {
        Self {
            document: RunDocument {
                without_lease: without_lease.cloned(),
                ..document(who, origin)
            },
            folder: tempfile::tempdir().ok(),
        }
    }

    /// The plan that is carried out.
    pub(super) fn plan(&mut self, plan: &Plan, digest: Option<&str>) {
        let digest = digest.map_or_else(|| digest_of(plan), |digest| Some(digest.to_owned()));
        self.document.plan_digest = digest;
    }

    /// Where the run report is written if the caller does not want it elsewhere.
    pub(super) fn report_path(&self) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.path().join("report.json"))
    }

    /// One line of the events.
    pub(super) fn event(&mut self, line: &str) {
        self.document.events.extend(serde_json::from_str(line).ok());
    }

    /// The run report as it was written last.
    pub(super) fn report(&mut self, path: Option<&Path>) {
        let text = path.and_then(|path| std::fs::read(path).ok());
        self.document.report = text.and_then(|text| serde_json::from_slice(&text).ok());
    }

    /// Keeps it: in the store, or on this disk until `store push` copies it there. It never fails the run.
    pub(super) fn keep(
        mut self,
        shared: Option<&Shared>,
        result: &Result<Exit, Failure>,
        screen: &mut Screen,
    ) {
        let exit = result
            .as_ref()
            .map_or_else(|failure| failure.exit, |exit| *exit);
        let text = ended(&mut self.document, exit);
        let key = kept::key(kept::APPLIES, &self.document.id);
        let Some(shared) = shared else { return };
        let Err(why) = store::put_once(shared, &key, text.clone()) else {
            return;
        };
        let folder = Folder::new(PathBuf::from(UNSENT));
        let written = folder.put(&key, text, When::Absent).now_or_never();
        match written {
            Some(Ok(_)) => screen.note(&format!(
                "the record of this run is in {UNSENT} until `linkwright store push` copies it: {why}"
            )),
            _ => screen.note(&format!("the record of this run was not kept: {why}")),
        }
    }
}

/// The record of a command that only reads, which is kept with `--record`.
pub(super) struct ReadRecord {
    document: RunDocument,
}

impl ReadRecord {
    pub(super) fn new(
        command: &'static str,
        session: &Session,
        paths: &[PathBuf],
        global: &Global,
    ) -> Self {
        let origin = commit::origin(session, paths, global);
        let who = Identity::of_process(command, super::now());
        Self {
            document: RunDocument {
                scope: scope_of(session, &origin),
                ..document(&who, origin)
            },
        }
    }

    /// The last report of this command and this scope; none where there is none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) fn last(&self, shared: &Shared) -> Result<Option<serde_json::Value>, Failure> {
        let all = runs::newest(shared, kept::READS, LATEST)?;
        let mut runs = all
            .into_iter()
            .filter_map(|it| serde_json::from_slice::<RunDocument>(&it.content).ok());
        let is_like = |it: &RunDocument| {
            it.command == self.document.command
                && it.scope == self.document.scope
                && it.report.is_some()
        };
        Ok(runs.find(is_like).and_then(|it| it.report))
    }

    /// Keeps it, with what the command writes as JSON, and with `health` how far mirror topics were behind. It never
    /// fails the command.
    pub(super) fn keep(
        mut self,
        shared: &Shared,
        exit: Exit,
        report: Option<&[u8]>,
        lags: Option<(&Clusters, &Health)>,
        screen: &mut Screen,
    ) {
        self.document.report = report.and_then(|text| serde_json::from_slice(text).ok());
        let text = ended(&mut self.document, exit);
        let key = kept::key(kept::READS, &self.document.id);
        let kept = store::put_once(shared, &key, text).and_then(|()| {
            lags.map_or(Ok(()), |(clusters, health)| {
                lags::keep(shared, clusters, health)
            })
        });
        if let Err(why) = kept {
            screen.note(&format!("this run was not recorded: {why}"));
        }
    }
}

fn document(who: &Identity, origin: OriginV1) -> RunDocument {
    let commit = match &origin.commit {
        CommitV1::Read { id, .. } | CommitV1::Named { id, .. } => Some(id.clone()),
        CommitV1::Unknown { .. } => None,
    };
    RunDocument {
        format_version: stored::FORMAT_VERSION,
        id: who.run_id.clone(),
        command: who.command.to_owned(),
        scope: None,
        commit,
        origin: Some(origin),
        holder: who.holder().holder,
        host: who.host.clone(),
        url: who.url.clone(),
        started_at: super::now().to_string(),
        ended_at: String::new(),
        exit_code: 0,
        outcome: String::new(),
        plan_digest: None,
        without_lease: None,
        report: None,
        events: Vec::new(),
    }
}

/// The text of a document of a run that has ended.
fn ended(document: &mut RunDocument, exit: Exit) -> Vec<u8> {
    document.ended_at = super::now().to_string();
    document.exit_code = exit.code();
    document.outcome = exit.word().to_owned();
    let mut text = serde_json::to_vec_pretty(document).unwrap_or_default();
    text.push(b'\n');
    text
}

/// A digest of the operations of a plan that was not saved.
fn digest_of(plan: &Plan) -> Option<String> {
    digest(&plan.operations)
}

/// A digest of what a command is about, which stays the same from run to run.
fn scope_of(session: &Session, origin: &OriginV1) -> Option<String> {
    let clusters = session.desired.clusters.values();
    let mut ids: Vec<&str> = clusters.map(|it| it.id.as_str()).collect();
    ids.sort_unstable();
    digest(&(&origin.paths, &origin.environment, ids))
}

fn digest(what: &impl serde::Serialize) -> Option<String> {
    use sha2::Digest;
    let text = serde_json::to_vec(what).ok()?;
    let digest = sha2::Sha256::digest(text);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Some(format!("sha256:{hex}"))
}
