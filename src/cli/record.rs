//! Records in the shared store: of an apply, [`RunRecord`], and of a command that only reads, [`ReadRecord`].

use std::path::{Path, PathBuf};

use super::args::Global;
use super::exit::Exit;
use super::identity::Identity;
use super::lags::Clusters;
use super::screen::Screen;
use super::session::Session;
use super::shared::Shared;
use super::{Failure, commit, lags, store};
use crate::apply::report_file::{self, EndingV1};
use crate::health::Health;
use crate::plan::Plan;
use crate::plan::file::{CommitV1, OriginV1};
use crate::report::stored::{self, RunDocument, UNFINISHED};
use crate::store::folder::Folder;
use crate::store::{self as stores, Put, StoreError, When, kept};

/// Where records are kept that the store did not take.
pub(super) const UNSENT: &str = ".linkwright/unsent";

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

    /// Leaves that the run has begun, before it writes anything: what is killed leaves that. It never fails the run.
    pub(super) fn begin(&self, shared: &Shared, is_leased: bool) {
        let key = kept::key(kept::APPLIES, &self.document.id);
        let begun = stores::content(&key, &self.document).map_err(Failure::failed);
        let left = begun.and_then(|text| match is_leased {
            true => store::complete(shared, &key, text),
            false => unsent(shared, &key, &text).map_err(Failure::failed),
        });
        if let Err(error) = left {
            tracing::debug!(%error, "the beginning of the run is not on record");
        }
    }

    /// How it ended, if it has sent nothing.
    pub(super) fn ending(&mut self, ending: EndingV1) {
        let report = report_file::of_ending(super::now(), ending);
        self.document.report = serde_json::to_value(report).ok();
    }

    /// Keeps it: in the store, or on this disk until `store push` copies it there. It never fails the run.
    pub(super) fn keep(
        mut self,
        shared: &Shared,
        result: &Result<Exit, Failure>,
        screen: &mut Screen,
    ) {
        let exit = result
            .as_ref()
            .map_or_else(|failure| failure.exit, |exit| *exit);
        let key = kept::key(kept::APPLIES, &self.document.id);
        let text = match ended(&mut self.document, exit) {
            Ok(text) => text,
            Err(why) => return screen.note(&format!("the record of this run was not kept: {why}")),
        };
        // Who has just not answered is not waited for again.
        let why = match (shared.is_down(), shared.is_untrusted()) {
            (true, _) => format!("the store {} did not answer", shared.url),
            (false, true) => format!("the store {} cannot be trusted", shared.url),
            (false, false) => match store::complete(shared, &key, text.clone()) {
                Ok(()) => return sent(shared, &key),
                Err(why) => why.to_string(),
            },
        };
        screen.note(&match unsent(shared, &key, &text) {
            Ok(()) => format!(
                "the record of this run is in {UNSENT} until `linkwright store push` copies it: {why}"
            ),
            Err(_) => format!("the record of this run was not kept: {why}"),
        });
    }
}

/// What is in the store is not kept on this disk too.
fn sent(shared: &Shared, key: &str) {
    let folder = Folder::new(PathBuf::from(UNSENT));
    if let Err(error) = folder.delete_here(&format!("{}{key}", shared.prefix)) {
        tracing::debug!(%error, "the beginning of the run stays on this disk");
    }
}

/// Keeps an object of the store on this disk, in place of what it begins with.
fn unsent(shared: &Shared, key: &str, text: &[u8]) -> Result<(), StoreError> {
    let folder = Folder::new(PathBuf::from(UNSENT));
    let key = format!("{}{key}", shared.prefix);
    let when = match folder.get_here(&key)? {
        Some(begun) => When::Unchanged(begun.version),
        None => When::Absent,
    };
    match folder.put_here(&key, text, &when)? {
        Put::Written(_) => Ok(()),
        Put::Refused => Err(StoreError::Failed {
            what: format!("write {key}"),
            why: "another run has written it".to_owned(),
        }),
    }
}

/// The record of a command that only reads, which is kept with `--record`. Its key has the command and what it is about, so
/// that the last of both is found by its name.
pub(super) struct ReadRecord {
    document: RunDocument,
    prefix: String,
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
        let scope = scope_of(session, &origin);
        let about = scope.as_deref().and_then(|it| it.strip_prefix("sha256:"));
        let about: String = about.unwrap_or_default().chars().take(16).collect();
        let folder = format!("{command}-{about}/");
        let document = document(&who, origin);
        Self {
            document: RunDocument {
                id: format!("{folder}{}", document.id),
                scope,
                ..document
            },
            prefix: format!("{}{folder}", kept::READS),
        }
    }

    /// The last report of this command and this scope; none where there is none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) fn last(&self, shared: &Shared) -> Result<Option<serde_json::Value>, Failure> {
        let prefix = self.prefix.clone();
        let (command, scope) = (self.document.command.clone(), self.document.scope.clone());
        shared.ask(async move |store, _| {
            let look = |text: &[u8]| {
                let run: RunDocument = serde_json::from_slice(text).ok()?;
                let is_like = run.command == command && run.scope == scope;
                run.report.filter(|_| is_like)
            };
            kept::latest(&*store, &prefix, look).await
        })
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
        let key = kept::key(kept::READS, &self.document.id);
        let text = ended(&mut self.document, exit).map_err(Failure::failed);
        if let Err(why) = text.and_then(|text| store::complete(shared, &key, text)) {
            screen.note(&format!("this run was not recorded: {why}"));
            return;
        }
        let lags = lags.map_or(Ok(()), |(clusters, health)| {
            lags::keep(shared, clusters, health)
        });
        if let Err(why) = lags {
            screen.note(&format!(
                "how far mirror topics were behind was not kept: {why}"
            ));
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
        ended_at: None,
        exit_code: None,
        outcome: UNFINISHED.to_owned(),
        plan_digest: None,
        without_lease: None,
        report: None,
        events: Vec::new(),
    }
}

/// The text of a document of a run that has ended.
fn ended(document: &mut RunDocument, exit: Exit) -> Result<Vec<u8>, StoreError> {
    document.ended_at = Some(super::now().to_string());
    document.exit_code = Some(exit.code());
    document.outcome = exit.word().to_owned();
    stores::content("the record", document)
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
