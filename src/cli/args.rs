//! The command line: [`Args`], data only.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::address::Address;
use crate::drift::DriftClass;
use crate::plan::Allow;

/// Keeps Confluent Cluster Linking as code.
///
/// YAML files say which cluster links, mirror topics, filters and sync settings should exist.
/// Linkwright shows what would make them so, and does it safely.
#[derive(Clone, Debug, Parser)]
#[command(name = "linkwright", version, max_term_width = 100, after_help = AFTER_HELP)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
}

const AFTER_HELP: &str = "\
Exit codes: 0 done · 1 failed · 2 changes or drift · 3 refused · 4 stale · 5 partial · 6 timed out ·
64 usage or invalid spec · 130 interrupted";

/// Options of every command.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Global {
    /// Use simulated clusters, started inside this process from a world file, instead of the real
    /// ones. Every declared cluster is found there by its id
    #[arg(long, global = true, value_name = "WORLD", help_heading = "Sandbox")]
    pub sandbox: Option<PathBuf>,
    /// Where the simulated clusters keep their state between runs [default: WORLD with the ending
    /// .state.json]
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        requires = "sandbox",
        help_heading = "Sandbox"
    )]
    pub sandbox_state: Option<PathBuf>,
    /// Trust only the certificate authorities of this PEM file at clusters; at an OAuth identity
    /// provider, trust them beside the system's
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        conflicts_with = "ca_append",
        help_heading = "Connection"
    )]
    pub ca_file: Option<PathBuf>,
    /// Trust the certificate authorities of this PEM file beside the system's
    #[arg(long, global = true, value_name = "FILE", help_heading = "Connection")]
    pub ca_append: Option<PathBuf>,
    /// When to use colours
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        help_heading = "Output"
    )]
    pub color: When,
    /// What marks an operation in a page for people; `words` is for screen readers
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "KIND",
        env = "LINKWRIGHT_SYMBOLS",
        help_heading = "Output"
    )]
    pub symbols: Marks,
    /// Say less on stderr
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        help_heading = "Output"
    )]
    pub quiet: bool,
    /// Say more on stderr; twice for every request
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Output")]
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

/// What marks an operation in a page for people.
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
    /// Check specs without any network
    Validate(Validate),
    /// Show what would be done, in which order, why, and what it risks
    Plan(Plan),
    /// Do it: exactly what was planned, or nothing
    Apply(Apply),
    /// Tell where the world has moved away from the spec, for a schedule
    Drift(Drift),
    /// Show the live picture: links, tasks, mirror topics, lag
    Status(Status),
    /// Write specs for what is live, to take over an estate that is there
    Export(Export),
    /// Serve simulated clusters over HTTP
    Sandbox(Sandbox),
    /// Write a commented spec to start from
    Init(Init),
    /// Print a JSON Schema
    Schema(Schema),
    /// Tell what a code such as LW017 means, with an example and its mend
    Explain(Explain),
    /// Print a completion script
    Completions(Completions),
    /// Write the manual pages
    #[command(hide = true)]
    Man(Man),
}

/// Where the specs are.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Paths {
    /// Files, or folders whose *.yaml and *.yml files are read; all make one spec together [default:
    /// the working directory]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// `validate`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Validate {
    /// The specs.
    #[command(flatten)]
    pub paths: Paths,
    /// How to print diagnostics
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: DiagnosticFormat,
    /// Also check that every ${env:…} and ${file:…} is there
    #[arg(long)]
    pub references: bool,
}

/// How diagnostics are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DiagnosticFormat {
    /// For people, with snippets.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// GitHub workflow commands.
    Github,
}

/// What plan and apply have in common.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Planning {
    /// Allow operations of these risks (reversible, disruptive, irreversible, data-loss) beside those
    /// that the policy allows; blast-radius lifts the policy's bound
    #[arg(long, value_name = "RISK", value_delimiter = ',', value_parser = allow)]
    pub allow: Vec<Allow>,
    /// Write the credentials of this link anew
    #[arg(long, value_name = "LINK")]
    pub rotate: Vec<String>,
    /// Where the generations of credentials that were written last are kept; it holds no secret, and
    /// without it a raised `generation` rotates nothing
    #[arg(long, value_name = "FILE", default_value = ".linkwright/ledger.json")]
    pub ledger: PathBuf,
    /// Only these addresses, all that is under them, and what that waits for: CLUSTER, CLUSTER/LINK or
    /// CLUSTER/LINK/TOPIC
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',', value_parser = address)]
    pub target: Vec<Address>,
}

fn allow(word: &str) -> Result<Allow, String> {
    Allow::from_word(word).ok_or_else(|| {
        "expected reversible, disruptive, irreversible, data-loss or blast-radius".to_owned()
    })
}

