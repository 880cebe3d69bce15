//! The command line: [`Args`], data only.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValue;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use linkwright_sandbox::Sandbox as Simulated;

mod accept;
mod author;
mod drill;
mod environment;
mod observe;
mod planning;
mod saving;
mod snapshot;
mod spec;
mod store;
mod suggested;
mod test;
mod verbs;

pub use accept::{Accept, AcceptFormat, StoppedState};
pub use author::{Import, ImportTool, Init, Lsp, Template};
pub use drill::{Drill, DrillFormat};
pub use environment::Chosen;
pub use observe::{
    Drift, DriftFormat, LagLimit, NotifyFormat, SecretText, Status, StatusFormat, StatusSort,
};
pub use planning::{
    ARCHIVE, Apply, ApplyFormat, Approve, AutoApprove, LEDGER, Plan, Planning, Show, ShowFormat,
};
pub use saving::Saving;
pub use snapshot::{Recorded, Snapshot, Twin};
pub use spec::{DiagnosticFormat, Fmt, Permissions, PermissionsFormat, Render, Set, Validate};
pub use test::{Test, TestFormat};
pub use verbs::{Acting, Failover, OnMirrors, Switchover};

pub use store::{
    Archive, ArchiveCommand, KeptList, Lease, LeaseCommand, LeaseList, LeaseRelease, Leasing,
    OfStore, Runs, RunsCommand, RunsList, RunsPrune, RunsShow, ShowKept, Store, StoreCheck,
    StoreCommand, StoreFormat, StorePush, Stored,
};
use suggested::Suggested;

use super::examples;
use crate::report::{PlanFormat, words};
use crate::validate;

/// Manage Confluent Cluster Linking as code.
///
/// YAML files declare cluster links, mirror topics, filters and sync settings. Linkwright compares
/// them with the live clusters, shows the operations that are needed, and applies them safely.
#[derive(Clone, Debug, Parser)]
#[command(name = "linkwright", version, max_term_width = 100, after_help = examples::ALL)]
pub struct Args {
    /// The command to run.
    #[command(subcommand)]
    pub command: Command,
}

impl Args {
    /// Whether what the command prints is one JSON document, however it ends.
    #[must_use]
    pub fn is_one_document(&self) -> bool {
        match &self.command {
            Command::Validate(args) => args.output == DiagnosticFormat::Json,
            Command::Plan(args) => args.output == PlanFormat::Json && args.why.is_none(),
            Command::Show(args) => args.output == ShowFormat::Json,
            Command::Drift(args) => args.output == DriftFormat::Json,
            Command::Status(args) => args.output == StatusFormat::Json,
            Command::Drill(args) => args.output == DrillFormat::Json,
            Command::Permissions(args) => args.output == PermissionsFormat::Json,
            Command::Accept(args) => args.output == AcceptFormat::Json,
            Command::Lease(Lease {
                command: LeaseCommand::List(args),
            }) => args.output == StoreFormat::Json,
            Command::Runs(args) => args.output() == Some(StoreFormat::Json),
            Command::Archive(args) => args.output() == StoreFormat::Json,
            // One event a line.
            Command::Apply(_)
            | Command::Failover(_)
            | Command::Promote(_)
            | Command::Pause(_)
            | Command::Resume(_)
            | Command::Switchover(_)
            | Command::Lease(_)
            | Command::Store(_)
            | Command::Approve(_)
            | Command::Export(_)
            | Command::Snapshot(_)
            | Command::Twin(_)
            | Command::Test(_)
            | Command::Import(_)
            | Command::Render(_)
            | Command::Fmt(_)
            | Command::Set(_)
            | Command::Sandbox(_)
            | Command::Init(_)
            | Command::Lsp(_)
            | Command::Schema(_)
            | Command::Explain(_)
            | Command::Completions(_)
            | Command::Man(_) => false,
        }
    }

