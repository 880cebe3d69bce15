//! What a run is given: [`RunContext`] and [`Settings`].

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::mpsc::UnboundedReceiver;

use super::durable::Flush;
use super::event::EventSink;
use super::execute::Secrets;
use super::interrupt::Interrupts;
use super::ledger::LedgerUse;
use super::records::Records;
use super::report_file::{ApprovedV1, Describe};
use super::secret_error::SecretError;
use super::settle::{Pace, Patience};
use super::switchover::PairCheck;
use crate::address::ClusterName;
use crate::api::Client;

/// What a run needs of the world around it.
pub struct RunContext<'a> {
    /// The clients of every cluster that the plan touches.
    pub clients: &'a BTreeMap<ClusterName, Client>,
    /// Asked right before requests to links that a switchover pair may manage.
    pub pairs: Option<&'a PairCheck>,
    /// Where the values of secrets come from.
    pub secrets: &'a dyn Secrets,
    /// Who hears of what happens.
    pub sink: &'a mut dyn EventSink,
    /// The words of a cause, for the run report.
    pub describe: Describe,
    /// Who may end it early.
    pub interrupts: Interrupts,
    /// What happens to the leases meanwhile.
    pub lease: Option<UnboundedReceiver<LeaseNotice>>,
}

/// Something that happened to a lease of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseNotice {
    /// What, in words.
    pub what: String,
    /// What it means for the run.
    pub means: LeaseMeans,
}

/// What a change of a lease means for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaseMeans {
    /// The run goes on.
    GoOn,
    /// Nothing more is begun.
    BeginNothing,
    /// Another run asked for the cluster: nothing more is begun, and once what was sent is answered its effect is
    /// not waited for.
    HandOver,
}

/// How a run goes about it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How many mirror topics one request may name.
    pub chunk: usize,
    /// How many requests that name one object each are under way at one cluster; the client's own
    /// bounds come on top.
    pub singles: usize,
    /// How often a request is repeated after failures that leave it open whether it was done.
    pub attempts: u32,
    /// How often to look while something is waited for.
    pub pace: Pace,
    /// How long the server may take to show things.
    pub patience: Patience,
    /// The wall time at which the run starts, for what is kept on disk.
    pub started: jiff::Timestamp,
    /// Where to keep the run report.
    pub report: Option<PathBuf>,
    /// The saved plan that the report names.
    pub approved: Option<ApprovedV1>,
    /// How far each report is brought before the run goes on.
    pub flush: Flush,
    /// The directory for the history of links that are deleted.
    pub archive: PathBuf,
    /// Where to record the generations of credentials.
    pub ledger: Option<LedgerUse>,
    /// The shared store, in the place of these files.
    pub records: Option<Arc<dyn Records>>,
}

impl Settings {
    /// The usual settings.
    #[must_use]
    pub fn new(started: jiff::Timestamp, archive: PathBuf) -> Self {
        Self {
            chunk: 200,
            singles: 50,
            attempts: 4,
            pace: Pace::default(),
            patience: Patience::default(),
            started,
            report: None,
            approved: None,
            flush: Flush::ToDisk,
            archive,
            ledger: None,
            records: None,
        }
    }
}

/// Why a run did not even begin.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// There is no client for a cluster of the plan.
    #[error("the plan touches cluster {0}, and the spec gives no REST endpoint for it")]
    NoClient(ClusterName),
    /// A guard refuses the plan.
    #[error("the plan is refused; nothing was sent")]
    Refused,
    /// Secrets are missing, or do not look like what they are for: what works must not be replaced by
    /// them, and a run must not end half-way for want of them.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Secrets(Vec<SecretError>),
    /// The report cannot be written, so that a killed run would leave no trace.
    #[error("cannot write the run report {}: {source}", path.display())]
    Report {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}
