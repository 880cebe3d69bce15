//! The arguments of the commands that only read live state: `drift` and `status`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args as ClapArgs, ValueEnum};

use super::{Global, Paths, Recorded, Sampling, duration, sampling};
use crate::catalog::filters::NamePattern;
use crate::drift::DriftClass;
use crate::live::MirrorStatus;

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
    /// Report a mirror topic as unhealthy if its lag is above this number of messages or, with --sample, if it
    /// does not catch up within a time such as 5m
    #[arg(long, value_name = "MESSAGES|DURATION", value_delimiter = ',', value_parser = lag_limit)]
    pub max_lag: Vec<LagLimit>,
    /// Read mirror topics a second time after this long, such as 10s: a mirror topic that has fetched in
    /// between has a known lag. With `last` how fast they copy is estimated from the last run with --record
    #[arg(long, value_name = "DURATION|last", value_parser = sampling)]
    pub sample: Option<Sampling>,
    /// Report a mirror topic as unhealthy if it is in a transitional status for longer than this, such
    /// as 10m
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub max_pending: Option<Duration>,
    /// How to print the findings
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: DriftFormat,
    /// List every name; do not shorten long lists
    #[arg(long)]
    pub all: bool,
    /// Also write the findings as JSON to this file
    #[arg(long, value_name = "FILE")]
    pub json_out: Option<PathBuf>,
    /// Also write the findings as Markdown to this file
    #[arg(long, value_name = "FILE")]
    pub markdown_out: Option<PathBuf>,
    /// Also write the findings as an HTML page to this file; the page loads nothing else
    #[arg(long, value_name = "FILE")]
    pub html_out: Option<PathBuf>,
    /// Also write metrics to this file, in the Prometheus text format; the file is replaced atomically
    #[arg(long, value_name = "FILE")]
    pub metrics_file: Option<PathBuf>,
    /// Report what is new and what has gone since this report, which an earlier run wrote with
    /// --json-out. The file need not exist yet, and --json-out may replace it. `last` is the last run of the
    /// same paths, environment and clusters that was recorded in the shared store (--record)
    #[arg(long, value_name = "FILE|last")]
    pub since: Option<PathBuf>,
    /// Record this run in the shared store, below runs/read/
    #[arg(long, conflicts_with = "from", help_heading = "Store")]
    pub record: bool,
    /// Post new findings, if there are any, to this webhook. Its URL is a secret: pass a reference,
    /// '${env:NAME}' or '${file:PATH}'
    #[arg(long, value_name = "URL", conflicts_with = "from")]
    pub notify: Option<SecretText>,
    /// Format that the webhook accepts
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        requires = "notify"
    )]
    pub notify_format: NotifyFormat,
    /// In place of clusters.
    #[command(flatten)]
    pub recorded: Recorded,
    /// Flags that other commands have too.
    #[command(flatten)]
    pub global: Global,
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
    /// A message for Slack, Mattermost and others that accept Slack's format.
    Slack,
}

/// How much lag is too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LagLimit {
    /// So many messages.
    Messages(u64),
    /// What takes so long to copy.
    Time(Duration),
}

fn lag_limit(text: &str) -> Result<LagLimit, String> {
    match (text.parse(), duration(text)) {
        (Ok(messages), _) => Ok(LagLimit::Messages(messages)),
        (_, Ok(time)) => Ok(LagLimit::Time(time)),
        _ => {
            Err("expected a number of messages, or a duration with its unit, such as 5m".to_owned())
        }
    }
}

fn class(word: &str) -> Result<DriftClass, String> {
    DriftClass::from_word(word).ok_or_else(|| {
        "expected health, config, state, missing, unmanaged, expected or information".to_owned()
    })
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
    /// Spec files and folders, and at most one LINK or CLUSTER/LINK to show in detail, with how to fix
    /// its problems
    #[arg(value_name = "PATH|LINK")]
    pub paths: Vec<PathBuf>,
    /// Show this link in detail, even if a file has its name; with a flag that lists mirror topics, those of
    /// this link
    #[arg(long, value_name = "LINK")]
    pub link: Option<String>,
    /// List mirror topics
    #[arg(long)]
    pub mirrors: bool,
    /// List the mirror topics with one of these statuses, such as FAILED,PENDING_STOPPED
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = mirror_status)]
    pub status: Vec<MirrorStatus>,
    /// List the mirror topics whose name matches: `name`, or `beginning*`
    #[arg(long, value_name = "PATTERN", value_delimiter = ',', value_parser = name_pattern)]
    pub topic: Vec<NamePattern>,
    /// Order of the list [default: name; with --watch: status]
    #[arg(long, value_enum, value_name = "ORDER")]
    pub sort: Option<StatusSort>,
    /// List at most this many; the rest is counted
    #[arg(long, value_name = "NUMBER")]
    pub limit: Option<usize>,
    /// Read mirror topics a second time after this long, such as 10s: a mirror topic that has fetched in
    /// between has a known lag. With `last` how fast they copy is estimated from the last run with --record
    #[arg(long, value_name = "DURATION|last", value_parser = sampling, conflicts_with = "watch")]
    pub sample: Option<Sampling>,
    /// Also write the state as an HTML page to this file; the page loads nothing else
    #[arg(long, value_name = "FILE", conflicts_with = "watch")]
    pub html_out: Option<PathBuf>,
    /// Refresh the output until ctrl-C
    #[arg(long, conflicts_with = "from")]
    pub watch: bool,
    /// Time between two refreshes
    #[arg(long, value_name = "DURATION", value_parser = interval, default_value = "5s", requires = "watch")]
    pub interval: Duration,
    /// How to print the state
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: StatusFormat,
    /// In place of clusters.
    #[command(flatten)]
    pub recorded: Recorded,
    /// Record this run in the shared store, below runs/read/
    #[arg(long, conflicts_with_all = ["watch", "from"], help_heading = "Store")]
    pub record: bool,
    /// Flags that other commands have too.
    #[command(flatten)]
    pub global: Global,
}

/// Clusters are read at most once a second.
fn interval(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        short if short < Duration::from_secs(1) => Err("expected at least 1s".to_owned()),
        interval => Ok(interval),
    }
}

/// Any status: a server may have one that this version does not know.
fn mirror_status(text: &str) -> Result<MirrorStatus, String> {
    let word = text.trim();
    match word.is_empty() {
        true => Err("expected a mirror status, such as FAILED".to_owned()),
        false => Ok(MirrorStatus::from_word(word)),
    }
}

fn name_pattern(text: &str) -> Result<NamePattern, String> {
    let (name, is_prefix) = match text.strip_suffix('*') {
        Some(beginning) => (beginning, true),
        None => (text, false),
    };
    match (name.contains('*') || text.is_empty(), is_prefix) {
        (true, _) => Err("expected a name, or a beginning with `*` after it".to_owned()),
        (false, true) => Ok(NamePattern::prefixed(name)),
        (false, false) => Ok(NamePattern::literal(name)),
    }
}

/// The order of links and mirror topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatusSort {
    /// The furthest behind first.
    Lag,
    /// Mirror topics, the latest change of status first.
    Since,
    /// The worst first.
    Status,
    /// By cluster, link and mirror topic.
    Name,
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
