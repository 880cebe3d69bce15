//! The arguments that name the shared store, and of the commands that work on it.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::{Authorities, Connection, Global, Guarded, Quiet, duration, examples};

/// `--store`.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Stored {
    /// Shared store for leases, the ledger, archives and runs: file:///PATH, s3://BUCKET/PREFIX,
    /// az://CONTAINER/PREFIX or gs://BUCKET/PREFIX [default: `store` of the spec]
    #[arg(
        long,
        value_name = "URL",
        env = "LINKWRIGHT_STORE",
        help_heading = "Store"
    )]
    pub store: Option<String>,
}

/// What `apply` does about other runs.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Leasing {
    /// Wait for so long for a cluster that another run writes to
    #[arg(
        long,
        value_name = "DURATION",
        value_parser = duration,
        default_value = "0s",
        help_heading = "Store"
    )]
    pub lease_timeout: Duration,
    /// Ask the run that writes to a cluster to finish what is in flight and stop
    #[arg(long, help_heading = "Store")]
    pub preempt: bool,
    /// Apply although the store does not answer, and record this reason: only to fail over, pause or
    /// reverse mirror topics
    #[arg(long, value_name = "REASON", value_parser = reason, help_heading = "Store")]
    pub without_lease: Option<String>,
}

fn reason(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("say why".to_owned()),
        text => Ok(text.to_owned()),
    }
}

/// Which store a command works on.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct OfStore {
    /// The store.
    #[command(flatten)]
    pub stored: Stored,
    /// Spec files, or folders with *.yaml and *.yml files, whose `store` is used [default: the working
    /// directory]
    #[arg(long, value_name = "PATH", help_heading = "Store")]
    pub spec: Vec<PathBuf>,
    /// What specs may do.
    #[command(flatten)]
    pub guard: Guarded,
    /// How the store's server is trusted.
    #[command(flatten)]
    pub authorities: Authorities,
    /// Less output.
    #[command(flatten)]
    pub quiet: Quiet,
}

impl OfStore {
    /// The flags that every command has.
    pub(in crate::cli) fn global(&self) -> Global {
        Global {
            stored: self.stored.clone(),
            guard: self.guard.clone(),
            connection: Connection {
                authorities: self.authorities.clone(),
                ..Connection::default()
            },
            quiet: self.quiet.clone(),
            ..Global::default()
        }
    }
}

/// How the content of a store is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StoreFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
}

/// `store`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Store {
    /// What to do.
    #[command(subcommand)]
    pub command: StoreCommand,
}

/// The commands of `store`.
#[derive(Clone, Debug, Subcommand)]
pub enum StoreCommand {
    /// Check whether the store can be trusted: it is tried whether conditional writes hold
    #[command(after_help = examples::STORE_CHECK)]
    Check(StoreCheck),
    /// Copy the records of runs without the store to it
    #[command(after_help = examples::STORE_PUSH)]
    Push(StorePush),
}

/// `store check`.
#[derive(Clone, Debug, ClapArgs)]
pub struct StoreCheck {
    /// Which store.
    #[command(flatten)]
    pub of: OfStore,
}

/// `store push`.
#[derive(Clone, Debug, ClapArgs)]
pub struct StorePush {
    /// Folder with the records that were kept [default: .linkwright/unsent]
    #[arg(
        long,
        value_name = "DIR",
        default_value = ".linkwright/unsent",
        hide_default_value = true
    )]
    pub from: PathBuf,
    /// Which store.
    #[command(flatten)]
    pub of: OfStore,
}

/// `lease`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Lease {
    /// What to do.
    #[command(subcommand)]
    pub command: LeaseCommand,
}

/// The commands of `lease`.
#[derive(Clone, Debug, Subcommand)]
pub enum LeaseCommand {
    /// List the clusters that a run writes to, and which run
    #[command(after_help = examples::LEASE_LIST)]
    List(LeaseList),
    /// Take the lease of a cluster from a run, which begins nothing more once it notices. The next run waits until that
    /// one has stopped, 80 s at most
    #[command(after_help = examples::LEASE_RELEASE)]
    Release(LeaseRelease),
}

/// `lease list`.
#[derive(Clone, Debug, ClapArgs)]
pub struct LeaseList {
    /// How to print the leases
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: StoreFormat,
    /// Which store.
    #[command(flatten)]
    pub of: OfStore,
}