    /// The flags that several commands have. A flag that this command does not have is at its default.
    #[must_use]
    pub fn global(&self) -> Global {
        match &self.command {
            Command::Plan(Plan {
                recorded, global, ..
            })
            | Command::Drift(Drift {
                recorded, global, ..
            })
            | Command::Status(Status {
                recorded, global, ..
            }) => Global {
                from: recorded.from.clone(),
                ..global.clone()
            },
            Command::Apply(Apply { global, .. })
            | Command::Snapshot(Snapshot { global, .. })
            | Command::Drill(Drill { global, .. })
            | Command::Accept(Accept { global, .. }) => global.clone(),
            Command::Failover(Failover { acting, .. })
            | Command::Promote(OnMirrors { acting, .. })
            | Command::Pause(OnMirrors { acting, .. })
            | Command::Resume(OnMirrors { acting, .. })
            | Command::Switchover(Switchover { acting, .. }) => acting.global.clone(),
            Command::Show(args) => Global {
                color: args.color.clone(),
                symbols: args.symbols.clone(),
                quiet: args.quiet.clone(),
                ..Global::default()
            },
            Command::Export(args) => Global {
                chosen: args.chosen.clone(),
                connection: args.connection.clone(),
                guard: args.guard.clone(),
                color: args.color.clone(),
                quiet: args.quiet.clone(),
                verbose: args.verbose.clone(),
                ..Global::default()
            },
            Command::Import(args) => Global {
                connection: args.connection.clone(),
                color: args.color.clone(),
                quiet: args.quiet.clone(),
                verbose: args.verbose.clone(),
                ..Global::default()
            },
            Command::Sandbox(args) => Global {
                color: args.color.clone(),
                quiet: args.quiet.clone(),
                verbose: args.verbose.clone(),
                ..Global::default()
            },
            Command::Render(args) => Global {
                chosen: args.chosen.clone(),
                guard: args.guard.clone(),
                color: args.color.clone(),
                quiet: args.quiet.clone(),
                ..Global::default()
            },
            Command::Validate(Validate {
                chosen,
                guard,
                color,
                quiet,
                ..
            })
            | Command::Permissions(Permissions {
                chosen,
                guard,
                color,
                quiet,
                ..
            }) => Global {
                chosen: chosen.clone(),
                guard: guard.clone(),
                color: color.clone(),
                quiet: quiet.clone(),
                ..Global::default()
            },
            Command::Fmt(Fmt { color, quiet, .. }) | Command::Set(Set { color, quiet, .. }) => {
                Global {
                    color: color.clone(),
                    quiet: quiet.clone(),
                    ..Global::default()
                }
            }
            Command::Init(Init {
                connection, quiet, ..
            }) => Global {
                connection: connection.clone(),
                quiet: quiet.clone(),
                ..Global::default()
            },
            Command::Test(Test { color, quiet, .. }) => Global {
                color: color.clone(),
                quiet: quiet.clone(),
                ..Global::default()
            },
            Command::Man(Man { quiet, .. })
            | Command::Twin(Twin { quiet, .. })
            | Command::Approve(Approve { quiet, .. }) => Global {
                quiet: quiet.clone(),
                ..Global::default()
            },
            Command::Store(Store { command }) => {
                let of = match command {
                    StoreCommand::Check(args) => &args.of,
                    StoreCommand::Push(args) => &args.of,
                };
                of.global()
            }
            Command::Lease(Lease { command }) => {
                let of = match command {
                    LeaseCommand::List(args) => &args.of,
                    LeaseCommand::Release(args) => &args.of,
                };
                of.global()
            }
            Command::Runs(args) => args.of().global(),
            Command::Archive(args) => args.of().global(),
            Command::Lsp(_)
            | Command::Schema(_)
            | Command::Explain(_)
            | Command::Completions(_) => Global::default(),
        }
    }
}

/// Flags of the commands that read live clusters and show them.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Global {
    /// Which environment.
    #[command(flatten)]
    pub chosen: Chosen,
    /// Which clusters.
    #[command(flatten)]
    pub connection: Connection,
    /// What specs may do.
    #[command(flatten)]
    pub guard: Guarded,
    /// The shared store.
    #[command(flatten)]
    pub stored: Stored,
    /// Colours.
    #[command(flatten)]
    pub color: Color,
    /// Marks.
    #[command(flatten)]
    pub symbols: Symbols,
    /// Less output.
    #[command(flatten)]
    pub quiet: Quiet,
    /// More output.
    #[command(flatten)]
    pub verbose: Verbose,
    /// End the whole run after this time, whatever is still waited for [default: no limit]
    #[arg(
        long,
        value_name = "DURATION",
        value_parser = duration,
        help_heading = "Connection"
    )]
    pub timeout: Option<Duration>,
    /// The snapshot that is read in place of clusters. Only the commands that can have this flag.
    #[arg(skip)]
    pub from: Option<PathBuf>,
    /// Simulated clusters that live longer than the command. Only those of a scenario.
    #[arg(skip)]
    pub simulated: Option<Simulated>,
}