fn address(text: &str) -> Result<Address, String> {
    Address::parse(text)
        .ok_or_else(|| "expected CLUSTER, CLUSTER/LINK or CLUSTER/LINK/TOPIC".to_owned())
}

/// `plan`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Plan {
    /// The specs.
    #[command(flatten)]
    pub paths: Paths,
    /// What is allowed.
    #[command(flatten)]
    pub planning: Planning,
    /// Exit with 2 when there are changes, with 0 when there are none
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// How to print the plan
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: PlanFormat,
    /// Tell why this operation is planned and what it waits for: CLUSTER/LINK or CLUSTER/LINK/TOPIC
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub why: Option<Address>,
    /// Send every operation that is allowed and can be rehearsed with `validate_only`, and show what the
    /// server says
    #[arg(long)]
    pub rehearse: bool,
    /// List every operation instead of collapsing long lists
    #[arg(long)]
    pub all: bool,
    /// Save the plan, for `apply --plan`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Also write the plan as JSON
    #[arg(long, value_name = "FILE")]
    pub json_into: Option<PathBuf>,
    /// Also write the plan as Markdown
    #[arg(long, value_name = "FILE")]
    pub markdown_into: Option<PathBuf>,
    /// Also write the plan as a page for a browser: one file that loads nothing
    #[arg(long, value_name = "FILE")]
    pub html_into: Option<PathBuf>,
}

/// How a plan is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// Markdown for a pull-request comment.
    Markdown,
    /// A graph for Graphviz.
    Dot,
    /// A graph for Mermaid.
    Mermaid,
    /// A picture that stands alone.
    Svg,
}

/// `apply`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Apply {
    /// The specs.
    #[command(flatten)]
    pub paths: Paths,
    /// What is allowed.
    #[command(flatten)]
    pub planning: Planning,
    /// Apply this saved plan, if it still holds. It knows the --target and --rotate it was made with;
    /// --allow must be given again
    #[arg(long, value_name = "FILE", conflicts_with_all = ["target", "rotate"])]
    pub plan: Option<PathBuf>,
    /// Do not ask before acting
    #[arg(long)]
    pub auto_approve: bool,
    /// Run every guard and rehearsal, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How to print progress and outcome
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: ApplyFormat,
    /// Keep a JSON report of the run here; it is replaced after every outcome
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Where the history of a link is archived before the link is deleted
    #[arg(long, value_name = "DIR", default_value = "linkwright-archive")]
    pub archive: PathBuf,
}

/// How apply prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ApplyFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON event a line.
    Json,
}

/// `drift`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Drift {
    /// The specs.
    #[command(flatten)]
    pub paths: Paths,
    /// Exit with 2 only for findings of these classes: health, config, state, missing, unmanaged,
    /// expected [default: all but expected]
    #[arg(long, value_name = "CLASS", value_delimiter = ',', value_parser = class)]
    pub fail_on: Vec<DriftClass>,
    /// A mirror topic with more lag than this, in messages, is not healthy
    #[arg(long, value_name = "MESSAGES")]
    pub max_lag: Option<u64>,
    /// A mirror topic that has been in a passing status for longer than this, such as 10m, is not
    /// healthy
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub max_pending: Option<Duration>,
    /// How to print what was found
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: DriftFormat,
    /// List every name instead of the first ones
    #[arg(long)]
    pub all: bool,
    /// Also write it as JSON
    #[arg(long, value_name = "FILE")]
    pub json_into: Option<PathBuf>,
    /// Also write it as Markdown
    #[arg(long, value_name = "FILE")]
    pub markdown_into: Option<PathBuf>,
    /// Also write it as a page for a browser: one file that loads nothing
    #[arg(long, value_name = "FILE")]
    pub html_into: Option<PathBuf>,
    /// Also write metrics for a collector of Prometheus text files; the file is replaced at once
    #[arg(long, value_name = "FILE")]
    pub metrics_file: Option<PathBuf>,
    /// Tell what is new and what has gone since this report, which an earlier run wrote with
    /// --json-into. It need not exist yet, and it may be the file that --json-into replaces
    #[arg(long, value_name = "FILE")]
    pub since: Option<PathBuf>,
    /// Post what is new to this webhook, if there is anything new. Its URL is a secret: give a
    /// reference, '${env:NAME}' or '${file:PATH}'
    #[arg(long, value_name = "URL")]
    pub notify: Option<SecretText>,
    /// What the webhook takes
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        requires = "notify"
    )]
    pub notify_format: NotifyFormat,
}

/// An argument that may hold a secret: it never prints.
#[derive(Clone)]
pub struct SecretText(String);

impl SecretText {
    /// The text as it was given.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretText(***)")
    }
}

/// What a webhook is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum NotifyFormat {
    /// One JSON document; `linkwright schema notification` describes it.
    #[default]
    Json,
    /// A message for Slack, Mattermost and others that take Slack's form.
    Slack,
}