/// `lease release`.
#[derive(Clone, Debug, ClapArgs)]
pub struct LeaseRelease {
    /// The id of the cluster
    #[arg(value_name = "CLUSTER")]
    pub cluster: String,
    /// Who holds it, as `lease list` shows it: the lease of anyone else is left alone
    #[arg(long, value_name = "ID")]
    pub holder: String,
    /// Which store.
    #[command(flatten)]
    pub of: OfStore,
}

/// `archive`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Archive {
    /// What to do.
    #[command(subcommand)]
    pub command: ArchiveCommand,
}

/// The commands of `archive`.
#[derive(Clone, Debug, Subcommand)]
pub enum ArchiveCommand {
    /// List the links whose history was kept before they were deleted
    #[command(after_help = examples::ARCHIVE_LIST)]
    List(KeptList),
    /// Show the history of one
    #[command(after_help = examples::ARCHIVE_SHOW)]
    Show(ShowKept),
}

/// `runs`.
#[derive(Clone, Debug, ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Runs {
    /// What to do; without it, list.
    #[command(subcommand)]
    pub command: Option<RunsCommand>,
    /// How to list.
    #[command(flatten)]
    pub list: RunsList,
}

/// The commands of `runs`.
#[derive(Clone, Debug, Subcommand)]
pub enum RunsCommand {
    /// List runs, the newest first
    #[command(after_help = examples::RUNS_LIST)]
    List(RunsList),
    /// Show one run: who, when, which commit and plan, and how it ended
    #[command(after_help = examples::RUNS_SHOW)]
    Show(RunsShow),
    /// Delete the records of runs that are older than this
    #[command(after_help = examples::RUNS_PRUNE)]
    Prune(RunsPrune),
}

/// `runs list`.
#[derive(Clone, Debug, ClapArgs)]
pub struct RunsList {
    /// How to list.
    #[command(flatten)]
    pub kept: KeptList,
    /// Also write the list as an HTML page to this file; the page loads nothing else
    #[arg(long, value_name = "FILE")]
    pub html_out: Option<PathBuf>,
}

/// `runs show`.
#[derive(Clone, Debug, ClapArgs)]
pub struct RunsShow {
    /// Which run, and how to print it.
    #[command(flatten)]
    pub kept: ShowKept,
    /// Also write the run as an HTML page to this file; the page loads nothing else
    #[arg(long, value_name = "FILE")]
    pub html_out: Option<PathBuf>,
}

/// `runs list`, `archive list`.
#[derive(Clone, Debug, ClapArgs)]
pub struct KeptList {
    /// How to print the list
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: StoreFormat,
    /// List at most so many, the newest
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    pub limit: usize,
    /// Which store.
    #[command(flatten)]
    pub of: OfStore,
}

/// `runs show`, `archive show`.
#[derive(Clone, Debug, ClapArgs)]
pub struct ShowKept {
    /// The id, as the list shows it
    #[arg(value_name = "ID")]
    pub id: String,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: StoreFormat,
    /// Which store.
    #[command(flatten)]
    pub of: OfStore,
}

/// `runs prune`.
#[derive(Clone, Debug, ClapArgs)]
pub struct RunsPrune {
    /// The age, such as 2160h
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub older_than: Duration,
    /// Which store.
    #[command(flatten)]
    pub of: OfStore,
}

impl Runs {
    /// How it is printed, where there is a choice.
    pub(super) fn output(&self) -> Option<StoreFormat> {
        match &self.command {
            None => Some(self.list.kept.output),
            Some(RunsCommand::List(args)) => Some(args.kept.output),
            Some(RunsCommand::Show(args)) => Some(args.kept.output),
            Some(RunsCommand::Prune(_)) => None,
        }
    }

    pub(super) fn of(&self) -> &OfStore {
        match &self.command {
            None => &self.list.kept.of,
            Some(RunsCommand::List(args)) => &args.kept.of,
            Some(RunsCommand::Show(args)) => &args.kept.of,
            Some(RunsCommand::Prune(args)) => &args.of,
        }
    }
}

impl Archive {
    /// How it is printed.
    pub(super) fn output(&self) -> StoreFormat {
        match &self.command {
            ArchiveCommand::List(args) => args.output,
            ArchiveCommand::Show(args) => args.output,
        }
    }

    pub(super) fn of(&self) -> &OfStore {
        match &self.command {
            ArchiveCommand::List(args) => &args.of,
            ArchiveCommand::Show(args) => &args.of,
        }
    }
}