/// Flags that say which clusters are called, and how they are trusted.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Connection {
    /// Use simulated clusters instead of real ones. They run inside this process and start from this
    /// world file. Every declared cluster is looked up there by its id
    #[arg(long, value_name = "WORLD", help_heading = "Sandbox")]
    pub sandbox: Option<PathBuf>,
    /// Keep the state of the simulated clusters in this file between runs [default: WORLD with the
    /// extension .state.json]
    #[arg(
        long,
        value_name = "FILE",
        requires = "sandbox",
        help_heading = "Sandbox"
    )]
    pub sandbox_state: Option<PathBuf>,
    /// How servers are trusted.
    #[command(flatten)]
    pub authorities: Authorities,
}

/// Flags that say which certificate authorities are trusted.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Authorities {
    /// Trust only the certificate authorities in this PEM file for clusters; for OAuth identity
    /// providers and the shared store, trust them in addition to the system's
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "ca_append",
        help_heading = "Connection"
    )]
    pub ca_file: Option<PathBuf>,
    /// Trust the certificate authorities in this PEM file in addition to the system's
    #[arg(long, value_name = "FILE", help_heading = "Connection")]
    pub ca_append: Option<PathBuf>,
}

/// `--guard`.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Guarded {
    /// Permit specs only what this guard file lists: clusters, addresses, environment variables, files and
    /// allowances. It must come from where a pull request cannot change it
    #[arg(
        long,
        value_name = "FILE",
        env = "LINKWRIGHT_GUARD",
        help_heading = "Connection"
    )]
    pub guard: Option<PathBuf>,
}

/// `--color`.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Color {
    /// When to use colours
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        help_heading = "Output"
    )]
    pub color: When,
}

/// `--symbols`.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Symbols {
    /// How operations are marked in text output; `words` suits screen readers
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "KIND",
        env = "LINKWRIGHT_SYMBOLS",
        help_heading = "Output"
    )]
    pub symbols: Marks,
}

/// `--quiet`.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Quiet {
    /// Print only results and errors
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
}

/// `--verbose`.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Verbose {
    /// Print more on stderr; -vv prints every request
    #[arg(short, long, action = clap::ArgAction::Count, conflicts_with = "quiet", help_heading = "Output")]
    pub verbose: u8,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How operations are marked in text output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Marks {
    /// Signs, as the locale allows.
    #[default]
    Auto,
    /// Signs such as ⇑ and ⏸.
    Unicode,
    /// Signs that every terminal has; everything else is ASCII too.
    Ascii,
    /// No signs and no drawn lines: words alone.
    Words,
}