fn class(word: &str) -> Result<DriftClass, String> {
    DriftClass::from_word(word).ok_or_else(|| {
        "expected health, config, state, missing, unmanaged, expected or information".to_owned()
    })
}

fn duration(text: &str) -> Result<Duration, String> {
    text.parse::<jiff::SignedDuration>()
        .ok()
        .and_then(|duration| Duration::try_from(duration).ok())
        .ok_or_else(|| "expected a duration with its unit, such as 30s or 10m".to_owned())
}

/// How drift is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DriftFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// Markdown.
    Markdown,
    /// SARIF 2.1.0, anchored to the spec's lines.
    Sarif,
    /// JUnit XML.
    Junit,
}

/// `status`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Status {
    /// Files and folders of specs, as everywhere, and at most one LINK or CLUSTER/LINK to show in
    /// depth, with what to do about its troubles
    #[arg(value_name = "PATH|LINK")]
    pub paths: Vec<PathBuf>,
    /// Show this link in depth, whatever files there are
    #[arg(long, value_name = "LINK", conflicts_with = "mirrors")]
    pub link: Option<String>,
    /// Show every mirror topic
    #[arg(long)]
    pub mirrors: bool,
    /// Look again and again, and redraw the page; ctrl-C ends it
    #[arg(long)]
    pub watch: bool,
    /// How long to wait between two looks
    #[arg(long, value_name = "DURATION", value_parser = interval, default_value = "5s", requires = "watch")]
    pub interval: Duration,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: StatusFormat,
}

/// Servers are not to be asked more often than every second.
fn interval(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        short if short < Duration::from_secs(1) => Err("expected at least 1s".to_owned()),
        interval => Ok(interval),
    }
}

/// How status is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StatusFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
}

/// `export`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Export {
    /// Specs whose clusters to export [default: the working directory, unless --cluster is given]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// A cluster to export, under a name of your own. ENDPOINT is its REST endpoint; its id is asked
    /// for there. With --sandbox, ENDPOINT is an id or a name of the world
    #[arg(long, value_name = "NAME=ENDPOINT", value_parser = pair)]
    pub cluster: Vec<(String, String)>,
    /// Where the API key or user name for a --cluster is found: ${env:NAME} or ${file:PATH}, never
    /// the key itself. Without NAME= for every --cluster [default: ${env:NAME_API_KEY}]
    #[arg(long, value_name = "[NAME=]REFERENCE")]
    pub api_key: Vec<String>,
    /// Where the API secret or password for a --cluster is found [default: ${env:NAME_API_SECRET}]
    #[arg(long, value_name = "[NAME=]REFERENCE")]
    pub api_secret: Vec<String>,
    /// Call the REST API of every --cluster without signing in
    #[arg(long, conflicts_with_all = ["api_key", "api_secret"])]
    pub no_sign_in: bool,
    /// Write to this file (*.yaml, *.yml), or a file for each link into this folder [default:
    /// standard output]
    #[arg(long, value_name = "FILE|DIR")]
    pub into: Option<PathBuf>,
    /// Export only what the specs do not declare, into new files next to them; no file is changed
    #[arg(long, conflicts_with = "force")]
    pub merge: bool,
    /// Replace files that exist
    #[arg(long, requires = "into")]
    pub force: bool,
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
    /// Where to serve all clusters
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
    pub listen: std::net::SocketAddr,
    /// Serve a cluster at an address of its own too, as a server of its own would be; may be repeated.
    /// CLUSTER is an id or a name of the world
    #[arg(long = "cluster", value_name = "CLUSTER=ADDR", value_parser = cluster_address)]
    pub clusters: Vec<(String, std::net::SocketAddr)>,
    /// Go on from the state in this file, if it exists, and keep the state there on the way out
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
}

/// `init`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Init {
    /// The file to write; it must not exist
    #[arg(value_name = "FILE", default_value = "linkwright.yaml")]
    pub file: PathBuf,
}

/// `schema`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Schema {
    /// Of what
    #[arg(value_enum, default_value_t, value_name = "OF")]
    pub of: SchemaOf,
}

/// The schemas there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// The spec.
    #[default]
    Spec,
    /// `plan -o json`, and the plan that `plan --out` saves.
    Plan,
    /// One line of `apply -o json`.
    Events,
    /// `drift -o json`.
    Drift,
    /// What `drift --notify` posts.
    Notification,
    /// `status -o json`.
    Status,
    /// The world file of the sandbox.
    World,
}

/// `explain`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Explain {
    /// A code such as LW017; without it, all codes are listed
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

/// `completions`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Completions {
    /// For which shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// `man`.
#[derive(Clone, Debug, ClapArgs)]
pub struct Man {
    /// The folder to write them to; it is made when it is missing
    #[arg(long, value_name = "DIR")]
    pub into: PathBuf,
}