/// The commands.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Check specs without network access
    #[command(after_help = examples::VALIDATE)]
    Validate(Validate),
    /// Print the spec as one file, with its environment applied and its variables replaced
    #[command(after_help = examples::RENDER)]
    Render(Render),
    /// Rewrite specs in the canonical layout; comments stay
    #[command(after_help = examples::FMT)]
    Fmt(Fmt),
    /// Change values of a spec, and show what else that changes
    #[command(after_help = examples::SET)]
    Set(Set),
    /// Show the operations that make live clusters match the spec, with order, reasons and risks
    #[command(after_help = examples::PLAN)]
    Plan(Plan),
    /// Show a saved plan without network access: what it does, where it is from and what it needs
    #[command(after_help = examples::SHOW)]
    Show(Show),
    /// Approve a saved plan: sign what it does, where, and what it may
    #[command(after_help = examples::APPROVE)]
    Approve(Approve),
    /// Apply a plan: exactly what was reviewed, or nothing
    #[command(after_help = examples::APPLY)]
    Apply(Apply),
    /// Make mirror topics writable at once, with what has been copied: the spec, a plan and its apply in one
    #[command(after_help = examples::FAILOVER)]
    Failover(Failover),
    /// Make mirror topics writable after everything has been copied: the spec, a plan and its apply in one
    #[command(after_help = examples::PROMOTE)]
    Promote(OnMirrors),
    /// Pause mirror topics: the spec, a plan and its apply in one
    #[command(after_help = examples::PAUSE)]
    Pause(OnMirrors),
    /// Resume paused mirror topics: the spec, a plan and its apply in one
    #[command(after_help = examples::RESUME)]
    Resume(OnMirrors),
    /// Change the direction of a bidirectional link without loss: the spec, a plan and its apply in one
    #[command(after_help = examples::SWITCHOVER)]
    Switchover(Switchover),
    /// Detect drift between live clusters and the spec
    #[command(after_help = examples::DRIFT)]
    Drift(Drift),
    /// Declare what is live: change the spec so that deviations are no longer any
    #[command(after_help = examples::ACCEPT)]
    Accept(Accept),
    /// Show live state: links, tasks, mirror topics, lag
    #[command(after_help = examples::STATUS)]
    Status(Status),
    /// Keep what the clusters say in a file, from which `plan`, `drift` and `status` can read without network
    /// access
    #[command(after_help = examples::SNAPSHOT)]
    Snapshot(Snapshot),
    /// Write a sandbox world that is as the clusters of a snapshot were, to rehearse on
    #[command(after_help = examples::TWIN)]
    Twin(Twin),
    /// Drill a failover without doing it: its plan, what would be lost, how long it would take, who must act,
    /// and the objectives of the spec
    #[command(after_help = examples::DRILL)]
    Drill(Drill),
    /// Run scenarios on simulated clusters: what is given, what is done, what is expected
    #[command(after_help = examples::TEST)]
    Test(Test),
    /// Write specs for an existing deployment
    #[command(after_help = examples::EXPORT)]
    Export(Export),
    /// Write specs for what files of Terraform, of Confluent for Kubernetes or of scripts say, and a guide to
    /// hand over
    #[command(after_help = examples::IMPORT)]
    Import(Import),
    /// List the ACLs and roles that a spec's links and jobs need, without network access
    #[command(after_help = examples::PERMISSIONS)]
    Permissions(Permissions),
    /// Check the shared store, and copy records to it
    #[command(after_help = examples::STORE)]
    Store(Store),
    /// Show which runs write to which clusters, and release the lease of one that has died
    #[command(after_help = examples::LEASE)]
    Lease(Lease),
    /// Show what earlier runs did
    #[command(after_help = examples::RUNS)]
    Runs(Runs),
    /// Show the history of links that were deleted
    #[command(after_help = examples::ARCHIVE)]
    Archive(Archive),
    /// Serve simulated clusters over HTTP
    #[command(after_help = examples::SANDBOX)]
    Sandbox(Sandbox),
    /// Write a commented spec to start from
    #[command(after_help = examples::INIT)]
    Init(Init),
    /// Check and complete specs in an editor: a language server over stdin and stdout, which the editor starts
    #[command(after_help = examples::LSP)]
    Lsp(Lsp),
    /// Print a JSON Schema
    #[command(after_help = examples::SCHEMA)]
    Schema(Schema),
    /// Explain a code such as LW017, with an example and its fix
    #[command(after_help = examples::EXPLAIN)]
    Explain(Explain),
    /// Print a shell completion script
    #[command(after_help = examples::COMPLETIONS)]
    Completions(Completions),
    /// Write the manual pages
    #[command(hide = true, after_help = examples::MAN)]
    Man(Man),
}

/// Where the specs are.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Paths {
    /// Spec files, or folders with *.yaml and *.yml files; together they are one spec [default: the
    /// working directory]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// A code in any spelling: whether there is one, `explain` says.
fn code(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

/// Every code, for shells to complete.
pub(super) fn codes() -> Vec<PossibleValue> {
    let rules = validate::RULES.iter().map(|rule| rule.code.0);
    let others = words::explanations().map(|explanation| explanation.code);
    rules.chain(others).map(PossibleValue::new).collect()
}

/// A length of time with its unit.
/// Which earlier read shows how fast mirror topics copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// One of the same run, so long ago.
    After(Duration),
    /// That of the last run with `--record`.
    Last,
}

fn sampling(text: &str) -> Result<Sampling, String> {
    match text {
        "last" => Ok(Sampling::Last),
        _ => duration(text)
            .map(Sampling::After)
            .map_err(|_| "expected a duration with its unit, such as 30s, or `last`".to_owned()),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    text.parse::<jiff::SignedDuration>()
        .ok()
        .and_then(|duration| Duration::try_from(duration).ok())
        .ok_or_else(|| "expected a duration with its unit, such as 30s or 10m".to_owned())
}

/// `export`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Export {
    /// Specs whose clusters to export [default: the working directory, unless --cluster is given]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// A cluster to export, under a name that you choose. ENDPOINT is its REST endpoint; its id is read
    /// from there. With --sandbox, ENDPOINT is an id or a name of the world
    #[arg(long, value_name = "NAME=ENDPOINT", value_parser = pair)]
    pub cluster: Vec<(String, String)>,
    /// Where to read the API key or user name for a --cluster: ${env:NAME} or ${file:PATH}, never the
    /// key itself. Without NAME= it applies to every --cluster [default: ${env:NAME_API_KEY}]
    #[arg(long, value_name = "[NAME=]REFERENCE")]
    pub api_key: Vec<String>,
    /// Where to read the API secret or password for a --cluster [default: ${env:NAME_API_SECRET}]
    #[arg(long, value_name = "[NAME=]REFERENCE")]
    pub api_secret: Vec<String>,
    /// Call the REST API of every --cluster without authentication
    #[arg(long, conflicts_with_all = ["api_key", "api_secret"])]
    pub no_sign_in: bool,
    /// Write one file for each cluster and link to this folder; a path that ends in .yaml or .yml is
    /// written as one file [default: stdout]
    #[arg(long, value_name = "DIR")]
    pub out_dir: Option<PathBuf>,
    /// Export only what the specs do not declare, to new files next to them; existing files are not
    /// changed
    #[arg(long, conflicts_with = "force")]
    pub merge: bool,
    /// Replace existing files
    #[arg(long, requires = "out_dir")]
    pub force: bool,
    /// Which environment.
    #[command(flatten)]
    pub chosen: Chosen,
    /// Which clusters.
    #[command(flatten)]
    pub connection: Connection,
    /// What specs may do.
    #[command(flatten)]
    pub guard: Guarded,
    /// Colours.
    #[command(flatten)]
    pub color: Color,
    /// Less output.
    #[command(flatten)]
    pub quiet: Quiet,
    /// More output.
    #[command(flatten)]
    pub verbose: Verbose,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, rest)) if !name.is_empty() && !rest.is_empty() => {
            Ok((name.to_owned(), rest.to_owned()))
        }
        _ => Err(
            "expected NAME=ENDPOINT, such as west=https://pkc-1.us-west-2.aws.confluent.cloud"
                .to_owned(),
        ),
    }
}

/// `CLUSTER=ADDR`.
fn cluster_address(text: &str) -> Result<(String, std::net::SocketAddr), String> {
    text.split_once('=')
        .filter(|(cluster, _)| !cluster.is_empty())
        .and_then(|(cluster, address)| Some((cluster.to_owned(), address.parse().ok()?)))
        .ok_or_else(|| "expected CLUSTER=ADDR, such as west=127.0.0.1:8091".to_owned())
}

/// `sandbox`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Sandbox {
    /// The world file
    #[arg(value_name = "WORLD")]
    pub world: PathBuf,
    /// Address that serves all clusters
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
    pub listen: std::net::SocketAddr,
    /// Also serve a cluster at its own address, like a separate server; may be repeated. CLUSTER is an
    /// id or a name of the world
    #[arg(long = "cluster", value_name = "CLUSTER=ADDR", value_parser = cluster_address)]
    pub clusters: Vec<(String, std::net::SocketAddr)>,
    /// Continue from the state in this file, if it exists, and save the state there at exit
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Colours.
    #[command(flatten)]
    pub color: Color,
    /// Less output.
    #[command(flatten)]
    pub quiet: Quiet,
    /// More output.
    #[command(flatten)]
    pub verbose: Verbose,
}

/// `schema`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Schema {
    /// What the schema describes
    #[arg(value_enum, default_value_t, value_name = "OF")]
    pub of: SchemaOf,
}

/// The schemas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// The spec.
    #[default]
    Spec,
    /// An environment: a file `environments/NAME.yaml`.
    Environment,
    /// The guard file that `--guard` reads.
    Guard,
    /// `plan -o json`, and the plan that `plan --out` saves.
    Plan,
    /// One line of `apply -o json`.
    Events,
    /// `drift -o json`.
    Drift,
    /// `drill -o json`, and the file that `drill --out` saves.
    Drill,
    /// What `drift --notify` posts.
    Notification,
    /// `status -o json`.
    Status,
    /// `accept -o json`.
    Accept,
    /// `permissions -o json`.
    Permissions,
    /// The file that `snapshot` writes.
    Snapshot,
    /// `lease list -o json`.
    Leases,
    /// `runs list -o json`.
    Runs,
    /// `runs show ID -o json`.
    Run,
    /// `archive list -o json`.
    Archives,
    /// The world file of the sandbox.
    World,
    /// A scenario file of `test`.
    Scenario,
}

/// `explain`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Explain {
    /// A code such as LW017; without it, list all codes
    #[arg(value_name = "CODE", value_parser = Suggested(codes, code), hide_possible_values = true)]
    pub code: Option<String>,
}

/// `completions`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Completions {
    /// The shell
    #[arg(
        value_enum,
        value_name = "SHELL",
        required_unless_present = "addresses"
    )]
    pub shell: Option<clap_complete::Shell>,
    /// Print the addresses of the specs in the working directory, one a line: what the scripts call
    #[arg(long, hide = true, conflicts_with = "shell")]
    pub addresses: bool,
}

/// `man`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Man {
    /// Folder to write the pages to; it is created if it does not exist
    #[arg(long, value_name = "DIR")]
    pub out_dir: PathBuf,
    /// Less output.
    #[command(flatten)]
    pub quiet: Quiet,
}
